package aso

import (
	"strings"

	"aksgen/conformance/programs/internal/azure"
	"aksgen/conformance/programs/internal/kube"
)

// Assume makes the resources of another environment of the platform. This one may refer to them.
func (o *Operator) Assume(objects []*kube.Object) error {
	own := o.objects
	defer func() { o.objects = own }()
	o.objects = map[string]*kube.Object{}
	for _, one := range objects {
		kind := one.GroupVersionKind()
		if strings.HasSuffix(kind.Group, ".azure.com") {
			o.objects[key(kind.Group, kind.Kind, one.GetNamespace(), one.GetName())] = one
		}
	}
	for _, one := range o.objects {
		id, err := o.id(one)
		if err != nil || one.GetKind() == "RoleAssignment" {
			continue
		}
		spec, _ := one.Object["spec"].(map[string]any)
		o.Azure.Put(azure.Resource{ID: id, Kind: typeOf(id), Properties: spec})
	}
	return nil
}
