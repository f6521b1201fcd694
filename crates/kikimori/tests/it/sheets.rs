//! Component sheets as a way in: CSV and XLSX, through the program.

use std::io::{Read, Write};

use rust_xlsxwriter::{Format, Formula, Workbook};
use serde_json::{Value, json};

use crate::program::Home;

/// A list as a quality department keeps it: a title block, a heading of two rows, a note, a total.
const LIST: &str = "構成部品一覧,,,,,,,,,\r\n\
    製品名：,輸液ポンプ,,作成者,品証 太郎,,作成日,R8.4.1,,\r\n\
    製品版数,4.2.1,,,,,,,,\r\n\
    ,,,,,,,,,\r\n\
    No.,部品名,版数,ﾒｰｶｰ,識別子（purl／CPE）,親部品,ライセンス,,サポート終了日,社内承認\r\n\
    ,,,,,,宣言,確認,,\r\n\
    (例：1),(必須),(必須),(任意),,,,,,\r\n\
    1,OpenSSL,Ver.3.0.15,OpenSSL Project,cpe:2.3:a:openssl:openssl:3.0.15:*:*:*:*:*:*:*,製品,Apache-2.0,Apache-2.0,令和8年9月7日,A-1\r\n\
    2,zlib,１．３．１,zlib.net,pkg:generic/zlib@1.3.1,1,Zlib,,2027年度末,\r\n\
    3,\"SQLite\n(amalgamation)\",2024/1/2,―,内製,libfoo,,,,A-3\r\n\
    ,,1.0,,,,,,,\r\n\
    2,zlib,1.3.1,zlib.net,pkg:generic/zlib@1.3.1,製品,Zlib,,,\r\n\
    合計,4件,,,,,,,,\r\n";

/// The codes of a report's notices, in order.
fn codes(report: &Value) -> Vec<&str> {
    report["notices"].as_array().unwrap().iter().map(|notice| notice["code"].as_str().unwrap()).collect()
}

/// The field that each column was taken as.
fn fields(report: &Value) -> Vec<(&str, Option<&str>)> {
    let columns = report["columns"].as_array().unwrap();
    columns.iter().map(|column| (column["column"].as_str().unwrap(), column["field"].as_str())).collect()
}

/// Reads a file with `sbom sheet`.
fn sheet(home: &Home, name: &str, bytes: &[u8], further: &[&str]) -> Value {
    let path = home.path(name);
    std::fs::write(&path, bytes).unwrap();
    let mut arguments = vec!["sbom", "sheet", path.to_str().unwrap(), "--format", "json"];
    arguments.extend(further);
    let (exit, report) = home.json(&arguments);
    assert_eq!(exit, 0, "{report}");
    report
}

