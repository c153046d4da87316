package main

import (
	"context"

	kustomize "github.com/fluxcd/pkg/apis/kustomize"
	"github.com/fluxcd/pkg/runtime/cel"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// expressions are one entry of spec.healthCheckExprs of a Flux Kustomization.
type expressions struct {
	ID         string `json:"id"`
	InProgress string `json:"inProgress"`
	Failed     string `json:"failed"`
	Current    string `json:"current"`
}

// broken is the verdict of a check that cannot be run at all. It agrees with no expectation.
const broken = "nothing"

// judge compiles the expressions once, with the evaluator that kustomize-controller itself uses.
func (e expressions) judge() func(map[string]any) opinion {
	evaluator, err := cel.NewStatusEvaluator(&kustomize.HealthCheckExpressions{
		InProgress: e.InProgress,
		Failed:     e.Failed,
		Current:    e.Current,
	})
	if err != nil {
		return func(map[string]any) opinion { return opinion{broken, err.Error()} }
	}
	return func(object map[string]any) opinion {
		return evaluate(evaluator, &unstructured.Unstructured{Object: object})
	}
}

// evaluate takes an error for "not yet", as the controller's poller does: most objects have no
// status for a while, and an expression about it cannot be evaluated until then.
func evaluate(evaluator *cel.StatusEvaluator, object *unstructured.Unstructured) opinion {
	result, err := evaluator.Evaluate(context.Background(), object)
	if err != nil {
		return opinion{inProgress, err.Error()}
	}
	verdicts := map[string]string{"Current": current, "InProgress": inProgress, "Failed": failed}
	name := string(result.Status)
	return opinion{verdicts[name], name}
}
