//! Times what keeping findings costs: an SBOM of a thousand components, a delta over a hundred thousand identities, and pages of a
//! list of a million findings. Everything is generated. `cargo run --release -p kikimori-app --example findings_bench [N_FINDINGS]`;
//! with `KIKIMORI_TEST_POSTGRES` also on PostgreSQL.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a measurement that fails says so and stops"
)]

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

use kikimori_app::import_library::{ImportMode, ImportOptions, import_library};
use kikimori_app::installation::Installation;
use kikimori_app::library_changed::note_library;
use kikimori_app::products::add_product::add_product;
use kikimori_app::products::add_release::add_release;
use kikimori_app::sboms::ingest_sbom::ingest_sbom;
use kikimori_app::sboms::{HandedIn, SubjectDraft};
use kikimori_app::worker::Worker;
use kikimori_core::access::{Actor, Membership, OrganisationKind, Role, RoleSet};
use kikimori_core::id::{FindingId, Id, OrganisationId, PersonId, ProductId, VulnerabilityId};
use kikimori_core::product::ProductDraft;
use kikimori_core::release::ReleaseDraft;
use kikimori_core::sbom_revision::SbomSource;
use kikimori_core::stamp::Stamp;
use kikimori_store::finding_lists::{self, FindingFilter, FindingOrder};
use kikimori_store::findings::{self, StoredFinding};
use kikimori_store::list::Page;
use kikimori_store::organisations::{self, Organisation};
use kikimori_store::{Scope, vulnerabilities};

/// Names of packages in the library.
const N_PACKAGES: usize = 60_000;
/// Components of one SBOM.
const N_COMPONENTS: usize = 1_000;
/// SBOMs, each with components of its own: a hundred thousand identities.
const N_SBOMS: usize = 100;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let n_findings = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(1_000_000);
    runtime.block_on(async {
        for bed in kikimori_testbed::each().await {
            println!("{:?}", bed.engine);
            measure(&bed, n_findings).await;
        }
    });
}

/// Who does everything.
fn actor() -> Actor {
    let membership = Membership {
        organisation: OrganisationId::new(Id::from_bytes([1; 16])),
        kind: OrganisationKind::Mah,
        roles: RoleSet::EMPTY.with(Role::Psirt),
        is_suspended: false,
    };
    let person = PersonId::new(Id::from_bytes([2; 16]));
    Actor { person, membership: Some(membership), is_operator: false, token: None }
}

/// Milliseconds since.
fn since(started: Instant) -> u128 {
    started.elapsed().as_millis()
}

