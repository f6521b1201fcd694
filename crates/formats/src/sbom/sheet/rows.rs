//! The rows of a list as components.

use std::collections::BTreeMap;

use kikimori_core::limits::SHEET_ROWS_NAMED_MAX;
use kikimori_core::message::{Code, Message, Place, codes};
use kikimori_core::sbom::{
    AgentKind, Component, ComponentKind, ExternalReference, LicenceForm, LicenceStanding, Property, Role,
    Sbom, Upkeep,
};
use kikimori_core::sbom_quality::{ComponentFacts, Fact, judge};
use kikimori_core::sheet::{
    SheetColumn, SheetField, SheetGap, SheetLayout, SheetMapping, SkipReason, SkippedRow,
};
use kikimori_core::stamp::Stamp;
use kikimori_core::typed_date;
use kikimori_core::typed_text::width;

use super::super::builder::{Builder, Edge, excerpt};
use super::above::Above;
use super::fold::{self, WordSet};
use super::grid::{Cell, CellKind, Grid, Row};
use super::headings::TitleField;
use super::layout::{Heading, title_block};
use super::oddities::{Oddities, Seen, rows_text};
use super::relations::{Names, Target, is_self, on_circles};
use super::values::{self, VersionDoubt};
use super::{Found, SheetReading};

/// Words of rows that give a total or end the list.
static TOTAL_WORDS: WordSet = WordSet::new(&[
    "合計",
    "小計",
    "総計",
    "総合計",
    "計",
    "以上",
    "以下余白",
    "以下空白",
    "余白",
    "total",
    "subtotal",
    "grand total",
    "end of list",
]);

/// Words of rows that are examples.
static EXAMPLE_WORDS: WordSet =
    WordSet::new(&["例", "記入例", "入力例", "サンプル", "example", "sample", "e.g."]);

/// Words of a row below the heading that says how to fill in the columns.
static NOTE_WORDS: WordSet = WordSet::new(&[
    "必須",
    "任意",
    "推奨",
    "文字列",
    "数値",
    "日付",
    "yyyymmdd",
    "required",
    "optional",
    "recommended",
    "text",
    "date",
]);

/// Name space of properties that hold columns without a field.
const SHEET_PROPERTIES: &str = "kikimori:sheet:";

/// Standard of workbooks, which have no version.
const WORKBOOK_STANDARD: &str = "ECMA-376";

/// Reference of the product in the bill.
const PRODUCT_REFERENCE: &str = "product";

/// Gaps looked for, with the code that names them.
const GAPS: [(Fact, Code); 6] = [
    (Fact::Version, codes::SHEET_VERSION_MISSING),
    (Fact::Supplier, codes::SHEET_SUPPLIER_MISSING),
    (Fact::Identifier, codes::SHEET_IDENTIFIER_MISSING),
    (Fact::Relationship, codes::SHEET_RELATION_MISSING),
    (Fact::EntryAuthor, codes::SHEET_ENTRY_AUTHOR_MISSING),
    (Fact::EntryTime, codes::SHEET_ENTRY_TIME_MISSING),
];

/// Licences whose ids are written as SPDX writes them.
const LICENCE_IDS: &[&str] = &[
    "0BSD",
    "AGPL-3.0-only",
    "AGPL-3.0-or-later",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "EPL-1.0",
    "EPL-2.0",
    "GPL-2.0-only",
    "GPL-2.0-or-later",
    "GPL-3.0-only",
    "GPL-3.0-or-later",
    "ISC",
    "LGPL-2.1-only",
    "LGPL-2.1-or-later",
    "LGPL-3.0-only",
    "LGPL-3.0-or-later",
    "MIT",
    "MPL-1.1",
    "MPL-2.0",
    "OpenSSL",
    "PSF-2.0",
    "Python-2.0",
    "Unlicense",
    "Zlib",
    "libpng-2.0",
    "curl",
    "blessing",
];

