//! Views of accounts and administration.

use kikimori_ui::page::account::{own, sign_in};
use kikimori_ui::page::admin::{self, Place, data, people, system};
use kikimori_ui::view::{Choice, Link};

use super::{Rendered, Samples, Variant, rendered};

impl Samples {
    /// Roles.
    fn roles(&self) -> Vec<Choice> {
        [
            ("admin", "管理者", "Administrator"),
            ("safety_manager", "安全管理責任者", "Safety management supervisor"),
            ("psirt", "PSIRT", "PSIRT"),
            ("auditor", "内部監査員", "Internal auditor"),
        ]
        .iter()
        .map(|(value, ja, en)| Choice::new(*value, self.s(ja, en)))
        .collect()
    }

    /// The pages of this file.
    pub fn people_pages(&self) -> Vec<Rendered> {
        let mut pages = self.outside_pages();
        pages.extend(self.own_pages());
        pages.extend(self.data_pages());
        pages.extend(self.user_pages());
        pages
    }

    /// Pages without anybody signed in.
    fn outside_pages(&self) -> Vec<Rendered> {
        let frame = self.outside("/sign-in");
        let setup = sign_in::SetupView {
            token: "abc".to_owned(),
            kinds: vec![Choice::new("mah", self.s("製造販売業者", "Marketing authorisation holder"))],
            form: self.form(&[("email", "h.yamada@example.jp")], &["organisation_ja", "new_password"]),
        };
        let invitation = sign_in::InvitationView {
            token: "abc".to_owned(),
            person: self.s("佐藤 次郎", "Jiro Sato"),
            email: self.c("j.sato@example.jp"),
            is_reset: self.variant == Variant::Huge,
            has_account: self.is_empty(),
            form: self.form(&[], &["new_password"]),
        };
        let view = sign_in::View {
            form: self.form(&[("email", "h.yamada@example.jp"), ("return", "/findings")], &["password", ""]),
            provider: if self.variant == Variant::Huge { self.c("Entra ID") } else { String::new() },
        };
        vec![
            rendered("setup", sign_in::setup_page(&frame, &setup)),
            rendered("invitation", sign_in::invitation_page(&frame, &invitation)),
            rendered("sign-in", sign_in::page(&frame, &view)),
            rendered("sign-in-code", sign_in::code_page(&frame, &self.form(&[], &["code"]))),
            rendered("sign-in-recovery", sign_in::recovery_page(&frame, &self.form(&[], &["recovery_code"]))),
            rendered("signed-out", sign_in::signed_out_page(&frame)),
        ]
    }

    /// Pages of the account.
    fn own_pages(&self) -> Vec<Rendered> {
        let frame = self.frame("/account");
        let profile = own::ProfileView {
            email: self.c("h.yamada@example.jp"),
            roles: vec![self.s("安全管理責任者", "Safety management supervisor"), "PSIRT".to_owned()],
            form: self.form(
                &[("person", "山田 花子"), ("language", "ja"), ("shortcuts", "1")],
                &["person", "language"],
            ),
            organisations: (0..self.n(2))
                .map(|index| own::OwnOrganisation {
                    id: format!("o{index}"),
                    name: self.s("東都メディカル株式会社", "Toto Medical"),
                    is_current: index == 0,
                })
                .collect(),
        };
        let width = 21;
        let qr =
            own::QrCode { width, modules: (0..width * width).map(|index| index * index % 7 < 3).collect() };
        let enrol = own::AuthenticatorView::Enrol {
            qr,
            secret: self.c("JBSW Y3DP EHPK 3PXP"),
            form: self.form(&[], &["code"]),
        };
        let in_use = own::AuthenticatorView::InUse {
            since: "2026-04-01".to_owned(),
            n_codes: 7,
            form: self.form(&[], &["password"]),
        };
        let codes = own::AuthenticatorView::Codes(
            (0..8).map(|index| self.c(&format!("{index}a2b-c3d4-e5f6"))).collect(),
        );
        let sessions: Vec<own::SessionRow> = (0..self.n(3).max(1))
            .map(|index| own::SessionRow {
                id: format!("s{index}"),
                browser: self.c("Microsoft Edge 131 (Windows)"),
                address: "192.0.2.10".to_owned(),
                began_at: "2026-11-21 09:00 JST".to_owned(),
                used_at: "2026-11-21 10:15 JST".to_owned(),
                is_current: index == 0,
            })
            .collect();
        let inbox = own::InboxView {
            rows: (0..self.n(4))
                .map(|index| own::NotificationRow {
                    id: format!("n{index}"),
                    text: self.s(
                        "CVE-2026-10037 が悪用リスト（KEV）に載りました",
                        "CVE-2026-10037 was listed as exploited (KEV)",
                    ),
                    href: "/vulnerabilities/CVE-2026-10037".to_owned(),
                    at: "2026-11-21 06:10 JST".to_owned(),
                    is_unread: index < 2,
                })
                .collect(),
            listing: self.listing(&[]),
        };
        vec![
            rendered("profile", own::profile_page(&frame, &profile)),
            rendered("password", own::password_page(&frame, &self.form(&[], &["password", "new_password"]))),
            rendered(
                "own-notifications",
                own::notifications_page(
                    &frame,
                    &self.form(&[("events", "new_kev"), ("digest", "daily")], &["digest"]),
                ),
            ),
            rendered("authenticator-enrol", own::authenticator_page(&frame, &enrol)),
            rendered("authenticator-codes", own::authenticator_page(&frame, &codes)),
            rendered("authenticator", own::authenticator_page(&frame, &in_use)),
            rendered("sessions", own::sessions_page(&frame, &sessions)),
            rendered("tokens", own::tokens_page(&frame, &self.tokens(false))),
            rendered("inbox", own::inbox_page(&frame, &inbox)),
        ]
    }

