//! Every limit of the domain, each with its reason. A reader that reaches one stops with a message that
//! names the limit and the place; nothing is cut silently.

/// Largest SBOM accepted, in bytes. The largest public document known is about 260 MB (a whole
/// distribution in SPDX JSON); one gibibyte leaves room and still fits a laptop, because reading streams.
pub const SBOM_SIZE_BYTES_MAX: u64 = 1 << 30;

/// Components in one SBOM: twelve times the largest real bill seen, a build machine's root file system.
///
/// With it a document of 100 MB stays under 300 MB of memory even when it holds nothing but names.
pub const SBOM_COMPONENTS_MAX: usize = 1_000_000;

/// Dependency edges in one SBOM. Real graphs carry about ten edges a component.
pub const SBOM_DEPENDENCIES_MAX: usize = 10_000_000;

/// Nesting depth of a document (JSON values, XML elements, components in components). Real bills nest less
/// than ten levels; 128 is `serde_json`'s own guard against stack exhaustion.
pub const NESTING_DEPTH_MAX: usize = 120;

/// Longest string kept from an SBOM, in bytes (a name, a version, a licence expression…).
///
/// Longer values are cut at a character boundary with a notice. Base64 blobs and licence texts are skipped, not kept.
pub const SBOM_STRING_BYTES_MAX: usize = 64 * 1024;

/// Longest single token of an SBOM, in bytes: a JSON string, an XML tag or text, a tag-value line. A parser
/// holds one token at a time; embedded licence texts and attachments reach a few megabytes.
pub const SBOM_TOKEN_BYTES_MAX: usize = 64 << 20;

/// Distinct references (`bom-ref`, `SPDXID`) in one SBOM. SPDX gives one to every file; bills of whole
/// distributions list about a million files.
pub const SBOM_REFERENCES_MAX: usize = 10_000_000;

/// Entries kept of a short list in an SBOM: hashes and licences of one component, authors and tools of the
/// document. Real lists stay under fifty.
pub const SBOM_LIST_MAX: usize = 256;

/// Fields of an SBOM named when they are not kept; more are counted together. The formats have about 400.
pub const UNKEPT_FIELDS_MAX: usize = 512;

/// SBOMs merged under one product. A large device has some tens of suppliers.
pub const MERGE_SOURCES_MAX: usize = 1_000;

/// Identifiers (purl, CPE) kept for one component. Scanners guess up to about a hundred CPEs for one package.
pub const COMPONENT_IDENTIFIERS_MAX: usize = 256;

/// Notices kept for one document; the rest are counted. A million notices help nobody.
pub const NOTICES_MAX: usize = 1_000;

/// Longest purl or CPE accepted, in bytes.
pub const IDENTIFIER_BYTES_MAX: usize = 8 * 1024;

/// Longest version text compared, in bytes. Git hashes and Go pseudo-versions stay under 100; the limit keeps
/// comparison linear on hostile input.
pub const VERSION_BYTES_MAX: usize = 512;

/// Largest single vulnerability record, in bytes. The largest real CVE records (long CPE lists) are about 10 MB.
pub const RECORD_BYTES_MAX: usize = 64 << 20;

/// Affected entries in one vulnerability record. The largest real record lists about 10,000.
pub const RECORD_AFFECTED_MAX: usize = 100_000;

/// Version statements in one affected entry (OSV `versions` lists reach about 10,000).
pub const ENTRY_STATEMENTS_MAX: usize = 200_000;

/// Length of one `vers` text, in bytes; one that lists every version of a large package has about 100,000.
pub const VERS_BYTES_MAX: usize = 256 << 10;

/// Constraints in one `vers` text; sorting stays within milliseconds.
pub const VERS_CONSTRAINTS_MAX: usize = 16_384;

/// Characters of a record's description kept in the library; the rest is cut with "…", the source is named.
pub const DESCRIPTION_CHARS_MAX: usize = 1_200;

/// References kept for one record.
pub const RECORD_REFERENCES_MAX: usize = 64;

/// Aliases, related and upstream identifiers kept for one record.
pub const RECORD_ALIASES_MAX: usize = 1_024;

/// Depth of branches in a CSAF product tree. CSAF 2.1 allows 30; real trees nest three to six.
pub const CSAF_BRANCH_DEPTH_MAX: usize = 30;

