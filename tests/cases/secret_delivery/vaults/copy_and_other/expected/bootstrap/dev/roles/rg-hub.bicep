// Assigns the roles that identities of dev need in a resource group of another team.
// The owner of the resource group deploys this file. Deleting a role assignment revokes its access.
targetScope = 'resourceGroup'

resource identity1 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' existing = {
  name: 'id-shop-dev-partner-reader'
  scope: resourceGroup('00000000-0000-0000-0000-000000000002', 'rg-shop-dev')
}

resource scope1 'Microsoft.KeyVault/vaults@2023-07-01' existing = {
  name: 'kv-partner'
}

// Key Vault Secrets User
resource role1 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: 'c2724ad3-9f0c-5031-9f57-a00b5d83ed0c'
  scope: scope1
  properties: {
    principalId: identity1.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: '/providers/Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6'
  }
}