/// Rows being read.
struct Reader<'a> {
    /// The cells.
    grid: &'a Grid,
    /// The heading.
    heading: &'a Heading,
    /// The bill.
    builder: Builder,
    /// What was odd.
    oddities: Oddities,
    /// Cells that say "the same as above".
    above: Above,
    /// Names that relations may use.
    names: Names,
    /// Components with what they are included in, the outer one first.
    inclusions: Vec<(u32, u32)>,
    /// The product, where the list says it.
    product: Option<u32>,
    /// Rows of components, by index.
    rows: Vec<u32>,
    /// How the sheet is read.
    layout: SheetLayout,
}

/// Reads the list.
///
/// # Errors
/// SBOM-003 at a limit.
pub(super) fn read(found: Found, mapping: &SheetMapping, is_whole: bool) -> Result<SheetReading, Message> {
    let Found { grid, heading, format, layout, notices } = found;
    let mut builder = Builder::with(is_whole);
    builder.sbom.format = format;
    layout.encoding.unwrap_or(WORKBOOK_STANDARD).clone_into(&mut builder.sbom.spec_version);
    notices.into_iter().for_each(|notice| builder.add_notice(notice));
    let mut reader = Reader {
        grid: &grid,
        heading: &heading,
        builder,
        oddities: Oddities::default(),
        above: Above::default(),
        names: Names::default(),
        inclusions: Vec::new(),
        product: None,
        rows: Vec::new(),
        layout,
    };
    reader.layout.heading_rows = heading.rows;
    reader.layout.columns = heading.columns.clone();
    reader.product(mapping)?;
    reader.list()?;
    reader.relations()?;
    reader.file_notices();
    let Reader { mut builder, oddities, rows, mut layout, .. } = reader;
    builder.row = None;
    oddities.messages(&heading).into_iter().for_each(|message| builder.add_notice(message));
    let mut sbom = builder.finish("");
    let is_subject_first = sbom.components.first().is_some_and(|component| component.role == Role::Subject);
    if !is_subject_first {
        sbom.notices.push(Message::new(codes::SHEET_PRODUCT_MISSING));
    }
    layout.gaps = gaps(&sbom, &rows);
    for gap in &layout.gaps {
        if let Some((_, code)) = GAPS.iter().find(|(fact, _)| *fact == gap.fact) {
            let mut seen = Seen::default();
            gap.rows.iter().for_each(|row| seen.add(*row));
            seen.n_rows = gap.n_rows;
            let place = gap.rows.first().map_or(Place::Document, |row| Place::Row(*row));
            let message = Message::new(*code).at(place).with("rows", rows_text(&seen));
            sbom.notices.push(message.with("count", gap.n_rows));
        }
    }
    layout.columns.retain(|column| !column.heading.is_empty() || column.n_values > 0);
    Ok(SheetReading { sbom, layout })
}

/// What the components lack, by the rules of element sets.
fn gaps(sbom: &Sbom, rows: &[u32]) -> Vec<SheetGap> {
    let quality = judge(sbom, &[]);
    let row_of = |facts: &ComponentFacts| {
        let place = sbom.components.get(facts.component as usize).map(|component| &component.place);
        match place {
            Some(Place::Row(row)) => *row,
            _ => rows.first().copied().unwrap_or_default(),
        }
    };
    GAPS.iter()
        .filter_map(|(fact, _)| {
            let lacking: Vec<u32> =
                quality.components.iter().filter(|facts| !facts.state(*fact).is_met()).map(row_of).collect();
            let n_rows = lacking.len();
            let rows: Vec<u32> = lacking.into_iter().take(SHEET_ROWS_NAMED_MAX).collect();
            (n_rows > 0).then_some(SheetGap { fact: *fact, rows, n_rows })
        })
        .collect()
}

