package world

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

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
		case "kubelogin":
			return "", nil
		}
		return "", fmt.Errorf("no stand-in for %s", call.Program)
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
	if err := w.Commit(ctx, w.Tree.Folder); err != nil {
		return err
	}
	w.loop(ctx, "source", source.Step)
	w.loop(ctx, "helm", w.Releases.Step)
	return engine.Install(ctx, result.Flux)
}

// Commit makes a tree the newest revision of the repository.
func (w *World) Commit(ctx context.Context, folder string) error {
	w.commits++
	copied := filepath.Join(w.Settings.Work, fmt.Sprintf("commit-%d", w.commits))
	if err := served.Copy(folder, copied, served.Intervals()); err != nil {
		return err
	}
	w.Tree = tree.Tree{Folder: folder, Environment: w.Settings.Environment}
	w.Say("commit %d: %s", w.commits, folder)
	return w.Engine.Commit(ctx, copied)
}
