//! Assessments: what a manufacturer says a vulnerability means for its product (VEX).

use std::collections::BTreeSet;

use crate::coded::coded_enum;
use crate::field::{Checked, FieldCheck, FieldError};
use crate::limits::STATEMENT_CHARACTERS_MAX;
use crate::message::{Message, codes};
use crate::typed_text::code;

coded_enum! {
    /// What the vulnerability means for the product.
    pub enum AssessmentStatus {
        /// Nobody looked at it yet.
        NotAssessed = "not_assessed",
        /// Somebody is looking at it.
        UnderInvestigation = "under_investigation",
        /// The product is affected.
        Affected = "affected",
        /// The product is not affected.
        NotAffected = "not_affected",
        /// This release holds a fix.
        Fixed = "fixed",
    }
}

coded_enum! {
    /// Why a product is not affected: the five of CSAF and `OpenVEX`, and those that only `CycloneDX` has.
    pub enum Justification {
        /// The component is not in the product.
        ComponentNotPresent = "component_not_present",
        /// The component is in it without the vulnerable code.
        VulnerableCodeNotPresent = "vulnerable_code_not_present",
        /// The vulnerable code is never run.
        VulnerableCodeNotInExecutePath = "vulnerable_code_not_in_execute_path",
        /// An attacker cannot make the vulnerable code do what the attack needs.
        VulnerableCodeCannotBeControlledByAdversary = "vulnerable_code_cannot_be_controlled_by_adversary",
        /// Controls built into the product prevent the attack.
        InlineMitigationsAlreadyExist = "inline_mitigations_already_exist",
        /// The attack needs a configuration that the product does not have.
        RequiresConfiguration = "requires_configuration",
        /// The attack needs another component that the product does not have.
        RequiresDependency = "requires_dependency",
        /// The attack needs an environment in which the product does not run.
        RequiresEnvironment = "requires_environment",
        /// What the compiler was told prevents the attack.
        ProtectedByCompiler = "protected_by_compiler",
        /// The attack is prevented while the product runs.
        ProtectedAtRuntime = "protected_at_runtime",
        /// The attack is prevented at the border of the network or the device.
        ProtectedAtPerimeter = "protected_at_perimeter",
    }
}

impl Justification {
    /// The word of CSAF and `OpenVEX`; none where they have no word for it and an impact statement must say it.
    #[must_use]
    pub const fn csaf(self) -> Option<&'static str> {
        match self {
            Self::ComponentNotPresent
            | Self::VulnerableCodeNotPresent
            | Self::VulnerableCodeNotInExecutePath
            | Self::VulnerableCodeCannotBeControlledByAdversary
            | Self::InlineMitigationsAlreadyExist => Some(self.code()),
            _ => None,
        }
    }

    /// The word of `CycloneDX`; none where it has no word for it.
    #[must_use]
    pub const fn cyclonedx(self) -> Option<&'static str> {
        match self {
            Self::ComponentNotPresent | Self::VulnerableCodeNotPresent => Some("code_not_present"),
            Self::VulnerableCodeNotInExecutePath => Some("code_not_reachable"),
            Self::VulnerableCodeCannotBeControlledByAdversary => None,
            Self::InlineMitigationsAlreadyExist => Some("protected_by_mitigating_control"),
            Self::RequiresConfiguration
            | Self::RequiresDependency
            | Self::RequiresEnvironment
            | Self::ProtectedByCompiler
            | Self::ProtectedAtRuntime
            | Self::ProtectedAtPerimeter => Some(self.code()),
        }
    }
}

coded_enum! {
    /// What the manufacturer does about it (`CycloneDX`).
    pub enum AssessmentResponse {
        /// It cannot be fixed.
        CanNotFix = "can_not_fix",
        /// It will not be fixed.
        WillNotFix = "will_not_fix",
        /// Update to another version.
        Update = "update",
        /// Go back to an earlier version.
        Rollback = "rollback",
        /// There is a way around it.
        WorkaroundAvailable = "workaround_available",
    }
}

/// An assessment as a person or a file gives it; the choices are codes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssessmentDraft {
    /// The status; required.
    pub status: String,
    /// The justification.
    pub justification: String,
    /// The responses.
    pub responses: Vec<String>,
    /// The impact statement in Japanese.
    pub impact_ja: String,
    /// The impact statement in English.
    pub impact_en: String,
}

