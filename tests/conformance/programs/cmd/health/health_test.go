package main

import (
	"encoding/json"
	"os"
	"testing"
)

// Expressions of the Flux template, equivalent to testdata/azure.lua.
const (
	stopped = "status.conditions.exists(c, c.type == 'Ready' && c.status == 'False' && has(c.severity) && " +
		"c.severity == 'Error' && c.observedGeneration == metadata.generation)"
	ready = "status.conditions.exists(c, c.type == 'Ready' && c.status == 'True' && " +
		"c.observedGeneration == metadata.generation)"
)

func examples(t *testing.T) (string, []status) {
	t.Helper()
	source, err := os.ReadFile("../../testdata/azure.lua")
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile("../../testdata/statuses.json")
	if err != nil {
		t.Fatal(err)
	}
	var statuses []status
	if err := json.Unmarshal(content, &statuses); err != nil {
		t.Fatal(err)
	}
	return string(source), statuses
}

func TestBothLanguagesAgreeWithTheVerdicts(t *testing.T) {
	source, statuses := examples(t)
	found, err := run(ask{
		Lua:      []script{{ID: "lua", Source: source}},
		Cel:      []expressions{{ID: "cel", Failed: stopped, Current: ready}},
		Statuses: statuses,
	})
	if err != nil || len(found) > 0 {
		t.Errorf("%v, %v", found, err)
	}
}

// Each of these gives a wrong result for at least one example.
func TestBadChecksAreFound(t *testing.T) {
	_, statuses := examples(t)
	for _, source := range []string{
		"return { status = 'Healthy' }",
		"return { status = 'Fine' }",
		"return string.upper('x')",
		"return 1",
		"if",
	} {
		found, err := run(ask{Lua: []script{{ID: "lua", Source: source}}, Statuses: statuses})
		if err != nil || len(found) == 0 {
			t.Errorf("%s: %v, %v", source, found, err)
		}
	}
	for _, each := range []expressions{
		{Failed: stopped, Current: "status.conditions.exists(c, c.status == 'True')"},
		{Current: ready},
		{Failed: stopped},
		{Failed: stopped, Current: "status."},
	} {
		found, err := run(ask{Cel: []expressions{each}, Statuses: statuses})
		if err != nil || len(found) == 0 {
			t.Errorf("%v: %v, %v", each, found, err)
		}
	}
}
