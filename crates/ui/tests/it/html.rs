//! A reader of the HTML that our templates write: strict, so that a page that is not well-formed fails.

/// An element's start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// Its name.
    pub name: String,
    /// Its attributes in order, values unescaped.
    pub attributes: Vec<(String, String)>,
    /// The elements that it stands in, outermost first, as places in the list of tags.
    pub parents: Vec<usize>,
    /// The text inside it, all of it.
    pub text: String,
}

impl Tag {
    /// An attribute's value.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Elements without an end.
const VOID: [&str; 7] = ["meta", "link", "img", "input", "br", "path", "rect"];

/// Reads a document.
///
/// # Errors
/// A sentence about the first thing that is not well-formed.
pub fn read(document: &str) -> Result<Vec<Tag>, String> {
    let mut rest = document.strip_prefix("<!doctype html>").ok_or("no doctype")?;
    let mut tags: Vec<Tag> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    while let Some(start) = rest.find('<') {
        let (text, after) = rest.split_at(start);
        let text = unescape(text)?;
        for place in &open {
            tags[*place].text.push_str(&text);
        }
        let end = tag_end(after).ok_or_else(|| format!("no end: {:.60}", after))?;
        let inside = &after[1..end];
        rest = &after[end + 1..];
        if let Some(name) = inside.strip_prefix('/') {
            let place = open.pop().ok_or_else(|| format!("</{name}> closes nothing"))?;
            if tags[place].name != name {
                return Err(format!("</{name}> closes <{}>", tags[place].name));
            }
            continue;
        }
        let is_closed = inside.ends_with('/');
        let (name, attributes) = attributes(inside.trim_end_matches('/'))?;
        let is_void = is_closed || VOID.contains(&name.as_str());
        tags.push(Tag { name, attributes, parents: open.clone(), text: String::new() });
        if !is_void {
            open.push(tags.len() - 1);
        }
    }
    if !open.is_empty() {
        return Err(format!("<{}> is never closed", tags[open[0]].name));
    }
    Ok(tags)
}

/// The place of the `>` that ends a tag; one inside a value does not.
fn tag_end(text: &str) -> Option<usize> {
    let mut is_quoted = false;
    for (place, byte) in text.bytes().enumerate() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'>' if !is_quoted => return Some(place),
            _ => {}
        }
    }
    None
}

/// The name and attributes of a tag.
fn attributes(inside: &str) -> Result<(String, Vec<(String, String)>), String> {
    let (name, mut rest) = inside.split_once(char::is_whitespace).unwrap_or((inside, ""));
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(format!("a tag named {name:?}"));
    }
    let mut found: Vec<(String, String)> = Vec::new();
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return Ok((name.to_owned(), found));
        }
        let end = rest.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(rest.len());
        let (key, after) = rest.split_at(end);
        if found.iter().any(|(known, _)| known == key) {
            return Err(format!("{key} stands twice in <{inside}>"));
        }
        if let Some(value) = after.strip_prefix("=\"") {
            let end = value.find('"').ok_or_else(|| format!("{key} has no end"))?;
            found.push((key.to_owned(), unescape(&value[..end])?));
            rest = &value[end + 1..];
            if !rest.is_empty() && !rest.starts_with(char::is_whitespace) {
                return Err(format!("no space after {key} in <{inside}>"));
            }
        } else if after.starts_with('=') {
            return Err(format!("{key} is not quoted"));
        } else {
            found.push((key.to_owned(), String::new()));
            rest = after;
        }
    }
}

/// A text without character references.
fn unescape(text: &str) -> Result<String, String> {
    let mut unescaped = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        unescaped.push_str(before);
        let (name, after) = after.split_once(';').ok_or_else(|| format!("a bare & in {text:.60}"))?;
        let character = match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            _ => name
                .strip_prefix('#')
                .and_then(|number| {
                    number
                        .strip_prefix('x')
                        .map_or_else(|| number.parse().ok(), |hex| u32::from_str_radix(hex, 16).ok())
                })
                .and_then(char::from_u32)
                .ok_or_else(|| format!("&{name};"))?,
        };
        unescaped.push(character);
        rest = after;
    }
    unescaped.push_str(rest);
    Ok(unescaped)
}

#[test]
fn reads_and_refuses() {
    let tags = read("<!doctype html><p class=\"a&gt;b\">x<br>&amp;</p>").unwrap();
    assert_eq!((tags[0].get("class"), tags[0].text.as_str()), (Some("a>b"), "x&"));
    assert_eq!(tags[1].parents, [0]);
    for bad in [
        "<p>",
        "<p></b></p>",
        "<p a=b></p>",
        "<p a=\"1\" a=\"2\"></p>",
        "</p>",
        "<p>&x</p>",
        "<p a=\"1\"b></p>",
    ] {
        assert!(read(&format!("<!doctype html>{bad}")).is_err(), "{bad}");
    }
}
