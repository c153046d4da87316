package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/np-guard/netpol-analyzer/pkg/netpol/connlist"
	corev1 "k8s.io/api/core/v1"
)

// connection is one range of ports that From may open to To. A peer is "namespace/name[Kind]", a range of
// addresses "a-b", or among exposures the words of potential.
type connection struct {
	From     string `json:"from"`
	To       string `json:"to"`
	Protocol string `json:"protocol"`
	Ports    string `json:"ports"`
}

// everything stands for a connection without any restriction.
const everything = "ALL"

// analyze lists the connections between what is there, and those with what a selector would let in if it were there.
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

// severe collects what the analysis passed over: a file it could not read may be the policy that matters.
func severe(analyzer *connlist.ConnlistAnalyzer) error {
	var all error
	for _, found := range analyzer.Errors() {
		if found.IsSevere() || found.IsFatal() {
			all = errors.Join(all, found.Error())
		}
	}
	return all
}

// portRange is the library's own type, which has no name outside of it.
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

// sorted gives the list an order, which the analysis has not. An empty list is a list, too.
func sorted(all []connection) []connection {
	slices.SortFunc(all, func(a, b connection) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To),
			cmp.Compare(a.Protocol, b.Protocol), cmp.Compare(a.Ports, b.Ports))
	})
	return append([]connection{}, all...)
}
