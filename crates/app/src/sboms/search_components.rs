//! Where is a component? By name, package URL, CPE name or supplier.

use std::collections::{BTreeMap, BTreeSet};

use kikimori_core::access::{Action, Actor};
use kikimori_core::id::{IdentityId, SbomId};
use kikimori_store::finding_counts::{self, ComponentState};
use kikimori_store::list::Page;
use kikimori_store::sbom_components::{self, ComponentUse, UseCounts};

use crate::app_error::AppError;
use crate::installation::{Installation, require_own};

/// Where components are.
#[derive(Clone, Debug, Default)]
pub struct ComponentsFound {
    /// The page.
    pub uses: Vec<ComponentUse>,
    /// How many there are.
    pub counts: UseCounts,
    /// What is known of the components of the page.
    pub states: BTreeMap<(SbomId, IdentityId), ComponentState>,
}

/// A page of the products and releases whose current SBOMs hold components that the words fit, and how many there are.
///
/// # Errors
/// [`AppError::Forbidden`].
pub async fn search_components(
    installation: &Installation,
    actor: &Actor,
    words: &str,
    page: Page,
) -> Result<ComponentsFound, AppError> {
    let organisation = require_own(actor, Action::ViewSboms)?;
    let mut read = installation.read(actor).await?;
    let (uses, counts) = sbom_components::search(&mut read, organisation, words, page).await?;
    let sboms: BTreeSet<SbomId> = uses.iter().map(|used| used.sbom_id).collect();
    let identities: BTreeSet<IdentityId> = uses.iter().map(|used| used.identity_id).collect();
    let (sboms, identities) = (Vec::from_iter(sboms), Vec::from_iter(identities));
    let states = finding_counts::of_components(&mut read, organisation, &sboms, &identities).await?;
    Ok(ComponentsFound { uses, counts, states })
}
