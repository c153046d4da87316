package kube

import (
	"context"
	"errors"
	"fmt"
	"sort"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Progress describes why a Deployment, StatefulSet or DaemonSet is not available, or is empty.
func Progress(workload *Object) string {
	seen, _, _ := unstructured.NestedInt64(workload.Object, "status", "observedGeneration")
	if seen < workload.GetGeneration() {
		return "not observed yet"
	}
	wanted, ready, updated := numbers(workload)
	if ready < wanted || updated < wanted {
		return fmt.Sprintf("%d of %d pods are ready, %d are current", ready, wanted, updated)
	}
	return ""
}

func numbers(workload *Object) (wanted, ready, updated int64) {
	number := func(path ...string) int64 {
		value, _, _ := unstructured.NestedInt64(workload.Object, path...)
		return value
	}
	switch workload.GetKind() {
	case "DaemonSet":
		return number("status", "desiredNumberScheduled"), number("status", "numberReady"), number("status", "updatedNumberScheduled")
	case "StatefulSet":
		return number("spec", "replicas"), number("status", "readyReplicas"), number("status", "updatedReplicas")
	}
	return number("spec", "replicas"), number("status", "availableReplicas"), number("status", "updatedReplicas")
}

// ApplyAll applies objects: definitions first, which the server must serve before the others.
func (c *Cluster) ApplyAll(ctx context.Context, objects []*Object, manager string) error {
	var definitions Definitions
	var others []*Object
	for _, one := range objects {
		if one.GroupVersionKind() == Definition {
			definitions = append(definitions, one)
		} else {
			others = append(others, one)
		}
	}
	if err := c.Install(ctx, definitions); err != nil {
		return err
	}
	var failures []error
	for _, one := range others {
		if err := c.Apply(ctx, one, manager); err != nil {
			failures = append(failures, fmt.Errorf("%s: %w", Name(one), err))
		}
	}
	return errors.Join(failures...)
}

// GroupVersions lists the API groups and versions that the server serves.
func (c *Cluster) GroupVersions() []string {
	lists, err := c.Typed.Discovery().ServerGroups()
	if err != nil {
		return nil
	}
	var found []string
	for _, group := range lists.Groups {
		for _, version := range group.Versions {
			found = append(found, version.GroupVersion)
		}
	}
	sort.Strings(found)
	return found
}
