//! Taking a list of products in: a preview first, then a yes, then all rows that can be taken at once.
//!
//! A row with an id is about that product. A row without one is about the product with its approval, certification or notification number,
//! else with its trade name; where several fit, it is refused. Columns that the file has not keep what is there, empty cells clear it.

use std::collections::BTreeMap;
use std::io::Read as _;

use kikimori_core::access::{Action, Actor};
use kikimori_core::field::FieldError;
use kikimori_core::id::{OrganisationId, ProductId, UploadId};
use kikimori_core::limits::{PRODUCTS_MAX, SHEET_BYTES_MAX, UPLOAD_HOURS_MAX};
use kikimori_core::message::{Message, codes};
use kikimori_core::product::Product;
use kikimori_core::product_list::{self, ListColumn, ListRow};
use kikimori_core::stamp::Stamp;
use kikimori_core::typed_text;
use kikimori_formats::sbom::sheet::plain_rows;
use kikimori_store::products::{self, StoredProduct};
use kikimori_store::uploads::{self, Upload};
use kikimori_store::{Transaction, blobs};
use sha2::{Digest as _, Sha256};

use super::product_fields;
use crate::app_error::AppError;
use crate::blob_store::{Blob, BlobStore, hexadecimal};
use crate::installation::{Deed, Installation, require_own};
use crate::sboms::{HandedIn, beside};

/// The kind of uploads that are lists of products.
const KIND: &str = "products";

/// Rows looked at besides those of products: a title, conditions and a heading above them.
const ROWS_BESIDE: usize = 100;

/// Products asked for in one statement.
const STEP: u32 = 1_000;

/// What a list would do.
#[derive(Clone, Debug)]
pub struct ImportPreview {
    /// What to say yes to.
    pub upload: UploadId,
    /// Until when.
    pub expires_at: Stamp,
    /// The file's name.
    pub file_name: String,
    /// The rows in order.
    pub rows: Vec<ImportRow>,
    /// How many there are of each outcome.
    pub counts: ImportCounts,
}

/// How many rows there are of each outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportCounts {
    /// New products.
    pub n_added: u64,
    /// Changed products.
    pub n_changed: u64,
    /// Products that are said already as they are.
    pub n_unchanged: u64,
    /// Rows that cannot be taken.
    pub n_refused: u64,
}

/// A row and what it would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportRow {
    /// Its number in the file.
    pub number: u32,
    /// The trade name as written.
    pub name: String,
    /// What it would do.
    pub outcome: RowOutcome,
}

/// What a row would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowOutcome {
    /// A new product.
    Added,
    /// A product changes: field, before, after.
    Changed(Vec<(&'static str, String, String)>),
    /// Nothing.
    Unchanged,
    /// Nothing, because of this.
    Refused(Vec<FieldError>),
}

/// What a list did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportReceipt {
    /// The number by which the import is quoted.
    pub number: UploadId,
    /// The file's name.
    pub file_name: String,
    /// How many rows did what.
    pub counts: ImportCounts,
}

/// Looks at a list that was handed in.
///
/// # Errors
/// [`AppError::Rule`] if it is no list of products, [`AppError::Forbidden`].
pub async fn preview_import(
    installation: &Installation,
    actor: &Actor,
    file: &HandedIn,
) -> Result<ImportPreview, AppError> {
    let organisation = require_own(actor, Action::EditProducts)?;
    let (store, path) = (installation.blobs(), file.path.clone());
    let (blob, listed) = beside(move || read_list(&store, &path)).await?;
    let mut work = installation.begin(actor).await?;
    let plan = Plan::new(&mut work, organisation, &listed).await?;
    let now = installation.now();
    let upload = Upload {
        id: UploadId::new(installation.new_id()),
        kind: KIND.to_owned(),
        sha256: blob.sha256,
        file_name: file.file_name(),
        subject: plan.digest(),
        person_id: actor.person,
        created_at: now,
        expires_at: Stamp(now.0 + UPLOAD_HOURS_MAX * 3_600_000),
    };
    uploads::delete_expired(&mut work, organisation, now).await?;
    blobs::insert(&mut work, blob.sha256, blob.size_bytes, now).await?;
    uploads::insert(&mut work, organisation, &upload).await?;
    let details = vec![("file".to_owned(), upload.file_name.clone())];
    let target_id = upload.id.to_string();
    let deed = Deed { action: "preview_import", target_kind: "upload", target_id, details };
    installation.audit(&mut work, actor, deed).await?;
    work.commit().await?;
    let (upload, expires_at, file_name) = (upload.id, upload.expires_at, upload.file_name);
    Ok(ImportPreview { upload, expires_at, file_name, counts: plan.counts(), rows: plan.rows })
}

