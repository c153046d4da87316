package kube

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"aksgen/conformance/programs/internal/parallel"
)

// Definition is the kind of CustomResourceDefinition.
var Definition = schema.GroupVersionKind{Group: "apiextensions.k8s.io", Version: "v1", Kind: "CustomResourceDefinition"}

// serveTime bounds the time until new kinds are served.
const serveTime = 60 * time.Second

// workers is the number of concurrent requests that a small server handles well.
const workers = 8

// Definitions are CustomResourceDefinitions from a folder of JSON files.
type Definitions []*Object

// ReadDefinitions reads all definitions of a folder.
func ReadDefinitions(folder string) (Definitions, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil || len(files) == 0 {
		return nil, errors.Join(err, fmt.Errorf("no definitions in %q", folder))
	}
	all := make(Definitions, len(files))
	for i, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		all[i] = &Object{}
		if err := json.Unmarshal(content, &all[i].Object); err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Base(file), err)
		}
	}
	return all, nil
}

// Group is the API group of a definition.
func Group(definition *Object) string {
	return Text(definition.Object, "spec", "group")
}

// Of returns the definitions of API groups. A group `*.x` means all groups that end with `.x`.
func (d Definitions) Of(groups ...string) Definitions {
	var chosen Definitions
	for _, one := range d {
		for _, group := range groups {
			if matches(Group(one), group) {
				chosen = append(chosen, one)
				break
			}
		}
	}
	return chosen
}

func matches(group, pattern string) bool {
	if rest, found := strings.CutPrefix(pattern, "*"); found {
		return strings.HasSuffix(group, rest)
	}
	return group == pattern
}

// Kind returns the kind of a definition in its stored version.
func Kind(definition *Object) schema.GroupVersionKind {
	kind := schema.GroupVersionKind{Group: Group(definition), Kind: Text(definition.Object, "spec", "names", "kind")}
	for _, version := range List(definition.Object, "spec", "versions") {
		if served, _, _ := unstructured.NestedBool(version, "served"); served {
			kind.Version = Text(version, "name")
		}
	}
	return kind
}

// Install creates definitions and waits until the server serves their kinds.
func (c *Cluster) Install(ctx context.Context, definitions Definitions) error {
	failures := make([]error, len(definitions))
	parallel.Each(workers, len(definitions), func(i int) { failures[i] = c.Create(ctx, definitions[i].DeepCopy()) })
	if err := errors.Join(failures...); err != nil {
		return err
	}
	return c.served(ctx, definitions)
}

func (c *Cluster) served(ctx context.Context, definitions Definitions) error {
	ctx, cancel := context.WithTimeout(ctx, serveTime)
	defer cancel()
	for {
		c.Refresh()
		missing := ""
		for _, one := range definitions {
			if kind := Kind(one); !c.Serves(kind) {
				missing = kind.String()
			}
		}
		if missing == "" {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("not served within %s: %s", serveTime, missing)
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// discovered is the type of the one answer that names all served kinds.
const discovered = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"

// Watch looks for kinds that the server began to serve, and then forgets what it served. It reads no
// definitions, because their schemas are large.
func (c *Cluster) Watch() func(context.Context) error {
	var before [sha256.Size]byte
	return func(ctx context.Context) error {
		served, err := c.Typed.Discovery().RESTClient().Get().AbsPath("/apis").SetHeader("Accept", discovered).DoRaw(ctx)
		if err != nil {
			return err
		}
		if now := sha256.Sum256(served); now != before {
			before = now
			c.Refresh()
		}
		return nil
	}
}
