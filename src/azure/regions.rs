//! The regions of Azure's public cloud, which have zones, and which have a pair. Source: the
//! locations API, as read in March 2026.

const ZONAL: &[&str] = &[
    "australiaeast",
    "austriaeast",
    "belgiumcentral",
    "brazilsouth",
    "canadacentral",
    "centralindia",
    "centralus",
    "chilecentral",
    "denmarkeast",
    "eastasia",
    "eastus",
    "eastus2",
    "francecentral",
    "germanywestcentral",
    "indonesiacentral",
    "israelcentral",
    "italynorth",
    "japaneast",
    "japanwest",
    "koreacentral",
    "malaysiawest",
    "mexicocentral",
    "newzealandnorth",
    "northeurope",
    "norwayeast",
    "polandcentral",
    "qatarcentral",
    "southafricanorth",
    "southcentralus",
    "southeastasia",
    "spaincentral",
    "swedencentral",
    "switzerlandnorth",
    "uaenorth",
    "uksouth",
    "westeurope",
    "westus2",
    "westus3",
];
const ZONELESS: &[&str] = &[
    "australiacentral",
    "australiacentral2",
    "australiasoutheast",
    "brazilsoutheast",
    "canadaeast",
    "francesouth",
    "germanynorth",
    "jioindiacentral",
    "jioindiawest",
    "koreasouth",
    "northcentralus",
    "norwaywest",
    "southafricawest",
    "southindia",
    "swedensouth",
    "switzerlandwest",
    "uaecentral",
    "ukwest",
    "westcentralus",
    "westindia",
    "westus",
];

/// Regions with zones that Azure pairs with no other one: nothing can be kept twice that way.
const ALONE: &[&str] = &[
    "austriaeast",
    "belgiumcentral",
    "chilecentral",
    "denmarkeast",
    "indonesiacentral",
    "israelcentral",
    "italynorth",
    "malaysiawest",
    "mexicocentral",
    "newzealandnorth",
    "polandcentral",
    "qatarcentral",
    "spaincentral",
];

/// Every region.
pub fn all() -> impl Iterator<Item = &'static str> + Clone {
    ZONAL.iter().chain(ZONELESS).copied()
}

/// Does a region have zones? An unknown one gives nothing.
pub fn has_zones(region: &str) -> Option<bool> {
    let known = ZONAL.contains(&region) || ZONELESS.contains(&region);
    known.then(|| ZONAL.contains(&region))
}

/// Does Azure keep copies in a paired region for those who ask for it?
pub fn has_pair(region: &str) -> bool {
    !ALONE.contains(&region)
}
