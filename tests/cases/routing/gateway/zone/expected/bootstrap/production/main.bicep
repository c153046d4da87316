// Creates the resources of production that must exist before GitOps: the cluster with its
// pools and identities, and the identity of Azure Service Operator. Azure Service
// Operator later adopts the resources by their names.
targetScope = 'resourceGroup'

resource clusterIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-shop-production-cluster'
  location: 'uksouth'
}

resource kubeletIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-shop-production-kubelet'
  location: 'uksouth'
}

resource operatorIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-shop-production-azure-operator'
  location: 'uksouth'
}

resource nodesGroup 'Microsoft.Network/networkSecurityGroups@2024-03-01' = {
  name: 'nsg-shop-production-nodes'
  location: 'uksouth'
}

resource nodesRule1 'Microsoft.Network/networkSecurityGroups/securityRules@2024-03-01' = {
  parent: nodesGroup
  name: 'cluster'
  properties: {
    direction: 'Inbound'
    access: 'Allow'
    priority: 100
    protocol: '*'
    sourceAddressPrefixes: [
      '10.226.0.0/18'
      '10.244.0.0/16'
    ]
    sourcePortRange: '*'
    destinationAddressPrefixes: [
      '10.226.0.0/18'
      '10.244.0.0/16'
    ]
    destinationPortRange: '*'
  }
}

resource nodesRule2 'Microsoft.Network/networkSecurityGroups/securityRules@2024-03-01' = {
  parent: nodesGroup
  name: 'web'
  properties: {
    direction: 'Inbound'
    access: 'Allow'
    priority: 110
    protocol: 'Tcp'
    sourceAddressPrefix: 'Internet'
    sourcePortRange: '*'
    destinationAddressPrefix: '*'
    destinationPortRanges: [
      '80'
      '443'
    ]
  }
}

resource virtualNetwork 'Microsoft.Network/virtualNetworks@2024-03-01' = {
  name: 'vnet-shop-production'
  location: 'uksouth'
  properties: {
    addressSpace: {
      addressPrefixes: [
        '10.226.0.0/16'
      ]
    }
  }
}

resource nodesSubnet 'Microsoft.Network/virtualNetworks/subnets@2024-03-01' = {
  parent: virtualNetwork
  name: 'snet-nodes'
  properties: {
    addressPrefix: '10.226.0.0/18'
    defaultOutboundAccess: false
    networkSecurityGroup: {
      id: nodesGroup.id
    }
  }
}

// Managed Identity Operator
resource clusterRole1 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: 'cf9301f2-c1cd-5408-af94-25d9db455a2f'
  scope: kubeletIdentity
  properties: {
    principalId: clusterIdentity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: '/providers/Microsoft.Authorization/roleDefinitions/f1a07417-d97a-45cb-824c-7a7467783830'
  }
}

// Network Contributor
resource clusterRole2 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: '961dbc7c-3291-5334-aff9-d7bc4f6fe8e8'
  scope: nodesSubnet
  properties: {
    principalId: clusterIdentity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: '/providers/Microsoft.Authorization/roleDefinitions/4d97b98b-1d4f-4787-a291-c67834d212e7'
  }
}

// Contributor on the resource group
resource operatorRole1 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: '948256f7-7b30-5eae-be72-9f686e1b2cee'
  properties: {
    principalId: operatorIdentity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: '/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c'
  }
}

// Role Based Access Control Administrator on the resource group
resource operatorRole2 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: '355fc840-0899-5992-96c9-c16e232d212d'
  properties: {
    principalId: operatorIdentity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: '/providers/Microsoft.Authorization/roleDefinitions/f58310d9-a9f6-439a-9e8d-f62e7b41a168'
  }
}

resource cluster 'Microsoft.ContainerService/managedClusters@2024-09-01' = {
  name: 'aks-shop-production'
  location: 'uksouth'
  sku: {
    name: 'Base'
    tier: 'Standard'
  }
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${clusterIdentity.id}': {}
    }
  }
  properties: {
    dnsPrefix: 'shop-production'
    nodeResourceGroup: 'rg-shop-production-nodes'
    kubernetesVersion: '1.35'
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
      tenantID: '00000000-0000-0000-0000-000000000001'
      adminGroupObjectIDs: [
        '00000000-0000-0000-0000-000000000003'
      ]
    }
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
      outboundType: 'loadBalancer'
      podCidr: '10.244.0.0/16'
      serviceCidr: '10.0.0.0/16'
      dnsServiceIP: '10.0.0.10'
    }
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
          'asm-1-29'
          'asm-1-30'
        ]
      }
    }
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
      {
        name: 'system'
        mode: 'System'
        type: 'VirtualMachineScaleSets'
        osType: 'Linux'
        osSKU: 'AzureLinux'
        orchestratorVersion: '1.35'
        vmSize: 'Standard_D4ds_v5'
        vnetSubnetID: nodesSubnet.id
        count: 3
        enableAutoScaling: true
        minCount: 3
        maxCount: 5
        availabilityZones: [
          '1'
          '2'
          '3'
        ]
        nodeTaints: [
          'CriticalAddonsOnly=true:NoSchedule'
        ]
        upgradeSettings: {
          maxSurge: '33%'
          drainTimeoutInMinutes: 30
        }
      }
    ]
  }
  dependsOn: [
    clusterRole1
    clusterRole2
  ]
}

// System nodes accept system pods only. Operators and workloads need the other pools.
resource pool1 'Microsoft.ContainerService/managedClusters/agentPools@2024-09-01' = {
  parent: cluster
  name: 'work'
  properties: {
    mode: 'User'
    type: 'VirtualMachineScaleSets'
    osType: 'Linux'
    osSKU: 'AzureLinux'
    orchestratorVersion: '1.35'
    vmSize: 'Standard_D4ds_v5'
    vnetSubnetID: nodesSubnet.id
    count: 3
    enableAutoScaling: true
    minCount: 3
    maxCount: 20
    availabilityZones: [
      '1'
      '2'
      '3'
    ]
    upgradeSettings: {
      maxSurge: '33%'
      drainTimeoutInMinutes: 30
    }
  }
}

// Azure Kubernetes Service RBAC Cluster Admin for the administrator group
resource admins 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: '214f7d49-3a40-523b-a707-ffec23feddf3'
  scope: cluster
  properties: {
    principalId: '00000000-0000-0000-0000-000000000003'
    principalType: 'Group'
    roleDefinitionId: '/providers/Microsoft.Authorization/roleDefinitions/b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b'
  }
}

resource operatorCredential1 'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials@2023-01-31' = {
  parent: operatorIdentity
  name: 'azureserviceoperator-system-azureserviceoperator-default'
  properties: {
    issuer: cluster.properties.oidcIssuerProfile.issuerURL
    subject: 'system:serviceaccount:azureserviceoperator-system:azureserviceoperator-default'
    audiences: [
      'api://AzureADTokenExchange'
    ]
  }
}

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

// Applies clusters/production of the repository, which contains all other Kustomizations.
resource configuration 'Microsoft.KubernetesConfiguration/fluxConfigurations@2023-05-01' = {
  name: 'bootstrap'
  scope: cluster
  properties: {
    scope: 'cluster'
    namespace: 'cluster-config'
    sourceKind: 'GitRepository'
    gitRepository: {
      url: 'https://github.com/contoso/shop'
      repositoryRef: {
        branch: 'main'
      }
    }
    kustomizations: {
      clusters: {
        path: 'clusters/production'
        prune: true
      }
    }
  }
  dependsOn: [
    flux
  ]
}

output operatorClientId string = operatorIdentity.properties.clientId
