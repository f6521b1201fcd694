//! Files that people and programs send: kept in a file of ours while they are looked at, and removed afterwards.

use std::io;
use std::pin::Pin;
use std::task::{Context as Waking, Poll};

use axum::RequestExt as _;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{FromRequest as _, Multipart, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use hyper::body::Frame;
use kikimori_app::app_error::AppError;
use kikimori_app::sboms::HandedIn;
use kikimori_core::message::{Message, codes};
use tempfile::TempPath;
use tokio::io::{AsyncRead as _, AsyncWriteExt as _, ReadBuf};

use crate::context::Context;
use crate::form::{CSRF_FIELD, is_same};
use crate::refusal::Refusal;

/// Longest text field beside a file, in bytes.
const FIELD_BYTES_MAX: usize = 64 << 10;

/// Fields of one form with a file.
const FIELDS_MAX: usize = 32;

/// A form with a file.
#[derive(Default)]
pub(crate) struct Sent {
    /// Names and texts.
    fields: Vec<(String, String)>,
    /// The file with its name; removed when this goes.
    file: Option<(TempPath, String)>,
}

impl Sent {
    /// The first text of a name; empty when it was not sent.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// The texts that a page shows again.
    pub(crate) fn values(&self) -> Vec<(String, String)> {
        self.fields.iter().filter(|(name, _)| name != CSRF_FIELD).cloned().collect()
    }

    /// The file.
    ///
    /// # Errors
    /// UPLOAD-007 on the field `file` when none was sent.
    pub(crate) fn file(&self) -> Result<HandedIn, AppError> {
        match &self.file {
            Some((path, name)) => Ok(HandedIn { path: path.to_path_buf(), name: name.clone() }),
            None => Err(AppError::field("file", Message::new(codes::UPLOAD_EMPTY))),
        }
    }
}

/// Takes a form with a file from a page; its token must be that of the session.
///
/// # Errors
/// The refusal.
pub(crate) async fn of_page(context: &Context, request: Request) -> Result<Sent, Response> {
    let sent = of_form(context, request).await?;
    let token = context.presence.as_ref().map(|presence| presence.csrf_token.as_str()).unwrap_or_default();
    if token.is_empty() || !is_same(sent.get(CSRF_FIELD), token) {
        return Err(Refusal::bad_request().into_response());
    }
    Ok(sent)
}

/// Takes a form with a file, or the file alone as the body.
///
/// # Errors
/// The refusal.
pub(crate) async fn of_program(context: &Context, request: Request, name: &str) -> Result<Sent, Response> {
    let media_type =
        request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if media_type.starts_with("multipart/") {
        return of_form(context, request).await;
    }
    let body = request.into_limited_body();
    let file = kept_body(context, body).await?;
    Ok(Sent { fields: Vec::new(), file: file.map(|path| (path, name.to_owned())) })
}

/// Takes a form with a file.
async fn of_form(context: &Context, request: Request) -> Result<Sent, Response> {
    let mut form =
        Multipart::from_request(request, &()).await.map_err(|_| Refusal::bad_request().into_response())?;
    let mut sent = Sent::default();
    while let Some(mut field) = form.next_field().await.map_err(|error| broken(&error))? {
        let name = field.name().unwrap_or_default().to_owned();
        if name == "file" && sent.file.is_none() {
            let file_name = field.file_name().unwrap_or_default().to_owned();
            let mut writer = Writer::new(context).map_err(fault)?;
            while let Some(part) = field.chunk().await.map_err(|error| broken(&error))? {
                writer.write(&part).await?;
            }
            // A browser sends an empty file without a name when none was chosen.
            sent.file = writer.finish().await?.map(|path| (path, file_name));
            continue;
        }
        let mut text = Vec::new();
        while let Some(part) = field.chunk().await.map_err(|error| broken(&error))? {
            text.extend_from_slice(&part);
            if text.len() > FIELD_BYTES_MAX {
                return Err(Refusal::bad_request().into_response());
            }
        }
        sent.fields.push((name, String::from_utf8_lossy(&text).into_owned()));
        if sent.fields.len() > FIELDS_MAX {
            return Err(Refusal::bad_request().into_response());
        }
    }
    Ok(sent)
}

/// A form that broke off or is too large.
fn broken(error: &axum::extract::multipart::MultipartError) -> Response {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => StatusCode::PAYLOAD_TOO_LARGE.into_response(),
        _ => Refusal::bad_request().into_response(),
    }
}

/// Keeps a body; none when it is empty.
async fn kept_body(context: &Context, mut body: Body) -> Result<Option<TempPath>, Response> {
    let mut writer = Writer::new(context).map_err(fault)?;
    while let Some(part) = std::future::poll_fn(|waker| Pin::new(&mut body).poll_frame(waker)).await {
        // The limit is told only in words.
        let is_too_large = |error: &axum::Error| error.to_string().contains("length limit");
        let part = part.map_err(|error| match is_too_large(&error) {
            true => StatusCode::PAYLOAD_TOO_LARGE.into_response(),
            false => Refusal::bad_request().into_response(),
        })?;
        if let Ok(data) = part.into_data() {
            writer.write(&data).await?;
        }
    }
    writer.finish().await
}

/// A file being written.
struct Writer {
    /// The file.
    file: tokio::fs::File,
    /// Where it lies.
    path: TempPath,
    /// Bytes so far.
    n_bytes: usize,
}

impl Writer {
    /// A new file in the installation's folder.
    fn new(context: &Context) -> io::Result<Self> {
        let folder = context.state.installation.folder().join("incoming");
        std::fs::create_dir_all(&folder)?;
        let made = tempfile::Builder::new().prefix("upload-").tempfile_in(&folder)?;
        let (file, path) = made.into_parts();
        Ok(Self { file: tokio::fs::File::from_std(file), path, n_bytes: 0 })
    }

    /// Adds bytes.
    async fn write(&mut self, part: &[u8]) -> Result<(), Response> {
        self.n_bytes += part.len();
        self.file.write_all(part).await.map_err(fault)
    }

    /// The file; none when nothing was written.
    async fn finish(mut self) -> Result<Option<TempPath>, Response> {
        self.file.flush().await.map_err(fault)?;
        Ok((self.n_bytes > 0).then_some(self.path))
    }
}

/// Bytes of a file read at once.
const READ_BYTES: usize = 256 << 10;

/// A file as the body of an answer, read piece by piece.
pub(crate) struct FileBody {
    /// The file.
    file: tokio::fs::File,
    /// Room for the next piece.
    buffer: Box<[u8]>,
}

impl FileBody {
    /// The body of a file that is read from where it stands.
    pub(crate) fn new(file: std::fs::File) -> Self {
        Self { file: tokio::fs::File::from_std(file), buffer: vec![0; READ_BYTES].into_boxed_slice() }
    }
}

impl HttpBody for FileBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        waker: &mut Waking<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let this = self.get_mut();
        let mut piece = ReadBuf::new(&mut this.buffer);
        match Pin::new(&mut this.file).poll_read(waker, &mut piece) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Err(error)) => Poll::Ready(Some(Err(error))),
            Poll::Ready(Ok(())) if piece.filled().is_empty() => Poll::Ready(None),
            Poll::Ready(Ok(())) => Poll::Ready(Some(Ok(Frame::data(Bytes::copy_from_slice(piece.filled()))))),
        }
    }
}

/// The disk's fault.
fn fault(error: io::Error) -> Response {
    Refusal::from(AppError::from(error)).into_response()
}
