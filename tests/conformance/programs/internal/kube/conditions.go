package kube

import (
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Condition is a condition of a status.
type Condition struct {
	Type, Status, Reason, Message, Severity string
	Generation                              int64
}

// Conditions returns the conditions of an object.
func Conditions(object *Object) []Condition {
	rows, _, _ := unstructured.NestedSlice(object.Object, "status", "conditions")
	found := make([]Condition, 0, len(rows))
	for _, row := range rows {
		row, _ := row.(map[string]any)
		generation, _, _ := unstructured.NestedInt64(row, "observedGeneration")
		found = append(found, Condition{
			Type: text(row, "type"), Status: text(row, "status"), Reason: text(row, "reason"),
			Message: text(row, "message"), Severity: text(row, "severity"), Generation: generation,
		})
	}
	return found
}

// Find returns the condition of a type, or an empty one.
func Find(object *Object, kind string) Condition {
	for _, one := range Conditions(object) {
		if one.Type == kind {
			return one
		}
	}
	return Condition{}
}

// IsReady reports whether the condition Ready is true for the current generation. Kinds without
// observedGeneration count as current.
func IsReady(object *Object) bool {
	ready := Find(object, "Ready")
	return ready.Status == "True" && (ready.Generation == 0 || ready.Generation == object.GetGeneration())
}

// Value is a condition for a status patch.
func (c Condition) Value() map[string]any {
	value := map[string]any{
		"type": c.Type, "status": c.Status, "reason": c.Reason, "message": c.Message,
		"lastTransitionTime": time.Now().UTC().Format(time.RFC3339),
	}
	if c.Severity != "" {
		value["severity"] = c.Severity
	}
	if c.Generation != 0 {
		value["observedGeneration"] = c.Generation
	}
	return value
}

// Status is the text that the condition of an object shows.
func (c Condition) String() string {
	return c.Reason + ": " + c.Message
}

func text(row map[string]any, key string) string {
	value, _ := row[key].(string)
	return value
}

// Text returns a nested string, or an empty one.
func Text(object map[string]any, path ...string) string {
	value, _, _ := unstructured.NestedString(object, path...)
	return value
}

// List returns a nested list of maps.
func List(object map[string]any, path ...string) []map[string]any {
	rows, _, _ := unstructured.NestedSlice(object, path...)
	var found []map[string]any
	for _, row := range rows {
		if row, ok := row.(map[string]any); ok {
			found = append(found, row)
		}
	}
	return found
}