    /// API tokens.
    fn tokens(&self, has_person: bool) -> own::TokensView {
        own::TokensView {
            rows: (0..self.n(2))
                .map(|index| own::TokenRow {
                    id: format!("t{index}"),
                    name: self.s("ビルドサーバー", "Build server"),
                    person: if has_person { self.s("山田 花子", "Hanako Yamada") } else { String::new() },
                    scope: "ingest".to_owned(),
                    made_at: "2026-04-01".to_owned(),
                    used_at: if index == 0 { "2026-11-21".to_owned() } else { String::new() },
                    expires_on: if index == 0 { "2027-03-31".to_owned() } else { String::new() },
                })
                .collect(),
            form: self.form(&[("token_name", "CI"), ("token_scope", "read")], &["token_name", "token_scope"]),
            secret: if self.variant == Variant::Typical {
                "kkm_4f9a1c7e2b8d4f9a1c7e2b8d4f9a1c7e".to_owned()
            } else {
                String::new()
            },
            may_make: !has_person,
        }
    }

    /// Feeds, audit, rules, jobs.
    fn data_pages(&self) -> Vec<Rendered> {
        use data::{FeedState, JobState};
        let feeds = data::FeedsView {
            rows: (0..self.n(4))
                .map(|index| data::FeedRow {
                    name: self.c(["NVD", "JVN", "CISA KEV", "EPSS"][index % 4]),
                    url: self.c("https://services.nvd.nist.gov/rest/json/cves/2.0"),
                    state: [FeedState::Fresh, FeedState::Failed, FeedState::Running, FeedState::Stale]
                        [index % 4],
                    success_at: "2026-11-21 06:00 JST".to_owned(),
                    age: self.s("4時間前", "4 hours ago"),
                    n_records: 312_345,
                    next_at: "2026-11-21 12:00 JST".to_owned(),
                    failure: if index % 4 == 1 {
                        self.s("接続できませんでした（NET-004）。", "It could not be reached (NET-004).")
                    } else {
                        String::new()
                    },
                })
                .collect(),
            snapshot: if self.is_empty() { String::new() } else { self.c("kk-7f3a9c0e5d2b") },
            n_records: 1_234_567,
            may_run: true,
            form: self.form(&[], &["file"]),
        };
        let audit = data::AuditView {
            listing: self.listing(&[("event", "assess"), ("sort", "-at")]),
            rows: (0..self.n(6))
                .map(|index| data::AuditRow {
                    number: 10_482 - u64::try_from(index).unwrap(),
                    at: "2026-11-21 10:15:03 JST".to_owned(),
                    who: self.s("山田 花子", "Hanako Yamada"),
                    what: self.s("検出を判定", "Assessed a finding"),
                    object: Link::new(
                        self.c("FND-000123"),
                        if index == 3 { "" } else { "/findings/FND-000123" },
                    ),
                    why: if index % 2 == 0 {
                        self.s("脆弱なコードが実行されないため", "The vulnerable code is not executed")
                    } else {
                        String::new()
                    },
                })
                .collect(),
            people: vec![Choice::new("1", self.s("山田 花子", "Hanako Yamada"))],
            events: vec![Choice::new("assess", self.s("検出を判定", "Assessed a finding"))],
            may_verify: true,
            may_export: true,
        };
        let rules = data::RulesView {
            listing: self.listing(&[("q", "openssl")]),
            rows: (0..self.n(3))
                .map(|index| data::RuleRow {
                    id: format!("r{index}"),
                    subject: self.c("OpenSSL Library"),
                    decision: self.c("cpe:2.3:a:openssl:openssl:*:*:*:*:*:*:*:*"),
                    scope: self.s("すべての製品", "All products"),
                    decided_by: self.s("山田 花子、2026-11-20", "Hanako Yamada, 2026-11-20"),
                    reason: self.s("供給者の部品表に記載あり", "The supplier's list says so"),
                    n_components: 4,
                })
                .collect(),
            may_edit: true,
        };
        let jobs = data::JobsView {
            listing: self.listing(&[]),
            rows: (0..self.n(5))
                .map(|index| data::JobRow {
                    id: format!("j{index}"),
                    what: self.s("SBM-000045 の照合", "Match SBM-000045"),
                    state: [
                        JobState::Running,
                        JobState::Waiting,
                        JobState::Failed,
                        JobState::Done,
                        JobState::Cancelled,
                    ][index % 5],
                    share: (index == 0).then_some(62),
                    who: self.s("山田 花子", "Hanako Yamada"),
                    at: "2026-11-21 10:15 JST".to_owned(),
                    outcome: if index == 2 {
                        self.s("ライブラリが壊れています（LIB-003）。", "The library is damaged (LIB-003).")
                    } else {
                        String::new()
                    },
                    n_tries: 1,
                })
                .collect(),
        };
        let confirm = data::ConfirmView {
            title: self.s("規則の取り消し", "Withdraw the rule"),
            object: self.c("OpenSSL Library"),
            consequence: self.s(
                "この規則で照合している4個の部品が未照合に戻ります。",
                "The 4 components matched by this rule become unchecked again.",
            ),
            action: "/admin/rules/withdraw".to_owned(),
            hidden: vec![("rule".to_owned(), self.c("r1"))],
            submit: self.s("取り消す", "Withdraw"),
            cancel_href: "/admin/rules".to_owned(),
            needs_reason: true,
            form: self.form(&[], &["reason"]),
        };
        vec![
            rendered(
                "admin",
                admin::page(&self.frame("/admin"), if self.is_empty() { &[] } else { &Place::ALL }),
            ),
            rendered("feeds", data::feeds_page(&self.frame("/admin/feeds"), &feeds)),
            rendered("audit", data::audit_page(&self.frame("/admin/audit"), &audit)),
            rendered("rules", data::rules_page(&self.frame("/admin/rules"), &rules)),
            rendered("jobs", data::jobs_page(&self.frame("/admin/jobs"), &jobs)),
            rendered("confirm", data::confirm_page(&self.frame("/admin/rules/r1/withdraw"), &confirm)),
        ]
    }

