package nodes

import (
	"context"
	"fmt"
	"time"

	"aksgen/conformance/programs/internal/azure"
	"aksgen/conformance/programs/internal/kube"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// Autoscaler keeps the nodes of all pools: the minimum of each pool, and more for pods that do not fit.
type Autoscaler struct {
	Cluster *kube.Cluster
	Azure   *azure.Azure
	Sizes   Sizes
	Region  string

	made map[string]int
}

// Step makes missing nodes of the minimum, or one node for pending pods.
func (a *Autoscaler) Step(ctx context.Context) error {
	if a.made == nil {
		a.made = map[string]int{}
	}
	counts, err := a.counts(ctx)
	if err != nil {
		return err
	}
	for _, pool := range a.Azure.Pools() {
		for range int64(max(pool.Min, pool.Count)) - int64(counts[pool.Name]) {
			if err := a.Add(ctx, pool); err != nil {
				return err
			}
			counts[pool.Name]++
		}
	}
	return a.grow(ctx, counts)
}

// Add adds a node to a pool.
func (a *Autoscaler) Add(ctx context.Context, pool azure.Pool) error {
	size, known := a.Sizes[pool.Size]
	if !known {
		return fmt.Errorf("the VM size %s of the pool %s is unknown", pool.Size, pool.Name)
	}
	made := node(pool, size, a.Region, a.made[pool.Name])
	a.made[pool.Name]++
	_, err := a.Cluster.Typed.CoreV1().Nodes().Create(ctx, made, metav1.CreateOptions{})
	if apierrors.IsAlreadyExists(err) {
		return nil
	}
	return err
}

// counts returns the number of nodes per pool.
func (a *Autoscaler) counts(ctx context.Context) (map[string]int, error) {
	all, err := a.Cluster.Typed.CoreV1().Nodes().List(ctx, metav1.ListOptions{ResourceVersion: "0"})
	if err != nil {
		return nil, err
	}
	counts := map[string]int{}
	for _, one := range all.Items {
		counts[one.Labels["agentpool"]]++
	}
	return counts, nil
}

// grow adds a node to the first pool with room for the first pod that does not fit.
func (a *Autoscaler) grow(ctx context.Context, counts map[string]int) error {
	pods, err := a.Cluster.Typed.CoreV1().Pods("").List(ctx, metav1.ListOptions{FieldSelector: "status.phase=Pending,spec.nodeName="})
	if err != nil {
		return err
	}
	for _, pod := range pods.Items {
		if !unschedulable(&pod) {
			continue
		}
		for _, pool := range a.Azure.Pools() {
			if int64(counts[pool.Name]) < pool.Max && a.fits(&pod, pool) {
				return a.Add(ctx, pool)
			}
		}
	}
	return nil
}

func unschedulable(pod *corev1.Pod) bool {
	for _, one := range pod.Status.Conditions {
		if one.Type == corev1.PodScheduled && one.Reason == corev1.PodReasonUnschedulable {
			return time.Since(one.LastTransitionTime.Time) > time.Second
		}
	}
	return false
}

// fits reports whether an empty node of a pool could run a pod.
func (a *Autoscaler) fits(pod *corev1.Pod, pool azure.Pool) bool {
	one := node(pool, a.Sizes[pool.Size], a.Region, 0)
	for i := range one.Spec.Taints {
		if one.Spec.Taints[i].Effect != corev1.TaintEffectPreferNoSchedule && !tolerated(pod, &one.Spec.Taints[i]) {
			return false
		}
	}
	if !labels.SelectorFromSet(pod.Spec.NodeSelector).Matches(labels.Set(one.Labels)) {
		return false
	}
	for _, container := range pod.Spec.Containers {
		for name, wanted := range container.Resources.Requests {
			if room, limited := one.Status.Allocatable[name]; limited && wanted.Cmp(room) > 0 {
				return false
			}
		}
	}
	return true
}

func tolerated(pod *corev1.Pod, taint *corev1.Taint) bool {
	for _, one := range pod.Spec.Tolerations {
		keys := one.Key == taint.Key && (one.Operator == corev1.TolerationOpExists || one.Value == taint.Value)
		all := one.Key == "" && one.Operator == corev1.TolerationOpExists
		if (keys || all) && (one.Effect == "" || one.Effect == taint.Effect) {
			return true
		}
	}
	return false
}
