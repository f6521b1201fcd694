//! Views of findings, vulnerabilities, home, metrics, search and errors.

use kikimori_ui::chart::{Category, Chart, Series, Shape};
use kikimori_ui::page::finding::{Statement, Verdict};
use kikimori_ui::page::findings::FindingRow;
use kikimori_ui::page::{fault, finding, findings, help, home, metrics, saved_view, search, vulnerability};
use kikimori_ui::view::{Choice, FindingState, Link, Score, Severity};

use super::{Rendered, Samples, Variant, rendered};

/// Severities and scores in turn.
const SCORES: [(Severity, &str); 6] = [
    (Severity::Critical, "9.8"),
    (Severity::High, "7.5"),
    (Severity::Medium, "5.3"),
    (Severity::Low, "3.1"),
    (Severity::None, "0.0"),
    (Severity::Unrated, ""),
];

/// Components in turn.
const COMPONENTS: [&str; 5] =
    ["openssl 3.0.11", "log4j-core 2.14.1", "zlib 1.2.11", "busybox 1.35.0", "libssh2 1.10.0"];

/// States in turn.
const STATES: [FindingState; 6] = [
    FindingState::Unassessed,
    FindingState::Unassessed,
    FindingState::UnderInvestigation,
    FindingState::Affected,
    FindingState::NotAffected,
    FindingState::Fixed,
];

impl Samples {
    /// Findings.
    pub fn findings(&self, n: usize) -> Vec<FindingRow> {
        (0..self.n(n))
            .map(|index| {
                let (severity, score) = SCORES[index % SCORES.len()];
                FindingRow {
                    id: self.c(&format!("FND-{:06}", 123 + index)),
                    vulnerability: format!("CVE-2026-{}", 10_000 + index * 37),
                    product: self.s(
                        ["輸液ポンプ X 2.4", "患者モニター M7 5.1.2", "超音波診断装置 SonoView 12.0"]
                            [index % 3],
                        ["Infusion Pump X 2.4", "Patient Monitor M7 5.1.2", "SonoView Ultrasound 12.0"]
                            [index % 3],
                    ),
                    product_id: "PRD-0001".to_owned(),
                    component: self.c(COMPONENTS[index % COMPONENTS.len()]),
                    score: Score { severity, score: score.to_owned() },
                    is_kev: index % 4 == 0,
                    epss: if index % 5 == 4 {
                        String::new()
                    } else {
                        format!("0.{:03}", 941 - index * 7 % 900)
                    },
                    due: if index % 3 == 0 { self.s("残3日", "3 days") } else { String::new() },
                    owner: if index % 2 == 0 { self.s("山田", "Yamada") } else { String::new() },
                    state: STATES[index % STATES.len()],
                    is_disputed: index % 7 == 2,
                }
            })
            .collect()
    }

    /// Products to choose from.
    pub fn products(&self) -> Vec<Choice> {
        vec![
            Choice::new("PRD-0001", self.s("輸液ポンプ X", "Infusion Pump X")),
            Choice::new("PRD-0002", self.s("患者モニター M7", "Patient Monitor M7")),
        ]
    }

    /// A finding.
    fn finding(&self) -> finding::View {
        finding::View {
            id: "FND-000123".to_owned(),
            vulnerability: "CVE-2026-10037".to_owned(),
            title: self.s("OpenSSLの証明書の検証における境界外書き込み", "Out-of-bounds write in certificate verification of OpenSSL"),
            description: self.s(
                "X.509証明書の名前制約の検証に、境界外書き込みの脆弱性があります。細工された証明書を検証させることで、遠隔の第三者によりサービス運用妨害を起こされる可能性があります。",
                "A crafted certificate can write outside a buffer while name constraints are verified. A remote party may stop the service.",
            ),
            description_language: self.language.tag(),
            description_source: self.c("JVN JVNDB-2026-001234, 2026-11-01"),
            product: self.s("輸液ポンプ X 2.4", "Infusion Pump X 2.4"),
            product_id: "PRD-0001".to_owned(),
            component: self.c("openssl 3.0.11-1~deb12u2"),
            identifier: self.c("pkg:deb/debian/openssl@3.0.11-1~deb12u2?arch=arm64&distro=debian-12"),
            place: self.c("/components/12"),
            sbom_id: "SBM-000045".to_owned(),
            score: Score { severity: Severity::High, score: "7.5".to_owned() },
            vector: self.c("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H (NVD)"),
            kev_on: if self.is_empty() { String::new() } else { "2026-11-12".to_owned() },
            epss: if self.is_empty() { String::new() } else { self.s("0.412（上位3%、2026-11-20）", "0.412 (top 3%, 2026-11-20)") },
            state: FindingState::Unassessed,
            is_disputed: !self.is_empty(),
            reopened: if self.variant == Variant::Error { self.s("NVDの記録が改訂されたため、再び開きました（2026-11-19）。", "Reopened because the NVD record was revised (2026-11-19).") } else { String::new() },
            snapshot: self.c("2026-11-21 06:00 JST（kk-7f3a9c）"),
            statements: self.statements(),
            form: self.form(
                &[("status", "under_investigation"), ("responses", "update"), ("impact_ja", "影響範囲を確認中です。"), ("reason", "")],
                &["status", "justification", "responses", "reason"],
            ),
            may_assess: self.variant != Variant::Huge,
            next_id: if self.is_empty() { String::new() } else { "FND-000124".to_owned() },
            history: self.history(),
            neighbours: self.findings(2),
        }
    }

