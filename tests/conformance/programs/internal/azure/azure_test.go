package azure

import "testing"

const bicep = `targetScope = 'resourceGroup'

// An identity.
resource operatorIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-operator'
  location: 'uksouth'
}

resource role 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: 'one'
  properties: {
    principalId: operatorIdentity.properties.principalId
    roleDefinitionId: '/providers/Microsoft.Authorization/roleDefinitions/contributor'
  }
}

resource credential 'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials@2023-01-31' = {
  parent: operatorIdentity
  name: 'aso'
  properties: {
    subject: 'system:serviceaccount:system:operator'
    audiences: [
      'api://AzureADTokenExchange'
    ]
  }
}

output operatorClientId string = operatorIdentity.properties.clientId
`

func deployed(t *testing.T) (*Azure, string) {
	t.Helper()
	azure := New("sub", Roles{"contributor": {Actions: []string{"*"}, NotActions: []string{"Microsoft.Authorization/*/Write"}}})
	azure.Register("Microsoft.ManagedIdentity")
	azure.Put(Resource{ID: azure.GroupID("rg")})
	result, err := azure.Deploy("rg", bicep)
	if err != nil {
		t.Fatal(err)
	}
	identity, found := azure.IdentityOf(result.Operator)
	if !found {
		t.Fatal("the output has no client id of an identity")
	}
	return azure, identity
}

func TestRolesApplyBelowTheirScope(t *testing.T) {
	azure, identity := deployed(t)
	principal := PrincipalID(identity)
	for scope, wanted := range map[string]bool{azure.GroupID("rg") + "/providers/x/y/z": true, azure.GroupID("rg2"): false, "/subscriptions/sub": false} {
		if azure.Allows(principal, "Microsoft.KeyVault/vaults/write", scope) != wanted {
			t.Errorf("Allows at %s is not %v", scope, wanted)
		}
	}
	if azure.MayAssign(principal, "contributor", azure.GroupID("rg")) {
		t.Error("a contributor may assign roles")
	}
}

func TestTrustNeedsTheSubject(t *testing.T) {
	azure, identity := deployed(t)
	azure.Trust("x", Trust{Identity: identity, Issuer: Issuer, Subject: "system:serviceaccount:system:other"})
	if !azure.Trusts(identity, "system", "other") || azure.Trusts(identity, "system", "operator2") {
		t.Error("a trust does not depend on its subject")
	}
}

func TestDeploymentNeedsItsProvider(t *testing.T) {
	azure := New("sub", Roles{})
	azure.Put(Resource{ID: azure.GroupID("rg")})
	if _, err := azure.Deploy("rg", bicep); err == nil {
		t.Error("a deployment succeeds without a registered provider")
	}
}

func TestAllowedRolesOfACondition(t *testing.T) {
	condition := "@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {4633458b-17de-408a-b874-0445c86b69e6}"
	if roles := AllowedRoles(condition); len(roles) != 1 || AllowedRoles("") != nil {
		t.Errorf("allowed roles are %v", roles)
	}
}