/// Does what the preview said.
///
/// # Errors
/// UPLOAD-001 if it waits no longer, LIST-005 if products were changed since so that it would do something else; [`AppError::Forbidden`].
pub async fn confirm_import(
    installation: &Installation,
    actor: &Actor,
    id: UploadId,
) -> Result<ImportReceipt, AppError> {
    let organisation = require_own(actor, Action::EditProducts)?;
    let mut read = installation.read(actor).await?;
    let upload = uploads::get(&mut read, organisation, id, actor.person, installation.now()).await?;
    drop(read);
    let gone = || AppError::Rule(Message::new(codes::UPLOAD_GONE));
    let upload = upload.filter(|upload| upload.kind == KIND).ok_or_else(gone)?;
    let (store, sha256) = (installation.blobs(), upload.sha256);
    let (_, listed) = beside(move || {
        drop(store.open(&sha256)?);
        let path = store.path(&sha256);
        read_list(&store, &path)
    })
    .await?;
    let mut work = installation.begin(actor).await?;
    let plan = Plan::new(&mut work, organisation, &listed).await?;
    if plan.digest() != upload.subject {
        return Err(AppError::Rule(Message::new(codes::LIST_CHANGED)));
    }
    if !uploads::delete(&mut work, organisation, id).await? {
        return Err(gone());
    }
    let now = installation.now();
    for step in &plan.steps {
        match &step.existing {
            Some((id, revision)) => {
                products::update(&mut work, organisation, *id, &step.product, *revision, now).await?;
            }
            None => {
                let id = ProductId::new(installation.new_id());
                products::insert(&mut work, organisation, id, &step.product, now).await?;
            }
        }
    }
    let counts = plan.counts();
    let details = [
        ("file", upload.file_name.clone()),
        ("sha256", hexadecimal(&upload.sha256)),
        ("added", counts.n_added.to_string()),
        ("changed", counts.n_changed.to_string()),
        ("refused", counts.n_refused.to_string()),
    ];
    let details = details.map(|(name, value)| (name.to_owned(), value)).to_vec();
    let deed = Deed { action: "import_products", target_kind: "upload", target_id: id.to_string(), details };
    installation.audit(&mut work, actor, deed).await?;
    work.commit().await?;
    Ok(ImportReceipt { number: id, file_name: upload.file_name, counts })
}

/// Reads a list and keeps the original once it could be read.
fn read_list(store: &BlobStore, path: &std::path::Path) -> Result<(Blob, Vec<ListRow>), AppError> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(SHEET_BYTES_MAX + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > SHEET_BYTES_MAX {
        let message = Message::new(codes::SBOM_LIMIT).with("limit", "SHEET_BYTES_MAX");
        return Err(AppError::Rule(message.with("max", SHEET_BYTES_MAX)));
    }
    let rows = plain_rows(&bytes, PRODUCTS_MAX + ROWS_BESIDE).map_err(AppError::Rule)?;
    let listed = product_list::read(&rows).map_err(AppError::Rule)?;
    Ok((store.put(&mut bytes.as_slice())?, listed))
}

/// What a list would do to the products as they are now.
struct Plan {
    /// What people see of each row.
    rows: Vec<ImportRow>,
    /// What is to be written.
    steps: Vec<Step>,
}

/// A product to be written.
struct Step {
    /// The product that changes, with its revision; none for a new one.
    existing: Option<(ProductId, i64)>,
    /// What will be said about it.
    product: Product,
}

/// The products as they are, by what rows call them.
#[derive(Default)]
struct Register {
    /// All of them.
    by_id: BTreeMap<ProductId, StoredProduct>,
    /// Active ones by number.
    by_number: BTreeMap<String, Vec<ProductId>>,
    /// Active ones by trade name in Japanese.
    by_name: BTreeMap<String, Vec<ProductId>>,
}

impl Register {
    /// Of an organisation.
    async fn read(work: &mut Transaction, organisation: OrganisationId) -> Result<Self, AppError> {
        let mut register = Self::default();
        loop {
            let last = register.by_id.keys().next_back().copied();
            let found = products::list_after(work, organisation, last, STEP).await?;
            if found.is_empty() {
                return Ok(register);
            }
            for stored in found {
                if stored.is_active {
                    let number = stored.product.market_number.as_ref().map(|number| number.number.clone());
                    if let Some(number) = number {
                        register.by_number.entry(number).or_default().push(stored.id);
                    }
                    let name = stored.product.trade_name_ja.clone();
                    register.by_name.entry(name).or_default().push(stored.id);
                }
                register.by_id.insert(stored.id, stored);
            }
        }
    }

