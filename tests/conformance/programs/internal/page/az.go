package page

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"aksgen/conformance/programs/internal/azure"
)

// Az stands in for the Azure command line.
type Az struct {
	Azure *azure.Azure
	// Deployed receives the result of each deployment that creates a cluster.
	Deployed func(azure.Deployment) error

	outputs map[string]azure.Deployment
}

// Run runs one command.
func (a *Az) Run(call Call) (string, error) {
	words, options := parse(call.Args)
	switch command := strings.Join(words, " "); command {
	case "login", "account set", "aks get-credentials":
		return "", nil
	case "provider register":
		a.Azure.Register(options["namespace"])
	case "group create":
		a.Azure.Put(azure.Resource{ID: a.Azure.GroupID(options["name"]), Kind: "Microsoft.Resources/resourceGroups"})
	case "group delete":
		a.Azure.Remove(a.Azure.GroupID(options["name"]))
	case "identity create":
		kind := "Microsoft.ManagedIdentity/userAssignedIdentities"
		a.Azure.Put(azure.Resource{ID: a.Azure.GroupID(options["resource-group"]) + "/providers/" + kind + "/" + options["name"], Kind: kind})
	case "deployment group create":
		return "", a.deploy(call.Folder, options)
	case "deployment group show":
		return a.outputs[options["resource-group"]+"/"+options["name"]].Operator + "\n", nil
	case "keyvault secret set", "keyvault certificate import":
		return "", a.seed(options["vault-name"], options["name"])
	case "role assignment delete":
		a.Azure.Remove(options["ids"])
	default:
		return "", fmt.Errorf("no stand-in for `az %s`", command)
	}
	return "", nil
}

func (a *Az) deploy(folder string, options map[string]string) error {
	text, err := os.ReadFile(filepath.Join(folder, options["template-file"]))
	if err != nil {
		return err
	}
	result, err := a.Azure.Deploy(options["resource-group"], string(text))
	if err != nil {
		return err
	}
	if a.outputs == nil {
		a.outputs = map[string]azure.Deployment{}
	}
	a.outputs[options["resource-group"]+"/"+options["name"]] = result
	if options["name"] == "bootstrap" {
		return a.Deployed(result)
	}
	return nil
}

func (a *Az) seed(vault, secret string) error {
	if _, found := a.Azure.ByName("Microsoft.KeyVault/vaults", vault); !found {
		return fmt.Errorf("the vault %s does not exist", vault)
	}
	a.Azure.Seed(vault, secret)
	return nil
}

// parse separates the words of a command from its options.
func parse(args []string) ([]string, map[string]string) {
	var words []string
	options := map[string]string{}
	for i := 0; i < len(args); i++ {
		name, isOption := strings.CutPrefix(args[i], "--")
		switch {
		case !isOption:
			words = append(words, args[i])
		case i+1 < len(args) && !strings.HasPrefix(args[i+1], "--"):
			options[name] = args[i+1]
			i++
		default:
			options[name] = ""
		}
	}
	return words, options
}
