// Package acts holds the acts of a rehearsal. Each act changes the world, waits until it settles, and
// asserts facts.
package acts

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"aksgen/conformance/programs/internal/world"
)

// Request is one rehearsal of one environment.
type Request struct {
	world.Settings
	// Trees are rendered trees by role: `first` is the tree to bring up.
	Trees map[string]string
	Acts  []string
	// Scripts are commands by the role of the commit that they precede.
	Scripts map[string]string
	// Seconds bounds the rehearsal.
	Seconds int
}

// Finding is a fact that does not hold.
type Finding struct {
	Act     string `json:"act"`
	Object  string `json:"object"`
	Message string `json:"message"`
}

// Duration is the time of a stage or an act.
type Duration struct {
	Name    string  `json:"name"`
	Seconds float64 `json:"seconds"`
}

// Answer is the result of a rehearsal.
type Answer struct {
	Findings  []Finding  `json:"findings"`
	Durations []Duration `json:"durations"`
}

// play is a running rehearsal.
type play struct {
	*world.World
	request Request
	act     string
	failed  bool
	answer  Answer
}

// acts are all acts by name.
var acts = map[string]func(*play, context.Context) error{
	"provisioning":   (*play).provisioning,
	"unseeded":       (*play).unseeded,
	"bad-commit":     (*play).badCommit,
	"operator-fails": (*play).operatorFails,
	"add-and-remove": (*play).addAndRemove,
	"rename":         (*play).rename,
	"scale":          (*play).scale,
	"drain":          (*play).drain,
	"drain-scaled":   (*play).drainScaled,
	"upgrade":        (*play).upgrade,
	"teardown":       (*play).teardown,
}

// Run plays all acts of a request in their order. After an act with a finding, the first tree must come
// up again; otherwise the run ends, because later acts start from it.
func Run(ctx context.Context, request Request) (Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Duration(request.Seconds)*time.Second)
	defer cancel()
	began := time.Now()
	started, err := world.Start(ctx, request.Settings, request.Trees["first"], slices.Collect(maps.Values(request.Trees)))
	if err != nil {
		return Answer{}, err
	}
	defer started.End()
	p := &play{World: started, request: request, answer: Answer{Findings: []Finding{}, Durations: []Duration{}}}
	p.took("control plane", began)
	for i, name := range request.Acts {
		if err := p.perform(ctx, name); err != nil {
			return p.answer, err
		}
		if p.failed && (i == len(request.Acts)-1 || !p.recovered(ctx)) {
			break
		}
	}
	for _, note := range p.Azure.Notes() {
		p.answer.Findings = append(p.answer.Findings, Finding{"azure", note.Object, note.Message})
	}
	return p.answer, nil
}

func (p *play) perform(ctx context.Context, name string) error {
	act, known := acts[name]
	if !known {
		return fmt.Errorf("there is no act %q", name)
	}
	p.act, p.failed = name, false
	p.Say("act %s", name)
	began := time.Now()
	if err := act(p, ctx); err != nil {
		p.find("rehearsal", err.Error())
	}
	p.took("act "+name, began)
	return nil
}

func (p *play) took(name string, began time.Time) {
	p.answer.Durations = append(p.answer.Durations, Duration{name, time.Since(began).Seconds()})
}

// find adds a finding of the current act, once.
func (p *play) find(object, message string) {
	p.failed = true
	one := Finding{p.act, object, message}
	if slices.Contains(p.answer.Findings, one) {
		return
	}
	p.Say("finding: %s: %s", object, message)
	p.answer.Findings = append(p.answer.Findings, one)
}

// stuck adds a finding for each unready object, without those that only wait for another one.
func (p *play) stuck(all []world.Stuck) {
	causes := slices.DeleteFunc(slices.Clone(all), func(one world.Stuck) bool {
		return contains(one.Message, "DependencyNotReady: ", "HealthCheckFailed: ", "Progressing: Reconciliation in progress", "waiting for healthy state of ")
	})
	if len(causes) == 0 || p.Settings.Fatal != "" {
		causes = all
	}
	for _, one := range causes {
		p.find(one.Object, one.Message)
	}
}

// recovered commits the first tree again, and reports whether everything becomes ready.
func (p *play) recovered(ctx context.Context) bool {
	if p.Engine == nil || p.act == "teardown" {
		return false
	}
	if err := p.Commit(ctx, p.request.Trees["first"]); err != nil {
		return false
	}
	rest, err := p.Settle(ctx, world.Nothing)
	p.Say("recovery from act %s: %d not ready", p.act, len(rest))
	return err == nil && len(rest) == 0
}

// contains reports whether a text contains one of several words.
func contains(text string, words ...string) bool {
	return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(text, word) })
}
