// Command reach lists every connection that the NetworkPolicies of a directory allow: between its workloads, with
// addresses outside, and with pods that are not in the directory but match a rule.
//
// The caller compares the list with the declared connections.
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

// result contains connections and exposures, or an error.
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
