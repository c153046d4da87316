package helm

import (
	"context"

	"aksgen/conformance/programs/internal/kube"
)

// uninstall deletes the objects of a release, except those that the chart keeps.
func (r *Releases) uninstall(ctx context.Context, release *kube.Object, key string) error {
	if err := r.prune(ctx, r.objects(key), nil); err != nil {
		return err
	}
	delete(r.known, key)
	return r.Cluster.Merge(ctx, release, map[string]any{"metadata": map[string]any{"finalizers": nil}})
}

// prune deletes the objects of a release that its next version does not contain.
func (r *Releases) prune(ctx context.Context, before, after []*kube.Object) error {
	kept := map[string]bool{}
	for _, one := range after {
		kept[one.GroupVersionKind().GroupKind().String()+kube.Name(one)] = true
	}
	for _, one := range before {
		if kept[one.GroupVersionKind().GroupKind().String()+kube.Name(one)] || one.GetAnnotations()["helm.sh/resource-policy"] == "keep" {
			continue
		}
		if err := r.Cluster.Delete(ctx, one.GroupVersionKind(), one.GetNamespace(), one.GetName()); err != nil {
			return err
		}
	}
	return nil
}

// waiting describes the first workload that is not available.
func (r *Releases) waiting(ctx context.Context, objects []*kube.Object) (string, error) {
	for _, one := range objects {
		switch one.GetKind() {
		case "Deployment", "StatefulSet", "DaemonSet":
		default:
			continue
		}
		found, err := r.Cluster.Get(ctx, one.GroupVersionKind(), one.GetNamespace(), one.GetName())
		if err != nil {
			return "", err
		}
		if found == nil {
			return kube.Name(one) + " does not exist", nil
		}
		if progress := kube.Progress(found); progress != "" {
			return kube.Name(one) + ": " + progress, nil
		}
	}
	return "", nil
}
