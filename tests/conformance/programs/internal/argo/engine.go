// Package argo runs Argo CD: its application-controller and repo-server, with a Git repository and a
// Helm repository on this machine.
package argo

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sort"

	"aksgen/conformance/programs/internal/kube"
	"aksgen/conformance/programs/internal/plane"
	"aksgen/conformance/programs/internal/process"

	"github.com/alicebob/miniredis/v2"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Application is the kind of a root.
var Application = schema.GroupVersionKind{Group: "argoproj.io", Version: "v1alpha1", Kind: "Application"}

// Namespace of Argo CD.
const Namespace = "argocd"

// Engine is Argo CD.
type Engine struct {
	Cluster     *kube.Cluster
	Plane       *plane.Plane
	Definitions kube.Definitions
	// Repository is the folder of the Git repository.
	Repository string

	cache      *miniredis.Miniredis
	controller *process.Process
}

// Install creates the settings of a values file and starts Argo CD.
func (e *Engine) Install(ctx context.Context, values string) error {
	if err := e.settings(ctx, values); err != nil {
		return err
	}
	cache, err := miniredis.Run()
	if err != nil {
		return err
	}
	e.cache = cache
	return e.start()
}

// start starts repo-server and application-controller.
func (e *Engine) start() error {
	ports, err := process.Ports(3)
	if err != nil {
		return err
	}
	programs, err := e.links()
	if err != nil {
		return err
	}
	env := []string{
		"ARGOCD_FAKE_IN_CLUSTER=true", "ARGOCD_GPG_ENABLED=false", "KUBECONFIG=" + e.Plane.Kubeconfig, "HOME=" + e.Plane.Home,
		"PATH=" + programs + ":/usr/bin:/bin", "ARGOCD_RECONCILIATION_JITTER=0s", "ARGOCD_GIT_REQUEST_TIMEOUT=10s",
	}
	server := []string{
		"--port", fmt.Sprint(ports[0]), "--address", "127.0.0.1", "--metrics-port", fmt.Sprint(ports[1]), "--metrics-address", "127.0.0.1",
		"--disable-tls", "--redis", e.cache.Addr(), "--loglevel", "warn", "--revision-cache-expiration", "1s", "--parallelismlimit", "4",
	}
	if _, err := e.Plane.Group.Start("argocd-repo-server", filepath.Join(programs, "argocd-repo-server"), server, env); err != nil {
		return err
	}
	controller := []string{
		"--namespace", Namespace, "--repo-server", fmt.Sprintf("127.0.0.1:%d", ports[0]), "--repo-server-plaintext", "--redis", e.cache.Addr(),
		"--metrics-port", fmt.Sprint(ports[2]), "--app-resync", "20", "--app-resync-jitter", "0", "--loglevel", "warn",
		"--self-heal-timeout-seconds", "1", "--status-processors", "6", "--operation-processors", "4", "--kubeconfig", e.Plane.Kubeconfig,
	}
	e.controller, err = e.Plane.Group.Start("argocd-application-controller", filepath.Join(programs, "argocd-application-controller"), controller, env)
	return err
}

// links makes a folder with the programs that Argo CD looks up by name.
func (e *Engine) links() (string, error) {
	folder := filepath.Join(e.Plane.Home, "argocd")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", err
	}
	for name, program := range map[string]string{
		"argocd-repo-server": "argocd", "argocd-application-controller": "argocd", "kustomize": "kustomize", "helm": "helm",
	} {
		if err := os.Symlink(e.Plane.Programs[program], filepath.Join(folder, name)); err != nil {
			return "", err
		}
	}
	return folder, nil
}

// Suspend ends the controller.
func (e *Engine) Suspend() {
	e.Plane.Group.Forget(e.controller)
}

// Roots returns all Applications.
func (e *Engine) Roots(ctx context.Context) ([]kube.Root, error) {
	all, err := e.Cluster.List(ctx, Application)
	if err != nil {
		return nil, err
	}
	newest := e.revision()
	var roots []kube.Root
	for i := range all {
		one := root(&all[i], newest)
		if !one.Ready {
			if one.Ready, err = e.keepsProtected(ctx, &all[i], newest); err != nil {
				return nil, err
			}
		}
		roots = append(roots, one)
	}
	sort.Slice(roots, func(i, j int) bool { return roots[i].Name < roots[j].Name })
	return roots, nil
}

// root is an Application with its state. An Application of the repository must be at the newest commit.
func root(application *kube.Object, newest string) kube.Root {
	text := func(path ...string) string {
		return kube.Text(application.Object, append([]string{"status"}, path...)...)
	}
	sync, health, revision := text("sync", "status"), text("health", "status"), text("sync", "revision")
	current := kube.Text(application.Object, "spec", "source", "chart") != "" || revision == newest
	message := fmt.Sprintf("%s, %s", orElse(sync, "no status"), health)
	if phase := text("operationState", "phase"); phase != "" && phase != "Succeeded" {
		message += ": " + phase + ": " + text("operationState", "message")
	}
	for _, one := range kube.List(application.Object, "status", "conditions") {
		message += ": " + kube.Text(one, "message")
	}
	return kube.Root{
		Name: kube.Name(application), Root: application.GetName(), Message: message,
		Ready: sync == "Synced" && health == "Healthy" && current,
	}
}

// keepsProtected reports whether a healthy Application differs from its commit only by protected objects,
// which the tree no longer contains. They stay until a person deletes them.
func (e *Engine) keepsProtected(ctx context.Context, application *kube.Object, newest string) (bool, error) {
	health, revision := kube.Text(application.Object, "status", "health", "status"), kube.Text(application.Object, "status", "sync", "revision")
	if health != "Healthy" || revision != newest {
		return false, nil
	}
	kept := false
	for _, one := range kube.List(application.Object, "status", "resources") {
		if kube.Text(one, "status") != "OutOfSync" {
			continue
		}
		kind := schema.GroupVersionKind{Group: kube.Text(one, "group"), Version: kube.Text(one, "version"), Kind: kube.Text(one, "kind")}
		found, err := e.Cluster.Get(ctx, kind, kube.Text(one, "namespace"), kube.Text(one, "name"))
		if removed, _ := one["requiresPruning"].(bool); err != nil || !removed || found == nil || !kube.IsProtected(found) {
			return false, err
		}
		kept = true
	}
	return kept, nil
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}
