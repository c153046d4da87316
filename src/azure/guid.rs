//! Names of role assignments: GUIDs that are unique in the tenant and the same at every run.

use uuid::Uuid;

const NAMESPACE: Uuid = Uuid::from_u128(0x6f1d_3c58_52b4_4d7e_9a36_0c1f_8e2b_7d41);

/// The GUID of one role of one principal on one scope. Changing any of them under the same GUID
/// would be refused by Azure (`RoleAssignmentUpdateNotPermitted`), and so would a recreated
/// principal: hence the generation.
pub fn role_assignment(scope: &str, principal: &str, role: &str, generation: u32) -> String {
    Uuid::new_v5(
        &NAMESPACE,
        format!("{scope}|{principal}|{role}|{generation}").to_lowercase().as_bytes(),
    )
    .to_string()
}

/// The first characters of such a GUID: enough to tell the assignments of one principal apart.
pub fn short(guid: &str) -> &str {
    &guid[..8]
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_part_counts() {
        let of = super::role_assignment;
        let base = of("s", "p", "r", 1);
        for other in
            [of("x", "p", "r", 1), of("s", "x", "r", 1), of("s", "p", "x", 1), of("s", "p", "r", 2)]
        {
            assert_ne!(base, other);
        }
        assert_eq!(base, of("S", "p", "r", 1), "Azure ids are case-insensitive");
    }
}
