package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"aksgen/conformance/programs/internal/parallel"
)

var definitions = schema.GroupVersionResource{
	Group:    "apiextensions.k8s.io",
	Version:  "v1",
	Resource: "customresourcedefinitions",
}

// patience is the limit for a slow machine to serve all definitions.
const patience = 120 * time.Second

// install creates missing definitions of a directory, and waits until all are served.
func (c *cluster) install(ctx context.Context, dir string) error {
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(files) == 0 {
		return errors.Join(err, fmt.Errorf("no definitions in %q", dir))
	}
	kinds := make([]schema.GroupVersionKind, len(files))
	failures := make([]error, len(files))
	parallel.Each(workers, len(files), func(i int) { kinds[i], failures[i] = c.create(ctx, files[i]) })
	if err := errors.Join(failures...); err != nil {
		return err
	}
	return c.served(ctx, kinds)
}

// create creates a definition if it is missing, and returns its kind.
func (c *cluster) create(ctx context.Context, file string) (schema.GroupVersionKind, error) {
	var definition unstructured.Unstructured
	content, err := os.ReadFile(file)
	if err == nil {
		err = definition.UnmarshalJSON(content)
	}
	if err == nil {
		_, err = c.objects.Resource(definitions).Create(ctx, &definition, metav1.CreateOptions{FieldManager: manager})
	}
	if err != nil && !apierrors.IsAlreadyExists(err) {
		return schema.GroupVersionKind{}, fmt.Errorf("%s: %w", filepath.Base(file), err)
	}
	return defined(&definition), nil
}

// defined returns the kind of a definition in its first served version.
func defined(definition *unstructured.Unstructured) schema.GroupVersionKind {
	group, _, _ := unstructured.NestedString(definition.Object, "spec", "group")
	kind, _, _ := unstructured.NestedString(definition.Object, "spec", "names", "kind")
	versions, _, _ := unstructured.NestedSlice(definition.Object, "spec", "versions")
	for _, version := range versions {
		version, _ := version.(map[string]any)
		if served, _, _ := unstructured.NestedBool(version, "served"); served {
			name, _, _ := unstructured.NestedString(version, "name")
			return schema.GroupVersionKind{Group: group, Version: name, Kind: kind}
		}
	}
	return schema.GroupVersionKind{Group: group, Kind: kind}
}

// served waits until discovery lists every kind. The server lists a kind once its definition is
// Established. One discovery answer is smaller than all definitions.
func (c *cluster) served(ctx context.Context, kinds []schema.GroupVersionKind) error {
	deadline := time.Now().Add(patience)
	for {
		c.kinds.Reset()
		missing := c.unknown(kinds)
		if len(missing) == 0 {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("after %s not established: %v", patience, missing)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second / 4):
		}
	}
}

func (c *cluster) unknown(kinds []schema.GroupVersionKind) []schema.GroupVersionKind {
	var missing []schema.GroupVersionKind
	for _, kind := range kinds {
		if _, err := c.kinds.RESTMapping(kind.GroupKind(), kind.Version); err != nil {
			missing = append(missing, kind)
		}
	}
	return missing
}
