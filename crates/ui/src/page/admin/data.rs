//! 情報源、監査証跡、同定の規則、ジョブ / Feeds, audit trail, identity rules, jobs.

use super::{Place, start};
use crate::frame::{Frame, Tone};
use crate::page::account::own::post;
use crate::part::{
    Action, Banner, Block, Cell, Chip, Condition, Empty, Fact, Filter, Form, Hue, Page, Row, Table, results,
};
use crate::view::{Choice, FormState, Link, Listing};
use crate::words::Words;

/// How a feed is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FeedState {
    /// It never ran.
    #[default]
    Never,
    /// It is fresh.
    Fresh,
    /// It is too old.
    Stale,
    /// Its last run failed.
    Failed,
    /// It runs now.
    Running,
}

impl FeedState {
    /// Its chip.
    fn chip(self, w: Words) -> Chip {
        match self {
            Self::Never => Chip::new(Hue::Plain, w.t("ui.feed.never")),
            Self::Fresh => Chip::new(Hue::Good, w.t("ui.feed.fresh")),
            Self::Stale => Chip::new(Hue::Medium, w.t("ui.feed.stale")),
            Self::Failed => Chip::new(Hue::Bad, w.t("ui.feed.failed")),
            Self::Running => Chip::new(Hue::Low, w.t("ui.feed.running")),
        }
    }
}

/// A feed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeedRow {
    /// Its name in the list of sources.
    pub name: String,
    /// Its address; empty for files that are carried.
    pub url: String,
    /// How it is.
    pub state: FeedState,
    /// The last success; empty when never.
    pub success_at: String,
    /// Its age in words, such as 「3時間前」.
    pub age: String,
    /// Its records.
    pub n_records: u64,
    /// The next run; empty when none is planned.
    pub next_at: String,
    /// Why the last run failed, in the page's language; empty otherwise.
    pub failure: String,
}

/// The feeds. One runs by a post to `/admin/feeds/run` with `feed`; a bundle is posted to `/admin/feeds/import` as `file`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeedsView {
    /// The feeds.
    pub rows: Vec<FeedRow>,
    /// The snapshot id of the library; empty without one.
    pub snapshot: String,
    /// Its records.
    pub n_records: u64,
    /// The person may run feeds and import.
    pub may_run: bool,
    /// What is wrong with an import.
    pub form: FormState,
}

/// The page of the feeds.
#[must_use]
pub fn feeds_page(frame: &Frame, view: &FeedsView) -> String {
    let w = Words(frame.language);
    let mut page = start(w, Place::Feeds).block(Block::Facts(vec![
        Fact::new(
            w,
            "snapshot",
            if view.snapshot.is_empty() {
                Cell::Missing("ui.missing")
            } else {
                Cell::Copy(view.snapshot.clone())
            },
        ),
        Fact::new(w, "n_records", Cell::number(view.n_records)),
    ]));
    page = if view.rows.is_empty() {
        page.block(Block::Empty(Empty::new(w, "feeds", Vec::new())))
    } else {
        let mut keys = vec!["feed", "feed_state", "success_at!", "age!", "records#", "next_at!"];
        if view.may_run {
            keys.push("act!");
        }
        let rows = view.rows.iter().map(|row| feed_row(w, frame, row, view.may_run));
        page.block(Block::Table(Table::new(w, w.t("ui.page.feeds"), &keys).rows(rows)))
    };
    if view.may_run {
        let form = Form::new(w, "bundle", "/admin/feeds/import", &frame.csrf, &view.form)
            .file("file", "")
            .required()
            .submit(w.t("ui.action.import"));
        let section = Block::section(
            w,
            "offline_import",
            vec![Block::Note(w.s("ui.offline_why")), Block::Form(form.clone())],
        );
        page = page.block(section).with_errors(&form);
    }
    page.render(frame)
}

/// The row of a feed.
fn feed_row(w: Words, frame: &Frame, row: &FeedRow, may_run: bool) -> Row {
    let mut name = vec![Cell::text(&row.name)];
    if !row.url.is_empty() {
        name.push(Cell::Quiet(row.url.clone()));
    }
    let mut state = vec![Cell::Chip(row.state.chip(w))];
    if !row.failure.is_empty() {
        state.push(Cell::text(&row.failure));
    }
    let mut cells = vec![
        Cell::Stack(name),
        Cell::Stack(state),
        Cell::text(&row.success_at),
        Cell::text(&row.age),
        Cell::number(row.n_records),
        Cell::text(&row.next_at),
    ];
    if may_run {
        cells.push(if row.state == FeedState::Running {
            Cell::Missing("ui.feed.running")
        } else {
            post(frame, "/admin/feeds/run", w.t("ui.action.run"), &row.name, ("feed", &row.name))
        });
    }
    Row::new(cells)
}

