package main

import (
	"context"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// delay is the limit for a new policy to take effect.
const delay = 5 * time.Second

// patiently retries objects with an expectation until it holds, and tries all others once.
func (c *cluster) patiently(ctx context.Context, asked object) []string {
	for deadline := time.Now().Add(delay); ; time.Sleep(delay / 20) {
		messages := c.try(ctx, asked)
		if asked.Expect == "" || len(messages) == 0 || time.Now().After(deadline) {
			return messages
		}
	}
}

// unlessDenied accepts one denial by admission, of the object or of its pod.
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

// byAdmission distinguishes denials of admission from schema errors. Pod Security returns Forbidden.
// A ValidatingAdmissionPolicy and a webhook return any status with fixed words.
func byAdmission(err error) bool {
	text := err.Error()
	return apierrors.IsForbidden(err) || strings.Contains(text, "denied request") ||
		strings.Contains(text, "denied the request")
}
