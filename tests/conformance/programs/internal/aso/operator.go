// Package aso stands in for Azure Service Operator: it creates resources in the stand-in of Azure, in
// the order and with the rights that the real operator would need.
package aso

import (
	"context"
	"encoding/json"
	"os"
	"strings"
	"time"

	"aksgen/conformance/programs/internal/azure"
	"aksgen/conformance/programs/internal/kube"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

const (
	finalizer  = "serviceoperator.azure.com/finalizer"
	policy     = "serviceoperator.azure.com/reconcile-policy"
	pattern    = "rehearsal.aksgen.io/definitions"
	deployment = "azureserviceoperator-controller-manager"
)

var deployments = schema.GroupVersionKind{Group: "apps", Version: "v1", Kind: "Deployment"}

// Data is what the stand-in knows about kinds.
type Data struct {
	// Owners are the owner kinds that neither the object nor the name of its kind tells.
	Owners map[string]string `json:"owners"`
	// Seconds are the durations of slow kinds.
	Seconds map[string]int `json:"seconds"`
	// Beyond are actions that a setting needs outside the resource group.
	Beyond []Beyond `json:"beyond"`
}

// Beyond is an action at the subscription that a value of a field needs.
type Beyond struct {
	Kind, Value, Action string
	Path                []string
}

// ReadData reads the data from a JSON file.
func ReadData(file string) (Data, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return Data{}, err
	}
	var data Data
	return data, json.Unmarshal(content, &data)
}

// Operator reconciles all Azure objects.
type Operator struct {
	Cluster     *kube.Cluster
	Azure       *azure.Azure
	Data        Data
	Definitions kube.Definitions
	// Kinds are the kinds of the tree, as the tree writes them.
	Kinds []schema.GroupVersionKind
	// Named are definitions whose health the tree checks.
	Named map[string]bool

	installed string
	began     map[string]time.Time
	objects   map[string]*kube.Object
}

// Step reconciles all objects once, if the pods of the operator run.
func (o *Operator) Step(ctx context.Context) error {
	running, err := o.running(ctx)
	if err != nil || running == nil {
		return err
	}
	if err := o.define(ctx, running.GetAnnotations()[pattern]); err != nil {
		return err
	}
	if err := o.list(ctx); err != nil {
		return err
	}
	for key, one := range o.objects {
		if err := o.reconcile(ctx, key, one); err != nil {
			return err
		}
	}
	return nil
}

// running returns the deployment of the operator, if it has an available pod.
func (o *Operator) running(ctx context.Context) (*kube.Object, error) {
	all, err := o.Cluster.List(ctx, deployments)
	if err != nil {
		return nil, err
	}
	for i := range all {
		available, _, _ := unstructured.NestedInt64(all[i].Object, "status", "availableReplicas")
		if all[i].GetName() == deployment && available > 0 {
			return &all[i], nil
		}
	}
	return nil, nil
}

// define installs the definitions that match the pattern of the release, such as
// `a.azure.com/*;b.azure.com/X`. It leaves out kinds that no tree uses, to save time.
func (o *Operator) define(ctx context.Context, patterns string) error {
	if patterns == o.installed {
		return nil
	}
	var chosen kube.Definitions
	for _, one := range o.Definitions.Of("*.azure.com") {
		if kind := kube.Kind(one); (o.uses(kind) || o.Named[one.GetName()]) && Matches(patterns, kind.Group, kind.Kind) {
			chosen = append(chosen, one)
		}
	}
	if err := o.Cluster.Install(ctx, chosen); err != nil {
		return err
	}
	o.installed = patterns
	return nil
}

func (o *Operator) uses(kind schema.GroupVersionKind) bool {
	for _, one := range o.Kinds {
		if one.GroupKind() == kind.GroupKind() {
			return true
		}
	}
	return false
}

// Matches reports whether a pattern of the chart value `crdPattern` names a kind.
func Matches(patterns, group, kind string) bool {
	for _, one := range strings.Split(strings.ToLower(patterns), ";") {
		wantedGroup, wantedKind, _ := strings.Cut(one, "/")
		if one == "*" || wantedGroup == strings.ToLower(group) && (wantedKind == "*" || wantedKind == strings.ToLower(kind)) {
			return true
		}
	}
	return false
}

// list reads all Azure objects, by group kind, namespace and name.
func (o *Operator) list(ctx context.Context) error {
	o.objects = map[string]*kube.Object{}
	if o.began == nil {
		o.began = map[string]time.Time{}
	}
	for _, kind := range o.Kinds {
		all, err := o.Cluster.List(ctx, kind)
		if err != nil {
			return err
		}
		for i := range all {
			o.objects[key(kind.Group, kind.Kind, all[i].GetNamespace(), all[i].GetName())] = &all[i]
		}
	}
	return nil
}

func key(group, kind, namespace, name string) string {
	return strings.Join([]string{group, kind, namespace, name}, "/")
}
