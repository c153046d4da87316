package kube

import "strings"

// IsProtected reports whether an engine keeps an object that is no longer in the tree.
func IsProtected(object *Object) bool {
	annotations := object.GetAnnotations()
	return annotations["kustomize.toolkit.fluxcd.io/prune"] == "disabled" ||
		strings.Contains(annotations["argocd.argoproj.io/sync-options"], "Prune=false")
}

// Owner returns the root that applied an object: its Kustomization or its Application.
func Owner(object *Object) string {
	if name := object.GetLabels()["kustomize.toolkit.fluxcd.io/name"]; name != "" {
		return name
	}
	name, _, _ := strings.Cut(object.GetAnnotations()["argocd.argoproj.io/tracking-id"], ":")
	return name
}
