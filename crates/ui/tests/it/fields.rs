//! The names that modules promise are the names that their forms send.

use std::collections::BTreeSet;

use kikimori_ui::Language;
use kikimori_ui::page::account::{own, sign_in};
use kikimori_ui::page::admin::{data, people, system};
use kikimori_ui::page::{
    components, finding, findings, identities, ingest, product_form, product_import, products, saved_view,
    sbom,
};

use crate::html::{Tag, read};
use crate::samples::{Samples, Variant};

/// Each form: page, address, fields, hidden names that are not fields.
const FORMS: &[(&str, &str, &[&str], &[&str])] = &[
    ("setup", "/setup/abc", sign_in::SETUP_FIELDS, &[]),
    ("sign-in", "/sign-in", sign_in::SIGN_IN_FIELDS, &[]),
    ("sign-in-code", "/sign-in/code", &["code"], &[]),
    ("sign-in-recovery", "/sign-in/recovery", &["recovery_code"], &[]),
    ("invitation", "/invitations/abc", &["new_password", "new_password_again"], &[]),
    ("profile", "/account", own::PROFILE_FIELDS, &[]),
    ("password", "/account/password", own::PASSWORD_FIELDS, &[]),
    ("own-notifications", "/account/notifications", own::OWN_NOTIFICATION_FIELDS, &[]),
    ("authenticator-enrol", "/account/authenticator", &["code"], &[]),
    ("authenticator", "/account/authenticator/remove", &["password"], &[]),
    ("tokens", "/account/tokens/new", own::TOKEN_FIELDS, &[]),
    ("product-form", "/products/PRD-0001", product_form::FIELDS, &[]),
    ("release-form", "/products/PRD-0001/releases/new", product_form::RELEASE_FIELDS, &[]),
    ("import", "/products/import/check", product_import::FIELDS, &[]),
    ("import-check", "/products/import", &[], &["token"]),
    ("ingest", "/sboms/check", ingest::FIELDS, &[]),
    ("ingest-check", "/sboms/new", &[], &["token", "release"]),
    ("identity", "/identities/IDN-1", identities::FIELDS, &["next"]),
    ("finding", "/findings/FND-000123/assessment", finding::FIELDS, &["next"]),
    ("findings-bulk", "/findings/bulk", finding::FIELDS, &["confirmed", "act", "id"]),
    ("saved-view", "/views", saved_view::FIELDS, &[]),
    ("invite", "/admin/users/invite", people::INVITE_FIELDS, &[]),
    ("user", "/admin/users/u1", people::USER_FIELDS, &[]),
    ("organisation", "/admin/organisation", people::ORGANISATION_FIELDS, &[]),
    ("notifications", "/admin/notifications", system::NOTIFICATION_FIELDS, &[]),
    ("feeds", "/admin/feeds/import", &["file"], &[]),
    ("confirm", "/admin/rules/withdraw", &["reason"], &["rule"]),
    ("fault-409", "/products/PRD-0001", &[], &["name_ja"]),
];

/// Each list: page, path, conditions.
const LISTS: &[(&str, &str, &[&str])] = &[
    ("findings", "/findings", findings::CONDITIONS),
    ("products", "/products", products::CONDITIONS),
    ("components", "/components", components::CONDITIONS),
    ("identities", "/identities", identities::CONDITIONS),
    ("sbom", "/sboms/SBM-000045", sbom::CONDITIONS),
    ("audit", "/admin/audit", data::AUDIT_CONDITIONS),
    ("rules", "/admin/rules", data::RULE_CONDITIONS),
    ("jobs", "/admin/jobs", data::JOB_CONDITIONS),
    ("users", "/admin/users", people::USER_CONDITIONS),
];

/// The names that a form sends, but the token and the revision.
fn names<'a>(tags: &'a [Tag], action: &str) -> BTreeSet<&'a str> {
    let is_form = |tag: &Tag| tag.name == "form" && tag.get("action") == Some(action);
    let form = tags.iter().position(is_form).unwrap_or_else(|| panic!("no form posts to {action}"));
    tags.iter()
        .filter(|tag| tag.parents.contains(&form))
        .filter_map(|tag| tag.get("name"))
        .filter(|name| !matches!(*name, "csrf" | "revision"))
        .collect()
}

#[test]
fn forms_send_what_modules_promise() {
    let pages = Samples { language: Language::Ja, variant: Variant::Typical }.pages();
    for (page, action, fields, hidden) in FORMS {
        let html = &pages.iter().find(|known| known.name == *page).unwrap().html;
        let tags = read(html).unwrap();
        let promised: BTreeSet<&str> = fields.iter().chain(*hidden).copied().collect();
        assert_eq!(names(&tags, action), promised, "{page}");
    }
}

#[test]
fn filters_ask_for_the_conditions_that_modules_name() {
    let pages = Samples { language: Language::Ja, variant: Variant::Typical }.pages();
    for (page, path, conditions) in LISTS {
        let html = &pages.iter().find(|known| known.name == *page).unwrap().html;
        let tags = read(html).unwrap();
        let mut asked = names(&tags, path);
        asked.remove("sort");
        assert_eq!(asked, conditions.iter().copied().collect(), "{page}");
    }
}

#[test]
fn what_was_typed_stands_in_the_form_again() {
    let pages = Samples { language: Language::Ja, variant: Variant::Error }.pages();
    let find = |name: &str| read(&pages.iter().find(|page| page.name == name).unwrap().html).unwrap();
    let tags = find("product-form");
    let value = |name: &str| {
        tags.iter().find(|tag| tag.get("name") == Some(name)).unwrap().get("value").map(str::to_owned)
    };
    assert_eq!(value("jmdn_code").as_deref(), Some("１３２１５０００"));
    assert_eq!(value("eos").as_deref(), Some("令和14年3月31日"));
    assert_eq!(value("revision").as_deref(), Some("3"));
    let checked: Vec<_> = tags
        .iter()
        .filter(|tag| tag.get("name") == Some("connections") && tag.get("checked").is_some())
        .filter_map(|tag| tag.get("value"))
        .collect();
    assert_eq!(checked, ["wired_network", "removable_media"]);
    let chosen: Vec<_> = tags
        .iter()
        .filter(|tag| tag.name == "option" && tag.get("selected").is_some())
        .filter_map(|tag| tag.get("value"))
        .collect();
    assert_eq!(chosen, ["iii", "approval", "on_sale", "1"]);
    // A password is never written into a page.
    let password = find("sign-in").into_iter().find(|tag| tag.get("type") == Some("password")).unwrap();
    assert_eq!(password.get("value"), None);
}