/// Product definitions in one CSAF document, relationships included. The largest real ones, a distribution's kernel
/// advisories, define about 100,000.
pub const CSAF_PRODUCTS_MAX: usize = 1_000_000;

/// Vulnerabilities in one CSAF document. Real advisories stay under 500.
pub const CSAF_VULNERABILITIES_MAX: usize = 10_000;

/// Total size of what one feed archive may unpack to, in bytes (the whole CVE list is about 4 GB unpacked).
pub const FEED_UNPACKED_BYTES_MAX: u64 = 64 << 30;

/// Unpacked-to-packed ratio above which an archive member over [`ARCHIVE_RATIO_FLOOR_BYTES`] is refused as a
/// decompression bomb. Real feeds compress up to about 60 times.
pub const ARCHIVE_RATIO_MAX: u64 = 1_000;

/// Members smaller than this, in bytes, are never called a bomb: repetitive small files compress well.
pub const ARCHIVE_RATIO_FLOOR_BYTES: u64 = 64 << 20;

/// Members in one archive (the OSV and CVE archives hold about 400,000).
pub const ARCHIVE_MEMBERS_MAX: usize = 4_000_000;

/// Directory depth followed when a folder of feeds is imported.
pub const FOLDER_DEPTH_MAX: usize = 32;

/// Identifiers in one alias group. Larger groups come from wrong aliases and are not merged.
pub const ALIAS_GROUP_MAX: usize = 256;

/// Findings in one scan. A build machine with 80,000 components gives about 100,000.
pub const SCAN_FINDINGS_MAX: usize = 2_000_000;

/// Largest file of identity rules, in bytes. Ten thousand rules with long reasons stay under eight megabytes.
pub const RULES_FILE_BYTES_MAX: u64 = 16 << 20;

/// Identity rules in one file. A person decides about hundreds of names, an organisation about thousands.
pub const RULES_MAX: usize = 20_000;

/// Identifiers that one identity rule may give, and ids that it may supersede.
pub const RULE_LIST_MAX: usize = 64;

/// Longest text in an identity rule, in bytes: a reason of several pages is a document, to be linked.
pub const RULE_TEXT_BYTES_MAX: usize = 8 * 1024;

/// Distinct names in the dictionary that proposals are made from. All that has been published so far is below a million
/// names, about 400 bytes each.
pub const DICTIONARY_NAMES_MAX: usize = 4_000_000;

/// Vulnerabilities whose records must put a package and a CPE side by side before one counts for the other. One record may
/// be a slip of the pen.
pub const EQUIVALENCE_VULNERABILITIES_MIN: usize = 2;

/// Entries under one name that are read for equivalent names. The Linux kernel alone has more than ten thousand; a name
/// with so many needs no other.
pub const EQUIVALENCE_ENTRIES_MAX: usize = 4_096;

/// Messages kept about one file of identity rules; whoever wrote it mends these first.
pub const RULE_MESSAGES_MAX: usize = 100;
/// Bytes of one element set. The built-in ones have some two thousand.
pub const PROFILE_BYTES_MAX: usize = 64 << 10;

/// Elements of one set. The largest known has eleven.
pub const PROFILE_ELEMENTS_MAX: usize = 100;

/// Largest single file that a sync downloads, in bytes, where its source names no smaller limit. The largest known
/// (the whole CVE list, zipped) is about 600 MB.
pub const SYNC_DOWNLOAD_BYTES_MAX: u64 = 8 << 30;

/// Sources in one list of sources. A site lists about ten.
pub const SYNC_SOURCES_MAX: usize = 256;

/// Files of one source. OSV has about forty ecosystems, NVD about thirty years.
pub const SYNC_FILES_MAX: usize = 4_096;

/// Attempts at one file in a row that bring nothing new, before a sync gives it up. With the growing pauses between them
/// they span about two minutes.
pub const SYNC_ATTEMPTS_MAX: u32 = 6;

/// Attempts at one file in all, those that brought more of it included. A thousand pieces of a file of
/// [`SYNC_DOWNLOAD_BYTES_MAX`] are 8 MB each.
pub const SYNC_PIECES_MAX: u32 = 1_000;

/// Pages of one query to NVD: ten times as many as hold all of it today (about 170).
pub const SYNC_PAGES_MAX: u32 = 2_000;

/// Release cycles of one product in lifecycle data. The largest product lists about 440.
pub const PRODUCT_CYCLES_MAX: usize = 10_000;

