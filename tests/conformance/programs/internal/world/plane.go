package world

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"strings"

	"aksgen/conformance/programs/internal/kube"
	"aksgen/conformance/programs/internal/plane"
)

// groups returns the API groups that AKS and its extensions bring for the cluster of a Bicep file.
func groups(bicep, engine string) []string {
	found := []string{"snapshot.storage.k8s.io"}
	for word, group := range map[string]string{"networkDataplane: 'cilium'": "cilium.io", "mode: 'Istio'": "*.istio.io"} {
		if strings.Contains(bicep, word) {
			found = append(found, group)
		}
	}
	if engine == "flux" {
		found = append(found, "*.toolkit.fluxcd.io")
	}
	return found
}

// plane starts the control plane from a snapshot that holds the definitions of AKS.
func (w *World) plane(ctx context.Context) error {
	bicep, err := w.Tree.Bicep()
	if err != nil {
		return err
	}
	brought := w.definitions.Of(groups(bicep, w.Settings.Engine)...)
	fill := func(started *plane.Plane) error {
		cluster, err := kube.Connect(started.Server, plane.Token)
		if err != nil {
			return err
		}
		return cluster.Install(ctx, brought)
	}
	if err := plane.Snapshot(ctx, w.Settings.Programs, w.Settings.Cache, digest(brought, w.Settings.Programs), w.Settings.Work, fill); err != nil {
		return err
	}
	w.Plane, err = plane.Start(ctx, w.Settings.Programs, w.Settings.Work)
	return err
}

// digest names the content of a snapshot: the definitions and the server that wrote them.
func digest(definitions kube.Definitions, programs map[string]string) string {
	hash := sha256.New()
	fmt.Fprintln(hash, programs["kube-apiserver"], programs["etcd"])
	for _, one := range definitions {
		body, _ := one.MarshalJSON()
		_, _ = hash.Write(body)
	}
	return fmt.Sprintf("%x", hash.Sum(nil))[:12]
}

// applyFiles applies all objects of the YAML files in a folder of the data.
func (w *World) applyFiles(ctx context.Context, names ...string) error {
	for _, name := range names {
		content, err := os.ReadFile(w.data(name))
		if err != nil {
			return err
		}
		objects, err := kube.Documents(content)
		if err != nil {
			return err
		}
		if err := w.Cluster.ApplyAll(ctx, objects, "aks"); err != nil {
			return err
		}
	}
	return nil
}
