// Assigns the roles that identities of {{ environment }} need in a resource group of another team.
// The owner of the resource group deploys this file. Deleting a role assignment revokes its access.
targetScope = 'resourceGroup'
{%- for identity in item.identities %}

resource identity{{ loop.index }} 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' existing = {
  name: {{ identity | bicep }}
  scope: resourceGroup({{ subscription_id | bicep }}, {{ resource_group_name | bicep }})
}
{%- endfor %}
{%- for scope in item.scopes %}

resource scope{{ loop.index }} {{ scope.resource | bicep }} existing = {
  name: {{ scope.name | bicep }}
}
{%- endfor %}
{%- for role in item.roles %}

// {{ role.role }}
resource role{{ loop.index }} 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: {{ role.guid | bicep }}
{%- if role.scope %}
  scope: scope{{ role.scope }}
{%- endif %}
  properties: {
    principalId: identity{{ role.identity }}.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: {{ role.definition | bicep }}
  }
}
{%- endfor %}