/// Package URLs and CPE names of one product in lifecycle data. The largest product lists about 70.
pub const PRODUCT_IDENTIFIERS_MAX: usize = 1_024;

/// Products in the lifecycle data of one library. The largest source lists about 500.
pub const LIFECYCLE_PRODUCTS_MAX: usize = 100_000;

/// Longest list of contents of an offline bundle, in bytes: that of a library with 65,536 feeds of a few hundred bytes.
pub const BUNDLE_MANIFEST_BYTES_MAX: u64 = 64 << 20;

/// Parts of one offline bundle. A library is merged into one segment long before.
pub const BUNDLE_PARTS_MAX: usize = 1_024;

/// Largest part of an offline bundle, packed or unpacked, in bytes: what eleven octal digits of a tar header can say.
pub const BUNDLE_PART_BYTES_MAX: u64 = (8 << 30) - 1;

/// Largest library unpacked from an offline bundle, in bytes. One of everything published so far is below 2 GB.
pub const BUNDLE_UNPACKED_BYTES_MAX: u64 = 64 << 30;

/// How far ahead of this machine's clock an offline bundle may have been made, in milliseconds: a day, because clocks
/// of machines without a network drift and zones are set wrongly.
pub const BUNDLE_AHEAD_MS_MAX: i64 = 86_400_000;

/// Largest key file, in bytes. An Ed25519 key takes about 120; text before it is allowed.
pub const KEY_FILE_BYTES_MAX: u64 = 16 * 1024;

/// Keys trusted at once. An organisation trusts one or two signers.
pub const TRUSTED_KEYS_MAX: usize = 256;

/// Longest name of a trusted key, in characters: it must fit a line.
pub const KEY_NAME_CHARS_MAX: usize = 80;

/// Largest component sheet, in bytes as it lies on the disk. A list of ten thousand components takes about two megabytes.
pub const SHEET_BYTES_MAX: u64 = 64 << 20;

/// What is unpacked of one workbook at most, in bytes, all parts together. A sheet of 100,000 rows takes about 100 MB.
pub const SHEET_UNPACKED_BYTES_MAX: u64 = 256 << 20;

/// Unpacked-to-packed ratio of a part of a workbook above which it is refused, when it is larger than
/// [`SHEET_RATIO_FLOOR_BYTES`]. Real sheets compress up to about fifty times.
pub const SHEET_RATIO_MAX: u64 = 500;

/// Parts of a workbook smaller than this, in bytes, are never called a bomb.
pub const SHEET_RATIO_FLOOR_BYTES: u64 = 16 << 20;

/// Parts of a workbook. Real ones have under a thousand, pictures included.
pub const SHEET_PARTS_MAX: usize = 10_000;

/// Sheets of a workbook looked at for a heading. Real lists stand among the first ten.
pub const SHEETS_MAX: usize = 256;

/// Rows with content that are read of a sheet. Lists that people keep have hundreds.
pub const SHEET_ROWS_MAX: usize = 200_000;

/// Columns read of a sheet; cells further right are an error. Lists that people keep have under fifty.
pub const SHEET_COLUMNS_MAX: u32 = 1_024;

/// Cells with content that are read of a sheet, so that memory stays within a few hundred megabytes.
pub const SHEET_CELLS_MAX: usize = 4_000_000;

/// Longest text of a cell, in bytes: what Excel allows (32,767 characters) in Japanese.
pub const SHEET_CELL_BYTES_MAX: usize = 128 << 10;

/// Areas of merged cells in one sheet. Headings merge dozens, lists that merge suppliers thousands.
pub const SHEET_MERGES_MAX: usize = 100_000;

/// Cells in those areas together, down to the last row with content.
pub const SHEET_MERGED_CELLS_MAX: usize = 1_000_000;

/// Rows at the top of a sheet among which the heading is looked for: title blocks and approval stamps stand above.
pub const SHEET_HEADING_ROWS_MAX: u32 = 60;

/// Rows named for one kind of oddity; the rest is counted.
pub const SHEET_ROWS_NAMED_MAX: usize = 1_000;

/// Bytes of a mapping file. One that names every column of a large sheet has two thousand.
pub const SHEET_MAPPING_BYTES_MAX: usize = 64 << 10;

/// Longest name that people type (of a product, an organisation, a generic name), in characters. Real trade names stay under 100.
pub const NAME_CHARACTERS_MAX: usize = 200;

