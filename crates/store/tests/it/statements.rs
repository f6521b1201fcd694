//! Every statement is understood by both engines.

use kikimori_store::statements::all;

#[tokio::test]
async fn prepares_every_statement() {
    for bed in kikimori_testbed::each().await {
        let database = bed.open().await;
        let mut n_prepared = 0;
        for (module, statements) in all() {
            for statement in statements {
                if let Err(error) = database.prepare(statement).await {
                    panic!("{:?}: {module}::{}: {error:?}", bed.engine, statement.name);
                }
                n_prepared += 1;
            }
        }
        println!("{n_prepared} statements prepared on {:?}", bed.engine);
        assert!(n_prepared > 40);
        database.close().await;
    }
}

#[test]
fn lists_every_module_with_statements() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
    let listed: Vec<&str> = all().into_iter().map(|(module, _)| module).collect();
    let mut n_found = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let module = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if text.contains("\nstatements! {") {
            n_found += 1;
            assert!(listed.contains(&module.as_str()), "statements.rs does not list {module}");
        }
    }
    assert_eq!(n_found, listed.len());
}
