package argo

import (
	"context"
	"fmt"
	"os"

	"aksgen/conformance/programs/internal/kube"

	"sigs.k8s.io/yaml"
)

// settings creates the namespace, the kinds, and the ConfigMaps and the Secret of Argo CD, with the
// values of `configs.cm` from a values file of its chart.
func (e *Engine) settings(ctx context.Context, file string) error {
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var values struct {
		Configs struct {
			CM     map[string]any `json:"cm"`
			Params map[string]any `json:"params"`
		} `json:"configs"`
	}
	if err := yaml.Unmarshal(content, &values); err != nil {
		return err
	}
	if err := e.Cluster.Create(ctx, object("v1", "Namespace", "", Namespace)); err != nil {
		return err
	}
	if err := e.Cluster.Install(ctx, e.Definitions.Of("argoproj.io")); err != nil {
		return err
	}
	settings := values.Configs.CM
	if settings == nil {
		settings = map[string]any{}
	}
	settings["timeout.reconciliation"], settings["timeout.reconciliation.jitter"] = "20s", "0s"
	objects := []*kube.Object{config("argocd-cm", texts(settings)), config("argocd-cmd-params-cm", texts(values.Configs.Params)), secret(), project()}
	for _, name := range []string{"argocd-rbac-cm", "argocd-ssh-known-hosts-cm", "argocd-tls-certs-cm", "argocd-gpg-keys-cm"} {
		objects = append(objects, config(name, nil))
	}
	return e.Cluster.ApplyAll(ctx, objects, "helm")
}

func config(name string, data map[string]any) *kube.Object {
	made := object("v1", "ConfigMap", Namespace, name)
	made.SetLabels(map[string]string{"app.kubernetes.io/part-of": "argocd"})
	if data != nil {
		made.Object["data"] = data
	}
	return made
}

func secret() *kube.Object {
	made := object("v1", "Secret", Namespace, "argocd-secret")
	made.SetLabels(map[string]string{"app.kubernetes.io/part-of": "argocd"})
	made.Object["stringData"] = map[string]any{"server.secretkey": "rehearsal"}
	return made
}

// project is the AppProject that Argo CD makes by itself.
func project() *kube.Object {
	made := object("argoproj.io/v1alpha1", "AppProject", Namespace, "default")
	made.Object["spec"] = map[string]any{
		"sourceRepos": []any{"*"}, "destinations": []any{map[string]any{"server": "*", "namespace": "*"}},
		"clusterResourceWhitelist": []any{map[string]any{"group": "*", "kind": "*"}},
	}
	return made
}

func object(version, kind, namespace, name string) *kube.Object {
	made := &kube.Object{Object: map[string]any{"apiVersion": version, "kind": kind, "metadata": map[string]any{"name": name}}}
	if namespace != "" {
		made.SetNamespace(namespace)
	}
	return made
}

// texts makes all values texts, as the data of a ConfigMap must be.
func texts(values map[string]any) map[string]any {
	made := map[string]any{}
	for key, value := range values {
		made[key] = fmt.Sprint(value)
	}
	return made
}
