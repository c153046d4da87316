// Assigns the roles that identities of dev need in a resource group of another team.
// The owner of the resource group deploys this file. Deleting a role assignment revokes its access.
targetScope = 'resourceGroup'

resource identity1 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' existing = {
  name: 'id-shop-dev-azure-operator'
  scope: resourceGroup('00000000-0000-0000-0000-000000000002', 'rg-shop-dev')
}

resource identity2 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' existing = {
  name: 'id-shop-dev-cluster'
  scope: resourceGroup('00000000-0000-0000-0000-000000000002', 'rg-shop-dev')
}

resource scope1 'Microsoft.Network/virtualNetworks/subnets@2024-03-01' existing = {
  name: 'vnet-hub/shop-nodes'
}

// Network Contributor
resource role1 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: '116077e7-7b48-5af5-8341-fcba0ab00ba7'
  scope: scope1
  properties: {
    principalId: identity1.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: '/providers/Microsoft.Authorization/roleDefinitions/4d97b98b-1d4f-4787-a291-c67834d212e7'
  }
}

// Network Contributor
resource role2 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: 'fff93489-47a7-5ad5-a49b-dda97ce30f58'
  scope: scope1
  properties: {
    principalId: identity2.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: '/providers/Microsoft.Authorization/roleDefinitions/4d97b98b-1d4f-4787-a291-c67834d212e7'
  }
}
