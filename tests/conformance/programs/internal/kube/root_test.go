package kube

import "testing"

func TestCyclesNameRootsThatWaitForThemselves(t *testing.T) {
	roots := []Root{
		{Name: "a", Root: "a", After: []string{"b"}},
		{Name: "b", Root: "b", After: []string{"c"}},
		{Name: "c", Root: "c", After: []string{"a"}},
		{Name: "d", Root: "d", After: []string{"a"}},
	}
	found := Cycles(roots)
	if found["a"] != "a -> b -> c -> a" || found["d"] != "" {
		t.Errorf("cycles are %v", found)
	}
}
