package acts

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"aksgen/conformance/programs/internal/argo"
	"aksgen/conformance/programs/internal/page"
	"aksgen/conformance/programs/internal/world"
)

// upgrade commits the tree of today over an older one. No object of both may be deleted or move to
// another root: an engine that removes the old root first deletes the object.
// Faults of the older tree in Azure do not count.
func (p *play) upgrade(ctx context.Context) error {
	p.Azure.Forget()
	before, err := p.identities(ctx)
	if err != nil {
		return err
	}
	gone, err := p.removed("today")
	if err != nil {
		return err
	}
	if err := p.keepBudgets(ctx, "today", p.today); err != nil {
		return err
	}
	after, err := p.identities(ctx)
	if err != nil {
		return err
	}
	p.same(before, after, gone)
	for name, one := range before {
		if root := after[name].root; root != "" && one.root != "" && root != one.root {
			p.find(name, fmt.Sprintf("moves from the root %s to the root %s", one.root, root))
		}
	}
	return nil
}

// today commits the tree of today and waits until everything is ready.
func (p *play) today(ctx context.Context) error {
	if err := p.Commit(ctx, p.request.Trees["today"]); err != nil {
		return err
	}
	if err := p.applyClusters(ctx); err != nil {
		return err
	}
	rest, err := p.Settle(ctx, world.Nothing)
	p.stuck(rest)
	return err
}

// applyClusters repeats the last command of the bootstrap page if the cluster lacks the Application that
// applies the others, as the guide says.
func (p *play) applyClusters(ctx context.Context) error {
	objects, err := p.Tree.Objects()
	if err != nil {
		return err
	}
	for _, one := range objects {
		if one.GroupVersionKind() != argo.Application || one.GetName() != "clusters" {
			continue
		}
		found, err := p.Cluster.Get(ctx, argo.Application, one.GetNamespace(), one.GetName())
		if err != nil || found != nil {
			return err
		}
		folder := filepath.Join(p.Copy, "bootstrap", p.Settings.Environment)
		text, err := os.ReadFile(filepath.Join(folder, "README.md"))
		if err != nil {
			return err
		}
		commands := page.Commands(string(text))
		return p.Shell.Script(ctx, commands[len(commands)-1:], folder)
	}
	return nil
}
