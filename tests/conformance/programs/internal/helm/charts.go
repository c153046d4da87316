// Package helm stands in for the charts of the operators and for Flux's helm-controller.
package helm

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"aksgen/conformance/programs/internal/kube"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"
)

// Chart is a prepared chart: a folder that Helm can render.
type Chart struct {
	Name, Folder string
	// Versions are the prefixes of the chart versions that the folder stands for.
	Versions []string
}

// Charts are prepared charts by name.
type Charts map[string]Chart

// metadata is the part of Chart.yaml that the rehearsal reads.
type metadata struct {
	Name        string            `json:"name"`
	Annotations map[string]string `json:"annotations"`
}

// approved is an annotation that the API server requires of its own groups.
const approved = "api-approved.kubernetes.io"

// own are kinds of which charts create objects.
var own = []string{"Issuer", "Certificate", "PodMonitor", "ServiceMonitor"}

// Prepare copies the charts of a folder, and adds the shared templates and the definitions of each. It
// leaves out kinds that neither a tree nor a chart uses, to save time.
func Prepare(from, to string, definitions kube.Definitions, used map[schema.GroupKind]bool) (Charts, error) {
	definitions = slices.DeleteFunc(slices.Clone(definitions), func(one *kube.Object) bool {
		kind := kube.Kind(one).GroupKind()
		return !used[kind] && !slices.Contains(own, kind.Kind)
	})
	files, err := filepath.Glob(filepath.Join(from, "*", "Chart.yaml"))
	if err != nil {
		return nil, err
	}
	shared, err := os.ReadFile(filepath.Join(from, "_shared.tpl"))
	if err != nil {
		return nil, err
	}
	charts := Charts{}
	for _, file := range files {
		chart, groups, err := read(file, to)
		if err != nil {
			return nil, err
		}
		if err := fill(chart.Folder, filepath.Dir(file), shared, definitions.Of(groups...)); err != nil {
			return nil, err
		}
		charts[chart.Name] = chart
	}
	return charts, nil
}

func read(file, to string) (Chart, []string, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return Chart{}, nil, err
	}
	var data metadata
	if err := yaml.Unmarshal(content, &data); err != nil {
		return Chart{}, nil, err
	}
	chart := Chart{Name: data.Name, Folder: filepath.Join(to, data.Name), Versions: strings.Fields(data.Annotations["rehearsal.aksgen.io/versions"])}
	return chart, strings.Fields(data.Annotations["rehearsal.aksgen.io/groups"]), nil
}

func fill(folder, from string, shared []byte, definitions kube.Definitions) error {
	if err := os.CopyFS(folder, os.DirFS(from)); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, "templates", "_shared.tpl"), shared, 0o600); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(folder, "definitions"), 0o700); err != nil {
		return err
	}
	for _, one := range definitions {
		one := one.DeepCopy()
		annotations := map[string]string{"rehearsal.aksgen.io/chart": "true"}
		if approval := one.GetAnnotations()[approved]; approval != "" {
			annotations[approved] = approval
		}
		one.SetAnnotations(annotations)
		body, err := json.Marshal(one.Object)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, "definitions", one.GetName()+".json"), body, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// Find returns the chart of a name and version.
func (c Charts) Find(name, version string) (Chart, error) {
	chart, known := c[name]
	if !known {
		return Chart{}, fmt.Errorf("the rehearsal has no chart %s", name)
	}
	for _, prefix := range chart.Versions {
		if version := strings.TrimPrefix(version, "v"); version == prefix || strings.HasPrefix(version, prefix+".") {
			return chart, nil
		}
	}
	return Chart{}, fmt.Errorf("the rehearsal has no data for version %s of the chart %s", version, name)
}
