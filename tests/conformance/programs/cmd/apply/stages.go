package main

import "k8s.io/apimachinery/pkg/runtime/schema"

// The stages of a real apply: what is in one needs all that is in those before it.
const (
	namespaces = iota
	crds
	others
	webhooks
	stages
)

// byStage leaves out what could not even be read.
func byStage(all []*attempt) [][]*attempt {
	staged := make([][]*attempt, stages)
	for _, each := range all {
		if each.wanted != nil {
			stage := stageOf(each.wanted.GroupVersionKind())
			staged[stage] = append(staged[stage], each)
		}
	}
	return staged
}

func stageOf(kind schema.GroupVersionKind) int {
	switch kind.GroupKind().String() {
	case "Namespace":
		return namespaces
	case "CustomResourceDefinition.apiextensions.k8s.io":
		return crds
	case "ValidatingWebhookConfiguration.admissionregistration.k8s.io",
		"MutatingWebhookConfiguration.admissionregistration.k8s.io":
		return webhooks
	}
	return others
}

// definedBy lists the kinds of the definitions that the server took.
func definedBy(stage []*attempt) []schema.GroupVersionKind {
	var kinds []schema.GroupVersionKind
	for _, each := range stage {
		if each.wanted != nil && stageOf(each.wanted.GroupVersionKind()) == crds {
			kinds = append(kinds, defined(each.wanted))
		}
	}
	return kinds
}
