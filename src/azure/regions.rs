//! Regions of the Azure public cloud, with availability zones and pairs. Source: the locations API,
//! read in March 2026.

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

/// Regions with availability zones and without a paired region.
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

/// Whether a region has availability zones; `None` for an unknown region.
pub fn has_zones(region: &str) -> Option<bool> {
    let known = ZONAL.contains(&region) || ZONELESS.contains(&region);
    known.then(|| ZONAL.contains(&region))
}

/// Whether a region has a paired region for geo-redundant storage.
pub fn has_pair(region: &str) -> bool {
    !ALONE.contains(&region)
}