/// UTF-16 with a byte order mark.
fn utf_16(text: &str) -> Vec<u8> {
    [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
}

#[test]
fn a_list_is_read_the_same_in_every_encoding() {
    let home = Home::new();
    let (shift_jis, _, has_errors) = encoding_rs::SHIFT_JIS.encode(LIST);
    assert!(!has_errors);
    let plain = sheet(&home, "utf8.csv", LIST.as_bytes(), &[]);
    for (name, bytes, encoding, notice) in [
        ("mark.csv", format!("\u{FEFF}{LIST}").into_bytes(), "UTF-8", None),
        ("wide.csv", utf_16(LIST), "UTF-16LE", None),
        ("sjis.csv", shift_jis.into_owned(), "Shift_JIS (CP932)", Some("SHEET-010")),
        ("tab.txt", utf_16(&LIST.replace(',', "\t")), "UTF-16LE", None),
    ] {
        let report = sheet(&home, name, &bytes, &[]);
        assert_eq!(report["encoding"], encoding, "{name}");
        let mut expected: Vec<&str> = notice.into_iter().collect();
        expected.extend(codes(&plain));
        assert_eq!(codes(&report), expected, "{name}");
        for key in ["columns", "skipped", "gaps", "heading_rows"] {
            assert_eq!(report[key], plain[key], "{name} {key}");
        }
    }
}

#[test]
fn says_which_column_is_what_and_what_is_missing_in_which_row() {
    let home = Home::new();
    let report = sheet(&home, "list.csv", LIST.as_bytes(), &[]);
    assert_eq!(report["heading_rows"], json!([5, 6]));
    assert_eq!(
        fields(&report),
        [
            ("A", Some("row_id")),
            ("B", Some("name")),
            ("C", Some("version")),
            ("D", Some("supplier")),
            ("E", Some("identifier")),
            ("F", Some("included_in")),
            ("G", Some("licence_declared")),
            ("H", Some("licence_concluded")),
            ("I", Some("support_end")),
            ("J", None),
        ]
    );
    assert_eq!(report["rows_read"], 4);
    assert_eq!(
        report["skipped"],
        json!([{"row": 7, "reason": "note"}, {"row": 11, "reason": "unnamed"}, {"row": 13, "reason": "total"}])
    );
    assert_eq!(
        report["gaps"],
        json!([
            {"fact": "supplier", "count": 1, "rows": [10]},
            {"fact": "identifier", "count": 1, "rows": [10]},
            {"fact": "relationship", "count": 1, "rows": [10]},
        ])
    );
    assert_eq!(report["sbom"]["subject"]["name"], "輸液ポンプ");
    assert_eq!(report["sbom"]["created_at"], "2026-04-01");
    assert_eq!(
        codes(&report),
        [
            "SHEET-017",
            "SHEET-020",
            "SHEET-021",
            "SHEET-022",
            "SHEET-031",
            "SHEET-032",
            "SHEET-033",
            "SHEET-034",
            "SHEET-036",
            "SHEET-037",
            "SHEET-042",
            "SHEET-043",
            "SHEET-044"
        ]
    );
}

#[test]
fn the_same_as_above_is_the_value_of_the_component_above() {
    let home = Home::new();
    let list = "部品名,版数,メーカー,親部品,備考\n\
        同上,9,,,\n\
        OpenSSL,同上,OpenSSL Project,製品,\n\
        同上,3.0.16,〃,ditto,同上\n\
        合計,2,,,\n\
        zlib,1.3.1,同上,〃,\n\
        libpng,1.6.43,不明,〃,\n\
        SQLite,3.45.1,〃,OpenSSL 3.0.16,\n";
    let report = sheet(&home, "same.csv", list.as_bytes(), &["--product", "輸液ポンプ", "--lang", "ja"]);
    let notices: Vec<String> = report["notices"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|notice| ["SHEET-020", "SHEET-037", "SHEET-039"].iter().any(|code| notice["code"] == *code))
        .map(|notice| format!("{} {}", notice["code"].as_str().unwrap(), notice["text"].as_str().unwrap()))
        .collect();
    assert_eq!(
        notices,
        [
            "SHEET-020 名前のない行を 1 件読み飛ばしました（行: 2）。",
            "SHEET-037 「B: 版数」の、不明や該当なしを表す値は、記載なしとして扱いました（行: 3、1 件、例: 同上）。",
            "SHEET-037 「C: メーカー」の、不明や該当なしを表す値は、記載なしとして扱いました（行: 7, 8、2 件、例: 不明）。",
            "SHEET-037 「E: 備考」の、不明や該当なしを表す値は、記載なしとして扱いました（行: 4、1 件、例: 同上）。",
            "SHEET-039 「A: 部品名」の「同上」などは、上の行の値として読み取りました（行: 4、1 件、例: OpenSSL）。",
            "SHEET-039 「C: メーカー」の「同上」などは、上の行の値として読み取りました（行: 4, 6、2 件、例: OpenSSL Project）。",
            "SHEET-039 「D: 親部品」の「同上」などは、上の行の値として読み取りました（行: 4, 6, 7、3 件、例: 製品）。",
        ]
    );
    let path = home.path("same.csv");
    let (exit, bill) = home.json(&["sbom", "convert", path.to_str().unwrap(), "--to", "cyclonedx-json"]);
    assert_eq!(exit, 0, "{bill}");
    let components: Vec<(&str, Option<&str>, Option<&str>)> = bill["components"]
        .as_array()
        .unwrap()
        .iter()
        .map(|component| {
            let supplier = component["supplier"]["name"].as_str();
            (component["name"].as_str().unwrap(), component["version"].as_str(), supplier)
        })
        .collect();
    assert_eq!(
        components,
        [
            ("OpenSSL", None, Some("OpenSSL Project")),
            ("OpenSSL", Some("3.0.16"), Some("OpenSSL Project")),
            ("zlib", Some("1.3.1"), Some("OpenSSL Project")),
            ("libpng", Some("1.6.43"), None),
            ("SQLite", Some("3.45.1"), None),
        ]
    );
}

#[test]
fn rows_that_include_each_other_in_a_circle_are_named_and_kept() {
    let home = Home::new();
    let list = "番号,部品名,版数,親部品\n\
        1,firmware,1,製品\n\
        2,network,2,4\n\
        3,tls,3,2\n\
        4,crypto,4,3\n\
        5,random,5,4\n";
    for (language, cause) in [
        ("ja", "「何に含まれるか」が循環している行が 3 件あります（行: 3–5）。"),
        ("en", "Rows that include each other in a circle: 3 (3–5)."),
    ] {
        let report = sheet(&home, "circle.csv", list.as_bytes(), &["--product", "pump", "--lang", language]);
        let notices = report["notices"].as_array().unwrap();
        let circles: Vec<&Value> = notices.iter().filter(|notice| notice["code"] == "SHEET-024").collect();
        assert_eq!(circles.len(), 1, "{report}");
        assert_eq!(circles[0]["text"], cause);
    }
    let path = home.path("circle.csv");
    let (exit, bill) = home.json(&["sbom", "convert", path.to_str().unwrap(), "--to", "cyclonedx-json"]);
    assert_eq!(exit, 0, "{bill}");
    assert_eq!(bill["components"].as_array().unwrap().len(), 5);
}

#[test]
fn every_command_takes_a_sheet() {
    let home = Home::new();
    let file = home.file("list.csv", LIST);
    let file = file.to_str().unwrap();
    let (exit, report) = home.json(&["sbom", "check", file, "--format", "json"]);
    assert_eq!((exit, &report["components"]["total"]), (0, &json!(4)));
    assert_eq!(report["sbom"]["format"], "CSV");
    let (exit, report) =
        home.json(&["sbom", "quality", file, "--format", "json", "--profile", "jp-qa6,fda-premarket"]);
    assert_eq!(exit, 0);
    assert_eq!(report["levels"], 3);
    assert_eq!(report["components"][0]["facts"]["support_end"], "given");
    assert_eq!(report["components"][1]["facts"]["support_end"], "unreadable");
    assert_eq!(report["components"][0]["unmet"].get("jp-qa6"), None);
    assert_eq!(report["components"][2]["unmet"]["jp-qa6"], json!(["supplier", "identifier", "relationship"]));
    let run = home.run(&["scan", file]);
    assert_eq!(run.exit, 3, "{}", run.err);
    let run = home.run_with(&["sbom", "check", "-"], LIST.as_bytes());
    assert_eq!(run.exit, 0, "{}", run.err);
}

#[test]
fn a_sheet_becomes_an_sbom_that_says_the_same() {
    let home = Home::new();
    let file = home.file("list.csv", LIST);
    let file = file.to_str().unwrap();
    let profile = ["--format", "json", "--profile", "jp-qa6,fda-premarket"];
    let judged = |path: &str| {
        let (exit, report) = home.json(&[&["sbom", "quality", path][..], &profile].concat());
        assert_eq!(exit, 0);
        let facts =
            report["components"].as_array().unwrap().iter().map(|component| component["facts"].clone());
        (facts.collect::<Vec<Value>>(), report["profiles"].clone(), report["levels"].clone())
    };
    let (by_sheet, by_convert) = (home.path("a.cdx.json"), home.path("b.cdx.json"));
    let run = home.run(&["sbom", "sheet", file, "--output", by_sheet.to_str().unwrap()]);
    assert_eq!(run.exit, 0, "{}", run.err);
    let run =
        home.run(&["sbom", "convert", file, "--to", "cyclonedx-json", "-o", by_convert.to_str().unwrap()]);
    assert_eq!(run.exit, 0, "{}", run.err);
    for path in [&by_sheet, &by_convert] {
        assert_eq!(judged(path.to_str().unwrap()), judged(file));
    }
    let bill: Value = serde_json::from_slice(&std::fs::read(&by_sheet).unwrap()).unwrap();
    assert_eq!(
        bill["components"][0]["properties"][0],
        json!({"name": "kikimori:sheet:社内承認", "value": "A-1"})
    );
    let spdx = home.path("c.spdx.json");
    let run = home.run(&["sbom", "convert", file, "--to", "spdx-json", "-o", spdx.to_str().unwrap()]);
    assert!(
        run.exit == 0 && run.err.contains("support-ends-on"),
        "what SPDX has no room for is named: {}",
        run.err
    );
}

#[test]
fn a_mapping_is_written_edited_and_given_back() {
    let home = Home::new();
    let file = home.file("odd.csv", "Bezeichnung,Stand,Firma\nzlib,1.3,zlib.net\n");
    let file = file.to_str().unwrap();
    let run = home.run(&["sbom", "sheet", file]);
    assert_eq!(run.exit, 2);
    assert!(run.err.contains("SHEET-001") && run.err.contains("Bezeichnung"), "{}", run.err);
    let mapping =
        home.file("m.yaml", "heading_row: 1\ncolumns: {Bezeichnung: name, B: version, Firma: supplier}\n");
    let mapping = mapping.to_str().unwrap();
    let written = home.path("w.yaml");
    let written = written.to_str().unwrap();
    let (exit, first) = home.json(&[
        "sbom",
        "sheet",
        file,
        "--mapping",
        mapping,
        "--product",
        "Pump",
        "--write-mapping",
        written,
        "--format",
        "json",
    ]);
    assert_eq!(exit, 0);
    assert_eq!(fields(&first), [("A", Some("name")), ("B", Some("version")), ("C", Some("supplier"))]);
    let (_, second) = home.json(&["sbom", "sheet", file, "--mapping", written, "--format", "json"]);
    assert_eq!(second["columns"], first["columns"]);
    assert_eq!(second["sbom"]["subject"]["name"], "Pump");
    let run = home.run(&["sbom", "sheet", file, "--mapping", mapping, "--write-mapping", written]);
    assert_eq!(run.exit, 2, "an edited mapping is never replaced");
    for (content, code) in [("columns: {Z: name}", "SHEET-005"), ("columns: {A: nonsense}", "SHEET-004")] {
        home.file(
            "m.yaml",
            &format!(
                "heading_row: 1\n{}",
                content.replace("}", if code == "SHEET-005" { ", A: name}" } else { "}" })
            ),
        );
        let run = home.run(&["sbom", "sheet", file, "--mapping", mapping]);
        assert!(run.exit == 2 && run.err.contains(code), "{}", run.err);
    }
}

/// A workbook with a cover, merged headings, numbers, dates, formulas, hidden rows and sheets.
fn workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    let plain = Format::new();
    book.add_worksheet().set_name("表紙").unwrap().write(0, 0, "医療機器ソフトウェア").unwrap();
    let page = book.add_worksheet().set_name("部品一覧").unwrap();
    page.merge_range(0, 0, 0, 5, "ソフトウェア部品一覧", &plain).unwrap();
    page.write(1, 0, "製品名").unwrap().write(1, 1, "画像ビューア").unwrap();
    page.merge_range(3, 0, 4, 0, "コンポーネント名", &plain).unwrap();
    page.merge_range(3, 1, 4, 1, "バージョン", &plain).unwrap();
    page.merge_range(3, 2, 4, 2, "供給者", &plain).unwrap();
    page.merge_range(3, 3, 3, 4, "ライセンス", &plain).unwrap();
    page.write(4, 3, "宣言").unwrap().write(4, 4, "確認").unwrap();
    page.merge_range(3, 5, 4, 5, "EOS", &plain).unwrap();
    page.write(5, 0, "openjpeg").unwrap().write(5, 1, 2.5).unwrap().write(5, 3, "BSD-2-Clause").unwrap();
    page.merge_range(5, 2, 6, 2, "UCLouvain", &plain).unwrap();
    let date = Format::new().set_num_format("[$-411]ggge\"年\"m\"月\"d\"日\"");
    page.write_number_with_format(5, 5, 46_477, &date).unwrap();
    page.write(6, 0, "libtiff").unwrap();
    page.write_formula(6, 1, Formula::new("\"4.\"&\"7\"").set_result("4.7")).unwrap();
    page.write(7, 0, "dcmtk").unwrap().write_number_with_format(7, 1, 45_293, &date).unwrap();
    page.set_row_hidden(7).unwrap();
    page.write(8, 0, "qt").unwrap().write_formula(8, 1, Formula::new("1+1").set_result("2")).unwrap();
    let hidden = book.add_worksheet().set_name("旧版").unwrap();
    hidden.write(0, 0, "コンポーネント名").unwrap();
    hidden.set_hidden(true);
    edited(&book.save_to_buffer().unwrap(), "xl/worksheets/sheet2.xml", |page| {
        page.replacen("<f>1+1</f><v>2</v>", "<f>1+1</f>", 1)
    })
}

