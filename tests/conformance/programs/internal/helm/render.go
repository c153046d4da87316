package helm

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"aksgen/conformance/programs/internal/kube"
)

// render runs `helm template` for a release.
func (r *Releases) render(ctx context.Context, chart Chart, name, namespace string, values map[string]any) ([]*kube.Object, error) {
	file, err := os.CreateTemp("", "values-*.json")
	if err != nil {
		return nil, err
	}
	defer os.Remove(file.Name())
	if err := json.NewEncoder(file).Encode(values); err != nil {
		return nil, err
	}
	file.Close()
	args := []string{"template", name, chart.Folder, "--namespace", namespace, "--values", file.Name(), "--kube-version", "v1.35.1"}
	for _, served := range r.Cluster.GroupVersions() {
		args = append(args, "--api-versions", served)
	}
	command := exec.CommandContext(ctx, r.Helm, args...)
	var failure bytes.Buffer
	command.Stderr = &failure
	output, err := command.Output()
	if err != nil {
		return nil, errors.New(strings.TrimSpace(failure.String()))
	}
	return documents(output, namespace)
}

// documents reads the objects of rendered YAML. Objects without a namespace belong to the release.
func documents(text []byte, namespace string) ([]*kube.Object, error) {
	objects, err := kube.Documents(text)
	if err != nil {
		return nil, fmt.Errorf("a rendered object is not valid: %w", err)
	}
	for _, one := range objects {
		if one.GetNamespace() == "" && one.GroupVersionKind() != kube.Definition {
			one.SetNamespace(namespace)
		}
	}
	return objects, nil
}
