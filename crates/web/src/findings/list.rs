//! The list of findings: `/findings`.

use axum::http::Uri;
use axum::response::Html;
use kikimori_app::findings::list_findings::{FindingsAsked, list_findings};
use kikimori_app::products::list_products::list_products;
use kikimori_app::views::list_views::list_views;
use kikimori_core::access::{Action, Decision, Target, decide};
use kikimori_core::assessment::AssessmentStatus;
use kikimori_core::id::{FindingNumber, ProductId, ReleaseId};
use kikimori_core::typed_text::searched;
use kikimori_locale::Language;
use kikimori_store::finding_lists::{FindingFilter, FindingOrder};
use kikimori_store::list::Page;
use kikimori_store::products::{ProductFilter, ProductOrder};
use kikimori_ui::page::findings::{CONDITIONS, View, page};
use kikimori_ui::view::Choice;

use super::row;
use crate::context::SignedIn;
use crate::list_request::ListRequest;
use crate::refusal::Refusal;

/// Products that may be chosen from; with more, the search field finds them.
const PRODUCTS_MAX: u32 = 200;

/// Conditions that links from other pages set beside those of the filter.
const LINKED: &[&str] = &["release", "vulnerability", "reopened"];

/// The page.
pub(crate) async fn show(visitor: SignedIn, uri: Uri) -> Result<Html<String>, Refusal> {
    let (request, asked) = read(&uri);
    let installation = &visitor.context.state.installation;
    let language = visitor.context.language;
    let (listed, n_total) = list_findings(installation, visitor.actor(), &asked, request.page).await?;
    let one = Page { number: 1, n_rows: 1 };
    let (_, n_unfiltered) = match request.query.is_empty() {
        true => (Vec::new(), n_total),
        false => list_findings(installation, visitor.actor(), &FindingsAsked::default(), one).await?,
    };
    let views = list_views(installation, visitor.actor(), "findings").await?;
    let view = View {
        listing: request.listing(n_total, n_unfiltered, &views),
        rows: listed.iter().map(|listed| row(language, listed)).collect(),
        products: products(&visitor, language).await?,
        may_assess: may_assess(&visitor),
        has_sboms: n_unfiltered > 0 || has_sboms(&visitor).await?,
    };
    Ok(Html(page(&visitor.context.frame(), &view)))
}

/// What an address asks. A condition that says nothing understandable is shown as ignored.
pub(crate) fn read(uri: &Uri) -> (ListRequest, FindingsAsked) {
    let known: Vec<&str> = CONDITIONS.iter().chain(LINKED).copied().collect();
    let mut request = ListRequest::read(uri, &known);
    let mut asked = FindingsAsked {
        filter: FindingFilter { is_open: Some(true), ..FindingFilter::default() },
        is_descending: true,
        ..FindingsAsked::default()
    };
    for name in known {
        let value = request.get(name).to_owned();
        if !value.is_empty() && !apply(&mut asked, name, &value) {
            request.ignore(name);
        }
    }
    if let Some((column, is_descending)) = request.sort() {
        match order(column) {
            Some(order) => (asked.order, asked.is_descending) = (order, is_descending),
            None => request.ignore("sort"),
        }
    }
    (request, asked)
}

/// Applies a condition; false when its value is not understood.
fn apply(asked: &mut FindingsAsked, name: &str, value: &str) -> bool {
    let filter = &mut asked.filter;
    match name {
        "q" => match FindingNumber::parse(value) {
            Some(number) => {
                filter.numbers = Some(vec![number.get().cast_signed()]);
                filter.is_open = None;
            }
            None if is_vulnerability(value) => asked.vulnerability = Some(value.to_owned()),
            None => filter.component = Some(searched(value)),
        },
        "state" if value == "retracted" => filter.is_open = Some(false),
        "state" => match AssessmentStatus::of_code(value) {
            Some(status) => filter.statuses = vec![status.code().to_owned()],
            None => return false,
        },
        "product" => filter.product = ProductId::parse(value),
        "release" => filter.release = ReleaseId::parse(value),
        "component" => filter.component = Some(searched(value)),
        "vulnerability" => asked.vulnerability = Some(value.to_owned()),
        "severity" => filter.severity_min = severity_rank(value),
        "epss" => filter.epss_ppm_min = millionths(value),
        "kev" => filter.is_kev = (value == "1").then_some(true),
        "reopened" => filter.is_reopened = (value == "1").then_some(true),
        _ => return false,
    }
    match name {
        "product" => filter.product.is_some(),
        "release" => filter.release.is_some(),
        "severity" => filter.severity_min.is_some(),
        "epss" => filter.epss_ppm_min.is_some(),
        "kev" => filter.is_kev.is_some(),
        "reopened" => filter.is_reopened.is_some(),
        _ => true,
    }
}

