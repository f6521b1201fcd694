//! Views of products, SBOMs, components and identities.

use kikimori_ui::page::ingest::Notice;
use kikimori_ui::page::product::{Content, DocumentRow, Head, Overview, ReleaseRow};
use kikimori_ui::page::products::{ProductRow, SbomState};
use kikimori_ui::page::{
    components, identities, ingest, product, product_form, product_import, products, sbom,
};
use kikimori_ui::view::{Choice, Link, SeverityCounts};

use super::{Rendered, Samples, Variant, rendered};

/// A hash.
const SHA256: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

/// States of SBOMs in turn.
const SBOM_STATES: [SbomState; 3] = [SbomState::Present, SbomState::Incomplete, SbomState::Missing];

impl Samples {
    /// Numbers of findings.
    fn counts(&self, index: usize) -> SeverityCounts {
        match index % 3 {
            0 => SeverityCounts { critical: 2, high: 7, medium: 12, low: 3, other: 1 },
            1 => SeverityCounts { medium: 4, ..SeverityCounts::default() },
            _ => SeverityCounts::default(),
        }
    }

    /// Notices.
    fn notices(&self) -> Vec<Notice> {
        (0..self.n(2))
            .map(|index| Notice {
                code: format!("SBOM-{:03}", 4 + index),
                cause: self.s(
                    "供給者の記載がありません。供給者が分からない部品は、同名の別製品と区別できません。",
                    "The supplier is missing. Without it, components of the same name cannot be told apart.",
                ),
                remedy: self.s(
                    "SBOMの作成者に、supplierの記載を依頼します。",
                    "Ask the author of the SBOM to state the supplier.",
                ),
                place: self.c("/components/12, /components/31"),
                n: 2 + u64::try_from(index).unwrap(),
            })
            .collect()
    }

    /// The head of a product.
    fn head(&self) -> Head {
        Head {
            id: "PRD-0001".to_owned(),
            name: self.s("輸液ポンプ X", "Infusion Pump X"),
            n_releases: if self.is_empty() { 0 } else { 3 },
            n_findings: if self.is_empty() { 0 } else { 128 },
            n_documents: 2,
            may_edit: self.variant != Variant::Huge,
            support_notice: if self.variant == Variant::Error {
                self.s("サポートは2026-09-30に終了しました。", "Support ended on 2026-09-30.")
            } else {
                String::new()
            },
        }
    }

    /// The tabs of a product.
    fn product_tabs(&self) -> Vec<Rendered> {
        let overview = Overview {
            is_waiting: false,
            name_ja: self.c("輸液ポンプ X"),
            name_en: if self.is_empty() { String::new() } else { self.c("Infusion Pump X") },
            generic_name: self.c("汎用輸液ポンプ"),
            jmdn: "13215000".to_owned(),
            device_class: "iii".to_owned(),
            procedure: "approval".to_owned(),
            market_number: self.c("22800BZX00123000"),
            connections: if self.is_empty() {
                Vec::new()
            } else {
                vec!["wired_network".to_owned(), "wireless_network".to_owned(), "removable_media".to_owned()]
            },
            market_state: "on_sale".to_owned(),
            sale_start_on: "2019-04-01".to_owned(),
            sale_end_on: String::new(),
            eol_on: "2029-03-31".to_owned(),
            eos_on: "2032-03-31".to_owned(),
            owner: self.s("山田 花子", "Hanako Yamada"),
            findings: self.counts(0),
            history: self.history(),
        };
        let releases = (0..self.n(3))
            .map(|index| ReleaseRow {
                is_waiting: index == 1,
                id: format!("REL-{index}"),
                version: self.c(&format!("2.{}", 4 - index.min(4))),
                released_on: "2026-04-01".to_owned(),
                gtin: "04912345678904".to_owned(),
                supersedes: if index == 2 { String::new() } else { self.c("2.3") },
                sbom: SBOM_STATES[index % 3],
                sbom_id: if index % 3 == 2 { String::new() } else { "SBM-000045".to_owned() },
                n_components: 412,
                n_unmatched: if index % 3 == 1 { 17 } else { 0 },
                findings: self.counts(index),
            })
            .collect();
        let documents = (0..self.n(2))
            .map(|_| DocumentRow {
                title: self.s("部品表（SBOM）2.4版", "SBOM of release 2.4"),
                href: "/documents/1".to_owned(),
                revision: "3".to_owned(),
                made_at: "2026-11-20 17:00 JST".to_owned(),
                sha256: SHA256.to_owned(),
            })
            .collect();
        [
            ("product", Content::Overview(Box::new(overview))),
            ("product-releases", Content::Releases(releases)),
            ("product-findings", Content::Findings(self.findings(6))),
            ("product-documents", Content::Documents(documents)),
        ]
        .into_iter()
        .map(|(name, content)| {
            rendered(
                name,
                product::page(
                    &self.frame("/products/PRD-0001"),
                    &product::View { head: self.head(), content },
                ),
            )
        })
        .collect()
    }

