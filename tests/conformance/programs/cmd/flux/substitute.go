package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/fluxcd/pkg/kustomize"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/kustomize/api/resource"
)

// inspect says what variable substitution changes in a resource; an error is what the controller refuses.
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

// called is "Kind namespace/name", or "Kind name" without a namespace.
func called(given *resource.Resource) string {
	name := given.GetName()
	if namespace := given.GetNamespace(); namespace != "" {
		name = namespace + "/" + name
	}
	return given.GetKind() + " " + name
}

// substitute gives back the resource as the controller would apply it; one that opts out stays as it is.
func substitute(kustomization unstructured.Unstructured, given *resource.Resource) (string, error) {
	changed, err := kustomize.SubstituteVariables(
		context.Background(), nil, withVariables(kustomization), given,
		// The ConfigMaps and Secrets that substituteFrom names are in no repository.
		kustomize.SubstituteWithDryRun(true))
	if err != nil {
		return "", err
	}
	if changed == nil {
		return given.MustYaml(), nil
	}
	return changed.MustYaml(), nil
}

// withVariables makes sure that there is a variable at all. Without one nothing would be looked at, while a
// cluster's ConfigMap with one entry is enough to rewrite every ${…} and $$ of every resource.
func withVariables(kustomization unstructured.Unstructured) unstructured.Unstructured {
	_, found, _ := unstructured.NestedSlice(kustomization.Object, "spec", "postBuild", "substituteFrom")
	if !found {
		return kustomization
	}
	changed := kustomization.DeepCopy()
	// What is wrong with these fields comes to light when the library reads them.
	_ = unstructured.SetNestedField(changed.Object, "", "spec", "postBuild", "substitute", "conformance_any")
	return *changed
}

// firstChange quotes the first line that differs, as it was and as it becomes.
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
