//! What every page keeps to, in both languages and every variant.

#[cfg(test)]
mod contrast;
#[cfg(test)]
mod fields;
#[cfg(test)]
mod gallery;
#[cfg(test)]
mod html;
#[cfg(test)]
mod lint;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod weight;