/// Words of a search that count; people type two or three.
pub const SEARCH_WORDS_MAX: usize = 8;

/// Rows on one page of a list at most: what a person reads at a time, and what the API gives in one answer.
pub const PAGE_ROWS_MAX: u32 = 200;

/// Longest version of a release, in characters. A column of a table must still hold it.
pub const RELEASE_VERSION_CHARACTERS_MAX: usize = 80;

/// Longest number of a document, its edition, or name of a part of a release, in characters.
pub const IDENTIFIER_CHARACTERS_MAX: usize = 100;

/// Longest place of a document (an address, a path), in characters: what browsers accept as an address.
pub const LOCATION_CHARACTERS_MAX: usize = 2_000;

/// Products of one organisation, and rows of one list of products that is imported. Large makers keep some thousands.
pub const PRODUCTS_MAX: usize = 50_000;

/// Columns read of a list that is no component sheet. A list of products has fourteen, and people add some of their own.
pub const LIST_COLUMNS_MAX: u32 = 64;

/// Releases of one product, and documents of one product, shown on its page. Products of twenty years have some hundreds.
pub const PRODUCT_RELEASES_MAX: u32 = 2_000;

/// Revisions of SBOMs listed for one product.
pub const PRODUCT_SBOMS_MAX: u32 = 5_000;

/// Notices about an SBOM that are kept beside it; the rest are counted.
pub const SBOM_NOTICES_KEPT_MAX: usize = 200;

/// Platform facts given beside an SBOM: operating system, hardware.
pub const SBOM_PLATFORM_MAX: usize = 32;

/// Longest name of a file that was handed in, in characters; what file systems allow in bytes.
pub const FILE_NAME_CHARACTERS_MAX: usize = 255;

/// Files taken in by one sweep of a watched folder; the rest waits for the next.
pub const SWEPT_FILES_MAX: usize = 1_000;

/// Largest file that browsers and the API hand in, in bytes. The largest public SBOM known has about 260 MB unpacked, and packed ones are
/// accepted.
pub const UPLOAD_BYTES_MAX: usize = 512 << 20;

/// Hours for which a file that was handed in waits for a person's yes: until tomorrow's working day ends.
pub const UPLOAD_HOURS_MAX: i64 = 48;

/// Connection kinds given for one product. There are twelve; a form that sends some twice is still read.
pub const PRODUCT_CONNECTIONS_MAX: usize = 64;

/// Longest statement that people write (an impact statement, a reason), in characters: about three printed pages.
pub const STATEMENT_CHARACTERS_MAX: usize = 4_000;

/// Connections to the database for reading on SQLite, altogether on PostgreSQL: more would queue on two cores anyway, and
/// a PostgreSQL allows 100 by default, which several replicas share.
pub const DATABASE_CONNECTIONS_MAX: u32 = 16;

/// Seconds to wait for a connection or for another process's writer, before the work is refused as "busy".
pub const DATABASE_WAIT_SECONDS: u64 = 30;

/// Bytes of a form that people send: the largest has some dozens of fields of some thousand characters.
pub const PAGE_BODY_BYTES_MAX: usize = 1 << 20;

/// Seconds after which a request is given up; long work goes to the background.
pub const REQUEST_SECONDS_MAX: u64 = 60;

/// Connections to the server at one time; the next ones wait. Fifty people with browsers open six each, with room to spare.
pub const SERVER_CONNECTIONS_MAX: usize = 1_024;

/// Seconds within which a client must have sent the head of its request, or have ended the greetings of TLS.
pub const REQUEST_HEAD_SECONDS_MAX: u64 = 15;

/// Seconds that running requests have to finish when the server is asked to end; what is left is cut.
pub const SERVER_FINISH_SECONDS_MAX: u64 = 20;

/// Requests at one time on one connection of HTTP/2.
pub const CONNECTION_STREAMS_MAX: u32 = 64;

/// Named lists that a person sees, their own and shared ones: more than anybody finds again.
pub const SAVED_VIEWS_MAX: u32 = 200;

/// Bytes of a named list's query: what browsers take in an address without doubt.
pub const VIEW_QUERY_BYTES_MAX: usize = 4_000;

/// Days after which vulnerability data count as too old: feeds are published daily, and a week leaves room for holidays.
pub const LIBRARY_AGE_DAYS_MAX: i64 = 7;
