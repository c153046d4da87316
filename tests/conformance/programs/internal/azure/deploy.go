package azure

import (
	"fmt"
	"path"
	"strings"
)

// Flux is a Flux configuration of the AKS extension.
type Flux struct {
	Name, Namespace, URL, Branch string
	// Paths are the paths of its Kustomizations by name.
	Paths map[string]string
}

// Deployment is the result of a Bicep deployment.
type Deployment struct {
	// Operator is the client id in the output `operatorClientId`.
	Operator string
	Flux     []Flux
}

// deployment resolves the symbols of a Bicep file.
type deployment struct {
	azure   *Azure
	group   string
	symbols map[string]Declared
}

// Deploy deploys a Bicep file to a resource group.
func (a *Azure) Deploy(group, text string) (Deployment, error) {
	declared, err := ReadBicep(text)
	if err != nil {
		return Deployment{}, err
	}
	if !a.Has(a.GroupID(group)) {
		return Deployment{}, fmt.Errorf("the resource group %s does not exist", group)
	}
	d := deployment{azure: a, group: group, symbols: map[string]Declared{}}
	for _, one := range declared {
		d.symbols[one.Symbol] = one
	}
	var result Deployment
	for _, one := range declared {
		if err := d.deploy(one, &result); err != nil {
			return Deployment{}, fmt.Errorf("%s: %w", one.Symbol, err)
		}
	}
	if operator, found := d.symbols["operatorIdentity"]; found {
		result.Operator = ClientID(d.id(operator))
	}
	return result, nil
}

func (d deployment) deploy(one Declared, result *Deployment) error {
	if one.Existing {
		if !d.azure.Has(d.id(one)) {
			return fmt.Errorf("%s does not exist", d.id(one))
		}
		return nil
	}
	if provider := strings.Split(one.Type, "/")[0]; provider != "Microsoft.Authorization" && !d.azure.IsRegistered(provider) {
		return fmt.Errorf("MissingSubscriptionRegistration: %s is not registered", provider)
	}
	if strings.HasPrefix(one.Type, "Microsoft.ContainerService/") && !d.azure.IsRegistered("Microsoft.Compute") {
		d.azure.Note("bootstrap", "Microsoft.ContainerService needs the resource provider Microsoft.Compute, which is not registered")
	}
	properties, _ := one.Body["properties"].(map[string]any)
	switch one.Type {
	case "Microsoft.Authorization/roleAssignments":
		d.assign(one, properties)
		return nil
	case identities + "/federatedIdentityCredentials":
		d.azure.Trust(d.id(one), Trust{Identity: d.scope(one), Issuer: Issuer, Subject: text(properties, "subject")})
	case "Microsoft.ContainerService/managedClusters":
		pools, _ := properties["agentPoolProfiles"].([]any)
		for _, pool := range pools {
			d.azure.SetPool(PoolOf(pool.(map[string]any)))
		}
	case "Microsoft.ContainerService/managedClusters/agentPools":
		properties["name"] = one.Body["name"]
		d.azure.SetPool(PoolOf(properties))
	case "Microsoft.KubernetesConfiguration/fluxConfigurations":
		result.Flux = append(result.Flux, fluxOf(one.Body["name"], properties))
	}
	d.azure.Put(Resource{ID: d.id(one), Kind: one.Type, Properties: properties})
	return nil
}

func (d deployment) assign(one Declared, properties map[string]any) {
	d.azure.Assign(d.id(one), Assignment{
		Principal: d.principal(properties["principalId"]), Role: path.Base(text(properties, "roleDefinitionId")),
		Scope: d.scope(one), Allowed: AllowedRoles(text(properties, "condition")),
	})
}

// principal resolves `<identity>.properties.principalId`, or returns the literal.
func (d deployment) principal(value any) string {
	expression, is := value.(Expression)
	if !is {
		literal, _ := value.(string)
		return literal
	}
	symbol, _, _ := strings.Cut(string(expression), ".")
	return PrincipalID(d.id(d.symbols[symbol]))
}

// id is the id of a declared resource.
func (d deployment) id(one Declared) string {
	name := text(one.Body, "name")
	if parent, is := one.Body["parent"].(Expression); is {
		return d.id(d.symbols[string(parent)]) + "/" + strings.ToLower(path.Base(one.Type)+"/"+name)
	}
	return d.scope(one) + strings.ToLower("/providers/"+one.Type+"/"+name)
}

// scope is the parent or the scope of a resource, by default its resource group.
func (d deployment) scope(one Declared) string {
	for _, key := range []string{"parent", "scope"} {
		if symbol, is := one.Body[key].(Expression); is {
			if group, found := strings.CutPrefix(string(symbol), "resourceGroup('"); found {
				return d.azure.GroupID(strings.TrimSuffix(group, "')"))
			}
			return d.id(d.symbols[string(symbol)])
		}
	}
	return d.azure.GroupID(d.group)
}

func fluxOf(name any, properties map[string]any) Flux {
	source, _ := properties["gitRepository"].(map[string]any)
	reference, _ := source["repositoryRef"].(map[string]any)
	flux := Flux{Name: fmt.Sprint(name), Namespace: text(properties, "namespace"), URL: text(source, "url"), Branch: text(reference, "branch"), Paths: map[string]string{}}
	paths, _ := properties["kustomizations"].(map[string]any)
	for key, value := range paths {
		if value, is := value.(map[string]any); is {
			flux.Paths[key] = text(value, "path")
		}
	}
	return flux
}

func text(object map[string]any, key string) string {
	value, _ := object[key].(string)
	return value
}

func number(object map[string]any, key string) int64 {
	switch value := object[key].(type) {
	case int64:
		return value
	case float64:
		return int64(value)
	}
	return 0
}

func texts(object map[string]any, key string) []string {
	values, _ := object[key].([]interface{})
	var found []string
	for _, value := range values {
		found = append(found, fmt.Sprint(value))
	}
	return found
}
