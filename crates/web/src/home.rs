//! ホーム / Home.

use axum::response::Html;
use kikimori_app::app_error::AppError;
use kikimori_app::view_home::{BAND_DAYS, Home, view_home};
use kikimori_locale::{Language, count, format, number, text};
use kikimori_ui::chart::{Category, Chart, Series, Shape};
use kikimori_ui::page::home::{self, FirstStep, News};
use kikimori_ui::page::metrics;

use crate::context::SignedIn;
use crate::findings::{history, number_text, row};
use crate::refusal::Refusal;
use crate::times::jst;

/// The severities of the chart: the rank in the store, the fill, the end of the key.
const SEVERITIES: [(i64, &str); 4] = [(5, "critical"), (4, "high"), (3, "medium"), (2, "low")];

/// The home page. Who may not see findings has an empty one.
pub(crate) async fn page(visitor: SignedIn) -> Result<Html<String>, Refusal> {
    let language = visitor.context.language;
    let view = match view_home(&visitor.context.state.installation, visitor.actor()).await {
        Ok(found) => view(language, &found),
        Err(AppError::Forbidden(_)) => home::View::default(),
        Err(error) => return Err(error.into()),
    };
    Ok(Html(home::page(&visitor.context.frame(), &view)))
}

/// The figures. Who may not see findings has none.
pub(crate) async fn metrics(visitor: SignedIn) -> Result<Html<String>, Refusal> {
    let language = visitor.context.language;
    let charts = match view_home(&visitor.context.state.installation, visitor.actor()).await {
        Ok(found) if !found.waiting.is_empty() => vec![by_age(language, &found)],
        Ok(_) | Err(AppError::Forbidden(_)) => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    let period = jst(visitor.context.state.installation.now());
    Ok(Html(metrics::page(&visitor.context.frame(), &metrics::View { period, charts })))
}

/// What the page shows.
fn view(language: Language, found: &Home) -> home::View {
    let news = found.news.iter().map(|(event, finding)| {
        let number = finding.as_ref().map(|finding| number_text(finding.number)).unwrap_or_default();
        let name = finding.as_ref().map(|finding| finding.vulnerability_name.clone()).unwrap_or_default();
        News {
            text: format!("{number} {name} {}", history::what(language, event)),
            href: format!("/findings/{number}"),
            at: jst(event.at),
        }
    });
    home::View {
        first_steps: first_steps(language, found),
        news: news.collect(),
        findings: found.first.iter().map(|listed| row(language, listed)).collect(),
        n_unassessed: found.n_unassessed.unsigned_abs(),
        charts: if found.waiting.is_empty() { Vec::new() } else { vec![by_age(language, found)] },
        ..home::View::default()
    }
}

/// What to do first; nothing once all is done.
fn first_steps(language: Language, found: &Home) -> Vec<FirstStep> {
    let steps = [
        ("ui.first_step.data", "/admin/feeds", found.has_data),
        ("ui.first_step.product", "/products/new", found.has_products),
        ("ui.first_step.sbom", "/sboms/new", found.has_sboms),
    ];
    if steps.iter().all(|(_, _, is_done)| *is_done) {
        return Vec::new();
    }
    let step = |(key, href, is_done): (&str, &str, bool)| FirstStep {
        text: text(language, key).to_owned(),
        href: href.to_owned(),
        is_done,
    };
    steps.into_iter().map(step).collect()
}

/// Findings that wait, by age and severity.
fn by_age(language: Language, found: &Home) -> Chart {
    let n_of = |band: usize, severity: i64| {
        let band = i64::try_from(band).unwrap_or(0);
        let fits = |entry: &&(i64, i64, i64)| entry.1 == band && entry.0 == severity;
        found.waiting.iter().filter(fits).map(|(_, _, n)| *n).sum::<i64>()
    };
    let n_other = |band: usize| n_of(band, 0) + n_of(band, 1);
    let labels = BAND_DAYS
        .iter()
        .map(|days| count(language, "ui.age.within", usize::try_from(*days).unwrap_or(0), &[]))
        .chain([text(language, "ui.age.older").to_owned()]);
    let categories = labels.enumerate().map(|(band, label)| Category {
        label,
        values: SEVERITIES
            .iter()
            .map(|(rank, _)| Some(n_of(band, *rank) as f64))
            .chain([Some(n_other(band) as f64)])
            .collect(),
        href: String::new(),
    });
    let mut series: Vec<Series> = SEVERITIES
        .iter()
        .map(|(_, code)| Series {
            label: text(language, &format!("ui.severity.{code}")).to_owned(),
            fill: code,
        })
        .collect();
    series.push(Series { label: text(language, "ui.severity.rest").to_owned(), fill: "other" });
    let n_total: i64 = found.waiting.iter().map(|(_, _, n)| n).sum();
    let total = number(usize::try_from(n_total).unwrap_or(0));
    Chart {
        caption: format(language, "ui.chart.waiting", &[("n", &total)]),
        shape: Shape::StackedBar,
        dimension: text(language, "ui.chart.age").to_owned(),
        series,
        categories: categories.collect(),
        csv_href: String::new(),
    }
}
