package azure

import (
	"fmt"
	"strings"
)

// Reaches reports whether the pods of the cluster reach a vault or storage account: through public
// access, a rule of its firewall for a subnet, or a private endpoint.
func (a *Azure) Reaches(one Resource) error {
	properties := one.Properties
	if inner, is := properties["properties"].(map[string]any); is {
		properties = inner
	}
	public, _ := properties["publicNetworkAccess"].(string)
	rules, _ := properties["networkAcls"].(map[string]any)
	action, _ := rules["defaultAction"].(string)
	if !strings.EqualFold(public, "Disabled") {
		networks, _ := rules["virtualNetworkRules"].([]any)
		if !strings.EqualFold(action, "Deny") || len(networks) > 0 {
			return nil
		}
	}
	for _, endpoint := range a.Each("microsoft.network/privateendpoints") {
		if strings.Contains(strings.ToLower(fmt.Sprint(endpoint.Properties)), strings.ToLower(one.Kind[strings.LastIndex(one.Kind, "/")+1:len(one.Kind)-1])) {
			return nil
		}
	}
	return fmt.Errorf("ForbiddenByFirewall: %s refuses the cluster: public access is %s, default action %s, and no private endpoint exists", one.ID, public, action)
}
