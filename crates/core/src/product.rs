//! Products: what people type about a medical device, and the value that passed the rules.

use std::collections::BTreeSet;

use crate::day::Day;
use crate::field::{Checked, FieldCheck, FieldError, shown};
use crate::limits::{NAME_CHARACTERS_MAX, PRODUCT_CONNECTIONS_MAX};
use crate::market::{
    self, ConnectionKind, DeviceClass, JmdnCode, MARKET_NUMBER_CHARACTERS_MAX, MarketNumber, MarketState,
    Procedure,
};
use crate::message::{Message, codes};

/// A product as a person or a file gives it: texts, nothing judged yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProductDraft {
    /// Trade name in Japanese; required.
    pub trade_name_ja: String,
    /// Trade name in English.
    pub trade_name_en: String,
    /// Generic name (一般的名称).
    pub generic_name: String,
    /// JMDN code.
    pub jmdn_code: String,
    /// Class.
    pub device_class: String,
    /// Approval, certification or notification.
    pub procedure: String,
    /// Its number.
    pub market_number: String,
    /// Connection kinds, their codes.
    pub connections: Vec<String>,
    /// Market state.
    pub market_state: String,
    /// First day of sale.
    pub sale_start: String,
    /// Last day of sale.
    pub sale_end: String,
    /// End of life (EOL).
    pub eol: String,
    /// End of support (EOS).
    pub eos: String,
}

/// A product that passed the rules. `None` and an empty list mean: not stated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// Trade name in Japanese.
    pub trade_name_ja: String,
    /// Trade name in English.
    pub trade_name_en: Option<String>,
    /// Generic name (一般的名称).
    pub generic_name: Option<String>,
    /// JMDN code.
    pub jmdn_code: Option<JmdnCode>,
    /// Class.
    pub device_class: Option<DeviceClass>,
    /// Number of the approval, certification or notification.
    pub market_number: Option<MarketNumber>,
    /// Connection kinds. [`ConnectionKind::None`] stands alone.
    pub connections: BTreeSet<ConnectionKind>,
    /// Market state.
    pub market_state: Option<MarketState>,
    /// First day of sale.
    pub sale_start: Option<Day>,
    /// Last day of sale.
    pub sale_end: Option<Day>,
    /// End of life (EOL).
    pub eol: Option<Day>,
    /// End of support (EOS), always after [`Product::eol`].
    pub eos: Option<Day>,
}

impl ProductDraft {
    /// What a person would type to say what a product says.
    #[must_use]
    pub fn of(product: &Product) -> Self {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let day = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
        let number = product.market_number.as_ref();
        Self {
            trade_name_ja: product.trade_name_ja.clone(),
            trade_name_en: text(&product.trade_name_en),
            generic_name: text(&product.generic_name),
            jmdn_code: product.jmdn_code.as_ref().map(JmdnCode::as_str).unwrap_or_default().to_owned(),
            device_class: product.device_class.map(DeviceClass::code).unwrap_or_default().to_owned(),
            procedure: number.map(|number| number.procedure.code()).unwrap_or_default().to_owned(),
            market_number: number.map(|number| number.number.clone()).unwrap_or_default(),
            connections: product.connections.iter().map(|kind| kind.code().to_owned()).collect(),
            market_state: product.market_state.map(MarketState::code).unwrap_or_default().to_owned(),
            sale_start: day(product.sale_start),
            sale_end: day(product.sale_end),
            eol: day(product.eol),
            eos: day(product.eos),
        }
    }

    /// The product, with what should be looked at again.
    ///
    /// # Errors
    /// Everything that is wrong, at most one error a field.
    pub fn check(&self) -> Result<Checked<Product>, Vec<FieldError>> {
        let mut check = FieldCheck::default();
        let names = NAME_CHARACTERS_MAX;
        let trade_name_ja = check.required_line("trade_name_ja", &self.trade_name_ja, names);
        let trade_name_en = check.line("trade_name_en", &self.trade_name_en, names);
        let generic_name = check.line("generic_name", &self.generic_name, names);
        let jmdn_code = self.jmdn_code(&mut check);
        let device_class = check.choice("device_class", &self.device_class, DeviceClass::parse);
        let market_number = self.market_number(device_class, &mut check);
        let connections = self.connections(&mut check);
        let market_state = check.choice("market_state", &self.market_state, MarketState::parse);
        let sale_start = check.day("sale_start", &self.sale_start);
        let sale_end = check.day("sale_end", &self.sale_end);
        let eol = check.day("eol", &self.eol);
        let eos = check.day("eos", &self.eos);
        check_days(sale_start, sale_end, eol, eos, &mut check);
        let product = trade_name_ja.map(|trade_name_ja| Product {
            trade_name_ja,
            trade_name_en,
            generic_name,
            jmdn_code,
            device_class,
            market_number,
            connections,
            market_state,
            sale_start,
            sale_end,
            eol,
            eos,
        });
        check.finish(product)
    }