    /// The product that a row is about; none for a new one.
    fn find(&self, row: &ListRow) -> Result<Option<&StoredProduct>, Vec<FieldError>> {
        let refused = |field, message| Err(vec![FieldError { field, message }]);
        let id = typed_text::code(row.text(ListColumn::Id));
        if !id.is_empty() {
            let Some(stored) = ProductId::parse(&id).and_then(|id| self.by_id.get(&id)) else {
                return refused("id", Message::new(codes::LIST_UNKNOWN_ID).with("value", id));
            };
            if !stored.is_active {
                return refused("id", Message::new(codes::PRODUCT_WITHDRAWN));
            }
            return Ok(Some(stored));
        }
        let number =
            kikimori_core::market::market_number(row.text(ListColumn::MarketNumber)).unwrap_or_default();
        let name = typed_text::line(row.text(ListColumn::TradeNameJa));
        let by_number = self.by_number.get(&number).map(Vec::as_slice).unwrap_or_default();
        let by_name = self.by_name.get(&name).map(Vec::as_slice).unwrap_or_default();
        match (by_number, by_name) {
            ([one], _) | ([], [one]) => Ok(self.by_id.get(one)),
            ([], []) => Ok(None),
            ([], several) => {
                let message = Message::new(codes::LIST_SEVERAL).with("value", name);
                refused("trade_name_ja", message.with("count", several.len()))
            }
            // Of several with one number, the one that is also called so.
            (several, named) => {
                match several.iter().filter(|id| named.contains(id)).collect::<Vec<_>>()[..] {
                    [one] => Ok(self.by_id.get(one)),
                    _ => {
                        let message = Message::new(codes::LIST_SEVERAL).with("value", number);
                        refused("market_number", message.with("count", several.len()))
                    }
                }
            }
        }
    }
}

impl Plan {
    /// Of the rows of a list.
    async fn new(
        work: &mut Transaction,
        organisation: OrganisationId,
        listed: &[ListRow],
    ) -> Result<Self, AppError> {
        let register = Register::read(work, organisation).await?;
        let mut plan = Self { rows: Vec::new(), steps: Vec::new() };
        // Which row speaks about a product, or about a new name.
        let mut spoken: BTreeMap<(Option<ProductId>, String), u32> = BTreeMap::new();
        for row in listed {
            let name = typed_text::line(row.text(ListColumn::TradeNameJa));
            let outcome = match register.find(row) {
                Err(errors) => RowOutcome::Refused(errors),
                Ok(existing) => {
                    let id = existing.map(|stored| stored.id);
                    let key = (id, if id.is_some() { String::new() } else { name.clone() });
                    let first = *spoken.entry(key).or_insert(row.number);
                    plan.take(row, existing, first)
                }
            };
            plan.rows.push(ImportRow { number: row.number, name, outcome });
        }
        Ok(plan)
    }

    /// What a row does; what is to be written is noted.
    fn take(&mut self, row: &ListRow, existing: Option<&StoredProduct>, first: u32) -> RowOutcome {
        if first != row.number {
            let message = Message::new(codes::LIST_TWICE).with("first", first);
            return RowOutcome::Refused(vec![FieldError { field: "trade_name_ja", message }]);
        }
        let product = match row.draft(existing.map(|stored| &stored.product)).check() {
            Ok(checked) => checked.value,
            Err(errors) => return RowOutcome::Refused(errors),
        };
        let outcome = match existing {
            None => RowOutcome::Added,
            Some(stored) if stored.product == product => return RowOutcome::Unchanged,
            Some(stored) => {
                let pairs = product_fields(&stored.product).into_iter().zip(product_fields(&product));
                let differing = pairs.filter(|((_, before), (_, after))| before != after);
                RowOutcome::Changed(
                    differing.map(|((field, before), (_, after))| (field, before, after)).collect(),
                )
            }
        };
        self.steps.push(Step { existing: existing.map(|stored| (stored.id, stored.revision)), product });
        outcome
    }

    /// How many rows do what.
    fn counts(&self) -> ImportCounts {
        let mut counts = ImportCounts::default();
        for row in &self.rows {
            match row.outcome {
                RowOutcome::Added => counts.n_added += 1,
                RowOutcome::Changed(_) => counts.n_changed += 1,
                RowOutcome::Unchanged => counts.n_unchanged += 1,
                RowOutcome::Refused(_) => counts.n_refused += 1,
            }
        }
        counts
    }

    /// What tells this plan from another: which products in which revision are written, and what rows do.
    fn digest(&self) -> String {
        let mut hash = Sha256::new();
        for step in &self.steps {
            let existing = step.existing.map(|(id, revision)| format!("{id} {revision}")).unwrap_or_default();
            hash.update(format!("{existing}\n{:?}\n", product_fields(&step.product)));
        }
        let counts = self.counts();
        hash.update(format!("{} {} {}", counts.n_unchanged, counts.n_refused, self.rows.len()));
        hexadecimal(&hash.finalize().into())
    }
}
