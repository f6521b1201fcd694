//! The binary over public data: every SBOM is read or refused with a reason, and findings are explained.

use std::path::PathBuf;

use kikimori_conformance::{Group, Row, corpus};

use crate::program::Home;

#[test]
fn every_public_sbom_is_scanned_or_refused_with_a_reason() {
    let Some(corpus) = corpus("scan of public SBOMs") else { return };
    let home = Home::new();
    let feeds = corpus.join("vulns");
    let import = home.run(&["library", "import", feeds.to_str().unwrap()]);
    assert_eq!(import.exit, 0, "{}", import.err);
    let mut files: Vec<PathBuf> = std::fs::read_dir(corpus.join("sboms"))
        .unwrap()
        .map(|item| item.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "zst"))
        .collect();
    files.sort();
    let (mut n_scanned, mut n_refused, mut n_findings) = (0, 0, 0);
    // Every seventh keeps the suite short; the readers' own suite reads all of them.
    for path in files.iter().step_by(7) {
        let run = home.run(&["scan", path.to_str().unwrap(), "-f", "json"]);
        match run.exit {
            0 => {
                let scan: serde_json::Value = serde_json::from_str(&run.out).unwrap();
                assert_eq!(scan["format"], "kikimori-scan");
                for finding in scan["findings"].as_array().unwrap() {
                    let evidence = finding["evidence"].as_array().unwrap();
                    assert!(!evidence.is_empty(), "{}: {finding}", path.display());
                    assert!(!finding["vulnerability"]["id"].as_str().unwrap().is_empty());
                    n_findings += 1;
                }
                n_scanned += 1;
            }
            2 => {
                assert!(run.err.starts_with("[SBOM-"), "{}: {}", path.display(), run.err);
                n_refused += 1;
            }
            exit => panic!("{} ended with {exit}: {}", path.display(), run.err),
        }
    }
    println!("scan of public SBOMs: {n_scanned} scanned, {n_refused} refused, {n_findings} findings");
    assert!(n_scanned > 100 && n_findings > 300);
    Row::new(
        Group::Sboms,
        "scan",
        "a scan of every seventh document, with the library of all feeds",
        n_scanned + n_refused,
        n_scanned,
    )
    .deviation(n_refused, "refused with a message code")
    .fact(format!("{n_findings} findings, each with evidence"))
    .report();
}
