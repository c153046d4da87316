package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

const shop = `
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: web, image: web}]}
---
apiVersion: v1
kind: Pod
metadata: {name: store, namespace: shop, labels: {app: store}}
spec: {containers: [{name: store, image: store}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: all, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Egress]
  egress:
    - to: [{podSelector: {matchLabels: {app: store}}}]
      ports: [{port: 80, endPort: 81}]
    - to: [{ipBlock: {cidr: 10.1.0.0/16}}]
      ports: [{port: 443}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: store, namespace: shop}
spec:
  podSelector: {matchLabels: {app: store}}
  policyTypes: [Ingress]
  ingress:
    - from: [{podSelector: {matchLabels: {app: web}}}]
    - from: [{namespaceSelector: {matchLabels: {team: metrics}}}]
      ports: [{port: 9090}]
`

func TestAnalyze(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "shop.yaml"), []byte(shop), 0o600); err != nil {
		t.Fatal(err)
	}
	connections, exposures, err := analyze(dir)
	if err != nil {
		t.Fatal(err)
	}
	if want := []connection{
		{"shop/web[Pod]", "10.1.0.0-10.1.255.255", "TCP", "443-443"},
		{"shop/web[Pod]", "shop/store[Pod]", "TCP", "80-81"},
	}; !slices.Equal(connections, want) {
		t.Errorf("connections: %v", connections)
	}
	if want := []connection{
		{"pods * in namespaces team=metrics", "shop/store[Pod]", "TCP", "9090-9090"},
	}; !slices.Equal(exposures, want) {
		t.Errorf("exposures: %v", exposures)
	}
}

func TestADirectoryThatCannotBeReadIsAnError(t *testing.T) {
	if _, _, err := analyze(filepath.Join(t.TempDir(), "nowhere")); err == nil {
		t.Error("no error")
	}
}
