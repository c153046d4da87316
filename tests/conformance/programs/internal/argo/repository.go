package argo

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"aksgen/conformance/programs/internal/kube"
)

// refresh is the annotation that a webhook of the repository sets.
const refresh = "argocd.argoproj.io/refresh"

// Commit replaces the content of the Git repository, and refreshes all Applications as a webhook does.
func (e *Engine) Commit(ctx context.Context, tree string) error {
	if err := e.replace(tree); err != nil {
		return err
	}
	all, err := e.Cluster.List(ctx, Application)
	if err != nil {
		return err
	}
	for i := range all {
		change := map[string]any{"metadata": map[string]any{"annotations": map[string]any{refresh: "normal"}}}
		if err := e.Cluster.Merge(ctx, &all[i], change); err != nil {
			return err
		}
	}
	return nil
}

func (e *Engine) replace(tree string) error {
	if _, err := os.Stat(filepath.Join(e.Repository, ".git")); err != nil {
		if err := e.git("init", "--quiet", "--initial-branch", "main", e.Repository); err != nil {
			return err
		}
	}
	entries, err := os.ReadDir(e.Repository)
	if err != nil {
		return err
	}
	for _, one := range entries {
		if one.Name() != ".git" {
			if err := os.RemoveAll(filepath.Join(e.Repository, one.Name())); err != nil {
				return err
			}
		}
	}
	if err := os.CopyFS(e.Repository, os.DirFS(tree)); err != nil {
		return err
	}
	if err := e.git("-C", e.Repository, "add", "--all"); err != nil {
		return err
	}
	return e.git("-C", e.Repository, "commit", "--quiet", "--allow-empty", "--message", "Rehearse")
}

// git runs Git without the settings of the user.
func (e *Engine) git(args ...string) error {
	command := exec.Command("git", append([]string{"-c", "user.name=rehearsal", "-c", "user.email=rehearsal@example.com"}, args...)...)
	command.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("git %s: %w: %s", args[0], err, output)
	}
	return nil
}

// revision is the newest commit.
func (e *Engine) revision() string {
	output, err := exec.Command("git", "-C", e.Repository, "rev-parse", "HEAD").Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(output))
}

// Charts returns the charts and versions that Applications name.
func Charts(objects []*kube.Object) map[[2]string]bool {
	found := map[[2]string]bool{}
	for _, one := range objects {
		if chart := kube.Text(one.Object, "spec", "source", "chart"); one.GetKind() == Application.Kind && chart != "" {
			found[[2]string{chart, kube.Text(one.Object, "spec", "source", "targetRevision")}] = true
		}
	}
	return found
}
