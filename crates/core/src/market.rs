//! How a medical device comes onto the Japanese market: class, procedure, numbers, state.

use crate::coded::coded_enum;
use crate::typed_text::{code, width};

coded_enum! {
    /// The class of a medical device.
    pub enum DeviceClass {
        /// Class I: general medical device (一般医療機器).
        I = "i",
        /// Class II: controlled medical device (管理医療機器).
        Ii = "ii",
        /// Class III: specially controlled medical device (高度管理医療機器).
        Iii = "iii",
        /// Class IV: specially controlled medical device (高度管理医療機器).
        Iv = "iv",
    }
}

impl DeviceClass {
    /// Reads `III`, `Ⅲ`, `3`, `クラスⅢ`, `class 3`, `管理医療機器`. `高度管理医療機器` alone says III or IV and is refused.
    ///
    /// ```
    /// use kikimori_core::market::DeviceClass;
    /// assert_eq!(DeviceClass::parse("クラスⅣ（高度管理医療機器）"), Some(DeviceClass::Iv));
    /// assert_eq!(DeviceClass::parse("高度管理"), None);
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = code(text).to_lowercase();
        let text = text.strip_prefix("クラス").or_else(|| text.strip_prefix("class")).unwrap_or(&text);
        let (number, word) = text.split_once('(').unwrap_or((text, ""));
        let word = word.trim_end_matches(')').trim_end_matches("医療機器");
        let class = match number {
            "1" | "i" | "ⅰ" | "一般" | "一般医療機器" => Self::I,
            "2" | "ii" | "ⅱ" | "管理" | "管理医療機器" => Self::Ii,
            "3" | "iii" | "ⅲ" => Self::Iii,
            "4" | "iv" | "ⅳ" => Self::Iv,
            _ => return None,
        };
        (word.is_empty() || word == class.control()).then_some(class)
    }

    /// The word of the law for how closely it is controlled, without 医療機器.
    const fn control(self) -> &'static str {
        match self {
            Self::I => "一般",
            Self::Ii => "管理",
            Self::Iii | Self::Iv => "高度管理",
        }
    }

    /// The procedures by which a device of this class comes onto the market.
    #[must_use]
    pub const fn procedures(self) -> &'static [Procedure] {
        match self {
            Self::I => &[Procedure::Notification],
            Self::Ii | Self::Iii => &[Procedure::Certification, Procedure::Approval],
            Self::Iv => &[Procedure::Approval],
        }
    }
}

coded_enum! {
    /// By which procedure a device came onto the market.
    pub enum Procedure {
        /// Approval (承認).
        Approval = "approval",
        /// Certification by a registered body (認証).
        Certification = "certification",
        /// Notification (届出).
        Notification = "notification",
    }
}

impl Procedure {
    /// Reads the code, `承認`, `承認番号`, `認証`, `届出`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = code(text).to_lowercase();
        match text.strip_suffix("番号").unwrap_or(&text) {
            "承認" | "製造販売承認" => Some(Self::Approval),
            "認証" | "製造販売認証" => Some(Self::Certification),
            "届出" | "届け出" | "製造販売届出" => Some(Self::Notification),
            other => Self::of_code(other),
        }
    }
}

/// The number of an approval, certification or notification.
///
/// Only letters, digits and hyphens are asked for: the numbers' inner shapes changed over the decades and are not judged.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MarketNumber {
    /// The procedure.
    pub procedure: Procedure,
    /// The number: ASCII capital letters, digits, hyphens.
    pub number: String,
}

/// Longest number of an approval, certification or notification, in characters. Known ones have sixteen.
pub const MARKET_NUMBER_CHARACTERS_MAX: usize = 32;

/// The number in one form, when its characters can be those of a number.
#[must_use]
pub fn market_number(text: &str) -> Option<String> {
    let number = code(text).to_ascii_uppercase();
    let is_plain = number.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-');
    let has_digit = number.bytes().any(|byte| byte.is_ascii_digit());
    (is_plain && has_digit && number.len() <= MARKET_NUMBER_CHARACTERS_MAX).then_some(number)
}