/// An assessment that passed the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assessment {
    /// The status.
    pub status: AssessmentStatus,
    /// The justification; only with [`AssessmentStatus::NotAffected`].
    pub justification: Option<Justification>,
    /// The responses.
    pub responses: BTreeSet<AssessmentResponse>,
    /// The impact statement in Japanese.
    pub impact_ja: Option<String>,
    /// The impact statement in English.
    pub impact_en: Option<String>,
}

impl Assessment {
    /// What holds before anybody looked.
    #[must_use]
    pub const fn none() -> Self {
        Self {
            status: AssessmentStatus::NotAssessed,
            justification: None,
            responses: BTreeSet::new(),
            impact_ja: None,
            impact_en: None,
        }
    }
}

impl AssessmentDraft {
    /// The assessment, with what should be looked at again.
    ///
    /// "Not affected" needs a justification or an impact statement; a justification belongs to no other status; a product
    /// that is not affected, or not assessed, has no response; who has not assessed has nothing to state.
    ///
    /// # Errors
    /// Everything that is wrong, at most one error a field.
    pub fn check(&self) -> Result<Checked<Assessment>, Vec<FieldError>> {
        use AssessmentStatus::{Affected, NotAffected, NotAssessed};
        let mut check = FieldCheck::default();
        let status = check.choice("status", &self.status, |text| AssessmentStatus::of_code(&code(text)));
        if status.is_none() && check.is_fine("status") {
            check.error("status", Message::new(codes::FIELD_REQUIRED));
        }
        let justification =
            check.choice("justification", &self.justification, |text| Justification::of_code(&code(text)));
        let responses = self.responses(&mut check);
        let impact_ja = check.lines("impact_ja", &self.impact_ja, STATEMENT_CHARACTERS_MAX);
        let impact_en = check.lines("impact_en", &self.impact_en, STATEMENT_CHARACTERS_MAX);
        let Some(status) = status else { return check.finish(None) };
        if justification.is_some() && status != NotAffected {
            check.error("justification", Message::new(codes::ASSESSMENT_JUSTIFICATION_UNFIT));
        }
        if !responses.is_empty() && matches!(status, NotAffected | NotAssessed) && check.is_fine("responses")
        {
            check.error("responses", Message::new(codes::ASSESSMENT_RESPONSE_UNFIT));
        }
        let statements = [("impact_ja", &impact_ja), ("impact_en", &impact_en)];
        let has_statement = statements.iter().any(|(field, text)| text.is_some() || !check.is_fine(field));
        for (field, text) in statements {
            if status == NotAssessed && text.is_some() {
                check.error(field, Message::new(codes::ASSESSMENT_STATEMENT_UNFIT));
            }
        }
        if status == NotAffected
            && justification.is_none()
            && !has_statement
            && check.is_fine("justification")
        {
            check.error("justification", Message::new(codes::ASSESSMENT_REASON_MISSING));
        }
        if status == Affected && responses.is_empty() && !has_statement {
            check.notice("responses", Message::new(codes::ASSESSMENT_ACTION_MISSING));
        }
        check.finish(Some(Assessment { status, justification, responses, impact_ja, impact_en }))
    }

