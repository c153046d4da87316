package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/fluxcd/pkg/kustomize"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/yaml"
)

const apiVersion = "kustomize.toolkit.fluxcd.io/v1"

func load(file string) (unstructured.Unstructured, error) {
	var object unstructured.Unstructured
	content, err := os.ReadFile(file)
	if err != nil {
		return object, err
	}
	if err := yaml.Unmarshal(content, &object.Object); err != nil {
		return object, err
	}
	if object.GetAPIVersion() != apiVersion || object.GetKind() != "Kustomization" {
		return object, fmt.Errorf("not a Kustomization of %s: %s %s", apiVersion, object.GetAPIVersion(), object.GetKind())
	}
	return object, nil
}

// build generates, builds and cleans up. The controller uses a new copy each time. One copy is enough
// here, because the cleanup removes generated files.
func build(kustomization unstructured.Unstructured, root string) (resources resmap.ResMap, err error) {
	dir, err := directory(kustomization, root)
	if err != nil {
		return nil, err
	}
	generator := kustomize.NewGenerator(root, kustomization)
	action, err := generator.WriteFile(dir, kustomize.WithSaveOriginalKustomization())
	if err != nil {
		return nil, fmt.Errorf("cannot be generated: %s", private(err, root))
	}
	defer func() { err = errors.Join(err, kustomize.CleanDirectory(dir, action)) }()
	// Remote bases would make the result depend on the network.
	resources, err = kustomize.SecureBuild(root, dir, false)
	if err != nil {
		return nil, fmt.Errorf("cannot be built: %s", private(err, root))
	}
	return resources, nil
}

// directory returns spec.path below root.
func directory(kustomization unstructured.Unstructured, root string) (string, error) {
	path, _, err := unstructured.NestedString(kustomization.Object, "spec", "path")
	if err != nil {
		return "", err
	}
	if !filepath.IsLocal(filepath.Clean("./" + path)) {
		return "", fmt.Errorf("spec.path %q leaves the repository", path)
	}
	dir := filepath.Join(root, path)
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return "", fmt.Errorf("spec.path %q is no directory of the repository", path)
	}
	return dir, nil
}

// private removes the path of the temporary copy from a message, because it differs in every run.
func private(err error, root string) string {
	return strings.ReplaceAll(err.Error(), root, ".")
}