    /// Statements of three sources.
    fn statements(&self) -> Vec<Statement> {
        let all = [
            ("Debian Security Tracker", Verdict::Unknown, ""),
            ("NVD", Verdict::Affected, ""),
            ("JVN", Verdict::NotAffected, "x"),
        ];
        all.iter()
            .cycle()
            .take(self.n(3))
            .map(|(source, verdict, overruled)| Statement {
                source: self.c(source),
                record: self.s("CVE-2026-10037（2026-11-01改訂）", "CVE-2026-10037 (revised 2026-11-01)"),
                url: self.c("https://nvd.nist.gov/vuln/detail/CVE-2026-10037"),
                verdict: *verdict,
                reason: if *verdict == Verdict::Unknown {
                    self.s("修正が取り込み済みの可能性（バックポート）", "the fix may have been backported")
                } else {
                    String::new()
                },
                searched_by: self.c("cpe:2.3:a:openssl:openssl:3.0.11:*:*:*:*:*:*:*"),
                found: self.c("cpe:2.3:a:openssl:openssl:*:*:*:*:*:*:*:*"),
                range: ">= 3.0.0, < 3.0.12".to_owned(),
                basis: self.s("CPE名とコンポーネントのバージョン", "CPE name and the component's version"),
                authority: self.s("二次情報（NVDの分析など）", "derived (analysis by NVD and others)"),
                overruled: if overruled.is_empty() {
                    String::new()
                } else {
                    self.s(
                        "提供元の情報が優先するため、退けられました。",
                        "Overruled: the supplier's statement is nearer.",
                    )
                },
            })
            .collect()
    }

    /// A chart of each shape.
    pub fn charts(&self) -> Vec<Chart> {
        [Shape::StackedBar, Shape::StepLine, Shape::DotStrip, Shape::HeatMatrix, Shape::DeadlineBar]
            .into_iter()
            .map(|shape| self.chart(shape))
            .collect()
    }

    /// A chart.
    pub fn chart(&self, shape: Shape) -> Chart {
        let severities = [
            ("緊急", "Critical", "critical"),
            ("重要", "High", "high"),
            ("警告", "Medium", "medium"),
            ("注意", "Low", "low"),
        ];
        let series: Vec<Series> = match shape {
            Shape::StackedBar | Shape::HeatMatrix => {
                severities.iter().map(|(ja, en, fill)| Series { label: self.s(ja, en), fill }).collect()
            }
            _ => vec![
                Series { label: self.s("中央値", "Median"), fill: "1" },
                Series { label: self.s("90パーセンタイル", "90th percentile"), fill: "2" },
            ],
        };
        let labels = [
            ("7日以内", "≤ 7 days"),
            ("30日以内", "≤ 30 days"),
            ("90日以内", "≤ 90 days"),
            ("91日以上", "> 90 days"),
        ];
        let categories = (0..self.n(4))
            .map(|index| Category {
                label: self.s(labels[index % 4].0, labels[index % 4].1),
                values: (0..series.len())
                    .map(|series| {
                        let number = u32::try_from((index * 7 + series * 5 + 3) % 23).unwrap();
                        (index != 3 || series != 3).then(|| f64::from(number))
                    })
                    .collect(),
                href: "/findings?state=not_assessed".to_owned(),
            })
            .collect();
        Chart {
            caption: self.s(
                "未判定の検出は128件で、先週より12件減りました",
                "128 findings are unassessed, 12 fewer than last week",
            ),
            shape,
            dimension: self.s("経過", "Age"),
            series,
            categories,
            csv_href: "/metrics/age.csv".to_owned(),
        }
    }

