// Command flux builds what kustomize-controller would build from Flux Kustomizations, with the controller's own
// library and settings, and says what cannot be built and what variable substitution would change.
package main

import (
	"io"
	"log"
	"os"

	"aksgen/conformance/programs/internal/request"
)

type ask struct {
	Kustomizations []target `json:"kustomizations"`
}

// target is one Flux Kustomization and the repository that its source stands for.
type target struct {
	ID   string `json:"id"`
	File string `json:"file"`
	Root string `json:"root"`
}

func main() {
	// kustomize logs a warning about the options that the controller calls it with, for every build.
	log.SetOutput(io.Discard)
	request.Main(run)
}

func run(asked ask) ([]request.Finding, error) {
	copied, err := newCopies()
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(copied.dir)
	found := []request.Finding{}
	for _, each := range asked.Kustomizations {
		root, err := copied.of(each.Root)
		if err != nil {
			return nil, err
		}
		for _, message := range judge(each.File, root) {
			found = append(found, request.Finding{ID: each.ID, Message: message})
		}
	}
	return found, nil
}

// judge says everything that is wrong with one Kustomization; root is a tree that may be written to.
func judge(file, root string) []string {
	kustomization, err := load(file)
	if err != nil {
		return []string{err.Error()}
	}
	resources, err := build(kustomization, root)
	if err != nil {
		return []string{err.Error()}
	}
	var messages []string
	for _, resource := range resources.Resources() {
		message, err := inspect(kustomization, resource)
		if err != nil {
			return append(messages, err.Error()) // where the controller gives up, too
		}
		if message != "" {
			messages = append(messages, message)
		}
	}
	return messages
}
