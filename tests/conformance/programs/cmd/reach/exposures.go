package main

import (
	"github.com/np-guard/netpol-analyzer/pkg/netpol/connlist"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// exposed lists allowed connections of a workload with pods outside the directory. It covers rules for
// namespaces of other teams.
func exposed(peer connlist.ExposedPeer) []connection {
	name := peer.ExposedPeer().String()
	var all []connection
	if !peer.IsProtectedByIngressNetpols() {
		all = append(all, connection{anywhere, name, everything, "1-65535"})
	}
	if !peer.IsProtectedByEgressNetpols() {
		all = append(all, connection{name, anywhere, everything, "1-65535"})
	}
	for _, data := range peer.IngressExposure() {
		allowed := data.PotentialConnectivity()
		all = append(all, flatten(potential(data), name, allowed.AllConnections(), allowed.ProtocolsAndPortsMap())...)
	}
	for _, data := range peer.EgressExposure() {
		allowed := data.PotentialConnectivity()
		all = append(all, flatten(name, potential(data), allowed.AllConnections(), allowed.ProtocolsAndPortsMap())...)
	}
	return all
}

// anywhere describes all pods of all namespaces.
const anywhere = "pods * in namespaces *"

// potential describes pods outside the directory by their selectors.
func potential(data connlist.XgressExposureData) string {
	if data.IsExposedToEntireCluster() {
		return anywhere
	}
	return "pods " + selector(data.PodLabels()) + " in namespaces " + selector(data.NamespaceLabels())
}

// selector returns the kubectl format: a=b,c in (d,e); * selects all.
func selector(labels metav1.LabelSelector) string {
	if len(labels.MatchLabels)+len(labels.MatchExpressions) == 0 {
		return "*"
	}
	return metav1.FormatLabelSelector(&labels)
}
