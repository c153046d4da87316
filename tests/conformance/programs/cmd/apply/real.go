package main

import (
	"cmp"
	"context"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"aksgen/conformance/programs/internal/parallel"
	"aksgen/conformance/programs/internal/request"
)

// attempt is an applied object with its result.
type attempt struct {
	asked    object
	wanted   *unstructured.Unstructured
	messages []string
}

// applyAll applies all objects twice. The second time must not change an object. Webhooks come last,
// because a webhook without its service would deny all later requests.
func (c *cluster) applyAll(ctx context.Context, objects []object) ([]request.Finding, error) {
	all := make([]*attempt, len(objects))
	parallel.Each(workers, len(objects), func(i int) { all[i] = begin(objects[i]) })
	staged := byStage(all)
	for _, round := range [][][]*attempt{staged[:webhooks], staged[webhooks:]} {
		for _, stage := range round {
			if err := c.first(ctx, stage); err != nil {
				return nil, err
			}
		}
		for _, stage := range round {
			parallel.Each(workers, len(stage), func(i int) { c.again(ctx, stage[i]) })
		}
	}
	return findings(all), nil
}

func begin(asked object) *attempt {
	wanted, err := read(asked)
	if err != nil {
		return &attempt{asked: asked, messages: []string{err.Error()}}
	}
	return &attempt{asked: asked, wanted: wanted}
}

// first applies one stage, and waits for its definitions.
func (c *cluster) first(ctx context.Context, stage []*attempt) error {
	parallel.Each(workers, len(stage), func(i int) { c.once(ctx, stage[i]) })
	kinds := definedBy(stage)
	if len(kinds) == 0 {
		return nil
	}
	return c.served(ctx, kinds)
}

func (c *cluster) once(ctx context.Context, given *attempt) {
	heard, warnings := listen(ctx)
	if _, err := c.apply(heard, given.wanted); err != nil {
		given.messages = append(given.messages, err.Error())
		given.wanted = nil
	}
	given.messages = append(given.messages, warnings.all...)
}

// again applies an object a second time and reports changes.
func (c *cluster) again(ctx context.Context, given *attempt) {
	if given.wanted == nil {
		return
	}
	changed, err := c.changed(ctx, given.wanted)
	if err == nil && changed == unseen {
		// The server stored a default that it had returned before, for example in the
		// status of a CRD. This happens once.
		changed, err = c.changed(ctx, given.wanted)
	}
	switch {
	case err != nil:
		given.messages = append(given.messages, fmt.Sprintf("a second apply fails: %v", err))
	case changed != "":
		given.messages = append(given.messages, "a second apply changes "+changed)
	}
}

// changed returns the change of an apply. It reads the object just before, because controllers
// of the server also write.
func (c *cluster) changed(ctx context.Context, wanted *unstructured.Unstructured) (string, error) {
	before, after, err := c.twice(ctx, wanted)
	if err != nil || before.GetResourceVersion() == after.GetResourceVersion() {
		return "", err
	}
	return cmp.Or(difference("", before.Object, after.Object), unseen), nil
}

// twice returns an object before and after an apply.
func (c *cluster) twice(ctx context.Context, wanted *unstructured.Unstructured) (before, after *unstructured.Unstructured, err error) {
	resource, err := c.resource(wanted)
	if err != nil {
		return nil, nil, err
	}
	if before, err = resource.Get(ctx, wanted.GetName(), metav1.GetOptions{}); err != nil {
		return nil, nil, err
	}
	after, err = c.apply(ctx, wanted)
	return before, after, err
}

func findings(all []*attempt) []request.Finding {
	found := []request.Finding{}
	for _, each := range all {
		for _, message := range each.messages {
			found = append(found, request.Finding{ID: each.asked.ID, Message: message})
		}
	}
	return found
}
