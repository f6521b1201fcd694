//! The command line of `kikimori identity`.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgGroup, Command, value_parser};
use kikimori_locale::{Language, text};

use crate::command::{format_option, library_option, rules_option, sbom_argument};

/// `identity …`.
pub fn identity(language: Language) -> Command {
    Command::new("identity")
        .about(text(language, "help.identity"))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(propose(language))
        .subcommand(decide(language))
        .subcommand(rules(language))
}

/// An option that takes a text.
fn option(language: Language, name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).help(text(language, help))
}

/// An option that is given or not.
fn flag(language: Language, name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(text(language, help))
}

/// `identity propose`.
fn propose(language: Language) -> Command {
    Command::new("propose")
        .about(text(language, "help.identity_propose"))
        .arg(sbom_argument(language))
        .arg(library_option(language))
        .arg(rules_option(language))
        .arg(option(language, "component", "NAME", "help.propose_component"))
        .arg(option(language, "top", "N", "help.propose_top"))
        .arg(flag(language, "all", "help.propose_all"))
        .arg(flag(language, "equivalences", "help.propose_equivalences"))
        .arg(format_option(language, &["table", "json", "toml"]))
}

/// `identity decide`.
fn decide(language: Language) -> Command {
    let option = |name, value, help| option(language, name, value, help);
    let flag = |name, help| flag(language, name, help);
    Command::new("decide")
        .about(text(language, "help.identity_decide"))
        .arg(option("purl", "PURL", "help.rule_purl"))
        .arg(option("cpe", "CPE", "help.rule_cpe"))
        .arg(option("name", "NAME", "help.rule_name"))
        .group(ArgGroup::new("component").args(["purl", "cpe", "name"]).required(true))
        .arg(option("group", "GROUP", "help.rule_group").requires("name"))
        .arg(option("supplier", "SUPPLIER", "help.rule_supplier").requires("name"))
        .arg(option("version-pattern", "VERSION", "help.rule_version"))
        .arg(option("add-purl", "PURL", "help.rule_add_purl").action(ArgAction::Append))
        .arg(option("add-cpe", "CPE", "help.rule_add_cpe").action(ArgAction::Append))
        .arg(flag("replace", "help.rule_replace").conflicts_with_all(["ignore", "no-public-identity"]))
        .arg(flag("ignore", "help.rule_ignore").conflicts_with_all([
            "add-purl",
            "add-cpe",
            "no-public-identity",
            "name",
        ]))
        .arg(
            flag("no-public-identity", "help.rule_no_public_identity")
                .conflicts_with_all(["add-purl", "add-cpe"]),
        )
        .arg(option("author", "NAME", "help.rule_author").required(true))
        .arg(option("reason", "TEXT", "help.rule_reason").required(true))
        .arg(option("organisation", "NAME", "help.rule_organisation"))
        .arg(option("id", "ID", "help.rule_id"))
        .arg(option("file", "FILE", "help.rule_file").value_parser(value_parser!(PathBuf)))
}

/// `identity rules`.
fn rules(language: Language) -> Command {
    Command::new("rules")
        .about(text(language, "help.identity_rules"))
        .arg(rules_option(language))
        .arg(flag(language, "check", "help.rules_check"))
        .arg(format_option(language, &["table", "json"]))
}
