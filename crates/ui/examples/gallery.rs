//! Writes every page in both languages and every variant to a folder, with the static files, to look at them.
//!
//! `cargo run -p kikimori-ui --example gallery -- target/gallery`

#[path = "../tests/it/samples/mod.rs"]
mod samples;

use std::fs;
use std::path::Path;

use kikimori_ui::{Language, assets};
use samples::{Samples, VARIANTS};

fn main() -> std::io::Result<()> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "target/gallery".to_owned());
    let folder = Path::new(&folder);
    for asset in assets::ALL {
        let path = folder.join(assets::url(asset.name).trim_start_matches('/'));
        fs::create_dir_all(path.parent().unwrap_or(folder))?;
        fs::write(path, asset.bytes)?;
    }
    for language in Language::ALL {
        for variant in VARIANTS {
            for page in (Samples { language, variant }).pages() {
                let name = format!("{}-{}-{variant:?}.html", page.name, language.tag()).to_lowercase();
                fs::write(folder.join(name), page.html)?;
            }
        }
    }
    Ok(())
}
