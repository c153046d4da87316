package aso

import (
	"context"
	"fmt"
	"strings"

	"aksgen/conformance/programs/internal/kube"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// owner returns the owner of an object, or why it has none yet. Owners by ARM id have no object.
func (o *Operator) owner(object *kube.Object) (*kube.Object, *blocked) {
	owner, found := object.Object["spec"].(map[string]any)["owner"].(map[string]any)
	if !found || kube.Text(owner, "armId") != "" {
		return nil, nil
	}
	wanted := kube.Text(owner, "name")
	for _, candidate := range o.objects {
		if candidate.GetName() == wanted && candidate.GetNamespace() == object.GetNamespace() && o.owns(candidate, object, kube.Text(owner, "kind")) {
			if !kube.IsReady(candidate) {
				return candidate, &blocked{reason: "WaitingForOwner", message: kube.Name(candidate) + " is not ready"}
			}
			return candidate, nil
		}
	}
	return nil, &blocked{reason: "WaitingForOwner", message: fmt.Sprintf("the owner %s does not exist", wanted)}
}

// owns reports whether the kind of a candidate is the owner kind of an object. Without a kind in the
// object, the name of its kind tells the owner: VirtualNetworksSubnet belongs to VirtualNetwork.
func (o *Operator) owns(candidate, object *kube.Object, kind string) bool {
	if kind != "" {
		return candidate.GetKind() == kind
	}
	if known := o.Data.Owners[object.GetKind()]; known != "" {
		return candidate.GetKind() == known
	}
	plural := strings.TrimSuffix(candidate.GetKind(), "y")
	if strings.HasPrefix(object.GetKind(), candidate.GetKind()+"s") || plural != candidate.GetKind() && strings.HasPrefix(object.GetKind(), plural+"ies") {
		return !o.longer(candidate, object)
	}
	return candidate.GetKind() == "ResourceGroup" && !o.child(object)
}

// longer reports whether another kind is a closer owner, such as a blob service below an account.
func (o *Operator) longer(candidate, object *kube.Object) bool {
	for _, kind := range o.Kinds {
		if len(kind.Kind) > len(candidate.GetKind()) && kind.Kind != object.GetKind() && strings.HasPrefix(object.GetKind(), kind.Kind+"s") {
			return true
		}
	}
	return false
}

// child reports whether the name of a kind begins with another kind of the tree.
func (o *Operator) child(object *kube.Object) bool {
	for _, kind := range o.Kinds {
		if kind.Kind != object.GetKind() && kind.Group == object.GroupVersionKind().Group && strings.HasPrefix(object.GetKind(), kind.Kind+"s") {
			return true
		}
	}
	return false
}

// waits returns the first reference, ConfigMap or Secret that is missing.
func (o *Operator) waits(ctx context.Context, object *kube.Object) *blocked {
	spec, _ := object.Object["spec"].(map[string]any)
	for field, value := range spec {
		if field == "owner" || field == "operatorSpec" {
			continue
		}
		if missing := o.missing(ctx, object.GetNamespace(), field, value); missing != nil {
			return missing
		}
	}
	return nil
}

func (o *Operator) missing(ctx context.Context, namespace, field string, value any) *blocked {
	switch value := value.(type) {
	case []any:
		for _, one := range value {
			if missing := o.missing(ctx, namespace, field, one); missing != nil {
				return missing
			}
		}
	case map[string]any:
		if missing := o.reference(ctx, namespace, field, value); missing != nil {
			return missing
		}
		for name, one := range value {
			if missing := o.missing(ctx, namespace, name, one); missing != nil {
				return missing
			}
		}
	}
	return nil
}

// reference checks a value that has the shape of a reference.
func (o *Operator) reference(ctx context.Context, namespace, field string, value map[string]any) *blocked {
	kind, name, item := kube.Text(value, "kind"), kube.Text(value, "name"), kube.Text(value, "key")
	switch {
	case kind != "" && name != "" && kube.Text(value, "group") != "":
		found := o.objects[key(kube.Text(value, "group"), kind, namespace, name)]
		if found == nil || !kube.IsReady(found) {
			return &blocked{reason: "ReferenceNotFound", message: fmt.Sprintf("%s: %s/%s is not ready", field, kind, name)}
		}
	case len(value) == 2 && name != "" && item != "":
		source := "Secret"
		if strings.HasSuffix(field, "FromConfig") {
			source = "ConfigMap"
		}
		if !o.holds(ctx, source, namespace, name, item) {
			return &blocked{reason: source + "NotFound", message: fmt.Sprintf("%s: %s %s has no key %s", field, source, name, item)}
		}
	}
	return nil
}

func (o *Operator) holds(ctx context.Context, kind, namespace, name, item string) bool {
	found, err := o.Cluster.Get(ctx, schema.GroupVersionKind{Version: "v1", Kind: kind}, namespace, name)
	if err != nil || found == nil {
		return false
	}
	data, _ := found.Object["data"].(map[string]any)
	_, has := data[item]
	return has
}
