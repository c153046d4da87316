package acts

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"aksgen/conformance/programs/internal/eso"
	"aksgen/conformance/programs/internal/kube"
	"aksgen/conformance/programs/internal/world"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// row is a row of the table of secrets: the secret and its readers.
var row = regexp.MustCompile(`(?m)^\| ([a-z0-9-]+) \| (\S+/.+) \|$`)

// unseeded follows the bootstrap page and creates no secret. Each pod must run unless it needs a
// secret, and the secrets that are missing must be those of the page.
func (p *play) unseeded(ctx context.Context) error {
	folder := filepath.Join(p.Copy, "bootstrap", p.Settings.Environment)
	if err := p.Shell.Run(ctx, filepath.Join(folder, "README.md"), folder); err != nil {
		return err
	}
	rest, err := p.Until(ctx, world.Nothing, func([]world.Stuck) bool { return false })
	if err != nil {
		return err
	}
	missing, failing, err := p.missing(ctx)
	if err != nil {
		return err
	}
	p.compare(missing)
	p.stuck(p.unexplained(rest, failing))
	if err := p.running(ctx); err != nil {
		return err
	}
	return p.seedLate(ctx)
}

// seedLate creates the secrets after all. Everything must become ready without a person.
func (p *play) seedLate(ctx context.Context) error {
	if !p.vaultsExist() {
		p.find("vaults", "do not exist, so their secrets cannot be created")
		return nil
	}
	if err := p.seed(ctx); err != nil {
		return err
	}
	rest, err := p.Settle(ctx, world.Nothing)
	p.stuck(rest)
	return err
}

// missing returns the secrets of vaults that the external secrets of the tree wait for, and the names
// of the latter. One that the engine has not applied yet waits too.
func (p *play) missing(ctx context.Context) (map[string]bool, map[string]bool, error) {
	objects, err := p.Tree.Objects()
	if err != nil {
		return nil, nil, err
	}
	missing, failing, vaults := map[string]bool{}, map[string]bool{}, vaultStores(objects)
	for _, one := range objects {
		if one.GroupVersionKind() != eso.External || !vaults[kube.Text(one.Object, "spec", "secretStoreRef", "name")] {
			continue
		}
		found, err := p.Cluster.Get(ctx, eso.External, one.GetNamespace(), one.GetName())
		if err != nil {
			return nil, nil, err
		}
		if found != nil && kube.IsReady(found) {
			continue
		}
		failing[kube.Name(one)] = true
		for _, data := range kube.List(one.Object, "spec", "data") {
			missing[kube.Text(data, "remoteRef", "key")] = true
		}
	}
	return missing, failing, nil
}

// vaultStores returns the names of stores that read a vault.
func vaultStores(objects []*kube.Object) map[string]bool {
	found := map[string]bool{}
	for _, one := range objects {
		if _, is, _ := unstructured.NestedMap(one.Object, "spec", "provider", "azurekv"); is {
			found[one.GetName()] = true
		}
	}
	return found
}

// compare compares the missing secrets with the rows of the page.
func (p *play) compare(missing map[string]bool) {
	text, _ := os.ReadFile(p.Tree.Page("secrets.md"))
	listed := map[string]bool{}
	for _, one := range row.FindAllStringSubmatch(string(text), -1) {
		listed[one[1]] = true
	}
	for name := range missing {
		if _, plain, found := strings.Cut(name, "/"); found {
			name = plain
		}
		if !listed[name] {
			p.find("secrets.md", fmt.Sprintf("does not list the secret %s, which is missing", name))
		}
		delete(listed, name)
	}
	for name := range listed {
		p.find("secrets.md", fmt.Sprintf("lists the secret %s, which nothing waits for", name))
	}
}

// unexplained returns unready objects that neither a missing secret nor another object explains: the
// engine and its releases wait for pods, and pods wait for Secrets.
func (p *play) unexplained(rest []world.Stuck, failing map[string]bool) []world.Stuck {
	var found []world.Stuck
	for _, one := range rest {
		kind, _, _ := strings.Cut(one.Object, "/")
		switch kind {
		case "Kustomization", "Application", "HelmRelease", "Deployment", "StatefulSet", "DaemonSet", "ClusterIssuer", "Certificate":
			continue
		case "Pod":
			if strings.Contains(one.Message, "Secret ") {
				continue
			}
		}
		if !failing[one.Object] {
			found = append(found, one)
		}
	}
	return found
}

// running checks that each Deployment of the tree runs, unless its pods wait for a Secret.
func (p *play) running(ctx context.Context) error {
	objects, err := p.Tree.Objects()
	if err != nil {
		return err
	}
	pods, err := p.Cluster.Typed.CoreV1().Pods("").List(ctx, metav1.ListOptions{FieldSelector: "status.phase=Pending"})
	if err != nil {
		return err
	}
	waiting := map[string]bool{}
	for _, pod := range pods.Items {
		waiting[pod.Namespace+"/"+pod.Labels["app.kubernetes.io/name"]] = true
	}
	for _, one := range objects {
		if one.GroupVersionKind() != deployments || waiting[one.GetNamespace()+"/"+one.GetName()] {
			continue
		}
		found, err := p.Cluster.Get(ctx, deployments, one.GetNamespace(), one.GetName())
		if err != nil {
			return err
		}
		if found == nil || number(found, "status", "availableReplicas") == 0 {
			p.find(kube.Name(one), "needs no missing secret, and does not run while others miss secrets")
		}
	}
	return nil
}
