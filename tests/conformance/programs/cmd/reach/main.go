// Command reach lists every connection that the NetworkPolicies of a directory allow: between its workloads, with
// addresses outside, and with pods that are not in the directory but match a rule.
//
// Nothing is judged here: whoever asks compares the list with what was meant.
package main

import "aksgen/conformance/programs/internal/request"

type ask struct {
	Sets []set `json:"sets"`
}

// set is one directory of Namespaces, workloads and NetworkPolicies.
type set struct {
	ID  string `json:"id"`
	Dir string `json:"dir"`
}

type answer struct {
	Sets []result `json:"sets"`
}

// result has connections and exposures, or else says why there are none.
type result struct {
	ID          string       `json:"id"`
	Error       string       `json:"error"`
	Connections []connection `json:"connections"`
	Exposures   []connection `json:"exposures"`
}

func main() { request.Main(run) }

func run(asked ask) (answer, error) {
	given := answer{Sets: []result{}}
	for _, each := range asked.Sets {
		one := result{ID: each.ID, Connections: []connection{}, Exposures: []connection{}}
		if connections, exposures, err := analyze(each.Dir); err != nil {
			one.Error = err.Error()
		} else {
			one.Connections, one.Exposures = connections, exposures
		}
		given.Sets = append(given.Sets, one)
	}
	return given, nil
}
