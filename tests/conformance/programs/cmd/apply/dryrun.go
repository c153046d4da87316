package main

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"aksgen/conformance/programs/internal/parallel"
	"aksgen/conformance/programs/internal/request"
)

// tryAll submits every object as a dry run. Namespaces are created, because dry runs require them.
func (c *cluster) tryAll(ctx context.Context, asked ask) []request.Finding {
	found := []request.Finding{}
	for _, each := range asked.Namespaces {
		if err := c.provide(ctx, each); err != nil {
			found = append(found, request.Finding{ID: "namespace " + each.Name, Message: err.Error()})
		}
	}
	messages := make([][]string, len(asked.Objects))
	// Denied objects come first. After a denial, the policy is in effect for the other objects.
	for _, turn := range []string{denied, admitted, ""} {
		parallel.Each(workers, len(asked.Objects), func(i int) {
			if asked.Objects[i].Expect == turn {
				messages[i] = c.patiently(ctx, asked.Objects[i])
			}
		})
	}
	return append(found, listed(asked.Objects, messages)...)
}

// listed returns findings in the order of the objects.
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

// try returns the errors for one object, or a message if an expected denial is missing.
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

// refusals returns the messages of an error, or nothing.
func refusals(err error) []error {
	if err == nil {
		return nil
	}
	return []error{err}
}
