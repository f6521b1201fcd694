//! The library and the match as a whole: cases written as data, laws, and damage.

mod cases;
mod damage;
mod imports;
mod laws;
mod make;
