package aso

import (
	"fmt"
	"strings"

	"aksgen/conformance/programs/internal/kube"
)

// name is the name of the resource in Azure.
func name(object *kube.Object) string {
	if name := kube.Text(object.Object, "spec", "azureName"); name != "" {
		return name
	}
	return object.GetName()
}

// id is the ARM id of an object in lower case. The plural of a definition without the plural of its
// owner is the type of a child: virtualnetworkssubnets below virtualnetworks is subnets.
func (o *Operator) id(object *kube.Object) (string, error) {
	if object.GetKind() == "ResourceGroup" {
		return o.Azure.GroupID(name(object)), nil
	}
	scope, err := o.scope(object)
	if err != nil {
		return "", err
	}
	plural, group := o.plural(object), object.GroupVersionKind().Group
	provider := "microsoft." + strings.TrimSuffix(group, ".azure.com")
	if owner := lastType(scope); group != "authorization.azure.com" && strings.Contains(scope, "/providers/"+provider+"/") {
		kind := strings.TrimPrefix(plural, owner)
		return strings.ToLower(scope + "/" + kind + "/" + name(object)), nil
	}
	return strings.ToLower(scope + "/providers/" + provider + "/" + plural + "/" + name(object)), nil
}

// scope is the id of the owner.
func (o *Operator) scope(object *kube.Object) (string, error) {
	if arm := kube.Text(object.Object, "spec", "owner", "armId"); arm != "" {
		return strings.ToLower(arm), nil
	}
	owner, _ := o.owner(object)
	if owner == nil {
		return "", fmt.Errorf("%s has no owner", kube.Name(object))
	}
	return o.id(owner)
}

// plural is the plural of the kind of an object.
func (o *Operator) plural(object *kube.Object) string {
	for _, one := range o.Definitions {
		if kube.Group(one) == object.GroupVersionKind().Group && kube.Text(one.Object, "spec", "names", "kind") == object.GetKind() {
			return kube.Text(one.Object, "spec", "names", "plural")
		}
	}
	return strings.ToLower(object.GetKind()) + "s"
}

// typeOf is the type in an ARM id, such as microsoft.network/virtualnetworks/subnets.
func typeOf(id string) string {
	_, after, found := cutLast(id, "/providers/")
	if !found {
		return "microsoft.resources/subscriptions/resourcegroups"
	}
	parts := strings.Split(after, "/")
	kind := parts[0]
	for i := 1; i < len(parts); i += 2 {
		kind += "/" + parts[i]
	}
	return kind
}

// lastType joins the types of an ARM id, which is the plural of its definition.
func lastType(id string) string {
	_, types, _ := strings.Cut(typeOf(id), "/")
	return strings.ReplaceAll(types, "/", "")
}

func cutLast(text, separator string) (before, after string, found bool) {
	if at := strings.LastIndex(text, separator); at >= 0 {
		return text[:at], text[at+len(separator):], true
	}
	return text, "", false
}
