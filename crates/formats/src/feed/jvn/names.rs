//! Vendors and products by name: the answers of `getVendorList` and `getProductList`, and the feeds of the same form.

use kikimori_core::message::{Message, codes};
use kikimori_core::product_name::ProductName;

use super::element::Element;
use super::oka;

/// Reads one `Vendor` with its products. A list of vendors gives the vendor alone.
///
/// # Errors
/// FEED-005 when it is no XML or the vendor has no number or name.
pub(in crate::feed) fn parse(bytes: &[u8]) -> Result<Vec<ProductName>, Message> {
    if bytes.starts_with(b"{") {
        return oka::names(bytes);
    }
    let vendor = Element::read(bytes)?;
    let (id, name) = (vendor.attribute("vid"), vendor.attribute("vname"));
    if id.is_empty() || name.is_empty() {
        return Err(Message::new(codes::FEED_RECORD_UNREADABLE).with("detail", "no usable id"));
    }
    let whole = ProductName {
        source: "jvn".to_owned(),
        vendor_id: id.to_owned(),
        vendor: name.to_owned(),
        product_id: None,
        product: None,
        cpe: Some(vendor.attribute("cpe")).filter(|cpe| !cpe.is_empty()).map(str::to_owned),
    };
    let products: Vec<ProductName> = vendor
        .children("Product")
        .filter(|product| !product.attribute("pid").is_empty() && !product.attribute("pname").is_empty())
        .map(|product| ProductName {
            product_id: Some(product.attribute("pid").to_owned()),
            product: Some(product.attribute("pname").to_owned()),
            cpe: Some(product.attribute("cpe")).filter(|cpe| !cpe.is_empty()).map(str::to_owned),
            ..whole.clone()
        })
        .collect();
    Ok(std::iter::once(whole).chain(products).collect())
}