#[test]
fn a_workbook_is_read_without_computing_anything() {
    let home = Home::new();
    let report = sheet(&home, "book.xlsx", &workbook(), &["--lang", "en"]);
    assert_eq!(report["sheet"], "部品一覧");
    assert_eq!(report["other_sheets"], json!(["表紙", "旧版"]));
    assert_eq!(report["heading_rows"], json!([4, 5]));
    let expected = [
        ("A", Some("name")),
        ("B", Some("version")),
        ("C", Some("supplier")),
        ("D", Some("licence_declared")),
        ("E", Some("licence_concluded")),
        ("F", Some("support_end")),
    ];
    assert_eq!(fields(&report), expected);
    let said: Vec<String> = report["notices"]
        .as_array()
        .unwrap()
        .iter()
        .map(|notice| format!("{} {}", notice["code"].as_str().unwrap(), notice["text"].as_str().unwrap()))
        .collect();
    for (code, words) in [
        ("SHEET-012", "表紙, 旧版"),
        ("SHEET-013", "(8; 1)"),
        ("SHEET-015", ": 1 (7)"),
        ("SHEET-016", ": 1 (9)"),
        ("SHEET-030", "(rows 6, 7; 2; for example 2.5)"),
        ("SHEET-031", "for example 2024-01-02"),
        ("SHEET-041", ": 1 (rows 9)"),
        ("SHEET-042", "(rows 8, 9)"),
    ] {
        assert!(said.iter().any(|said| said.starts_with(code) && said.contains(words)), "{code}: {said:#?}");
    }
    let path = home.path("book.xlsx");
    let (_, report) = home.json(&["sbom", "quality", path.to_str().unwrap(), "--format", "json"]);
    assert_eq!(report["components"][0]["facts"]["support_end"], "given");
    assert_eq!(
        report["components"][1]["facts"]["supplier"], "given",
        "a supplier that is merged over two rows"
    );
    let run = home.run(&["sbom", "sheet", path.to_str().unwrap(), "--sheet", "無い"]);
    assert!(run.exit == 2 && run.err.contains("SHEET-002") && run.err.contains("部品一覧"), "{}", run.err);
}

