//! 製品の一括登録 / Product import: file, check, receipt.

use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};
use kikimori_app::app_error::AppError;
use kikimori_app::products::export_products::empty_list;
use kikimori_app::products::import_products::{
    ImportPreview, ImportRow, RowOutcome, confirm_import, preview_import,
};
use kikimori_core::access::Action;
use kikimori_core::field::FieldError;
use kikimori_core::id::UploadId;
use kikimori_core::limits::SHEET_BYTES_MAX;
use kikimori_locale::{Language, text};
use kikimori_ui::page::product_import::{
    Change, PreviewRow, PreviewView, ReceiptView, View, page, preview_page, receipt_page,
};
use kikimori_ui::view::FormState;

use crate::context::SignedIn;
use crate::download::{XLSX, attachment};
use crate::form::PostedForm;
use crate::products::with_words;
use crate::refusal::{Refusal, field_errors};
use crate::shown::size;
use crate::upload;

/// Rows of the preview on the page, refused ones first.
const ROWS_SHOWN: usize = 200;

/// The first step.
pub(crate) async fn form(visitor: SignedIn) -> Result<Html<String>, Refusal> {
    kikimori_app::installation::require_own(visitor.actor(), Action::EditProducts)?;
    Ok(first_page(&visitor, FormState::default()))
}

/// The page of the first step.
fn first_page(visitor: &SignedIn, form: FormState) -> Html<String> {
    Html(page(&visitor.context.frame(), &View { form, size_max: size(SHEET_BYTES_MAX) }))
}

/// An empty list to be filled in.
pub(crate) async fn template(visitor: SignedIn) -> Result<Response, Refusal> {
    let installation = &visitor.context.state.installation;
    let bytes =
        with_words(visitor.context.language, Vec::new(), async |words| empty_list(installation, words))
            .await?;
    Ok(attachment(XLSX, "products-template.xlsx", bytes))
}

/// The second step: looks at the file.
pub(crate) async fn check(visitor: SignedIn, request: Request) -> Response {
    // Who may not import does not fill the disk either.
    if let Err(refused) = kikimori_app::installation::require_own(visitor.actor(), Action::EditProducts) {
        return Refusal::from(refused).into_response();
    }
    let sent = match upload::of_page(&visitor.context, request).await {
        Ok(sent) => sent,
        Err(refused) => return refused,
    };
    let done = match sent.file() {
        Ok(file) => preview_import(&visitor.context.state.installation, visitor.actor(), &file).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(preview) => {
            let view = preview_view(visitor.context.language, &preview);
            Html(preview_page(&visitor.context.frame(), &view)).into_response()
        }
        Err(error) => first_again(&visitor, error),
    }
}

/// The first step again, with what is wrong with the file.
fn first_again(visitor: &SignedIn, error: AppError) -> Response {
    let errors = match error {
        AppError::Rule(message) => vec![FieldError { field: "file", message }],
        AppError::Fields(errors) => errors,
        other => return Refusal::from(other).into_response(),
    };
    let form = FormState { errors: field_errors(visitor.context.language, &errors), ..FormState::default() };
    (StatusCode::UNPROCESSABLE_ENTITY, first_page(visitor, form)).into_response()
}

/// What the list would do.
fn preview_view(language: Language, preview: &ImportPreview) -> PreviewView {
    let mut rows: Vec<&ImportRow> = preview.rows.iter().collect();
    rows.sort_by_key(|row| match row.outcome {
        RowOutcome::Refused(_) => 0,
        RowOutcome::Changed(_) => 1,
        RowOutcome::Added => 2,
        RowOutcome::Unchanged => 3,
    });
    let shown = rows.iter().take(ROWS_SHOWN).map(|row| preview_row(language, row));
    let counts = preview.counts;
    PreviewView {
        token: preview.upload.to_string(),
        file: preview.file_name.clone(),
        n_added: counts.n_added,
        n_changed: counts.n_changed,
        n_unchanged: counts.n_unchanged,
        n_refused: counts.n_refused,
        rows: shown.collect(),
    }
}

/// What a row would do.
fn preview_row(language: Language, row: &ImportRow) -> PreviewRow {
    let (change, reasons) = match &row.outcome {
        RowOutcome::Added => (Change::Added, Vec::new()),
        RowOutcome::Unchanged => (Change::Unchanged, Vec::new()),
        RowOutcome::Changed(fields) => {
            let said = |(field, before, after): &(&'static str, String, String)| {
                let label = text(language, &format!("ui.field.{field}"));
                let (before, after) =
                    (value_words(language, field, before), value_words(language, field, after));
                kikimori_locale::format(
                    language,
                    "ui.field_change",
                    &[("field", &label), ("before", &before), ("after", &after)],
                )
            };
            (Change::Changed, fields.iter().map(said).collect())
        }
        RowOutcome::Refused(errors) => {
            let said = |error: &FieldError| {
                let words = kikimori_locale::message(language, &error.message);
                let label = match error.field {
                    "id" => text(language, "ui.field.product_id"),
                    field => text(language, &format!("ui.field.{field}")),
                };
                format!("{label}: {} {}", words.cause, words.remedy)
            };
            (Change::Refused, errors.iter().map(said).collect())
        }
    };
    PreviewRow { line: u64::from(row.number), name: row.name.clone(), change, reasons }
}

/// A value of a field in words.
fn value_words(language: Language, field: &str, value: &str) -> String {
    let family = match field {
        "device_class" => "device-class",
        "procedure" => "procedure",
        "market_state" => "market-state",
        "connections" => "connection-kind",
        _ => return value.to_owned(),
    };
    let codes = value.split(',').filter(|code| !code.is_empty());
    let words: Vec<&str> = codes.map(|code| text(language, &format!("{family}.{code}"))).collect();
    words.join(", ")
}

/// The last step: does what was shown.
pub(crate) async fn confirm(visitor: SignedIn, form: PostedForm) -> Result<Response, Refusal> {
    let id = UploadId::parse(form.get("token")).ok_or_else(Refusal::bad_request)?;
    match confirm_import(&visitor.context.state.installation, visitor.actor(), id).await {
        Ok(receipt) => {
            let view = ReceiptView {
                number: receipt.number.to_string(),
                file: receipt.file_name,
                n_added: receipt.counts.n_added,
                n_changed: receipt.counts.n_changed,
                n_refused: receipt.counts.n_refused,
            };
            Ok(Html(receipt_page(&visitor.context.frame(), &view)).into_response())
        }
        Err(error @ AppError::Rule(_)) => Ok(first_again(&visitor, error)),
        Err(error) => Err(error.into()),
    }
}