    /// The pages of this file.
    pub fn vulnerability_pages(&self) -> Vec<Rendered> {
        let listing =
            self.listing(&[("state", "not_assessed"), ("severity", "high"), ("kev", "1"), ("sort", "-due")]);
        let list = findings::View {
            listing: listing.clone(),
            rows: self.findings(12),
            products: self.products(),
            may_assess: true,
            has_sboms: false,
        };
        let mut filtered = listing;
        (filtered.n_total, filtered.n_unfiltered) = (0, 37);
        let nothing = findings::View { listing: filtered, has_sboms: true, ..findings::View::default() };
        let bulk = findings::BulkView {
            rows: self.findings(4),
            form: self.form(&[("status", "not_affected")], &["justification"]),
        };
        vec![
            rendered("home", home::page(&self.frame("/"), &self.home())),
            rendered("findings", findings::page(&self.frame("/findings?state=not_assessed"), &list)),
            rendered("findings-filtered", findings::page(&self.frame("/findings?kev=1"), &nothing)),
            rendered("findings-bulk", findings::bulk_page(&self.frame("/findings/bulk"), &bulk)),
            rendered("finding", finding::page(&self.frame("/findings/FND-000123"), &self.finding())),
            rendered(
                "vulnerability",
                vulnerability::page(&self.frame("/vulnerabilities/CVE-2026-10037"), &self.vulnerability()),
            ),
            rendered("help", help::page(&self.frame("/help"))),
            rendered("saved-view", saved_view::page(&self.frame("/views/new"), &self.saved_view())),
            rendered("search", search::page(&self.frame("/search?q=openssl"), &self.search())),
            rendered(
                "metrics",
                metrics::page(
                    &self.frame("/metrics"),
                    &metrics::View {
                        period: self.s(
                            "2026年8月24日〜11月21日（週ごと、JST）",
                            "24 August to 21 November 2026 (weeks, JST)",
                        ),
                        charts: if self.is_empty() { Vec::new() } else { self.charts() },
                    },
                ),
            ),
        ]
        .into_iter()
        .chain(self.fault_pages())
        .collect()
    }

    /// Error pages.
    fn fault_pages(&self) -> Vec<Rendered> {
        const NAMES: [&str; 9] = [
            "fault-400",
            "fault-403",
            "fault-404",
            "fault-405",
            "fault-413",
            "fault-422",
            "fault-429",
            "fault-500",
            "fault-503",
        ];
        let mut pages: Vec<Rendered> = fault::Kind::ALL
            .into_iter()
            .zip(NAMES)
            .map(|(kind, name)| {
                let mut view = fault::View::new(kind);
                if self.variant == Variant::Hostile {
                    (view.code, view.cause, view.remedy) = (self.c("LIB-003"), self.c("x"), self.c("y"));
                }
                rendered(name, fault::page(&self.frame("/x"), &view))
            })
            .collect();
        let conflict = fault::ConflictView {
            object: self.s("輸液ポンプ X", "Infusion Pump X"),
            action: "/products/PRD-0001".to_owned(),
            href: "/products/PRD-0001".to_owned(),
            saved_by: self.s("佐藤 次郎（2026-11-21 10:12 JST）", "Jiro Sato (2026-11-21 10:12 JST)"),
            rows: (0..self.n(2))
                .map(|_| fault::ConflictRow {
                    label: self.s("担当", "Owner"),
                    theirs: self.c("A"),
                    ours: self.c("B"),
                })
                .collect(),
            form: self.form(&[("name_ja", "輸液ポンプ X")], &[]),
        };
        pages.push(rendered("fault-409", fault::conflict_page(&self.frame("/products/PRD-0001"), &conflict)));
        pages.push(rendered(
            "fault-outside",
            fault::page(&self.outside("/x"), &fault::View::new(fault::Kind::NotFound)),
        ));
        pages
    }

    /// The home page.
    fn home(&self) -> home::View {
        home::View {
            first_steps: if self.is_empty() {
                [
                    ("製品を登録する", "Add a product", "/products/new"),
                    ("SBOMを取り込む", "Ingest an SBOM", "/sboms/new"),
                    ("情報源を確認する", "Check the feeds", "/admin/feeds"),
                ]
                .iter()
                .enumerate()
                .map(|(index, (ja, en, href))| home::FirstStep {
                    text: self.s(ja, en),
                    href: (*href).to_owned(),
                    is_done: index == 2,
                })
                .collect()
            } else {
                Vec::new()
            },
            tasks: (0..self.n(3))
                .map(|index| home::Task {
                    text: self.s(
                        "FND-000123 の判定（輸液ポンプ X 2.4）",
                        "Assess FND-000123 (Infusion Pump X 2.4)",
                    ),
                    href: "/findings/FND-000123".to_owned(),
                    due: if index == 0 { self.s("明日", "tomorrow") } else { "2026-11-28".to_owned() },
                    is_urgent: index == 0,
                })
                .collect(),
            news: (0..self.n(3))
                .map(|_| home::News {
                    text: self.s(
                        "CVE-2026-10037 が悪用リスト（KEV）に載りました",
                        "CVE-2026-10037 was listed as exploited (KEV)",
                    ),
                    href: "/vulnerabilities/CVE-2026-10037".to_owned(),
                    at: "2026-11-21 06:10 JST".to_owned(),
                })
                .collect(),
            findings: self.findings(4),
            n_unassessed: if self.is_empty() { 0 } else { 128 },
            charts: if self.is_empty() {
                Vec::new()
            } else {
                vec![self.chart(Shape::StackedBar), self.chart(Shape::StepLine)]
            },
        }
    }

