package flux

import (
	"context"
	"fmt"
	"sort"

	"aksgen/conformance/programs/internal/azure"
	"aksgen/conformance/programs/internal/kube"
	"aksgen/conformance/programs/internal/plane"
	"aksgen/conformance/programs/internal/process"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Kustomization is the kind of a root.
var Kustomization = schema.GroupVersionKind{Group: "kustomize.toolkit.fluxcd.io", Version: "v1", Kind: "Kustomization"}

// Engine is Flux as the AKS extension installs it.
type Engine struct {
	Cluster *kube.Cluster
	Plane   *plane.Plane
	Source  *Source

	controller *process.Process
}

// Install starts the controller, and creates the objects of each Flux configuration.
func (e *Engine) Install(ctx context.Context, configurations []azure.Flux) error {
	for _, namespace := range append([]string{"flux-system"}, namespaces(configurations)...) {
		if err := e.Cluster.Create(ctx, object("v1", "Namespace", "", namespace, nil)); err != nil {
			return err
		}
	}
	if err := e.Start(); err != nil {
		return err
	}
	for _, one := range configurations {
		if err := e.configure(ctx, one); err != nil {
			return err
		}
	}
	return nil
}

// Start starts kustomize-controller with short intervals.
func (e *Engine) Start() error {
	ports, err := process.Ports(2)
	if err != nil {
		return err
	}
	args := []string{
		"--watch-all-namespaces", "--enable-leader-election=false", "--events-addr=", "--concurrent=8", "--requeue-dependency=1s",
		"--log-level=error", "--kube-api-qps=500", "--kube-api-burst=1000", "--interval-jitter-percentage=0", "--min-retry-delay=200ms", "--max-retry-delay=2s",
		fmt.Sprintf("--metrics-addr=127.0.0.1:%d", ports[0]), fmt.Sprintf("--health-addr=127.0.0.1:%d", ports[1]),
	}
	env := []string{"RUNTIME_NAMESPACE=flux-system", "KUBECONFIG=" + e.Plane.Kubeconfig}
	e.controller, err = e.Plane.Group.Start("kustomize-controller", e.Plane.Programs["kustomize-controller"], args, env)
	return err
}

// Suspend ends the controller.
func (e *Engine) Suspend() {
	e.Plane.Group.Forget(e.controller)
}

// Commit makes a tree the newest revision.
func (e *Engine) Commit(_ context.Context, tree string) error {
	return e.Source.Commit(tree)
}

// configure creates the source and the Kustomizations of a configuration, as the extension does.
func (e *Engine) configure(ctx context.Context, one azure.Flux) error {
	source := map[string]any{"interval": "1m", "url": one.URL, "ref": map[string]any{"branch": one.Branch}}
	if err := e.Cluster.Create(ctx, object("source.toolkit.fluxcd.io/v1", "GitRepository", one.Namespace, one.Name, source)); err != nil {
		return err
	}
	for name, path := range one.Paths {
		spec := map[string]any{
			"interval": "1m", "retryInterval": "2s", "timeout": "30s", "path": "./" + path, "prune": true,
			"sourceRef": map[string]any{"kind": "GitRepository", "name": one.Name},
		}
		if err := e.Cluster.Create(ctx, object(Kustomization.GroupVersion().String(), Kustomization.Kind, one.Namespace, one.Name+"-"+name, spec)); err != nil {
			return err
		}
	}
	return nil
}

// Roots returns all Kustomizations with their state at the newest revision.
func (e *Engine) Roots(ctx context.Context) ([]kube.Root, error) {
	all, err := e.Cluster.List(ctx, Kustomization)
	if err != nil {
		return nil, err
	}
	var roots []kube.Root
	for i := range all {
		current := kube.Text(all[i].Object, "status", "lastAppliedRevision") == e.Source.Revision()
		root := kube.Root{Name: kube.Name(&all[i]), Root: all[i].GetName(), Ready: kube.IsReady(&all[i]) && current, Message: kube.Find(&all[i], "Ready").String()}
		for _, one := range kube.List(all[i].Object, "spec", "dependsOn") {
			root.After = append(root.After, kube.Text(one, "name"))
		}
		roots = append(roots, root)
	}
	sort.Slice(roots, func(i, j int) bool { return roots[i].Name < roots[j].Name })
	return roots, nil
}

func namespaces(configurations []azure.Flux) []string {
	var names []string
	for _, one := range configurations {
		names = append(names, one.Namespace)
	}
	return names
}

func object(version, kind, namespace, name string, spec map[string]any) *kube.Object {
	made := &kube.Object{Object: map[string]any{"apiVersion": version, "kind": kind, "metadata": map[string]any{"name": name}}}
	if namespace != "" {
		made.SetNamespace(namespace)
	}
	if spec != nil {
		made.Object["spec"] = spec
	}
	return made
}