    /// People, organisation, notifications, about.
    fn user_pages(&self) -> Vec<Rendered> {
        use people::UserState;
        let users = people::UsersView {
            listing: self.listing(&[("user_state", "active")]),
            rows: (0..self.n(4))
                .map(|index| people::UserRow {
                    id: format!("u{index}"),
                    name: self.s("佐藤 次郎", "Jiro Sato"),
                    email: self.c("j.sato@example.jp"),
                    roles: vec![self.s("安全管理責任者", "Safety management supervisor"), "PSIRT".to_owned()],
                    state: [UserState::Active, UserState::Invited, UserState::Disabled, UserState::Locked]
                        [index % 4],
                    since: "2026-11-20 18:00 JST".to_owned(),
                })
                .collect(),
            roles: self.roles(),
            invitation_link: if self.variant == Variant::Typical {
                "https://kikimori.example.jp/invitations/3f9a1c7e2b8d".to_owned()
            } else {
                String::new()
            },
            may_edit: !self.is_empty(),
        };
        let invite = people::InviteView {
            roles: self.roles(),
            form: self.form(&[("roles", "psirt"), ("language", "ja")], &["email", "roles"]),
        };
        let user = people::UserView {
            id: "u1".to_owned(),
            name: self.s("佐藤 次郎", "Jiro Sato"),
            email: self.c("j.sato@example.jp"),
            state: if self.variant == Variant::Error { UserState::Disabled } else { UserState::Active },
            roles: self.roles(),
            form: self.form(&[("roles", "auditor")], &["roles"]),
            is_self: false,
            has_authenticator: true,
            link: if self.variant == Variant::Typical {
                "https://kikimori.example.jp/invitations/3f9a1c7e2b8d".to_owned()
            } else {
                String::new()
            },
            may_edit: !self.is_empty(),
        };
        let organisation = self.form(&[("organisation_ja", "東都メディカル株式会社")], &["organisation_ja"]);
        let notifications = self.form(&[("events", "new_kev"), ("digest", "daily")], &["mail_server"]);
        let about = system::AboutView {
            version: self.c("0.1.0 (93a5572)"),
            database: self.c("SQLite"),
            licence: self.c("Apache-2.0"),
            clock: "2026-11-21 10:15:03 JST (Asia/Tokyo)".to_owned(),
            parts: (0..self.n(4))
                .map(|_| system::PartRow { name: self.c("askama"), version: "0.16.1".to_owned() })
                .collect(),
        };
        vec![
            rendered("users", people::users_page(&self.frame("/admin/users"), &users)),
            rendered("invite", people::invite_page(&self.frame("/admin/users/invite"), &invite)),
            rendered("user", people::user_page(&self.frame("/admin/users/u1"), &user)),
            rendered(
                "organisation",
                people::organisation_page(
                    &self.frame("/admin/organisation"),
                    &organisation,
                    !self.is_empty(),
                ),
            ),
            rendered("admin-tokens", people::tokens_page(&self.frame("/admin/tokens"), &self.tokens(true))),
            rendered(
                "notifications",
                system::notifications_page(&self.frame("/admin/notifications"), &notifications),
            ),
            rendered("about", system::about_page(&self.frame("/admin/about"), &about)),
        ]
    }
}
