package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/fluxcd/pkg/kustomize"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/kustomize/api/resource"
)

// inspect returns the change of variable substitution in a resource. The controller refuses errors.
func inspect(kustomization unstructured.Unstructured, given *resource.Resource) (string, error) {
	if given.GetName() == "" || given.GetKind() == "" || given.GetApiVersion() == "" {
		return "", fmt.Errorf("a resource lacks its apiVersion, kind or name: %s %q", given.GetKind(), given.GetName())
	}
	if _, ok, _ := unstructured.NestedMap(kustomization.Object, "spec", "postBuild"); !ok {
		return "", nil
	}
	before := given.MustYaml()
	after, err := substitute(kustomization, given.DeepCopy())
	if err != nil {
		return "", fmt.Errorf("%s: variables cannot be substituted: %w", called(given), err)
	}
	if line := firstChange(before, after); line != "" {
		return fmt.Sprintf("%s: substitution changes %s", called(given), line), nil
	}
	return "", nil
}

// called returns "Kind namespace/name", or "Kind name" without a namespace.
func called(given *resource.Resource) string {
	name := given.GetName()
	if namespace := given.GetNamespace(); namespace != "" {
		name = namespace + "/" + name
	}
	return given.GetKind() + " " + name
}

// substitute returns the resource as the controller would apply it. Resources may opt out.
func substitute(kustomization unstructured.Unstructured, given *resource.Resource) (string, error) {
	changed, err := kustomize.SubstituteVariables(
		context.Background(), nil, withVariables(kustomization), given,
		// ConfigMaps and Secrets of substituteFrom are not in the repository.
		kustomize.SubstituteWithDryRun(true))
	if err != nil {
		return "", err
	}
	if changed == nil {
		return given.MustYaml(), nil
	}
	return changed.MustYaml(), nil
}

// withVariables adds a variable. Without variables, the library substitutes nothing. A ConfigMap with
// one entry is enough to rewrite every ${…} and $$ of every resource.
func withVariables(kustomization unstructured.Unstructured) unstructured.Unstructured {
	_, found, _ := unstructured.NestedSlice(kustomization.Object, "spec", "postBuild", "substituteFrom")
	if !found {
		return kustomization
	}
	changed := kustomization.DeepCopy()
	// The library reports errors in these fields.
	_ = unstructured.SetNestedField(changed.Object, "", "spec", "postBuild", "substitute", "conformance_any")
	return *changed
}

// firstChange returns the first changed line, before and after.
func firstChange(before, after string) string {
	if before == after {
		return ""
	}
	old, new := strings.Split(before, "\n"), strings.Split(after, "\n")
	for i, line := range old {
		if i >= len(new) || line != new[i] {
			became := "nothing"
			if i < len(new) {
				became = fmt.Sprintf("%q", strings.TrimSpace(new[i]))
			}
			return fmt.Sprintf("%q to %s", strings.TrimSpace(line), became)
		}
	}
	return fmt.Sprintf("the end to %q", strings.TrimSpace(new[len(old)]))
}
