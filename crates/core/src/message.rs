//! Notices and errors that a person can act on: a stable code, a place, and named arguments.
//!
//! The sentences (cause and remedy, Japanese and English) live in the locale tables under the key
//! `message.<CODE>.cause` and `message.<CODE>.remedy`; this module holds no prose for users.

mod coded;
mod place;

pub use coded::{Code, Message};
pub use place::{Place, TopList};

/// The codes, by area. [`ALL`](codes::ALL) is what the locale test checks for completeness.
pub mod codes {
    use super::Code;

    /// The bytes are no SBOM format that is read here. Args: `found` (what they look like).
    pub const SBOM_UNKNOWN_FORMAT: Code = Code("SBOM-001");
    /// The document is malformed (JSON, XML or tag-value syntax). Args: `detail`.
    pub const SBOM_MALFORMED: Code = Code("SBOM-002");
    /// A limit was reached. Args: `limit`, `max`.
    pub const SBOM_LIMIT: Code = Code("SBOM-003");
    /// The format version is not one that is read here. Args: `format`, `version`.
    pub const SBOM_UNSUPPORTED_VERSION: Code = Code("SBOM-004");
    /// The file could not be read. Args: `detail`.
    pub const SBOM_UNREADABLE: Code = Code("SBOM-005");
    /// The document is not UTF-8. Args: `detail`.
    pub const SBOM_NOT_UTF8: Code = Code("SBOM-006");
    /// The document declares XML entities or a document type, which are never expanded.
    pub const SBOM_XML_ENTITY: Code = Code("SBOM-007");
    /// The document is empty: no bytes, or only white space.
    pub const SBOM_EMPTY: Code = Code("SBOM-008");
    /// A known field has a value of another type than its format says; what could be kept was kept.
    /// Args: `expected`, `found` (`object`, `array`, `string`, `number`, `boolean`).
    pub const SBOM_FIELD_TYPE: Code = Code("SBOM-009");
    /// A field that the format requires is missing or empty. Args: `field`.
    pub const SBOM_FIELD_MISSING: Code = Code("SBOM-010");
    /// A field holds a value that its format does not allow; it was kept as written where it can be.
    /// Args: `field`, `value` (cut to a readable length).
    pub const SBOM_FIELD_VALUE: Code = Code("SBOM-011");
    /// The same field stands twice in one object; the last value counts, lists are joined. Args: `field`.
    pub const SBOM_FIELD_TWICE: Code = Code("SBOM-012");
    /// Two elements carry the same reference (`bom-ref`, `SPDXID`); the first keeps it.
    /// Args: `reference`, `first` (where the first stood).
    pub const SBOM_REFERENCE_TWICE: Code = Code("SBOM-013");
    /// A reference in the dependency graph names nothing in the document. Args: `reference`, `count`.
    pub const SBOM_REFERENCE_DANGLING: Code = Code("SBOM-014");
    /// A text was cut, or a value or entries of a list were left out, at a limit. Args: `field`, `max`.
    pub const SBOM_CUT: Code = Code("SBOM-015");
    /// Components contain each other in a circle. Args: `reference` (one on the circle or contained by it).
    pub const SBOM_CONTAINMENT_CYCLE: Code = Code("SBOM-016");
    /// A line of a tag-value document is no `Tag: value` line and was passed over. Args: `line` (cut).
    pub const SBOM_LINE_UNREAD: Code = Code("SBOM-017");
    /// An archive holds more than one file. Args: `name` (of the second).
    pub const SBOM_SEVERAL: Code = Code("SBOM-018");
    /// The document says something about vulnerabilities that no verdict uses. Args: `count`, `kinds` (of statements).
    pub const SBOM_STATEMENTS_UNUSED: Code = Code("SBOM-019");
    /// The document names elements of other documents, which were not fetched. Args: `count`, `first` (such an element).
    pub const SBOM_EXTERNAL: Code = Code("SBOM-020");
    /// The document's version is newer than those known here; it was read as far as it is like them.
    /// Args: `format`, `version`.
    pub const SBOM_VERSION_NEWER: Code = Code("SBOM-021");

