package aso

import (
	"context"
	"fmt"
	"time"

	"aksgen/conformance/programs/internal/azure"
	"aksgen/conformance/programs/internal/kube"
)

// blocked is a reason why an object is not ready. A severe one ends retries until the spec changes.
type blocked struct {
	reason, message string
	severe          bool
}

// reconcile creates the resource of one object, or reports why it cannot.
func (o *Operator) reconcile(ctx context.Context, key string, object *kube.Object) error {
	if object.GetDeletionTimestamp() != nil {
		return o.remove(ctx, object)
	}
	owner, waits := o.owner(object)
	if len(object.GetFinalizers()) == 0 {
		return o.adopt(ctx, object, owner)
	}
	if kube.IsReady(object) {
		return nil
	}
	if waits == nil {
		waits = o.waits(ctx, object)
	}
	if waits == nil {
		waits = o.refused(ctx, object)
	}
	if waits != nil {
		return o.report(ctx, object, "False", *waits)
	}
	if !o.elapsed(key, object) {
		return o.report(ctx, object, "False", blocked{reason: "Reconciling", message: "The resource is being created"})
	}
	if err := o.create(ctx, object); err != nil {
		return o.report(ctx, object, "False", blocked{reason: "AzureError", message: err.Error()})
	}
	return o.report(ctx, object, "True", blocked{reason: "Succeeded"})
}

// adopt adds the finalizer and the owner reference, so that deletion follows the owner.
func (o *Operator) adopt(ctx context.Context, object, owner *kube.Object) error {
	metadata := map[string]any{"finalizers": []string{finalizer}}
	if owner != nil {
		metadata["ownerReferences"] = []any{map[string]any{
			"apiVersion": owner.GetAPIVersion(), "kind": owner.GetKind(), "name": owner.GetName(), "uid": string(owner.GetUID()),
		}}
	}
	return o.Cluster.Merge(ctx, object, map[string]any{"metadata": metadata})
}

// remove deletes the resource in Azure, unless the policy of the object detaches it.
func (o *Operator) remove(ctx context.Context, object *kube.Object) error {
	if mode := object.GetAnnotations()[policy]; mode != "detach-on-delete" && mode != "skip" {
		if id, err := o.id(object); err == nil {
			o.Azure.Remove(id)
		}
	}
	return o.Cluster.Merge(ctx, object, map[string]any{"metadata": map[string]any{"finalizers": nil}})
}

// elapsed reports whether the duration of the kind has passed.
func (o *Operator) elapsed(key string, object *kube.Object) bool {
	place := fmt.Sprint(key, object.GetUID(), object.GetGeneration())
	if o.began[place].IsZero() {
		o.began[place] = time.Now()
	}
	return time.Since(o.began[place]) >= time.Duration(o.Data.Seconds[object.GetKind()])*time.Second
}

// create changes the state of Azure and exports the outputs of the resource.
func (o *Operator) create(ctx context.Context, object *kube.Object) error {
	id, err := o.id(object)
	if err != nil {
		return err
	}
	spec, _ := object.Object["spec"].(map[string]any)
	switch object.GetKind() {
	case "RoleAssignment":
		assignment, err := o.assignment(ctx, object)
		if err != nil {
			return err
		}
		o.Azure.Assign(id, assignment)
	case "FederatedIdentityCredential":
		owner, _ := o.owner(object)
		identity, err := o.id(owner)
		if err != nil {
			return err
		}
		o.Azure.Trust(id, azure.Trust{Identity: identity, Issuer: o.setting(ctx, object, "issuer"), Subject: kube.Text(spec, "subject")})
	case "ManagedCluster":
		for _, pool := range kube.List(spec, "agentPoolProfiles") {
			o.Azure.SetPool(azure.PoolOf(pool))
		}
	case "ManagedClustersAgentPool":
		pool := azure.PoolOf(spec)
		pool.Name = name(object)
		o.Azure.SetPool(pool)
	}
	o.Azure.Put(azure.Resource{ID: id, Kind: typeOf(id), Properties: spec})
	return o.export(ctx, object, id)
}

// report sets the condition Ready, unless it is the same already.
func (o *Operator) report(ctx context.Context, object *kube.Object, status string, why blocked) error {
	severity := ""
	if status != "True" {
		severity = map[bool]string{true: "Error", false: "Warning"}[why.severe]
	}
	condition := kube.Condition{Type: "Ready", Status: status, Reason: why.reason, Message: why.message, Severity: severity, Generation: object.GetGeneration()}
	if kube.Find(object, "Ready") == condition {
		return nil
	}
	return o.Cluster.Merge(ctx, object, map[string]any{"status": map[string]any{"conditions": []any{condition.Value()}}}, "status")
}
