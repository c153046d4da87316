// Assigns the roles that identities of dev need in a resource group of another team.
// The owner of the resource group deploys this file. Deleting a role assignment revokes its access.
targetScope = 'resourceGroup'

resource identity1 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' existing = {
  name: 'id-shop-dev-kubelet'
  scope: resourceGroup('00000000-0000-0000-0000-000000000002', 'rg-shop-dev')
}

resource scope1 'Microsoft.ContainerRegistry/registries@2023-07-01' existing = {
  name: 'acrHub'
}

// AcrPull
resource role1 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: 'ae97b38f-aa14-519f-abac-81300bb1be0b'
  scope: scope1
  properties: {
    principalId: identity1.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: '/providers/Microsoft.Authorization/roleDefinitions/7f951dda-4ed3-4680-a7ca-43fe172d538d'
  }
}