/// A JMDN code: eight digits that stand for a generic name (一般的名称).
///
/// ```
/// use kikimori_core::market::JmdnCode;
/// assert_eq!(JmdnCode::parse("１２３４５６７８").unwrap().as_str(), "12345678");
/// assert_eq!(JmdnCode::parse("1234567"), None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JmdnCode(String);

impl JmdnCode {
    /// Reads eight digits in any width.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = code(text);
        (text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit())).then_some(Self(text))
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

coded_enum! {
    /// Where a product stands on the market.
    pub enum MarketState {
        /// Not sold yet.
        Development = "development",
        /// Sold.
        OnSale = "on_sale",
        /// No longer sold, but in use.
        SaleEnded = "sale_ended",
        /// The approval, certification or notification was given up.
        Discontinued = "discontinued",
    }
}

impl MarketState {
    /// Reads the code, `開発中`, `販売中`, `販売終了`, `廃止`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match code(text).to_lowercase().as_str() {
            "開発中" | "発売前" | "販売前" => Some(Self::Development),
            "販売中" | "製造販売中" => Some(Self::OnSale),
            "販売終了" | "製造販売終了" => Some(Self::SaleEnded),
            "廃止" | "製造販売廃止" => Some(Self::Discontinued),
            // White space is gone already: "On sale" is `onsale`.
            other => Self::ALL
                .iter()
                .copied()
                .find(|state| state.code().replace('_', "") == other.replace('_', "")),
        }
    }
}

coded_enum! {
    /// A way in which a device exchanges data with something else. None of them takes it out of the requirements.
    pub enum ConnectionKind {
        /// The network of the place where it is used, by cable.
        WiredNetwork = "wired_network",
        /// The network of the place where it is used, by radio.
        WirelessNetwork = "wireless_network",
        /// Networks outside: a cloud, the Internet.
        ExternalNetwork = "external_network",
        /// Short-range radio, such as Bluetooth.
        ShortRangeRadio = "short_range_radio",
        /// USB sticks, memory cards, discs.
        RemovableMedia = "removable_media",
        /// A serial or other dedicated cable.
        Serial = "serial",
        /// Other medical devices, peripherals, devices of the Internet of things.
        OtherDevice = "other_device",
        /// Computers that people bring.
        BroughtComputer = "brought_computer",
        /// Remote maintenance.
        RemoteMaintenance = "remote_maintenance",
        /// Connected for maintenance and repair only.
        MaintenanceOnly = "maintenance_only",
        /// Has an interface that is not connected while a patient is treated.
        UnusedInterface = "unused_interface",
        /// No connection of any kind.
        None = "none",
    }
}

/// A Global Trade Item Number with a right check digit: 8, 12, 13 or 14 digits as written.
///
/// ```
/// use kikimori_core::market::{Gtin, GtinFault};
/// let gtin = Gtin::parse("(01) ０４９１２３４５ 678904").unwrap();
/// assert_eq!(gtin.as_str(), "04912345678904");
/// assert_eq!(Gtin::parse("4912345678905"), Err(GtinFault::CheckDigit));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gtin(String);

/// Why a text is no GTIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GtinFault {
    /// It has not 8, 12, 13 or 14 digits, or something else than digits.
    Shape,
    /// The last digit does not fit the others.
    CheckDigit,
}

impl Gtin {
    /// Reads a GTIN in any width, with spaces or hyphens, perhaps after the application identifier `(01)`.
    ///
    /// # Errors
    /// [`GtinFault`].
    pub fn parse(text: &str) -> Result<Self, GtinFault> {
        let text = code(text).replace('-', "");
        let digits = text.strip_prefix("(01)").unwrap_or(&text);
        let is_shaped = matches!(digits.len(), 8 | 12 | 13 | 14)
            && digits.bytes().all(|digit| digit.is_ascii_digit())
            && digits.bytes().any(|digit| digit != b'0');
        if !is_shaped {
            return Err(GtinFault::Shape);
        }
        // From the right: the check digit weighs one, then three and one in turn.
        let weighed = digits.bytes().rev().enumerate().map(|(place, digit)| {
            let weight = if place % 2 == 0 { 1 } else { 3 };
            u32::from(digit - b'0') * weight
        });
        if weighed.sum::<u32>() % 10 == 0 { Ok(Self(digits.to_owned())) } else { Err(GtinFault::CheckDigit) }
    }

