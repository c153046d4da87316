// Creates the resources of {{ environment }} that must exist before GitOps: the cluster with its
// pools and identities, and the identity of Azure Service Operator. Azure Service
// Operator later adopts the resources by their names.
targetScope = 'resourceGroup'

resource clusterIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: {{ cluster_identity.azure_name | bicep }}
  location: {{ location | bicep }}
}

resource kubeletIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: {{ kubelet_identity.azure_name | bicep }}
  location: {{ location | bicep }}
}

resource operatorIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: {{ operator_identity.azure_name | bicep }}
  location: {{ location | bicep }}
}
{% if network.own %}
resource nodesGroup 'Microsoft.Network/networkSecurityGroups@2024-03-01' = {
  name: {{ nodes_group.azure_name | bicep }}
  location: {{ location | bicep }}
}
{% for rule in nodes_rules %}
resource nodesRule{{ loop.index }} 'Microsoft.Network/networkSecurityGroups/securityRules@2024-03-01' = {
  parent: nodesGroup
  name: {{ rule.azure_name | bicep }}
  properties: {
    direction: 'Inbound'
    access: {{ rule.access | bicep }}
    priority: {{ rule.priority }}
    protocol: {{ rule.protocol | bicep }}
{%- if rule.from %}
    sourceAddressPrefix: {{ rule.from | bicep }}
{%- else %}
    sourceAddressPrefixes: [
{%- for range in rule.from_each %}
      {{ range | bicep }}
{%- endfor %}
    ]
{%- endif %}
    sourcePortRange: '*'
{%- if rule.to %}
    destinationAddressPrefix: {{ rule.to | bicep }}
{%- else %}
    destinationAddressPrefixes: [
{%- for range in rule.to_each %}
      {{ range | bicep }}
{%- endfor %}
    ]
{%- endif %}
{%- if rule.port %}
    destinationPortRange: {{ rule.port | bicep }}
{%- else %}
    destinationPortRanges: [
{%- for port in rule.ports %}
      {{ port | bicep }}
{%- endfor %}
    ]
{%- endif %}
  }
}
{% endfor %}
{%- for address in network.addresses %}
resource egressAddress{{ loop.index }} 'Microsoft.Network/publicIPAddresses@2024-03-01' = {
  name: {{ address.azure_name | bicep }}
  location: {{ location | bicep }}
  sku: {
    name: 'Standard'
    tier: 'Regional'
  }
{%- if network.zonal %}
  zones: [
    '1'
    '2'
    '3'
  ]
{%- endif %}
  properties: {
    publicIPAddressVersion: 'IPv4'
    publicIPAllocationMethod: 'Static'
  }
}
{% endfor %}
{%- if network.by_nat %}
resource egress 'Microsoft.Network/natGateways@2024-03-01' = {
  name: {{ network.nat_name | bicep }}
  location: {{ location | bicep }}
  sku: {
    name: 'Standard'
  }
  properties: {
    idleTimeoutInMinutes: 4
    publicIpAddresses: [
{%- for address in network.addresses %}
      {
        id: egressAddress{{ loop.index }}.id
      }
{%- endfor %}
    ]
  }
}
{% endif %}
resource virtualNetwork 'Microsoft.Network/virtualNetworks@2024-03-01' = {
  name: {{ network.azure_name | bicep }}
  location: {{ location | bicep }}
  properties: {
    addressSpace: {
      addressPrefixes: [
        {{ network.cidr | bicep }}
      ]
    }
  }
}