    /// No row of a sheet can be taken as its heading. Args: `sheet`, `found` (texts of its first rows).
    pub const SHEET_NO_HEADING: Code = Code("SHEET-001");
    /// A workbook has no sheet of this name. Args: `sheet`, `known`.
    pub const SHEET_UNKNOWN: Code = Code("SHEET-002");
    /// A spreadsheet is of a format that is not read here, or encrypted. Args: `found`.
    pub const SHEET_FORMAT: Code = Code("SHEET-003");
    /// A mapping file is malformed. Args: `detail`.
    pub const SHEET_MAPPING_MALFORMED: Code = Code("SHEET-004");
    /// A mapping names a column that the sheet does not have. Args: `column`.
    pub const SHEET_MAPPING_COLUMN: Code = Code("SHEET-005");
    /// A workbook is damaged. Args: `detail`.
    pub const SHEET_MALFORMED: Code = Code("SHEET-006");
    /// A text is in an encoding other than UTF-8, told by which one fits. Args: `encoding`.
    pub const SHEET_ENCODING: Code = Code("SHEET-010");
    /// Bytes of a text are no characters of its encoding. Args: `encoding`, `count`.
    pub const SHEET_REPLACED: Code = Code("SHEET-011");
    /// Further sheets of the workbook were not read. Args: `sheet` (read), `others`, `count`.
    pub const SHEET_OTHERS: Code = Code("SHEET-012");
    /// Rows or columns that were read are hidden. Args: `what`, `count`.
    pub const SHEET_HIDDEN: Code = Code("SHEET-013");
    /// The sheet that was read is hidden. Args: `sheet`.
    pub const SHEET_HIDDEN_SHEET: Code = Code("SHEET-014");
    /// Cells have formulas; the values that the file carries were taken. Args: `rows`, `count`.
    pub const SHEET_FORMULAS: Code = Code("SHEET-015");
    /// Cells have formulas without a value in the file and count as empty. Args: `rows`, `count`.
    pub const SHEET_FORMULA_UNVALUED: Code = Code("SHEET-016");
    /// A column is not understood. Args: `heading`, `count` (cells with content).
    pub const SHEET_COLUMN_UNKNOWN: Code = Code("SHEET-017");
    /// A second column says the same; its values are used where the first has none. Args: `heading`, `first`.
    pub const SHEET_COLUMN_TWICE: Code = Code("SHEET-018");
    /// A quotation mark of a CSV file is not closed.
    pub const SHEET_QUOTE_OPEN: Code = Code("SHEET-019");
    /// Rows have content and no name and were passed over. Args: `rows`, `count`.
    pub const SHEET_ROW_UNNAMED: Code = Code("SHEET-020");
    /// Rows that give a total or a heading were passed over. Args: `rows`, `count`.
    pub const SHEET_ROW_TOTAL: Code = Code("SHEET-021");
    /// Rows say the same component again; each was kept. Args: `rows`, `count`.
    pub const SHEET_ROW_TWICE: Code = Code("SHEET-022");
    /// Rows marked as examples were passed over. Args: `rows`, `count`.
    pub const SHEET_ROW_EXAMPLE: Code = Code("SHEET-023");
    /// Rows include themselves by way of others; all were kept. Args: `rows`, `count`.
    pub const SHEET_CIRCLE: Code = Code("SHEET-024");
    /// Versions stand as numbers, which lose final zeros. Args: `heading`, `rows`, `count`, `value`.
    pub const SHEET_VERSION_NUMBER: Code = Code("SHEET-030");
    /// Versions stand as dates or look like some. Args: `heading`, `rows`, `count`, `value`.
    pub const SHEET_VERSION_DATE: Code = Code("SHEET-031");
    /// Full-width characters or words were taken out of versions or identifiers. Args: `heading`, `rows`, `count`, `value`.
    pub const SHEET_VALUE_FOLDED: Code = Code("SHEET-032");
    /// Dates cannot be read or are not clear. Args: `heading`, `rows`, `count`, `value`.
    pub const SHEET_DATE_UNREADABLE: Code = Code("SHEET-033");
    /// Texts in a column of identifiers are neither package URL nor CPE nor SWID tag. Args: `heading`, `rows`, `count`, `value`.
    pub const SHEET_IDENTIFIER_UNKNOWN: Code = Code("SHEET-034");
    /// Texts in a column of hashes are none. Args: `heading`, `rows`, `count`, `value`.
    pub const SHEET_HASH_UNKNOWN: Code = Code("SHEET-035");
    /// Relations name no row, or more than one. Args: `heading`, `rows`, `count`, `value`.
    pub const SHEET_RELATION_UNKNOWN: Code = Code("SHEET-036");
    /// Cells say that nothing is known and count as missing. Args: `heading`, `rows`, `count`, `value`.
    pub const SHEET_PLACEHOLDER: Code = Code("SHEET-037");
    /// Cells hold errors of a spreadsheet and count as missing. Args: `heading`, `rows`, `count`, `value`.
    pub const SHEET_CELL_FAULT: Code = Code("SHEET-038");
    /// Cells say "the same as above" and were given the value of the row above. Args: `heading`, `rows`, `count`, `value`.
    pub const SHEET_SAME_AS_ABOVE: Code = Code("SHEET-039");
    /// The sheet does not say which product it is about.
    pub const SHEET_PRODUCT_MISSING: Code = Code("SHEET-040");
    /// Components have no version. Args: `rows`, `count`.
    pub const SHEET_VERSION_MISSING: Code = Code("SHEET-041");
    /// Components have no supplier. Args: `rows`, `count`.
    pub const SHEET_SUPPLIER_MISSING: Code = Code("SHEET-042");
    /// Components have no identifier. Args: `rows`, `count`.
    pub const SHEET_IDENTIFIER_MISSING: Code = Code("SHEET-043");
    /// Nothing says what includes the components. Args: `rows`, `count`.
    pub const SHEET_RELATION_MISSING: Code = Code("SHEET-044");
    /// Nothing says who entered the components. Args: `rows`, `count`.
    pub const SHEET_ENTRY_AUTHOR_MISSING: Code = Code("SHEET-045");
    /// Nothing says when the components were entered. Args: `rows`, `count`.
    pub const SHEET_ENTRY_TIME_MISSING: Code = Code("SHEET-046");

    /// The stream is no feed format that is read here. Args: `found` (what it looks like).
    pub const FEED_UNKNOWN_FORMAT: Code = Code("FEED-001");
    /// The stream ends in the middle of a record. Args: `offset` (bytes read).
    pub const FEED_CUT: Code = Code("FEED-002");
    /// The stream holds fewer records than it says. Args: `stated`, `found`.
    pub const FEED_SHORT: Code = Code("FEED-003");
    /// The stream is malformed between or inside records. Args: `detail`.
    pub const FEED_MALFORMED: Code = Code("FEED-004");
    /// One record could not be read. Args: `detail`.
    pub const FEED_RECORD_UNREADABLE: Code = Code("FEED-005");
    /// A limit was reached. Args: `limit`, `max`.
    pub const FEED_LIMIT: Code = Code("FEED-006");
    /// A record of a format that is not read here was passed over. Args: `found`.
    pub const FEED_RECORD_UNKNOWN: Code = Code("FEED-007");
    /// One entry of a record has the wrong shape and was passed over. Args: `id`, `detail`.
    pub const FEED_ENTRY_UNREADABLE: Code = Code("FEED-008");
    /// A CPE name in a record is malformed. Args: `id`, `cpe`, `detail`.
    pub const FEED_CPE_UNREADABLE: Code = Code("FEED-009");
    /// A configuration nests deeper than two levels and was passed over. Args: `id`.
    pub const FEED_CONFIGURATION_NESTED: Code = Code("FEED-010");
    /// The stream could not be read. Args: `detail`.
    pub const FEED_UNREADABLE: Code = Code("FEED-011");
    /// A list of a record was cut at its limit. Args: `id`, `limit`, `max`.
    pub const FEED_LIST_CUT: Code = Code("FEED-012");

