// Assigns the roles that identities of dev need in a resource group of another team.
// The owner of the resource group deploys this file. Deleting a role assignment revokes its access.
targetScope = 'resourceGroup'

resource identity1 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' existing = {
  name: 'id-ecommerce-dev-cert-manager'
  scope: resourceGroup('00000000-0000-0000-0000-000000000002', 'rg-ecommerce-dev')
}

resource identity2 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' existing = {
  name: 'id-ecommerce-dev-external-dns'
  scope: resourceGroup('00000000-0000-0000-0000-000000000002', 'rg-ecommerce-dev')
}

resource identity3 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' existing = {
  name: 'id-ecommerce-dev-kubelet'
  scope: resourceGroup('00000000-0000-0000-0000-000000000002', 'rg-ecommerce-dev')
}

resource scope1 'Microsoft.ContainerRegistry/registries@2023-07-01' existing = {
  name: 'acrecommerceproductigxd2c'
}

resource scope2 'Microsoft.Network/dnsZones@2018-05-01' existing = {
  name: 'contoso.example'
}

// DNS Zone Contributor
resource role1 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: 'f58154f6-8c28-552d-a66d-3557b16837e8'
  scope: scope2
  properties: {
    principalId: identity1.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: '/providers/Microsoft.Authorization/roleDefinitions/befefa01-2a29-4197-83a8-272ff33ce314'
  }
}

// DNS Zone Contributor
resource role2 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: 'b4f0d676-6d3c-5003-b459-a25d600b1385'
  scope: scope2
  properties: {
    principalId: identity2.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: '/providers/Microsoft.Authorization/roleDefinitions/befefa01-2a29-4197-83a8-272ff33ce314'
  }
}

// Reader
resource role3 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: 'cc788ec8-8bc6-5ea2-8fcf-ce4e858f11a2'
  properties: {
    principalId: identity2.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: '/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7'
  }
}

// AcrPull
resource role4 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: 'b10520ff-3465-5d55-bab5-817ba011e435'
  scope: scope1
  properties: {
    principalId: identity3.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: '/providers/Microsoft.Authorization/roleDefinitions/7f951dda-4ed3-4680-a7ca-43fe172d538d'
  }
}
