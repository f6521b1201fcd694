//! A copy of all rows is the same on both engines, and comes back on either.

use kikimori_store::copy::{self, Table};
use kikimori_store::value::Value;
use kikimori_store::{Database, Scope};

use crate::story::furnished;

/// All rows of all tables, in pages of two.
async fn all_rows(database: &Database) -> Vec<(Table, Vec<Vec<Value>>)> {
    let mut read = database.begin_read(Scope::System).await.unwrap();
    let mut all = Vec::new();
    for table in copy::tables(&mut read).await.unwrap() {
        let mut rows: Vec<Vec<Value>> = Vec::new();
        loop {
            let after: Option<Vec<Value>> =
                rows.last().map(|row| table.key.iter().map(|place| row[*place].clone()).collect());
            let page = copy::rows_after(&mut read, &table, after.as_deref(), 2).await.unwrap();
            if page.is_empty() {
                break;
            }
            rows.extend(page);
        }
        all.push((table, rows));
    }
    all
}

#[tokio::test]
async fn carries_all_rows_from_each_engine_to_each() {
    for source in kikimori_testbed::each().await {
        let from = source.open().await;
        furnished(&from).await;
        let before = all_rows(&from).await;
        assert!(before.iter().map(|(_, rows)| rows.len()).sum::<usize>() >= 4);
        for target in kikimori_testbed::each().await {
            let into = target.open().await;
            assert!(into.is_empty().await.unwrap());
            assert_eq!(into.schema_step().await.unwrap(), from.schema_step().await.unwrap());
            let mut work = into.begin(Scope::System).await.unwrap();
            copy::defer_references(&mut work).await.unwrap();
            // Backwards, so that references come before what they refer to.
            for (table, rows) in before.iter().rev() {
                copy::insert(&mut work, table, rows.clone()).await.unwrap();
            }
            copy::check_references(&mut work).await.unwrap();
            work.commit().await.unwrap();
            assert_eq!(all_rows(&into).await, before, "{:?} to {:?}", source.engine, target.engine);
            assert!(!into.is_empty().await.unwrap());
            let said = into.examine().await.unwrap();
            assert!(said.damage.is_empty() && said.n_broken_references == 0 && said.n_open_tables == 0);
            assert!(!said.is_above_row_security);
        }
    }
}

#[tokio::test]
async fn refuses_a_copy_whose_references_lead_nowhere() {
    for bed in kikimori_testbed::each().await {
        let database = bed.open().await;
        furnished(&database).await;
        let before = all_rows(&database).await;
        let target = kikimori_testbed::each().await.into_iter().find(|one| one.engine == bed.engine).unwrap();
        let into = target.open().await;
        let mut work = into.begin(Scope::System).await.unwrap();
        copy::defer_references(&mut work).await.unwrap();
        for (table, rows) in &before {
            if table.name != "people" {
                copy::insert(&mut work, table, rows.clone()).await.unwrap();
            }
        }
        let checked = copy::check_references(&mut work).await;
        let is_refused = checked.is_err() || work.commit().await.is_err();
        assert!(is_refused, "{:?}", bed.engine);
        assert!(into.is_empty().await.unwrap());
    }
}
