//! Deciding what a component is, once: the decision becomes the organisation's rule, and what it touches is matched again.

use std::collections::BTreeSet;

use kikimori_core::access::{Action, Actor};
use kikimori_core::cpe::{Attribute, Cpe, CpeValue};
use kikimori_core::field::FieldError;
use kikimori_core::id::{IdentityId, OrganisationId};
use kikimori_core::identity_rule::{Decision, IdentityRule, Named, Subject, SubjectName, TextPattern};
use kikimori_core::message::{Message, Place, codes};
use kikimori_core::purl::Purl;
use kikimori_core::rule_book::RuleBook;
use kikimori_core::sbom::Component;
use kikimori_formats::rules;
use kikimori_store::identity_rules::{self, StoredRule};
use kikimori_store::jobs::PRIORITY_INTERACTIVE;
use kikimori_store::{StoreError, Transaction, identities, people, sbom_checks};

use crate::app_error::AppError;
use crate::component_identity::to_component;
use crate::installation::{Deed, Installation, require_own};
use crate::match_sbom;

/// Rules of one organisation.
pub const RULES_MAX: u32 = 20_000;
/// Longest reason, in characters.
const REASON_CHARACTERS_MAX: usize = 2_000;

/// What a person decides about a component, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdentityDraft {
    /// The identity in question.
    pub identity: Option<IdentityId>,
    /// `add`, `replace`, `ignore` or `no-public-identity`.
    pub decision: String,
    /// A package URL that it is.
    pub purl: String,
    /// A CPE name that it is.
    pub cpe: String,
    /// Only this version of it.
    pub is_for_version: bool,
    /// Why.
    pub reason: String,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decided {
    /// SBOMs that are matched again.
    pub n_sboms: usize,
}

/// Decides. An earlier decision of the organisation about the same components gives way.
///
/// # Errors
/// [`AppError::Fields`], [`AppError::NotFound`], [`AppError::Forbidden`].
pub async fn decide_identity(
    installation: &Installation,
    actor: &Actor,
    draft: &IdentityDraft,
) -> Result<Decided, AppError> {
    let organisation = require_own(actor, Action::DecideIdentity)?;
    let identity = draft.identity.ok_or(AppError::NotFound)?;
    let mut work = installation.begin(actor).await?;
    let stored = identities::get(&mut work, identity).await?.ok_or(AppError::NotFound)?;
    let component = to_component(&stored)?;
    let author = people::get(&mut work, actor.person).await?.map(|person| person.name);
    let author = author.filter(|name| !name.is_empty()).unwrap_or_else(|| actor.person.to_string());
    let rule = rule(installation, organisation, draft, &component, author)?;
    let before = rule_book(&mut work, organisation).await?;
    let subject = rule.subject.shown();
    for old in identity_rules::list(&mut work, organisation, RULES_MAX).await? {
        if old.subject == subject {
            identity_rules::revoke(&mut work, organisation, old.id).await?;
        }
    }
    let id = installation.new_id();
    let mut rule = rule;
    rule.id = id.to_string();
    let text = format!("{}{}", rules::file_head(rule.organisation.as_deref()), rules::rule_text(&rule));
    let new = StoredRule {
        organisation,
        id,
        rule: text,
        subject: subject.clone(),
        person: actor.person,
        created_at: installation.now(),
    };
    identity_rules::insert(&mut work, &new).await?;
    let after = rule_book(&mut work, organisation).await?;
    let n_sboms = match_again(installation, &mut work, actor, organisation, &before, &after).await?;
    let details = vec![
        ("component".to_owned(), subject),
        ("decision".to_owned(), rule.decision.word().to_owned()),
        ("purl".to_owned(), draft.purl.trim().to_owned()),
        ("cpe".to_owned(), draft.cpe.trim().to_owned()),
        ("reason".to_owned(), rule.reason),
    ];
    let target_id = id.to_string();
    let deed =
        Deed { action: Action::DecideIdentity.code(), target_kind: "identity_rule", target_id, details };
    installation.audit(&mut work, actor, deed).await?;
    work.commit().await?;
    Ok(Decided { n_sboms })
}

