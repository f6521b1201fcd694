//! Fields and forms: label above, help between, error below, everything typed kept.

use askama::Template;

use super::{Html, html};
use crate::view::{Choice, FormState};
use crate::words::Words;

/// Characters of choices that stand beside each other.
const N_CHARACTERS_BESIDE_MAX: usize = 24;

/// How wide a text field is; it hints at the length.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Width {
    /// About 10 characters.
    Short,
    /// About 24 characters.
    Medium,
    /// The whole measure.
    #[default]
    Full,
}

impl Width {
    /// Its name in `data-width`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Short => "short",
            Self::Medium => "medium",
            Self::Full => "full",
        }
    }
}

/// What a field takes.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// One line; the second is the `type` of the input, the third its `autocomplete`.
    Text(&'static str, &'static str),
    /// Several lines; 0 for no limit of characters.
    Area(usize),
    /// One of a list.
    Select(Vec<Choice>),
    /// One of a few.
    Radio(Vec<Choice>),
    /// Any of a few.
    Checks(Vec<Choice>),
    /// Yes or no: the value that is sent for yes.
    Check,
    /// A file: what it takes.
    File(&'static str),
    /// A heading inside a form.
    Heading,
    /// A text that cannot be changed here.
    Fixed,
}

/// A field.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    /// Its name, and with the form's its id.
    pub(crate) name: String,
    /// Its id.
    pub(crate) id: String,
    /// Its label.
    pub(crate) label: String,
    /// Help between label and field; empty without any.
    pub(crate) help: String,
    /// What it takes.
    pub(crate) kind: Kind,
    /// The first text.
    pub(crate) value: String,
    /// All values, for several choices.
    pub(crate) values: Vec<String>,
    /// What is wrong; empty when nothing is.
    pub(crate) error: String,
    /// It must be filled in.
    pub(crate) is_required: bool,
    /// How wide it is.
    pub(crate) width: Width,
    /// The language of what is typed, when it is fixed.
    pub(crate) lang: &'static str,
}

impl Field {
    /// The ids that describe it.
    fn described_by(&self) -> String {
        let help = if self.help.is_empty() { String::new() } else { format!("{}-help", self.id) };
        let error = if self.error.is_empty() { String::new() } else { format!("{}-error", self.id) };
        format!("{help} {error}").trim().to_owned()
    }

    /// A value is chosen.
    fn has(&self, value: &str) -> bool {
        self.values.iter().any(|known| known == value)
    }

    /// A group of choices needs a `fieldset`.
    fn is_group(&self) -> bool {
        matches!(self.kind, Kind::Radio(_) | Kind::Checks(_))
    }

    /// Its choices stand below each other: there is a long one.
    fn is_stacked(&self) -> bool {
        match &self.kind {
            Kind::Radio(choices) | Kind::Checks(choices) => {
                choices.iter().any(|choice| choice.label.chars().count() > N_CHARACTERS_BESIDE_MAX)
            }
            _ => false,
        }
    }

    /// Yes or no.
    fn is_check(&self) -> bool {
        matches!(self.kind, Kind::Check)
    }

    /// Its HTML.
    pub(crate) fn html(&self, w: Words) -> Html {
        html(&FieldTemplate { w, field: self })
    }
}

/// The template of a field.
#[derive(Template)]
#[template(path = "part/field.html")]
struct FieldTemplate<'a> {
    /// The words.
    w: Words,
    /// The field.
    field: &'a Field,
}

/// A form that posts.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    /// The words.
    w: Words,
    /// The beginning of its fields' ids.
    pub(crate) id: &'static str,
    /// Where it posts.
    pub(crate) action: String,
    /// The token.
    pub(crate) csrf: String,
    /// What is typed and what is wrong.
    state: FormState,
    /// Hidden names and values.
    pub(crate) hidden: Vec<(String, String)>,
    /// Its fields.
    pub(crate) fields: Vec<Field>,
    /// What the button says.
    pub(crate) submit: String,
    /// A second button: name, value, text.
    pub(crate) second: Option<(String, String, String)>,
    /// Where giving up leads; empty without a link.
    pub(crate) cancel_href: String,
    /// It carries files.
    pub(crate) has_file: bool,
    /// What it does cannot be undone.
    pub(crate) is_danger: bool,
    /// Leaving it with changes asks first.
    pub(crate) is_guarded: bool,
}

