resource cluster 'Microsoft.ContainerService/managedClusters@2024-09-01' = {
  name: 'aks-ecommerce-production'
  location: 'uksouth'
  properties: {
    networkProfile: {
      podCidr: '10.99.0.0/16'
    }
  }
}
