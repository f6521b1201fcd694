//! The products of the generated world: what records speak about and what bills of materials list.

use super::random::Random;

/// Products that exist. With [`product_of_record`] a quarter of a million records give the first product some six
/// thousand, a few hundred products more than a hundred, and most one or two: the shape of the public feeds.
pub const N_PRODUCTS: u64 = 60_000;

/// Syllables that names are made of.
const SYLLABLES: &[&str] = &[
    "ka", "ne", "lo", "mi", "ra", "to", "su", "vi", "do", "pa", "re", "zu", "fo", "gi", "ha", "ju", "ber",
    "con", "dex", "lib", "net", "par", "ser", "tix",
];

/// A product.
#[derive(Clone, Debug)]
pub struct Product {
    /// Vendor, spelled as in a CPE.
    pub vendor: String,
    /// Name.
    pub name: String,
    /// Where it is published.
    pub registry: Registry,
}

/// Where a product is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registry {
    /// Nowhere: it has a CPE only. True of the operating-system kernel and of appliances.
    None,
    /// npm.
    Npm,
    /// The Python Package Index.
    Pypi,
    /// Maven Central.
    Maven,
    /// Go modules.
    Go,
    /// Debian 12.
    Debian,
}

impl Product {
    /// The product of a rank; rank 0 has the most records.
    pub fn of_rank(rank: u64) -> Self {
        if rank == 0 {
            let (vendor, name) = ("linux".to_owned(), "linux_kernel".to_owned());
            return Self { vendor, name, registry: Registry::None };
        }
        let mut random = Random::new(rank.wrapping_mul(0x51_7c_c1));
        let name = format!("{}-{rank:x}", word(&mut random));
        let vendor = if random.is_in(35) { name.clone() } else { format!("{}_project", word(&mut random)) };
        let registry = match rank % 8 {
            0..=2 => Registry::Npm,
            3 => Registry::Pypi,
            4 => Registry::Maven,
            5 => Registry::Go,
            6 => Registry::Debian,
            _ => Registry::None,
        };
        Self { vendor, name, registry }
    }

    /// A product that no record speaks about.
    pub fn unheard_of(random: &mut Random) -> Self {
        let number = random.next() & 0xff_ffff;
        Self { name: format!("unheard-{number:x}"), ..Self::of_rank(1 + random.below(N_PRODUCTS - 1)) }
    }

    /// CPE 2.3 with this version.
    pub fn cpe(&self, version: &str) -> String {
        let part = if self.name == "linux_kernel" { 'o' } else { 'a' };
        let name = self.name.replace('-', "\\-");
        let vendor = self.vendor.replace('-', "\\-");
        format!("cpe:2.3:{part}:{vendor}:{name}:{version}:*:*:*:*:*:*:*")
    }

    /// Package URL with this version; `None` for what is published nowhere.
    pub fn purl(&self, version: &str) -> Option<String> {
        let (vendor, name) = (&self.vendor, &self.name);
        Some(match self.registry {
            Registry::None => return None,
            Registry::Npm => format!("pkg:npm/{name}@{version}"),
            Registry::Pypi => format!("pkg:pypi/{name}@{version}"),
            Registry::Maven => format!("pkg:maven/org.{vendor}/{name}@{version}"),
            Registry::Go => format!("pkg:golang/github.com/{vendor}/{name}@v{version}"),
            Registry::Debian => format!("pkg:deb/debian/{name}@{version}-1?arch=amd64&distro=debian-12"),
        })
    }

    /// Ecosystem and package name as OSV writes them.
    pub fn osv_package(&self) -> Option<(&'static str, String)> {
        let (vendor, name) = (&self.vendor, &self.name);
        Some(match self.registry {
            Registry::None => return None,
            Registry::Npm => ("npm", name.clone()),
            Registry::Pypi => ("PyPI", name.clone()),
            Registry::Maven => ("Maven", format!("org.{vendor}:{name}")),
            Registry::Go => ("Go", format!("github.com/{vendor}/{name}")),
            Registry::Debian => ("Debian:12", name.clone()),
        })
    }
}

/// The rank of the product that a record speaks about.
pub fn product_of_record(random: &mut Random) -> u64 {
    (N_PRODUCTS as f64 * random.fraction().powi(3)) as u64
}

/// The rank of a product that a bill of materials lists: known ones a little more often.
pub fn product_of_component(random: &mut Random) -> u64 {
    1 + (N_PRODUCTS as f64 * random.fraction().powf(1.3)) as u64
}

/// A version with three numbers.
pub fn version(random: &mut Random) -> String {
    format!("{}.{}.{}", 1 + random.below(9), random.below(20), random.below(10))
}

/// A word of two to four syllables.
pub fn word(random: &mut Random) -> String {
    (0..2 + random.below(3)).map(|_| random.pick(SYLLABLES)).collect()
}

/// A sentence of `n_words` words.
pub fn sentence(random: &mut Random, n_words: u64) -> String {
    (0..n_words).map(|_| word(random)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_same_in_every_run_and_distinct() {
        let names: std::collections::BTreeSet<String> =
            (0..N_PRODUCTS).map(|rank| Product::of_rank(rank).name).collect();
        assert_eq!(names.len() as u64, N_PRODUCTS);
        assert_eq!(Product::of_rank(4_711).cpe("1.0"), Product::of_rank(4_711).cpe("1.0"));
    }

    #[test]
    fn records_pile_up_on_few_products() {
        let mut random = Random::new(1);
        let mut counts = vec![0_u32; N_PRODUCTS as usize];
        for _ in 0..250_000 {
            counts[product_of_record(&mut random) as usize] += 1;
        }
        assert!((5_000..8_000).contains(&counts[0]), "{}", counts[0]);
        let n_few = counts.iter().filter(|count| (1..=3).contains(*count)).count();
        assert!(n_few > 25_000, "{n_few}");
    }
}
