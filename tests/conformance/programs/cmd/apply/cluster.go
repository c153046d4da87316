package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
)

// workers is the number of concurrent requests that a small server handles well.
const workers = 16

// manager is the field manager of all applied fields.
const manager = "conformance"

type cluster struct {
	objects dynamic.Interface
	kinds   *restmapper.DeferredDiscoveryRESTMapper
}

// connect sets no rate limit, because the server has no other clients.
func connect(server, token string) (*cluster, error) {
	config := &rest.Config{
		Host:                      server,
		BearerToken:               token,
		TLSClientConfig:           rest.TLSClientConfig{Insecure: true},
		QPS:                       -1,
		WarningHandlerWithContext: recorder{},
	}
	objects, err := dynamic.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	served, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return nil, err
	}
	if _, err := served.ServerVersion(); err != nil {
		return nil, fmt.Errorf("cannot connect: %w", err)
	}
	kinds := restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(served))
	return &cluster{objects: objects, kinds: kinds}, nil
}

// mapping returns the REST mapping of a kind. It resets discovery once for new CRDs.
func (c *cluster) mapping(kind schema.GroupVersionKind) (*meta.RESTMapping, error) {
	found, err := c.kinds.RESTMapping(kind.GroupKind(), kind.Version)
	if meta.IsNoMatchError(err) {
		c.kinds.Reset()
		found, err = c.kinds.RESTMapping(kind.GroupKind(), kind.Version)
	}
	return found, err
}

// resource returns the client for objects of a kind and namespace.
func (c *cluster) resource(of *unstructured.Unstructured) (dynamic.ResourceInterface, error) {
	found, err := c.mapping(of.GroupVersionKind())
	if err != nil {
		return nil, err
	}
	if found.Scope.Name() == meta.RESTScopeNameRoot {
		of.SetNamespace("")
		return c.objects.Resource(found.Resource), nil
	}
	if of.GetNamespace() == "" {
		return nil, errors.New("has no metadata.namespace")
	}
	return c.objects.Resource(found.Resource).Namespace(of.GetNamespace()), nil
}

// apply is a strict server-side apply. Apply of the dynamic client cannot request strict validation.
func (c *cluster) apply(ctx context.Context, wanted *unstructured.Unstructured, dryRun ...string) (*unstructured.Unstructured, error) {
	resource, err := c.resource(wanted)
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(wanted)
	if err != nil {
		return nil, err
	}
	force := true
	return resource.Patch(ctx, wanted.GetName(), types.ApplyPatchType, body, metav1.PatchOptions{
		DryRun:          dryRun,
		FieldManager:    manager,
		FieldValidation: metav1.FieldValidationStrict,
		Force:           &force,
	})
}