/// Measures on one engine.
async fn measure(bed: &kikimori_testbed::TestDatabase, n_findings: i64) {
    let database = bed.open().await;
    let now = Arc::new(AtomicI64::new(1_795_000_000_000));
    let (clock, count) = (Arc::clone(&now), AtomicI64::new(1));
    let randomness = move |bytes: &mut [u8]| {
        let next = count.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        let place = bytes.len().saturating_sub(next.len());
        bytes[place..].copy_from_slice(&next);
    };
    let folder = bed.folder.path().join("data");
    std::fs::create_dir_all(folder.join("library")).unwrap();
    let clock = move || Stamp(clock.fetch_add(1, Ordering::Relaxed));
    let installation = Installation::new(database, folder, Arc::new(clock), Arc::new(randomness));
    let organisation = actor().membership.unwrap().organisation;
    let mut work = installation.database.begin(Scope::System).await.unwrap();
    let row = Organisation {
        id: organisation,
        kind: OrganisationKind::Mah,
        name_ja: "製造販売業者".to_owned(),
        name_en: String::new(),
        is_active: true,
        created_at: Stamp(1),
        revision: 1,
    };
    organisations::insert(&mut work, &row).await.unwrap();
    work.commit().await.unwrap();
    let records: Vec<String> = (0..N_PACKAGES).map(|number| osv(number, 1)).collect();
    import(&installation, "all.ndjson", &records, ImportMode::Whole { allow_shrink: true }).await;
    let draft = ProductDraft { trade_name_ja: "輸液ポンプ".to_owned(), ..ProductDraft::default() };
    let (product, _) = add_product(&installation, &actor(), &draft).await.unwrap();
    let worker = Worker::new(installation.clone());
    let mut times = Vec::new();
    for number in 0..N_SBOMS {
        hand_in(&installation, product, number).await;
        let started = Instant::now();
        while worker.run_once(0).await.unwrap() {}
        times.push(since(started));
    }
    times.sort_unstable();
    println!(
        "  match an SBOM of {N_COMPONENTS} components, nobody had matched them: median {} ms, worst {} ms",
        times[times.len() / 2],
        times[times.len() - 1]
    );
    hand_in(&installation, product, 0).await;
    let started = Instant::now();
    while worker.run_once(0).await.unwrap() {}
    println!("  the same components in another release: {} ms", since(started));
    let changed: Vec<String> = (0..100).map(|number| osv(number * 7, 2)).collect();
    import(&installation, "delta.ndjson", &changed, ImportMode::Delta).await;
    let started = Instant::now();
    while worker.run_once(0).await.unwrap() {}
    println!(
        "  a delta of 100 records over {} identities, findings kept: {} ms",
        N_SBOMS * N_COMPONENTS,
        since(started)
    );
    list(&installation, organisation, product, n_findings).await;
}

/// A record about a package: everything below a version is affected.
fn osv(number: usize, revision: usize) -> String {
    let fixed = format!("{}.0.0", revision + 1);
    format!(
        r#"{{"schema_version":"1.6.0","id":"GHSA-{number:04}-0000-0000","modified":"2026-0{revision}-01T00:00:00Z","aliases":["CVE-2026-{number}"],"summary":"invented","severity":[{{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}}],"affected":[{{"package":{{"ecosystem":"npm","name":"package-{number}"}},"ranges":[{{"type":"SEMVER","events":[{{"introduced":"0"}},{{"fixed":"{fixed}"}}]}}]}}]}}"#
    )
}

/// Imports records and notes them.
async fn import(installation: &Installation, name: &str, records: &[String], mode: ImportMode) {
    let path = installation.folder().join(name);
    std::fs::write(&path, records.join("\n")).unwrap();
    let options = ImportOptions { mode, now: installation.now(), n_threads: 2 };
    let started = Instant::now();
    import_library(&installation.library_folder(), &[path], options, &|_| {}).unwrap();
    let imported = since(started);
    let started = Instant::now();
    note_library(installation).await.unwrap();
    println!(
        "  import {} records: {imported} ms; note what they touch: {} ms",
        records.len(),
        since(started)
    );
}

