package helm

import (
	"context"
	"fmt"
	"time"

	"aksgen/conformance/programs/internal/kube"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// finalizer is the finalizer of helm-controller.
const finalizer = "finalizers.fluxcd.io"

// retry is the time between two attempts to install a release.
const retry = 2 * time.Second

// Kind of a release, and of the source of its chart.
var (
	Release    = schema.GroupVersionKind{Group: "helm.toolkit.fluxcd.io", Version: "v2", Kind: "HelmRelease"}
	repository = schema.GroupVersionKind{Group: "source.toolkit.fluxcd.io", Version: "v1", Kind: "HelmRepository"}
)

// Releases stands in for helm-controller.
type Releases struct {
	Cluster *kube.Cluster
	Helm    string
	Charts  Charts
	// Broken are releases that must fail, with the message.
	Broken map[string]string

	known map[string]*state
}

// state is what the controller knows of a release.
type state struct {
	generation int64
	objects    []*kube.Object
	applied    bool
	tried      time.Time
	failure    string
}

// Step reconciles all releases once.
func (r *Releases) Step(ctx context.Context) error {
	if r.known == nil {
		r.known = map[string]*state{}
	}
	all, err := r.Cluster.List(ctx, Release)
	if err != nil {
		return err
	}
	ready := map[string]bool{}
	for i := range all {
		ready[all[i].GetNamespace()+"/"+all[i].GetName()] = kube.IsReady(&all[i])
	}
	for i := range all {
		if err := r.reconcile(ctx, &all[i], ready); err != nil {
			return fmt.Errorf("%s: %w", all[i].GetName(), err)
		}
	}
	return nil
}

func (r *Releases) reconcile(ctx context.Context, release *kube.Object, ready map[string]bool) error {
	key := release.GetNamespace() + "/" + release.GetName()
	if release.GetDeletionTimestamp() != nil {
		return r.uninstall(ctx, release, key)
	}
	if len(release.GetFinalizers()) == 0 {
		return r.Cluster.Merge(ctx, release, map[string]any{"metadata": map[string]any{"finalizers": []string{finalizer}}})
	}
	if ready[key] && r.Broken[release.GetName()] == "" {
		return nil
	}
	if blocker := r.blocked(ctx, release, ready); blocker != "" {
		return r.report(ctx, release, "False", "DependencyNotReady", blocker)
	}
	known := r.known[key]
	if known == nil || known.generation != release.GetGeneration() {
		known = &state{generation: release.GetGeneration(), objects: r.objects(key)}
		r.known[key] = known
	}
	return r.install(ctx, release, known)
}

// blocked describes the first dependency that is missing or not ready.
func (r *Releases) blocked(ctx context.Context, release *kube.Object, ready map[string]bool) string {
	for _, one := range kube.List(release.Object, "spec", "dependsOn") {
		name := kube.Text(one, "name")
		if !ready[release.GetNamespace()+"/"+name] {
			return fmt.Sprintf("dependency %s is not ready", name)
		}
	}
	source := kube.Text(release.Object, "spec", "chart", "spec", "sourceRef", "name")
	found, err := r.Cluster.Get(ctx, repository, release.GetNamespace(), source)
	if err != nil || found == nil {
		return fmt.Sprintf("HelmRepository %s does not exist", source)
	}
	return ""
}

// install applies a release until its workloads are available.
func (r *Releases) install(ctx context.Context, release *kube.Object, known *state) error {
	if message := r.Broken[release.GetName()]; message != "" {
		return r.report(ctx, release, "False", "UpgradeFailed", message)
	}
	if !known.applied {
		if time.Since(known.tried) < retry {
			return nil
		}
		known.tried = time.Now()
		if err := r.apply(ctx, release, known); err != nil {
			return r.report(ctx, release, "False", "InstallFailed", err.Error())
		}
		known.applied = true
	}
	waiting, err := r.waiting(ctx, known.objects)
	if err != nil {
		return err
	}
	if waiting != "" {
		return r.report(ctx, release, "Unknown", "Progressing", waiting)
	}
	return r.report(ctx, release, "True", "InstallSucceeded", "Helm install succeeded")
}

// apply renders a release, applies its objects, and deletes objects that it no longer contains.
func (r *Releases) apply(ctx context.Context, release *kube.Object, known *state) error {
	spec, _ := release.Object["spec"].(map[string]any)
	chart, err := r.Charts.Find(kube.Text(spec, "chart", "spec", "chart"), kube.Text(spec, "chart", "spec", "version"))
	if err != nil {
		return err
	}
	values, _ := spec["values"].(map[string]any)
	namespace := orElse(kube.Text(spec, "targetNamespace"), release.GetNamespace())
	objects, err := r.render(ctx, chart, orElse(kube.Text(spec, "releaseName"), release.GetName()), namespace, values)
	if err != nil {
		return err
	}
	before := known.objects
	known.objects = objects
	if err := r.Cluster.ApplyAll(ctx, objects, "helm"); err != nil {
		return err
	}
	return r.prune(ctx, before, objects)
}

// report sets the condition Ready, unless it is the same already.
func (r *Releases) report(ctx context.Context, release *kube.Object, status, reason, message string) error {
	now := kube.Find(release, "Ready")
	if now.Status == status && now.Message == message && now.Generation == release.GetGeneration() {
		return nil
	}
	condition := kube.Condition{Type: "Ready", Status: status, Reason: reason, Message: message, Generation: release.GetGeneration()}
	change := map[string]any{"status": map[string]any{
		"observedGeneration": release.GetGeneration(), "conditions": []any{condition.Value()},
	}}
	return r.Cluster.Merge(ctx, release, change, "status")
}

func (r *Releases) objects(key string) []*kube.Object {
	if known := r.known[key]; known != nil {
		return known.objects
	}
	return nil
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}
