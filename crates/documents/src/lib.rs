//! Documents that people open elsewhere. The same input gives the same bytes: dates are data.
#![forbid(unsafe_code)]

pub mod csv;
pub mod form;
pub mod workbook;
