// Package kube is the client of the rehearsal: objects of any kind, without rate limit.
package kube

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
)

// Object is an object of any kind.
type Object = unstructured.Unstructured

// Cluster is a connection to an API server.
type Cluster struct {
	// Typed is the client of built-in kinds.
	Typed kubernetes.Interface

	objects dynamic.Interface
	kinds   *restmapper.DeferredDiscoveryRESTMapper
}

// Connect connects as the administrator.
func Connect(server, token string) (*Cluster, error) {
	config := &rest.Config{
		Host: server, BearerToken: token, QPS: -1,
		TLSClientConfig: rest.TLSClientConfig{Insecure: true}, WarningHandler: rest.NoWarnings{},
	}
	typed, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	objects, err := dynamic.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	served, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return nil, err
	}
	kinds := restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(served))
	return &Cluster{Typed: typed, objects: objects, kinds: kinds}, nil
}

// Refresh forgets which kinds the server serves.
func (c *Cluster) Refresh() {
	c.kinds.Reset()
}

// Serves reports whether the server serves a kind, as of the last refresh.
func (c *Cluster) Serves(kind schema.GroupVersionKind) bool {
	_, err := c.kinds.RESTMapping(kind.GroupKind(), kind.Version)
	return err == nil
}

// client returns the client for the kind of an object, in its namespace.
func (c *Cluster) client(kind schema.GroupVersionKind, namespace string) (dynamic.ResourceInterface, error) {
	found, err := c.kinds.RESTMapping(kind.GroupKind(), kind.Version)
	if err != nil {
		return nil, err
	}
	if found.Scope.Name() == meta.RESTScopeNameRoot || namespace == "" {
		return c.objects.Resource(found.Resource), nil
	}
	return c.objects.Resource(found.Resource).Namespace(namespace), nil
}

// Apply is a server-side apply as a field manager.
func (c *Cluster) Apply(ctx context.Context, object *Object, manager string) error {
	client, err := c.client(object.GroupVersionKind(), object.GetNamespace())
	if err != nil {
		return err
	}
	_, err = client.Apply(ctx, object.GetName(), object, metav1.ApplyOptions{FieldManager: manager, Force: true})
	return err
}

// Create creates an object. An existing object is no error.
func (c *Cluster) Create(ctx context.Context, object *Object) error {
	client, err := c.client(object.GroupVersionKind(), object.GetNamespace())
	if err != nil {
		return err
	}
	_, err = client.Create(ctx, object, metav1.CreateOptions{FieldManager: "rehearsal"})
	if apierrors.IsAlreadyExists(err) {
		return nil
	}
	return err
}

// Get returns an object, or nil if the server has none or does not serve its kind.
func (c *Cluster) Get(ctx context.Context, kind schema.GroupVersionKind, namespace, name string) (*Object, error) {
	client, err := c.client(kind, namespace)
	if meta.IsNoMatchError(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	found, err := client.Get(ctx, name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return nil, nil
	}
	return found, err
}

// List returns all objects of a kind in all namespaces. A kind that is not served has none.
func (c *Cluster) List(ctx context.Context, kind schema.GroupVersionKind) ([]Object, error) {
	client, err := c.client(kind, "")
	if meta.IsNoMatchError(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	found, err := client.List(ctx, metav1.ListOptions{ResourceVersion: "0"})
	if apierrors.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return found.Items, nil
}

// Delete deletes an object. A missing object is no error.
func (c *Cluster) Delete(ctx context.Context, kind schema.GroupVersionKind, namespace, name string) error {
	client, err := c.client(kind, namespace)
	if err != nil {
		return err
	}
	err = client.Delete(ctx, name, metav1.DeleteOptions{})
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}

// Merge patches an object, or its subresource if one is named.
func (c *Cluster) Merge(ctx context.Context, object *Object, change map[string]any, subresource ...string) error {
	client, err := c.client(object.GroupVersionKind(), object.GetNamespace())
	if err != nil {
		return err
	}
	body, err := json.Marshal(change)
	if err != nil {
		return err
	}
	_, err = client.Patch(ctx, object.GetName(), types.MergePatchType, body, metav1.PatchOptions{}, subresource...)
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}

// Name is the name of an object in messages.
func Name(object *Object) string {
	if object.GetNamespace() == "" {
		return fmt.Sprintf("%s/%s", object.GetKind(), object.GetName())
	}
	return fmt.Sprintf("%s/%s/%s", object.GetKind(), object.GetNamespace(), object.GetName())
}

// IsMissingKind reports whether an error means that the server does not serve a kind.
func IsMissingKind(err error) bool {
	var missing *meta.NoKindMatchError
	return errors.As(err, &missing)
}
