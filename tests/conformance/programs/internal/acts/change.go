package acts

import (
	"context"
	"fmt"
	"slices"
	"strings"

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

// refusals are the commits that the API server refuses, with a word of its message: a change of an
// immutable field, and an object that an admission policy of the tree denies.
var refusals = []struct{ role, word string }{{"bad", "immutable"}, {"denied", "denied request"}}

// badCommit commits changes that the API server refuses, then the fix. The fix must apply without a person.
func (p *play) badCommit(ctx context.Context) error {
	for _, one := range refusals {
		if err := p.Commit(ctx, p.request.Trees[one.role]); err != nil {
			return err
		}
		refused := func(stuck []world.Stuck) bool {
			return slices.ContainsFunc(stuck, func(root world.Stuck) bool { return strings.Contains(root.Message, one.word) })
		}
		rest, err := p.Until(ctx, world.Nothing, refused)
		if err != nil {
			return err
		}
		if !refused(rest) {
			p.find("engine", fmt.Sprintf("does not report that the API server refuses the commit %q: no message contains %q", one.role, one.word))
		}
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
	var late []world.Stuck
	look := func(ctx context.Context) (err error) {
		late, err = p.late(ctx, wanted)
		return err
	}
	if _, err := p.Until(ctx, look, func([]world.Stuck) bool { return len(late) == 0 }); err != nil {
		return err
	}
	p.stuck(late)
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

// addAndRemove adds a service with its namespace and a backup, removes both together with an operator,
// and adds the operator again. Nothing else may be deleted or made again.
func (p *play) addAndRemove(ctx context.Context) error {
	for _, role := range []string{"added", "removed", "first"} {
		if err := p.replaceTree(ctx, role); err != nil {
			return err
		}
	}
	return nil
}

// rename renames a service as the guide says: the new name beside the old one, with all callers, then
// without the old one. Budgets hold all the time.
func (p *play) rename(ctx context.Context) error {
	if err := p.commit(ctx, "added"); err != nil {
		return err
	}
	for _, role := range []string{"beside", "renamed"} {
		if err := p.keepBudgets(ctx, role, func(ctx context.Context) error { return p.replaceTree(ctx, role) }); err != nil {
			return err
		}
	}
	return p.commit(ctx, "first")
}

// scale commits autoscaling, then its removal, then more replicas. Budgets hold all the time. The last
// commit takes the replicas away again.
func (p *play) scale(ctx context.Context) error {
	for _, role := range []string{"autoscaled", "first", "scaled"} {
		if err := p.handOver(ctx, role); err != nil {
			return err
		}
		if err := p.keepBudgets(ctx, role, func(ctx context.Context) error { return p.commit(ctx, role) }); err != nil {
			return err
		}
	}
	return p.commit(ctx, "first")
}

// handOver runs the commands that the guide prints for a commit.
func (p *play) handOver(ctx context.Context, role string) error {
	script, given := p.request.Scripts[role]
	if !given {
		return nil
	}
	return p.Shell.Script(ctx, []string{script}, p.Settings.Work)
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
