package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/np-guard/netpol-analyzer/pkg/netpol/connlist"
	corev1 "k8s.io/api/core/v1"
)

// connection is one allowed range of ports from From to To. A peer is "namespace/name[Kind]", a range
// of addresses "a-b", or for exposures the text of potential.
type connection struct {
	From     string `json:"from"`
	To       string `json:"to"`
	Protocol string `json:"protocol"`
	Ports    string `json:"ports"`
}

// everything is the protocol of a connection without restrictions.
const everything = "ALL"

// analyze lists connections between existing peers, and exposures to pods that a selector would match.
func analyze(dir string) (connections, exposures []connection, err error) {
	analyzer := connlist.NewConnlistAnalyzer(connlist.WithLogger(silent{}),
		connlist.WithMuteErrsAndWarns(), connlist.WithExposureAnalysis())
	pairs, _, err := analyzer.ConnlistFromDirPath(dir)
	if err := errors.Join(err, severe(analyzer)); err != nil {
		return nil, nil, err
	}
	for _, pair := range pairs {
		from, to := pair.Src().String(), pair.Dst().String()
		connections = append(connections, flatten(from, to, pair.AllProtocolsAndPorts(), pair.ProtocolsAndPorts())...)
	}
	for _, peer := range analyzer.ExposedPeers() {
		exposures = append(exposures, exposed(peer)...)
	}
	return sorted(connections), sorted(exposures), nil
}

// severe returns skipped errors of the analysis. An unreadable file may contain a policy.
func severe(analyzer *connlist.ConnlistAnalyzer) error {
	var all error
	for _, found := range analyzer.Errors() {
		if found.IsSevere() || found.IsFatal() {
			all = errors.Join(all, found.Error())
		}
	}
	return all
}

// portRange is the unexported type of the library.
type portRange interface {
	Start() int64
	End() int64
}

func flatten[Range portRange](from, to string, unrestricted bool, allowed map[corev1.Protocol][]Range) []connection {
	if unrestricted {
		return []connection{{from, to, everything, "1-65535"}}
	}
	var all []connection
	for protocol, ranges := range allowed {
		for _, ports := range ranges {
			all = append(all, connection{from, to, string(protocol), fmt.Sprintf("%d-%d", ports.Start(), ports.End())})
		}
	}
	return all
}

// sorted sorts the list, because the analysis has no order. It returns an empty list instead of nil.
func sorted(all []connection) []connection {
	slices.SortFunc(all, func(a, b connection) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To),
			cmp.Compare(a.Protocol, b.Protocol), cmp.Compare(a.Ports, b.Ports))
	})
	return append([]connection{}, all...)
}
