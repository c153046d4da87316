package main

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

// read returns the object of a file.
func read(from object) (*unstructured.Unstructured, error) {
	content, err := os.ReadFile(from.File)
	if err != nil {
		return nil, err
	}
	read, err := parse(content)
	if err != nil {
		return nil, err
	}
	if from.Namespace != "" {
		read.SetNamespace(from.Namespace)
	}
	return read, nil
}

// parse rejects duplicate keys and further documents, which the client would drop.
func parse(content []byte) (*unstructured.Unstructured, error) {
	if several(content) {
		return nil, errors.New("has more than one document")
	}
	body, err := yaml.YAMLToJSONStrict(content)
	if err != nil {
		return nil, err
	}
	var parsed unstructured.Unstructured
	if err := parsed.UnmarshalJSON(body); err != nil {
		return nil, err
	}
	if parsed.GetName() == "" {
		return nil, errors.New("has no metadata.name")
	}
	return &parsed, nil
}

// several reports whether more than one document has content.
func several(content []byte) bool {
	documents := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(content)))
	count := 0
	for {
		document, err := documents.Read()
		if errors.Is(err, io.EOF) || err != nil {
			return count > 1
		}
		var inside any
		if yaml.Unmarshal(document, &inside) != nil || inside != nil {
			count++
		}
	}
}
