//! `tool cvss`: the scores of a vector as one JSON object a line.

use kikimori_core::severity::{CvssVersion, Scores, Severity, scores};
use kikimori_locale::Language;
use serde_json::{Map, Value, json};

use super::{Answer, words};
use crate::report::labels;

/// The scores of a vector.
pub fn answer(language: Language, line: &str) -> Answer {
    scores(line.trim())
        .map(|scores| object(&scores).to_string())
        .map_err(|fault| words::of_cvss(language, &fault))
}

/// The object of a line that could not be read.
pub fn fault(reason: &str) -> String {
    json!({ "error": reason }).to_string()
}

/// The object of a vector. Scores that the vector does not define are absent.
fn object(scores: &Scores) -> Value {
    let version = scores.version;
    let mut object = Map::new();
    let mut put = |key: &str, value: Value| {
        object.insert(key.to_owned(), value);
    };
    let severity = |tenths| json!(labels::code_of_severity(Some(Severity::of(version, tenths))));
    put("version", json!(version.to_string()));
    put("vector", json!(scores.vector));
    put("base", number(scores.base_tenths));
    put("severity", severity(scores.base_tenths));
    if let Some(nomenclature) = scores.nomenclature {
        put("nomenclature", json!(nomenclature));
    }
    let threat = if version == CvssVersion::V40 { "threat" } else { "temporal" };
    for (name, tenths) in [(threat, scores.threat_tenths), ("environmental", scores.environmental_tenths)] {
        if let Some(tenths) = tenths {
            put(name, number(tenths));
            put(&format!("{name}_severity"), severity(tenths));
        }
    }
    put("score", number(scores.score_tenths));
    put("score_severity", severity(scores.score_tenths));
    put("metrics", metrics(&scores.vector));
    Value::Object(object)
}

/// A score with one decimal.
fn number(tenths: u8) -> Value {
    json!(f64::from(tenths) / 10.0)
}

/// The metrics of a canonical vector, undefined ones left out.
fn metrics(vector: &str) -> Value {
    let pairs = vector.split('/').filter_map(|part| part.split_once(':')).filter(|(key, _)| *key != "CVSS");
    Value::Object(pairs.map(|(key, value)| (key.to_owned(), json!(value))).collect())
}
