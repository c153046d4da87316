// Command apply submits rendered objects to a Kubernetes API server and reports errors and warnings.
package main

import (
	"context"
	"fmt"

	"aksgen/conformance/programs/internal/request"
)

type ask struct {
	Server     string      `json:"server"`
	Token      string      `json:"token"`
	Mode       string      `json:"mode"`
	Dir        string      `json:"dir"`
	Namespaces []namespace `json:"namespaces"`
	Objects    []object    `json:"objects"`
}

// namespace must exist before a dry run of its objects.
type namespace struct {
	Name   string            `json:"name"`
	Labels map[string]string `json:"labels"`
}

// object is one file to submit.
type object struct {
	ID        string `json:"id"`
	File      string `json:"file"`
	Namespace string `json:"namespace"`
	Pod       bool   `json:"pod"`
	Expect    string `json:"expect"`
}

// denied expects that admission denies an object; admitted expects that it is admitted.
const (
	denied   = "denied"
	admitted = "admitted"
)

func main() { request.Main(run) }

func run(asked ask) ([]request.Finding, error) {
	if err := known(asked.Objects); err != nil {
		return nil, err
	}
	server, err := connect(asked.Server, asked.Token)
	if err != nil {
		return nil, err
	}
	ctx := context.Background()
	switch asked.Mode {
	case "crds":
		return []request.Finding{}, server.install(ctx, asked.Dir)
	case "dry-run":
		return server.tryAll(ctx, asked), nil
	case "apply":
		return server.applyAll(ctx, asked.Objects)
	}
	return nil, fmt.Errorf("bad request: unknown mode %q", asked.Mode)
}

// known rejects unknown expectations.
func known(objects []object) error {
	for _, each := range objects {
		if each.Expect != "" && each.Expect != denied && each.Expect != admitted {
			return fmt.Errorf("bad request: object %q: unknown expectation %q", each.ID, each.Expect)
		}
	}
	return nil
}
