//! What every page keeps to, in both languages and every variant.

mod contrast;
mod html;
mod lint;
mod samples;
mod weight;
