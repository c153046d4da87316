package eso

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"aksgen/conformance/programs/internal/azure"
	"aksgen/conformance/programs/internal/kube"

	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// read is the data action that reads a secret of a vault.
const read = "Microsoft.KeyVault/vaults/secrets/getSecret/action"

// provider returns the name and the settings of the provider of a store.
func provider(store *kube.Object) (string, map[string]any) {
	spec, _ := store.Object["spec"].(map[string]any)
	providers, _ := spec["provider"].(map[string]any)
	for name, settings := range providers {
		settings, _ := settings.(map[string]any)
		return name, settings
	}
	return "", nil
}

// valid checks the identity chain of a store.
func (c *Controller) valid(ctx context.Context, store *kube.Object) error {
	switch name, settings := provider(store); name {
	case "azurekv":
		return c.vault(ctx, store, settings)
	case "kubernetes":
		account, _ := nested(settings, "auth", "serviceAccount")
		return c.account(ctx, account, store.GetNamespace())
	default:
		return fmt.Errorf("the rehearsal has no provider %s", name)
	}
}

func (c *Controller) account(ctx context.Context, account map[string]any, namespace string) error {
	namespace = orElse(kube.Text(account, "namespace"), namespace)
	found, err := c.Cluster.Get(ctx, accounts, namespace, kube.Text(account, "name"))
	if err == nil && found == nil {
		err = fmt.Errorf("ServiceAccount %s/%s does not exist", namespace, kube.Text(account, "name"))
	}
	return err
}

// vault checks each link from the ServiceAccount to the vault: ids, identity, trust, role, network.
func (c *Controller) vault(ctx context.Context, store *kube.Object, settings map[string]any) error {
	account, _ := nested(settings, "serviceAccountRef")
	if err := c.account(ctx, account, store.GetNamespace()); err != nil {
		return err
	}
	client, err := c.clientID(ctx, settings, account, store.GetNamespace())
	if err != nil {
		return err
	}
	identity, found := c.Azure.IdentityOf(client)
	if !found {
		return fmt.Errorf("AADSTS700016: no identity has the client id %s", client)
	}
	namespace := orElse(kube.Text(account, "namespace"), store.GetNamespace())
	if !c.Azure.Trusts(identity, namespace, kube.Text(account, "name")) {
		return fmt.Errorf("AADSTS70021: %s does not trust system:serviceaccount:%s:%s", identity, namespace, kube.Text(account, "name"))
	}
	vault, found := c.Azure.ByName("Microsoft.KeyVault/vaults", vaultName(store))
	if !found {
		return fmt.Errorf("the vault %s does not exist", vaultName(store))
	}
	if !c.Azure.Allows(azure.PrincipalID(identity), read, vault.ID) {
		return fmt.Errorf("ForbiddenByRbac: %s has no right to %s at %s", identity, read, vault.ID)
	}
	return c.Azure.Reaches(vault)
}

// clientID reads the client id from the Secret of `authSecretRef`, or from the ServiceAccount.
func (c *Controller) clientID(ctx context.Context, settings, account map[string]any, namespace string) (string, error) {
	reference, found := nested(settings, "authSecretRef", "clientId")
	if !found {
		found, err := c.Cluster.Get(ctx, accounts, orElse(kube.Text(account, "namespace"), namespace), kube.Text(account, "name"))
		if err != nil || found == nil {
			return "", errors.Join(err, errors.New("no client id"))
		}
		return found.GetAnnotations()["azure.workload.identity/client-id"], nil
	}
	return c.key(ctx, orElse(kube.Text(reference, "namespace"), namespace), kube.Text(reference, "name"), kube.Text(reference, "key"))
}

// key returns the value of a key of a Secret.
func (c *Controller) key(ctx context.Context, namespace, name, key string) (string, error) {
	found, err := c.Cluster.Get(ctx, secrets, namespace, name)
	if err != nil {
		return "", err
	}
	if found == nil {
		return "", fmt.Errorf("Secret %s/%s does not exist", namespace, name)
	}
	data, _ := found.Object["data"].(map[string]any)
	value, has := data[key].(string)
	if !has {
		return "", fmt.Errorf("Secret %s/%s has no key %s", namespace, name, key)
	}
	text, err := base64.StdEncoding.DecodeString(value)
	return string(text), err
}

// mayRead asks the API server whether the account of a store may read a Secret.
func (c *Controller) mayRead(ctx context.Context, account map[string]any, namespace, name string) error {
	user := "system:serviceaccount:" + kube.Text(account, "namespace") + ":" + kube.Text(account, "name")
	review := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
		User:               user,
		ResourceAttributes: &authorizationv1.ResourceAttributes{Namespace: namespace, Verb: "get", Resource: "secrets", Name: name},
	}}
	answer, err := c.Cluster.Typed.AuthorizationV1().SubjectAccessReviews().Create(ctx, review, metav1.CreateOptions{})
	if err == nil && !answer.Status.Allowed {
		err = fmt.Errorf("%s may not read Secret %s/%s", user, namespace, name)
	}
	return err
}

// vaultName is the first label of the host of a vault.
func vaultName(store *kube.Object) string {
	_, settings := provider(store)
	address, err := url.Parse(kube.Text(settings, "vaultUrl"))
	if err != nil {
		return ""
	}
	name, _, _ := strings.Cut(address.Host, ".")
	return name
}

// nested returns a nested map and whether it exists.
func nested(object map[string]any, path ...string) (map[string]any, bool) {
	for _, key := range path {
		next, is := object[key].(map[string]any)
		if !is {
			return map[string]any{}, false
		}
		object = next
	}
	return object, true
}
