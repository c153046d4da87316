param location string = 'uksouth'

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-ecommerce-prod'
  location: location
}
