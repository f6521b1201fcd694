//! Findings that keep themselves: from the SBOM to the finding, and through every change of library, SBOM, rule and name.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use kikimori_app::app_error::AppError;
use kikimori_app::findings::assess_findings::{AssessmentInput, assess_findings};
use kikimori_app::findings::copy_assessment::copy_assessment;
use kikimori_app::findings::export_findings::{ExportWords, export_findings};
use kikimori_app::findings::get_finding::{FindingDetails, get_finding};
use kikimori_app::findings::get_vulnerability::get_vulnerability;
use kikimori_app::findings::list_findings::{FindingsAsked, ListedFinding, list_findings};
use kikimori_app::identities::decide_identity::{IdentityDraft, decide_identity};
use kikimori_app::identities::list_unresolved::{get_unresolved, list_rules, list_unresolved};
use kikimori_app::identities::revoke_rule::revoke_rule;
use kikimori_app::import_library::{ImportOptions, import_library};
use kikimori_app::installation::Installation;
use kikimori_app::library_changed::note_library;
use kikimori_app::products::add_product::add_product;
use kikimori_app::products::add_release::add_release;
use kikimori_app::products::export_products::ListForm;
use kikimori_app::sboms::ingest_sbom::ingest_sbom;
use kikimori_app::sboms::withdraw_sbom::withdraw_sbom;
use kikimori_app::sboms::{HandedIn, MATCH_SBOM, SubjectDraft};
use kikimori_app::scan_sbom::{ScanRequest, scan_sbom};
use kikimori_app::worker::Worker;
use kikimori_core::access::{Actor, Role};
use kikimori_core::assessment::AssessmentDraft;
use kikimori_core::finding::{Finding, Verdict};
use kikimori_core::id::{FindingNumber, Id, OrganisationId, ProductId, ReleaseId, SbomId};
use kikimori_core::sbom_revision::SbomSource;
use kikimori_core::stamp::Stamp;
use kikimori_matcher::library::import::ImportMode;
use kikimori_store::finding_lists::FindingFilter;
use kikimori_store::jobs::{self, JobState};
use kikimori_store::sbom_checks::UnresolvedFilter;
use kikimori_store::{Scope, sbom_checks, units};
use kikimori_testbed::TestDatabase;

use crate::products::{named, version};
use crate::world::{ALL, NOW, actor, demo, id, psirt, world};

/// The demo's SBOMs.
const SBOMS: [&str; 3] =
    ["infusion-pump-4.2.1.cdx.json", "image-viewer-3.0.0.spdx.json", "ventilator-2.7.0.spdx"];
/// The demo's feeds.
const FEEDS: [&str; 5] = ["nvd-2.0-excerpt.json", "cve-records.ndjson", "osv.ndjson", "kev.json", "epss.csv"];

/// An installation whose clock can be moved, with a worker.
struct Bench {
    /// What it works on.
    installation: Installation,
    /// The worker.
    worker: Worker,
    /// The clock's time.
    now: Arc<AtomicI64>,
}

impl Bench {
    /// A bench on a fresh database.
    async fn new(bed: &TestDatabase) -> Self {
        let still = world(bed).await;
        let now = Arc::new(AtomicI64::new(NOW.0));
        let (clock, count) = (Arc::clone(&now), AtomicI64::new(1 << 40));
        let randomness = move |bytes: &mut [u8]| {
            let next = count.fetch_add(1, Ordering::Relaxed).to_be_bytes();
            let place = bytes.len().saturating_sub(next.len());
            bytes[place..].copy_from_slice(&next);
        };
        let clock = move || Stamp(clock.load(Ordering::Relaxed));
        let folder = still.folder().to_path_buf();
        let installation = Installation::new(still.database, folder, Arc::new(clock), Arc::new(randomness));
        std::fs::create_dir_all(installation.folder()).unwrap();
        let worker = Worker::new(installation.clone());
        Self { installation, worker, now }
    }

