//! Charts: SVG from numbers, each with a sentence, its table and its file. No script.

use std::fmt::Write as _;

use crate::part::table::Column;
use crate::part::{Block, Cell, Disclosure, Row, Table};
use crate::words::{Words, grouped};

/// The width of a drawing, in its own units.
const WIDTH: f64 = 640.0;

/// The room for labels at the left.
const LEFT: f64 = 150.0;

/// The height of a bar with its gap.
const STEP: f64 = 34.0;

/// Categories and series drawn; further ones stand in the table only.
const N_DRAWN_MAX: usize = 24;

/// A series or a part of a bar: its label and fill.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Series {
    /// Its label, in the page's language.
    pub label: String,
    /// `1` to `5`, or a severity: `critical`, `high`, `medium`, `low`, `other`.
    pub fill: &'static str,
}

/// One category: its label, a number a series, and the list that it counts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Category {
    /// Its label, in the page's language.
    pub label: String,
    /// One number a series; `None` when nothing was measured.
    pub values: Vec<Option<f64>>,
    /// The list that it counts; empty without one.
    pub href: String,
}

/// How a chart is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// Bars from the left, one a category, stacked by series. From zero.
    #[default]
    StackedBar,
    /// A line in steps for each series, categories from left to right. From zero.
    StepLine,
    /// A dot for each category and series on a common scale.
    DotStrip,
    /// A field for each category and series; darker is more.
    HeatMatrix,
    /// A bar from start to deadline with what has passed: the values are days passed and days in all.
    DeadlineBar,
}

/// A chart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chart {
    /// What it shows, as a sentence that states the finding.
    pub caption: String,
    /// How it is drawn.
    pub shape: Shape,
    /// The label of the categories, for the table.
    pub dimension: String,
    /// Its series.
    pub series: Vec<Series>,
    /// Its categories.
    pub categories: Vec<Category>,
    /// The numbers as CSV; empty without.
    pub csv_href: String,
}

/// A chart as a figure.
pub(crate) fn figure(w: Words, chart: &Chart) -> String {
    let caption = escape(&chart.caption);
    let csv = if chart.csv_href.is_empty() {
        String::new()
    } else {
        format!("<a href=\"{}\">{}</a>", escape(&chart.csv_href), w.t("ui.action.to_csv"))
    };
    let is_empty = chart.categories.iter().all(|category| category.values.iter().all(Option::is_none));
    let drawing = if is_empty { Block::Note(w.s("ui.chart_empty")).html(w) } else { draw(chart) };
    let table = Block::Disclosure(Disclosure {
        summary: w.s("ui.chart_data"),
        blocks: vec![Block::Table(data_table(w, chart)), Block::Html(csv)],
    });
    let data = if chart.categories.is_empty() { String::new() } else { table.html(w) };
    format!(
        "<figure class=\"kk-chart\"><figcaption>{caption}</figcaption>{drawing}<div class=\"kk-chart__data\">{data}</div></figure>"
    )
}

/// The drawing. It is hidden from those who cannot see: the sentence and the table say the same.
fn draw(chart: &Chart) -> String {
    let (body, height) = match chart.shape {
        Shape::StackedBar => stacked_bar(chart),
        Shape::StepLine => step_line(chart),
        Shape::DotStrip => dot_strip(chart),
        Shape::HeatMatrix => heat_matrix(chart),
        Shape::DeadlineBar => deadline_bar(chart),
    };
    format!("<svg viewBox=\"0 0 {WIDTH} {height}\" aria-hidden=\"true\" focusable=\"false\">{body}</svg>")
}

/// The numbers as a table. Each row leads to the list that it counts.
fn data_table(w: Words, chart: &Chart) -> Table {
    let mut columns = vec![Column { label: chart.dimension.clone(), ..Column::default() }];
    columns.extend(chart.series.iter().map(|series| Column {
        label: series.label.clone(),
        is_number: true,
        ..Column::default()
    }));
    let rows = chart.categories.iter().map(|category| {
        let name = if category.href.is_empty() {
            Cell::text(&category.label)
        } else {
            Cell::link(&category.label, &category.href)
        };
        let numbers = chart.series.iter().enumerate().map(|(index, _)| match value(category, index) {
            Some(number) => Cell::Number(shown(number)),
            None => Cell::Missing("ui.chart_none"),
        });
        Row::new(std::iter::once(name).chain(numbers).collect())
    });
    let mut table = Table::new(w, chart.caption.clone(), &[]);
    table.columns = columns;
    table.rows(rows)
}

