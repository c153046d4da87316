package main

import (
	"context"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// templates lists the paths of pod templates by kind.
var templates = map[string][]string{
	"Deployment":  {"spec", "template"},
	"StatefulSet": {"spec", "template"},
	"DaemonSet":   {"spec", "template"},
	"ReplicaSet":  {"spec", "template"},
	"Job":         {"spec", "template"},
	"CronJob":     {"spec", "jobTemplate", "spec", "template"},
}

// tryPod submits the pod of a workload, because Pod Security enforces on pods only.
func (c *cluster) tryPod(ctx context.Context, workload *unstructured.Unstructured) error {
	pod, err := podOf(workload)
	if err != nil {
		return err
	}
	resource := c.objects.Resource(schema.GroupVersionResource{Version: "v1", Resource: "pods"})
	_, err = resource.Namespace(workload.GetNamespace()).Create(ctx, pod, metav1.CreateOptions{
		DryRun:          []string{metav1.DryRunAll},
		FieldManager:    manager,
		FieldValidation: metav1.FieldValidationStrict,
	})
	if err != nil {
		return fmt.Errorf("its pod: %w", err)
	}
	return nil
}

// podOf creates a pod from the template of a workload. The server defaults restartPolicy to Always.
func podOf(workload *unstructured.Unstructured) (*unstructured.Unstructured, error) {
	path, ok := templates[workload.GetKind()]
	if !ok {
		return nil, fmt.Errorf("a %s has no pod template", workload.GetKind())
	}
	template, found, err := unstructured.NestedMap(workload.Object, path...)
	if err != nil || !found {
		return nil, fmt.Errorf("has no pod template: %v", err)
	}
	pod := &unstructured.Unstructured{Object: template}
	pod.SetAPIVersion("v1")
	pod.SetKind("Pod")
	pod.SetName(workload.GetName())
	pod.SetNamespace(workload.GetNamespace())
	return pod, addClaims(workload, pod)
}

// addClaims adds a volume for each volume claim template of a StatefulSet.
func addClaims(workload, pod *unstructured.Unstructured) error {
	claims, _, err := unstructured.NestedSlice(workload.Object, "spec", "volumeClaimTemplates")
	if err != nil || len(claims) == 0 {
		return err
	}
	volumes, _, err := unstructured.NestedSlice(pod.Object, "spec", "volumes")
	if err != nil {
		return err
	}
	for _, claim := range claims {
		name, _, err := unstructured.NestedString(claim.(map[string]any), "metadata", "name")
		if err != nil {
			return err
		}
		volumes = append(volumes, map[string]any{"name": name, "persistentVolumeClaim": map[string]any{"claimName": name + "-" + workload.GetName() + "-0"}})
	}
	return unstructured.SetNestedSlice(pod.Object, volumes, "spec", "volumes")
}