    /// The JMDN code.
    fn jmdn_code(&self, check: &mut FieldCheck) -> Option<JmdnCode> {
        let typed = check.line("jmdn_code", &self.jmdn_code, NAME_CHARACTERS_MAX)?;
        let code = JmdnCode::parse(&typed);
        if code.is_none() {
            check.error("jmdn_code", Message::new(codes::PRODUCT_JMDN).with("value", shown(&typed)));
        }
        code
    }

    /// The number with its procedure. One without the other is an error; a procedure that the class does not have is a notice.
    fn market_number(&self, class: Option<DeviceClass>, check: &mut FieldCheck) -> Option<MarketNumber> {
        let procedure = check.choice("procedure", &self.procedure, Procedure::parse);
        let typed = check.line("market_number", &self.market_number, NAME_CHARACTERS_MAX);
        if let (Some(class), Some(procedure)) = (class, procedure)
            && !class.procedures().contains(&procedure)
        {
            check.notice("procedure", Message::new(codes::PRODUCT_PROCEDURE_UNUSUAL));
        }
        let Some(typed) = typed else {
            if procedure.is_some() && check.is_fine("market_number") {
                check.error("market_number", Message::new(codes::PRODUCT_NUMBER_MISSING));
            }
            return None;
        };
        let number = market::market_number(&typed);
        if number.is_none() {
            let message = Message::new(codes::PRODUCT_NUMBER_SHAPE).with("value", shown(&typed));
            check.error("market_number", message.with("max", MARKET_NUMBER_CHARACTERS_MAX));
        }
        if procedure.is_none() && check.is_fine("procedure") {
            check.error("procedure", Message::new(codes::PRODUCT_PROCEDURE_MISSING));
        }
        Some(MarketNumber { procedure: procedure?, number: number? })
    }

    /// The connection kinds; "none" beside another is an error.
    fn connections(&self, check: &mut FieldCheck) -> BTreeSet<ConnectionKind> {
        let mut kinds = BTreeSet::new();
        if self.connections.len() > PRODUCT_CONNECTIONS_MAX {
            let message = Message::new(codes::FIELD_TOO_MANY).with("max", PRODUCT_CONNECTIONS_MAX);
            check.error("connections", message.with("count", self.connections.len()));
            return kinds;
        }
        for typed in &self.connections {
            if !check.is_fine("connections") {
                break;
            }
            kinds.extend(check.choice("connections", typed, market::connection_kind));
        }
        if kinds.len() > 1 && kinds.contains(&ConnectionKind::None) && check.is_fine("connections") {
            check.error("connections", Message::new(codes::PRODUCT_CONNECTION_NONE));
        }
        kinds
    }
}