    /// The digits as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Fourteen digits: the form in which numbers of different lengths are compared.
    #[must_use]
    pub fn padded(&self) -> String {
        format!("{:0>14}", self.0)
    }
}

/// Reads a connection kind by its code, in any width.
#[must_use]
pub fn connection_kind(text: &str) -> Option<ConnectionKind> {
    ConnectionKind::of_code(&width(text).trim().to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_classes_as_people_write_them() {
        for (text, class) in [
            ("I", DeviceClass::I),
            ("Ⅱ", DeviceClass::Ii),
            ("クラス３", DeviceClass::Iii),
            ("Class IV", DeviceClass::Iv),
            ("ｸﾗｽⅢ", DeviceClass::Iii),
            ("管理医療機器", DeviceClass::Ii),
            ("クラスII（管理医療機器）", DeviceClass::Ii),
            ("iii", DeviceClass::Iii),
        ] {
            assert_eq!(DeviceClass::parse(text), Some(class), "{text}");
        }
        for text in ["", "5", "高度管理医療機器", "クラスII（一般医療機器）", "V", "クラス"]
        {
            assert_eq!(DeviceClass::parse(text), None, "{text}");
        }
    }

    #[test]
    fn reads_procedures_states_and_connections() {
        assert_eq!(Procedure::parse("承認番号"), Some(Procedure::Approval));
        assert_eq!(Procedure::parse(" 認証 "), Some(Procedure::Certification));
        assert_eq!(Procedure::parse("Notification"), Some(Procedure::Notification));
        assert_eq!(Procedure::parse("許可"), None);
        assert_eq!(MarketState::parse("販売中"), Some(MarketState::OnSale));
        assert_eq!(MarketState::parse("ON_SALE"), Some(MarketState::OnSale));
        assert_eq!(MarketState::parse("Sale ended"), Some(MarketState::SaleEnded));
        assert_eq!(MarketState::parse("不明"), None);
        assert_eq!(connection_kind("ｗired_network"), Some(ConnectionKind::WiredNetwork));
        assert_eq!(connection_kind("wired"), None);
    }

    #[test]
    fn keeps_market_numbers_in_one_form() {
        assert_eq!(market_number("１３b1x－００００１").as_deref(), Some("13B1X-00001"));
        for text in ["番号なし", "12/34", "ABC", "", &"1".repeat(33)] {
            assert_eq!(market_number(text), None, "{text}");
        }
    }

    #[test]
    fn checks_the_last_digit_of_gtins() {
        for text in ["96385074", "036000291452", "4006381333931", "00012345600012", "4-006381-333931"] {
            assert!(Gtin::parse(text).is_ok(), "{text}");
        }
        assert_eq!(Gtin::parse("4006381333931").unwrap().padded(), "04006381333931");
        for text in ["", "00000000", "123", "40063813339311111", "400638133393A", "(02)96385074"] {
            assert_eq!(Gtin::parse(text), Err(GtinFault::Shape), "{text}");
        }
    }

    proptest! {
        #[test]
        fn exactly_one_check_digit_fits(digits in "[1-9][0-9]{6}|[1-9][0-9]{10,12}", wrong in 1_u32..10) {
            let right: Vec<u32> = (0..10).filter(|last| Gtin::parse(&format!("{digits}{last}")).is_ok()).collect();
            prop_assert_eq!(right.len(), 1);
            let other = (right[0] + wrong) % 10;
            prop_assert_eq!(Gtin::parse(&format!("{digits}{other}")), Err(GtinFault::CheckDigit));
        }

        #[test]
        fn never_panics(text: String) {
            let _ = (DeviceClass::parse(&text), Procedure::parse(&text), MarketState::parse(&text));
            let _ = (market_number(&text), JmdnCode::parse(&text), Gtin::parse(&text));
        }
    }
}
