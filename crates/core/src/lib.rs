//! The domain's table of contents: what an SBOM, an identity, a version, a vulnerability and a finding are.
//!
//! Nothing here performs input or output, reads the clock, the environment or randomness, and nothing here
//! is serialisable: formats own their shapes (`kikimori-formats`), pages and reports own theirs.
//!
//! | module | holds |
//! |---|---|
//! | [`sbom`] | a bill of materials as a value: document, components, dependency graph |
//! | [`sbom_quality`] | how complete a bill is, judged by element sets |
//! | [`purl`], [`cpe`] | component identities, parsed and compared |
//! | [`ecosystem`], [`package_name`], [`distro`] | package ecosystems, their names, and distribution releases |
//! | [`version`] | version orders, one per scheme |
//! | [`vers`] | version ranges as `vers` texts |
//! | [`statement`] | what a record says about versions, and its three-valued evaluation |
//! | [`vulnerability`] | a vulnerability record as one source published it |
//! | [`severity`] | CVSS 2.0, 3.0, 3.1 and 4.0: scores computed from vectors |
//! | [`lifecycle`] | release cycles and how long a component is supported |
//! | [`platform`] | "running on" facts and the AND/OR tree |
//! | [`identity_rule`], [`rule_book`] | what people decided about identities, and which decision counts |
//! | [`folded_name`] | names as people spell them, for proposals only |
//! | [`finding`] | a verdict with its evidence |
//! | [`sheet`] | component sheets: what their columns mean |
//! | [`id`], [`revision`] | ids of rows, human numbers, revisions |
//! | [`account`] | what people type about their accounts |
//! | [`access`] | organisations, roles, actions, and the function that decides |
//! | [`product`], [`release`], [`market`] | medical devices and their releases |
//! | [`product_document`], [`product_list`], [`sbom_revision`] | their documents, lists of them, where an SBOM of theirs stands |
//! | [`assessment`], [`component_key`] | what a vulnerability means for a product, and what the assessment is kept under |
//! | [`audit`] | what happened, as bytes that can be chained |
//! | [`field`], [`typed_text`], [`typed_date`] | what people type, and what is wrong with it |
//! | [`message`], [`limits`], [`stamp`], [`day`] | notices and errors, limits, points in time, civil days |
//! | [`hexadecimal`], [`percent`] | bytes as digits, and text behind percent sequences |
#![forbid(unsafe_code)]

pub mod access;
pub mod account;
pub mod assessment;
pub mod audit;
mod coded;
pub mod component_key;
pub mod cpe;
pub mod day;
pub mod distro;
pub mod ecosystem;
pub mod field;
pub mod finding;
pub mod folded_name;
pub mod hexadecimal;
pub mod id;
pub mod identity_rule;
pub mod lifecycle;
pub mod limits;
pub mod market;
pub mod message;
pub mod package_name;
pub mod percent;
pub mod platform;
pub mod product;
pub mod product_document;
pub mod product_list;
pub mod product_name;
pub mod purl;
pub mod release;
pub mod revision;
pub mod rule_book;
pub mod sbom;
pub mod sbom_quality;
pub mod sbom_revision;
pub mod severity;
pub mod sheet;
pub mod stamp;
pub mod statement;
pub mod typed_date;
pub mod typed_text;
pub mod verdict;
pub mod vers;
pub mod version;
pub mod vulnerability;