/// The order of the days: sale begins before it ends, EOS is after EOL, and EOL is usually not before the end of sale.
fn check_days(
    sale_start: Option<Day>,
    sale_end: Option<Day>,
    eol: Option<Day>,
    eos: Option<Day>,
    check: &mut FieldCheck,
) {
    if let (Some(start), Some(end)) = (sale_start, sale_end)
        && end < start
    {
        let message = Message::new(codes::PRODUCT_SALE_ORDER);
        check.error("sale_end", message.with("start", start).with("end", end));
    }
    if let (Some(eol), Some(eos)) = (eol, eos)
        && eos <= eol
    {
        let code = if eos == eol { codes::PRODUCT_EOS_IS_EOL } else { codes::PRODUCT_EOS_BEFORE_EOL };
        check.error("eos", Message::new(code).with("eol", eol).with("eos", eos));
    }
    if let (Some(end), Some(eol)) = (sale_end, eol)
        && eol < end
    {
        let message = Message::new(codes::PRODUCT_EOL_BEFORE_SALE_END);
        check.notice("eol", message.with("eol", eol).with("end", end));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Code;
    use proptest::prelude::*;

    /// A draft with the name that must be there.
    fn draft() -> ProductDraft {
        ProductDraft {
            trade_name_ja: "輸液ﾎﾟﾝﾌﾟ　ＡＢ－１".to_owned(), ..ProductDraft::default()
        }
    }

    /// Fields and codes of messages.
    fn named(errors: &[FieldError]) -> Vec<(&'static str, Code)> {
        errors.iter().map(|error| (error.field, error.message.code)).collect()
    }

    #[test]
    fn reads_what_people_type() {
        let typed = ProductDraft {
            trade_name_en: " Infusion pump AB-1 ".to_owned(),
            generic_name: "汎用輸液ポンプ".to_owned(),
            jmdn_code: "１３２１５０００".to_owned(),
            device_class: "クラスⅢ（高度管理医療機器）".to_owned(),
            procedure: "承認".to_owned(),
            market_number: "３０１００ｂｚｘ０００１２０００".to_owned(),
            connections: vec![
                "wired_network".to_owned(),
                "removable_media".to_owned(),
                "wired_network".to_owned(),
            ],
            market_state: "販売中".to_owned(),
            sale_start: "２０２６年４月１日".to_owned(),
            sale_end: "2031/3/31".to_owned(),
            eol: "R13.3.31".to_owned(),
            eos: "令和18年3月31日".to_owned(),
            ..draft()
        };
        let checked = typed.check().unwrap();
        assert_eq!(checked.notices, []);
        let product = checked.value;
        assert_eq!(ProductDraft::of(&product).check().unwrap().value, product);
        assert_eq!(product.trade_name_ja, "輸液ポンプ ＡＢ－１");
        assert_eq!(product.trade_name_en.as_deref(), Some("Infusion pump AB-1"));
        assert_eq!(product.jmdn_code.as_ref().map(JmdnCode::as_str), Some("13215000"));
        assert_eq!(product.device_class, Some(DeviceClass::Iii));
        let number = product.market_number.unwrap();
        assert_eq!((number.procedure, number.number.as_str()), (Procedure::Approval, "30100BZX00012000"));
        assert_eq!(product.connections.len(), 2);
        assert_eq!(product.sale_start, Day::parse("2026-04-01"));
        assert_eq!(product.eol, Day::parse("2031-03-31"));
        assert_eq!(product.eos, Day::parse("2036-03-31"));
    }

    #[test]
    fn a_name_is_enough() {
        let product = draft().check().unwrap().value;
        assert_eq!((product.market_state, product.device_class, product.market_number), (None, None, None));
        assert!(product.connections.is_empty());
    }

    #[test]
    fn names_every_error_at_once() {
        let typed = ProductDraft {
            trade_name_ja: "　".to_owned(),
            trade_name_en: "x".repeat(NAME_CHARACTERS_MAX + 1),
            jmdn_code: "1234".to_owned(),
            device_class: "高度管理医療機器".to_owned(),
            procedure: "許可".to_owned(),
            market_number: "番号".to_owned(),
            connections: vec!["telepathy".to_owned(), "smoke".to_owned()],
            market_state: "たぶん販売中".to_owned(),
            sale_start: "いつか".to_owned(),
            sale_end: "2026-02-30".to_owned(),
            eol: "2030-03-31".to_owned(),
            eos: "2030-03-31".to_owned(),
            ..ProductDraft::default()
        };
        let errors = typed.check().unwrap_err();
        let expected = [
            ("trade_name_ja", codes::FIELD_REQUIRED),
            ("trade_name_en", codes::FIELD_TOO_LONG),
            ("jmdn_code", codes::PRODUCT_JMDN),
            ("device_class", codes::FIELD_CHOICE),
            ("procedure", codes::FIELD_CHOICE),
            ("market_number", codes::PRODUCT_NUMBER_SHAPE),
            ("connections", codes::FIELD_CHOICE),
            ("market_state", codes::FIELD_CHOICE),
            ("sale_start", codes::FIELD_DATE),
            ("sale_end", codes::FIELD_DATE),
            ("eos", codes::PRODUCT_EOS_IS_EOL),
        ];
        assert_eq!(named(&errors), expected);
    }

    #[test]
    fn keeps_the_order_of_days() {
        let days = |start: &str, end: &str, eol: &str, eos: &str| {
            let typed = ProductDraft {
                sale_start: start.to_owned(),
                sale_end: end.to_owned(),
                eol: eol.to_owned(),
                eos: eos.to_owned(),
                ..draft()
            };
            match typed.check() {
                Ok(checked) => (named(&checked.notices), false),
                Err(errors) => (named(&errors), true),
            }
        };
        let none: Vec<(&str, Code)> = Vec::new();
        assert_eq!(days("2020-01-01", "2025-01-01", "2025-01-01", "2025-01-02"), (none.clone(), false));
        assert_eq!(days("2020-01-01", "2020-01-01", "", "2019-01-01"), (none, false));
        let order = vec![("sale_end", codes::PRODUCT_SALE_ORDER)];
        assert_eq!(days("2020-01-02", "2020-01-01", "", ""), (order, true));
        let before = vec![("eos", codes::PRODUCT_EOS_BEFORE_EOL)];
        assert_eq!(days("", "", "2030-01-02", "2030-01-01"), (before, true));
        let early = vec![("eol", codes::PRODUCT_EOL_BEFORE_SALE_END)];
        assert_eq!(days("", "2030-01-02", "2030-01-01", "2031-01-01"), (early, false));
    }

    #[test]
    fn a_number_and_its_procedure_belong_together() {
        let number = |class: &str, procedure: &str, number: &str| {
            let typed = ProductDraft {
                device_class: class.to_owned(),
                procedure: procedure.to_owned(),
                market_number: number.to_owned(),
                ..draft()
            };
            typed.check().map(|checked| named(&checked.notices)).map_err(|errors| named(&errors))
        };
        assert_eq!(number("IV", "承認", "1A"), Ok(vec![]));
        assert_eq!(number("", "", "1A"), Err(vec![("procedure", codes::PRODUCT_PROCEDURE_MISSING)]));
        assert_eq!(number("", "認証", ""), Err(vec![("market_number", codes::PRODUCT_NUMBER_MISSING)]));
        assert_eq!(number("IV", "届出", "1A"), Ok(vec![("procedure", codes::PRODUCT_PROCEDURE_UNUSUAL)]));
    }

    #[test]
    fn no_connection_stands_alone() {
        let typed = ProductDraft { connections: vec!["none".to_owned(), "serial".to_owned()], ..draft() };
        assert_eq!(named(&typed.check().unwrap_err()), [("connections", codes::PRODUCT_CONNECTION_NONE)]);
        let typed = ProductDraft { connections: vec!["none".to_owned()], ..draft() };
        assert_eq!(typed.check().unwrap().value.connections, BTreeSet::from([ConnectionKind::None]));
        let typed = ProductDraft { connections: vec!["none".to_owned(); 1_000], ..draft() };
        assert_eq!(named(&typed.check().unwrap_err()), [("connections", codes::FIELD_TOO_MANY)]);
    }

    proptest! {
        #[test]
        fn one_error_a_field_and_never_a_panic(texts: [String; 12], connections: Vec<String>) {
            let [ja, en, generic, jmdn, class, procedure, number, state, start, end, eol, eos] = texts;
            let typed = ProductDraft {
                trade_name_ja: ja,
                trade_name_en: en,
                generic_name: generic,
                jmdn_code: jmdn,
                device_class: class,
                procedure,
                market_number: number,
                connections,
                market_state: state,
                sale_start: start,
                sale_end: end,
                eol,
                eos,
            };
            if let Err(errors) = typed.check() {
                let fields: BTreeSet<&str> = errors.iter().map(|error| error.field).collect();
                prop_assert_eq!(fields.len(), errors.len());
                prop_assert!(!errors.is_empty());
            }
        }

        #[test]
        fn support_ends_after_life(eol in 0_i32..40_000, after in -400_i32..400) {
            let typed = ProductDraft {
                eol: Day(eol).to_string(),
                eos: Day(eol + after).to_string(),
                ..draft()
            };
            prop_assert_eq!(typed.check().is_ok(), after > 0);
        }
    }
}