resource nodesSubnet 'Microsoft.Network/virtualNetworks/subnets@2024-03-01' = {
  parent: virtualNetwork
  name: {{ nodes.azure_name | bicep }}
  properties: {
    addressPrefix: {{ nodes.cidr | bicep }}
    defaultOutboundAccess: false
    networkSecurityGroup: {
      id: nodesGroup.id
    }
{%- if network.by_nat %}
    natGateway: {
      id: egress.id
    }
{%- endif %}
  }
}
{% endif %}
{%- for role in cluster_identity.protected_roles %}
// {{ role.role }}
resource clusterRole{{ loop.index }} 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: {{ role.guid | bicep }}
  scope: {% if role.kind == "VirtualNetworksSubnet" %}nodesSubnet{% else %}kubeletIdentity{% endif %}
  properties: {
    principalId: clusterIdentity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: {{ role.definition | bicep }}
  }
}
{% endfor %}
{%- for role in operator_identity.protected_roles %}
// {{ role.role }} on the resource group
resource operatorRole{{ loop.index }} 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: {{ role.guid | bicep }}
  properties: {
    principalId: operatorIdentity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: {{ role.definition | bicep }}
  }
}
{% endfor %}
resource cluster 'Microsoft.ContainerService/managedClusters@2024-09-01' = {
  name: {{ cluster.azure_name | bicep }}
  location: {{ location | bicep }}
  sku: {
    name: 'Base'
    tier: {{ cluster.tier | bicep }}
  }
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${clusterIdentity.id}': {}
    }
  }
  properties: {
    dnsPrefix: {{ cluster.dns_prefix | bicep }}
    nodeResourceGroup: {{ cluster.node_resource_group | bicep }}
    kubernetesVersion: {{ cluster.version | bicep }}
    enableRBAC: true
    disableLocalAccounts: true
    identityProfile: {
      kubeletidentity: {
        resourceId: kubeletIdentity.id
        clientId: kubeletIdentity.properties.clientId
        objectId: kubeletIdentity.properties.principalId
      }
    }
    aadProfile: {
      managed: true
      enableAzureRBAC: true
      tenantID: {{ tenant_id | bicep }}
      adminGroupObjectIDs: [
        {{ cluster.admins | bicep }}
      ]
    }
{%- if cluster.restricted %}
    apiServerAccessProfile: {
      authorizedIPRanges: [
{%- for range in cluster.authorized_ranges %}
        {{ range | bicep }}
{%- endfor %}
      ]
    }
{%- endif %}
    oidcIssuerProfile: {
      enabled: true
    }
    securityProfile: {
      workloadIdentity: {
        enabled: true
      }
      imageCleaner: {
        enabled: true
        intervalHours: 168
      }
    }
    networkProfile: {
      networkPlugin: 'azure'
      networkPluginMode: 'overlay'
      networkDataplane: 'cilium'
      networkPolicy: 'cilium'
      loadBalancerSku: 'standard'
      outboundType: {{ cluster.outbound_type | bicep }}
      podCidr: {{ cluster.pod_cidr | bicep }}
      serviceCidr: {{ cluster.service_cidr | bicep }}
      dnsServiceIP: {{ cluster.dns_address | bicep }}
{%- if cluster.fqdn_policies %}
      advancedNetworking: {
        enabled: true
        security: {
          enabled: true
        }
      }
{%- endif %}
    }
{%- if cluster.mesh %}
    serviceMeshProfile: {
      mode: 'Istio'
      istio: {
        components: {
          ingressGateways: [
            {
              enabled: true
              mode: 'External'
            }
          ]
        }
        revisions: [
{%- for revision in cluster.mesh_revisions %}
          {{ revision | bicep }}
{%- endfor %}
        ]
      }
    }
{%- endif %}
    autoUpgradeProfile: {
      upgradeChannel: 'patch'
      nodeOSUpgradeChannel: 'NodeImage'
    }
    storageProfile: {
      diskCSIDriver: {
        enabled: true
      }
      snapshotController: {
        enabled: true
      }
    }
    agentPoolProfiles: [
{%- for pool in cluster.system_pools %}
      {
        name: {{ pool.name | bicep }}
        mode: 'System'
        type: 'VirtualMachineScaleSets'
        osType: 'Linux'
        osSKU: 'AzureLinux'
        orchestratorVersion: {{ pool.version | bicep }}
        vmSize: {{ pool.vm_size | bicep }}
        vnetSubnetID: {% if network.own %}nodesSubnet.id{% else %}{{ cluster.nodes_subnet.id | bicep }}{% endif %}
        count: {{ pool.min }}
        enableAutoScaling: true
        minCount: {{ pool.min }}
        maxCount: {{ pool.max }}
{%- if pool.zonal %}
        availabilityZones: [
{%- for zone in pool.zones %}
          {{ zone | bicep }}
{%- endfor %}
        ]
{%- endif %}
        nodeTaints: [
          'CriticalAddonsOnly=true:NoSchedule'
        ]
        upgradeSettings: {
          maxSurge: '33%'
          drainTimeoutInMinutes: {{ cluster.drain_minutes }}
        }
      }
{%- endfor %}
    ]
  }
{%- if cluster_identity.protected_roles %}
  dependsOn: [
{%- for role in cluster_identity.protected_roles %}
    clusterRole{{ loop.index }}
{%- endfor %}
  ]
{%- endif %}
}

