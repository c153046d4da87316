package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const shell = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: scripts\n  namespace: shop\n%LABELS%data:\n  run: echo ${HOME}\n"

// repository writes a directory with one resource, and a Kustomization beside it.
func repository(t *testing.T, resource, spec string) (file, root string) {
	t.Helper()
	root = t.TempDir()
	file = filepath.Join(root, "kustomization-object.yaml")
	content := "apiVersion: " + apiVersion + "\nkind: Kustomization\nmetadata: {name: x}\nspec: " + spec + "\n"
	write(t, file, content)
	write(t, filepath.Join(root, "apps", "resource.yaml"), resource)
	return file, root
}

func write(t *testing.T, file, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestCheck(t *testing.T) {
	plain := strings.ReplaceAll(shell, "%LABELS%", "")
	exempt := strings.ReplaceAll(shell, "%LABELS%", "  labels: {kustomize.toolkit.fluxcd.io/substitute: disabled}\n")
	for _, each := range []struct{ name, resource, spec, want string }{
		{"no variables", plain, `{path: ./apps}`, ""},
		{"changed", plain, `{path: ./apps, postBuild: {substitute: {a: b}}}`,
			`ConfigMap shop/scripts: substitution changes "run: echo ${HOME}" to "run: echo"`},
		{"changed by a cluster's variables", plain, `{path: apps, postBuild: {substituteFrom: [{kind: ConfigMap, name: v}]}}`,
			`ConfigMap shop/scripts: substitution changes "run: echo ${HOME}" to "run: echo"`},
		{"exempt", exempt, `{path: ./apps, postBuild: {substitute: {a: b}}}`, ""},
		{"no such path", plain, `{path: ./nowhere}`, `spec.path "./nowhere" is no directory of the repository`},
		{"outside", plain, `{path: ../x}`, `spec.path "../x" leaves the repository`},
	} {
		file, root := repository(t, each.resource, each.spec)
		if got := strings.Join(check(file, root), "; "); got != each.want {
			t.Errorf("%s: %s", each.name, got)
		}
		if _, err := os.Stat(filepath.Join(root, "apps", "kustomization.yaml")); err == nil {
			t.Errorf("%s: leaves its kustomization.yaml behind", each.name)
		}
	}
}
