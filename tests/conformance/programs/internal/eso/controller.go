// Package eso stands in for External Secrets: a Secret appears only if its remote secret exists and
// the store may read it.
package eso

import (
	"context"
	"crypto/sha256"
	"fmt"

	"aksgen/conformance/programs/internal/azure"
	"aksgen/conformance/programs/internal/kube"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Kinds of External Secrets.
var (
	External     = schema.GroupVersionKind{Group: "external-secrets.io", Version: "v1", Kind: "ExternalSecret"}
	ClusterStore = schema.GroupVersionKind{Group: "external-secrets.io", Version: "v1", Kind: "ClusterSecretStore"}
	Store        = schema.GroupVersionKind{Group: "external-secrets.io", Version: "v1", Kind: "SecretStore"}

	deployments = schema.GroupVersionKind{Group: "apps", Version: "v1", Kind: "Deployment"}
	secrets     = schema.GroupVersionKind{Version: "v1", Kind: "Secret"}
	accounts    = schema.GroupVersionKind{Version: "v1", Kind: "ServiceAccount"}
)

// Controller reconciles stores and external secrets.
type Controller struct {
	Cluster *kube.Cluster
	Azure   *azure.Azure
}

// Step reconciles all stores, then all external secrets, if the pods of the controller run.
func (c *Controller) Step(ctx context.Context) error {
	if running, err := c.running(ctx); err != nil || !running {
		return err
	}
	for _, kind := range []schema.GroupVersionKind{ClusterStore, Store} {
		stores, err := c.Cluster.List(ctx, kind)
		if err != nil {
			return err
		}
		for i := range stores {
			if err := c.report(ctx, &stores[i], c.valid(ctx, &stores[i]), "Valid", "InvalidProviderConfig"); err != nil {
				return err
			}
		}
	}
	all, err := c.Cluster.List(ctx, External)
	if err != nil {
		return err
	}
	for i := range all {
		if err := c.sync(ctx, &all[i]); err != nil {
			return err
		}
	}
	return nil
}

func (c *Controller) running(ctx context.Context) (bool, error) {
	all, err := c.Cluster.List(ctx, deployments)
	if err != nil {
		return false, err
	}
	for i := range all {
		available, _, _ := unstructured.NestedInt64(all[i].Object, "status", "availableReplicas")
		if all[i].GetName() == "external-secrets" && available > 0 {
			return true, nil
		}
	}
	return false, nil
}

// sync writes the Secret of an external secret. A secret with the policy CreatedOnce is written once.
func (c *Controller) sync(ctx context.Context, external *kube.Object) error {
	target := orElse(kube.Text(external.Object, "spec", "target", "name"), external.GetName())
	found, err := c.Cluster.Get(ctx, secrets, external.GetNamespace(), target)
	if err != nil {
		return err
	}
	if found != nil && kube.Find(external, "Ready").Status == "True" && c.seen(external) {
		return nil
	}
	data, failure := c.data(ctx, external)
	if failure == nil {
		if err := c.Cluster.Apply(ctx, secret(external, target, data), "external-secrets"); err != nil {
			failure = fmt.Errorf("the Secret %s is refused: %w", target, err)
		}
	}
	return c.report(ctx, external, failure, "SecretSynced", "SecretSyncedError")
}

// seen reports whether the status belongs to the current spec.
func (c *Controller) seen(external *kube.Object) bool {
	return kube.Text(external.Object, "status", "syncedResourceVersion") == version(external)
}

func version(external *kube.Object) string {
	digest := sha256.Sum256(fmt.Append(nil, external.Object["spec"]))
	return fmt.Sprintf("%d-%x", external.GetGeneration(), digest[:8])
}

// secret is the Secret with the metadata of the template. Values are texts that no one reads.
func secret(external *kube.Object, name string, data map[string]any) *kube.Object {
	template, _, _ := unstructured.NestedMap(external.Object, "spec", "target", "template")
	metadata, _ := template["metadata"].(map[string]any)
	labels, _ := metadata["labels"].(map[string]any)
	made := &kube.Object{Object: map[string]any{
		"apiVersion": "v1", "kind": "Secret", "stringData": data, "type": orElse(kube.Text(template, "type"), "Opaque"),
		"metadata": map[string]any{"name": name, "namespace": external.GetNamespace(), "labels": labels},
	}}
	if immutable, _, _ := unstructured.NestedBool(external.Object, "spec", "target", "immutable"); immutable {
		made.Object["immutable"] = true
	}
	if kube.Text(external.Object, "spec", "target", "creationPolicy") == "Owner" {
		_ = unstructured.SetNestedSlice(made.Object, []any{map[string]any{
			"apiVersion": external.GetAPIVersion(), "kind": external.GetKind(), "name": external.GetName(),
			"uid": string(external.GetUID()), "controller": true, "blockOwnerDeletion": true,
		}}, "metadata", "ownerReferences")
	}
	return made
}

// report sets the condition Ready, unless it is the same already.
func (c *Controller) report(ctx context.Context, object *kube.Object, failure error, good, bad string) error {
	condition := kube.Condition{Type: "Ready", Status: "True", Reason: good}
	if failure != nil {
		condition = kube.Condition{Type: "Ready", Status: "False", Reason: bad, Message: failure.Error()}
	}
	status := map[string]any{"conditions": []any{condition.Value()}}
	if object.GetKind() == External.Kind {
		status["syncedResourceVersion"] = version(object)
	}
	now := kube.Find(object, "Ready")
	if now.Status == condition.Status && now.Message == condition.Message && (object.GetKind() != External.Kind || c.seen(object)) {
		return nil
	}
	return c.Cluster.Merge(ctx, object, map[string]any{"status": status}, "status")
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}
