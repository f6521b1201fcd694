//! JVN's files by its list of checksums. The vulnerabilities, products and companies are invented.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use kikimori_app::sync_library::source::SourceKind;
use sha2::{Digest, Sha256};

use crate::server::{Reply, Server};
use crate::site::{Site, source};

/// The details of a year with one record, revised on a day of March.
fn details(year: u32, day: u32) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<VULDEF-Document version=\"3.2\" xmlns=\"http://jvn.jp/vuldef/\" xml:lang=\"ja\">
<Vulinfo><VulinfoID>JVNDB-{year}-000901</VulinfoID><VulinfoData><Title>架空の製品の不備</Title>
<Affected><AffectedItem><Name>架空工業</Name><ProductName>管理画面</ProductName>
<Cpe version=\"2.2\">cpe:/a:example:console</Cpe><VersionNumber>2.4.1 より前のバージョン</VersionNumber></AffectedItem></Affected>
<DateFirstPublished>{year}-03-01T12:00:00+09:00</DateFirstPublished>
<DateLastUpdated>{year}-03-{day:02}T12:00:00+09:00</DateLastUpdated></VulinfoData></Vulinfo></VULDEF-Document>"
    )
}

/// A list of one vendor with a product.
fn products(name: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><Result version=\"3.3\" xmlns=\"http://jvndb.jvn.jp/myjvn/Results\"><VendorInfo xml:lang=\"ja\">
<Vendor vname=\"架空工業\" cpe=\"cpe:/:example\" vid=\"7\"><Product pname=\"{name}\" cpe=\"cpe:/a:example:console\" pid=\"70\"/></Vendor>
</VendorInfo></Result>"
    )
}

/// The server's files by path, which the test changes.
type Files = Arc<Mutex<BTreeMap<String, String>>>;

/// A list of checksums over files.
fn list(files: &BTreeMap<String, String>) -> String {
    let mut rows = Vec::new();
    for (path, content) in files {
        let mut hash = String::new();
        Sha256::digest(content.as_bytes()).iter().for_each(|byte| write!(hash, "{byte:02x}").unwrap());
        let name = path.rsplit('/').next().unwrap();
        let size = content.len();
        rows.push(format!(
            r#"{{"url":"https://elsewhere.example{path}","filename":"{name}","sha256":"{hash}","size":{size},"lastModified":"2024/03/09 07:00:00"}}"#
        ));
    }
    format!("[{}]", rows.join(","))
}

/// A server with details of two years, two months of a list, and the list of checksums of what is there.
fn prepared() -> (Files, Server) {
    let files: BTreeMap<String, String> = [
        ("/ja/feed/detail/jvndb_detail_2023.rdf", details(2023, 8)),
        ("/ja/feed/detail/jvndb_detail_2024.rdf", details(2024, 8)),
        ("/ja/feed/product/myjvn_product_202402.rdf", products("古い名前")),
        ("/ja/feed/product/myjvn_product_202403.rdf", products("管理画面")),
    ]
    .map(|(path, content)| (path.to_owned(), content))
    .into();
    let files = Arc::new(Mutex::new(files));
    let served = Arc::clone(&files);
    let server = Server::start(move |seen| {
        let files = served.lock().unwrap();
        match files.get(&seen.target) {
            Some(content) => Reply::body(content.as_bytes()),
            None if seen.target == "/ja/feed/checksum.txt" => Reply::body(list(&files)),
            None => Reply::status(404),
        }
    });
    (files, server)
}

#[test]
fn only_what_differs_from_the_list_is_fetched() {
    let (files, server) = prepared();
    let (site, jvn) = (Site::new(), source("jvn", SourceKind::Jvn, server.at("/ja")));
    assert_eq!(site.sync_well(&jvn).n_files_updated, 3);
    let library = site.open().unwrap();
    assert_eq!(library.manifest().live.get("jvn"), Some(&2));
    assert_eq!(library.product_names("管理画面").len(), 1);
    let n_first = server.seen().len();
    let again = site.sync_well(&jvn);
    assert_eq!((again.n_files_updated, again.n_files_unchanged), (0, 3));
    let targets = |from: usize| -> Vec<String> {
        server.seen().iter().skip(from).map(|seen| seen.target.clone()).collect()
    };
    assert_eq!(targets(n_first), ["/ja/feed/checksum.txt"]);

    let n_second = server.seen().len();
    files.lock().unwrap().insert("/ja/feed/detail/jvndb_detail_2024.rdf".to_owned(), details(2024, 9));
    files
        .lock()
        .unwrap()
        .insert("/ja/feed/product/myjvn_product_202404.rdf".to_owned(), products("新しい画面"));
    assert_eq!(site.sync_well(&jvn).n_files_updated, 2);
    assert_eq!(
        targets(n_second),
        [
            "/ja/feed/checksum.txt",
            "/ja/feed/detail/jvndb_detail_2024.rdf",
            "/ja/feed/product/myjvn_product_202404.rdf"
        ]
    );
    let library = site.open().unwrap();
    assert_eq!(library.manifest().live.get("jvn"), Some(&2));
    assert_eq!(library.product_names("新しい画面").len(), 1);
    assert_eq!(site.state().sources["jvn"].files.len(), 3, "last month's list is forgotten");
}

#[test]
fn a_file_that_is_not_what_the_list_says_changes_nothing() {
    let (files, server) = prepared();
    let (site, jvn) = (Site::new(), source("jvn", SourceKind::Jvn, server.at("/ja")));
    site.sync_well(&jvn);
    let stated = list(&files.lock().unwrap()).replace(r#""size":"#, r#""size": "#);
    let mut broken = files.lock().unwrap().clone();
    broken.insert("/ja/feed/detail/jvndb_detail_2024.rdf".to_owned(), details(2024, 9));
    let promised = list(&broken);
    assert_ne!(stated, promised);
    // The list speaks of a revision that the server does not give.
    files.lock().unwrap().insert("/ja/feed/checksum.txt".to_owned(), promised);
    let outcome = site.sync_badly(&jvn, "FEED-023");
    assert_eq!(outcome.n_files_unchanged, 2);
    let n_asked =
        server.seen().iter().filter(|seen| seen.target == "/ja/feed/detail/jvndb_detail_2024.rdf").count();
    assert_eq!(n_asked, 3, "once well, twice in vain");
    files.lock().unwrap().insert("/ja/feed/detail/jvndb_detail_2024.rdf".to_owned(), details(2024, 9));
    assert_eq!(site.sync_well(&jvn).n_files_updated, 1);
}

#[test]
fn a_list_that_is_missing_or_names_nothing_is_said() {
    let (files, server) = prepared();
    let (site, jvn) = (Site::new(), source("jvn", SourceKind::Jvn, server.at("/ja")));
    site.sync_well(&jvn);
    files.lock().unwrap().insert("/ja/feed/checksum.txt".to_owned(), "[]".to_owned());
    site.sync_badly(&jvn, "FEED-001");
    let others = [("/ja/rss/jvndb_new.rdf".to_owned(), "x".to_owned())].into();
    files.lock().unwrap().insert("/ja/feed/checksum.txt".to_owned(), list(&others));
    site.sync_badly(&jvn, "FEED-013");
    let gone = source("jvn", SourceKind::Jvn, server.at("/en"));
    site.sync_badly(&gone, "SYNC-016");
}
