package acts

import (
	"context"
	"fmt"
	"time"

	"aksgen/conformance/programs/internal/kube"
	"aksgen/conformance/programs/internal/world"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

var deployments = schema.GroupVersionKind{Group: "apps", Version: "v1", Kind: "Deployment"}

// commit makes the tree of a role the newest commit and waits until everything is ready.
func (p *play) commit(ctx context.Context, role string) error {
	folder, given := p.request.Trees[role]
	if !given {
		return fmt.Errorf("the request has no tree %q", role)
	}
	if err := p.Commit(ctx, folder); err != nil {
		return err
	}
	rest, err := p.Settle(ctx, world.Nothing)
	p.stuck(rest)
	return err
}

// badCommit commits a change that the API server refuses, then the fix. The fix must apply without a person.
func (p *play) badCommit(ctx context.Context) error {
	if err := p.Commit(ctx, p.request.Trees["bad"]); err != nil {
		return err
	}
	refused := func(stuck []world.Stuck) bool {
		for _, one := range stuck {
			if contains(one.Message, "immutable", "denied", "invalid", "Invalid", "forbidden") {
				return true
			}
		}
		return false
	}
	rest, err := p.Until(ctx, world.Nothing, refused)
	if err != nil {
		return err
	}
	if !refused(rest) {
		p.find("engine", "does not report that the API server refuses the bad commit")
	}
	return p.commit(ctx, "fixed")
}

// operatorFails commits a release that cannot be installed together with a new image of a service. The
// image must go out all the same.
func (p *play) operatorFails(ctx context.Context) error {
	if err := p.Commit(ctx, p.request.Trees["operator-fails"]); err != nil {
		return err
	}
	wanted, err := p.images()
	if err != nil {
		return err
	}
	deadline := time.Now().Add(world.Stall)
	for {
		late, err := p.late(ctx, wanted)
		if err != nil {
			return err
		}
		if len(late) == 0 {
			break
		}
		if time.Now().After(deadline) {
			p.stuck(late)
			break
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
	}
	return p.commit(ctx, "first")
}

// images returns the image of each Deployment of the tree.
func (p *play) images() (map[string]*kube.Object, error) {
	objects, err := p.Tree.Objects()
	found := map[string]*kube.Object{}
	for _, one := range objects {
		if one.GroupVersionKind() == deployments {
			found[kube.Name(one)] = one
		}
	}
	return found, err
}

// late returns the Deployments whose image differs from the tree.
func (p *play) late(ctx context.Context, wanted map[string]*kube.Object) ([]world.Stuck, error) {
	var late []world.Stuck
	for name, one := range wanted {
		found, err := p.Cluster.Get(ctx, deployments, one.GetNamespace(), one.GetName())
		if err != nil {
			return nil, err
		}
		if found == nil || image(found) != image(one) || kube.Progress(found) != "" {
			late = append(late, world.Stuck{Object: name, Message: "the image " + image(one) + " does not go out while the release of an operator fails"})
		}
	}
	return late, nil
}

func image(deployment *kube.Object) string {
	containers := kube.List(deployment.Object, "spec", "template", "spec", "containers")
	if len(containers) == 0 {
		return ""
	}
	return kube.Text(containers[0], "image")
}

// addAndRemove adds a service with its namespace and a backup, then removes both. Nothing else may be
// deleted or made again. Objects that the tree protects from pruning stay.
func (p *play) addAndRemove(ctx context.Context) error {
	before, err := p.uids(ctx)
	if err != nil {
		return err
	}
	if err := p.commit(ctx, "added"); err != nil {
		return err
	}
	added, err := p.Tree.Objects()
	if err != nil {
		return err
	}
	during, err := p.uids(ctx)
	if err != nil {
		return err
	}
	if err := p.commit(ctx, "first"); err != nil {
		return err
	}
	after, err := p.uids(ctx)
	if err != nil {
		return err
	}
	p.same(before, after)
	return p.pruned(ctx, before, during, added)
}

// pruned waits until the added objects are gone, unless they are protected. A controller may make one
// again, such as the ServiceAccount `default` of a namespace.
func (p *play) pruned(ctx context.Context, before, during map[string]string, added []*kube.Object) error {
	deadline := time.Now().Add(world.Stall)
	for {
		var left []world.Stuck
		for _, one := range added {
			if before[kube.Name(one)] != "" || one.GetAnnotations()["kustomize.toolkit.fluxcd.io/prune"] == "disabled" {
				continue
			}
			found, err := p.Cluster.Get(ctx, one.GroupVersionKind(), one.GetNamespace(), one.GetName())
			if err != nil {
				return err
			}
			if found != nil && string(found.GetUID()) == during[kube.Name(one)] {
				left = append(left, world.Stuck{Object: kube.Name(one), Message: "is no longer in the tree and was not pruned"})
			}
		}
		if len(left) == 0 || time.Now().After(deadline) {
			p.stuck(left)
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
	}
}

// scale commits more replicas, then autoscaling, then neither. Budgets hold all the time.
func (p *play) scale(ctx context.Context) error {
	for _, role := range []string{"scaled", "autoscaled", "first"} {
		if _, given := p.request.Trees[role]; !given {
			continue
		}
		if err := p.keepBudgets(ctx, func(ctx context.Context) error { return p.commit(ctx, role) }); err != nil {
			return err
		}
	}
	return nil
}

// upgrade commits the tree of today over an older one. Nothing may be deleted that both contain.
func (p *play) upgrade(ctx context.Context) error {
	before, err := p.uids(ctx)
	if err != nil {
		return err
	}
	if err := p.keepBudgets(ctx, func(ctx context.Context) error { return p.commit(ctx, "today") }); err != nil {
		return err
	}
	after, err := p.uids(ctx)
	if err != nil {
		return err
	}
	for name, uid := range before {
		if now, both := after[name]; both && now != uid {
			p.find(name, "was deleted and made again")
		}
	}
	return nil
}

func isReady(conditions []corev1.PodCondition) bool {
	for _, one := range conditions {
		if one.Type == corev1.PodReady {
			return one.Status == corev1.ConditionTrue
		}
	}
	return false
}

func number(object *kube.Object, path ...string) int64 {
	value, _, _ := unstructured.NestedInt64(object.Object, path...)
	return value
}