/// Bars from the left.
fn stacked_bar(chart: &Chart) -> (String, f64) {
    let categories = drawn(chart);
    let max = categories.iter().map(|category| sum(category)).fold(0.0, f64::max).max(1.0);
    let room = WIDTH - LEFT - 60.0;
    let mut body = legend(chart);
    let top = 28.0;
    for (index, category) in categories.iter().enumerate() {
        let y = top + at(index) * STEP;
        label(&mut body, LEFT - 10.0, y + 15.0, "end", &category.label);
        let mut x = LEFT;
        for (series, fill) in chart.series.iter().enumerate().map(|(index, series)| (index, series.fill)) {
            let number = value(category, series).unwrap_or(0.0);
            let width = number / max * room;
            if width > 0.0 {
                let _ = write!(
                    body,
                    "<rect class=\"kk-chart__bar\" data-fill=\"{fill}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"22\"/>"
                );
                if width > 22.0 {
                    let middle = x + width / 2.0;
                    let _ = write!(
                        body,
                        "<text class=\"kk-chart__inside\" x=\"{middle:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
                        y + 15.0,
                        shown(number)
                    );
                }
            }
            x += width;
        }
        label(&mut body, x + 8.0, y + 15.0, "start", &shown(sum(category)));
    }
    let height = top + at(categories.len()) * STEP;
    let _ = write!(
        body,
        "<line class=\"kk-chart__axis\" x1=\"{LEFT}\" y1=\"{:.1}\" x2=\"{LEFT}\" y2=\"{height:.1}\"/>",
        top - 4.0
    );
    (body, height + 4.0)
}

/// Lines in steps, with the last number beside each.
fn step_line(chart: &Chart) -> (String, f64) {
    let (left, top, bottom, right) = (48.0, 28.0, 200.0, WIDTH - 150.0);
    let n = chart.categories.len().max(1);
    let max =
        nice(chart.categories.iter().flat_map(|c| c.values.iter().flatten()).copied().fold(0.0, f64::max));
    let x = |index: usize| left + (right - left) * at(index) / at(n);
    let y = |number: f64| bottom - (bottom - top) * number / max;
    let mut body = String::new();
    for part in 0..=4_usize {
        let number = max * at(part) / 4.0;
        let at_y = y(number);
        let class = if part == 0 { "kk-chart__axis" } else { "kk-chart__gridline" };
        let _ = write!(
            body,
            "<line class=\"{class}\" x1=\"{left}\" y1=\"{at_y:.1}\" x2=\"{right}\" y2=\"{at_y:.1}\"/>"
        );
        label(&mut body, left - 8.0, at_y + 4.0, "end", &shown(number));
    }
    let every = n.div_ceil(6);
    for (index, category) in
        chart.categories.iter().enumerate().filter(|(index, _)| index.is_multiple_of(every))
    {
        label(&mut body, x(index), bottom + 20.0, "start", &category.label);
    }
    let mut ends: Vec<f64> = Vec::new();
    for (series, name) in chart.series.iter().enumerate() {
        let mut path = String::new();
        let mut is_open = false;
        let mut last = None;
        for (index, category) in chart.categories.iter().enumerate() {
            let Some(number) = value(category, series) else {
                is_open = false;
                continue;
            };
            let command = if is_open { 'L' } else { 'M' };
            let _ = write!(path, "{command}{:.1} {:.1}H{:.1}", x(index), y(number), x(index + 1));
            is_open = true;
            last = Some(number);
        }
        let _ = write!(body, "<path class=\"kk-chart__line\" data-stroke=\"{}\" d=\"{path}\"", name.fill);
        body.push_str(if series == 1 { " stroke-dasharray=\"6 3\"/>" } else { "/>" });
        if let Some(number) = last {
            let mut at_y = y(number) + 4.0;
            while ends.iter().any(|other| (other - at_y).abs() < 14.0) {
                at_y -= 14.0;
            }
            ends.push(at_y);
            label(&mut body, right + 6.0, at_y, "start", &format!("{} {}", name.label, shown(number)));
        }
    }
    (body, bottom + 30.0)
}