/// Hands an SBOM in: every third component is affected.
async fn hand_in(installation: &Installation, product: ProductId, number: usize) {
    let listed: Vec<String> = (0..N_COMPONENTS)
        .map(|component| {
            let name = (component * 61 + number * 7) % (N_PACKAGES * 3);
            let version = format!("1.{number}.{component}");
            format!(r#"{{"type":"library","name":"package-{name}","version":"{version}","purl":"pkg:npm/package-{name}@{version}"}}"#)
        })
        .collect();
    let text =
        format!(r#"{{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{}]}}"#, listed.join(","));
    let path: PathBuf = installation.folder().join("bill.json");
    std::fs::write(&path, text).unwrap();
    let version = format!("{number}-{}", installation.now().0);
    let draft = ReleaseDraft { version, ..ReleaseDraft::default() };
    let (release, _) = add_release(installation, &actor(), product, &draft).await.unwrap();
    let file = HandedIn { path, name: "bill.json".to_owned() };
    ingest_sbom(installation, &actor(), &file, release, &SubjectDraft::default(), SbomSource::Api)
        .await
        .unwrap();
}

/// Fills the table and asks for pages.
async fn list(
    installation: &Installation,
    organisation: OrganisationId,
    product: ProductId,
    n_findings: i64,
) {
    let mut work = installation.database.begin(Scope::System).await.unwrap();
    let known = vulnerabilities::list_after(&mut work, None, 10_000).await.unwrap();
    work.commit().await.unwrap();
    let mut number = 1_000_000;
    while number < 1_000_000 + n_findings {
        let part: Vec<StoredFinding> = (number..number + 10_000)
            .map(|number| {
                let place = number.unsigned_abs() as usize;
                let vulnerability = &known[place % known.len()];
                finding(organisation, product, vulnerability.id, &vulnerability.name, number)
            })
            .collect();
        let mut work = installation.database.begin(Scope::System).await.unwrap();
        findings::insert(&mut work, &part).await.unwrap();
        work.commit().await.unwrap();
        number += 10_000;
    }
    for (name, filter) in asked(known.first().map(|one| one.id)) {
        let mut times = Vec::new();
        let mut n = 0;
        for page in 1..=20 {
            let mut read = installation.database.begin_read(Scope::Organisation(organisation)).await.unwrap();
            let started = Instant::now();
            let page = Page { number: page, n_rows: 50 };
            n = finding_lists::list(&mut read, organisation, &filter, FindingOrder::Severity, true, page)
                .await
                .unwrap()
                .1;
            times.push(since(started));
        }
        times.sort_unstable();
        println!("  list, {name}: {n} fit, median {} ms, p95 {} ms", times[10], times[18]);
    }
}

/// Conditions that people ask by, each with its name.
fn asked(vulnerability: Option<VulnerabilityId>) -> Vec<(&'static str, FindingFilter)> {
    let open = || FindingFilter { is_open: Some(true), ..FindingFilter::default() };
    let pressing = FindingFilter {
        statuses: vec!["not_assessed".to_owned()],
        severity_min: Some(4),
        is_kev: Some(true),
        ..open()
    };
    vec![
        ("everything open", open()),
        ("not assessed, high and above, KEV", pressing),
        ("EPSS of a half and more", FindingFilter { epss_ppm_min: Some(500_000), ..open() }),
        ("part of a name", FindingFilter { component: Some("package-12".to_owned()), ..open() }),
        ("one vulnerability", FindingFilter { vulnerability, ..open() }),
    ]
}

/// A finding among a million.
fn finding(
    organisation: OrganisationId,
    product: ProductId,
    vulnerability: VulnerabilityId,
    name: &str,
    number: i64,
) -> StoredFinding {
    let mut bytes = [0; 16];
    bytes[8..].copy_from_slice(&number.wrapping_mul(0x9E37_79B9_7F4A_7C15_u64.cast_signed()).to_be_bytes());
    let turn = |n: i64| ((number ^ (number >> 7)).wrapping_mul(7_919) % (n * 97) / 97).abs();
    StoredFinding {
        organisation,
        id: FindingId::new(Id::from_bytes(bytes)),
        number,
        product,
        component_key: format!("pkg:npm/package-{}-{}", turn(50_000), number / 50_000),
        vulnerability,
        component_label: format!("package-{} 1.0.0", turn(50_000)),
        vulnerability_name: name.to_owned(),
        verdict: "affected".to_owned(),
        confidence: "high".to_owned(),
        severity: turn(6),
        score_milli: turn(101) * 100,
        is_kev: turn(50) == 0,
        epss_ppm: turn(1_000_000),
        status: ["not_assessed", "affected", "not_affected", "fixed"][turn(4).unsigned_abs() as usize]
            .to_owned(),
        is_reopened: false,
        is_open: turn(10) != 0,
        retracted_reason: None,
        first_seen_at: Stamp(number),
        changed_at: Stamp(number),
        revision: 1,
    }
}
