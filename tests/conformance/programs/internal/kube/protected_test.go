package kube

import "testing"

func annotated(key, value string) *Object {
	made := &Object{Object: map[string]any{}}
	made.SetAnnotations(map[string]string{key: value})
	return made
}

func TestBothEnginesProtectByAnnotation(t *testing.T) {
	for key, value := range map[string]string{
		"kustomize.toolkit.fluxcd.io/prune": "disabled", "argocd.argoproj.io/sync-options": "Prune=false,Delete=false",
	} {
		if !IsProtected(annotated(key, value)) {
			t.Errorf("%s: %s does not protect", key, value)
		}
	}
	if IsProtected(annotated("argocd.argoproj.io/sync-options", "Delete=false")) {
		t.Error("an object that may be pruned is protected")
	}
}

func TestTheOwnerIsTheRoot(t *testing.T) {
	if owner := Owner(annotated("argocd.argoproj.io/tracking-id", "workloads-shop:apps/Deployment:shop/web")); owner != "workloads-shop" {
		t.Errorf("the owner is %q", owner)
	}
	labelled := &Object{Object: map[string]any{}}
	labelled.SetLabels(map[string]string{"kustomize.toolkit.fluxcd.io/name": "workloads-shop"})
	if owner := Owner(labelled); owner != "workloads-shop" {
		t.Errorf("the owner is %q", owner)
	}
}