impl Form {
    /// A form. `id` is unique on its page.
    pub(crate) fn new(
        w: Words,
        id: &'static str,
        action: impl Into<String>,
        csrf: &str,
        state: &FormState,
    ) -> Self {
        Self {
            w,
            id,
            action: action.into(),
            csrf: csrf.to_owned(),
            state: state.clone(),
            hidden: state
                .revision
                .map(|revision| ("revision".to_owned(), revision.to_string()))
                .into_iter()
                .collect(),
            fields: Vec::new(),
            submit: w.s("ui.action.save"),
            second: None,
            cancel_href: String::new(),
            has_file: false,
            is_danger: false,
            is_guarded: false,
        }
    }

    /// Adds a field labelled `ui.field.{name}`.
    fn push(mut self, name: &str, kind: Kind) -> Self {
        self.has_file |= matches!(kind, Kind::File(_));
        self.fields.push(Field {
            name: name.to_owned(),
            id: format!("{}-{name}", self.id),
            label: self.w.of("ui.field", name).to_owned(),
            help: String::new(),
            kind,
            value: self.state.get(name).to_owned(),
            values: self
                .state
                .values
                .iter()
                .filter(|(known, _)| known == name)
                .map(|(_, v)| v.clone())
                .collect(),
            error: self.state.error(name).unwrap_or_default().to_owned(),
            is_required: false,
            width: Width::Full,
            lang: "",
        });
        self
    }

    /// Changes the last field.
    fn last(mut self, change: impl FnOnce(&mut Field, Words)) -> Self {
        let w = self.w;
        if let Some(field) = self.fields.last_mut() {
            change(field, w);
        }
        self
    }

    /// A line of text.
    pub(crate) fn text(self, name: &str) -> Self {
        self.push(name, Kind::Text("text", "off"))
    }

    /// A line with its own `type` and `autocomplete`.
    pub(crate) fn input(self, name: &str, kind: &'static str, autocomplete: &'static str) -> Self {
        self.push(name, Kind::Text(kind, autocomplete))
    }

    /// A date as text, with an example.
    pub(crate) fn date(self, name: &str) -> Self {
        self.push(name, Kind::Text("text", "off")).last(|field, w| {
            field.width = Width::Medium;
            field.help = w.s("ui.help.date");
        })
    }

    /// Several lines, at most so many characters (0: no limit).
    pub(crate) fn area(self, name: &str, n_characters_max: usize) -> Self {
        self.push(name, Kind::Area(n_characters_max))
    }

    /// A Japanese and an English text of one thing: `{name}_ja` and `{name}_en`. Japanese is required when asked.
    pub(crate) fn pair(self, name: &str, n_characters_max: usize, is_required: bool) -> Self {
        let kind = || {
            if n_characters_max == 0 { Kind::Text("text", "off") } else { Kind::Area(n_characters_max) }
        };
        self.push(&format!("{name}_ja"), kind())
            .last(|field, _| {
                field.lang = "ja";
                field.is_required = is_required;
            })
            .push(&format!("{name}_en"), kind())
            .last(|field, _| field.lang = "en")
    }

    /// One of given choices, after an empty one.
    pub(crate) fn select_of(self, name: &str, given: &[Choice]) -> Self {
        let mut choices = vec![Choice::new("", self.w.t("ui.choose"))];
        choices.extend_from_slice(given);
        self.push(name, Kind::Select(choices))
    }

    /// One of a few values.
    pub(crate) fn radio(self, name: &str, values: &[&str]) -> Self {
        let choices = self.choices(name, values);
        self.push(name, Kind::Radio(choices))
    }

