//! The detail of a vulnerability: VULDEF 3.x `Vulinfo`.

use kikimori_core::limits;
use kikimori_core::message::{Message, codes};
use kikimori_core::vulnerability::Record;

use super::element::Element;
use super::{
    JVN, Kind, ProductText, entry, is_id_source, oka, prose, push_reference, settle, settle_ids,
    vector_prefix,
};
use crate::feed::record::{self, Notes, limit, push_cwe, push_severity};
use crate::feed::wire::note_one_twice;

/// Reads one `Vulinfo`, or the JSON of API 4.0 in its place.
///
/// # Errors
/// FEED-005 when it is no XML or has no id, FEED-006 when it lists too many products.
pub(in crate::feed) fn parse(bytes: &[u8], notices: &mut Vec<Message>) -> Result<Record, Message> {
    if bytes.starts_with(b"{") {
        return oka::detail(bytes, notices);
    }
    let root = Element::read(bytes)?;
    let empty = Element::default();
    let data = root.child("VulinfoData").unwrap_or(&empty);
    let mut notes = Notes::new(notices);
    let mut record = record::begin(String::new(), root.text_of("VulinfoID"))?;
    notes.set_id(&record.id);
    if root.children("VulinfoID").count() > 1 {
        note_one_twice("VulinfoID", &mut notes);
    }
    record.title = prose(data.text_of("Title"));
    record.description =
        data.at(&["VulinfoDescription", "Overview"]).first().and_then(|text| prose(text.text()));
    record.published_at = record::stamp(data.text_of("DateFirstPublished"));
    record.modified_at = record::stamp(data.text_of("DateLastUpdated")).or(record.published_at);
    for cvss in data.at(&["Impact", "Cvss"]) {
        push_severity(&mut record, JVN, cvss.text_of("Vector"), vector_prefix(cvss.attribute("version")));
    }
    related(data, &mut record, &mut notes);
    let items = data.at(&["Affected", "AffectedItem"]);
    if items.len() > limits::RECORD_AFFECTED_MAX {
        return Err(limit("RECORD_AFFECTED_MAX", limits::RECORD_AFFECTED_MAX));
    }
    for (index, item) in items.into_iter().enumerate() {
        let texts = |name: &'static str| item.children(name).map(|child| child.text().to_owned()).collect();
        let text = ProductText {
            vendor: item.text_of("Name").to_owned(),
            product: item.text_of("ProductName").to_owned(),
            cpes: texts("Cpe"),
            sentences: texts("VersionNumber"),
            rows: Vec::new(),
        };
        record.affected.extend(entry(&text, format!("/Affected/AffectedItem/{index}"), &mut notes));
    }
    settle(&mut record, Kind::Detail);
    Ok(record)
}

/// Ids, CWEs and addresses of the related items. The name says what an item is; the id alone could stand in any document.
fn related(data: &Element, record: &mut Record, notes: &mut Notes<'_>) {
    let mut ids = Vec::new();
    for item in data.at(&["Related", "RelatedItem"]) {
        let id = item.text_of("VulinfoID");
        match item.attribute("type") {
            "cwe" => push_cwe(record, id),
            "advisory" => {
                if is_id_source(item.text_of("Name")) {
                    ids.push(id.to_owned());
                }
                push_reference(record, item.text_of("URL"));
            }
            _ => push_reference(record, item.text_of("URL")),
        }
    }
    if !settle_ids(record, &ids) {
        let max = limits::RECORD_ALIASES_MAX.to_string();
        notes.add(Message::new(codes::FEED_LIST_CUT), &[("limit", "RECORD_ALIASES_MAX"), ("max", &max)]);
    }
}