/// The rule that a draft means.
fn rule(
    installation: &Installation,
    organisation: OrganisationId,
    draft: &IdentityDraft,
    component: &Component,
    author: String,
) -> Result<IdentityRule, AppError> {
    let mut errors = Vec::new();
    let mut error = |field, code| errors.push(FieldError { field, message: Message::new(code) });
    let (purl, cpe, reason) = (draft.purl.trim(), draft.cpe.trim(), draft.reason.trim());
    if !purl.is_empty() && Purl::parse(purl).is_err() {
        error("purl", codes::FIELD_CHOICE);
    }
    if !cpe.is_empty() && versionless(cpe).is_none() {
        error("cpe", codes::FIELD_CHOICE);
    }
    if reason.is_empty() {
        error("reason", codes::FIELD_REQUIRED);
    } else if reason.chars().count() > REASON_CHARACTERS_MAX {
        error("reason", codes::FIELD_TOO_LONG);
    }
    // A rule names what a component is, never which version: that the component says itself.
    let purls = Purl::parse(purl).map(|purl| kikimori_core::identity_rule::purl_name(&purl));
    let named = Named { purls: purls.into_iter().collect(), cpes: versionless(cpe).into_iter().collect() };
    let is_named = !purl.is_empty() || !cpe.is_empty();
    let decision = match draft.decision.as_str() {
        "add" | "replace" if !is_named => {
            error("purl", codes::FIELD_REQUIRED);
            None
        }
        "add" => Some(Decision::Add(named)),
        "replace" => Some(Decision::Replace(named)),
        "ignore" => Some(Decision::Ignore),
        "no-public-identity" => Some(Decision::NoPublicIdentity),
        _ => {
            error("decision", codes::FIELD_CHOICE);
            None
        }
    };
    let subject = subject(component, draft.is_for_version);
    if subject.is_none() {
        error("identity", codes::FIELD_CHOICE);
    }
    match (decision, subject) {
        (Some(decision), Some(subject)) if errors.is_empty() => Ok(IdentityRule {
            id: String::new(),
            subject,
            decision,
            author,
            decided_on: installation.now().date(),
            reason: reason.to_owned(),
            organisation: Some(organisation.to_string()),
            supersedes: Vec::new(),
            origin: String::new(),
            place: Place::Document,
        }),
        _ => Err(AppError::Fields(errors)),
    }
}

/// Part, vendor and product of a CPE name, everything else open.
fn versionless(cpe: &str) -> Option<String> {
    // What people and the dictionary write ends with the product as often as not.
    let n_missing = 13_usize.saturating_sub(cpe.split(':').count());
    let is_short = cpe.starts_with("cpe:2.3:");
    let whole = format!("{cpe}{}", ":*".repeat(if is_short { n_missing } else { 0 }));
    let cpe = Cpe::parse(&whole).ok()?;
    let text = |attribute| match cpe.get(attribute) {
        CpeValue::Text(text) => Some(text.to_owned()),
        CpeValue::Any | CpeValue::Na => None,
    };
    let (part, vendor) = (text(Attribute::Part)?, text(Attribute::Vendor)?);
    Some(format!("cpe:2.3:{part}:{vendor}:{}:*:*:*:*:*:*:*:*", text(Attribute::Product)?))
}

/// The components like this one: by its first readable package URL or CPE, else by name, group and supplier.
fn subject(component: &Component, is_for_version: bool) -> Option<Subject> {
    let exact = |text: &str| TextPattern::parse(&text.replace('*', " ")).ok();
    let by_purl = component.purls.iter().filter_map(|text| Purl::parse(text).ok());
    let by_purl = by_purl.map(|purl| kikimori_core::identity_rule::purl_name(&purl));
    let name = by_purl.filter_map(|text| SubjectName::of_purl(&text).ok()).next();
    let name = match name {
        Some(name) => name,
        None => SubjectName::Written {
            name: exact(&component.name)?,
            group: component.group.as_deref().and_then(exact),
            supplier: component.details().supplier.as_deref().and_then(exact),
        },
    };
    let version = if is_for_version { component.version.as_deref().and_then(exact) } else { None };
    Some(Subject { name, version })
}

/// An organisation's rules.
///
/// # Errors
/// A fault if one cannot be read.
pub async fn rule_book(
    transaction: &mut Transaction,
    organisation: OrganisationId,
) -> Result<RuleBook, AppError> {
    let unreadable = || AppError::fault(StoreError::Unreadable { column: "rule".to_owned() });
    let mut all = Vec::new();
    for stored in identity_rules::list(transaction, organisation, RULES_MAX).await? {
        all.extend(rules::read(stored.rule.as_bytes(), "").map_err(|_| unreadable())?);
    }
    RuleBook::new(all).map_err(|_| unreadable())
}

/// Puts every current SBOM in the queue that holds a component about which the rules say something else now; gives how many.
pub(crate) async fn match_again(
    installation: &Installation,
    work: &mut Transaction,
    actor: &Actor,
    organisation: OrganisationId,
    before: &RuleBook,
    after: &RuleBook,
) -> Result<usize, AppError> {
    let mut n_sboms = 0;
    let mut known: std::collections::BTreeMap<IdentityId, bool> = std::collections::BTreeMap::new();
    for head in sbom_checks::current(work, Some(organisation)).await? {
        let held: BTreeSet<IdentityId> = sbom_checks::components(work, organisation, head.id)
            .await?
            .into_iter()
            .map(|(identity, _)| identity)
            .collect();
        let asked: Vec<IdentityId> = held.iter().filter(|id| !known.contains_key(id)).copied().collect();
        for (id, stored) in identities::list_of_ids(work, &asked).await? {
            let component = to_component(&stored)?;
            known.insert(id, before.resolve(&component) != after.resolve(&component));
        }
        if held.iter().any(|id| known.get(id) == Some(&true)) {
            n_sboms += 1;
            let person = Some(actor.person);
            match_sbom::enqueue(installation, work, organisation, head.id, PRIORITY_INTERACTIVE, person)
                .await?;
        }
    }
    Ok(n_sboms)
}