/// Dots on a common scale.
fn dot_strip(chart: &Chart) -> (String, f64) {
    let categories = drawn(chart);
    let max = nice(categories.iter().flat_map(|c| c.values.iter().flatten()).copied().fold(0.0, f64::max));
    let room = WIDTH - LEFT - 60.0;
    let mut body = legend(chart);
    let top = 28.0;
    for (index, category) in categories.iter().enumerate() {
        let y = top + at(index) * STEP + 11.0;
        label(&mut body, LEFT - 10.0, y + 4.0, "end", &category.label);
        let _ = write!(
            body,
            "<line class=\"kk-chart__gridline\" x1=\"{LEFT}\" y1=\"{y:.1}\" x2=\"{:.1}\" y2=\"{y:.1}\"/>",
            LEFT + room
        );
        for (series, name) in chart.series.iter().enumerate() {
            if let Some(number) = value(category, series) {
                let x = LEFT + number / max * room;
                mark(&mut body, series, name.fill, x, y);
                label(&mut body, x, y - 9.0, "middle", &shown(number));
            }
        }
    }
    (body, top + at(categories.len()) * STEP + 6.0)
}

/// A mark whose shape differs by series, so that colour is not needed.
fn mark(body: &mut String, series: usize, fill: &str, x: f64, y: f64) {
    let _ = match series {
        0 => write!(body, "<circle data-fill=\"{fill}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"5\"/>"),
        1 => write!(
            body,
            "<rect data-fill=\"{fill}\" x=\"{:.1}\" y=\"{:.1}\" width=\"9\" height=\"9\"/>",
            x - 4.5,
            y - 4.5
        ),
        _ => write!(body, "<path data-fill=\"{fill}\" d=\"M{x:.1} {:.1}l6 11h-12z\"/>", y - 6.5),
    };
}

/// Fields, darker for more, each with its number.
fn heat_matrix(chart: &Chart) -> (String, f64) {
    let categories = drawn(chart);
    let n = chart.series.len().max(1);
    let max = categories.iter().flat_map(|c| c.values.iter().flatten()).copied().fold(0.0, f64::max).max(1.0);
    let width = (WIDTH - LEFT) / at(n);
    let mut body = String::new();
    for (series, name) in chart.series.iter().enumerate() {
        label(&mut body, LEFT + width * (at(series) + 0.5), 16.0, "middle", &name.label);
    }
    for (index, category) in categories.iter().enumerate() {
        let y = 26.0 + at(index) * STEP;
        label(&mut body, LEFT - 10.0, y + 20.0, "end", &category.label);
        for series in 0..n {
            let x = LEFT + width * at(series);
            let number = value(category, series);
            let heat = number.map_or(0, |number| heat(number / max));
            let _ = write!(
                body,
                "<rect class=\"kk-chart__bar\" data-heat=\"{heat}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{STEP}\"/>"
            );
            let class = if heat > 2 { "kk-chart__hot" } else { "" };
            let _ = write!(
                body,
                "<text class=\"{class}\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
                x + width / 2.0,
                y + 21.0,
                number.map_or_else(|| "—".to_owned(), shown)
            );
        }
    }
    (body, 26.0 + at(categories.len()) * STEP + 4.0)
}

/// The shade of a share: 0 for none, 4 for the most.
fn heat(share: f64) -> u8 {
    match share {
        share if share <= 0.0 => 0,
        share if share <= 0.25 => 1,
        share if share <= 0.5 => 2,
        share if share <= 0.75 => 3,
        _ => 4,
    }
}

