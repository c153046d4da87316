// Package kubelet does what kwok does not: it checks the Secrets and ConfigMaps of a pod before the
// pod starts, and makes the disks of its volumes.
package kubelet

import (
	"context"
	"fmt"
	"sync"

	"aksgen/conformance/programs/internal/kube"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// present is the annotation that lets kwok start a pod.
const present = `{"metadata":{"annotations":{"rehearsal.aksgen.io/inputs":"present"}}}`

// Kubelet starts the pods of all nodes.
type Kubelet struct {
	Cluster *kube.Cluster

	guard   sync.Mutex
	waiting map[string]string
}

// Waiting returns the missing input of each scheduled pod that cannot start.
func (k *Kubelet) Waiting() map[string]string {
	k.guard.Lock()
	defer k.guard.Unlock()
	return k.waiting
}

// Step looks at all scheduled pods that have not started.
func (k *Kubelet) Step(ctx context.Context) error {
	pods, err := k.Cluster.Typed.CoreV1().Pods("").List(ctx, metav1.ListOptions{FieldSelector: "status.phase=Pending,spec.nodeName!="})
	if err != nil {
		return err
	}
	inputs := inputs{cluster: k.Cluster, known: map[string]map[string]bool{}}
	waiting := map[string]string{}
	for _, pod := range pods.Items {
		if pod.Annotations["rehearsal.aksgen.io/inputs"] != "" || pod.DeletionTimestamp != nil {
			continue
		}
		missing, err := inputs.missing(ctx, &pod)
		if err != nil {
			return err
		}
		if missing != "" {
			waiting[pod.Namespace+"/"+pod.Name] = missing
			continue
		}
		if err := k.release(ctx, &pod); err != nil {
			return err
		}
	}
	k.guard.Lock()
	k.waiting = waiting
	k.guard.Unlock()
	return k.provision(ctx)
}

func (k *Kubelet) release(ctx context.Context, pod *corev1.Pod) error {
	_, err := k.Cluster.Typed.CoreV1().Pods(pod.Namespace).Patch(ctx, pod.Name, types.MergePatchType, []byte(present), metav1.PatchOptions{})
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}

// inputs looks up Secrets and ConfigMaps once per step.
type inputs struct {
	cluster *kube.Cluster
	known   map[string]map[string]bool
}

// input is a Secret or ConfigMap that a pod reads. Without a key, the object must exist.
type input struct {
	kind, name, key string
}

// missing describes the first missing input of a pod.
func (i inputs) missing(ctx context.Context, pod *corev1.Pod) (string, error) {
	for _, one := range inputsOf(&pod.Spec) {
		keys, err := i.keys(ctx, one.kind, pod.Namespace, one.name)
		if err != nil {
			return "", err
		}
		if keys == nil {
			return fmt.Sprintf("%s %s does not exist", one.kind, one.name), nil
		}
		if one.key != "" && !keys[one.key] {
			return fmt.Sprintf("%s %s has no key %s", one.kind, one.name, one.key), nil
		}
	}
	return "", nil
}

// keys returns the keys of a Secret or ConfigMap, or nil if it does not exist.
func (i inputs) keys(ctx context.Context, kind, namespace, name string) (map[string]bool, error) {
	place := kind + "/" + namespace + "/" + name
	if keys, known := i.known[place]; known {
		return keys, nil
	}
	found, err := i.cluster.Get(ctx, corev1.SchemeGroupVersion.WithKind(kind), namespace, name)
	if err != nil {
		return nil, err
	}
	var keys map[string]bool
	if found != nil {
		keys = map[string]bool{}
		for _, field := range []string{"data", "stringData", "binaryData"} {
			values, _ := found.Object[field].(map[string]any)
			for key := range values {
				keys[key] = true
			}
		}
	}
	i.known[place] = keys
	return keys, nil
}