/// An entry of the audit trail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditRow {
    /// Its number; they have no gaps.
    pub number: u64,
    /// When, to the second, with its zone.
    pub at: String,
    /// Who.
    pub who: String,
    /// What was done, in the page's language.
    pub what: String,
    /// What it was done to.
    pub object: Link,
    /// What changed and why; empty without.
    pub why: String,
}

/// The conditions of the audit trail: parameters of its address.
pub const AUDIT_CONDITIONS: &[&str] = &["who", "event", "from", "to"];

/// The audit trail. Its chain is verified by a post to `/admin/audit/verify`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditView {
    /// Its state. Parameters: `who`, `event`, `from`, `to`.
    pub listing: Listing,
    /// The entries of this page, newest first.
    pub rows: Vec<AuditRow>,
    /// The people that may be chosen.
    pub people: Vec<Choice>,
    /// The kinds of events that may be chosen.
    pub events: Vec<Choice>,
    /// The person may verify the chain.
    pub may_verify: bool,
    /// The person may take the trail out.
    pub may_export: bool,
}

/// The page of the audit trail.
#[must_use]
pub fn audit_page(frame: &Frame, view: &AuditView) -> String {
    let w = Words(frame.language);
    let rows = view.rows.iter().map(|row| {
        let object = if row.object.href.is_empty() {
            Cell::text(&row.object.text)
        } else {
            Cell::CodeLink(row.object.clone())
        };
        Row::new(vec![
            Cell::number(row.number),
            Cell::text(&row.at),
            Cell::text(&row.who),
            Cell::text(&row.what),
            object,
            Cell::text(&row.why),
        ])
    });
    let keys = ["number!", "at!", "who", "what", "object", "why"];
    let filter = Filter {
        w,
        path: "/admin/audit",
        listing: &view.listing,
        conditions: vec![
            Condition::select_of("who", view.people.clone()),
            Condition::select_of("event", view.events.clone()),
            Condition::text("from"),
            Condition::text("to"),
        ],
    };
    let mut page = start(w, Place::Audit);
    if view.may_verify {
        page = page.action(Action::post(w.t("ui.action.verify"), "/admin/audit/verify", &frame.csrf));
    }
    if view.may_export {
        page = page
            .action(Action::post(w.t("ui.action.to_csv"), "/admin/audit/export/csv", &frame.csrf))
            .action(Action::post(w.t("ui.action.to_json_lines"), "/admin/audit/export/jsonl", &frame.csrf));
    }
    page.action(Action::print(w))
        .block(results(
            &filter,
            &Table::new(w, w.t("ui.page.audit"), &keys).rows(rows),
            Empty::new(w, "audit", Vec::new()),
        ))
        .render(frame)
}

/// An identity rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleRow {
    /// Its id.
    pub id: String,
    /// What it is about, such as `openssl (generic)`.
    pub subject: String,
    /// What it decides: an identifier, or the sentence that none applies.
    pub decision: String,
    /// Where it holds, in the page's language.
    pub scope: String,
    /// Who decided, and when.
    pub decided_by: String,
    /// Why.
    pub reason: String,
    /// Components that it holds for.
    pub n_components: u64,
}

/// The conditions of the rules: parameters of its address.
pub const RULE_CONDITIONS: &[&str] = &["q"];

/// The rules. One is withdrawn by a post to `/admin/rules/withdraw` with `rule` (a page asks for the reason first).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RulesView {
    /// Its state. Parameter: `q`.
    pub listing: Listing,
    /// The rules of this page.
    pub rows: Vec<RuleRow>,
    /// The person may withdraw rules.
    pub may_edit: bool,
}

/// The page of the rules.
#[must_use]
pub fn rules_page(frame: &Frame, view: &RulesView) -> String {
    let w = Words(frame.language);
    let mut keys = vec!["subject", "decision", "scope", "decided_by", "why", "components#"];
    if view.may_edit {
        keys.push("act!");
    }
    let rows = view.rows.iter().map(|row| {
        let mut cells = vec![
            Cell::text(&row.subject),
            Cell::code(&row.decision),
            Cell::text(&row.scope),
            Cell::text(&row.decided_by),
            Cell::text(&row.reason),
            Cell::number(row.n_components),
        ];
        if view.may_edit {
            let href = format!("/admin/rules/{}/withdraw", crate::address::encode(&row.id));
            cells.push(Cell::link(w.t("ui.action.withdraw"), href));
        }
        Row::new(cells)
    });
    let filter =
        Filter { w, path: "/admin/rules", listing: &view.listing, conditions: vec![Condition::text("q")] };
    let empty = Empty::new(w, "rules", vec![Action::link(w.t("ui.page.identities"), "/identities")]);
    start(w, Place::Rules)
        .block(results(&filter, &Table::new(w, w.t("ui.page.rules"), &keys).rows(rows), empty))
        .render(frame)
}

/// How a job is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum JobState {
    /// It waits.
    #[default]
    Waiting,
    /// It runs.
    Running,
    /// It is done.
    Done,
    /// It failed.
    Failed,
    /// It was cancelled.
    Cancelled,
}