    /// The pages of this file.
    pub fn product_pages(&self) -> Vec<Rendered> {
        let list = products::View {
            listing: self.listing(&[("support", "supported"), ("sort", "name")]),
            rows: (0..self.n(6))
                .map(|index| ProductRow {
                    is_waiting: index == 1,
                    id: format!("PRD-{:04}", index + 1),
                    name: self.s(
                        ["輸液ポンプ X", "患者モニター M7", "超音波診断装置 SonoView"][index % 3],
                        ["Infusion Pump X", "Patient Monitor M7", "SonoView Ultrasound"][index % 3],
                    ),
                    generic_name: self.c([
                        "汎用輸液ポンプ",
                        "重要パラメータ付き多項目モニタ",
                        "汎用超音波画像診断装置",
                    ][index % 3]),
                    jmdn: "13215000".to_owned(),
                    device_class: ["iii", "iii", "ii"][index % 3].to_owned(),
                    approval: self.c("22800BZX00123000"),
                    release: self.c("2.4"),
                    sbom: SBOM_STATES[index % 3],
                    findings: self.counts(index),
                    support_end_on: if index % 2 == 0 { "2032-03-31".to_owned() } else { String::new() },
                    is_ended: index == 4,
                })
                .collect(),
            may_edit: true,
        };
        let mut pages = vec![rendered("products", products::page(&self.frame("/products"), &list))];
        pages.extend(self.product_tabs());
        pages.extend(self.form_pages());
        pages.extend(self.sbom_pages());
        pages.extend(self.identity_pages());
        pages
    }

    /// Forms and the import.
    fn form_pages(&self) -> Vec<Rendered> {
        let owners = vec![Choice::new("1", self.s("山田 花子", "Hanako Yamada"))];
        let typed = [
            ("trade_name_ja", "輸液ポンプ X"),
            ("generic_name", "汎用輸液ポンプ"),
            ("jmdn_code", "１３２１５０００"),
            ("device_class", "iii"),
            ("procedure", "approval"),
            ("connections", "wired_network"),
            ("connections", "removable_media"),
            ("market_state", "on_sale"),
            ("eos", "令和14年3月31日"),
            ("owner", "1"),
        ];
        let edit = product_form::View {
            id: if self.is_empty() { String::new() } else { "PRD-0001".to_owned() },
            name: self.s("輸液ポンプ X", "Infusion Pump X"),
            form: self.form(&typed, &["trade_name_ja", "jmdn_code", "connections", "eos", "owner"]),
            owners,
        };
        let release = product_form::ReleaseView {
            product_id: "PRD-0001".to_owned(),
            product: self.s("輸液ポンプ X", "Infusion Pump X"),
            id: String::new(),
            form: self.form(&[("version", "2.4")], &["version", "gtin"]),
            releases: vec![Choice::new("REL-1", self.c("2.3"))],
        };
        let preview = product_import::PreviewView {
            token: self.c("t0k3n"),
            file: self.c("製品一覧.xlsx"),
            n_added: self.n(4) as u64,
            n_changed: 1,
            n_unchanged: 20,
            n_refused: if self.variant == Variant::Error { 2 } else { 0 },
            rows: (0..self.n(5)).map(|index| self.preview_row(index)).collect(),
        };
        let receipt = product_import::ReceiptView {
            number: self.c("IMP-000012"),
            file: self.c("製品一覧.xlsx"),
            n_added: 4,
            n_changed: 1,
            n_refused: 2,
        };
        let start = product_import::View { form: self.form(&[], &["file"]), size_max: "20 MB".to_owned() };
        vec![
            rendered("product-form", product_form::page(&self.frame("/products/PRD-0001/edit"), &edit)),
            rendered(
                "release-form",
                product_form::release_page(&self.frame("/products/PRD-0001/releases/new"), &release),
            ),
            rendered("import", product_import::page(&self.frame("/products/import"), &start)),
            rendered(
                "import-check",
                product_import::preview_page(&self.frame("/products/import/check"), &preview),
            ),
            rendered(
                "import-receipt",
                product_import::receipt_page(&self.frame("/products/import"), &receipt),
            ),
        ]
    }

