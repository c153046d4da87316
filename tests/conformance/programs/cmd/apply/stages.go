package main

import "k8s.io/apimachinery/pkg/runtime/schema"

// Stages of an apply. Objects of a stage depend on earlier stages.
const (
	namespaces = iota
	crds
	others
	webhooks
	stages
)

// byStage groups the readable objects by stage.
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

// definedBy lists the kinds of the accepted definitions.
func definedBy(stage []*attempt) []schema.GroupVersionKind {
	var kinds []schema.GroupVersionKind
	for _, each := range stage {
		if each.wanted != nil && stageOf(each.wanted.GroupVersionKind()) == crds {
			kinds = append(kinds, defined(each.wanted))
		}
	}
	return kinds
}
