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

// Note is a fault that does not stop the rehearsal.
type Note struct {
	Object, Message string
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

// Pool is a node pool.
type Pool struct {
	Name, Size, Mode string
	Min, Max, Count  int64
	Zones            []string
	Taints           []string
	Labels           map[string]string
	Spot             bool
	Surge            string
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

// SetPool creates or changes a node pool.
func (a *Azure) SetPool(pool Pool) {
	a.guard.Lock()
	defer a.guard.Unlock()
	a.pools[pool.Name] = pool
}

// Pools returns all node pools by name.
func (a *Azure) Pools() []Pool {
	a.guard.Lock()
	defer a.guard.Unlock()
	var all []Pool
	for _, one := range a.pools {
		all = append(all, one)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Name < all[j].Name })
	return all
}

// Seed adds a secret to a vault.
func (a *Azure) Seed(vault, secret string) {
	a.guard.Lock()
	defer a.guard.Unlock()
	if a.secrets[vault] == nil {
		a.secrets[vault] = map[string]bool{}
	}
	a.secrets[vault][secret] = true
}

// IsSeeded reports whether a vault holds a secret.
func (a *Azure) IsSeeded(vault, secret string) bool {
	a.guard.Lock()
	defer a.guard.Unlock()
	return a.secrets[vault][secret]
}

// UUID derives a stable id from a text.
func UUID(text string) string {
	digest := sha256.Sum256([]byte(strings.ToLower(text)))
	return fmt.Sprintf("%x-%x-4%x-8%x-%x", digest[0:4], digest[4:6], digest[6:8], digest[8:10], digest[10:16])[:36]
}

// Note records a fault that does not stop the rehearsal.
func (a *Azure) Note(object, message string) {
	a.guard.Lock()
	defer a.guard.Unlock()
	a.notes[Note{object, message}] = true
}

// Notes returns all recorded faults.
func (a *Azure) Notes() []Note {
	a.guard.Lock()
	defer a.guard.Unlock()
	var all []Note
	for one := range a.notes {
		all = append(all, one)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Object+all[i].Message < all[j].Object+all[j].Message })
	return all
}