    /// A row of an import.
    fn preview_row(&self, index: usize) -> product_import::PreviewRow {
        use product_import::Change;
        product_import::PreviewRow {
            line: 2 + u64::try_from(index).unwrap(),
            name: self.s("輸液ポンプ X", "Infusion Pump X"),
            change: [Change::Refused, Change::Added, Change::Changed, Change::Unchanged][index % 4],
            reasons: match index % 4 {
                0 => vec![
                    self.s(
                        "JMDNコード：8桁の数字ではありません（1321500）",
                        "JMDN code: not eight digits (1321500)",
                    ),
                    self.s("クラス：記載がありません", "Class: missing"),
                ],
                2 => vec![self.s("クラス：II → III", "Class: II → III")],
                _ => Vec::new(),
            },
        }
    }

    /// Ingest and SBOM.
    fn sbom_pages(&self) -> Vec<Rendered> {
        let releases = vec![Choice::new("REL-1", self.s("輸液ポンプ X 2.4", "Infusion Pump X 2.4"))];
        let start = ingest::View {
            releases,
            form: self.form(&[("release", "REL-1")], &["release", "file"]),
            size_max: "100 MB".to_owned(),
        };
        let check = ingest::CheckView {
            token: self.c("t0k3n"),
            release_id: "REL-1".to_owned(),
            release: self.s("輸液ポンプ X 2.4", "Infusion Pump X 2.4"),
            file: self.c("pump-x-2.4.cdx.json"),
            format: self.s("CycloneDX 1.6（JSON）", "CycloneDX 1.6 (JSON)"),
            size: "1.2 MB".to_owned(),
            sha256: SHA256.to_owned(),
            n_components: 412,
            n_matchable: 395,
            n_unmatched: if self.is_empty() { 0 } else { 17 },
            n_refused: if self.variant == Variant::Error { 2 } else { 0 },
            difference: (!self.is_empty()).then_some((12, 3, 41)),
            is_same: self.variant == Variant::Error,
            notices: self.notices(),
        };
        let receipt = ingest::ReceiptView {
            sbom_id: "SBM-000045".to_owned(),
            release: self.s("輸液ポンプ X 2.4", "Infusion Pump X 2.4"),
            product_id: "PRD-0001".to_owned(),
            n_components: 412,
            n_unmatched: 17,
            at: "2026-11-21 10:15 JST".to_owned(),
            is_matching: self.variant == Variant::Typical,
            n_findings: 8,
        };
        vec![
            rendered("ingest", ingest::page(&self.frame("/sboms/new"), &start)),
            rendered("ingest-check", ingest::check_page(&self.frame("/sboms/check"), &check)),
            rendered(
                "ingest-receipt",
                ingest::receipt_page(&self.frame("/sboms/SBM-000045/receipt"), &receipt),
            ),
            rendered("sbom", sbom::page(&self.frame("/sboms/SBM-000045"), &self.sbom())),
        ]
    }

