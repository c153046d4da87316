// Package nodes makes the nodes of the pools, and adds nodes for pods that do not fit.
package nodes

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"aksgen/conformance/programs/internal/azure"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// podsPerNode is the default of Azure CNI overlay.
const podsPerNode = 250

// Size is a VM size.
type Size struct {
	Cores int64  `json:"cores"`
	GiB   int64  `json:"gib"`
	Arch  string `json:"arch"`
}

// Sizes are VM sizes by name.
type Sizes map[string]Size

// ReadSizes reads VM sizes from a JSON file.
func ReadSizes(file string) (Sizes, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	sizes := Sizes{}
	return sizes, json.Unmarshal(content, &sizes)
}

// reserved is the CPU that AKS reserves, in millicores by number of cores.
var reserved = map[int64]int64{1: 60, 2: 100, 4: 140, 8: 180, 16: 260, 32: 420, 64: 740}

// allocatable is the part of a size that pods can request, as AKS reserves it since 1.29.
func (s Size) allocatable() corev1.ResourceList {
	mebibytes := s.GiB * 1024
	kubelet := min(20*podsPerNode+50, mebibytes/4)
	return corev1.ResourceList{
		corev1.ResourceCPU:              *resource.NewMilliQuantity(s.Cores*1000-reserved[s.Cores], resource.DecimalSI),
		corev1.ResourceMemory:           *resource.NewQuantity((mebibytes-kubelet-100)<<20, resource.BinarySI),
		corev1.ResourceEphemeralStorage: resource.MustParse("100Gi"),
		corev1.ResourcePods:             *resource.NewQuantity(podsPerNode, resource.DecimalSI),
	}
}

// node is node number i of a pool. Nodes take turns in the zones.
func node(pool azure.Pool, size Size, region string, i int) *corev1.Node {
	name := fmt.Sprintf("aks-%s-%03d", pool.Name, i)
	labels := map[string]string{
		"kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "kubernetes.io/arch": orElse(size.Arch, "amd64"),
		"agentpool": pool.Name, "kubernetes.azure.com/agentpool": pool.Name, "kubernetes.azure.com/mode": strings.ToLower(pool.Mode),
		"node.kubernetes.io/instance-type": pool.Size, "topology.kubernetes.io/region": region, "topology.kubernetes.io/zone": zone(pool, region, i),
	}
	for key, value := range pool.Labels {
		labels[key] = value
	}
	taints := taints(pool.Taints)
	if pool.Spot {
		labels["kubernetes.azure.com/scalesetpriority"] = "spot"
		taints = append(taints, corev1.Taint{Key: "kubernetes.azure.com/scalesetpriority", Value: "spot", Effect: corev1.TaintEffectNoSchedule})
	}
	return &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels},
		Spec:       corev1.NodeSpec{Taints: taints},
		Status:     corev1.NodeStatus{Allocatable: size.allocatable(), Capacity: size.allocatable()},
	}
}

func zone(pool azure.Pool, region string, i int) string {
	if len(pool.Zones) == 0 {
		return "0"
	}
	return region + "-" + pool.Zones[i%len(pool.Zones)]
}

// taints reads taints of the form `key=value:effect`.
func taints(texts []string) []corev1.Taint {
	var found []corev1.Taint
	for _, text := range texts {
		pair, effect, _ := strings.Cut(text, ":")
		key, value, _ := strings.Cut(pair, "=")
		found = append(found, corev1.Taint{Key: key, Value: value, Effect: corev1.TaintEffect(effect)})
	}
	return found
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}
