// Package plane starts a control plane on loopback: etcd, the API server, the controller manager,
// the scheduler, and kwok for the nodes.
package plane

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"aksgen/conformance/programs/internal/process"
)

// Token of the administrator.
const Token = "rehearsal"

// startTime bounds the start of the API server.
const startTime = 90 * time.Second

// Plane is a running control plane.
type Plane struct {
	Server     string
	Kubeconfig string
	Home       string
	Programs   map[string]string
	Group      *process.Group
}

// Start starts a control plane in a folder. etcd starts from a copy in the folder, if there is one.
func Start(ctx context.Context, programs map[string]string, home string) (*Plane, error) {
	plane := &Plane{Home: home, Programs: programs, Group: &process.Group{Logs: home}}
	if err := plane.start(ctx); err != nil {
		plane.Group.End()
		return nil, err
	}
	return plane, nil
}

func (p *Plane) start(ctx context.Context) error {
	ports, err := process.Ports(3)
	if err != nil {
		return err
	}
	p.Server = fmt.Sprintf("https://127.0.0.1:%d", ports[0])
	if err := p.files(); err != nil {
		return err
	}
	if _, err := p.Group.Start("etcd", p.Programs["etcd"], p.etcd(ports[1], ports[2]), nil); err != nil {
		return err
	}
	if _, err := p.Group.Start("kube-apiserver", p.Programs["kube-apiserver"], p.apiserver(ports[0], ports[1]), nil); err != nil {
		return err
	}
	return p.ready(ctx)
}

// files writes the key of service accounts, the token and the kubeconfig.
func (p *Plane) files() error {
	p.Kubeconfig = p.path("kubeconfig")
	if err := writeKey(p.path("accounts.key")); err != nil {
		return err
	}
	if err := os.WriteFile(p.path("tokens"), []byte(Token+",admin,1,\"system:masters\"\n"), 0o600); err != nil {
		return err
	}
	return os.WriteFile(p.Kubeconfig, []byte(kubeconfig(p.Server)), 0o600)
}

func (p *Plane) path(name string) string {
	return filepath.Join(p.Home, name)
}

// ready waits until the API server answers. Its certificate is new and self-signed, so the client
// does not verify it.
func (p *Plane) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	client := &http.Client{
		Timeout:   2 * time.Second,
		Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true},
	}
	for {
		if err := p.Group.Alive(); err != nil {
			return err
		}
		if answers(ctx, client, p.Server+"/readyz") {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the API server was not ready within %s", startTime)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func answers(ctx context.Context, client *http.Client, url string) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return false
	}
	request.Header.Set("Authorization", "Bearer "+Token)
	answer, err := client.Do(request)
	if err != nil {
		return false
	}
	answer.Body.Close()
	return answer.StatusCode == http.StatusOK
}

func kubeconfig(server string) string {
	return fmt.Sprintf(`apiVersion: v1
kind: Config
clusters: [{name: rehearsal, cluster: {server: %q, insecure-skip-tls-verify: true}}]
users: [{name: admin, user: {token: %s}}]
contexts: [{name: rehearsal, context: {cluster: rehearsal, user: admin}}]
current-context: rehearsal
`, server, Token)
}
