//! The overview of a vulnerability: JVNRSS `item`.

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

/// Reads one `item`, or the JSON of API 4.0 in its place.
///
/// # Errors
/// FEED-005 when it is no XML or has no id, FEED-006 when it lists too many products.
pub(in crate::feed) fn parse(bytes: &[u8], notices: &mut Vec<Message>) -> Result<Record, Message> {
    if bytes.starts_with(b"{") {
        return oka::overview(bytes, notices);
    }
    let item = Element::read(bytes)?;
    let mut notes = Notes::new(notices);
    let mut record = record::begin(String::new(), item.text_of("identifier"))?;
    notes.set_id(&record.id);
    if item.children("identifier").count() > 1 {
        note_one_twice("identifier", &mut notes);
    }
    record.title = prose(item.text_of("title"));
    record.description = prose(item.text_of("description"));
    record.published_at = record::stamp(item.text_of("issued"));
    record.modified_at =
        record::stamp(item.text_of("modified")).or_else(|| record::stamp(item.text_of("date")));
    push_reference(&mut record, item.text_of("link"));
    let mut ids = Vec::new();
    for reference in item.children("references") {
        let id = reference.attribute("id");
        match reference.attribute("source") {
            "" => push_cwe(&mut record, id),
            source => {
                if is_id_source(source) {
                    ids.push(id.to_owned());
                }
                push_reference(&mut record, reference.text());
            }
        }
    }
    if !settle_ids(&mut record, &ids) {
        let max = limits::RECORD_ALIASES_MAX.to_string();
        notes.add(Message::new(codes::FEED_LIST_CUT), &[("limit", "RECORD_ALIASES_MAX"), ("max", &max)]);
    }
    for cvss in item.children("cvss") {
        let prefix = vector_prefix(cvss.attribute("version"));
        push_severity(&mut record, JVN, cvss.attribute("vector"), prefix);
    }
    if item.children("cpe").count() > limits::RECORD_AFFECTED_MAX {
        return Err(limit("RECORD_AFFECTED_MAX", limits::RECORD_AFFECTED_MAX));
    }
    for (index, cpe) in item.children("cpe").enumerate() {
        let text = ProductText {
            vendor: cpe.attribute("vendor").to_owned(),
            product: cpe.attribute("product").to_owned(),
            cpes: vec![cpe.text().to_owned()],
            sentences: Vec::new(),
            rows: Vec::new(),
        };
        record.affected.extend(entry(&text, format!("/cpe/{index}"), &mut notes));
    }
    settle(&mut record, Kind::Overview);
    Ok(record)
}