/// Bars from start to deadline: the first value is the days passed, the second the days in all.
fn deadline_bar(chart: &Chart) -> (String, f64) {
    let categories = drawn(chart);
    let room = WIDTH - LEFT - 70.0;
    let mut body = String::new();
    for (index, category) in categories.iter().enumerate() {
        let y = 8.0 + at(index) * STEP;
        let passed = value(category, 0).unwrap_or(0.0);
        let all = value(category, 1).unwrap_or(0.0).max(1.0);
        let share = (passed / all).clamp(0.0, 1.0);
        let fill = if passed > all { "critical" } else { "1" };
        label(&mut body, LEFT - 10.0, y + 15.0, "end", &category.label);
        let _ = write!(
            body,
            "<rect data-heat=\"1\" x=\"{LEFT}\" y=\"{y:.1}\" width=\"{room:.1}\" height=\"22\"/><rect data-fill=\"{fill}\" x=\"{LEFT}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"22\"/>",
            room * share
        );
        label(
            &mut body,
            LEFT + room + 8.0,
            y + 15.0,
            "start",
            &format!("{} / {}", shown(passed), shown(all)),
        );
    }
    (body, 8.0 + at(categories.len()) * STEP)
}

/// The names of the series above a drawing.
fn legend(chart: &Chart) -> String {
    let mut body = String::new();
    let mut x = LEFT;
    for (index, series) in chart.series.iter().enumerate() {
        mark(&mut body, if chart.shape == Shape::DotStrip { index } else { 1 }, series.fill, x + 5.0, 10.0);
        label(&mut body, x + 15.0, 14.0, "start", &series.label);
        x += 30.0 + text_width(&series.label);
    }
    body
}

/// The categories that are drawn.
fn drawn(chart: &Chart) -> Vec<&Category> {
    chart.categories.iter().take(N_DRAWN_MAX).collect()
}

/// About the width of a text at 12 units: full-width characters take a whole, others a good half.
fn text_width(text: &str) -> f64 {
    text.chars().map(|character| if character.is_ascii() { 6.8 } else { 12.0 }).sum()
}

/// A label; one that would leave its room is cut, as the table has it whole.
fn label(body: &mut String, x: f64, y: f64, anchor: &str, text: &str) {
    let room = if anchor == "end" { x } else { WIDTH - x };
    let mut kept = String::new();
    for character in text.chars() {
        if text_width(&kept) > room - 16.0 {
            kept.push('…');
            break;
        }
        kept.push(character);
    }
    let _ = write!(body, "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{}</text>", escape(&kept));
}

/// The number of a series.
fn value(category: &Category, series: usize) -> Option<f64> {
    category.values.get(series).copied().flatten().filter(|number| number.is_finite() && *number >= 0.0)
}

/// All numbers of a category.
fn sum(category: &Category) -> f64 {
    (0..category.values.len()).filter_map(|series| value(category, series)).sum()
}

/// A scale's end: 1, 2, 4, 5 or 10 times a power of ten.
fn nice(max: f64) -> f64 {
    let mut power = 1.0;
    while power * 10.0 < max {
        power *= 10.0;
    }
    [1.0, 2.0, 4.0, 5.0, 10.0].into_iter().map(|step| step * power).find(|end| *end >= max).unwrap_or(max)
}

/// A place in a row as a number to compute with.
fn at(index: usize) -> f64 {
    f64::from(u32::try_from(index).unwrap_or(u32::MAX))
}

/// A number as it is shown: whole ones with commas, others with one digit.
fn shown(number: f64) -> String {
    if number.fract() == 0.0 && number < 1e15 {
        // Whole, not negative (see `value`) and far below the end of `u64`.
        return format!("{number:.0}").parse::<u64>().map_or_else(|_| format!("{number:.0}"), grouped);
    }
    format!("{number:.1}")
}

/// Escapes a text for HTML and SVG.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_end_above_the_greatest() {
        for (max, end) in
            [(0.0, 1.0), (1.0, 1.0), (3.0, 4.0), (7.0, 10.0), (11.0, 20.0), (99.0, 100.0), (410.0, 500.0)]
        {
            assert!((nice(max) - end).abs() < f64::EPSILON, "{max}");
        }
    }

    #[test]
    fn shows_numbers() {
        assert_eq!(shown(12_345.0), "12,345");
        assert_eq!(shown(0.25), "0.2");
        assert_eq!(shown(0.0), "0");
    }

    #[test]
    fn shades_by_share() {
        assert_eq!([0.0, 0.1, 0.5, 0.6, 1.0].map(heat), [0, 1, 2, 3, 4]);
    }
}