    /// A bench with the demo's library.
    async fn with_demo(bed: &TestDatabase) -> Self {
        let bench = Self::new(bed).await;
        let feeds =
            FEEDS.map(|name| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../demo/feeds").join(name));
        bench.import(&feeds, ImportMode::Whole { allow_shrink: true }).await;
        bench
    }

    /// Imports files and notes the change.
    async fn import(&self, paths: &[PathBuf], mode: ImportMode) {
        let options = ImportOptions { mode, now: self.installation.now(), n_threads: 1 };
        std::fs::create_dir_all(self.installation.library_folder()).unwrap();
        import_library(&self.installation.library_folder(), paths, options, &|_| {}).unwrap();
        note_library(&self.installation).await.unwrap();
    }

    /// Imports OSV records as a delta.
    async fn import_osv(&self, records: &[String]) {
        self.pass(1_000);
        let path = self.installation.folder().join(format!("delta-{}.ndjson", self.installation.now().0));
        std::fs::write(&path, records.join("\n")).unwrap();
        self.import(&[path], ImportMode::Delta).await;
    }

    /// Lets time pass.
    fn pass(&self, milliseconds: i64) {
        self.now.fetch_add(milliseconds, Ordering::Relaxed);
    }

    /// Works until nothing waits; every job must have ended well.
    async fn work(&self) {
        while self.worker.run_once(0).await.unwrap() {}
        let mut read = self.installation.database.begin_read(Scope::System).await.unwrap();
        for job in jobs::list(&mut read, None, None, ALL).await.unwrap().0 {
            assert_eq!(job.state, JobState::Done, "{job:?}");
        }
    }

    /// A product with a release.
    async fn release(&self, who: &Actor, name: &str) -> (ProductId, ReleaseId) {
        let (product, _) = add_product(&self.installation, who, &named(name)).await.unwrap();
        let (release, _) = add_release(&self.installation, who, product, &version("1.0")).await.unwrap();
        (product, release)
    }

    /// Hands a file in.
    async fn hand_in(&self, who: &Actor, release: ReleaseId, path: PathBuf) -> SbomId {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let file = HandedIn { path, name };
        let draft = SubjectDraft::default();
        ingest_sbom(&self.installation, who, &file, release, &draft, SbomSource::Api).await.unwrap().sbom.id
    }

    /// Hands a bill of npm packages in.
    async fn hand_in_npm(&self, who: &Actor, release: ReleaseId, packages: &[(&str, &str)]) -> SbomId {
        let listed: Vec<String> = packages
            .iter()
            .map(|(name, version)| {
                format!(r#"{{"type":"library","name":"{name}","version":"{version}","purl":"pkg:npm/{name}@{version}"}}"#)
            })
            .collect();
        let text =
            format!(r#"{{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{}]}}"#, listed.join(","));
        let path = self.installation.folder().join(format!("bill-{}.json", self.installation.new_id()));
        std::fs::write(&path, text).unwrap();
        self.hand_in(who, release, path).await
    }

    /// The findings that fit.
    async fn list(&self, who: &Actor, filter: FindingFilter) -> Vec<ListedFinding> {
        let asked = FindingsAsked { filter, ..FindingsAsked::default() };
        list_findings(&self.installation, who, &asked, ALL).await.unwrap().0
    }

    /// Component and vulnerability of the open findings.
    async fn open(&self, who: &Actor) -> Vec<(String, String)> {
        let filter = FindingFilter { is_open: Some(true), ..FindingFilter::default() };
        let mut found: Vec<_> = self
            .list(who, filter)
            .await
            .into_iter()
            .map(|one| (one.finding.component_label, one.finding.vulnerability_name))
            .collect();
        found.sort();
        found
    }

    /// The only finding that fits a vulnerability's name, with everything about it.
    async fn details(&self, name: &str) -> FindingDetails {
        let asked = FindingsAsked { vulnerability: Some(name.to_owned()), ..FindingsAsked::default() };
        let (found, n) = list_findings(&self.installation, &psirt(), &asked, ALL).await.unwrap();
        assert_eq!(n, 1, "{name}: {found:?}");
        let number = FindingNumber::new(found[0].finding.number.unsigned_abs()).unwrap();
        get_finding(&self.installation, &psirt(), number).await.unwrap()
    }

    /// Assesses the only finding of a vulnerability.
    async fn assess(&self, name: &str, status: &str) {
        let details = self.details(name).await;
        let number = FindingNumber::new(details.listed.finding.number.unsigned_abs()).unwrap();
        let draft = AssessmentDraft {
            status: status.to_owned(),
            impact_ja: "該当する機能を使っていません。".to_owned(),
            ..AssessmentDraft::default()
        };
        let findings = vec![(number, Some(details.listed.finding.revision))];
        let input = AssessmentInput { findings, draft, ..AssessmentInput::default() };
        assess_findings(&self.installation, &psirt(), &input).await.unwrap();
    }
}

/// An OSV record about an npm package: from 0 to before `fixed`.
fn osv(id: &str, modified: &str, name: &str, fixed: &str, aliases: &[&str], is_withdrawn: bool) -> String {
    let aliases: Vec<String> = aliases.iter().map(|alias| format!("\"{alias}\"")).collect();
    let withdrawn =
        if is_withdrawn { format!(r#""withdrawn":"{modified}T00:00:00Z","#) } else { String::new() };
    format!(
        r#"{{"schema_version":"1.6.0","id":"{id}","modified":"{modified}T00:00:00Z",{withdrawn}"aliases":[{}],"summary":"invented","affected":[{{"package":{{"ecosystem":"npm","name":"{name}"}},"ranges":[{{"type":"SEMVER","events":[{{"introduced":"0"}},{{"fixed":"{fixed}"}}]}}]}}]}}"#,
        aliases.join(",")
    )
}

/// What an event is called.
fn kinds(details: &FindingDetails) -> Vec<&str> {
    details.events.iter().rev().map(|event| event.kind.as_str()).collect()
}

/// Component, vulnerability and verdict.
type Said = (String, String, &'static str);

/// What a scan says, by name and version of the component.
fn said_by_scan(path: &std::path::Path, library: &std::path::Path) -> (BTreeSet<Said>, usize) {
    let request = ScanRequest {
        sbom: path,
        library,
        platform: Vec::new(),
        max_age_days: None,
        now: NOW,
        include_not_affected: false,
        n_threads: 1,
        rules: Vec::new(),
    };
    let outcome = scan_sbom(&request).unwrap();
    let said = |finding: &Finding| {
        let component = &outcome.file.sbom.components[finding.component as usize];
        let version = component.version.as_ref().map(|text| format!(" {text}")).unwrap_or_default();
        let verdict = match finding.verdict {
            Verdict::Affected => "affected",
            Verdict::Unknown => "unknown",
            Verdict::NotAffected => "not_affected",
        };
        (format!("{}{version}", component.name), finding.vulnerability.id.clone(), verdict)
    };
    let scan = &outcome.scan;
    (scan.findings.iter().chain(&scan.retracted).map(said).collect(), scan.not_checked.len())
}

#[tokio::test]
async fn findings_are_those_of_the_command_line() {
    for bed in kikimori_testbed::each().await {
        let bench = Bench::with_demo(&bed).await;
        let mut n_findings = 0;
        for name in SBOMS {
            let (product, release) = bench.release(&psirt(), name).await;
            let sbom = bench.hand_in(&psirt(), release, demo(name)).await;
            bench.work().await;
            let (expected, n_not_checked) = said_by_scan(&demo(name), &bench.installation.library_folder());
            let filter = FindingFilter { product: Some(product), ..FindingFilter::default() };
            let mut found = BTreeSet::new();
            for listed in bench.list(&psirt(), filter).await {
                let number = FindingNumber::new(listed.finding.number.unsigned_abs()).unwrap();
                let details = get_finding(&bench.installation, &psirt(), number).await.unwrap();
                for place in &details.places {
                    assert!(!place.evidence.statements.is_empty());
                    let verdict = match place.occurrence.verdict.as_str() {
                        "affected" => "affected",
                        "unknown" => "unknown",
                        _ => "not_affected",
                    };
                    assert_eq!(place.occurrence.is_open, verdict != "not_affected");
                    found.insert((
                        place.occurrence.label.clone(),
                        details.vulnerability.name.clone(),
                        verdict,
                    ));
                }
            }
            assert_eq!(found, expected, "{name}");
            n_findings += found.len();
            let organisation = OrganisationId::new(id(1));
            let mut read = bench.installation.database.begin_read(Scope::System).await.unwrap();
            let check = sbom_checks::get(&mut read, organisation, sbom).await.unwrap().unwrap();
            assert_eq!((check.state.as_str(), check.n_not_checked as usize), ("matched", n_not_checked));
            let rows = sbom_checks::not_checked(&mut read, organisation, sbom, 100).await.unwrap();
            assert_eq!(rows.len(), n_not_checked);
        }
        assert!(n_findings > 40, "{n_findings}");
    }
}

#[tokio::test]
async fn without_a_library_nothing_is_checked_and_that_is_said() {
    for bed in kikimori_testbed::each().await {
        let bench = Bench::new(&bed).await;
        let (_, release) = bench.release(&psirt(), "ポンプ").await;
        let sbom = bench.hand_in(&psirt(), release, demo(SBOMS[0])).await;
        bench.work().await;
        let organisation = OrganisationId::new(id(1));
        let mut read = bench.installation.database.begin_read(Scope::System).await.unwrap();
        let check = sbom_checks::get(&mut read, organisation, sbom).await.unwrap().unwrap();
        assert_eq!(check.state, "no_library");
        assert_eq!(check.n_not_checked, check.n_components);
        drop(read);
        assert!(bench.open(&psirt()).await.is_empty());

        bench.pass(1_000);
        let feeds =
            FEEDS.map(|name| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../demo/feeds").join(name));
        bench.import(&feeds, ImportMode::Whole { allow_shrink: true }).await;
        bench.work().await;
        let mut read = bench.installation.database.begin_read(Scope::System).await.unwrap();
        let check = sbom_checks::get(&mut read, organisation, sbom).await.unwrap().unwrap();
        assert_eq!(check.state, "matched", "the library that came is used by itself");
        drop(read);
        assert!(!bench.open(&psirt()).await.is_empty());
    }
}

#[tokio::test]
async fn a_delta_matches_only_what_it_touches() {
    for bed in kikimori_testbed::each().await {
        let bench = Bench::new(&bed).await;
        bench.import_osv(&[osv("GHSA-aaaa-aaaa-0001", "2026-01-01", "first", "2.0.0", &[], false)]).await;
        for who in [psirt(), actor(2, Role::Psirt)] {
            let (_, release) = bench.release(&who, "ポンプ").await;
            bench
                .hand_in_npm(&who, release, &[("first", "1.0.0"), ("second", "1.0.0"), ("third", "1.0.0")])
                .await;
        }
        bench.work().await;
        let one = vec![("first 1.0.0".to_owned(), "GHSA-aaaa-aaaa-0001".to_owned())];
        assert_eq!(bench.open(&psirt()).await, one);
        let before = bench.installation.now();

        bench
            .import_osv(&[osv(
                "GHSA-aaaa-aaaa-0002",
                "2026-02-01",
                "second",
                "2.0.0",
                &["CVE-2026-0002"],
                false,
            )])
            .await;
        bench.work().await;
        let both = vec![one[0].clone(), ("second 1.0.0".to_owned(), "CVE-2026-0002".to_owned())];
        for who in [psirt(), actor(2, Role::Psirt)] {
            assert_eq!(bench.open(&who).await, both, "a unit is matched once for everybody");
        }
        let mut read = bench.installation.database.begin_read(Scope::System).await.unwrap();
        let identities: Vec<_> = kikimori_store::identities::list_after(&mut read, None, 100).await.unwrap();
        let ids: Vec<_> = identities.iter().map(|(id, _)| *id).collect();
        let units = units::of_identities(&mut read, &ids).await.unwrap();
        assert_eq!(units.len(), 3, "shared by both");
        let n_again = units.iter().filter(|unit| unit.matched_at > before).count();
        assert_eq!(n_again, 1, "{units:?}");
        assert!(units.iter().all(|unit| !unit.is_stale));
    }
}

#[tokio::test]
async fn an_assessment_survives_what_changes_nothing_and_is_reopened_by_what_does() {
    for bed in kikimori_testbed::each().await {
        let bench = Bench::new(&bed).await;
        let (id, name) = ("GHSA-aaaa-aaaa-0001", "first");
        bench.import_osv(&[osv(id, "2026-01-01", name, "2.0.0", &[], false)]).await;
        let (product, release) = bench.release(&psirt(), "ポンプ").await;
        bench.hand_in_npm(&psirt(), release, &[(name, "1.0.0"), ("gone", "1.0.0")]).await;
        bench.work().await;
        bench.assess(id, "not_affected").await;
        let number = bench.details(id).await.listed.finding.number;

        // A re-upload, another release with another version, a new name, a new revision that says the same.
        bench.hand_in_npm(&psirt(), release, &[(name, "1.0.0"), ("other", "1.0.0")]).await;
        let (next, _) = add_release(&bench.installation, &psirt(), product, &version("1.1")).await.unwrap();
        bench.hand_in_npm(&psirt(), next, &[(name, "1.5.0")]).await;
        bench.work().await;
        bench.import_osv(&[osv(id, "2026-03-01", name, "2.0.0", &["CVE-2026-0001"], false)]).await;
        bench.work().await;
        let details = bench.details("CVE-2026-0001").await;
        let finding = &details.listed.finding;
        assert_eq!(
            (finding.number, finding.status.as_str(), finding.is_reopened),
            (number, "not_affected", false)
        );
        assert_eq!(details.listed.releases.len(), 2);
        assert_eq!(details.aliases, ["CVE-2026-0001", id]);
        assert_eq!(details.assessments.len(), 1);

        // Another range is another matter.
        bench.import_osv(&[osv(id, "2026-04-01", name, "3.0.0", &["CVE-2026-0001"], false)]).await;
        bench.work().await;
        let details = bench.details("CVE-2026-0001").await;
        assert!(details.listed.finding.is_reopened);
        assert_eq!(
            details.listed.finding.status, "not_affected",
            "what was said stays until somebody says more"
        );
        let happened = ["appeared", "assessed", "evidence_changed", "reopened", "evidence_changed"];
        assert_eq!(kinds(&details), happened, "in each of two releases, reopened once");
        bench.assess("CVE-2026-0001", "affected").await;
        assert!(!bench.details(id).await.listed.finding.is_reopened);

        // The record is withdrawn: the finding goes, and says why.
        bench.import_osv(&[osv(id, "2026-05-01", name, "3.0.0", &["CVE-2026-0001"], true)]).await;
        bench.work().await;
        assert!(bench.open(&psirt()).await.is_empty());
        let details = bench.details(id).await;
        let finding = &details.listed.finding;
        assert!(!finding.is_open && finding.status == "affected");
        assert_eq!(finding.retracted_reason.as_deref(), Some("no_longer_matched"));
        assert_eq!(kinds(&details).last(), Some(&"retracted"));

        // And it comes back with everything that was said.
        bench.import_osv(&[osv(id, "2026-06-01", name, "3.0.0", &["CVE-2026-0001"], false)]).await;
        bench.work().await;
        let details = bench.details(id).await;
        assert_eq!((details.listed.finding.number, details.assessments.len()), (number, 2));
        assert_eq!(kinds(&details).last(), Some(&"reappeared"));
    }
}

#[tokio::test]
async fn names_that_turn_out_to_mean_one_vulnerability_join_their_findings() {
    for bed in kikimori_testbed::each().await {
        let bench = Bench::new(&bed).await;
        let (left, right) = ("GHSA-aaaa-aaaa-0001", "PYSEC-2026-1");
        let record =
            |id: &str, modified: &str, aliases: &[&str]| osv(id, modified, "first", "2.0.0", aliases, false);
        bench.import_osv(&[record(left, "2026-01-01", &[]), record(right, "2026-01-01", &[])]).await;
        let (_, release) = bench.release(&psirt(), "ポンプ").await;
        bench.hand_in_npm(&psirt(), release, &[("first", "1.0.0")]).await;
        bench.work().await;
        assert_eq!(bench.open(&psirt()).await.len(), 2);
        bench.assess(left, "affected").await;
        bench.assess(right, "not_affected").await;
        let numbers =
            [bench.details(left).await, bench.details(right).await].map(|one| one.listed.finding.number);

        bench
            .import_osv(&[
                record(left, "2026-02-01", &["CVE-2026-0001"]),
                record(right, "2026-02-01", &["CVE-2026-0001"]),
            ])
            .await;
        bench.work().await;
        assert_eq!(bench.open(&psirt()).await, [("first 1.0.0".to_owned(), "CVE-2026-0001".to_owned())]);
        let details = bench.details("CVE-2026-0001").await;
        assert!(numbers.contains(&details.listed.finding.number));
        assert_eq!(details.aliases, ["CVE-2026-0001", left, right]);
        assert_eq!(details.assessments.len(), 2, "nothing that was said is lost");
        assert!(details.listed.finding.is_reopened, "they differ: somebody has to look");
        assert!(kinds(&details).contains(&"alias_merged"));
        assert_eq!(bench.details(left).await.listed.finding.number, details.listed.finding.number);
    }
}

#[tokio::test]
async fn a_withdrawn_bill_takes_its_findings_along() {
    for bed in kikimori_testbed::each().await {
        let bench = Bench::with_demo(&bed).await;
        let (_, release) = bench.release(&psirt(), "ポンプ").await;
        let sbom = bench.hand_in(&psirt(), release, demo(SBOMS[0])).await;
        bench.work().await;
        assert!(!bench.open(&psirt()).await.is_empty());
        bench.pass(1_000);
        withdraw_sbom(&bench.installation, &psirt(), sbom, "別の製品のものでした").await.unwrap();
        bench.work().await;
        assert!(bench.open(&psirt()).await.is_empty());
        let filter = FindingFilter { is_open: Some(false), ..FindingFilter::default() };
        let gone = bench.list(&psirt(), filter).await;
        assert!(gone.iter().any(|one| one.finding.retracted_reason.as_deref() == Some("sbom_withdrawn")));
        assert!(gone.iter().all(|one| one.releases.len() == 1), "one can still see where they were");
    }
}

#[tokio::test]
async fn what_a_killed_worker_left_is_done_once() {
    for bed in kikimori_testbed::each().await {
        let bench = Bench::with_demo(&bed).await;
        bench.work().await;
        let (_, release) = bench.release(&psirt(), "ポンプ").await;
        bench.hand_in(&psirt(), release, demo(SBOMS[0])).await;
        let now = bench.installation.now();
        let mut work = bench.installation.database.begin(Scope::System).await.unwrap();
        let taken = jobs::lease(&mut work, "killed", now, Stamp(now.0 + 60_000), 0).await.unwrap().unwrap();
        assert_eq!(taken.kind, MATCH_SBOM);
        work.commit().await.unwrap();
        assert!(!bench.worker.run_once(0).await.unwrap(), "it is held");
        assert!(bench.open(&psirt()).await.is_empty());

        bench.pass(60_001);
        let other = Worker::new(bench.installation.clone());
        let (first, second) = tokio::join!(bench.worker.run_once(0), other.run_once(0));
        assert_eq!([first.unwrap(), second.unwrap()].iter().filter(|had| **had).count(), 1);
        bench.work().await;
        let (expected, _) = said_by_scan(&demo(SBOMS[0]), &bench.installation.library_folder());
        let all = bench.list(&psirt(), FindingFilter::default()).await;
        let places: usize = {
            let mut read = bench.installation.database.begin_read(Scope::System).await.unwrap();
            let ids: Vec<_> = all.iter().map(|one| one.finding.id).collect();
            let organisation = OrganisationId::new(id(1));
            kikimori_store::findings::occurrences_of(&mut read, organisation, &ids).await.unwrap().len()
        };
        assert_eq!(places, expected.len());
        let mut read = bench.installation.database.begin_read(Scope::System).await.unwrap();
        let job = jobs::get(&mut read, taken.id).await.unwrap().unwrap();
        assert_eq!((job.state, job.n_attempts), (JobState::Done, 2));
    }
}

#[tokio::test]
async fn several_workers_work_safely_together() {
    for bed in kikimori_testbed::each().await {
        let bench = Bench::with_demo(&bed).await;
        let mut expected = 0;
        for (number, name) in SBOMS.iter().cycle().take(9).enumerate() {
            let (_, release) = bench.release(&psirt(), &format!("製品{number}")).await;
            bench.hand_in(&psirt(), release, demo(name)).await;
            let (said, _) = said_by_scan(&demo(name), &bench.installation.library_folder());
            expected += said.len();
        }
        let workers: Vec<Worker> = (0..4).map(|_| Worker::new(bench.installation.clone())).collect();
        let mut hands = Vec::new();
        for worker in workers {
            hands.push(tokio::spawn(async move { while worker.run_once(0).await.unwrap() {} }));
        }
        for hand in hands {
            hand.await.unwrap();
        }
        // What met another worker's turn was put back for later.
        for _ in 0..5 {
            bench.pass(600_000);
            while bench.worker.run_once(0).await.unwrap() {}
        }
        bench.work().await;
        let mut read = bench.installation.database.begin_read(Scope::System).await.unwrap();
        let all = bench.list(&psirt(), FindingFilter::default()).await;
        let numbers: BTreeSet<i64> = all.iter().map(|one| one.finding.number).collect();
        assert_eq!(numbers.len(), all.len());
        let ids: Vec<_> = all.iter().map(|one| one.finding.id).collect();
        let organisation = OrganisationId::new(id(1));
        let places = kikimori_store::findings::occurrences_of(&mut read, organisation, &ids).await.unwrap();
        assert_eq!(places.len(), expected);
    }
}

#[tokio::test]
async fn a_decided_identity_is_matched_again_for_who_decided() {
    for bed in kikimori_testbed::each().await {
        let bench = Bench::with_demo(&bed).await;
        for who in [psirt(), actor(2, Role::Psirt)] {
            let (_, release) = bench.release(&who, "ポンプ").await;
            bench.hand_in(&who, release, demo(SBOMS[0])).await;
        }
        bench.work().await;
        let (queue, n) =
            list_unresolved(&bench.installation, &psirt(), &UnresolvedFilter::default(), ALL).await.unwrap();
        assert_eq!(n as usize, queue.len());
        let asked = queue.iter().find(|one| &*one.component.name == "PumpCore").expect("an own component");
        assert_eq!((asked.unresolved.reason.as_str(), asked.unresolved.n_releases), ("no_identifier", 1));
        let (one, holders) =
            get_unresolved(&bench.installation, &psirt(), asked.unresolved.identity).await.unwrap();
        assert_eq!((one.component == asked.component, holders.len()), (true, 1));
        let before = bench.open(&psirt()).await;

        let draft = IdentityDraft {
            identity: Some(asked.unresolved.identity),
            decision: "add".to_owned(),
            cpe: "cpe:2.3:o:linux:linux_kernel:*:*:*:*:*:*:*:*".to_owned(),
            reason: "中身は Linux です。".to_owned(),
            ..IdentityDraft::default()
        };
        let wrong = IdentityDraft { reason: String::new(), cpe: "openssl".to_owned(), ..draft.clone() };
        let Err(AppError::Fields(errors)) = decide_identity(&bench.installation, &psirt(), &wrong).await
        else {
            panic!("refused");
        };
        assert_eq!(errors.iter().map(|error| error.field).collect::<Vec<_>>(), ["cpe", "reason"]);
        bench.pass(1_000);
        let decided = decide_identity(&bench.installation, &psirt(), &draft).await.unwrap();
        assert_eq!(decided.n_sboms, 1);
        bench.work().await;
        let after = bench.open(&psirt()).await;
        assert!(after.iter().any(|(label, name)| label == "PumpCore 4.2.1" && name == "CVE-2024-1086"));
        assert_eq!(bench.open(&actor(2, Role::Psirt)).await, before, "another organisation's view stays");
        let (queue, _) =
            list_unresolved(&bench.installation, &psirt(), &UnresolvedFilter::default(), ALL).await.unwrap();
        assert!(queue.iter().all(|one| &*one.component.name != "PumpCore"));

        let rules = list_rules(&bench.installation, &psirt()).await.unwrap();
        assert_eq!(rules.len(), 1);
        assert!(list_rules(&bench.installation, &actor(2, Role::Psirt)).await.unwrap().is_empty());
        bench.pass(1_000);
        revoke_rule(&bench.installation, &psirt(), rules[0].id).await.unwrap();
        bench.work().await;
        assert_eq!(bench.open(&psirt()).await, before);
        assert!(matches!(
            revoke_rule(&bench.installation, &actor(2, Role::Psirt), rules[0].id).await,
            Err(AppError::NotFound)
        ));
    }
}

#[tokio::test]
async fn a_database_that_comes_checks_what_could_not_be_checked() {
    for bed in kikimori_testbed::each().await {
        let bench = Bench::new(&bed).await;
        bench.import_osv(&[osv("GHSA-aaaa-aaaa-0001", "2026-01-01", "first", "2.0.0", &[], false)]).await;
        let (_, release) = bench.release(&psirt(), "ポンプ").await;
        let path = bench.installation.folder().join("bill.json");
        let text = r#"{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"library","name":"x","version":"1.0","purl":"pkg:pypi/x@1.0"}]}"#;
        std::fs::write(&path, text).unwrap();
        let sbom = bench.hand_in(&psirt(), release, path).await;
        bench.work().await;
        let organisation = OrganisationId::new(id(1));
        let mut read = bench.installation.database.begin_read(Scope::System).await.unwrap();
        let before = sbom_checks::get(&mut read, organisation, sbom).await.unwrap().unwrap();
        let rows = sbom_checks::not_checked(&mut read, organisation, sbom, 10).await.unwrap();
        assert_eq!((before.n_not_checked, rows[0].reason.as_str()), (1, "no_source_for_ecosystem"));
        drop(read);
        let record = osv("PYSEC-2026-1", "2026-02-01", "y", "2.0.0", &[], false);
        bench.import_osv(&[record.replace("npm", "PyPI").replace("SEMVER", "ECOSYSTEM")]).await;
        bench.work().await;
        let mut read = bench.installation.database.begin_read(Scope::System).await.unwrap();
        let after = sbom_checks::get(&mut read, organisation, sbom).await.unwrap().unwrap();
        assert_eq!(after.n_not_checked, 0);
        assert_ne!(after.snapshot, before.snapshot);
    }
}

#[tokio::test]
async fn the_export_holds_what_the_list_holds() {
    for bed in kikimori_testbed::each().await {
        let bench = Bench::with_demo(&bed).await;
        let (_, release) = bench.release(&psirt(), "=輸液ポンプ").await;
        bench.hand_in(&psirt(), release, demo(SBOMS[0])).await;
        bench.work().await;
        let filter = FindingFilter { severity_min: Some(5), is_open: Some(true), ..FindingFilter::default() };
        let asked = FindingsAsked { filter, ..FindingsAsked::default() };
        let (_, n) = list_findings(&bench.installation, &psirt(), &asked, ALL).await.unwrap();
        assert!(n > 0);
        let words = ExportWords {
            title: "検出".to_owned(),
            heading: &|code| code.to_owned(),
            value: &|_, code| code.to_owned(),
            conditions: "条件".to_owned(),
            lines: vec![("深刻度".to_owned(), "緊急".to_owned())],
            library: "ライブラリ".to_owned(),
        };
        let who = psirt();
        let export = |form| export_findings(&bench.installation, &who, &asked, form, &words);
        let text = String::from_utf8(export(ListForm::Csv).await.unwrap()).unwrap();
        assert!(text.starts_with("\u{feff}finding,product,") && text.ends_with("\r\n"));
        assert_eq!(text.lines().count() as i64, n + 1);
        assert!(text.contains(",'=輸液ポンプ,"), "{text}");
        assert!(export(ListForm::Xlsx).await.unwrap().starts_with(b"PK"));
        let nothing = FindingsAsked { vulnerability: Some("CVE-0".to_owned()), ..asked.clone() };
        let empty =
            export_findings(&bench.installation, &psirt(), &nothing, ListForm::Csv, &words).await.unwrap();
        assert_eq!(String::from_utf8(empty).unwrap().lines().count(), 1);
    }
}

#[tokio::test]
async fn known_exploitation_is_an_event() {
    for bed in kikimori_testbed::each().await {
        let bench = Bench::new(&bed).await;
        let name = "CVE-2026-0001";
        bench.import_osv(&[osv("GHSA-aaaa-aaaa-0001", "2026-01-01", "first", "2.0.0", &[name], false)]).await;
        let (_, release) = bench.release(&psirt(), "ポンプ").await;
        bench.hand_in_npm(&psirt(), release, &[("first", "1.0.0")]).await;
        bench.work().await;
        assert!(!bench.details(name).await.listed.finding.is_kev);
        bench.pass(1_000);
        let path = bench.installation.folder().join("kev.json");
        let text = format!(
            r#"{{"title":"CISA Catalog of Known Exploited Vulnerabilities","catalogVersion":"2026.11.21","dateReleased":"2026-11-21T00:00:00Z","count":1,"vulnerabilities":[{{"cveID":"{name}","vendorProject":"V","product":"P","vulnerabilityName":"invented","dateAdded":"2026-11-20","shortDescription":"x","requiredAction":"x","dueDate":"2026-12-10","knownRansomwareCampaignUse":"Unknown","notes":""}}]}}"#
        );
        std::fs::write(&path, text).unwrap();
        bench.import(&[path], ImportMode::Whole { allow_shrink: true }).await;
        bench.work().await;
        let details = bench.details(name).await;
        assert!(details.listed.finding.is_kev);
        assert_eq!(details.vulnerability.kev_added_on.as_deref(), Some("2026-11-20"));
        assert_eq!(kinds(&details), ["appeared", "kev_changed"]);
        let filter = FindingFilter { is_kev: Some(true), ..FindingFilter::default() };
        assert_eq!(bench.list(&psirt(), filter).await.len(), 1);
    }
}

#[tokio::test]
async fn people_assess_copy_and_meet_each_other() {
    for bed in kikimori_testbed::each().await {
        let bench = Bench::with_demo(&bed).await;
        let mut releases = Vec::new();
        for number in [1, 2] {
            let (_, release) = bench.release(&psirt(), &format!("製品{number}")).await;
            bench.hand_in(&psirt(), release, demo(SBOMS[0])).await;
            releases.push(release);
        }
        bench.work().await;
        let asked =
            FindingsAsked { vulnerability: Some("cve-2023-4911".to_owned()), ..FindingsAsked::default() };
        let (found, n) = list_findings(&bench.installation, &psirt(), &asked, ALL).await.unwrap();
        assert_eq!(n, 2);
        let numbers: Vec<FindingNumber> =
            found.iter().map(|one| FindingNumber::new(one.finding.number.unsigned_abs()).unwrap()).collect();
        let draft = AssessmentDraft {
            status: "not_affected".to_owned(),
            justification: "vulnerable_code_not_present".to_owned(),
            ..AssessmentDraft::default()
        };
        let revision = found[0].finding.revision;
        let input = AssessmentInput {
            findings: vec![(numbers[0], Some(revision))],
            draft: draft.clone(),
            releases: found[0].releases.iter().map(|(release, _)| *release).collect(),
            reason: "設計書で確認しました。".to_owned(),
        };
        let foreign =
            AssessmentInput { releases: vec![ReleaseId::new(Id::from_bytes([9; 16]))], ..input.clone() };
        let refused = assess_findings(&bench.installation, &psirt(), &foreign).await;
        assert!(matches!(refused, Err(AppError::NotFound)));
        assess_findings(&bench.installation, &psirt(), &input).await.unwrap();
        let late = assess_findings(&bench.installation, &psirt(), &input).await;
        assert!(matches!(late, Err(AppError::Conflict)), "somebody was faster");
        let stranger = assess_findings(&bench.installation, &actor(2, Role::Psirt), &input).await;
        assert!(matches!(stranger, Err(AppError::NotFound)));
        let viewer = assess_findings(&bench.installation, &actor(1, Role::Auditor), &input).await;
        assert!(matches!(viewer, Err(AppError::Forbidden(_))));

        assert_eq!(
            copy_assessment(&bench.installation, &psirt(), numbers[0], &numbers[1..]).await.unwrap(),
            1
        );
        let copied = get_finding(&bench.installation, &psirt(), numbers[1]).await.unwrap();
        assert_eq!(copied.listed.finding.status, "not_affected");
        assert_eq!(copied.assessments[0].copied_from, Some(numbers[0].to_string()));
        assert_eq!(copied.siblings.len(), 1);

        let page = get_vulnerability(&bench.installation, &psirt(), "CVE-2023-4911").await.unwrap();
        assert!(page.summary.is_some() && page.records.len() > 1);
        assert_eq!(page.findings.len(), 2);
        let nothing = get_vulnerability(&bench.installation, &psirt(), "CVE-1").await;
        assert!(matches!(nothing, Err(AppError::NotFound)));
        let trail = crate::world::trail(&bench.installation).await;
        let deeds: Vec<&str> = trail.iter().rev().take(2).map(|event| event.action.as_str()).collect();
        assert_eq!(deeds, ["copy_assessment", "assess_finding"]);
    }
}