    /// One of a few given choices.
    pub(crate) fn radio_of(self, name: &str, given: Vec<Choice>) -> Self {
        self.push(name, Kind::Radio(given))
    }

    /// Any of a few values.
    pub(crate) fn checks(self, name: &str, values: &[&str]) -> Self {
        let choices = self.choices(name, values);
        self.push(name, Kind::Checks(choices))
    }

    /// Any of given choices.
    pub(crate) fn checks_of(self, name: &str, given: Vec<Choice>) -> Self {
        self.push(name, Kind::Checks(given))
    }

    /// Yes or no; `1` is sent for yes.
    pub(crate) fn check(self, name: &str) -> Self {
        self.push(name, Kind::Check)
    }

    /// A file.
    pub(crate) fn file(self, name: &str, accept: &'static str) -> Self {
        self.push(name, Kind::File(accept))
    }

    /// A heading before the next fields, of `ui.group.{name}`.
    pub(crate) fn heading(self, name: &str) -> Self {
        self.push(name, Kind::Heading).last(|field, w| field.label = w.of("ui.group", &field.name).to_owned())
    }

    /// A value that is shown and not changed.
    pub(crate) fn fixed(self, name: &str, value: &str) -> Self {
        self.push(name, Kind::Fixed).last(|field, _| field.value = value.to_owned())
    }

    /// The last field must be filled in.
    pub(crate) fn required(self) -> Self {
        self.last(|field, _| field.is_required = true)
    }

    /// The last field gets the help `ui.help.{name}`.
    pub(crate) fn help(self) -> Self {
        self.last(|field, w| field.help = w.of("ui.help", &field.name).to_owned())
    }

    /// The last field's width.
    pub(crate) fn width(self, width: Width) -> Self {
        self.last(|field, _| field.width = width)
    }

    /// A hidden value.
    pub(crate) fn hidden(mut self, name: &str, value: impl Into<String>) -> Self {
        self.hidden.push((name.to_owned(), value.into()));
        self
    }

    /// What the button says.
    pub(crate) fn submit(mut self, text: impl Into<String>) -> Self {
        self.submit = text.into();
        self
    }

    /// A second button that sends `name=value` too.
    pub(crate) fn second(mut self, name: &str, value: &str, text: impl Into<String>) -> Self {
        self.second = Some((name.to_owned(), value.to_owned(), text.into()));
        self
    }

    /// Where giving up leads.
    pub(crate) fn cancel(mut self, href: impl Into<String>) -> Self {
        self.cancel_href = href.into();
        self
    }

    /// What it does cannot be undone.
    pub(crate) fn danger(mut self) -> Self {
        self.is_danger = true;
        self
    }

    /// Leaving it with changes asks first.
    pub(crate) fn guarded(mut self) -> Self {
        self.is_guarded = true;
        self
    }

    /// Choices of values.
    fn choices(&self, name: &str, values: &[&str]) -> Vec<Choice> {
        let family = format!("ui.choice.{name}");
        values.iter().map(|value| Choice::new(*value, self.w.of(&family, value))).collect()
    }

    /// The errors in the order of the form, each with the id of its field (empty for the form's own).
    pub(crate) fn summary(&self) -> Vec<(String, String)> {
        let is_here = |name: &str| self.fields.iter().any(|field| field.name == name);
        self.state
            .errors
            .iter()
            .map(|error| {
                let id = if is_here(&error.field) {
                    format!("{}-{}", self.id, error.field)
                } else {
                    String::new()
                };
                (id, error.text.clone())
            })
            .collect()
    }

    /// Its HTML.
    pub(crate) fn html(&self) -> Html {
        html(&FormTemplate { w: self.w, form: self })
    }
}

/// The template of a form.
#[derive(Template)]
#[template(path = "part/form.html")]
struct FormTemplate<'a> {
    /// The words.
    w: Words,
    /// The form.
    form: &'a Form,
}
