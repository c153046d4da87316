// Package tree reads the objects of a rendered tree.
package tree

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"

	"aksgen/conformance/programs/internal/kube"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"
)

// Tree is a rendered tree, seen from one environment.
type Tree struct {
	Folder, Environment string
}

// Objects returns the objects of the environment, one per file.
func (t Tree) Objects() ([]*kube.Object, error) {
	return read(filepath.Join(t.Folder, "environments", t.Environment), filepath.Join(t.Folder, "clusters", t.Environment))
}

// Others returns the objects of all other environments.
func (t Tree) Others() ([]*kube.Object, error) {
	folders, err := filepath.Glob(filepath.Join(t.Folder, "environments", "*"))
	if err != nil {
		return nil, err
	}
	var others []string
	for _, one := range folders {
		if filepath.Base(one) != t.Environment {
			others = append(others, one)
		}
	}
	return read(others...)
}

func read(folders ...string) ([]*kube.Object, error) {
	var objects []*kube.Object
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".yaml") || entry.Name() == "kustomization.yaml" {
				return err
			}
			content, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			object := &kube.Object{}
			if err := yaml.Unmarshal(content, &object.Object); err != nil {
				return err
			}
			objects = append(objects, object)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return objects, nil
}

// Kinds returns the kinds of objects whose group ends with a suffix.
func Kinds(objects []*kube.Object, suffix string) []schema.GroupVersionKind {
	found := map[schema.GroupVersionKind]bool{}
	for _, one := range objects {
		if kind := one.GroupVersionKind(); strings.HasSuffix(kind.Group, suffix) {
			found[kind] = true
		}
	}
	var kinds []schema.GroupVersionKind
	for kind := range found {
		kinds = append(kinds, kind)
	}
	sort.Slice(kinds, func(i, j int) bool { return kinds[i].String() < kinds[j].String() })
	return kinds
}

// Used returns the kinds of objects.
func Used(objects []*kube.Object) map[schema.GroupKind]bool {
	used := map[schema.GroupKind]bool{}
	for _, one := range objects {
		used[one.GroupVersionKind().GroupKind()] = true
	}
	return used
}

// Definitions returns the names of definitions whose health the tree checks.
func Definitions(objects []*kube.Object) map[string]bool {
	names := map[string]bool{}
	for _, one := range objects {
		for _, check := range kube.List(one.Object, "spec", "healthChecks") {
			if kube.Text(check, "kind") == kube.Definition.Kind {
				names[kube.Text(check, "name")] = true
			}
		}
	}
	return names
}

// Page is the path of a generated page.
func (t Tree) Page(name string) string {
	return filepath.Join(t.Folder, "docs", t.Environment, name)
}

// Bootstrap is the folder with the commands of the first provisioning.
func (t Tree) Bootstrap() string {
	return filepath.Join(t.Folder, "bootstrap", t.Environment)
}

// Bicep is the text of the main Bicep file.
func (t Tree) Bicep() (string, error) {
	content, err := os.ReadFile(filepath.Join(t.Bootstrap(), "main.bicep"))
	return string(content), err
}

var location = regexp.MustCompile(`(?m)^  location: '(\w+)'$`)

// Region is the location of the first resource of the Bicep file.
func (t Tree) Region() string {
	text, err := t.Bicep()
	match := location.FindStringSubmatch(text)
	if err != nil || match == nil {
		return "uksouth"
	}
	return match[1]
}

var subscription = regexp.MustCompile(`az account set --subscription (\S+)`)

// Subscription is the subscription of the bootstrap commands.
func (t Tree) Subscription() string {
	content, _ := os.ReadFile(filepath.Join(t.Bootstrap(), "README.md"))
	match := subscription.FindSubmatch(content)
	if match == nil {
		return ""
	}
	return string(match[1])
}