// System nodes accept system pods only. Operators and workloads need the other pools.
{%- for pool in cluster.user_pools %}
resource pool{{ loop.index }} 'Microsoft.ContainerService/managedClusters/agentPools@2024-09-01' = {
  parent: cluster
  name: {{ pool.name | bicep }}
  properties: {
    mode: 'User'
    type: 'VirtualMachineScaleSets'
    osType: 'Linux'
    osSKU: 'AzureLinux'
    orchestratorVersion: {{ pool.version | bicep }}
    vmSize: {{ pool.vm_size | bicep }}
    vnetSubnetID: {% if network.own %}nodesSubnet.id{% else %}{{ cluster.nodes_subnet.id | bicep }}{% endif %}
    count: {{ pool.min }}
    enableAutoScaling: true
    minCount: {{ pool.min }}
    maxCount: {{ pool.max }}
{%- if pool.zonal %}
    availabilityZones: [
{%- for zone in pool.zones %}
      {{ zone | bicep }}
{%- endfor %}
    ]
{%- endif %}
{%- if pool.spot %}
    scaleSetPriority: 'Spot'
    scaleSetEvictionPolicy: 'Delete'
    spotMaxPrice: json('-1')
{%- else %}
    upgradeSettings: {
      maxSurge: '33%'
      drainTimeoutInMinutes: {{ cluster.drain_minutes }}
    }
{%- endif %}
  }
}
{% endfor %}
// {{ cluster_admin }} for the administrator group
resource admins 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: {{ cluster.admins_guid | bicep }}
  scope: cluster
  properties: {
    principalId: {{ cluster.admins | bicep }}
    principalType: 'Group'
    roleDefinitionId: {{ cluster.admins_role | bicep }}
  }
}
{% for subject in operator_identity.protected_subjects %}
resource operatorCredential{{ loop.index }} 'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials@2023-01-31' = {
  parent: operatorIdentity
  name: {{ subject.name | bicep }}
  properties: {
    issuer: cluster.properties.oidcIssuerProfile.issuerURL
    subject: {{ subject.subject | bicep }}
    audiences: [
      'api://AzureADTokenExchange'
    ]
  }
}
{% endfor %}
{%- if flux %}
resource flux 'Microsoft.KubernetesConfiguration/extensions@2023-05-01' = {
  name: 'flux'
  scope: cluster
  properties: {
    extensionType: 'microsoft.flux'
    autoUpgradeMinorVersion: true
    scope: {
      cluster: {
        releaseNamespace: 'flux-system'
      }
    }
  }
  dependsOn: [
    pool1
  ]
}

// Applies clusters/{{ environment }} of the repository, which contains all other Kustomizations.
resource configuration 'Microsoft.KubernetesConfiguration/fluxConfigurations@2023-05-01' = {
  name: 'bootstrap'
  scope: cluster
  properties: {
    scope: 'cluster'
    namespace: {{ engine_namespace | bicep }}
    sourceKind: 'GitRepository'
    gitRepository: {
      url: {{ repository | bicep }}
      repositoryRef: {
        branch: {{ branch | bicep }}
      }
{%- if secret %}
      localAuthRef: {{ secret | bicep }}
{%- endif %}
    }
    kustomizations: {
      clusters: {
        path: {{ root | bicep }}
        prune: true
      }
    }
  }
  dependsOn: [
    flux
  ]
}
{% endif %}
output operatorClientId string = operatorIdentity.properties.clientId
