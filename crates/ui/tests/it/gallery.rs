//! Every page as a file, to look at: `cargo test -p kikimori-ui --test it gallery`, then serve `target/tmp/gallery`.

use std::fs;
use std::path::Path;

use kikimori_ui::{Language, assets};

use crate::samples::{Samples, VARIANTS};

#[test]
fn writes_the_gallery() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("gallery");
    for asset in assets::ALL {
        let path = folder.join(assets::url(asset.name).trim_start_matches('/'));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, asset.bytes).unwrap();
    }
    let mut index = String::new();
    for language in Language::ALL {
        for variant in VARIANTS {
            for page in (Samples { language, variant }).pages() {
                let name = format!("{}-{}-{variant:?}.html", page.name, language.tag()).to_lowercase();
                index.push_str(&format!("<li><a href=\"{name}\">{name}</a>\n"));
                fs::write(folder.join(name), page.html).unwrap();
            }
        }
    }
    fs::write(folder.join("index.html"), format!("<!doctype html><title>Gallery</title><ul>{index}</ul>"))
        .unwrap();
    assert!(index.lines().count() > 500);
}