    /// The stream holds no record at all.
    pub const FEED_EMPTY: Code = Code("FEED-013");
    /// Nothing that was named holds a feed that is read here.
    pub const FEED_NOTHING_FOUND: Code = Code("FEED-014");
    /// Pages are missing: together they hold fewer records than they say there are. Args: `stated`, `found`.
    pub const FEED_PAGES_MISSING: Code = Code("FEED-015");

    /// The stream says that it holds more records than it does; what is there was read. Args: `stated`, `found`.
    pub const FEED_FEWER_THAN_STATED: Code = Code("FEED-020");
    /// The XML declares a document type or uses an entity of one; neither is ever expanded.
    pub const FEED_XML_ENTITY: Code = Code("FEED-021");
    /// The file is a service's answer to a request that it refused. Args: `code`, `detail`.
    pub const FEED_API_FAULT: Code = Code("FEED-022");
    /// A file is not what the publisher's list of checksums says. Args: `file`, `stated_size`, `size`, `stated_hash`, `hash`.
    pub const FEED_CHECKSUM_DIFFERS: Code = Code("FEED-023");
    /// The XML declares an encoding that is not read here. Args: `encoding`.
    pub const FEED_ENCODING: Code = Code("FEED-024");
    /// A CSAF document speaks of a product or group that it does not define. Args: `id`, `product`.
    pub const FEED_CSAF_PRODUCT_UNDEFINED: Code = Code("FEED-030");
    /// A CSAF document defines a product or group twice; the first definition counts. Args: `id`, `product`.
    pub const FEED_CSAF_PRODUCT_TWICE: Code = Code("FEED-031");
    /// A product of a CSAF document is defined by way of itself. Args: `id`, `product`.
    pub const FEED_CSAF_CIRCULAR: Code = Code("FEED-032");
    /// A package URL in a CSAF document is malformed. Args: `id`, `purl`, `detail`.
    pub const FEED_CSAF_PURL_UNREADABLE: Code = Code("FEED-033");
    /// A CSAF document is a draft or interim. Args: `id`, `status`.
    pub const FEED_CSAF_NOT_FINAL: Code = Code("FEED-034");
    /// A CSAF document gives a product statuses that contradict each other; affected stands before the others.
    /// Args: `id`, `product`.
    pub const FEED_CSAF_CONTRADICTION: Code = Code("FEED-035");
    /// A CSAF document is of a version not known here and was read as far as possible. Args: `id`, `version`.
    pub const FEED_CSAF_VERSION: Code = Code("FEED-036");

    /// Files that accompany documents (signatures, checksums, lists) were passed over. Args: `count`.
    pub const FEED_COMPANIONS: Code = Code("FEED-037");
    /// A file is not the one that the checksum beside it was made for. Args: `checksum` (its path).
    pub const FEED_CHECKSUM_MISMATCH: Code = Code("FEED-038");
    /// A checksum file holds no checksum. Args: `checksum` (its path).
    pub const FEED_CHECKSUM_UNREADABLE: Code = Code("FEED-039");

    /// An element set is malformed. Args: `detail`.
    pub const QUALITY_PROFILE_MALFORMED: Code = Code("QUALITY-001");
    /// Release cycles of endoflife.date's API v0, which does not say what product they are of.
    pub const FEED_CYCLE_UNNAMED: Code = Code("FEED-040");
    /// A release cycle has no name and was passed over. Args: `id`.
    pub const FEED_CYCLE_UNREADABLE: Code = Code("FEED-041");
    /// A day of a release cycle cannot be read and counts as not stated. Args: `id`, `value`.
    pub const FEED_DAY_UNREADABLE: Code = Code("FEED-042");
    /// An identifier of a product cannot be read and was passed over. Args: `id`, `identifier`, `detail`.
    pub const FEED_IDENTIFIER_UNREADABLE: Code = Code("FEED-043");
    /// Rows of a list (KEV, EPSS) are about a CVE that another row of it is about. Args: `count`.
    pub const FEED_ROW_TWICE: Code = Code("FEED-044");

    /// A file or folder could not be opened. Args: `path`, `detail`.
    pub const INPUT_UNREADABLE: Code = Code("INPUT-001");
    /// An archive is damaged, cut short or encrypted. Args: `path`, `detail`.
    pub const INPUT_ARCHIVE_BROKEN: Code = Code("INPUT-002");
    /// A limit was reached while unpacking or walking. Args: `path`, `limit`, `max`.
    pub const INPUT_LIMIT: Code = Code("INPUT-003");

