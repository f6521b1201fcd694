//! Component sheets from hostile bytes: an answer or a message, never a panic, and the same answer each time.

use std::io::{Cursor, Write};
use std::time::{Duration, Instant};

use kikimori_core::message::codes;
use kikimori_core::sheet::{SheetField, SheetMapping};
use kikimori_formats::sbom::{self, sheet};
use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// The parts of a small workbook, in which `sheet` is the sheet's content.
fn workbook(sheet: &str, texts: &str) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let relations =
        r#"<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>"#;
    let book = r#"<workbook xmlns:r="x"><sheets><sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>"#;
    for (name, content) in [
        ("xl/workbook.xml", book),
        ("xl/_rels/workbook.xml.rels", relations),
        ("xl/sharedStrings.xml", texts),
        ("xl/worksheets/sheet1.xml", sheet),
    ] {
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A sheet with a heading and one component.
const SHEET: &str = r#"<worksheet><sheetData>
    <row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>版数</t></is></c></row>
    <row r="2"><c r="A2" t="s"><v>1</v></c><c r="B2" t="str"><f>A1</f><v>1.2</v></c></row></sheetData>
    <mergeCells><mergeCell ref="A1:A1"/></mergeCells></worksheet>"#;

/// The texts of that sheet.
const TEXTS: &str = "<sst><si><t>部品名</t></si><si><r><t>zl</t></r><r><t>ib</t></r></si></sst>";

/// Reads with and without a mapping; both end.
fn read(bytes: &[u8]) {
    let mapping = SheetMapping {
        heading_row: Some(1),
        columns: [("A".to_owned(), SheetField::Name), ("B".to_owned(), SheetField::Version)].into(),
        ..SheetMapping::default()
    };
    for mapping in [SheetMapping::default(), mapping] {
        let first = sheet::read(bytes, &mapping, true).map(|reading| (reading.sbom, reading.layout));
        let second = sheet::read(bytes, &mapping, true).map(|reading| (reading.sbom, reading.layout));
        assert_eq!(first, second);
    }
    let _ = sbom::read(bytes);
}

#[test]
fn the_small_workbook_is_one() {
    let bytes = workbook(SHEET, TEXTS);
    let reading = sheet::read(&bytes, &SheetMapping::default(), false).unwrap();
    let component = &reading.sbom.components[0];
    assert_eq!((&*component.name, component.version.as_deref()), ("zlib", Some("1.2")));
    assert_eq!(sbom::read(&bytes[..]).unwrap().components, reading.sbom.components);
}

#[test]
fn a_workbook_cut_anywhere_ends_in_a_message() {
    let bytes = workbook(SHEET, TEXTS);
    for length in 4..bytes.len() - 1 {
        let fault = sheet::read(&bytes[..length], &SheetMapping::default(), false).err();
        assert_eq!(fault.map(|fault| fault.code), Some(codes::SHEET_MALFORMED), "{length}");
    }
}

#[test]
fn merged_cells_are_bounded() {
    let merges = |n: usize, area: &str| {
        SHEET.replace("<mergeCell ref=\"A1:A1\"/>", &format!("<mergeCell ref=\"{area}\"/>").repeat(n))
    };
    let far = SHEET.replace("r=\"2\"", "r=\"1048576\"");
    for (content, limit) in [
        (merges(100_001, "A1:B2"), "SHEET_MERGES_MAX"),
        (far.replace("A1:A1", "A1:XFD1048576"), "SHEET_MERGED_CELLS_MAX"),
    ] {
        let fault = sheet::read(&workbook(&content, TEXTS), &SheetMapping::default(), false).unwrap_err();
        assert!(fault.to_string().contains(limit), "{fault}");
    }
}

#[test]
fn a_heading_of_two_rows_needs_no_merged_cells() {
    let row = |number: u32, texts: &[&str]| {
        let cell = |text: &&str| format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>");
        format!("<row r=\"{number}\">{}</row>", texts.iter().map(cell).collect::<String>())
    };
    let rows = [
        row(1, &["表題"]),
        row(3, &["部品名", "版数", "ライセンス", "", "備考"]),
        row(4, &["", "", "宣言", "確認", ""]),
        row(5, &["zlib", "1.3", "Zlib", "Zlib", ""]),
    ];
    let content = format!("<w>{}<mergeCell ref=\"A1:E1\"/></w>", rows.concat());
    let reading = sheet::read(&workbook(&content, TEXTS), &SheetMapping::default(), false).unwrap();
    let fields: Vec<_> = reading.layout.columns.iter().map(|column| column.field.unwrap()).collect();
    use SheetField as F;
    assert_eq!(fields, [F::Name, F::Version, F::LicenceDeclared, F::LicenceConcluded, F::Remarks]);
    assert_eq!(reading.layout.heading_rows, (3, 4));
}

#[test]
fn wide_rows_above_empty_ones_do_not_multiply() {
    // Every column of the short rows looks at the row above: at its words once, not once for each column.
    let wide = "component-name-that-is-none,".repeat(1_023);
    let text = format!("{wide}x\n\"\",x\n").repeat(30);
    let started = Instant::now();
    let fault = sheet::read(text.as_bytes(), &SheetMapping::default(), false).unwrap_err();
    assert_eq!(fault.code, codes::SHEET_NO_HEADING);
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
}

#[test]
fn a_large_text_is_told_by_its_beginning() {
    let row = "コンポーネントの名前,1.2.3,サプライヤの名前\n";
    for shift in 0..3 {
        let text = format!("{}名前,版数,供給者\n{}", "-".repeat(shift), row.repeat(3_000));
        let sbom = sbom::read(text.as_bytes()).unwrap();
        assert_eq!(sbom.n_components(), 3_000, "{shift}");
    }
}

proptest! {
    #[test]
    fn any_bytes_end(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        read(&bytes);
        read(&[b"PK\x03\x04", &bytes[..]].concat());
    }

    #[test]
    fn any_rows_end(rows in "([a-z0-9０-９年月日令和元/.,:\"\n\t;×〃（）()-]|名|版|製品|合計|pkg:|cpe:2.3:){0,120}") {
        read(format!("No,部品名,版数,識別子,親,ハッシュ,EOS,備考\n{rows}").as_bytes());
        read(format!("製品名,{rows}\n名前,版数\n").as_bytes());
    }

    #[test]
    fn any_sheet_ends(sheet in "(<row r=\"[0-9]{1,11}\">|<c r=\"[A-Z]{0,4}[0-9]{0,5}\" t=\"(s|n|b|e|str|d)\">|<v>[0-9.e-]{0,8}</v>|<f/>|</c>|</row>|<is><t>x</t></is>|<mergeCell ref=\"[A-Z][0-9]:[A-Z][0-9]{1,9}\"/>|<col min=\"[0-9]{1,11}\" max=\"[0-9]\" hidden=\"1\"/>){0,40}") {
        read(&workbook(&format!("<w>{sheet}</w>"), TEXTS));
        read(&workbook(&SHEET.replace("</sheetData>", &sheet), TEXTS));
    }

    #[test]
    fn any_changed_byte_ends(position in 0_usize..1_200, byte: u8) {
        let mut bytes = workbook(SHEET, TEXTS);
        let length = bytes.len();
        bytes[position % length] = byte;
        read(&bytes);
    }
}
