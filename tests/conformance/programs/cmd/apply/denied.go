package main

import (
	"context"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// delay is how long a policy that was applied just now may take to be in force.
const delay = 5 * time.Second

// patiently tries an object that a policy should deny or admit until it does, and all others once.
func (c *cluster) patiently(ctx context.Context, asked object) []string {
	for deadline := time.Now().Add(delay); ; time.Sleep(delay / 20) {
		messages := c.try(ctx, asked)
		if asked.Expect == "" || len(messages) == 0 || time.Now().After(deadline) {
			return messages
		}
	}
}

// unlessDenied is satisfied with one refusal by admission, of the object or of its pod.
func unlessDenied(errs []error) []string {
	messages := []string{"is admitted, but should be denied"}
	for _, err := range errs {
		if byAdmission(err) {
			return nil
		}
		messages = append(messages, err.Error())
	}
	if len(errs) > 0 {
		messages[0] = "should be denied by admission, but is refused for another reason"
	}
	return []string{strings.Join(messages, ": ")}
}

// byAdmission tells a policy's refusal from a schema's: Pod Security forbids, a ValidatingAdmissionPolicy
// answers with the status that it likes, but always with these words; a webhook with those.
func byAdmission(err error) bool {
	text := err.Error()
	return apierrors.IsForbidden(err) || strings.Contains(text, "denied request") ||
		strings.Contains(text, "denied the request")
}
