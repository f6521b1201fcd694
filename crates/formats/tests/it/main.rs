//! Integration tests of the readers over public corpora.

mod feed_corpus;
