package eso

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"aksgen/conformance/programs/internal/kube"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// data returns the values of an external secret, or why a value is missing.
func (c *Controller) data(ctx context.Context, external *kube.Object) (map[string]any, error) {
	data := map[string]any{}
	for _, one := range kube.List(external.Object, "spec", "data") {
		remote, _ := one["remoteRef"].(map[string]any)
		value, err := c.remote(ctx, external, kube.Text(remote, "key"), kube.Text(remote, "property"))
		if err != nil {
			return nil, err
		}
		data[kube.Text(one, "secretKey")] = value
	}
	for _, one := range kube.List(external.Object, "spec", "dataFrom") {
		if err := c.from(ctx, external, one, data); err != nil {
			return nil, err
		}
	}
	return templated(external, data), nil
}

// templated replaces the values by the keys of the template, if it has keys.
func templated(external *kube.Object, data map[string]any) map[string]any {
	template, _, _ := unstructured.NestedMap(external.Object, "spec", "target", "template", "data")
	if len(template) == 0 {
		return data
	}
	made := map[string]any{}
	for key, value := range template {
		text, _ := value.(string)
		if strings.Contains(text, "{{") {
			text = "rehearsed"
		}
		made[key] = text
	}
	return made
}

// from adds the values of a generator, or of all keys of a remote secret.
func (c *Controller) from(ctx context.Context, external *kube.Object, one, data map[string]any) error {
	if generator, found := nested(one, "sourceRef", "generatorRef"); found {
		kind := schema.FromAPIVersionAndKind(orElse(kube.Text(generator, "apiVersion"), "generators.external-secrets.io/v1alpha1"), kube.Text(generator, "kind"))
		found, err := c.Cluster.Get(ctx, kind, external.GetNamespace(), kube.Text(generator, "name"))
		if err == nil && found == nil {
			err = fmt.Errorf("%s %s does not exist", kind.Kind, kube.Text(generator, "name"))
		}
		data["password"] = "rehearsed"
		return err
	}
	if extract, found := nested(one, "extract"); found {
		_, err := c.remote(ctx, external, kube.Text(extract, "key"), "")
		data[kube.Text(extract, "key")] = "rehearsed"
		return err
	}
	return errors.New("the rehearsal knows no such dataFrom")
}

// remote reads a value through the store of an external secret.
func (c *Controller) remote(ctx context.Context, external *kube.Object, key, property string) (string, error) {
	store, err := c.store(ctx, external)
	if err != nil {
		return "", err
	}
	name, settings := provider(store)
	if name == "azurekv" {
		parts := strings.SplitN(key, "/", 2)
		if secret := parts[len(parts)-1]; !c.Azure.IsSeeded(vaultName(store), secret) {
			return "", fmt.Errorf("the vault %s has no secret %s", vaultName(store), secret)
		}
		return "rehearsed", nil
	}
	account, _ := nested(settings, "auth", "serviceAccount")
	namespace := orElse(kube.Text(settings, "remoteNamespace"), external.GetNamespace())
	if err := c.mayRead(ctx, account, namespace, key); err != nil {
		return "", err
	}
	return c.key(ctx, namespace, key, property)
}

// store returns the store of an external secret, if it is ready and open to the namespace.
func (c *Controller) store(ctx context.Context, external *kube.Object) (*kube.Object, error) {
	name := kube.Text(external.Object, "spec", "secretStoreRef", "name")
	kind, namespace := Store, external.GetNamespace()
	if kube.Text(external.Object, "spec", "secretStoreRef", "kind") == ClusterStore.Kind {
		kind, namespace = ClusterStore, ""
	}
	store, err := c.Cluster.Get(ctx, kind, namespace, name)
	if err != nil {
		return nil, err
	}
	if store == nil {
		return nil, fmt.Errorf("%s %s does not exist", kind.Kind, name)
	}
	if !open(store, external.GetNamespace()) {
		return nil, fmt.Errorf("%s %s is closed to the namespace %s", kind.Kind, name, external.GetNamespace())
	}
	if !kube.IsReady(store) {
		return nil, fmt.Errorf("%s %s is not ready: %s", kind.Kind, name, kube.Find(store, "Ready").Message)
	}
	return store, nil
}

// open reports whether the conditions of a store admit a namespace.
func open(store *kube.Object, namespace string) bool {
	conditions := kube.List(store.Object, "spec", "conditions")
	for _, one := range conditions {
		names, _, _ := unstructured.NestedStringSlice(one, "namespaces")
		for _, name := range names {
			if name == namespace {
				return true
			}
		}
	}
	return len(conditions) == 0
}