    /// A file of identity rules could not be read or written. Args: `detail`.
    pub const RULE_UNREADABLE: Code = Code("RULE-001");
    /// A file of identity rules is malformed (TOML syntax, not UTF-8). Args: `detail`.
    pub const RULE_MALFORMED: Code = Code("RULE-002");
    /// The file says that it is of another format or version. Args: `field`, `found`, `expected`.
    pub const RULE_FORMAT: Code = Code("RULE-003");
    /// A field that every rule must have is missing or empty. Args: `field`.
    pub const RULE_FIELD_MISSING: Code = Code("RULE-004");
    /// A field has a value that it may not have. Args: `field`, `value`, `expected`.
    pub const RULE_FIELD_VALUE: Code = Code("RULE-005");
    /// A field that nobody knows. Args: `field`, `known`.
    pub const RULE_FIELD_UNKNOWN: Code = Code("RULE-006");
    /// An identifier that a rule gives cannot be read. Args: `value`, `detail`.
    pub const RULE_IDENTIFIER: Code = Code("RULE-007");
    /// Two rules of one file bear one id. Args: `id`, `first` (where the first stands).
    pub const RULE_ID_TWICE: Code = Code("RULE-008");
    /// A limit was reached. Args: `limit`, `max`.
    pub const RULE_LIMIT: Code = Code("RULE-009");
    /// A pattern would cover everything, or is empty. Args: `value`.
    pub const RULE_TOO_BROAD: Code = Code("RULE-010");
    /// What a rule gives does not fit its action. Args: `action`.
    pub const RULE_ACTION: Code = Code("RULE-011");
    /// A rule does not say by exactly one of purl, cpe and name which components it means.
    pub const RULE_SUBJECT: Code = Code("RULE-012");
    /// A rule gives an identifier with a version and is not about one exact version. Args: `value`.
    pub const RULE_VERSION: Code = Code("RULE-013");
    /// Rules of two files bear one id and differ. Args: `id`, `first`, `second`.
    pub const RULE_ID_DIFFERS: Code = Code("RULE-014");
    /// Rules in force about the same components disagree. Args: `first`, `second`, `component`.
    pub const RULE_CONFLICT: Code = Code("RULE-015");
    /// The list of sources cannot be read. Args: `path`, `detail`.
    pub const SYNC_CONFIG_UNREADABLE: Code = Code("SYNC-001");
    /// There is no list of sources, so nothing is fetched. Args: `path`.
    pub const SYNC_CONFIG_MISSING: Code = Code("SYNC-002");
    /// A server cannot be reached. Args: `address`, `detail`.
    pub const SYNC_UNREACHABLE: Code = Code("SYNC-003");
    /// A server is silent, or too slow. Args: `address`, `seconds`.
    pub const SYNC_TIMEOUT: Code = Code("SYNC-004");
    /// A connection was cut before the end. Args: `address`, `received`, `detail`.
    pub const SYNC_CUT: Code = Code("SYNC-005");
    /// A server answers with a status that is no success. Args: `address`, `status`.
    pub const SYNC_STATUS: Code = Code("SYNC-006");
    /// A server refuses access. Args: `address`, `status`.
    pub const SYNC_DENIED: Code = Code("SYNC-007");
    /// A server asks to come back later than a sync waits. Args: `address`, `until`.
    pub const SYNC_ASKED_TO_WAIT: Code = Code("SYNC-008");
    /// A server's certificate is signed by nobody trusted here. Args: `address`, `detail`.
    pub const SYNC_CERTIFICATE_UNKNOWN: Code = Code("SYNC-009");
    /// A server's certificate is wrong in another way: expired, for another name. Args: `address`, `detail`.
    pub const SYNC_CERTIFICATE_WRONG: Code = Code("SYNC-010");
    /// A server points to an address that the list of sources does not name. Args: `address`, `target`.
    pub const SYNC_REDIRECT: Code = Code("SYNC-011");
    /// A page for people came instead of the feed. Args: `address`.
    pub const SYNC_PAGE: Code = Code("SYNC-012");
    /// A file is larger than its source may be. Args: `address`, `max`.
    pub const SYNC_TOO_LARGE: Code = Code("SYNC-013");
    /// A feed is older than the one in the library, which was kept. Args: `name`, `held`, `found`.
    pub const SYNC_OLDER: Code = Code("SYNC-014");
    /// A feed shrank, and the one in the library was kept. Args: `name`, `before`, `now`.
    pub const SYNC_SHRANK: Code = Code("SYNC-015");
    /// There is nothing at an address. Args: `address`.
    pub const SYNC_NOT_FOUND: Code = Code("SYNC-016");
    /// A kind of source needs a server that answers queries. Args: `kind`, `address`.
    pub const SYNC_NEEDS_SERVER: Code = Code("SYNC-017");
    /// The environment variable with a source's key is not set; the source is asked without a key. Args: `variable`.
    pub const SYNC_KEY_MISSING: Code = Code("SYNC-018");
    /// The proxy refuses or is misnamed. Args: `proxy`, `detail`.
    pub const SYNC_PROXY: Code = Code("SYNC-019");
    /// Another sync is running on this library. Args: `path`.
    pub const SYNC_RUNNING: Code = Code("SYNC-020");
    /// Pages of a server do not fit together. Args: `address`, `detail`.
    pub const SYNC_PAGES: Code = Code("SYNC-021");
    /// There is no certificate to trust. Args: `path`, `detail`.
    pub const SYNC_TRUST: Code = Code("SYNC-022");
    /// A file of the sync cannot be read or written. Args: `path`, `detail`.
    pub const SYNC_DISK: Code = Code("SYNC-023");
    /// The library cannot be changed. Args: `path`, `detail`.
    pub const SYNC_LIBRARY: Code = Code("SYNC-024");

    /// A bundle ends before its end. Args: `detail`.
    pub const BUNDLE_CUT: Code = Code("BUNDLE-001");
    /// Bytes of a bundle are not what the format says. Args: `detail`.
    pub const BUNDLE_MALFORMED: Code = Code("BUNDLE-002");
    /// A bundle is signed with a key that is not trusted. Args: `fingerprint`.
    pub const BUNDLE_KEY_UNKNOWN: Code = Code("BUNDLE-003");
    /// A bundle's signature does not fit its content and its key. Args: `fingerprint`.
    pub const BUNDLE_SIGNATURE_WRONG: Code = Code("BUNDLE-004");
    /// A bundle is of a format or layout that is not read here. Args: `found`, `expected`.
    pub const BUNDLE_VERSION: Code = Code("BUNDLE-005");
    /// A part of a bundle is not the one that was signed. Args: `part`.
    pub const BUNDLE_PART_DIFFERS: Code = Code("BUNDLE-006");
    /// A limit was reached. Args: `limit`, `max`.
    pub const BUNDLE_LIMIT: Code = Code("BUNDLE-007");
    /// A bundle is older than what the library holds. Args: `what`, `bundle`, `library` (points in time).
    pub const BUNDLE_OLDER: Code = Code("BUNDLE-008");
    /// The library lacks what a delta bundle builds on. Args: `needed`, `present` (snapshots).
    pub const BUNDLE_BASE_MISSING: Code = Code("BUNDLE-009");
    /// Records that were imported into the library besides bundles would be lost. Args: `snapshot`, `feeds`.
    pub const BUNDLE_LOCAL_RECORDS: Code = Code("BUNDLE-010");
    /// A bundle was named together with other paths. Args: `path`.
    pub const BUNDLE_MIXED: Code = Code("BUNDLE-011");
    /// A bundle was made in the future. Args: `created`, `now`.
    pub const BUNDLE_FUTURE: Code = Code("BUNDLE-012");
    /// A bundle's content does not give the snapshot that it names. Args: `stated`, `found`.
    pub const BUNDLE_SNAPSHOT_DIFFERS: Code = Code("BUNDLE-013");
    /// What a delta is to build on is not known. Args: `since`.
    pub const BUNDLE_SINCE_UNKNOWN: Code = Code("BUNDLE-014");

