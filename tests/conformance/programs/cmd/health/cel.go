package main

import (
	"context"

	kustomize "github.com/fluxcd/pkg/apis/kustomize"
	"github.com/fluxcd/pkg/runtime/cel"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// expressions is one entry of spec.healthCheckExprs of a Flux Kustomization.
type expressions struct {
	ID         string `json:"id"`
	InProgress string `json:"inProgress"`
	Failed     string `json:"failed"`
	Current    string `json:"current"`
}

// broken is the result of a check that cannot run. It equals no expected result.
const broken = "nothing"

// compile compiles the expressions once, with the evaluator of kustomize-controller.
func (e expressions) compile() func(map[string]any) opinion {
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

// evaluate treats an error as "in progress", like the poller of the controller. New objects have no
// status, so expressions about it fail at first.
func evaluate(evaluator *cel.StatusEvaluator, object *unstructured.Unstructured) opinion {
	result, err := evaluator.Evaluate(context.Background(), object)
	if err != nil {
		return opinion{inProgress, err.Error()}
	}
	verdicts := map[string]string{"Current": current, "InProgress": inProgress, "Failed": failed}
	name := string(result.Status)
	return opinion{verdicts[name], name}
}
