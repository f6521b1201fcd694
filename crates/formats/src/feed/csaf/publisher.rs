//! Who publishes a CSAF document, and how near that is to each product.

use kikimori_core::vulnerability::Authority;

use super::subject::Subject;
use super::wire::Document;

/// A publisher.
pub(super) struct Publisher {
    /// The source of the records: `csaf:` and the host of the publisher's namespace.
    pub(super) source: String,
    /// The name as written, with the state of a document that is a draft.
    pub(super) asserter: String,
    /// The host of the namespace, without `www.`, in lower case.
    host: String,
    /// The name's words in lower case.
    words: Vec<String>,
    /// It calls itself the vendor.
    is_vendor: bool,
    /// The document is a draft.
    is_draft: bool,
}

/// The hosts of those who build distributions.
const BUILDERS: &[(&str, &[&str])] = &[
    ("Debian", &["debian.org"]),
    ("Ubuntu", &["ubuntu.com", "canonical.com"]),
    ("Alpine", &["alpinelinux.org"]),
    ("Wolfi", &["chainguard.dev", "wolfi.dev"]),
    ("Chainguard", &["chainguard.dev"]),
    ("AlmaLinux", &["almalinux.org"]),
    ("Rocky Linux", &["rockylinux.org", "resf.org"]),
    ("Red Hat", &["redhat.com"]),
    ("Fedora", &["fedoraproject.org"]),
    ("SUSE", &["suse.com", "suse.de"]),
    ("openSUSE", &["suse.com", "suse.de", "opensuse.org"]),
    ("openEuler", &["openeuler.org"]),
    ("Mageia", &["mageia.org"]),
    ("Oracle Linux", &["oracle.com"]),
    ("Amazon Linux", &["amazon.com"]),
    ("Photon OS", &["vmware.com", "broadcom.com"]),
    ("Azure Linux", &["microsoft.com"]),
];

impl Publisher {
    /// Reads what a document says about its publisher.
    pub(super) fn read(document: &Document<'_>) -> Self {
        let host = host_of(document.publisher.namespace.trimmed());
        let name = document.publisher.name.trimmed();
        let source = if host.is_empty() { "csaf".to_owned() } else { format!("csaf:{host}") };
        let is_draft = document.tracking.status.trimmed() == "draft";
        let shown = if name.is_empty() { source.as_str() } else { name };
        Self {
            asserter: if is_draft { format!("{shown} (draft)") } else { shown.to_owned() },
            source,
            host,
            words: words_of(name),
            is_vendor: document.publisher.category.trimmed() == "vendor",
            is_draft,
        }
    }

    /// How near the publisher stands to a subject.
    ///
    /// A distribution stands nearest to its own packages, told by the host of its namespace. A vendor is the supplier of
    /// its own products only: what a device maker says about somebody else's library holds inside its device, and must
    /// not retract findings in another. Coordinators, finders and translators pass on what others found, and a draft is
    /// nobody's word yet.
    pub(super) fn authority(&self, subject: &Subject) -> Authority {
        if !self.is_vendor || self.is_draft {
            return Authority::Derived;
        }
        match &subject.distribution {
            Some(base) if self.is_builder(base) => Authority::Distribution,
            None if self.is_own(&subject.vendor) => Authority::Supplier,
            _ => Authority::Derived,
        }
    }

    /// Whether it builds the distribution.
    fn is_builder(&self, base: &str) -> bool {
        let hosts = BUILDERS.iter().find(|(known, _)| *known == base).map(|(_, hosts)| *hosts);
        hosts.unwrap_or_default().iter().any(|host| {
            let before = self.host.strip_suffix(host);
            before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
        })
    }

    /// Whether a vendor's name is the publisher's: its first word is one of the publisher's name or a label of its host.
    fn is_own(&self, vendor: &str) -> bool {
        let words = words_of(vendor);
        let joined = words.concat();
        let Some(first) = words.first() else { return false };
        let labels = self.host.split('.');
        self.words.contains(first) || labels.into_iter().any(|label| label == first || label == joined)
    }
}

/// The words of a name: letters and digits in lower case.
fn words_of(name: &str) -> Vec<String> {
    let words = name.split(|character: char| !character.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

/// The host of an address, without `www.`, in lower case; empty when there is none.
fn host_of(address: &str) -> String {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let host = rest.split(['/', ':', '?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    let is_host = host.len() <= 253
        && host.contains('.')
        && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-');
    if is_host { host.to_owned() } else { String::new() }
}
