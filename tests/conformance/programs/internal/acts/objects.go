package acts

import (
	"context"
	"time"

	"aksgen/conformance/programs/internal/kube"
	"aksgen/conformance/programs/internal/tree"
	"aksgen/conformance/programs/internal/world"
)

// identity is an object in the cluster: its UID and the root that applied it.
type identity struct {
	uid, root string
}

// identities returns the objects of the tree that exist, by kind and name.
func (p *play) identities(ctx context.Context) (map[string]identity, error) {
	objects, err := p.Tree.Objects()
	if err != nil {
		return nil, err
	}
	found := map[string]identity{}
	for _, one := range objects {
		existing, err := p.Cluster.Get(ctx, one.GroupVersionKind(), one.GetNamespace(), one.GetName())
		if err != nil {
			return nil, err
		}
		if existing != nil {
			found[kube.Name(one)] = identity{string(existing.GetUID()), kube.Owner(existing)}
		}
	}
	return found, nil
}

// removed names the objects of the newest commit that the tree of a role lacks. Without a role nothing
// is removed.
func (p *play) removed(role string) (map[string]bool, error) {
	gone := map[string]bool{}
	if role == "" {
		return gone, nil
	}
	now, err := p.Tree.Objects()
	if err != nil {
		return nil, err
	}
	next, err := tree.Tree{Folder: p.request.Trees[role], Environment: p.Settings.Environment}.Objects()
	if err != nil {
		return nil, err
	}
	for _, one := range now {
		gone[kube.Name(one)] = true
	}
	for _, one := range next {
		delete(gone, kube.Name(one))
	}
	return gone, nil
}

// replaceTree commits the tree of a role. Each object of both trees must stay the same object, and each
// object that the new tree lacks must go, unless it is protected.
func (p *play) replaceTree(ctx context.Context, role string) error {
	before, err := p.identities(ctx)
	if err != nil {
		return err
	}
	old, err := p.Tree.Objects()
	if err != nil {
		return err
	}
	gone, err := p.removed(role)
	if err != nil {
		return err
	}
	if err := p.commit(ctx, role); err != nil {
		return err
	}
	after, err := p.identities(ctx)
	if err != nil {
		return err
	}
	p.same(before, after, gone)
	return p.pruned(ctx, before, old, gone)
}

// same adds a finding for each object that vanished or was made again, without removed ones.
func (p *play) same(before, after map[string]identity, gone map[string]bool) {
	for name, one := range before {
		if gone[name] {
			continue
		}
		switch after[name].uid {
		case one.uid:
		case "":
			p.find(name, "was deleted")
		default:
			p.find(name, "was deleted and made again")
		}
	}
}

// pruned waits until the removed objects are gone, unless they are protected. A controller may make one
// again, such as the ServiceAccount `default` of a namespace.
func (p *play) pruned(ctx context.Context, before map[string]identity, old []*kube.Object, gone map[string]bool) error {
	deadline := time.Now().Add(2 * world.Stall)
	for {
		var left []world.Stuck
		for _, one := range old {
			name := kube.Name(one)
			if !gone[name] || kube.IsProtected(one) {
				continue
			}
			found, err := p.Cluster.Get(ctx, one.GroupVersionKind(), one.GetNamespace(), one.GetName())
			if err != nil {
				return err
			}
			if found != nil && string(found.GetUID()) == before[name].uid {
				left = append(left, world.Stuck{Object: name, Message: "is no longer in the tree and was not pruned"})
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
