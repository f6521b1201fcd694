//! Tables of cases for the feed readers.
