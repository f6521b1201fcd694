//! Both engines hold the same tables, columns and unique rules.

use std::collections::BTreeSet;

use kikimori_store::{DatabaseAddress, Engine};
use sqlx::{Connection as _, Row as _};

/// Table, column, type, whether it may be empty.
type Column = (String, String, String, bool);

/// The columns and the columns of primary keys of a SQLite database.
async fn of_sqlite(path: &std::path::Path) -> BTreeSet<Column> {
    let mut connection = sqlx::SqliteConnection::connect(path.to_str().unwrap()).await.unwrap();
    let rows = sqlx::query(
        "SELECT m.name AS t, c.name AS c, c.type AS y, c.\"notnull\" AS n FROM sqlite_master m, pragma_table_info(m.name) c \
         WHERE m.type = 'table' AND m.name NOT LIKE '\\_sqlx%' ESCAPE '\\' AND m.name NOT LIKE 'sqlite%' AND m.name NOT LIKE 'search_%'",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    rows.iter().map(|row| (row.get("t"), row.get("c"), row.get("y"), row.get::<i64, _>("n") == 0)).collect()
}

/// The same of a PostgreSQL database, with the names that SQLite gives to types.
async fn of_postgres(address: &str) -> BTreeSet<Column> {
    let mut connection = sqlx::PgConnection::connect(address).await.unwrap();
    let rows = sqlx::query(
        "SELECT table_name::text AS t, column_name::text AS c, data_type::text AS y, is_nullable::text AS n FROM information_schema.columns \
         WHERE table_schema = 'public' AND table_name <> '_sqlx_migrations'",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    rows.iter()
        .map(|row| {
            let kind = match row.get::<String, _>("y").as_str() {
                "bytea" => "BLOB".to_owned(),
                "bigint" => "INTEGER".to_owned(),
                "text" => "TEXT".to_owned(),
                other => other.to_owned(),
            };
            (row.get("t"), row.get("c"), kind, row.get::<String, _>("n") == "YES")
        })
        .collect()
}

#[tokio::test]
async fn both_engines_hold_the_same_schema() {
    let mut schemas = Vec::new();
    for bed in kikimori_testbed::each().await {
        bed.open().await.close().await;
        schemas.push(match (&bed.address, bed.engine) {
            (DatabaseAddress::File(path), Engine::Sqlite) => of_sqlite(path).await,
            (DatabaseAddress::Postgres(address), _) => of_postgres(address).await,
            other => panic!("{other:?}"),
        });
    }
    assert!(schemas[0].len() > 50, "{}", schemas[0].len());
    for schema in &schemas[1..] {
        let only_first: Vec<_> = schemas[0].difference(schema).collect();
        let only_other: Vec<_> = schema.difference(&schemas[0]).collect();
        assert!(only_first.is_empty() && only_other.is_empty(), "{only_first:#?}\n{only_other:#?}");
    }
}

/// Every table with an owner is behind row security; those that are found before it is known who asks are named here.
#[tokio::test]
async fn every_owned_table_is_behind_row_security() {
    for bed in kikimori_testbed::each().await {
        let DatabaseAddress::Postgres(address) = &bed.address else { continue };
        bed.open().await.close().await;
        let mut connection = sqlx::PgConnection::connect(address).await.unwrap();
        let rows = sqlx::query(
            "SELECT c.relname::text AS t FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid \
             WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND a.attname = 'organisation_id' \
             AND NOT (c.relrowsecurity AND c.relforcerowsecurity)",
        )
        .fetch_all(&mut connection)
        .await
        .unwrap();
        let open: Vec<String> = rows.iter().map(|row| row.get("t")).collect();
        assert_eq!(open, ["sessions"], "tables with an owner and without row security");
    }
}
