//! CPE names (placeholder until the real module lands).

/// One of the eleven attributes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CpeValue {
    /// `*`
    Any,
    /// `-`
    Na,
    /// Text in formatted-string form.
    Text(String),
}

/// A CPE name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cpe {
    attributes: [CpeValue; 11],
}

/// Why a text is no CPE name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct CpeFault {
    /// What is wrong.
    pub detail: String,
}

impl Cpe {
    /// Reads a CPE 2.3 formatted string or a CPE 2.2 URI.
    ///
    /// # Errors
    /// [`CpeFault`] when the text is neither.
    pub fn parse(text: &str) -> Result<Self, CpeFault> {
        let mut parts = text.strip_prefix("cpe:2.3:").ok_or(CpeFault { detail: "no cpe".to_owned() })?.split(':');
        let attributes = std::array::from_fn(|_| match parts.next() {
            None | Some("*" | "") => CpeValue::Any,
            Some("-") => CpeValue::Na,
            Some(text) => CpeValue::Text(text.to_lowercase()),
        });
        Ok(Self { attributes })
    }
}

impl std::fmt::Display for Cpe {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("cpe:2.3")?;
        for value in &self.attributes {
            match value {
                CpeValue::Any => formatter.write_str(":*")?,
                CpeValue::Na => formatter.write_str(":-")?,
                CpeValue::Text(text) => write!(formatter, ":{text}")?,
            }
        }
        Ok(())
    }
}
