package aso

import "testing"

func TestPatternsNameGroupsAndKinds(t *testing.T) {
	patterns := "keyvault.azure.com/*;network.azure.com/VirtualNetwork"
	for _, one := range []struct {
		group, kind string
		wanted      bool
	}{
		{"keyvault.azure.com", "Vault", true},
		{"network.azure.com", "VirtualNetwork", true},
		{"network.azure.com", "NatGateway", false},
	} {
		if Matches(patterns, one.group, one.kind) != one.wanted {
			t.Errorf("%s/%s: not %v", one.group, one.kind, one.wanted)
		}
	}
}

func TestTypesOfIds(t *testing.T) {
	id := "/subscriptions/s/resourcegroups/g/providers/microsoft.network/virtualnetworks/v/subnets/n"
	if typeOf(id) != "microsoft.network/virtualnetworks/subnets" || lastType(id) != "virtualnetworkssubnets" {
		t.Errorf("types are %q and %q", typeOf(id), lastType(id))
	}
}
