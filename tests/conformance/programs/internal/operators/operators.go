// Package operators stands in for operators whose objects only need a status: cert-manager and Velero.
package operators

import (
	"context"
	"fmt"

	"aksgen/conformance/programs/internal/kube"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Kinds of cert-manager and Velero.
var (
	ClusterIssuer = schema.GroupVersionKind{Group: "cert-manager.io", Version: "v1", Kind: "ClusterIssuer"}
	Issuer        = schema.GroupVersionKind{Group: "cert-manager.io", Version: "v1", Kind: "Issuer"}
	Certificate   = schema.GroupVersionKind{Group: "cert-manager.io", Version: "v1", Kind: "Certificate"}
	Location      = schema.GroupVersionKind{Group: "velero.io", Version: "v1", Kind: "BackupStorageLocation"}
	Schedule      = schema.GroupVersionKind{Group: "velero.io", Version: "v1", Kind: "Schedule"}

	deployments = schema.GroupVersionKind{Group: "apps", Version: "v1", Kind: "Deployment"}
	secrets     = schema.GroupVersionKind{Version: "v1", Kind: "Secret"}
)

// Operators sets the status of simple objects while the pods of their operator run.
type Operators struct {
	Cluster *kube.Cluster
}

// Step looks at all objects once.
func (o Operators) Step(ctx context.Context) error {
	running, err := o.running(ctx)
	if err != nil {
		return err
	}
	if running["cert-manager"] {
		if err := o.each(ctx, o.issuer, ClusterIssuer, Issuer); err != nil {
			return err
		}
		if err := o.each(ctx, o.certificate, Certificate); err != nil {
			return err
		}
	}
	if running["velero"] {
		return o.each(ctx, o.phase, Location, Schedule)
	}
	return nil
}

// running returns the names of available deployments.
func (o Operators) running(ctx context.Context) (map[string]bool, error) {
	all, err := o.Cluster.List(ctx, deployments)
	running := map[string]bool{}
	for i := range all {
		available, _, _ := unstructured.NestedInt64(all[i].Object, "status", "availableReplicas")
		running[all[i].GetName()] = running[all[i].GetName()] || available > 0
	}
	return running, err
}

func (o Operators) each(ctx context.Context, work func(context.Context, *kube.Object) error, kinds ...schema.GroupVersionKind) error {
	for _, kind := range kinds {
		all, err := o.Cluster.List(ctx, kind)
		if err != nil {
			return err
		}
		for i := range all {
			if err := work(ctx, &all[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// issuer needs the key of its account, if the issuer must not create one.
func (o Operators) issuer(ctx context.Context, issuer *kube.Object) error {
	acme, _, _ := unstructured.NestedMap(issuer.Object, "spec", "acme")
	if given, _, _ := unstructured.NestedBool(acme, "disableAccountKeyGeneration"); given {
		name := kube.Text(acme, "privateKeySecretRef", "name")
		found, err := o.Cluster.Get(ctx, secrets, "cert-manager", name)
		if err != nil {
			return err
		}
		if found == nil {
			return o.report(ctx, issuer, fmt.Sprintf("Secret cert-manager/%s does not exist", name))
		}
	}
	return o.report(ctx, issuer, "")
}

// certificate needs its issuer, and makes its Secret.
func (o Operators) certificate(ctx context.Context, certificate *kube.Object) error {
	if kube.IsReady(certificate) {
		return nil
	}
	kind, namespace := Issuer, certificate.GetNamespace()
	if kube.Text(certificate.Object, "spec", "issuerRef", "kind") == ClusterIssuer.Kind {
		kind, namespace = ClusterIssuer, ""
	}
	issuer, err := o.Cluster.Get(ctx, kind, namespace, kube.Text(certificate.Object, "spec", "issuerRef", "name"))
	if err != nil {
		return err
	}
	if issuer == nil || !kube.IsReady(issuer) {
		return o.report(ctx, certificate, "the issuer is not ready")
	}
	made := &kube.Object{Object: map[string]any{
		"apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls", "stringData": map[string]any{"tls.crt": "", "tls.key": ""},
		"metadata": map[string]any{"name": kube.Text(certificate.Object, "spec", "secretName"), "namespace": certificate.GetNamespace()},
	}}
	if err := o.Cluster.Apply(ctx, made, "cert-manager"); err != nil {
		return err
	}
	return o.report(ctx, certificate, "")
}

func (o Operators) report(ctx context.Context, object *kube.Object, failure string) error {
	condition := kube.Condition{Type: "Ready", Status: "True", Reason: "Ready", Generation: object.GetGeneration()}
	if failure != "" {
		condition.Status, condition.Reason, condition.Message = "False", "NotReady", failure
	}
	if kube.Find(object, "Ready") == condition {
		return nil
	}
	return o.Cluster.Merge(ctx, object, map[string]any{"status": map[string]any{"conditions": []any{condition.Value()}}}, "status")
}

// phase sets the phase of an object of Velero. Its kinds have no status subresource.
func (o Operators) phase(ctx context.Context, object *kube.Object) error {
	wanted := map[string]string{Location.Kind: "Available", Schedule.Kind: "Enabled"}[object.GetKind()]
	if kube.Text(object.Object, "status", "phase") == wanted {
		return nil
	}
	return o.Cluster.Merge(ctx, object, map[string]any{"status": map[string]any{"phase": wanted}})
}
