package azure

import "strings"

// identities is the type of user-assigned identities.
const identities = "Microsoft.ManagedIdentity/userAssignedIdentities"

// PrincipalID is the object id of an identity.
func PrincipalID(identity string) string {
	return UUID("principal " + identity)
}

// ClientID is the application id of an identity.
func ClientID(identity string) string {
	return UUID("client " + identity)
}

// IdentityOf returns the identity with a client id.
func (a *Azure) IdentityOf(client string) (string, bool) {
	for _, one := range a.Each(identities) {
		if ClientID(one.ID) == client {
			return one.ID, true
		}
	}
	return "", false
}

// Assign adds a role assignment.
func (a *Azure) Assign(id string, one Assignment) {
	a.guard.Lock()
	defer a.guard.Unlock()
	one.Scope = strings.ToLower(one.Scope)
	a.assignments[strings.ToLower(id)] = one
}

// Trust adds a federated credential to an identity.
func (a *Azure) Trust(id string, one Trust) {
	a.guard.Lock()
	defer a.guard.Unlock()
	one.Identity = strings.ToLower(one.Identity)
	a.trusts[strings.ToLower(id)] = one
}

// Trusts reports whether an identity accepts the tokens of a service account of the cluster.
func (a *Azure) Trusts(identity, namespace, account string) bool {
	a.guard.Lock()
	defer a.guard.Unlock()
	for _, one := range a.trusts {
		if one.Identity == strings.ToLower(identity) && one.Issuer == Issuer && one.Subject == "system:serviceaccount:"+namespace+":"+account {
			return true
		}
	}
	return false
}

// Allows reports whether a principal has an action or data action at a scope.
func (a *Azure) Allows(principal, action, scope string) bool {
	return len(a.granting(principal, action, scope)) > 0
}

// MayAssign reports whether a principal may assign a role at a scope: the action itself, and the
// condition of the assignment that grants it.
func (a *Azure) MayAssign(principal, role, scope string) bool {
	for _, one := range a.granting(principal, "Microsoft.Authorization/roleAssignments/write", scope) {
		if one.Allowed == nil || contains(one.Allowed, role) {
			return true
		}
	}
	return false
}

// granting returns the assignments that grant an action at a scope or above it.
func (a *Azure) granting(principal, action, scope string) []Assignment {
	a.guard.Lock()
	defer a.guard.Unlock()
	var found []Assignment
	for _, one := range a.assignments {
		above := strings.HasPrefix(strings.ToLower(scope)+"/", one.Scope+"/")
		if one.Principal == principal && above && a.Roles.Grants(one.Role, action) {
			found = append(found, one)
		}
	}
	return found
}

func contains(all []string, wanted string) bool {
	for _, one := range all {
		if strings.EqualFold(one, wanted) {
			return true
		}
	}
	return false
}

// Granted returns the id of an assignment of the same role to the same principal at the same scope.
func (a *Azure) Granted(wanted Assignment) string {
	a.guard.Lock()
	defer a.guard.Unlock()
	for id, one := range a.assignments {
		if one.Principal == wanted.Principal && one.Role == wanted.Role && one.Scope == strings.ToLower(wanted.Scope) {
			return id
		}
	}
	return ""
}

// Principals returns the principals of all identities.
func (a *Azure) Principals() map[string]bool {
	found := map[string]bool{}
	for _, one := range a.Each(identities) {
		found[PrincipalID(one.ID)] = true
	}
	return found
}

// Orphans returns role assignments of principals that existed before and do not any more.
func (a *Azure) Orphans(before map[string]bool) []string {
	now := a.Principals()
	a.guard.Lock()
	defer a.guard.Unlock()
	var found []string
	for id, one := range a.assignments {
		if before[one.Principal] && !now[one.Principal] {
			found = append(found, id)
		}
	}
	return found
}
