//! Kinds of organisations and the roles that people have in them.

use crate::coded::coded_enum;

coded_enum! {
    /// What an organisation is in the life of a medical device.
    pub enum OrganisationKind {
        /// Marketing authorisation holder (製造販売業者).
        Mah = "mah",
        /// Hospital or clinic (医療機関).
        Hospital = "hospital",
        /// Distributor (販売業者).
        Distributor = "distributor",
        /// Lessor (貸与業者).
        Lessor = "lessor",
        /// Repairer (修理業者).
        Repairer = "repairer",
        /// Body: an industry body, an authority, a coordinator (団体・機関).
        Body = "body",
    }
}

coded_enum! {
    /// What a person does in an organisation; it decides what the person may do here.
    pub enum Role {
        /// Runs the organisation's accounts and settings.
        Administrator = "administrator",
        /// 総括製造販売責任者.
        GeneralManager = "general_manager",
        /// 安全管理責任者.
        SafetyManager = "safety_manager",
        /// 国内品質業務運営責任者.
        QualityManager = "quality_manager",
        /// Product security incident response team.
        Psirt = "psirt",
        /// Regulatory affairs (薬事担当).
        Ra = "ra",
        /// Internal auditor: reads everything, the audit trail too, and changes nothing.
        Auditor = "auditor",
        /// 病院等の管理者.
        HospitalAdmin = "hospital_admin",
        /// 医療機器安全管理責任者・医療機器管理部門.
        HospDeviceSafety = "hosp_device_safety",
        /// 医療情報管理部門・医療情報システム安全管理責任者.
        HospIt = "hosp_it",
        /// 事務（購買・総務）部門.
        HospPurchase = "hosp_purchase",
        /// 使用する診療科・部門.
        HospClinical = "hosp_clinical",
        /// Sales and maintenance at distributors, lessors and repairers (販売・保守担当).
        SalesMaintenance = "sales_maintenance",
        /// Staff of a body (団体・機関の職員).
        Staff = "staff",
        /// Reads and does nothing else.
        Reader = "reader",
    }
}

impl Role {
    /// An organisation of this kind may give the role to people.
    #[must_use]
    pub const fn is_known_to(self, kind: OrganisationKind) -> bool {
        use OrganisationKind::{Body, Distributor, Hospital, Lessor, Mah, Repairer};
        match self {
            Self::Administrator | Self::Reader => true,
            Self::GeneralManager
            | Self::SafetyManager
            | Self::QualityManager
            | Self::Psirt
            | Self::Ra
            | Self::Auditor => matches!(kind, Mah),
            Self::HospitalAdmin
            | Self::HospDeviceSafety
            | Self::HospIt
            | Self::HospPurchase
            | Self::HospClinical => matches!(kind, Hospital),
            Self::SalesMaintenance => matches!(kind, Distributor | Lessor | Repairer),
            Self::Staff => matches!(kind, Body),
        }
    }

    /// The roles that an organisation of this kind may give, in the order in which people see them.
    pub fn known_to(kind: OrganisationKind) -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(move |role| role.is_known_to(kind))
    }

    /// The role's bit in a [`RoleSet`].
    const fn bit(self) -> u32 {
        1 << self as u32
    }
}

/// A set of roles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct RoleSet(u32);

impl RoleSet {
    /// No role.
    pub const EMPTY: Self = Self(0);

    /// The set with one more role.
    #[must_use]
    pub const fn with(self, role: Role) -> Self {
        Self(self.0 | role.bit())
    }

    /// The set without a role.
    #[must_use]
    pub const fn without(self, role: Role) -> Self {
        Self(self.0 & !role.bit())
    }

    /// The role is in the set.
    #[must_use]
    pub const fn has(self, role: Role) -> bool {
        self.0 & role.bit() != 0
    }

    /// No role is in the set.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The roles in the order in which people see them.
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL.iter().copied().filter(move |role| self.has(*role))
    }
}

impl FromIterator<Role> for RoleSet {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        roles.into_iter().fold(Self::EMPTY, Self::with)
    }
}
