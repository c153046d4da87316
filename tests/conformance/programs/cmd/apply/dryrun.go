package main

import (
	"context"

	"aksgen/conformance/programs/internal/request"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// tryAll submits every object without keeping it. The namespaces are kept: nothing can be tried out without them.
func (c *cluster) tryAll(ctx context.Context, asked ask) []request.Finding {
	found := []request.Finding{}
	for _, each := range asked.Namespaces {
		if err := c.provide(ctx, each); err != nil {
			found = append(found, request.Finding{ID: "namespace " + each.Name, Message: err.Error()})
		}
	}
	messages := make([][]string, len(asked.Objects))
	// What is to be denied comes first: when it is, its policy is in force for the others, too, if there was none of its name before.
	for _, turn := range []string{denied, admitted, ""} {
		each(len(asked.Objects), func(i int) {
			if asked.Objects[i].Expect == turn {
				messages[i] = c.patiently(ctx, asked.Objects[i])
			}
		})
	}
	return append(found, listed(asked.Objects, messages)...)
}

// listed keeps the order of the objects.
func listed(objects []object, messages [][]string) []request.Finding {
	var found []request.Finding
	for i, object := range objects {
		for _, message := range messages[i] {
			found = append(found, request.Finding{ID: object.ID, Message: message})
		}
	}
	return found
}

func (c *cluster) provide(ctx context.Context, wanted namespace) error {
	var made unstructured.Unstructured
	made.SetAPIVersion("v1")
	made.SetKind("Namespace")
	made.SetName(wanted.Name)
	made.SetLabels(wanted.Labels)
	_, err := c.apply(ctx, &made)
	return err
}

// try says what the server has against one object, or has not against one that it should refuse.
func (c *cluster) try(ctx context.Context, asked object) []string {
	submitted, err := read(asked)
	if err != nil {
		return []string{err.Error()}
	}
	heard, warnings := listen(ctx)
	_, err = c.apply(heard, submitted, metav1.DryRunAll)
	errs := refusals(err)
	if asked.Pod {
		errs = append(errs, refusals(c.tryPod(heard, submitted))...)
	}
	if asked.Expect == denied {
		return unlessDenied(errs)
	}
	var messages []string
	for _, err := range errs {
		messages = append(messages, err.Error())
	}
	return append(messages, warnings.all...)
}

// refusals is a list of the error, if it is one.
func refusals(err error) []error {
	if err == nil {
		return nil
	}
	return []error{err}
}