    /// A vulnerability.
    fn vulnerability(&self) -> vulnerability::View {
        let value =
            |text: &str, is_different| vulnerability::SourceValue { text: self.c(text), is_different };
        vulnerability::View {
            id: "CVE-2026-10037".to_owned(),
            title: self.s("OpenSSLの証明書の検証における境界外書き込み", "Out-of-bounds write in certificate verification of OpenSSL"),
            aliases: vec![self.c("JVNDB-2026-001234"), self.c("GHSA-abcd-efgh-ijkl")],
            score: Score { severity: Severity::Critical, score: "9.8".to_owned() },
            kev: if self.is_empty() { String::new() } else { self.s("2026-11-12から。2026-12-03までの対処が求められています。", "Since 2026-11-12; action asked by 2026-12-03.") },
            epss: if self.is_empty() { String::new() } else { "0.412（2026-11-20）".to_owned() },
            epss_chart: (!self.is_empty()).then(|| self.chart(Shape::StepLine)),
            weaknesses: vec![self.c("CWE-787")],
            retired: if self.variant == Variant::Error { self.s("この記録は取り下げられました（2026-11-20）。", "This record was withdrawn (2026-11-20).") } else { String::new() },
            sources: if self.is_empty() {
                Vec::new()
            } else {
                ["JVN", "CVE", "NVD", "OpenSSL"]
                    .iter()
                    .map(|name| vulnerability::Source {
                        name: self.c(name),
                        record: self.c("CVE-2026-10037"),
                        url: if *name == "OpenSSL" { self.c("javascript:alert(1)") } else { "https://example.org/CVE-2026-10037".to_owned() },
                        state: if *name == "CVE" && self.variant == Variant::Error { self.s("取下げ", "withdrawn") } else { String::new() },
                    })
                    .collect()
            },
            comparison: (0..self.n(2))
                .map(|index| vulnerability::ComparisonRow {
                    label: if index % 2 == 0 { "CVSS v3.1".to_owned() } else { self.s("影響を受ける範囲", "Affected range") },
                    values: if index % 2 == 0 {
                        vec![value("9.8", true), value("", false), value("7.5", true), value("7.5", true)]
                    } else {
                        vec![value(">= 3.0.0, < 3.0.12", false), value(">= 3.0.0, < 3.0.12", false), value(">= 3.0.0, < 3.0.12", false), value("", false)]
                    },
                })
                .collect(),
            descriptions: (0..self.n(1))
                .map(|_| vulnerability::Description {
                    source: self.c("CVE, 2026-11-01"),
                    language: "en",
                    text: self.c("A crafted certificate can write outside a buffer while name constraints are verified."),
                })
                .collect(),
            findings: self.findings(3),
            references: if self.is_empty() { Vec::new() } else { vec![self.c("https://www.openssl.org/news/secadv/20261101.txt"), self.c("javascript:alert(1)")] },
        }
    }

    /// A view to be saved.
    fn saved_view(&self) -> saved_view::View {
        saved_view::View {
            form: self.form(
                &[("view_name", "KEV"), ("path", "/findings"), ("query", "kev=1")],
                &["view_name", "shared", "is_default"],
            ),
            conditions: if self.is_empty() {
                Vec::new()
            } else {
                vec![self.s("状態：未判定", "State: Unassessed")]
            },
            may_share: true,
        }
    }

    /// Search results.
    fn search(&self) -> search::View {
        search::View {
            q: self.c("openssl"),
            groups: if self.is_empty() {
                Vec::new()
            } else {
                vec![search::Group {
                    label: self.s("検出", "Findings"),
                    hits: (0..self.n(4))
                        .map(|_| search::Hit {
                            link: Link::new(self.c("FND-000123"), "/findings/FND-000123"),
                            detail: self.c("openssl 3.0.11, CVE-2026-10037"),
                        })
                        .collect(),
                    n_total: 12,
                    all_href: "/findings?q=openssl".to_owned(),
                }]
            },
        }
    }
}
