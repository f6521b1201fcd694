//! Products of endoflife.date with their release cycles: the forms of its API v1 and of its repository.
//!
//! Source: endoflife.date API v1, `openapi.yml` 1.1.0 (read 2026-11-21), and the repository's product files.

use kikimori_core::cpe::Cpe;
use kikimori_core::day::Day;
use kikimori_core::lifecycle::{Ending, LifecycleProduct, ReleaseCycle};
use kikimori_core::limits;
use kikimori_core::message::{Message, Place, codes};
use kikimori_core::purl::Purl;
use serde_json::{Map, Value};

use super::record::Notes;
use super::wire;

/// The tag of products that count Java's versions.
const JAVA_TAG: &str = "java-distribution";

/// What stands for the cycle's name in a label of the repository's form.
const CYCLE_PLACEHOLDER: &str = "__RELEASE_CYCLE__";

/// Reads a product.
///
/// # Errors
/// FEED-005 when it is no JSON, or has no name or no list of release cycles.
pub(super) fn parse(bytes: &[u8], notices: &mut Vec<Message>) -> Result<LifecycleProduct, Message> {
    let document: Value = serde_json::from_slice(bytes).map_err(|error| wire::unreadable(&error))?;
    let unreadable = |detail: &str| Message::new(codes::FEED_RECORD_UNREADABLE).with("detail", detail);
    // One product as API v1 answers for it stands inside `result`.
    let object = document.get("result").filter(|result| result.is_object()).unwrap_or(&document);
    let object = object.as_object().ok_or_else(|| unreadable("an object was expected"))?;
    let name = text(object, &["name"]).ok_or_else(|| unreadable("no usable name"))?;
    if name.len() > limits::IDENTIFIER_BYTES_MAX {
        return Err(unreadable("no usable name"));
    }
    let releases = object
        .get("releases")
        .and_then(Value::as_array)
        .ok_or_else(|| unreadable("no list of release cycles"))?;
    let mut notes = Notes::new(notices);
    notes.set_id(&name);
    wire::note_twice(bytes, &mut notes);
    let label_form = text(object, &["releaseLabel"]);
    let mut product = LifecycleProduct {
        label: text(object, &["label", "title"]).unwrap_or_else(|| name.clone()),
        link: link_of(object, &name),
        is_java: is_java(object.get("tags")),
        name,
        ..LifecycleProduct::default()
    };
    read_identifiers(object.get("identifiers"), &mut product, &mut notes);
    for (index, release) in releases.iter().enumerate() {
        if index >= limits::PRODUCT_CYCLES_MAX {
            cut("PRODUCT_CYCLES_MAX", limits::PRODUCT_CYCLES_MAX, &mut notes);
            break;
        }
        let place = format!("/releases/{index}");
        match release
            .as_object()
            .and_then(|release| Some((release, text(release, &["name", "releaseCycle"])?)))
        {
            Some((release, cycle)) => {
                let cycle = read_cycle(release, cycle, label_form.as_deref(), &place, &mut notes);
                product.cycles.push(cycle);
            }
            None => {
                let message = Message::new(codes::FEED_CYCLE_UNREADABLE).at(Place::Pointer(place));
                notes.add(message, &[]);
            }
        }
    }
    Ok(product)
}

/// Says that a list was cut.
fn cut(limit: &'static str, max: usize, notes: &mut Notes<'_>) {
    notes.add(Message::new(codes::FEED_LIST_CUT), &[("limit", limit), ("max", &max.to_string())]);
}

/// The product's page.
fn link_of(object: &Map<String, Value>, name: &str) -> Option<String> {
    let stated = object.get("links").and_then(Value::as_object).and_then(|links| text(links, &["html"]));
    let is_plain =
        name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'));
    stated.or_else(|| is_plain.then(|| format!("https://endoflife.date/{name}")))
}

/// The tags say that the product is a distribution of Java: a list (API), or words in one text (repository).
fn is_java(tags: Option<&Value>) -> bool {
    match tags {
        Some(Value::Array(tags)) => tags.iter().any(|tag| tag.as_str() == Some(JAVA_TAG)),
        Some(Value::String(tags)) => tags.split_whitespace().any(|tag| tag == JAVA_TAG),
        _ => false,
    }
}