impl JobState {
    /// Its chip.
    fn chip(self, w: Words) -> Chip {
        match self {
            Self::Waiting => Chip::new(Hue::Plain, w.t("ui.job.waiting")),
            Self::Running => Chip::new(Hue::Low, w.t("ui.job.running")),
            Self::Done => Chip::new(Hue::Good, w.t("ui.job.done")),
            Self::Failed => Chip::new(Hue::Bad, w.t("ui.job.failed")),
            Self::Cancelled => Chip::new(Hue::Quiet, w.t("ui.job.cancelled")),
        }
    }
}

/// A job.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JobRow {
    /// Its id.
    pub id: String,
    /// What it does, in the page's language.
    pub what: String,
    /// How it is.
    pub state: JobState,
    /// How much of 100 is done; for running jobs that know.
    pub share: Option<u64>,
    /// Who asked for it.
    pub who: String,
    /// When it began or was asked for.
    pub at: String,
    /// What came of it or why it failed, in the page's language; empty otherwise.
    pub outcome: String,
    /// How often it was tried.
    pub n_tries: u64,
}

/// The conditions of the jobs: parameters of its address.
pub const JOB_CONDITIONS: &[&str] = &["job_state"];

/// The jobs. One is cancelled by a post to `/admin/jobs/cancel` with `job`, tried again by `/admin/jobs/retry`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JobsView {
    /// Its state. Parameter: `job_state`.
    pub listing: Listing,
    /// The jobs of this page, newest first.
    pub rows: Vec<JobRow>,
}

/// The page of the jobs. While one runs, its table is fetched again every five seconds.
#[must_use]
pub fn jobs_page(frame: &Frame, view: &JobsView) -> String {
    let w = Words(frame.language);
    let rows = view.rows.iter().map(|row| {
        let state = match (row.state, row.share) {
            (JobState::Running, Some(share)) => Cell::Stack(vec![
                Cell::Chip(row.state.chip(w)),
                Cell::Share(format!("{share}%"), share.min(100)),
            ]),
            _ => Cell::Chip(row.state.chip(w)),
        };
        let act = match row.state {
            JobState::Waiting | JobState::Running => {
                post(frame, "/admin/jobs/cancel", w.t("ui.action.stop"), &row.what, ("job", &row.id))
            }
            JobState::Failed => {
                post(frame, "/admin/jobs/retry", w.t("ui.action.retry"), &row.what, ("job", &row.id))
            }
            JobState::Done | JobState::Cancelled => Cell::Missing("ui.nothing_to_do"),
        };
        Row::new(vec![
            Cell::text(&row.what),
            state,
            Cell::text(&row.who),
            Cell::text(&row.at),
            Cell::text(&row.outcome),
            Cell::number(row.n_tries),
            act,
        ])
    });
    let keys = ["job", "state!", "who", "at!", "outcome", "tries#", "act!"];
    let filter = Filter {
        w,
        path: "/admin/jobs",
        listing: &view.listing,
        conditions: vec![Condition::select(
            w,
            "job_state",
            &["waiting", "running", "done", "failed", "cancelled"],
        )],
    };
    let is_running = view.rows.iter().any(|row| matches!(row.state, JobState::Waiting | JobState::Running));
    let list = results(
        &filter,
        &Table::new(w, w.t("ui.page.jobs"), &keys).rows(rows),
        Empty::new(w, "jobs", Vec::new()),
    );
    start(w, Place::Jobs).block(Block::Poll("jobs", if is_running { 5 } else { 0 }, vec![list])).render(frame)
}

/// A page that asks before something that others see or that cannot be undone. Posts `reason` to `action`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConfirmView {
    /// What will be done, as a title in the page's language.
    pub title: String,
    /// What it is about.
    pub object: String,
    /// What follows from it, in one sentence.
    pub consequence: String,
    /// Where it posts.
    pub action: String,
    /// Hidden names and values.
    pub hidden: Vec<(String, String)>,
    /// What the button says.
    pub submit: String,
    /// Where giving up leads.
    pub cancel_href: String,
    /// A reason must be given.
    pub needs_reason: bool,
    /// What is typed.
    pub form: FormState,
}

/// The page that asks.
#[must_use]
pub fn confirm_page(frame: &Frame, view: &ConfirmView) -> String {
    let w = Words(frame.language);
    let mut form = Form::new(w, "confirm", view.action.clone(), &frame.csrf, &view.form)
        .submit(view.submit.clone())
        .cancel(view.cancel_href.clone())
        .danger();
    for (name, value) in &view.hidden {
        form = form.hidden(name, value.clone());
    }
    if view.needs_reason {
        form = form.area("reason", 1_000).required();
    }
    Page::titled(view.title.clone())
        .above(&view.object)
        .shape(crate::part::Shape::Reading)
        .block(Block::Banner(Banner::new(Tone::Warning, view.consequence.clone())))
        .block(Block::Form(form))
        .render(frame)
}
