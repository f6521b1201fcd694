//! Messages as the database keeps them, to be shown later in whatever language.

use kikimori_core::message::{Message, Place, TopList};
use serde::{Deserialize, Serialize};

/// A message that is shown again later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredMessage {
    /// Its code.
    pub code: String,
    /// Where in the document it stands, as [`written`] writes it.
    place: String,
    /// Its named values, in order.
    pub args: Vec<(String, String)>,
}

impl StoredMessage {
    /// Keeps a message.
    #[must_use]
    pub fn new(message: &Message) -> Self {
        let args = message.args.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        Self { code: message.code.0.to_owned(), place: written(&message.place), args }
    }

    /// Where in the document it stands; the whole document if what was written cannot be read.
    #[must_use]
    pub fn place(&self) -> Place {
        read(&self.place).unwrap_or_default()
    }
}

/// A place as text.
#[must_use]
pub fn written(place: &Place) -> String {
    match place {
        Place::Document => "document".to_owned(),
        Place::Pointer(pointer) => format!("pointer:{pointer}"),
        Place::Item(list, index) => format!("item:{}:{index}", list.name()),
        Place::Line(line) => format!("line:{line}"),
        Place::LineColumn(line, column) => format!("line_column:{line}:{column}"),
        Place::Offset(offset) => format!("offset:{offset}"),
        Place::Row(row) => format!("row:{row}"),
        Place::Column(column) => format!("column:{column}"),
    }
}

/// The place of a text that [`written`] wrote.
#[must_use]
pub fn read(text: &str) -> Option<Place> {
    let (kind, rest) = text.split_once(':').unwrap_or((text, ""));
    Some(match kind {
        "document" => Place::Document,
        "pointer" => Place::Pointer(rest.to_owned()),
        "item" => {
            let (list, index) = rest.rsplit_once(':')?;
            Place::Item(TopList::of_name(list)?, index.parse().ok()?)
        }
        "line" => Place::Line(rest.parse().ok()?),
        "line_column" => {
            let (line, column) = rest.split_once(':')?;
            Place::LineColumn(line.parse().ok()?, column.parse().ok()?)
        }
        "offset" => Place::Offset(rest.parse().ok()?),
        "row" => Place::Row(rest.parse().ok()?),
        "column" => Place::Column(rest.parse().ok()?),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use kikimori_core::message::codes;

    #[test]
    fn places_come_back() {
        for place in [
            Place::Document,
            Place::Pointer("/components/1/a:b".to_owned()),
            Place::Item(TopList::Graph, 7),
            Place::Line(3),
            Place::LineColumn(3, 4),
            Place::Offset(9),
            Place::Row(2),
            Place::Column(5),
        ] {
            assert_eq!(read(&written(&place)), Some(place.clone()));
            let stored = StoredMessage::new(&Message::new(codes::SBOM_EMPTY).at(place.clone()).with("a", 1));
            assert_eq!((stored.place(), stored.args.len()), (place, 1));
        }
        assert_eq!(read("elsewhere:1"), None);
        assert_eq!(read("line:x"), None);
    }
}
