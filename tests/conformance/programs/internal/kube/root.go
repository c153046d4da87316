package kube

// Root is a part of the tree that an engine applies: a Kustomization of Flux or an Application.
type Root struct {
	// Name is the name in messages, Root the name of the object.
	Name, Root string
	Ready      bool
	Message    string
	// After are the roots that must be ready first.
	After []string
}

// Cycles returns each root that waits for itself, with the path.
func Cycles(roots []Root) map[string]string {
	after := map[string][]string{}
	for _, one := range roots {
		after[one.Root] = one.After
	}
	found := map[string]string{}
	for _, one := range roots {
		if path := reach(after, one.Root, one.Root, map[string]bool{}); path != "" {
			found[one.Name] = one.Root + path
		}
	}
	return found
}

// reach returns the path from a root to another one, or an empty text.
func reach(after map[string][]string, from, to string, seen map[string]bool) string {
	for _, next := range after[from] {
		if next == to {
			return " -> " + to
		}
		if seen[next] {
			continue
		}
		seen[next] = true
		if path := reach(after, next, to, seen); path != "" {
			return " -> " + next + path
		}
	}
	return ""
}
