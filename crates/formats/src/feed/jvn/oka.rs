//! The JSON of MyJVN API 4.0 ("OKA"): details in the shape of CSAF 2.1 with `jvn_extension`, overviews, lists of names.
//!
//! The published examples are not valid CSAF, and whether the service answers so today could not be confirmed: what is there is
//! read, whatever else is missing or misshapen. A missing id alone refuses a record.
//!
//! Source: github.com/MyJVN/np, documents and examples of MyJVN API 4.0, read 2026-11-21.

use kikimori_core::limits;
use kikimori_core::message::{Message, codes};
use kikimori_core::product_name::ProductName;
use kikimori_core::statement::{Bound, Status, VersionRow, Versions};
use kikimori_core::vulnerability::Record;
use serde_json::Value;

use super::{
    JVN, Kind, ProductText, entry, is_id_source, prose, push_reference, read_sentence, settle, settle_ids,
    vector_prefix,
};
use crate::feed::record::{self, Notes, limit, push_cwe, push_severity};
use crate::feed::wire;

/// Levels of product branches followed; the examples have three (vendor, product, version).
const BRANCH_DEPTH_MAX: usize = 8;

/// Reads the JSON.
fn read(bytes: &[u8]) -> Result<Value, Message> {
    serde_json::from_slice(bytes).map_err(|error| wire::unreadable(&error))
}