    /// A file is no key that is read here. Args: `expected`.
    pub const KEY_UNREADABLE: Code = Code("KEY-001");
    /// A key file is there already and is not replaced.
    pub const KEY_FILE_EXISTS: Code = Code("KEY-002");
    /// A line of the list of trusted keys cannot be read.
    pub const KEY_LIST_LINE: Code = Code("KEY-003");
    /// The name or the key is on the list of trusted keys already. Args: `name`, `fingerprint`.
    pub const KEY_TRUSTED_ALREADY: Code = Code("KEY-004");
    /// No key of this name or fingerprint is on the list of trusted keys. Args: `what`.
    pub const KEY_NOT_TRUSTED: Code = Code("KEY-005");
    /// A name for a key is empty, too long or holds control characters. Args: `max`.
    pub const KEY_NAME: Code = Code("KEY-006");
    /// A field that must be filled in is empty.
    pub const FIELD_REQUIRED: Code = Code("FIELD-001");
    /// A text is too long. Args: `max`, `length` (characters).
    pub const FIELD_TOO_LONG: Code = Code("FIELD-002");
    /// A date cannot be read as one day. Args: `value`.
    pub const FIELD_DATE: Code = Code("FIELD-003");
    /// A value is none of the choices, or fits several. Args: `value`.
    pub const FIELD_CHOICE: Code = Code("FIELD-004");
    /// A list has too many entries. Args: `max`, `count`.
    pub const FIELD_TOO_MANY: Code = Code("FIELD-005");
    /// Somebody else saved since it was shown. Args: `seen`, `current` (revisions).
    pub const FIELD_CHANGED_MEANWHILE: Code = Code("FIELD-006");
    /// It does not exist, or it belongs to others; which of both is not told.
    pub const ACCESS_NOT_FOUND: Code = Code("ACCESS-001");
    /// None of the person's roles allows it.
    pub const ACCESS_ROLE_MISSING: Code = Code("ACCESS-002");
    /// The membership or the organisation is suspended.
    pub const ACCESS_SUSPENDED: Code = Code("ACCESS-003");
    /// The person acts for no organisation.
    pub const ACCESS_NO_MEMBERSHIP: Code = Code("ACCESS-004");
    /// Only who runs the installation may do it.
    pub const ACCESS_OPERATOR_ONLY: Code = Code("ACCESS-005");
    /// The API token's scope does not allow it.
    pub const ACCESS_TOKEN_SCOPE: Code = Code("ACCESS-006");
    /// Somebody else changed it since it was shown.
    pub const ACCESS_CHANGED: Code = Code("ACCESS-007");
    /// A text cannot be an e-mail address. Args: `value`.
    pub const ACCOUNT_EMAIL: Code = Code("ACCOUNT-001");
    /// A password is too short. Args: `min`, `length` (characters).
    pub const ACCOUNT_PASSWORD_SHORT: Code = Code("ACCOUNT-002");
    /// A password can be guessed: few signs over and over, a run, or the address itself.
    pub const ACCOUNT_PASSWORD_GUESSABLE: Code = Code("ACCOUNT-003");
    /// The password and its repetition differ.
    pub const ACCOUNT_PASSWORDS_DIFFER: Code = Code("ACCOUNT-004");
    /// Address and password do not fit; which of both is not told.
    pub const ACCOUNT_SIGN_IN_REFUSED: Code = Code("ACCOUNT-005");
    /// Too many failed attempts; signing in is refused for some time. Args: `minutes`.
    pub const ACCOUNT_LOCKED: Code = Code("ACCOUNT-006");
    /// The link of the first start was used, ran out, or is not one.
    pub const ACCOUNT_SETUP_LINK: Code = Code("ACCOUNT-007");
    /// Somebody signs in with this address already.
    pub const ACCOUNT_EMAIL_TAKEN: Code = Code("ACCOUNT-008");
    /// A link to join or to set a new password was used, withdrawn, ran out, or is not one.
    pub const ACCOUNT_LINK: Code = Code("ACCOUNT-009");
    /// Nobody would be left who can run the organisation's accounts.
    pub const ACCOUNT_LAST_ADMINISTRATOR: Code = Code("ACCOUNT-010");
    /// A code of an authenticator, or a recovery code, does not fit or was used before.
    pub const ACCOUNT_CODE: Code = Code("ACCOUNT-011");
    /// The present password is not the one typed.
    pub const ACCOUNT_PASSWORD_WRONG: Code = Code("ACCOUNT-012");
    /// The person belongs to the organisation already.
    pub const ACCOUNT_MEMBER_ALREADY: Code = Code("ACCOUNT-013");
    /// The invited address has an account: its owner must sign in to accept. Args: `email`.
    pub const ACCOUNT_SIGN_IN_FIRST: Code = Code("ACCOUNT-014");
    /// The account works in other organisations or runs the installation, so this organisation cannot set its password.
    pub const ACCOUNT_BELONGS_ELSEWHERE: Code = Code("ACCOUNT-015");
    /// The end of a token is not after today, or more than a year away. Args: `first`, `last`.
    pub const ACCOUNT_TOKEN_END: Code = Code("ACCOUNT-016");
    /// The person has as many API tokens as they may. Args: `max`.
    pub const ACCOUNT_TOKENS_MANY: Code = Code("ACCOUNT-017");
    /// The API token of a request is not one, ran out or was revoked, or there is none.
    pub const ACCOUNT_TOKEN_REFUSED: Code = Code("ACCOUNT-018");
    /// Too many attempts to sign in from one network address. Args: `seconds`.
    pub const ACCOUNT_ATTEMPTS: Code = Code("ACCOUNT-019");
    /// The authenticator is in use already, or its set-up was not begun.
    pub const ACCOUNT_AUTHENTICATOR: Code = Code("ACCOUNT-020");
    /// Nobody can suspend themselves.
    pub const ACCOUNT_OWN_SUSPENSION: Code = Code("ACCOUNT-021");
    /// The chain of the audit trail does not hold. Args: `trail`, `number`, `checked`.
    pub const AUDIT_BROKEN: Code = Code("AUDIT-001");
    /// There is no organisation of this id. Args: `organisation`.
    pub const AUDIT_NO_TRAIL: Code = Code("AUDIT-002");
    /// The server cannot listen at its address. Args: `address`, `detail`.
    pub const SERVER_LISTEN: Code = Code("SERVER-001");
    /// The database cannot be opened. Args: `folder`, `detail`.
    pub const SERVER_DATABASE: Code = Code("SERVER-002");
    /// The database was made by a newer or a changed version. Args: `detail`.
    pub const SERVER_SCHEMA: Code = Code("SERVER-003");
    /// The database has settings that would give wrong answers. Args: `detail`.
    pub const SERVER_UNSUITABLE: Code = Code("SERVER-004");
    /// There is no installation to copy. Args: `path`.
    pub const BACKUP_NO_DATA: Code = Code("BACKUP-001");
    /// A file of the backup's name is there already. Args: `path`.
    pub const BACKUP_EXISTS: Code = Code("BACKUP-002");
    /// The file is no backup, or a damaged one. Args: `detail`.
    pub const BACKUP_UNREADABLE: Code = Code("BACKUP-003");
    /// A part of a backup is not what its manifest says. Args: `part`.
    pub const BACKUP_PART_DIFFERS: Code = Code("BACKUP-004");
    /// A backup or a database has a newer schema than this version knows. Args: `found`, `known`, `made_by`.
    pub const BACKUP_NEWER: Code = Code("BACKUP-005");
    /// The place to restore to is not empty. Args: `place`.
    pub const BACKUP_NOT_EMPTY: Code = Code("BACKUP-006");
    /// A certificate or its key cannot be used. Args: `path`, `detail`.
    pub const SERVER_CERTIFICATE: Code = Code("SERVER-005");
    /// A JMDN code has not eight digits. Args: `value`.
    pub const PRODUCT_JMDN: Code = Code("PRODUCT-001");
    /// The number of an approval, certification or notification holds something else than letters, digits and hyphens, no digit, or is too long. Args: `value`, `max`.
    pub const PRODUCT_NUMBER_SHAPE: Code = Code("PRODUCT-002");
    /// A procedure was chosen without its number.
    pub const PRODUCT_NUMBER_MISSING: Code = Code("PRODUCT-003");
    /// A number was given without saying of which procedure.
    pub const PRODUCT_PROCEDURE_MISSING: Code = Code("PRODUCT-004");
    /// Devices of this class do not come onto the market by this procedure.
    pub const PRODUCT_PROCEDURE_UNUSUAL: Code = Code("PRODUCT-005");
    /// "No connection" was chosen beside a connection.
    pub const PRODUCT_CONNECTION_NONE: Code = Code("PRODUCT-006");
    /// The sale ends before it begins. Args: `start`, `end`.
    pub const PRODUCT_SALE_ORDER: Code = Code("PRODUCT-007");
    /// End of support is the same day as end of life. Args: `eol`, `eos`.
    pub const PRODUCT_EOS_IS_EOL: Code = Code("PRODUCT-008");
    /// End of support is before end of life. Args: `eol`, `eos`.
    pub const PRODUCT_EOS_BEFORE_EOL: Code = Code("PRODUCT-009");
    /// End of life is before the end of sale. Args: `eol`, `end`.
    pub const PRODUCT_EOL_BEFORE_SALE_END: Code = Code("PRODUCT-010");
    /// A GTIN has not 8, 12, 13 or 14 digits. Args: `value`.
    pub const RELEASE_GTIN_SHAPE: Code = Code("RELEASE-001");
    /// The check digit of a GTIN does not fit. Args: `value`.
    pub const RELEASE_GTIN_CHECK_DIGIT: Code = Code("RELEASE-002");
    /// The product was withdrawn.
    pub const PRODUCT_WITHDRAWN: Code = Code("PRODUCT-011");
    /// The product has a release of this version.
    pub const RELEASE_VERSION_TAKEN: Code = Code("RELEASE-003");
    /// The release before is of another product, or follows this one.
    pub const RELEASE_SUPERSEDES_OTHER: Code = Code("RELEASE-004");
    /// The release was withdrawn.
    pub const RELEASE_WITHDRAWN: Code = Code("RELEASE-005");
    /// The product has a document of this number.
    pub const DOCUMENT_NUMBER_TAKEN: Code = Code("DOCUMENT-001");
    /// The file that waited for a yes is gone.
    pub const UPLOAD_GONE: Code = Code("UPLOAD-001");
    /// A platform fact is no CPE name. Args: `value`.
    pub const UPLOAD_PLATFORM: Code = Code("UPLOAD-002");
    /// No product is called so. Args: `value`.
    pub const UPLOAD_NO_PRODUCT: Code = Code("UPLOAD-003");
    /// Several products are called so. Args: `value`, `count`.
    pub const UPLOAD_SEVERAL_PRODUCTS: Code = Code("UPLOAD-004");
    /// The product has no release of this version. Args: `product`, `value`.
    pub const UPLOAD_NO_RELEASE: Code = Code("UPLOAD-005");
    /// The note beside a file cannot be read. Args: `path`, `detail`.
    pub const UPLOAD_NOTE: Code = Code("UPLOAD-006");
    /// No file was sent.
    pub const UPLOAD_EMPTY: Code = Code("UPLOAD-007");
    /// A list of products has no heading that names them.
    pub const LIST_NO_HEADING: Code = Code("LIST-001");
    /// A row names an id that no product has. Args: `value`.
    pub const LIST_UNKNOWN_ID: Code = Code("LIST-002");
    /// A row's name fits several products. Args: `value`, `count`.
    pub const LIST_SEVERAL: Code = Code("LIST-003");
    /// Two rows are about one product. Args: `first`.
    pub const LIST_TWICE: Code = Code("LIST-004");
    /// Products changed after the preview.
    pub const LIST_CHANGED: Code = Code("LIST-005");
    /// "Not affected" without a justification and without an impact statement.
    pub const ASSESSMENT_REASON_MISSING: Code = Code("ASSESSMENT-001");
    /// A justification with a status other than "not affected".
    pub const ASSESSMENT_JUSTIFICATION_UNFIT: Code = Code("ASSESSMENT-002");
    /// A response where the product is not affected or was not assessed.
    pub const ASSESSMENT_RESPONSE_UNFIT: Code = Code("ASSESSMENT-003");
    /// An impact statement without an assessment.
    pub const ASSESSMENT_STATEMENT_UNFIT: Code = Code("ASSESSMENT-004");
    /// "Affected" without a response and without an impact statement.
    pub const ASSESSMENT_ACTION_MISSING: Code = Code("ASSESSMENT-005");