/// A workbook with a part replaced by what `edit` makes of it.
fn edited(bytes: &[u8], part: &str, edit: impl Fn(String) -> String) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let mut member = archive.by_index(index).unwrap();
        let name = member.name().unwrap().into_owned();
        let mut content = String::new();
        member.read_to_string(&mut content).unwrap();
        writer.start_file(name.as_str(), zip::write::SimpleFileOptions::default()).unwrap();
        let content = if name == part { edit(content) } else { content };
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// The template with these texts in its cells.
fn filled(template: &[u8], cells: &[(&str, &str)]) -> Vec<u8> {
    edited(template, "xl/worksheets/sheet1.xml", |mut page| {
        for (cell, text) in cells {
            let start = page.find(&format!("<c r=\"{cell}\"")).unwrap_or_else(|| panic!("no cell {cell}"));
            let length = page[start..].find("/>").map(|at| at + 2).unwrap();
            let length = page[start..].find("</c>").map_or(length, |at| length.min(at + 4));
            let inline = format!("<c r=\"{cell}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
            page.replace_range(start..start + length, &inline);
        }
        page
    })
}

#[test]
fn the_template_filled_in_is_read_without_any_notice() {
    let home = Home::new();
    for (language, product) in [("ja", "製品"), ("en", "Product")] {
        let path = home.path(&format!("{language}.xlsx"));
        let run = home.run(&["sbom", "template", "--output", path.to_str().unwrap(), "--lang", language]);
        assert_eq!(run.exit, 0, "{}", run.err);
        let template = std::fs::read(&path).unwrap();
        let empty = sheet(&home, "empty.xlsx", &template, &["--lang", language]);
        assert_eq!(codes(&empty), ["SHEET-023", "SHEET-040"], "{language}");
        let bytes = filled(
            &template,
            &[
                ("C5", "輸液ポンプ"),
                ("C6", "4.2.1"),
                ("C7", "架空医療機器"),
                ("C8", "品質保証部"),
                ("C9", "2026年4月1日"),
                ("A12", "1"),
                ("A13", "2"),
                ("B13", "zlib"),
                ("C13", "1.3.1"),
                ("D13", "zlib.net"),
                ("E13", "pkg:generic/zlib@1.3.1"),
                ("F13", "1"),
                ("H12", &"ab".repeat(32)),
            ],
        );
        let report = sheet(&home, "filled.xlsx", &bytes, &["--lang", language]);
        assert_eq!(codes(&report), [""; 0], "{report}");
        assert_eq!(report["gaps"], json!([]));
        assert!(report["columns"].as_array().unwrap().iter().all(|column| column["field"].is_string()));
        let filled_path = home.path("filled.xlsx");
        let (_, report) = home.json(&[
            "sbom",
            "quality",
            filled_path.to_str().unwrap(),
            "--format",
            "json",
            "--profile",
            "jp-qa6",
        ]);
        assert_eq!(report["profiles"][0]["verdict"], "met", "{report}");
        let text = home.path(&format!("{language}.csv"));
        assert_eq!(home.run(&["sbom", "template", "-o", text.to_str().unwrap(), "--lang", language]).exit, 0);
        let text = std::fs::read_to_string(&text).unwrap();
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        for (line, value) in [(1, "Pump"), (2, "4.2.1"), (3, "Maker"), (4, "QA"), (5, "2026-04-01")] {
            lines[line].push_str(value);
        }
        *lines.last_mut().unwrap() =
            format!("1,zlib,1.3.1,zlib.net,pkg:generic/zlib@1.3.1,{product},Zlib,,,,,,");
        let report = sheet(&home, "filled.csv", lines.join("\r\n").as_bytes(), &["--lang", language]);
        assert_eq!(codes(&report), [""; 0], "{report}");
    }
}

#[test]
fn other_spreadsheets_and_bombs_are_refused_in_words() {
    let home = Home::new();
    let check = |name: &str, bytes: &[u8], code: &str, words: &str| {
        let path = home.path(name);
        std::fs::write(&path, bytes).unwrap();
        for command in [&["sbom", "sheet"][..], &["sbom", "check"]] {
            let run = home.run(&[command, &[path.to_str().unwrap()]].concat());
            assert!(
                run.exit == 2 && run.err.contains(code) && run.err.contains(words),
                "{name}: {}",
                run.err
            );
        }
    };
    check("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and more", "SHEET-003", "XLS");
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for name in ["mimetype", "content.xml"] {
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(b"application/vnd.oasis.opendocument.spreadsheet").unwrap();
    }
    check("list.ods", &writer.finish().unwrap().into_inner(), "SHEET-003", "OpenDocument");
    let bomb =
        edited(&workbook(), "xl/worksheets/sheet2.xml", |page| format!("{page}{}", " ".repeat(70 << 20)));
    check("bomb.xlsx", &bomb, "SBOM-003", "SHEET_RATIO_MAX");
    let far =
        edited(&workbook(), "xl/worksheets/sheet2.xml", |page| page.replacen("r=\"A6\"", "r=\"XFD6\"", 1));
    check("far.xlsx", &far, "SBOM-003", "SHEET_COLUMNS_MAX");
    let entity =
        edited(&workbook(), "xl/workbook.xml", |page| page.replacen("<workbook", "<!DOCTYPE x><workbook", 1));
    check("entity.xlsx", &entity, "SHEET-006", "document type");
    check(
        "long.csv",
        format!("名前,版数\n{},1\n", "長".repeat(100_000)).as_bytes(),
        "SBOM-003",
        "SHEET_CELL_BYTES_MAX",
    );
}
