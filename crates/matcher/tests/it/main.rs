//! The library and the match as a whole: cases written as data, laws, and damage.

// The attributes tell clippy that helper functions are test code too.
#[cfg(test)]
mod cases;
#[cfg(test)]
mod damage;
#[cfg(test)]
mod imports;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod make;
mod names;
#[cfg(test)]
mod supports;
#[cfg(test)]
mod units;