    /// All codes, in order. A test in `kikimori-locale` demands both languages for each.
    pub const ALL: &[Code] = &[
        SBOM_UNKNOWN_FORMAT,
        SBOM_MALFORMED,
        SBOM_LIMIT,
        SBOM_UNSUPPORTED_VERSION,
        SBOM_UNREADABLE,
        SBOM_NOT_UTF8,
        SBOM_XML_ENTITY,
        SBOM_EMPTY,
        SBOM_FIELD_TYPE,
        SBOM_FIELD_MISSING,
        SBOM_FIELD_VALUE,
        SBOM_FIELD_TWICE,
        SBOM_REFERENCE_TWICE,
        SBOM_REFERENCE_DANGLING,
        SBOM_CUT,
        SBOM_CONTAINMENT_CYCLE,
        SBOM_LINE_UNREAD,
        SBOM_SEVERAL,
        SHEET_NO_HEADING,
        SHEET_UNKNOWN,
        SHEET_FORMAT,
        SHEET_MAPPING_MALFORMED,
        SHEET_MAPPING_COLUMN,
        SHEET_MALFORMED,
        SHEET_ENCODING,
        SHEET_REPLACED,
        SHEET_OTHERS,
        SHEET_HIDDEN,
        SHEET_HIDDEN_SHEET,
        SHEET_FORMULAS,
        SHEET_FORMULA_UNVALUED,
        SHEET_COLUMN_UNKNOWN,
        SHEET_COLUMN_TWICE,
        SHEET_QUOTE_OPEN,
        SHEET_ROW_UNNAMED,
        SHEET_ROW_TOTAL,
        SHEET_ROW_TWICE,
        SHEET_ROW_EXAMPLE,
        SHEET_CIRCLE,
        SHEET_VERSION_NUMBER,
        SHEET_VERSION_DATE,
        SHEET_VALUE_FOLDED,
        SHEET_DATE_UNREADABLE,
        SHEET_IDENTIFIER_UNKNOWN,
        SHEET_HASH_UNKNOWN,
        SHEET_RELATION_UNKNOWN,
        SHEET_PLACEHOLDER,
        SHEET_CELL_FAULT,
        SHEET_SAME_AS_ABOVE,
        SHEET_PRODUCT_MISSING,
        SHEET_VERSION_MISSING,
        SHEET_SUPPLIER_MISSING,
        SHEET_IDENTIFIER_MISSING,
        SHEET_RELATION_MISSING,
        SHEET_ENTRY_AUTHOR_MISSING,
        SHEET_ENTRY_TIME_MISSING,
        SBOM_STATEMENTS_UNUSED,
        SBOM_EXTERNAL,
        SBOM_VERSION_NEWER,
        FEED_UNKNOWN_FORMAT,
        FEED_CUT,
        FEED_SHORT,
        FEED_MALFORMED,
        FEED_RECORD_UNREADABLE,
        FEED_LIMIT,
        FEED_RECORD_UNKNOWN,
        FEED_ENTRY_UNREADABLE,
        FEED_CPE_UNREADABLE,
        FEED_CONFIGURATION_NESTED,
        FEED_UNREADABLE,
        FEED_LIST_CUT,
        FEED_EMPTY,
        FEED_NOTHING_FOUND,
        FEED_PAGES_MISSING,
        FEED_FEWER_THAN_STATED,
        FEED_XML_ENTITY,
        FEED_API_FAULT,
        FEED_CHECKSUM_DIFFERS,
        FEED_ENCODING,
        FEED_CSAF_PRODUCT_UNDEFINED,
        FEED_CSAF_PRODUCT_TWICE,
        FEED_CSAF_CIRCULAR,
        FEED_CSAF_PURL_UNREADABLE,
        FEED_CSAF_NOT_FINAL,
        FEED_CSAF_CONTRADICTION,
        FEED_CSAF_VERSION,
        FEED_COMPANIONS,
        FEED_CHECKSUM_MISMATCH,
        FEED_CHECKSUM_UNREADABLE,
        QUALITY_PROFILE_MALFORMED,
        FEED_CYCLE_UNNAMED,
        FEED_CYCLE_UNREADABLE,
        FEED_DAY_UNREADABLE,
        FEED_IDENTIFIER_UNREADABLE,
        FEED_ROW_TWICE,
        INPUT_UNREADABLE,
        INPUT_ARCHIVE_BROKEN,
        INPUT_LIMIT,
        RULE_UNREADABLE,
        RULE_MALFORMED,
        RULE_FORMAT,
        RULE_FIELD_MISSING,
        RULE_FIELD_VALUE,
        RULE_FIELD_UNKNOWN,
        RULE_IDENTIFIER,
        RULE_ID_TWICE,
        RULE_LIMIT,
        RULE_TOO_BROAD,
        RULE_ACTION,
        RULE_SUBJECT,
        RULE_VERSION,
        RULE_ID_DIFFERS,
        RULE_CONFLICT,
        SYNC_CONFIG_UNREADABLE,
        SYNC_CONFIG_MISSING,
        SYNC_UNREACHABLE,
        SYNC_TIMEOUT,
        SYNC_CUT,
        SYNC_STATUS,
        SYNC_DENIED,
        SYNC_ASKED_TO_WAIT,
        SYNC_CERTIFICATE_UNKNOWN,
        SYNC_CERTIFICATE_WRONG,
        SYNC_REDIRECT,
        SYNC_PAGE,
        SYNC_TOO_LARGE,
        SYNC_OLDER,
        SYNC_SHRANK,
        SYNC_NOT_FOUND,
        SYNC_NEEDS_SERVER,
        SYNC_KEY_MISSING,
        SYNC_PROXY,
        SYNC_RUNNING,
        SYNC_PAGES,
        SYNC_TRUST,
        SYNC_DISK,
        SYNC_LIBRARY,
        BUNDLE_CUT,
        BUNDLE_MALFORMED,
        BUNDLE_KEY_UNKNOWN,
        BUNDLE_SIGNATURE_WRONG,
        BUNDLE_VERSION,
        BUNDLE_PART_DIFFERS,
        BUNDLE_LIMIT,
        BUNDLE_OLDER,
        BUNDLE_BASE_MISSING,
        BUNDLE_LOCAL_RECORDS,
        BUNDLE_MIXED,
        BUNDLE_FUTURE,
        BUNDLE_SNAPSHOT_DIFFERS,
        BUNDLE_SINCE_UNKNOWN,
        KEY_UNREADABLE,
        KEY_FILE_EXISTS,
        KEY_LIST_LINE,
        KEY_TRUSTED_ALREADY,
        KEY_NOT_TRUSTED,
        KEY_NAME,
        FIELD_REQUIRED,
        FIELD_TOO_LONG,
        FIELD_DATE,
        FIELD_CHOICE,
        FIELD_TOO_MANY,
        FIELD_CHANGED_MEANWHILE,
        ACCESS_NOT_FOUND,
        ACCESS_ROLE_MISSING,
        ACCESS_SUSPENDED,
        ACCESS_NO_MEMBERSHIP,
        ACCESS_OPERATOR_ONLY,
        ACCESS_TOKEN_SCOPE,
        ACCESS_CHANGED,
        ACCOUNT_EMAIL,
        ACCOUNT_PASSWORD_SHORT,
        ACCOUNT_PASSWORD_GUESSABLE,
        ACCOUNT_PASSWORDS_DIFFER,
        ACCOUNT_SIGN_IN_REFUSED,
        ACCOUNT_LOCKED,
        ACCOUNT_SETUP_LINK,
        ACCOUNT_EMAIL_TAKEN,
        ACCOUNT_LINK,
        ACCOUNT_LAST_ADMINISTRATOR,
        ACCOUNT_CODE,
        ACCOUNT_PASSWORD_WRONG,
        ACCOUNT_MEMBER_ALREADY,
        ACCOUNT_SIGN_IN_FIRST,
        ACCOUNT_BELONGS_ELSEWHERE,
        ACCOUNT_TOKEN_END,
        ACCOUNT_TOKENS_MANY,
        ACCOUNT_TOKEN_REFUSED,
        ACCOUNT_ATTEMPTS,
        ACCOUNT_AUTHENTICATOR,
        ACCOUNT_OWN_SUSPENSION,
        AUDIT_BROKEN,
        AUDIT_NO_TRAIL,
        SERVER_LISTEN,
        SERVER_DATABASE,
        SERVER_SCHEMA,
        SERVER_UNSUITABLE,
        SERVER_CERTIFICATE,
        BACKUP_NO_DATA,
        BACKUP_EXISTS,
        BACKUP_UNREADABLE,
        BACKUP_PART_DIFFERS,
        BACKUP_NEWER,
        BACKUP_NOT_EMPTY,
        PRODUCT_JMDN,
        PRODUCT_NUMBER_SHAPE,
        PRODUCT_NUMBER_MISSING,
        PRODUCT_PROCEDURE_MISSING,
        PRODUCT_PROCEDURE_UNUSUAL,
        PRODUCT_CONNECTION_NONE,
        PRODUCT_SALE_ORDER,
        PRODUCT_EOS_IS_EOL,
        PRODUCT_EOS_BEFORE_EOL,
        PRODUCT_EOL_BEFORE_SALE_END,
        RELEASE_GTIN_SHAPE,
        RELEASE_GTIN_CHECK_DIGIT,
        PRODUCT_WITHDRAWN,
        RELEASE_VERSION_TAKEN,
        RELEASE_SUPERSEDES_OTHER,
        RELEASE_WITHDRAWN,
        DOCUMENT_NUMBER_TAKEN,
        UPLOAD_GONE,
        UPLOAD_PLATFORM,
        UPLOAD_NO_PRODUCT,
        UPLOAD_SEVERAL_PRODUCTS,
        UPLOAD_NO_RELEASE,
        UPLOAD_NOTE,
        UPLOAD_EMPTY,
        LIST_NO_HEADING,
        LIST_UNKNOWN_ID,
        LIST_SEVERAL,
        LIST_TWICE,
        LIST_CHANGED,
        ASSESSMENT_REASON_MISSING,
        ASSESSMENT_JUSTIFICATION_UNFIT,
        ASSESSMENT_RESPONSE_UNFIT,
        ASSESSMENT_STATEMENT_UNFIT,
        ASSESSMENT_ACTION_MISSING,
    ];
}
