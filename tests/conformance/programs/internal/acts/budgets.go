package acts

import (
	"context"
	"fmt"
	"sync"
	"time"

	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// watch is the time between two counts of available pods.
const watch = 250 * time.Millisecond

// keepBudgets counts the ready pods of every disruption budget while work runs. Fewer pods than the
// budget promised before are a finding. A budget that the tree of the role no longer contains promises
// nothing.
func (p *play) keepBudgets(ctx context.Context, role string, work func(context.Context) error) error {
	promised, err := p.promises(ctx, role)
	if err != nil {
		return err
	}
	watching, stop := context.WithCancel(ctx)
	broken := map[string]string{}
	var running sync.WaitGroup
	running.Go(func() {
		for watching.Err() == nil {
			p.count(watching, promised, broken)
			select {
			case <-watching.Done():
			case <-time.After(watch):
			}
		}
	})
	err = work(ctx)
	stop()
	running.Wait()
	for name, message := range broken {
		p.find(name, message)
	}
	return err
}

// promise is the number of pods that a budget keeps available.
type promise struct {
	budget policyv1.PodDisruptionBudget
	pods   int
}

// promises reads all budgets of settled workloads, without those that the tree of a role removes.
func (p *play) promises(ctx context.Context, role string) ([]promise, error) {
	removed, err := p.removed(role)
	if err != nil {
		return nil, err
	}
	budgets, err := p.Cluster.Typed.PolicyV1().PodDisruptionBudgets("").List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	var found []promise
	for _, one := range budgets.Items {
		if one.Namespace != "kube-system" && !removed[nameOf(&one)] {
			found = append(found, promise{one, kept(&one)})
		}
	}
	return found, nil
}

func nameOf(budget *policyv1.PodDisruptionBudget) string {
	return "PodDisruptionBudget/" + budget.Namespace + "/" + budget.Name
}

// kept is the number of pods that a budget promises, of the number that is healthy now.
func kept(budget *policyv1.PodDisruptionBudget) int {
	pods := int(budget.Status.ExpectedPods)
	if least := budget.Spec.MinAvailable; least != nil {
		number, _ := intstr.GetScaledValueFromIntOrPercent(least, pods, true)
		return min(number, pods)
	}
	if most := budget.Spec.MaxUnavailable; most != nil {
		number, _ := intstr.GetScaledValueFromIntOrPercent(most, pods, true)
		return max(0, pods-number)
	}
	return pods
}

// count compares the ready pods of each budget with its promise.
func (p *play) count(ctx context.Context, promised []promise, broken map[string]string) {
	pods, err := p.Cluster.Typed.CoreV1().Pods("").List(ctx, metav1.ListOptions{ResourceVersion: "0"})
	if err != nil {
		return
	}
	for _, one := range promised {
		selector, err := metav1.LabelSelectorAsSelector(one.budget.Spec.Selector)
		if err != nil {
			continue
		}
		ready := 0
		for i := range pods.Items {
			pod := &pods.Items[i]
			if pod.Namespace == one.budget.Namespace && selector.Matches(labels.Set(pod.Labels)) && pod.DeletionTimestamp == nil && isReady(pod.Status.Conditions) {
				ready++
			}
		}
		name := nameOf(&one.budget)
		if ready < one.pods && broken[name] == "" {
			broken[name] = fmt.Sprintf("promises %d available pods, and %d were available", one.pods, ready)
		}
	}
}
