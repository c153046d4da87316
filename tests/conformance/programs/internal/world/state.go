package world

import (
	"context"
	"sort"
	"strings"

	"aksgen/conformance/programs/internal/eso"
	"aksgen/conformance/programs/internal/helm"
	"aksgen/conformance/programs/internal/kube"
	"aksgen/conformance/programs/internal/operators"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Stuck is an object that is not ready.
type Stuck struct {
	Object  string `json:"object"`
	Message string `json:"message"`
}

// workloads are the kinds that run pods.
var workloads = []schema.GroupVersionKind{
	{Group: "apps", Version: "v1", Kind: "Deployment"},
	{Group: "apps", Version: "v1", Kind: "StatefulSet"},
	{Group: "apps", Version: "v1", Kind: "DaemonSet"},
}

// Unready returns all objects that are not ready, causes before effects. Objects that are absent count
// only once all others are ready.
func (w *World) Unready(ctx context.Context) ([]Stuck, error) {
	found, err := w.broken(ctx)
	if err != nil || len(found) > 0 {
		return found, err
	}
	for _, part := range []func(context.Context) ([]Stuck, error){w.conditions, w.pods, w.workloads, w.roots} {
		more, err := part(ctx)
		if err != nil {
			return nil, err
		}
		found = append(found, more...)
	}
	if len(found) > 0 {
		return found, nil
	}
	return w.absent(ctx)
}

// broken returns the failures of the rehearsal itself.
func (w *World) broken(context.Context) ([]Stuck, error) {
	w.guard.Lock()
	defer w.guard.Unlock()
	var found []Stuck
	for object, message := range w.failures {
		found = append(found, Stuck{object, message})
	}
	if err := w.Plane.Group.Alive(); err != nil {
		found = append(found, Stuck{"rehearsal", err.Error()})
	}
	return found, nil
}

// conditions returns objects with a condition Ready, or a phase, that is not good.
func (w *World) conditions(ctx context.Context) ([]Stuck, error) {
	kinds := append([]schema.GroupVersionKind{}, w.Operator.Kinds...)
	kinds = append(kinds, helm.Release, eso.ClusterStore, eso.Store, eso.External, operators.ClusterIssuer, operators.Issuer, operators.Certificate)
	var found []Stuck
	for _, kind := range kinds {
		all, err := w.Cluster.List(ctx, kind)
		if err != nil {
			return nil, err
		}
		for i := range all {
			if !kube.IsReady(&all[i]) {
				found = append(found, Stuck{kube.Name(&all[i]), kube.Find(&all[i], "Ready").String()})
			}
		}
	}
	for _, kind := range []schema.GroupVersionKind{operators.Location, operators.Schedule} {
		all, err := w.Cluster.List(ctx, kind)
		if err != nil {
			return nil, err
		}
		for i := range all {
			if kube.Text(all[i].Object, "status", "phase") == "" {
				found = append(found, Stuck{kube.Name(&all[i]), "has no phase"})
			}
		}
	}
	return found, nil
}

// pods returns pods that do not run, with the reason.
func (w *World) pods(ctx context.Context) ([]Stuck, error) {
	pods, err := w.Cluster.Typed.CoreV1().Pods("").List(ctx, metav1.ListOptions{FieldSelector: "status.phase=Pending"})
	if err != nil {
		return nil, err
	}
	waiting := w.Kubelet.Waiting()
	var found []Stuck
	for _, pod := range pods.Items {
		message := waiting[pod.Namespace+"/"+pod.Name]
		for _, one := range pod.Status.Conditions {
			if one.Type == corev1.PodScheduled && one.Status == corev1.ConditionFalse {
				message = one.Message
			}
		}
		found = append(found, Stuck{"Pod/" + pod.Namespace + "/" + generated(&pod), orElse(message, "is pending")})
	}
	return found, nil
}

// generated is the name of a pod without its random end.
func generated(pod *corev1.Pod) string {
	if pod.GenerateName != "" {
		return strings.TrimSuffix(pod.GenerateName, "-")
	}
	return pod.Name
}

// workloads returns workloads without enough pods, with the reason of the newest failure.
func (w *World) workloads(ctx context.Context) ([]Stuck, error) {
	var found []Stuck
	for _, kind := range workloads {
		all, err := w.Cluster.List(ctx, kind)
		if err != nil {
			return nil, err
		}
		for i := range all {
			if progress := kube.Progress(&all[i]); progress != "" {
				found = append(found, Stuck{kube.Name(&all[i]), strings.TrimSpace(progress + " " + kube.Find(&all[i], "ReplicaFailure").Message)})
			}
		}
	}
	return found, nil
}

// roots returns the parts of the tree that the engine has not applied.
func (w *World) roots(ctx context.Context) ([]Stuck, error) {
	if w.Engine == nil {
		return []Stuck{{"engine", "no command of the page installed an engine"}}, nil
	}
	roots, err := w.Engine.Roots(ctx)
	if err != nil {
		return nil, err
	}
	var found []Stuck
	cycles := kube.Cycles(roots)
	for _, one := range roots {
		if !one.Ready {
			found = append(found, Stuck{one.Name, one.Message})
		}
		if cycles[one.Name] != "" {
			found = append(found, Stuck{one.Name, "waits for itself: " + cycles[one.Name]})
		}
	}
	if len(roots) == 0 {
		found = append(found, Stuck{"engine", "has no roots"})
	}
	return found, nil
}

// absent returns objects of the tree that the cluster lacks.
func (w *World) absent(ctx context.Context) ([]Stuck, error) {
	objects, err := w.Tree.Objects()
	if err != nil {
		return nil, err
	}
	present := map[string]bool{}
	listed := map[schema.GroupVersionKind]bool{}
	var found []Stuck
	for _, one := range objects {
		kind := one.GroupVersionKind()
		if !listed[kind] {
			listed[kind] = true
			all, err := w.Cluster.List(ctx, kind)
			if err != nil {
				return nil, err
			}
			for i := range all {
				present[kind.GroupKind().String()+all[i].GetNamespace()+"/"+all[i].GetName()] = true
			}
		}
		if !present[kind.GroupKind().String()+one.GetNamespace()+"/"+one.GetName()] {
			found = append(found, Stuck{kube.Name(one), "is in the tree and not in the cluster"})
		}
	}
	sort.Slice(found, func(i, j int) bool { return found[i].Object < found[j].Object })
	return found, nil
}

// Signature names the unready objects.
func Signature(stuck []Stuck) string {
	names := make([]string, len(stuck))
	for i, one := range stuck {
		names[i] = one.Object
	}
	sort.Strings(names)
	return strings.Join(names, " ")
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}