impl<'a> Reader<'a> {
    /// The product and the list itself, from the title block and the mapping.
    fn product(&mut self, mapping: &SheetMapping) -> Result<(), Message> {
        let mut said: BTreeMap<TitleField, (String, u32)> = BTreeMap::new();
        for (field, value, row) in title_block(self.grid, self.heading) {
            if !values::is_placeholder(&value) {
                said.insert(field, (value, row));
            }
        }
        if let Some(product) = &mapping.product {
            said.insert(TitleField::Product, (product.clone(), self.heading.rows.0));
        }
        if let Some(version) = &mapping.product_version {
            said.insert(TitleField::ProductVersion, (version.clone(), self.heading.rows.0));
        }
        if let Some((author, _)) = said.get(&TitleField::Author) {
            self.builder.add_author(author, AgentKind::Unstated);
        }
        if let Some((created, row)) = said.get(&TitleField::Created) {
            match typed_date::day(created) {
                Some(day) => {
                    let day = day.to_string();
                    self.builder.sbom.created_at = Stamp::parse(&day);
                    self.builder.sbom.created_written = Some(day);
                }
                None => {
                    self.builder.row = Some(*row);
                    self.builder.set_created("timestamp", created);
                }
            }
        }
        let supplier = said.get(&TitleField::ProductSupplier).map(|(text, _)| self.builder.clip(text));
        if let Some((name, row)) = said.get(&TitleField::Product) {
            self.builder.row = Some(*row);
            let index = self.builder.begin_component(None, Role::Subject)?;
            let mut component = Component {
                name: self.builder.clip(name).into(),
                reference: Some(PRODUCT_REFERENCE.into()),
                version: said.get(&TitleField::ProductVersion).map(|(text, _)| values::version(text).into()),
                ..Component::default()
            };
            if let Some(supplier) = &supplier {
                component.details_mut().supplier = Some(supplier.clone());
            }
            component.kind = ComponentKind::Device;
            self.builder.end_component(index, component)?;
            self.names.set_product(name);
            self.product = Some(index);
        }
        self.builder.sbom.supplier = supplier;
        Ok(())
    }

    /// The rows below the heading.
    fn list(&mut self) -> Result<(), Message> {
        let grid = self.grid;
        let mut seen: BTreeMap<(String, Option<String>, String), u32> = BTreeMap::new();
        let mut is_first = true;
        for row in grid.rows.iter().filter(|row| row.number > self.heading.rows.1 && !row.is_blank()) {
            self.count_values(row);
            let is_after_heading = std::mem::take(&mut is_first);
            self.above.look(grid, self.heading, row.number);
            if let Some(reason) = self.skip_reason(row, is_after_heading) {
                self.skip(row.number, reason);
                continue;
            }
            let index = self.component(row)?;
            self.above.keep(grid, self.heading, row.number, &mut self.oddities);
            self.layout.n_rows_read += 1;
            self.rows.push(row.number);
            if let Some(component) = self.builder.sbom.components.get(index as usize) {
                let identifiers =
                    component.purls.iter().chain(component.cpes.iter()).cloned().collect::<Vec<_>>();
                let key = (
                    component.name.to_lowercase(),
                    component.version.as_deref().map(str::to_owned),
                    identifiers.join(" "),
                );
                if seen.insert(key, row.number).is_some() {
                    self.oddities.row(codes::SHEET_ROW_TWICE, row.number);
                }
            }
        }
        Ok(())
    }

    /// Counts the cells of a row by column, and those that are odd whatever they say.
    fn count_values(&mut self, row: &Row) {
        for cell in &row.cells {
            if let Some(column) = self.layout.columns.get_mut(cell.column as usize) {
                column.n_values += 1;
            }
            if cell.kind == CellKind::Unvalued {
                self.oddities.row(codes::SHEET_FORMULA_UNVALUED, row.number);
            } else if cell.is_formula {
                self.oddities.row(codes::SHEET_FORMULAS, row.number);
            }
        }
    }