    /// The responses.
    fn responses(&self, check: &mut FieldCheck) -> BTreeSet<AssessmentResponse> {
        let mut responses = BTreeSet::new();
        for typed in &self.responses {
            if !check.is_fine("responses") {
                break;
            }
            let read = |text: &str| AssessmentResponse::of_code(&code(text));
            responses.extend(check.choice("responses", typed, read));
        }
        responses
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Code;
    use proptest::prelude::*;
    use proptest::sample::select;

    /// A draft with status, justification and Japanese statement.
    fn draft(status: &str, justification: &str, impact_ja: &str) -> AssessmentDraft {
        AssessmentDraft {
            status: status.to_owned(),
            justification: justification.to_owned(),
            impact_ja: impact_ja.to_owned(),
            ..AssessmentDraft::default()
        }
    }

    /// Fields and codes.
    type Named = Vec<(&'static str, Code)>;

    /// Fields and codes of the notices, or of the errors.
    fn outcome(draft: &AssessmentDraft) -> Result<Named, Named> {
        let named = |errors: &[FieldError]| errors.iter().map(|one| (one.field, one.message.code)).collect();
        draft.check().map(|checked| named(&checked.notices)).map_err(|errors| named(&errors))
    }

    #[test]
    fn not_affected_needs_a_reason() {
        assert_eq!(
            outcome(&draft("not_affected", "", "　")),
            Err(vec![("justification", codes::ASSESSMENT_REASON_MISSING)])
        );
        assert_eq!(outcome(&draft("not_affected", "component_not_present", "")), Ok(vec![]));
        assert_eq!(outcome(&draft("not_affected", "", "該当機能を搭載していません。")), Ok(vec![]));
    }

    #[test]
    fn what_does_not_fit_the_status_is_refused() {
        assert_eq!(
            outcome(&draft("affected", "component_not_present", "")),
            Err(vec![("justification", codes::ASSESSMENT_JUSTIFICATION_UNFIT)])
        );
        assert_eq!(
            outcome(&draft("not_assessed", "", "影響します")),
            Err(vec![("impact_ja", codes::ASSESSMENT_STATEMENT_UNFIT)])
        );
        let responses = vec!["update".to_owned(), "update".to_owned()];
        let with =
            |status: &str| AssessmentDraft { responses: responses.clone(), ..draft(status, "", "文") };
        assert_eq!(
            outcome(&with("not_affected")),
            Err(vec![("responses", codes::ASSESSMENT_RESPONSE_UNFIT)])
        );
        let value = with("affected").check().unwrap().value;
        assert_eq!(value.responses, BTreeSet::from([AssessmentResponse::Update]));
    }

    #[test]
    fn names_every_error_at_once() {
        let typed = AssessmentDraft {
            status: "たぶん".to_owned(),
            justification: "なんとなく".to_owned(),
            responses: vec!["祈る".to_owned(), "待つ".to_owned()],
            impact_ja: "あ".repeat(STATEMENT_CHARACTERS_MAX + 1),
            impact_en: String::new(),
        };
        let expected = vec![
            ("status", codes::FIELD_CHOICE),
            ("justification", codes::FIELD_CHOICE),
            ("responses", codes::FIELD_CHOICE),
            ("impact_ja", codes::FIELD_TOO_LONG),
        ];
        assert_eq!(outcome(&typed), Err(expected));
        assert_eq!(outcome(&AssessmentDraft::default()), Err(vec![("status", codes::FIELD_REQUIRED)]));
    }

    #[test]
    fn affected_without_a_word_is_pointed_out() {
        let notice = vec![("responses", codes::ASSESSMENT_ACTION_MISSING)];
        assert_eq!(outcome(&draft("affected", "", "")), Ok(notice));
        assert_eq!(outcome(&draft("affected", "", "次の版で直します。")), Ok(vec![]));
    }

    #[test]
    fn every_justification_has_a_word_somewhere() {
        let mut n_csaf = 0;
        for justification in Justification::ALL {
            assert!(justification.csaf().or(justification.cyclonedx()).is_some(), "{justification}");
            n_csaf += usize::from(justification.csaf().is_some());
        }
        assert_eq!(n_csaf, 5);
    }

    /// Any code of these, or nothing.
    fn any_code(codes: Vec<&'static str>) -> impl Strategy<Value = String> {
        prop_oneof![Just(String::new()), select(codes).prop_map(str::to_owned)]
    }

    proptest! {
        #[test]
        fn what_passes_keeps_the_rules(
            status in any_code(AssessmentStatus::ALL.iter().map(|one| one.code()).collect()),
            justification in any_code(Justification::ALL.iter().map(|one| one.code()).collect()),
            response in any_code(AssessmentResponse::ALL.iter().map(|one| one.code()).collect()),
            impact_ja: String,
        ) {
            let draft = AssessmentDraft { responses: vec![response], ..draft(&status, &justification, &impact_ja) };
            if let Ok(checked) = draft.check() {
                let value = checked.value;
                let is_not_affected = value.status == AssessmentStatus::NotAffected;
                prop_assert!(!is_not_affected || value.justification.is_some() || value.impact_ja.is_some());
                prop_assert!(is_not_affected || value.justification.is_none());
                prop_assert!(value.status != AssessmentStatus::NotAssessed || value == Assessment::none());
            }
        }
    }
}
