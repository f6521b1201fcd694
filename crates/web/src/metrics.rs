//! Counts and times of requests, in the text form of Prometheus.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Router, http};
use kikimori_app::examine_installation::library_as_of;

use crate::state::WebState;

/// Upper ends of the classes of durations, in milliseconds.
const CLASSES: [u64; 10] = [5, 10, 25, 50, 100, 250, 500, 1_000, 5_000, 30_000];

/// What is counted. Routes are those of the router, so there are only as many as we wrote.
#[derive(Debug, Default)]
pub struct Metrics {
    /// By method, route and status.
    requests: Mutex<BTreeMap<(&'static str, String, u16), u64>>,
    /// By route.
    durations: Mutex<BTreeMap<String, Durations>>,
}

/// Durations of one route.
#[derive(Clone, Copy, Debug, Default)]
struct Durations {
    /// How many fell into each class and not into one before.
    n_in_class: [u64; CLASSES.len()],
    /// How many there were.
    n: u64,
    /// All together.
    total: Duration,
}

impl Metrics {
    /// Notes an answered request.
    pub(crate) fn note(&self, method: &http::Method, route: &str, status: u16, taken: Duration) {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        *requests.entry((method_name(method), route.to_owned(), status)).or_default() += 1;
        drop(requests);
        let mut durations = self.durations.lock().unwrap_or_else(PoisonError::into_inner);
        let of_route = durations.entry(route.to_owned()).or_default();
        of_route.n += 1;
        of_route.total += taken;
        let class = CLASSES.iter().position(|end| taken <= Duration::from_millis(*end));
        if let Some(count) = class.and_then(|class| of_route.n_in_class.get_mut(class)) {
            *count += 1;
        }
    }

    /// Writes what was counted.
    fn write(&self, text: &mut String) {
        heading(text, "kikimori_requests_total", "counter", "Answered requests.");
        for ((method, route, status), n) in &*self.requests.lock().unwrap_or_else(PoisonError::into_inner) {
            let labels = format!("method=\"{method}\",route=\"{route}\",status=\"{status}\"");
            let _ = writeln!(text, "kikimori_requests_total{{{labels}}} {n}");
        }
        let name = "kikimori_request_duration_seconds";
        heading(text, name, "histogram", "Time from the head of a request to the head of its answer.");
        for (route, durations) in &*self.durations.lock().unwrap_or_else(PoisonError::into_inner) {
            let mut n = 0;
            for (end, in_class) in CLASSES.iter().zip(durations.n_in_class) {
                n += in_class;
                let end = *end as f64 / 1_000.0;
                let _ = writeln!(text, "{name}_bucket{{route=\"{route}\",le=\"{end}\"}} {n}");
            }
            let (n, total) = (durations.n, durations.total.as_secs_f64());
            let _ = writeln!(text, "{name}_bucket{{route=\"{route}\",le=\"+Inf\"}} {n}");
            let _ = writeln!(
                text,
                "{name}_sum{{route=\"{route}\"}} {total}\n{name}_count{{route=\"{route}\"}} {n}"
            );
        }
    }
}

/// The name of a method; others than those we serve are one.
fn method_name(method: &http::Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        _ => "OTHER",
    }
}

/// The lines that say what a metric is.
fn heading(text: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

/// The addresses of the listener for metrics. It asks nobody who they are: it listens where only the monitoring can reach it.
pub fn metrics_router(state: WebState) -> Router {
    Router::new().route("/metrics", get(page)).with_state(state)
}

/// All metrics.
async fn page(State(state): State<WebState>) -> Response {
    let mut text = String::new();
    heading(&mut text, "kikimori_build_info", "gauge", "The version that runs.");
    let _ = writeln!(text, "kikimori_build_info{{version=\"{}\"}} 1", state.site.version);
    state.metrics.write(&mut text);
    let jobs = state.installation.database.count_jobs().await;
    heading(&mut text, "kikimori_database_up", "gauge", "Whether the database answers.");
    let _ = writeln!(text, "kikimori_database_up {}", u8::from(jobs.is_ok()));
    heading(&mut text, "kikimori_jobs", "gauge", "Background jobs by state.");
    for (job_state, n) in jobs.unwrap_or_default() {
        let _ = writeln!(text, "kikimori_jobs{{state=\"{job_state}\"}} {n}");
    }
    let folder = state.installation.library_folder();
    let as_of = tokio::task::spawn_blocking(move || library_as_of(&folder)).await.ok().flatten();
    if let Some(as_of) = as_of {
        let name = "kikimori_library_age_seconds";
        heading(&mut text, name, "gauge", "Age of the vulnerability data.");
        let _ = writeln!(text, "{name} {}", (state.installation.now().0 - as_of.0).div_euclid(1_000));
    }
    if let Some(bytes) = resident_bytes() {
        let name = "process_resident_memory_bytes";
        heading(&mut text, name, "gauge", "Memory of the process.");
        let _ = writeln!(text, "{name} {bytes}");
    }
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}

/// The process's memory, where the system tells it in `/proc`.
fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok().map(|kibibytes| kibibytes << 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_by_route_and_class() {
        let metrics = Metrics::default();
        metrics.note(&http::Method::GET, "/setup/{token}", 200, Duration::from_millis(7));
        metrics.note(&http::Method::GET, "/setup/{token}", 200, Duration::from_secs(90));
        metrics.note(&http::Method::from_bytes(b"BREW").unwrap(), "-", 404, Duration::ZERO);
        let mut text = String::new();
        metrics.write(&mut text);
        for line in [
            "kikimori_requests_total{method=\"GET\",route=\"/setup/{token}\",status=\"200\"} 2",
            "kikimori_requests_total{method=\"OTHER\",route=\"-\",status=\"404\"} 1",
            "kikimori_request_duration_seconds_bucket{route=\"/setup/{token}\",le=\"0.005\"} 0",
            "kikimori_request_duration_seconds_bucket{route=\"/setup/{token}\",le=\"0.01\"} 1",
            "kikimori_request_duration_seconds_bucket{route=\"/setup/{token}\",le=\"30\"} 1",
            "kikimori_request_duration_seconds_bucket{route=\"/setup/{token}\",le=\"+Inf\"} 2",
            "kikimori_request_duration_seconds_count{route=\"/setup/{token}\"} 2",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
    }
}