    /// Why a row gives no component.
    fn skip_reason(&self, row: &Row, is_after_heading: bool) -> Option<SkipReason> {
        let texts: Vec<&str> =
            row.cells.iter().map(|cell| cell.text.trim()).filter(|text| !text.is_empty()).collect();
        let id = self.text(row, SheetField::RowId);
        if EXAMPLE_WORDS.has(id) || texts.first().is_some_and(|text| EXAMPLE_WORDS.has(text)) {
            return Some(SkipReason::Example);
        }
        let is_note = |text: &&str| {
            NOTE_WORDS.has(text) || text.starts_with(['(', '（']) && text.ends_with([')', '）'])
        };
        if is_after_heading && !texts.is_empty() && texts.iter().all(is_note) {
            return Some(SkipReason::Note);
        }
        let name = self.text(row, SheetField::Name);
        let name_column = self.heading.columns_of(SheetField::Name).next();
        let is_heading_again = name_column.is_some_and(|column| {
            let last = column.heading.rsplit(" / ").next().unwrap_or_default();
            !name.is_empty() && fold::word(name) == fold::word(last)
        });
        let is_group = texts.len() == 1
            && name_column.is_some_and(|column| self.grid.is_merged_across(row.number, column.column));
        let is_total = texts.first().is_some_and(|text| TOTAL_WORDS.has(text))
            || TOTAL_WORDS.has(name)
            || name.is_empty() && texts.iter().any(|text| TOTAL_WORDS.has(text));
        if is_heading_again || is_group || is_total {
            return Some(SkipReason::Total);
        }
        let has_name = !name.is_empty()
            && !matches!(fold::word(name).as_str(), "" | "na" | "なし")
            && !values::is_same_as_above(name);
        (!has_name).then_some(SkipReason::Unnamed)
    }

    /// Passes a row over.
    fn skip(&mut self, row: u32, reason: SkipReason) {
        self.layout.n_skipped += 1;
        if self.layout.skipped.len() < SHEET_ROWS_NAMED_MAX {
            self.layout.skipped.push(SkippedRow { row, reason });
        }
        match reason {
            SkipReason::Unnamed => self.oddities.row(codes::SHEET_ROW_UNNAMED, row),
            SkipReason::Total => self.oddities.row(codes::SHEET_ROW_TOTAL, row),
            SkipReason::Example => self.oddities.row(codes::SHEET_ROW_EXAMPLE, row),
            SkipReason::Note => {}
        }
    }

