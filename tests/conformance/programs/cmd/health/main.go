// Command health runs health checks over objects whose state is known, and says where a check disagrees.
//
// Two engines judge the same objects in two languages: Argo CD in Lua, Flux in CEL.
// The verdicts given with the objects are what both have to say.
package main

import (
	"fmt"

	"aksgen/conformance/programs/internal/request"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// The three answers that matter to a roll-out: go on, wait, stop.
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
	// Decoded as a controller does it: whole numbers stay whole.
	Object unstructured.Unstructured `json:"object"`
}

type disagreement struct {
	ID      string `json:"id"`
	Status  string `json:"status"`
	Message string `json:"message"`
}

// opinion is what a check makes of one object: a verdict, and how it came by it.
type opinion struct {
	verdict string
	because string
}

// check is one set of expressions or one script, ready to run.
type check struct {
	id    string
	judge func(object map[string]any) opinion
}

func main() { request.Main(run) }

func run(asked ask) ([]disagreement, error) {
	if err := known(asked.Statuses); err != nil {
		return nil, err
	}
	found := []disagreement{}
	for _, each := range checks(asked) {
		for _, status := range asked.Statuses {
			given := each.judge(status.Object.Object)
			if given.verdict == status.Verdict {
				continue
			}
			message := fmt.Sprintf("says %s (%s), expected %s", given.verdict, given.because, status.Verdict)
			found = append(found, disagreement{each.id, status.Name, message})
		}
	}
	return found, nil
}

// known refuses a verdict that no check could ever give: it would be a disagreement for a wrong reason.
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
		all = append(all, check{each.ID, each.judge})
	}
	for _, each := range asked.Cel {
		all = append(all, check{each.ID, each.judge()})
	}
	return all
}
