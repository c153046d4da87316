package plane

import "fmt"

// etcd returns the arguments of etcd. It does not wait for the disk, because its data is temporary.
func (p *Plane) etcd(client, peer int) []string {
	here, there := address(client), address(peer)
	return []string{
		"--data-dir", p.path("etcd"), "--listen-client-urls", here, "--advertise-client-urls", here,
		"--listen-peer-urls", there, "--initial-advertise-peer-urls", there,
		"--initial-cluster", "default=" + there, "--force-new-cluster", "--unsafe-no-fsync", "--log-level", "error",
	}
}

// apiserver returns the arguments of the API server. All admission plugins of a default cluster are
// on, among them Pod Security, quotas, limits and service accounts.
func (p *Plane) apiserver(port, etcd int) []string {
	return []string{
		"--etcd-servers", address(etcd), "--bind-address", "127.0.0.1", "--secure-port", fmt.Sprint(port),
		"--cert-dir", p.path("certificates"), "--token-auth-file", p.path("tokens"), "--authorization-mode", "RBAC",
		"--allow-privileged=true", "--service-cluster-ip-range", "10.0.0.0/16", "--profiling=false",
		"--service-account-issuer", p.Server + "/", "--service-account-key-file", p.path("accounts.key"),
		"--service-account-signing-key-file", p.path("accounts.key"), "--enable-priority-and-fairness=false",
		"--max-requests-inflight", "2000", "--max-mutating-requests-inflight", "1000",
	}
}

// Controllers starts the controller manager, the scheduler and kwok. stages is a file of kwok.
func (p *Plane) Controllers(stages string) error {
	fast := []string{"--kubeconfig", p.Kubeconfig, "--leader-elect=false", "--secure-port=0", "--kube-api-qps=1000", "--kube-api-burst=2000"}
	manager := append([]string{
		"--service-account-private-key-file", p.path("accounts.key"), "--root-ca-file", p.path("certificates/apiserver.crt"),
		"--controllers", "*,-node-ipam-controller,-cloud-node-lifecycle-controller,-service-lb-controller,-node-route-controller",
		"--horizontal-pod-autoscaler-sync-period=2s", "--pvclaimbinder-sync-period=2s", "--use-service-account-credentials=false",
	}, fast...)
	starts := []struct {
		name string
		args []string
	}{
		{"kube-controller-manager", manager},
		{"kube-scheduler", fast},
		{"kwok", []string{"--kubeconfig", p.Kubeconfig, "--manage-all-nodes=true", "--config", stages, "--node-lease-duration-seconds=40"}},
	}
	for _, one := range starts {
		if _, err := p.Group.Start(one.name, p.Programs[one.name], one.args, nil); err != nil {
			return err
		}
	}
	return nil
}

func address(port int) string {
	return fmt.Sprintf("http://127.0.0.1:%d", port)
}
