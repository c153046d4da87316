// Package azure stands in for Azure: resources by id, identities, role assignments, federated
// credentials, secrets in vaults, and the node pools of the cluster.
package azure

import (
	"crypto/sha256"
	"fmt"
	"sort"
	"strings"
	"sync"
)

// Issuer of the tokens of the cluster.
const Issuer = "https://oidc.rehearsal.example/"

// Azure is the state of one subscription. Ids are compared in lower case.
type Azure struct {
	Subscription string
	Roles        Roles

	guard       sync.Mutex
	providers   map[string]bool
	resources   map[string]Resource
	assignments map[string]Assignment
	trusts      map[string]Trust
	secrets     map[string]map[string]bool
	pools       map[string]Pool
	notes       map[Note]bool
}

// Resource is a resource with its properties.
type Resource struct {
	ID, Kind   string
	Properties map[string]any
}

// Assignment is a role assignment. Allowed lists the roles that its condition lets the principal
// assign; without a condition it is nil.
type Assignment struct {
	Principal, Role, Scope string
	Allowed                []string
}

// Trust is a federated credential of an identity.
type Trust struct {
	Identity, Issuer, Subject string
}

// New returns an empty subscription.
func New(subscription string, roles Roles) *Azure {
	return &Azure{
		Subscription: subscription, Roles: roles, providers: map[string]bool{}, resources: map[string]Resource{},
		assignments: map[string]Assignment{}, trusts: map[string]Trust{}, secrets: map[string]map[string]bool{}, pools: map[string]Pool{},
		notes: map[Note]bool{},
	}
}

// GroupID is the id of a resource group.
func (a *Azure) GroupID(name string) string {
	return strings.ToLower("/subscriptions/" + a.Subscription + "/resourceGroups/" + name)
}

// Register registers a resource provider.
func (a *Azure) Register(provider string) {
	a.guard.Lock()
	defer a.guard.Unlock()
	a.providers[strings.ToLower(provider)] = true
}

// IsRegistered reports whether a resource provider is registered.
func (a *Azure) IsRegistered(provider string) bool {
	a.guard.Lock()
	defer a.guard.Unlock()
	return a.providers[strings.ToLower(provider)]
}

// Put creates or changes a resource.
func (a *Azure) Put(one Resource) {
	a.guard.Lock()
	defer a.guard.Unlock()
	one.ID = strings.ToLower(one.ID)
	a.resources[one.ID] = one
}

// Has reports whether a resource exists.
func (a *Azure) Has(id string) bool {
	a.guard.Lock()
	defer a.guard.Unlock()
	_, found := a.resources[strings.ToLower(id)]
	return found
}

// Remove removes a resource and all resources below it.
func (a *Azure) Remove(id string) {
	a.guard.Lock()
	defer a.guard.Unlock()
	id = strings.ToLower(id)
	for other := range a.resources {
		if other == id || strings.HasPrefix(other, id+"/") {
			delete(a.resources, other)
		}
	}
	for other := range a.assignments {
		if other == id || strings.HasPrefix(other, id+"/") {
			delete(a.assignments, other)
		}
	}
	for other := range a.trusts {
		if other == id || strings.HasPrefix(other, id+"/") {
			delete(a.trusts, other)
		}
	}
}

// IDs returns the ids of all resources and role assignments, sorted.
func (a *Azure) IDs() []string {
	a.guard.Lock()
	defer a.guard.Unlock()
	var ids []string
	for id := range a.resources {
		ids = append(ids, id)
	}
	for id := range a.assignments {
		ids = append(ids, id)
	}
	sort.Strings(ids)
	return ids
}

// ByName returns the resource of a type with a name, in any resource group.
func (a *Azure) ByName(kind, name string) (Resource, bool) {
	a.guard.Lock()
	defer a.guard.Unlock()
	suffix := strings.ToLower("/providers/" + kind + "/" + name)
	for id, one := range a.resources {
		if strings.HasSuffix(id, suffix) {
			return one, true
		}
	}
	return Resource{}, false
}

// Each returns all resources of a type.
func (a *Azure) Each(kind string) []Resource {
	a.guard.Lock()
	defer a.guard.Unlock()
	var found []Resource
	for _, one := range a.resources {
		if strings.EqualFold(one.Kind, kind) {
			found = append(found, one)
		}
	}
	return found
}

// UUID derives a stable id from a text.
func UUID(text string) string {
	digest := sha256.Sum256([]byte(strings.ToLower(text)))
	return fmt.Sprintf("%x-%x-4%x-8%x-%x", digest[0:4], digest[4:6], digest[6:8], digest[8:10], digest[10:16])[:36]
}
