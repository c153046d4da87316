// Command health runs health checks on objects with known states, and reports wrong results.
//
// Argo CD checks health with Lua and Flux with CEL. Both must return the expected result of each
// object.
package main

import (
	"fmt"

	"aksgen/conformance/programs/internal/request"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Results that matter for a rollout: continue, wait, stop.
const (
	current    = "current"
	inProgress = "in-progress"
	failed     = "failed"
)

type ask struct {
	Lua      []script      `json:"lua"`
	Cel      []expressions `json:"cel"`
	Statuses []status      `json:"statuses"`
}

type status struct {
	Name    string `json:"name"`
	Verdict string `json:"verdict"`
	// Controllers decode whole numbers as integers.
	Object unstructured.Unstructured `json:"object"`
}

type disagreement struct {
	ID      string `json:"id"`
	Status  string `json:"status"`
	Message string `json:"message"`
}

// opinion is the result of a check for one object, with its reason.
type opinion struct {
	verdict string
	because string
}

// check is one set of expressions or one script, ready to run.
type check struct {
	id  string
	run func(object map[string]any) opinion
}

func main() { request.Main(run) }

func run(asked ask) ([]disagreement, error) {
	if err := known(asked.Statuses); err != nil {
		return nil, err
	}
	found := []disagreement{}
	for _, each := range checks(asked) {
		for _, status := range asked.Statuses {
			given := each.run(status.Object.Object)
			if given.verdict == status.Verdict {
				continue
			}
			message := fmt.Sprintf("returns %s (%s), expected %s", given.verdict, given.because, status.Verdict)
			found = append(found, disagreement{each.id, status.Name, message})
		}
	}
	return found, nil
}

// known rejects unknown expected results, which no check can return.
func known(statuses []status) error {
	for _, status := range statuses {
		switch status.Verdict {
		case current, inProgress, failed:
		default:
			return fmt.Errorf("status %q: unknown verdict %q", status.Name, status.Verdict)
		}
	}
	return nil
}

func checks(asked ask) []check {
	var all []check
	for _, each := range asked.Lua {
		all = append(all, check{each.ID, each.run})
	}
	for _, each := range asked.Cel {
		all = append(all, check{each.ID, each.compile()})
	}
	return all
}
