// Command flux builds Flux Kustomizations with the library and settings of kustomize-controller. It
// reports build errors and values that variable substitution would change.
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

// target is one Flux Kustomization with the repository of its source.
type target struct {
	ID   string `json:"id"`
	File string `json:"file"`
	Root string `json:"root"`
}

func main() {
	// kustomize logs a warning about the options of the controller for every build.
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
		for _, message := range check(each.File, root) {
			found = append(found, request.Finding{ID: each.ID, Message: message})
		}
	}
	return found, nil
}

// check returns all errors of one Kustomization. It may write to root.
func check(file, root string) []string {
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
			return append(messages, err.Error()) // the controller also stops here
		}
		if message != "" {
			messages = append(messages, message)
		}
	}
	return messages
}