    /// The first text of a field in a row, as written; empty where there is none.
    fn text(&self, row: &Row, field: SheetField) -> &'a str {
        let grid = self.grid;
        let mut columns = self.heading.columns_of(field);
        let cell = columns.find_map(|column| self.above.cell(grid, row.number, column.column));
        cell.map_or("", |cell| cell.text.trim())
    }

    /// Cells of a field that say something; those that say that nothing is known are counted.
    fn values(&mut self, row: &Row, field: SheetField) -> Vec<(u32, Cell)> {
        let mut found = Vec::new();
        let heading = self.heading;
        for column in heading.columns_of(field) {
            let Some(cell) = self.above.cell(self.grid, row.number, column.column) else { continue };
            if cell.kind == CellKind::Fault {
                self.oddities.cell(codes::SHEET_CELL_FAULT, column.column, row.number, &cell.text);
            } else if values::is_placeholder(&cell.text) {
                if !cell.text.trim().is_empty() {
                    self.oddities.cell(codes::SHEET_PLACEHOLDER, column.column, row.number, &cell.text);
                }
            } else {
                found.push((column.column, cell.clone()));
            }
        }
        found
    }

    /// The first value of a field on one line.
    fn line(&mut self, row: &Row, field: SheetField) -> Option<String> {
        let (_, cell) = self.values(row, field).into_iter().next()?;
        Some(self.builder.clip(&on_one_line(&cell.text)))
    }

    /// A row as a component.
    fn component(&mut self, row: &Row) -> Result<u32, Message> {
        self.builder.row = Some(row.number);
        let relation = self.text(row, SheetField::IncludedIn);
        let is_product = self.product.is_none() && is_self(relation);
        let role = if is_product { Role::Subject } else { Role::Listed };
        let index = self.builder.begin_component(None, role)?;
        let mut component = Component {
            name: self.builder.clip(&on_one_line(self.text(row, SheetField::Name))).into(),
            reference: Some(format!("row-{}", row.number).into()),
            group: self.line(row, SheetField::Group).map(Into::into),
            version: self.version(row),
            ..Component::default()
        };
        if let Some(supplier) = self.line(row, SheetField::Supplier) {
            component.details_mut().supplier = Some(supplier);
        }
        self.kind(row, &mut component);
        self.identifiers(row, &mut component);
        self.hashes(row, &mut component);
        self.licences(row, &mut component);
        self.upkeep(row, &mut component);
        if self.builder.is_whole {
            self.extras(row, &mut component);
        }
        let row_id = self.text(row, SheetField::RowId);
        self.names.add(index, row_id, &component.name, component.version.as_deref());
        if is_product {
            self.names.set_product(&component.name);
            self.product = Some(index);
        }
        self.builder.end_component(index, component)?;
        Ok(index)
    }

    /// The version of a row.
    fn version(&mut self, row: &Row) -> Option<Box<str>> {
        let (column, cell) = self.values(row, SheetField::Version).into_iter().next()?;
        match values::version_doubt(&cell) {
            Some(VersionDoubt::Number) => {
                self.oddities.cell(codes::SHEET_VERSION_NUMBER, column, row.number, &cell.text);
            }
            Some(VersionDoubt::Date) => {
                self.oddities.cell(codes::SHEET_VERSION_DATE, column, row.number, &cell.text);
            }
            None => {}
        }
        let written = on_one_line(&cell.text);
        let version = values::version(&written);
        if version != written {
            self.oddities.cell(codes::SHEET_VALUE_FOLDED, column, row.number, &written);
        }
        Some(self.builder.clip(&version).into())
    }

    /// The kind of a row.
    fn kind(&mut self, row: &Row, component: &mut Component) {
        let written = self.line(row, SheetField::Kind);
        let kind = written.as_deref().and_then(values::kind);
        component.kind = kind.unwrap_or_default();
        if let (None, Some(extras)) = (kind, self.builder.extras(component)) {
            extras.is_kind_unstated = true;
            if let Some(written) = written {
                extras.properties.push(property("kind", &written));
            }
        }
    }

    /// Identifiers, told apart by how they begin.
    fn identifiers(&mut self, row: &Row, component: &mut Component) {
        for (column, cell) in self.values(row, SheetField::Identifier) {
            for written in cell.text.split_whitespace().flat_map(|text| text.split(['、', '，', '；'])) {
                let plain = width(written);
                if plain.is_empty() {
                    continue;
                }
                if plain != written {
                    self.oddities.cell(codes::SHEET_VALUE_FOLDED, column, row.number, written);
                }
                let lower = plain.get(..5).unwrap_or(&plain).to_ascii_lowercase();
                match lower.as_str() {
                    _ if lower.starts_with("pkg:") => self.builder.add_purl(component, &plain),
                    "cpe:/" | "cpe:2" => self.builder.add_cpe(component, &plain),
                    "swid:" if component.details().swid.is_none() => {
                        let tag = self.builder.clip(plain.get(5..).unwrap_or_default());
                        component.details_mut().swid = Some(tag);
                    }
                    _ if values::is_placeholder(&plain) => {}
                    _ => {
                        self.oddities.cell(codes::SHEET_IDENTIFIER_UNKNOWN, column, row.number, written);
                        if let Some(extras) = self.builder.extras(component) {
                            extras.properties.push(property("identifier", written));
                        }
                    }
                }
            }
        }
    }

    /// Hashes.
    fn hashes(&mut self, row: &Row, component: &mut Component) {
        for (column, cell) in self.values(row, SheetField::Hash) {
            for written in cell.text.lines().map(str::trim).filter(|line| !line.is_empty()) {
                match values::hash(written) {
                    Some((algorithm, value)) => self.builder.add_hash(component, &algorithm, &value),
                    None => {
                        self.oddities.cell(codes::SHEET_HASH_UNKNOWN, column, row.number, written);
                        if let Some(extras) = self.builder.extras(component) {
                            extras.properties.push(property("hash", written));
                        }
                    }
                }
            }
        }
    }

    /// Licences.
    fn licences(&mut self, row: &Row, component: &mut Component) {
        let mut list = Vec::new();
        for (field, standing) in [
            (SheetField::Licence, LicenceStanding::Unstated),
            (SheetField::LicenceDeclared, LicenceStanding::Declared),
            (SheetField::LicenceConcluded, LicenceStanding::Concluded),
        ] {
            for (_, cell) in self.values(row, field) {
                let text = on_one_line(&width(&cell.text));
                let form =
                    if LICENCE_IDS.contains(&text.as_str()) { LicenceForm::Id } else { LicenceForm::Name };
                self.builder.add_licence(&mut list, &text, form, standing);
            }
        }
        if !list.is_empty() {
            component.details_mut().licences = list;
        }
    }

    /// A day of a field: understood, or as written and noticed.
    fn day(&mut self, row: &Row, field: SheetField) -> Option<String> {
        let (column, cell) = self.values(row, field).into_iter().next()?;
        let written = on_one_line(&cell.text);
        match typed_date::day(&written) {
            Some(day) => Some(day.to_string()),
            None => {
                self.oddities.cell(codes::SHEET_DATE_UNREADABLE, column, row.number, &written);
                Some(self.builder.clip(&written))
            }
        }
    }

    /// Support, and who entered the row when.
    fn upkeep(&mut self, row: &Row, component: &mut Component) {
        let upkeep = Upkeep {
            support_level: self.line(row, SheetField::SupportLevel),
            support_ends_on: self.day(row, SheetField::SupportEnd),
            entered_by: self.line(row, SheetField::EnteredBy),
            entered_at: self.day(row, SheetField::EnteredAt),
        };
        if upkeep != Upkeep::default() {
            component.details_mut().upkeep = Some(Box::new(upkeep));
        }
    }

    /// What only a conversion needs; columns that are not understood become properties.
    fn extras(&mut self, row: &Row, component: &mut Component) {
        let purpose = self.line(row, SheetField::Purpose);
        let copyright = self.line(row, SheetField::Copyright);
        let sources = self.values(row, SheetField::Source);
        let mut others = self.values(row, SheetField::Remarks);
        for cell in &row.cells {
            let column = self.heading.columns.get(cell.column as usize);
            if column.is_some_and(|column: &SheetColumn| column.field.is_none()) {
                others.push((cell.column, cell.clone()));
            }
        }
        let heading = self.heading;
        let Some(extras) = self.builder.extras(component) else { return };
        extras.description = purpose.map(Into::into);
        extras.copyright = copyright.map(Into::into);
        extras.references.extend(sources.into_iter().map(|(_, cell)| ExternalReference {
            kind: "distribution".into(),
            locator: cell.text.trim().into(),
            ..ExternalReference::default()
        }));
        extras.properties.extend(others.into_iter().map(|(column, cell)| {
            let label = heading.columns.get(column as usize).map_or("", |column| &column.heading);
            let label = if label.is_empty() { heading.label(column) } else { label.to_owned() };
            property(&label, cell.text.trim())
        }));
    }

    /// Edges, once every row has its name.
    fn relations(&mut self) -> Result<(), Message> {
        let first = self.builder.sbom.components.len() - self.rows.len();
        for (offset, number) in self.rows.clone().into_iter().enumerate() {
            let Some(row) = self.grid.row(number) else { continue };
            let index = u32::try_from(first + offset).unwrap_or(u32::MAX);
            self.builder.row = Some(number);
            if self.product == Some(index) {
                continue;
            }
            for (column, cell) in self.values(row, SheetField::IncludedIn) {
                self.edges(column, number, &cell.text, index, false)?;
            }
            for (column, cell) in self.values(row, SheetField::DependsOn) {
                self.edges(column, number, &cell.text, index, true)?;
            }
        }
        for index in on_circles(&self.inclusions, self.builder.sbom.components.len()) {
            if let Some(row) = (index as usize).checked_sub(first).and_then(|offset| self.rows.get(offset)) {
                self.oddities.row(codes::SHEET_CIRCLE, *row);
            }
        }
        Ok(())
    }

    /// The edges that a cell names: from what includes the row, or to what it depends on.
    fn edges(&mut self, column: u32, row: u32, text: &str, index: u32, is_to: bool) -> Result<(), Message> {
        let heading_targets: Vec<(String, Target)> = self
            .names
            .find_all(text.trim())
            .into_iter()
            .map(|(part, target)| (part.to_owned(), target))
            .collect();
        for (part, target) in heading_targets {
            let other = match target {
                Target::Product => self.product,
                Target::Component(other) => Some(other),
                Target::Unclear => None,
            };
            let Some(other) = other.filter(|other| *other != index) else {
                self.oddities.cell(codes::SHEET_RELATION_UNKNOWN, column, row, &part);
                continue;
            };
            let (from, to) = if is_to { (index, other) } else { (other, index) };
            if !is_to {
                self.inclusions.push((from, to));
            }
            let reference = |index: u32| {
                let component = self.builder.sbom.components.get(index as usize);
                component.and_then(|component| component.reference.clone()).unwrap_or_default()
            };
            let (from, to) = (reference(from), reference(to));
            let (from, to) = (self.builder.mention(&from)?, self.builder.mention(&to)?);
            self.builder.add_edge(Edge::Depends, from, to)?;
        }
        Ok(())
    }

    /// Notices about columns and what is hidden.
    fn file_notices(&mut self) {
        self.builder.row = None;
        for column in &self.layout.columns {
            if column.field.is_none() && column.n_values > 0 {
                let message = Message::new(codes::SHEET_COLUMN_UNKNOWN).at(Place::Column(column.column));
                let message =
                    message.with("heading", excerpt(&column.heading)).with("count", column.n_values);
                self.builder.add_notice(message);
            }
            if self.grid.is_hidden(column.column) && column.n_values > 0 {
                let message = Message::new(codes::SHEET_HIDDEN).at(Place::Column(column.column));
                let label = self.heading.label(column.column);
                self.builder.add_notice(message.with("what", excerpt(&label)).with("count", column.n_values));
            }
        }
        for (second, first) in &self.heading.doubles {
            let message = Message::new(codes::SHEET_COLUMN_TWICE).at(Place::Column(*second));
            let message = message.with("heading", excerpt(&self.heading.label(*second)));
            self.builder.add_notice(message.with("first", excerpt(&self.heading.label(*first))));
        }
        let mut hidden = Seen::default();
        for row in self.grid.rows.iter().filter(|row| row.is_hidden && row.number > self.heading.rows.1) {
            hidden.add(row.number);
        }
        if hidden.n_rows > 0 {
            let place = hidden.rows.first().map_or(Place::Document, |row| Place::Row(*row));
            let message = Message::new(codes::SHEET_HIDDEN).at(place).with("what", rows_text(&hidden));
            self.builder.add_notice(message.with("count", hidden.n_rows));
        }
    }
}

/// A property that holds a column.
fn property(label: &str, value: &str) -> Property {
    Property { name: format!("{SHEET_PROPERTIES}{}", excerpt(label)).into(), value: value.into() }
}

/// A text on one line: runs of white space become one space where one of them breaks the line.
fn on_one_line(text: &str) -> String {
    let text = text.trim();
    if !text.contains(['\n', '\r', '\t']) {
        return text.to_owned();
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