/// The text at a pointer; empty when there is none. Numbers are taken as written.
fn text(value: &Value, pointer: &str) -> String {
    match value.pointer(pointer) {
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// The elements of the list at a pointer.
fn list<'a>(value: &'a Value, pointer: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    value.pointer(pointer).and_then(Value::as_array).into_iter().flatten()
}

/// A text unless it is empty.
fn filled(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

/// Reads one detail.
///
/// # Errors
/// FEED-005 when it is no JSON or has no id, FEED-006 when it lists too many products.
pub(super) fn detail(bytes: &[u8], notices: &mut Vec<Message>) -> Result<Record, Message> {
    let value = read(bytes)?;
    let mut notes = Notes::new(notices);
    let id = filled(text(&value, "/jvn_extension/vulnid"))
        .unwrap_or_else(|| text(&value, "/document/tracking/id"));
    let mut record = record::begin(String::new(), &id)?;
    notes.set_id(&id);
    record.title = prose(&text(&value, "/document/title"));
    let is_description = |note: &&Value| text(note, "/category") == "description";
    record.description =
        list(&value, "/document/notes").find(is_description).and_then(|note| prose(&text(note, "/text")));
    record.published_at = record::stamp(&text(&value, "/document/tracking/initial_release_date"));
    let modified_at = record::stamp(&text(&value, "/document/tracking/current_release_date"));
    record.modified_at = modified_at.or(record.published_at);
    let mut ids = references(&value, "/document/references", &mut record);
    for vulnerability in list(&value, "/vulnerabilities") {
        ids.push(text(vulnerability, "/cve"));
        list(vulnerability, "/cwes").for_each(|cwe| push_cwe(&mut record, &text(cwe, "/id")));
        metrics(vulnerability, &mut record);
    }
    ids_into(&mut record, &ids, &mut notes);
    let products = products(&value);
    if products.len() > limits::RECORD_AFFECTED_MAX {
        return Err(limit("RECORD_AFFECTED_MAX", limits::RECORD_AFFECTED_MAX));
    }
    for (index, product) in products.iter().enumerate() {
        record.affected.extend(entry(product, format!("/affected/{index}"), &mut notes));
    }
    settle(&mut record, Kind::Detail);
    Ok(record)
}

/// Reads one overview.
///
/// # Errors
/// FEED-005 when it is no JSON or has no id, FEED-006 when it lists too many products.
pub(super) fn overview(bytes: &[u8], notices: &mut Vec<Message>) -> Result<Record, Message> {
    let value = read(bytes)?;
    let mut notes = Notes::new(notices);
    let mut record = record::begin(String::new(), &text(&value, "/id"))?;
    notes.set_id(&record.id);
    record.title = prose(&text(&value, "/title"));
    record.description = prose(&text(&value, "/summary"));
    record.published_at = record::stamp(&text(&value, "/created"));
    record.modified_at = record::stamp(&text(&value, "/modified")).or(record.published_at);
    push_reference(&mut record, &text(&value, "/link"));
    let ids = references(&value, "/references", &mut record);
    ids_into(&mut record, &ids, &mut notes);
    list(&value, "/cwes").for_each(|cwe| push_cwe(&mut record, &text(cwe, "/id")));
    metrics(&value, &mut record);
    if list(&value, "/products").count() > limits::RECORD_AFFECTED_MAX {
        return Err(limit("RECORD_AFFECTED_MAX", limits::RECORD_AFFECTED_MAX));
    }
    for (index, product) in list(&value, "/products").enumerate() {
        let named = ProductText {
            vendor: text(product, "/vname"),
            product: text(product, "/pname"),
            cpes: vec![text(product, "/product_ids/cpe")],
            sentences: filled(text(product, "/version")).into_iter().collect(),
            rows: Vec::new(),
        };
        record.affected.extend(entry(&named, format!("/products/{index}"), &mut notes));
    }
    settle(&mut record, Kind::Overview);
    Ok(record)
}

/// Reads one vendor with its products.
///
/// # Errors
/// FEED-005 when it is no JSON or the vendor has no number or name.
pub(super) fn names(bytes: &[u8]) -> Result<Vec<ProductName>, Message> {
    let value = read(bytes)?;
    let (id, vendor) = (text(&value, "/vid"), text(&value, "/vname"));
    if id.is_empty() || vendor.is_empty() {
        return Err(Message::new(codes::FEED_RECORD_UNREADABLE).with("detail", "no usable id"));
    }
    let whole = ProductName {
        source: "jvn".to_owned(),
        vendor_id: id,
        vendor,
        product_id: None,
        product: None,
        cpe: filled(text(&value, "/cpe")),
    };
    let products = list(&value, "/products").filter_map(|product| {
        Some(ProductName {
            product_id: Some(filled(text(product, "/pid"))?),
            product: Some(filled(text(product, "/pname"))?),
            cpe: filled(text(product, "/product_ids/0/cpe")),
            ..whole.clone()
        })
    });
    Ok(std::iter::once(whole.clone()).chain(products).collect())
}

/// Adds addresses and gives the ids among the references.
fn references(value: &Value, pointer: &str, record: &mut Record) -> Vec<String> {
    let mut ids = Vec::new();
    for reference in list(value, pointer) {
        push_reference(record, &text(reference, "/url"));
        if is_id_source(&text(reference, "/source")) {
            ids.push(text(reference, "/summary"));
        }
    }
    ids
}

/// Puts the ids where they belong and says when there are too many.
fn ids_into(record: &mut Record, ids: &[String], notes: &mut Notes<'_>) {
    if !settle_ids(record, ids) {
        let max = limits::RECORD_ALIASES_MAX.to_string();
        notes.add(Message::new(codes::FEED_LIST_CUT), &[("limit", "RECORD_ALIASES_MAX"), ("max", &max)]);
    }
}

/// Adds the CVSS vectors of a list of metrics, with whom JVN says they are from.
fn metrics(value: &Value, record: &mut Record) {
    for metric in list(value, "/metrics") {
        let asserter = match text(metric, "/content/source").as_str() {
            "" | "IPA" => JVN.to_owned(),
            source => format!("{JVN} ({source})"),
        };
        for kind in ["cvss_v2", "cvss_v3", "cvss_v4"] {
            let version = text(metric, &format!("/content/{kind}/version"));
            let vector = text(metric, &format!("/content/{kind}/vectorString"));
            push_severity(record, &asserter, &vector, vector_prefix(&version));
        }
    }
}

/// The affected products: those of `jvn_extension`, with the CPE names that the product tree gives them; without the extension
/// those of the tree.
fn products(value: &Value) -> Vec<ProductText> {
    let mut tree = Vec::new();
    for branch in list(value, "/product_tree/branches") {
        branches(branch, "", "", &mut tree, 0);
    }
    let mut products: Vec<ProductText> = Vec::new();
    for affected in list(value, "/jvn_extension/affected") {
        let (vendor, product) = (text(affected, "/vendor"), text(affected, "/product"));
        let is_same = |named: &&ProductText| named.vendor == vendor && named.product == product;
        let cpes = tree.iter().filter(is_same).flat_map(|named| named.cpes.iter().cloned()).collect();
        let rows = list(affected, "/versions").filter_map(row).collect();
        products.push(ProductText { vendor, product, cpes, sentences: Vec::new(), rows });
    }
    if products.is_empty() { tree } else { products }
}

/// The products below a branch, versions as sentences.
fn branches(branch: &Value, vendor: &str, product: &str, out: &mut Vec<ProductText>, depth: usize) {
    if depth > BRANCH_DEPTH_MAX || out.len() > limits::RECORD_AFFECTED_MAX {
        return;
    }
    let name = text(branch, "/name");
    let category = text(branch, "/category");
    let (vendor, product) = match category.as_str() {
        "vendor" => (name.as_str(), product),
        "product_name" => (vendor, name.as_str()),
        _ => (vendor, product),
    };
    if branch.get("product").is_some() {
        let cpe = text(branch, "/product/product_identification_helper/cpe");
        let is_version = category == "product_version";
        let known = out.iter_mut().find(|named| named.vendor == vendor && named.product == product);
        match known {
            Some(known) if is_version => known.sentences.push(name.clone()),
            Some(known) => known.cpes.push(cpe),
            None => out.push(ProductText {
                vendor: vendor.to_owned(),
                product: product.to_owned(),
                // A version's CPE names that version alone; the sentence says it too.
                cpes: vec![if is_version { unversioned(&cpe) } else { cpe }],
                sentences: if is_version { vec![name.clone()] } else { Vec::new() },
                rows: Vec::new(),
            }),
        }
    }
    for inner in list(branch, "/branches") {
        branches(inner, vendor, product, out, depth.saturating_add(1));
    }
}

/// A CPE 2.3 name without what stands behind the product.
fn unversioned(cpe: &str) -> String {
    let parts: Vec<&str> = cpe.splitn(6, ':').take(5).collect();
    if parts.len() == 5 { format!("{}:*:*:*:*:*:*:*:*", parts.join(":")) } else { String::new() }
}

/// One element of `versions`: the fields of a CVE record, with a Japanese sentence beside them.
fn row(version: &Value) -> Option<VersionRow> {
    let status = match text(version, "/status").as_str() {
        "" | "affected" => Status::Affected,
        "unaffected" => Status::Unaffected,
        _ => Status::Unknown,
    };
    let is_version = |text: &String| {
        text.starts_with(|first: char| first.is_ascii_digit()) && !text.contains([' ', ',', '<', '>'])
    };
    let low = text(version, "/version");
    let upper = [("/lessThan", false), ("/lessThanOrEqual", true)]
        .into_iter()
        .find_map(|(key, is_included)| Some((filled(text(version, key))?, is_included)));
    let is_start = low.bytes().all(|byte| b"0.".contains(&byte)) || low == "*";
    let versions = match upper {
        Some((high, is_included)) if is_version(&high) && (is_start || is_version(&low)) => {
            let low = (!is_start).then_some(Bound { version: low, is_included: true });
            Versions::Interval(low, Some(Bound { version: high, is_included }))
        }
        None if is_version(&low) => Versions::Exact(low),
        _ => {
            let words = filled(text(version, "/description")).or_else(|| filled(low))?;
            match read_sentence(&words, &[]).as_deref() {
                Some([single]) => single.clone(),
                _ => Versions::Unparsed(words),
            }
        }
    };
    Some(VersionRow { status, versions })
}
