package acts

import (
	"context"
	"fmt"
	"time"

	"aksgen/conformance/programs/internal/azure"
	"aksgen/conformance/programs/internal/world"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// drainTime bounds the drain of one node. AKS waits 30 minutes.
const drainTime = 90 * time.Second

// drain replaces every node, as an upgrade does: a new node first, then the old one is drained.
func (p *play) drain(ctx context.Context) error {
	return p.keepBudgets(ctx, "", func(ctx context.Context) error {
		nodes, err := p.Cluster.Typed.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
		if err != nil {
			return err
		}
		for _, node := range nodes.Items {
			if err := p.replace(ctx, &node); err != nil {
				return err
			}
			if p.failed {
				return nil
			}
		}
		rest, err := p.Settle(ctx, world.Nothing)
		p.stuck(rest)
		return err
	})
}

// drainScaled drains all nodes at the maximum number of replicas.
func (p *play) drainScaled(ctx context.Context) error {
	if err := p.commit(ctx, "scaled"); err != nil {
		return err
	}
	if err := p.drain(ctx); err != nil {
		return err
	}
	return p.commit(ctx, "first")
}

// replace adds a node to the pool of a node, drains the old one, and deletes it.
func (p *play) replace(ctx context.Context, node *corev1.Node) error {
	for _, pool := range p.Azure.Pools() {
		if pool.Name == node.Labels["agentpool"] && pool.Surge != "0" {
			if err := p.Nodes.Add(ctx, at(pool, node)); err != nil {
				return err
			}
		}
	}
	cordon := []byte(`{"spec":{"unschedulable":true}}`)
	if _, err := p.Cluster.Typed.CoreV1().Nodes().Patch(ctx, node.Name, types.MergePatchType, cordon, metav1.PatchOptions{}); err != nil {
		return err
	}
	deadline := time.Now().Add(drainTime)
	for {
		left, err := p.evict(ctx, node.Name)
		if err != nil {
			return err
		}
		if left == "" {
			p.Say("drained %s", node.Name)
			return p.Cluster.Typed.CoreV1().Nodes().Delete(ctx, node.Name, metav1.DeleteOptions{})
		}
		if time.Now().After(deadline) {
			p.find("Node/"+node.Name, fmt.Sprintf("is not drained within %s: %s", drainTime, left))
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(500 * time.Millisecond):
		}
	}
}

// at is a pool whose next node is in the zone of a node, so that disks of one zone stay reachable.
func at(pool azure.Pool, node *corev1.Node) azure.Pool {
	zone := node.Labels["topology.kubernetes.io/zone"]
	for _, one := range pool.Zones {
		if len(zone) > 0 && zone[len(zone)-1:] == one {
			pool.Zones = []string{one}
		}
	}
	return pool
}

// evict evicts the pods of a node that no DaemonSet owns. It returns why a pod is left, or nothing.
func (p *play) evict(ctx context.Context, node string) (string, error) {
	pods, err := p.Cluster.Typed.CoreV1().Pods("").List(ctx, metav1.ListOptions{FieldSelector: "spec.nodeName=" + node})
	if err != nil {
		return "", err
	}
	left := ""
	for _, pod := range pods.Items {
		if owner := metav1.GetControllerOf(&pod); owner != nil && owner.Kind == "DaemonSet" {
			continue
		}
		left = fmt.Sprintf("Pod/%s/%s is ending", pod.Namespace, pod.Name)
		if pod.DeletionTimestamp != nil {
			continue
		}
		eviction := &policyv1.Eviction{ObjectMeta: metav1.ObjectMeta{Name: pod.Name, Namespace: pod.Namespace}}
		err := p.Cluster.Typed.PolicyV1().Evictions(pod.Namespace).Evict(ctx, eviction)
		switch {
		case apierrors.IsTooManyRequests(err):
			left = fmt.Sprintf("Pod/%s/%s: %v", pod.Namespace, pod.Name, err)
		case err != nil && !apierrors.IsNotFound(err):
			return "", err
		}
	}
	return left, nil
}
