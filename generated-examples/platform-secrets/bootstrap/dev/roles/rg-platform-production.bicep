// Assigns the roles that identities of dev need in a resource group of another team.
// The owner of the resource group deploys this file. Deleting a role assignment revokes its access.
targetScope = 'resourceGroup'

resource identity1 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' existing = {
  name: 'id-platform-dev-cert-manager'
  scope: resourceGroup('00000000-0000-0000-0000-000000000002', 'rg-platform-dev')
}

resource identity2 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' existing = {
  name: 'id-platform-dev-external-dns'
  scope: resourceGroup('00000000-0000-0000-0000-000000000002', 'rg-platform-dev')
}

resource scope1 'Microsoft.Network/dnsZones@2018-05-01' existing = {
  name: 'platform.contoso.example'
}

// DNS Zone Contributor
resource role1 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: 'c4c72b45-0e11-5a0a-8f11-c6a2537cc79c'
  scope: scope1
  properties: {
    principalId: identity1.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: '/providers/Microsoft.Authorization/roleDefinitions/befefa01-2a29-4197-83a8-272ff33ce314'
  }
}

// DNS Zone Contributor
resource role2 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: 'f82c71e5-f3a7-5895-80ea-62dfb5c60e49'
  scope: scope1
  properties: {
    principalId: identity2.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: '/providers/Microsoft.Authorization/roleDefinitions/befefa01-2a29-4197-83a8-272ff33ce314'
  }
}

// Reader
resource role3 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: '2ecccf4d-0481-58be-8370-cd0d6b83aa3a'
  properties: {
    principalId: identity2.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: '/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7'
  }
}
