package main

import (
	"errors"
	"slices"
	"sync/atomic"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"aksgen/conformance/programs/internal/parallel"
	"aksgen/conformance/programs/internal/request"
)

func TestEachIndexIsWorkedOnOnce(t *testing.T) {
	counts := make([]atomic.Int32, 100)
	parallel.Each(workers, len(counts), func(i int) { counts[i].Add(1) })
	for i := range counts {
		if counts[i].Load() != 1 {
			t.Errorf("%d was worked on %d times", i, counts[i].Load())
		}
	}
}

func TestFindingsKeepTheOrderOfTheObjects(t *testing.T) {
	objects := []object{{ID: "a"}, {ID: "b"}, {ID: "c"}}
	found := listed(objects, [][]string{{"1", "2"}, nil, {"3"}})
	want := []request.Finding{{ID: "a", Message: "1"}, {ID: "a", Message: "2"}, {ID: "c", Message: "3"}}
	if !slices.Equal(found, want) {
		t.Errorf("got %v", found)
	}
}

func TestPodOfACronJob(t *testing.T) {
	pod, err := podOf(&unstructured.Unstructured{Object: map[string]any{
		"kind":     "CronJob",
		"metadata": map[string]any{"name": "nightly", "namespace": "shop"},
		"spec": map[string]any{"jobTemplate": map[string]any{"spec": map[string]any{
			"template": map[string]any{"spec": map[string]any{"restartPolicy": "Never"}},
		}}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	policy, _, _ := unstructured.NestedString(pod.Object, "spec", "restartPolicy")
	if pod.GetKind() != "Pod" || pod.GetName() != "nightly" || pod.GetNamespace() != "shop" || policy != "Never" {
		t.Errorf("unexpected pod: %v", pod.Object)
	}
}

func TestStages(t *testing.T) {
	for kind, want := range map[schema.GroupVersionKind]int{
		{Version: "v1", Kind: "Namespace"}:                                                             namespaces,
		{Group: "apiextensions.k8s.io", Version: "v1", Kind: "CustomResourceDefinition"}:               crds,
		{Group: "admissionregistration.k8s.io", Version: "v1", Kind: "ValidatingWebhookConfiguration"}: webhooks,
		{Group: "admissionregistration.k8s.io", Version: "v1", Kind: "ValidatingAdmissionPolicy"}:      others,
		{Group: "example.org", Version: "v1", Kind: "Namespace"}:                                       others,
	} {
		if got := stageOf(kind); got != want {
			t.Errorf("%v: stage %d, not %d", kind, got, want)
		}
	}
}

func TestOnlyARefusalByAdmissionIsADenial(t *testing.T) {
	policy := errors.New("ValidatingAdmissionPolicy 'x' with binding 'y' denied request: no")
	schema := errors.New(".spec.replica: field not declared in schema")
	if got := unlessDenied([]error{schema, policy}); got != nil {
		t.Errorf("a denial is reported: %v", got)
	}
	for _, errs := range [][]error{nil, {schema}} {
		if got := unlessDenied(errs); len(got) != 1 {
			t.Errorf("%v: reported as %v", errs, got)
		}
	}
}

func TestAFileHoldsOneObject(t *testing.T) {
	one := "kind: ConfigMap\nmetadata: {name: x}\n"
	for content, good := range map[string]bool{
		one:                         true,
		"---\n# said first\n" + one: true,
		"# said first\n---\n" + one: true,
		one + "---\n" + one:         false,
		one + "kind: Secret\n":      false,
		"kind: ConfigMap\n":         false,
		"":                          false,
	} {
		if _, err := parse([]byte(content)); (err == nil) != good {
			t.Errorf("%q: %v", content, err)
		}
	}
}

func TestDifference(t *testing.T) {
	before := map[string]any{"metadata": map[string]any{"resourceVersion": "1"}, "spec": map[string]any{"a": "x"}}
	after := map[string]any{"metadata": map[string]any{"resourceVersion": "2"}, "spec": map[string]any{"a": "x", "b": "y"}}
	if got := difference("", before, after); got != ".spec.b" {
		t.Errorf("got %q", got)
	}
}