/// It looks like the name of a vulnerability.
fn is_vulnerability(text: &str) -> bool {
    let upper = text.to_ascii_uppercase();
    ["CVE-", "GHSA-", "JVNDB-", "PYSEC-", "RUSTSEC-", "GO-", "OSV-"]
        .iter()
        .any(|start| upper.starts_with(start))
}

/// The rank of a severity's word.
fn severity_rank(word: &str) -> Option<i64> {
    match word {
        "low" => Some(2),
        "medium" => Some(3),
        "high" => Some(4),
        "critical" => Some(5),
        _ => None,
    }
}

/// A share such as `0.1` or `10%` in millionths.
fn millionths(text: &str) -> Option<i64> {
    let text = searched(text);
    let (number, scale) = match text.strip_suffix('%') {
        Some(number) => (number.trim(), 10_000.0),
        None => (text.as_str(), 1_000_000.0),
    };
    let share: f64 = number.parse().ok()?;
    let ppm = share * scale;
    (0.0..=1_000_000.0).contains(&ppm).then(|| ppm.round() as i64)
}

/// The order of a column.
fn order(column: &str) -> Option<FindingOrder> {
    Some(match column {
        "id" => FindingOrder::Number,
        "score" => FindingOrder::Severity,
        "epss" => FindingOrder::Epss,
        "component" => FindingOrder::Component,
        "state" => FindingOrder::Status,
        "changed" => FindingOrder::ChangedAt,
        "vulnerability" => FindingOrder::Vulnerability,
        "kev" => FindingOrder::Kev,
        "product" => FindingOrder::Product,
        _ => return None,
    })
}

/// The products that may be chosen.
pub(crate) async fn products(visitor: &SignedIn, language: Language) -> Result<Vec<Choice>, Refusal> {
    let page = Page { number: 1, n_rows: PRODUCTS_MAX };
    let (order, filter) = ((ProductOrder::Name, false), ProductFilter::default());
    let installation = &visitor.context.state.installation;
    let (listed, _) = list_products(installation, visitor.actor(), &filter, order, page).await?;
    let choices = listed.into_iter().map(|listed| {
        let product = &listed.stored.product;
        let name = match (language, &product.trade_name_en) {
            (Language::En, Some(name)) => name.clone(),
            _ => product.trade_name_ja.clone(),
        };
        Choice::new(listed.stored.id.to_string(), name)
    });
    Ok(choices.collect())
}

/// An SBOM was taken in.
async fn has_sboms(visitor: &SignedIn) -> Result<bool, Refusal> {
    let page = Page { number: 1, n_rows: PRODUCTS_MAX };
    let (order, filter) = ((ProductOrder::Name, false), ProductFilter::default());
    let installation = &visitor.context.state.installation;
    let (listed, _) = list_products(installation, visitor.actor(), &filter, order, page).await?;
    Ok(listed.iter().any(|listed| listed.n_components.is_some()))
}

/// The person may assess findings.
pub(crate) fn may_assess(visitor: &SignedIn) -> bool {
    visitor.actor().membership.is_some_and(|membership| {
        let target = Target::of(membership.organisation);
        decide(visitor.actor(), Action::AssessFinding, &target) == Decision::Allowed
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_ask() {
        let (request, asked) =
            read(&"/findings?q=FND-12&severity=high&kev=1&epss=10%25&sort=-epss".parse().unwrap());
        assert_eq!(asked.filter.numbers, Some(vec![12]));
        assert_eq!((asked.filter.severity_min, asked.filter.epss_ppm_min), (Some(4), Some(100_000)));
        assert_eq!((asked.order, asked.is_descending), (FindingOrder::Epss, true));
        assert!(request.ignored.is_empty());
        let (_, asked) = read(&"/findings?q=cve-2024-1&state=retracted".parse().unwrap());
        assert_eq!((asked.vulnerability.as_deref(), asked.filter.is_open), (Some("cve-2024-1"), Some(false)));
        let (_, asked) = read(&"/findings?epss=0.05".parse().unwrap());
        assert_eq!((asked.filter.epss_ppm_min, asked.filter.is_open), (Some(50_000), Some(true)));
    }

    #[test]
    fn shows_what_it_does_not_understand_as_ignored() {
        let (request, asked) =
            read(&"/findings?severity=awful&product=x&epss=2&sort=colour&x=1".parse().unwrap());
        assert_eq!(request.ignored.len(), 5, "{:?}", request.ignored);
        assert_eq!(asked.filter, FindingFilter { is_open: Some(true), ..FindingFilter::default() });
    }
}