/// The first of these members that holds a text or a number.
fn text(object: &Map<String, Value>, keys: &[&str]) -> Option<String> {
    keys.iter().find_map(|key| match object.get(*key)? {
        Value::String(text) => Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}

/// Reads identifiers: `{"type": "purl", "id": …}` (API) or `{"purl": …}` (repository). Package URLs and CPE names are
/// kept; other kinds (`repology`, `swid`…) name nothing that an SBOM states.
fn read_identifiers(list: Option<&Value>, product: &mut LifecycleProduct, notes: &mut Notes<'_>) {
    for (index, identifier) in list.and_then(Value::as_array).into_iter().flatten().enumerate() {
        let Some(members) = identifier.as_object() else { continue };
        let pair = match (text(members, &["type"]), text(members, &["id"])) {
            (Some(kind), Some(id)) => Some((kind, id)),
            _ => ["purl", "cpe"].iter().find_map(|kind| Some(((*kind).to_owned(), text(members, &[kind])?))),
        };
        let Some((kind, id)) = pair else { continue };
        let (list, fault) = match kind.as_str() {
            "purl" => (&mut product.purls, Purl::parse(&id).err().map(|fault| fault.to_string())),
            "cpe" => (&mut product.cpes, Cpe::parse(&id).err().map(|fault| fault.to_string())),
            _ => continue,
        };
        if let Some(detail) = fault {
            let message = Message::new(codes::FEED_IDENTIFIER_UNREADABLE)
                .at(Place::Pointer(format!("/identifiers/{index}")));
            notes.add(message, &[("identifier", &id), ("detail", &detail)]);
        } else if list.len() >= limits::PRODUCT_IDENTIFIERS_MAX {
            cut("PRODUCT_IDENTIFIERS_MAX", limits::PRODUCT_IDENTIFIERS_MAX, notes);
            break;
        } else if !list.contains(&id) {
            list.push(id);
        }
    }
}

/// Reads one release cycle.
fn read_cycle(
    release: &Map<String, Value>,
    name: String,
    label_form: Option<&str>,
    place: &str,
    notes: &mut Notes<'_>,
) -> ReleaseCycle {
    let own_label = text(release, &["label", "releaseLabel"]);
    // The repository writes a form with places to be filled; what is left of markup says nothing to a reader here.
    let label = own_label.or_else(|| label_form.map(|form| form.replace(CYCLE_PLACEHOLDER, &name)));
    let label = label.filter(|label| *label != name && !label.contains("__") && !label.contains('<'));
    let mut ending = |phase: Phase| phase.read(release, place, notes);
    let (active, security) = (ending(ACTIVE), ending(SECURITY));
    let (extended, discontinued) = (ending(EXTENDED), ending(DISCONTINUED));
    let released_on =
        text(release, &["releaseDate"]).and_then(|written| day(&written, "releaseDate", place, notes));
    let latest = match release.get("latest") {
        Some(Value::Object(latest)) => text(latest, &["name"]),
        _ => text(release, &["latest"]),
    };
    let link = match release.get("latest") {
        Some(Value::Object(latest)) => text(latest, &["link"]),
        _ => text(release, &["link"]).filter(|link| !link.contains("__")),
    };
    let is_long_term = match (release.get("isLts"), release.get("lts")) {
        (Some(Value::Bool(is_lts)), _) => *is_lts,
        (_, Some(Value::Bool(is_lts))) => *is_lts,
        (_, lts) => lts.is_some_and(Value::is_string),
    };
    ReleaseCycle {
        name,
        label,
        released_on,
        active,
        security,
        extended,
        discontinued,
        is_long_term,
        latest,
        link,
    }
}

/// The members of one phase: a date or a truth value in the repository's form, one member each in the API's.
#[derive(Clone, Copy)]
struct Phase {
    /// The repository's member.
    either: &'static str,
    /// The API's date.
    from: &'static str,
    /// The API's truth value.
    is_over: &'static str,
}

/// Active support.
const ACTIVE: Phase = Phase { either: "eoas", from: "eoasFrom", is_over: "isEoas" };
/// Security support.
const SECURITY: Phase = Phase { either: "eol", from: "eolFrom", is_over: "isEol" };
/// Extended support.
const EXTENDED: Phase = Phase { either: "eoes", from: "eoesFrom", is_over: "isEoes" };
/// Sale.
const DISCONTINUED: Phase =
    Phase { either: "discontinued", from: "discontinuedFrom", is_over: "isDiscontinued" };

impl Phase {
    /// Reads the end of the phase; a date that cannot be read leaves it unstated, with a notice.
    fn read(self, release: &Map<String, Value>, place: &str, notes: &mut Notes<'_>) -> Ending {
        for key in [self.from, self.either] {
            if let Some(Value::String(written)) = release.get(key) {
                return day(written, key, place, notes).map_or(Ending::Unstated, Ending::On);
            }
        }
        match release.get(self.is_over).or_else(|| release.get(self.either)) {
            Some(Value::Bool(true)) => Ending::Over,
            Some(Value::Bool(false)) => Ending::Open,
            _ => Ending::Unstated,
        }
    }
}

/// A day, or a notice that it cannot be read.
fn day(written: &str, field: &str, place: &str, notes: &mut Notes<'_>) -> Option<Day> {
    let found = Day::parse(written);
    if found.is_none() {
        let message = Message::new(codes::FEED_DAY_UNREADABLE).at(Place::Pointer(format!("{place}/{field}")));
        notes.add(message, &[("value", written.get(..40).unwrap_or(written))]);
    }
    found
}
