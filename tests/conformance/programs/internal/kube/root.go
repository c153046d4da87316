package kube

// Root is a part of the tree that an engine applies: a Kustomization of Flux or an Application.
type Root struct {
	// Name is the name in messages, Root the name of the object.
	Name, Root string
	Ready      bool
	Message    string
}
