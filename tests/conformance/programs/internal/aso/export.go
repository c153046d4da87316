package aso

import (
	"context"
	"strings"

	"aksgen/conformance/programs/internal/azure"
	"aksgen/conformance/programs/internal/kube"
)

// export writes the ConfigMaps and Secrets that `operatorSpec` asks for.
func (o *Operator) export(ctx context.Context, object *kube.Object, id string) error {
	wanted, _ := object.Object["spec"].(map[string]any)["operatorSpec"].(map[string]any)
	targets := map[string]*kube.Object{}
	for kind, fields := range map[string][2]string{"ConfigMap": {"configMaps", "configMapExpressions"}, "Secret": {"secrets", "secretExpressions"}} {
		outputs, _ := wanted[fields[0]].(map[string]any)
		for output, target := range outputs {
			if target, is := target.(map[string]any); is {
				add(targets, kind, object.GetNamespace(), target, value(output, id))
			}
		}
		for _, target := range kube.List(wanted, fields[1]) {
			add(targets, kind, object.GetNamespace(), target, value(kube.Text(target, "value"), id))
		}
	}
	for _, target := range targets {
		if err := o.Cluster.Apply(ctx, target, "aso-"+strings.ToLower(object.GetKind())+"-"+object.GetName()); err != nil {
			return err
		}
	}
	return nil
}

func add(targets map[string]*kube.Object, kind, namespace string, target map[string]any, value string) {
	place := kind + "/" + kube.Text(target, "name")
	if targets[place] == nil {
		targets[place] = &kube.Object{Object: map[string]any{
			"apiVersion": "v1", "kind": kind, "metadata": map[string]any{"name": kube.Text(target, "name"), "namespace": namespace},
		}}
	}
	field := map[string]string{"ConfigMap": "data", "Secret": "stringData"}[kind]
	data, _ := targets[place].Object[field].(map[string]any)
	if data == nil {
		data = map[string]any{}
	}
	data[kube.Text(target, "key")] = value
	targets[place].Object[field] = data
}

// value is the value of an output, or of an expression that names it.
func value(output, id string) string {
	switch output := strings.ToLower(output); {
	case strings.Contains(output, "issuer"):
		return azure.Issuer
	case strings.Contains(output, "principalid"), strings.Contains(output, "objectid"):
		return azure.PrincipalID(id)
	case strings.Contains(output, "clientid"):
		return azure.ClientID(id)
	case strings.Contains(output, "tenantid"):
		return azure.UUID("tenant")
	}
	return azure.UUID(output + " " + id)
}