    /// An SBOM.
    fn sbom(&self) -> sbom::View {
        let names = ["openssl", "log4j-core", "zlib", "busybox", "vendor-rtos-kernel"];
        sbom::View {
            id: "SBM-000045".to_owned(),
            release: self.s("輸液ポンプ X 2.4", "Infusion Pump X 2.4"),
            product: self.s("輸液ポンプ X", "Infusion Pump X"),
            product_id: "PRD-0001".to_owned(),
            format: self.s("CycloneDX 1.6（JSON）", "CycloneDX 1.6 (JSON)"),
            file: self.c("pump-x-2.4.cdx.json"),
            sha256: SHA256.to_owned(),
            size: "1.2 MB".to_owned(),
            ingested_by: self.s("山田 花子", "Hanako Yamada"),
            ingested_at: "2026-11-21 10:15 JST".to_owned(),
            author: self.c("Syft 1.18"),
            revision: if self.is_empty() { 1 } else { 3 },
            newer_id: if self.variant == Variant::Error { "SBM-000046".to_owned() } else { String::new() },
            n_components: 412,
            n_unmatched: if self.is_empty() { 0 } else { 17 },
            notices: self.notices(),
            listing: self.listing(&[("match", "unmatched"), ("sort", "-findings")]),
            rows: (0..self.n(8))
                .map(|index| sbom::ComponentRow {
                    name: self.c(names[index % 5]),
                    version: self.c("3.0.11-1~deb12u2"),
                    supplier: self.c("Debian"),
                    identifier: if index % 5 == 4 {
                        String::new()
                    } else {
                        self.c("pkg:deb/debian/openssl@3.0.11-1~deb12u2?arch=arm64&distro=debian-12")
                    },
                    licence: "Apache-2.0".to_owned(),
                    depth: u32::try_from(index % 3).unwrap(),
                    unmatched: if index % 5 == 4 {
                        self.s("識別子の記載なし", "no identifier")
                    } else {
                        String::new()
                    },
                    n_findings: u64::try_from(index % 3).unwrap(),
                })
                .collect(),
            difference: (0..self.n(3))
                .map(|index| sbom::DifferenceRow {
                    kind: ["added", "removed", "changed"][index % 3].to_owned(),
                    name: self.c("openssl"),
                    before: if index % 3 == 0 { String::new() } else { self.c("3.0.9") },
                    after: if index % 3 == 1 { String::new() } else { self.c("3.0.11") },
                })
                .collect(),
            n_differences: 56,
        }
    }

    /// Components and identities.
    fn identity_pages(&self) -> Vec<Rendered> {
        let hits = components::View {
            listing: self.listing(&[("q", "log4j")]),
            rows: (0..self.n(4))
                .map(|index| components::ComponentRow {
                    name: self.c("log4j-core"),
                    version: self.c("2.14.1"),
                    supplier: self.c("Apache"),
                    identifier: self.c("pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1"),
                    release: self.s("患者モニター M7 5.1.2", "Patient Monitor M7 5.1.2"),
                    product_id: "PRD-0002".to_owned(),
                    sbom_id: "SBM-000045".to_owned(),
                    is_current: index != 1,
                    is_unmatched: index == 2,
                    n_findings: if index == 2 { 0 } else { 4 },
                })
                .collect(),
            n_products: self.n(2) as u64,
        };
        let queue = identities::View {
            listing: self.listing(&[("candidates", "some")]),
            rows: (0..self.n(4))
                .map(|index| identities::IdentityRow {
                    id: format!("IDN-{index}"),
                    name: self.c("vendor-rtos-kernel"),
                    version: self.c("4.2"),
                    supplier: self.s("株式会社リアルタイム", "Realtime K.K."),
                    reason: self.s("識別子の記載なし", "no identifier"),
                    n_releases: 2,
                    n_candidates: 3,
                })
                .collect(),
            products: self.products(),
        };
        let decision = identities::DecisionView {
            id: "IDN-1".to_owned(),
            name: self.c("OpenSSL Library"),
            version: self.c("3.0.11"),
            supplier: self.c("OpenSSL Foundation"),
            written: Vec::new(),
            reason: self.s("識別子の記載なし", "no identifier"),
            releases: vec![Link::new(
                self.s("輸液ポンプ X 2.4", "Infusion Pump X 2.4"),
                "/products/PRD-0001",
            )],
            candidates: (0..self.n(3).min(9))
                .map(|index| identities::Candidate {
                    value: format!("c{index}"),
                    identifier: self.c("cpe:2.3:a:openssl:openssl"),
                    basis: self.s("製品名が同じ", "same product name"),
                    n_records: 212,
                })
                .collect(),
            form: self.form(&[], &["candidate", "reason"]),
            next_id: "IDN-2".to_owned(),
        };
        vec![
            rendered("components", components::page(&self.frame("/components?q=log4j"), &hits)),
            rendered("identities", identities::page(&self.frame("/identities"), &queue)),
            rendered("identity", identities::decision_page(&self.frame("/identities/IDN-1"), &decision)),
        ]
    }
}
