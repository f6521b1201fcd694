//! The vulnerability library and the match with its evidence.
//!
//! [`library`] is a file built from feeds, memory-mapped and swapped atomically. The same library and the same
//! component give the same verdict on any machine; nothing is ever said to be unaffected without a record that
//! says so.
#![deny(unsafe_op_in_unsafe_fn)]

pub mod dictionary;
pub mod library;
pub mod matching;
