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

resource scope1 'Microsoft.Network/virtualNetworks@2024-03-01' existing = {
  name: 'vnet-hub'
}

resource scope2 'Microsoft.Network/virtualNetworks/subnets@2024-03-01' existing = {
  name: 'vnet-hub/nodes'
}

resource scope3 'Microsoft.Network/virtualNetworks/subnets@2024-03-01' existing = {
  name: 'vnet-hub/postgres'
}

// Network Contributor
resource role1 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: '5f27f7ba-81ff-59bd-9e0b-8b41fb337572'
  scope: scope2
  properties: {
    principalId: identity1.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: '/providers/Microsoft.Authorization/roleDefinitions/4d97b98b-1d4f-4787-a291-c67834d212e7'
  }
}

// Network Contributor
resource role2 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: '42be9c82-c1be-5480-9a0d-99a75f7df20f'
  scope: scope3
  properties: {
    principalId: identity1.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: '/providers/Microsoft.Authorization/roleDefinitions/4d97b98b-1d4f-4787-a291-c67834d212e7'
  }
}

// Network Contributor
resource role3 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: 'c0c0c62e-c4c4-53fe-80bc-ca8232342eab'
  scope: scope1
  properties: {
    principalId: identity1.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: '/providers/Microsoft.Authorization/roleDefinitions/4d97b98b-1d4f-4787-a291-c67834d212e7'
  }
}

// Network Contributor
resource role4 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: '0e3a9e2e-a54c-5d06-85a8-17f000d9b156'
  scope: scope2
  properties: {
    principalId: identity2.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: '/providers/Microsoft.Authorization/roleDefinitions/4d97b98b-1d4f-4787-a291-c67834d212e7'
  }
}
