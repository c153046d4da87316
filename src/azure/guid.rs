//! Names of role assignments: GUIDs that are unique in the tenant and equal in every run.

use uuid::Uuid;

const NAMESPACE: Uuid = Uuid::from_u128(0x6f1d_3c58_52b4_4d7e_9a36_0c1f_8e2b_7d41);

/// The GUID of one role of one principal on one scope. Azure refuses to change any of them under
/// one GUID (`RoleAssignmentUpdateNotPermitted`). A recreated principal is such a change, so it
/// needs a new `generation`.
pub fn role_assignment(scope: &str, principal: &str, role: &str, generation: u32) -> String {
    Uuid::new_v5(
        &NAMESPACE,
        format!("{scope}|{principal}|{role}|{generation}").to_lowercase().as_bytes(),
    )
    .to_string()
}

/// The first characters of the GUID, which distinguish the assignments of one principal.
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
