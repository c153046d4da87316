package main

import (
	"maps"
	"reflect"
	"slices"
)

// bookkeeping lists metadata fields that change with every update.
var bookkeeping = []string{".metadata.resourceVersion", ".metadata.managedFields", ".metadata.generation"}

// unseen reports a new version of an object without a visible difference.
const unseen = "its version only"

// difference returns the path of the first field that differs between two objects.
func difference(path string, before, after map[string]any) string {
	keys := slices.Collect(maps.Keys(before))
	for key := range after {
		if _, ok := before[key]; !ok {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	for _, key := range keys {
		here := path + "." + key
		if slices.Contains(bookkeeping, here) || reflect.DeepEqual(before[key], after[key]) {
			continue
		}
		old, isOld := before[key].(map[string]any)
		new, isNew := after[key].(map[string]any)
		if !isOld || !isNew {
			return here
		}
		if deeper := difference(here, old, new); deeper != "" {
			return deeper
		}
	}
	return ""
}
