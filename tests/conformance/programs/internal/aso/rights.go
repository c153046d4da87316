package aso

import (
	"context"
	"encoding/base64"
	"fmt"
	"path"
	"strings"

	"aksgen/conformance/programs/internal/azure"
	"aksgen/conformance/programs/internal/kube"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

var secrets = schema.GroupVersionKind{Version: "v1", Kind: "Secret"}

// credential is the Secret with the ids of the operator's identity in a namespace.
const credential = "aso-credential"

// refused returns why Azure would refuse to create a resource.
func (o *Operator) refused(ctx context.Context, object *kube.Object) *blocked {
	principal, why := o.principal(ctx, object.GetNamespace())
	if why != nil {
		return why
	}
	id, err := o.id(object)
	if err != nil {
		return &blocked{reason: "InvalidId", message: err.Error(), severe: true}
	}
	kind := typeOf(id)
	if provider := strings.Split(kind, "/")[0]; !strings.EqualFold(provider, "Microsoft.Authorization") && !strings.EqualFold(provider, "Microsoft.Resources") {
		if !o.Azure.IsRegistered(provider) {
			return &blocked{reason: "MissingSubscriptionRegistration", message: "the resource provider " + provider + " is not registered"}
		}
	}
	if object.GetKind() == "RoleAssignment" {
		return o.mayAssign(ctx, object, principal, id)
	}
	if action := kind + "/write"; !o.Azure.Allows(principal, action, id) {
		return forbidden(action, id)
	}
	o.beyond(object, principal)
	return nil
}

// principal authenticates the operator in a namespace.
func (o *Operator) principal(ctx context.Context, namespace string) (string, *blocked) {
	secret, err := o.Cluster.Get(ctx, secrets, namespace, credential)
	if err != nil || secret == nil {
		return "", &blocked{reason: "NoCredential", message: fmt.Sprintf("Secret %s/%s does not exist", namespace, credential)}
	}
	client, _ := base64.StdEncoding.DecodeString(kube.Text(secret.Object, "data", "AZURE_CLIENT_ID"))
	identity, found := o.Azure.IdentityOf(string(client))
	if !found {
		return "", &blocked{reason: "AuthenticationFailed", message: fmt.Sprintf("no identity has the client id %q", client)}
	}
	if !o.Azure.Trusts(identity, "azureserviceoperator-system", "azureserviceoperator-default") {
		return "", &blocked{reason: "AuthenticationFailed", message: "the identity does not trust azureserviceoperator-system/azureserviceoperator-default"}
	}
	return azure.PrincipalID(identity), nil
}

// mayAssign checks the role, the scope, and whether another assignment grants the same.
func (o *Operator) mayAssign(ctx context.Context, object *kube.Object, principal, id string) *blocked {
	wanted, err := o.assignment(ctx, object)
	if err != nil {
		return &blocked{reason: "InvalidRole", message: err.Error(), severe: true}
	}
	if !o.Azure.MayAssign(principal, wanted.Role, wanted.Scope) {
		return forbidden("Microsoft.Authorization/roleAssignments/write of the role "+wanted.Role, wanted.Scope)
	}
	if other := o.Azure.Granted(wanted); other != "" && other != strings.ToLower(id) {
		return &blocked{reason: "RoleAssignmentExists", message: "the same role is assigned as " + other, severe: true}
	}
	return nil
}

// assignment reads the role assignment of an object.
func (o *Operator) assignment(ctx context.Context, object *kube.Object) (azure.Assignment, error) {
	spec, _ := object.Object["spec"].(map[string]any)
	role := path.Base(kube.Text(spec, "roleDefinitionReference", "armId"))
	if _, known := o.Azure.Roles[role]; !known {
		return azure.Assignment{}, fmt.Errorf("the rehearsal does not know the role %s", role)
	}
	scope, err := o.scope(object)
	return azure.Assignment{
		Principal: o.setting(ctx, object, "principalId"), Role: role, Scope: scope,
		Allowed: azure.AllowedRoles(kube.Text(spec, "condition")),
	}, err
}

// setting is the value of a field, or of the ConfigMap that `<field>FromConfig` names.
func (o *Operator) setting(ctx context.Context, object *kube.Object, field string) string {
	if value := kube.Text(object.Object, "spec", field); value != "" {
		return value
	}
	name, item := kube.Text(object.Object, "spec", field+"FromConfig", "name"), kube.Text(object.Object, "spec", field+"FromConfig", "key")
	found, err := o.Cluster.Get(ctx, schema.GroupVersionKind{Version: "v1", Kind: "ConfigMap"}, object.GetNamespace(), name)
	if err != nil || found == nil {
		return ""
	}
	return kube.Text(found.Object, "data", item)
}

// beyond notes actions that a setting needs outside the resource group. The resource is created all
// the same, so that one such fault does not hide all others.
func (o *Operator) beyond(object *kube.Object, principal string) {
	spec, _ := object.Object["spec"].(map[string]any)
	for _, one := range o.Data.Beyond {
		value, _, _ := unstructured.NestedString(spec, one.Path...)
		if one.Kind == object.GetKind() && one.Value == value && !o.Azure.Allows(principal, one.Action, "/subscriptions/"+o.Azure.Subscription) {
			o.Azure.Note(kube.Name(object), fmt.Sprintf("%s %s needs %s at the subscription", strings.Join(one.Path, "."), one.Value, one.Action))
		}
	}
}

func forbidden(action, scope string) *blocked {
	return &blocked{reason: "AuthorizationFailed", message: fmt.Sprintf("the operator has no right to %s at %s", action, scope), severe: true}
}
