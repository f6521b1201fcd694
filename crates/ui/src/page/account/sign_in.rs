//! 初期設定とサインイン / First start and sign in. Nobody is signed in on these pages: [`Frame::person`] is `None`.

use crate::address;
use crate::frame::Frame;
use crate::part::{Action, Block, Cell, Form, Page, Shape};
use crate::view::{Choice, FormState};
use crate::words::Words;

/// The fields of the first-start form, posted to `/setup/{token}`.
pub const SETUP_FIELDS: &[&str] = &[
    "organisation_kind",
    "organisation_ja",
    "organisation_en",
    "person",
    "email",
    "new_password",
    "new_password_again",
];

/// The fields of `/sign-in`. `return` is hidden.
pub const SIGN_IN_FIELDS: &[&str] = &["email", "password", "return"];

/// The first start, by a link that works once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SetupView {
    /// The token of the link.
    pub token: String,
    /// The kinds of organisation to choose from.
    pub kinds: Vec<Choice>,
    /// What is typed.
    pub form: FormState,
}

/// The page of the first start.
#[must_use]
pub fn setup_page(frame: &Frame, view: &SetupView) -> String {
    let w = Words(frame.language);
    let form =
        Form::new(w, "setup", format!("/setup/{}", address::encode(&view.token)), &frame.csrf, &view.form)
            .heading("organisation")
            .select_of("organisation_kind", &view.kinds)
            .required()
            .pair("organisation", 0, true)
            .heading("administrator")
            .input("person", "text", "name")
            .required()
            .input("email", "email", "username")
            .required()
            .help()
            .input("new_password", "password", "new-password")
            .required()
            .help()
            .input("new_password_again", "password", "new-password")
            .required()
            .submit(w.t("ui.action.setup"));
    Page::new(w, "ui.page.setup")
        .shape(Shape::Reading)
        .lead(w.t("ui.lead.setup"))
        .block(Block::Form(form))
        .render(frame)
}

/// A link that an administrator handed over and that works once; posted to `/invitations/{token}` with `new_password`,
/// `new_password_again`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InvitationView {
    /// The token of the link.
    pub token: String,
    /// Who is invited.
    pub person: String,
    /// Their address.
    pub email: String,
    /// It is for a new password and not for joining.
    pub is_reset: bool,
    /// They have an account and are signed in: no password is asked for.
    pub has_account: bool,
    /// What is typed.
    pub form: FormState,
}

/// The page of an invitation.
#[must_use]
pub fn invitation_page(frame: &Frame, view: &InvitationView) -> String {
    let w = Words(frame.language);
    let action = format!("/invitations/{}", address::encode(&view.token));
    let mut form = Form::new(w, "invitation", action, &frame.csrf, &view.form)
        .fixed("person", &view.person)
        .fixed("email", &view.email);
    if !view.has_account {
        form = form
            .input("new_password", "password", "new-password")
            .required()
            .help()
            .input("new_password_again", "password", "new-password")
            .required();
    }
    let (title, lead, submit) = match (view.is_reset, view.has_account) {
        (true, _) => ("ui.page.new_password", "ui.lead.new_password", "ui.action.change_password"),
        (false, true) => ("ui.page.invitation", "ui.lead.invitation_account", "ui.action.join"),
        (false, false) => ("ui.page.invitation", "ui.lead.invitation", "ui.action.join"),
    };
    let form = form.submit(w.t(submit));
    Page::new(w, title)
        .shape(Shape::Card)
        .lead(w.f1(lead, "organisation", &frame.organisation))
        .block(Block::Form(form))
        .render(frame)
}

/// Signing in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// What is typed; `return` is where to go afterwards.
    pub form: FormState,
    /// What a single sign-on provider is called; empty without one. It leads to `/sign-in/sso`.
    pub provider: String,
}

/// The page to sign in.
#[must_use]
pub fn page(frame: &Frame, view: &View) -> String {
    let w = Words(frame.language);
    let form = Form::new(w, "sign-in", "/sign-in", &frame.csrf, &view.form)
        .hidden("return", view.form.get("return"))
        .input("email", "email", "username")
        .required()
        .input("password", "password", "current-password")
        .required()
        .submit(w.t("ui.action.sign_in"));
    let mut page = Page::new(w, "ui.page.sign_in").shape(Shape::Card).lead(frame.organisation.clone());
    page = page.block(Block::Form(form));
    if !view.provider.is_empty() {
        let text = w.f1("ui.action.sign_in_with", "provider", &view.provider);
        page = page.block(Block::Actions(vec![Action::link(text, "/sign-in/sso")]));
    }
    page.block(Block::Note(w.s("ui.sign_in_help"))).render(frame)
}

/// The page that asks for the code of an authenticator; posts `code` to `/sign-in/code`.
#[must_use]
pub fn code_page(frame: &Frame, form: &FormState) -> String {
    let w = Words(frame.language);
    let form = Form::new(w, "code", "/sign-in/code", &frame.csrf, form)
        .input("code", "text", "one-time-code")
        .required()
        .help()
        .submit(w.t("ui.action.sign_in"));
    Page::new(w, "ui.page.sign_in_code")
        .shape(Shape::Card)
        .block(Block::Form(form))
        .block(Block::List(vec![Cell::link(w.t("ui.page.recovery"), "/sign-in/recovery")]))
        .render(frame)
}

/// The page that asks for a recovery code; posts `recovery_code` to `/sign-in/recovery`.
#[must_use]
pub fn recovery_page(frame: &Frame, form: &FormState) -> String {
    let w = Words(frame.language);
    let form = Form::new(w, "recovery", "/sign-in/recovery", &frame.csrf, form)
        .text("recovery_code")
        .required()
        .help()
        .submit(w.t("ui.action.sign_in"));
    Page::new(w, "ui.page.recovery")
        .shape(Shape::Card)
        .block(Block::Form(form))
        .block(Block::List(vec![Cell::link(w.t("ui.page.sign_in_code"), "/sign-in/code")]))
        .render(frame)
}

/// The page after signing out.
#[must_use]
pub fn signed_out_page(frame: &Frame) -> String {
    let w = Words(frame.language);
    Page::new(w, "ui.page.signed_out")
        .shape(Shape::Card)
        .lead(w.t("ui.lead.signed_out"))
        .block(Block::Actions(vec![Action::primary(w.t("ui.page.sign_in"), "/sign-in")]))
        .render(frame)
}
