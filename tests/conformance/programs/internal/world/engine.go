package world

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"aksgen/conformance/programs/internal/argo"
	"aksgen/conformance/programs/internal/azure"
	"aksgen/conformance/programs/internal/flux"
	"aksgen/conformance/programs/internal/page"
	"aksgen/conformance/programs/internal/served"
	"aksgen/conformance/programs/internal/tree"
)

// shell starts the stand-ins of the commands that pages use.
func (w *World) shell(ctx context.Context) error {
	az := &page.Az{Azure: w.Azure, Deployed: func(result azure.Deployment) error { return w.deployed(ctx, result) }}
	address, end, err := page.Serve(func(call page.Call) (string, error) {
		w.Say("%s %v", call.Program, call.Args)
		switch call.Program {
		case "az":
			return az.Run(call)
		case "helm":
			return "", w.helm(ctx, call)
		}
		return "", nil
	})
	if err != nil {
		return err
	}
	w.closers = append(w.closers, end)
	self, err := os.Executable()
	if err != nil {
		return err
	}
	w.Shell, err = page.NewShell(filepath.Join(w.Settings.Work, "bin"), self, w.Settings.Programs["kubectl"], address, w.Plane.Kubeconfig)
	return err
}

// copyTree makes the copy of a tree that the engine reads, and returns its folder.
func (w *World) copyTree(folder string) (string, error) {
	changes := served.Intervals()
	if w.Settings.Engine == "argocd" {
		if err := w.serveCharts(); err != nil {
			return "", err
		}
		changes = served.Addresses("file://"+w.repository(), w.chartsAt)
	}
	w.commits++
	copied := filepath.Join(w.Settings.Work, fmt.Sprintf("commit-%d", w.commits))
	return copied, served.Copy(folder, copied, changes)
}

func (w *World) repository() string {
	return filepath.Join(w.Settings.Work, "repository")
}

// serveCharts starts the Helm repository once, with the charts of all trees.
func (w *World) serveCharts() error {
	if w.chartsAt != "" {
		return nil
	}
	objects, err := w.allObjects()
	if err != nil {
		return err
	}
	address, end, err := w.charts.Serve(w.Settings.Programs["helm"], filepath.Join(w.Settings.Work, "packages"), argo.Charts(objects))
	if err != nil {
		return err
	}
	w.closers, w.chartsAt = append(w.closers, end), address
	return nil
}

// deployed is what Azure does after the deployment of a cluster: its own pods, and Flux.
func (w *World) deployed(ctx context.Context, result azure.Deployment) error {
	if err := w.applyFiles(ctx, "aks/namespaces.yaml", "aks/system.yaml"); err != nil {
		return err
	}
	if len(result.Flux) == 0 {
		return nil
	}
	source := &flux.Source{Cluster: w.Cluster}
	end, err := source.Serve()
	if err != nil {
		return err
	}
	w.closers = append(w.closers, end)
	engine := &flux.Engine{Cluster: w.Cluster, Plane: w.Plane, Source: source}
	w.Engine = engine
	if err := w.Engine.Commit(ctx, w.Copy); err != nil {
		return err
	}
	w.loop(ctx, "source", source.Step)
	w.loop(ctx, "helm", w.Releases.Step)
	return engine.Install(ctx, result.Flux)
}

// helm is the command that installs Argo CD.
func (w *World) helm(ctx context.Context, call page.Call) error {
	if !slices.Contains(call.Args, "argo-cd") {
		return fmt.Errorf("no stand-in for `helm %v`", call.Args)
	}
	at := slices.Index(call.Args, "--values")
	if at < 0 {
		return errors.New("Argo CD needs --values")
	}
	engine := &argo.Engine{Cluster: w.Cluster, Plane: w.Plane, Definitions: w.definitions, Repository: w.repository()}
	w.Engine = engine
	if err := os.MkdirAll(w.repository(), 0o700); err != nil {
		return err
	}
	if err := engine.Install(ctx, filepath.Join(call.Folder, call.Args[at+1])); err != nil {
		return err
	}
	return engine.Commit(ctx, w.Copy)
}

// Prepare makes the copy of the first tree, from which the commands of its pages run.
func (w *World) Prepare(context.Context) error {
	var err error
	w.Copy, err = w.copyTree(w.Tree.Folder)
	return err
}

// Commit makes a tree the newest revision of the repository.
func (w *World) Commit(ctx context.Context, folder string) error {
	copied, err := w.copyTree(folder)
	if err != nil {
		return err
	}
	w.Copy, w.Tree = copied, tree.Tree{Folder: folder, Environment: w.Settings.Environment}
	w.Say("commit %d: %s", w.commits, folder)
	return w.Engine.Commit(ctx, copied)
}
