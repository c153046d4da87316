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

resource scope1 'Microsoft.Network/privateDnsZones@2024-06-01' existing = {
  name: 'hub.postgres.database.azure.com'
}

resource scope2 'Microsoft.Network/privateDnsZones@2024-06-01' existing = {
  name: 'privatelink.vaultcore.azure.net'
}

resource scope3 'Microsoft.Network/virtualNetworks/subnets@2024-03-01' existing = {
  name: 'vnet-hub/endpoints'
}

resource scope4 'Microsoft.Network/virtualNetworks/subnets@2024-03-01' existing = {
  name: 'vnet-hub/nodes'
}

resource scope5 'Microsoft.Network/virtualNetworks/subnets@2024-03-01' existing = {
  name: 'vnet-hub/postgres'
}

// Network Contributor
resource role1 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: '5f27f7ba-81ff-59bd-9e0b-8b41fb337572'
  scope: scope4
  properties: {
    principalId: identity1.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: '/providers/Microsoft.Authorization/roleDefinitions/4d97b98b-1d4f-4787-a291-c67834d212e7'
  }
}

// Network Contributor
resource role2 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: '359c8ca1-3fba-5c5f-a94d-ef1c2420bb5f'
  scope: scope3
  properties: {
    principalId: identity1.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: '/providers/Microsoft.Authorization/roleDefinitions/4d97b98b-1d4f-4787-a291-c67834d212e7'
  }
}

// Network Contributor
resource role3 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: '42be9c82-c1be-5480-9a0d-99a75f7df20f'
  scope: scope5
  properties: {
    principalId: identity1.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: '/providers/Microsoft.Authorization/roleDefinitions/4d97b98b-1d4f-4787-a291-c67834d212e7'
  }
}

// Private DNS Zone Contributor
resource role4 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: '99156caf-c939-55bc-b73d-1ec7f05124a8'
  scope: scope1
  properties: {
    principalId: identity1.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: '/providers/Microsoft.Authorization/roleDefinitions/b12aa53e-6015-4669-85d0-8515ebb3ae7f'
  }
}

// Private DNS Zone Contributor
resource role5 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: '1c60c75a-1ff3-50f2-ab89-40f8981895a1'
  scope: scope2
  properties: {
    principalId: identity1.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: '/providers/Microsoft.Authorization/roleDefinitions/b12aa53e-6015-4669-85d0-8515ebb3ae7f'
  }
}

// Network Contributor
resource role6 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: '0e3a9e2e-a54c-5d06-85a8-17f000d9b156'
  scope: scope4
  properties: {
    principalId: identity2.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: '/providers/Microsoft.Authorization/roleDefinitions/4d97b98b-1d4f-4787-a291-c67834d212e7'
  }
}
