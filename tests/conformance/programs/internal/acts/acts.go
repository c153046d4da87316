// Package acts holds the acts of a rehearsal. Each act changes the world, waits until it settles, and
// asserts facts.
package acts

import (
	"context"
	"fmt"
	"time"

	"aksgen/conformance/programs/internal/world"
)

// Request is one rehearsal of one environment.
type Request struct {
	world.Settings
	// Trees are rendered trees by role: `first` is the tree to bring up.
	Trees map[string]string
	Acts  []string
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
	answer  Answer
}

// acts are all acts by name.
var acts = map[string]func(*play, context.Context) error{
	"bring-up": (*play).bringUp,
}

// Run plays all acts of a request in their order. It stops at the first act with a finding, because
// later acts start from its result.
func Run(ctx context.Context, request Request) (Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Duration(request.Seconds)*time.Second)
	defer cancel()
	began := time.Now()
	started, err := world.Start(ctx, request.Settings, request.Trees["first"])
	if err != nil {
		return Answer{}, err
	}
	defer started.End()
	p := &play{World: started, request: request, answer: Answer{Findings: []Finding{}, Durations: []Duration{}}}
	p.took("control plane", began)
	for _, name := range request.Acts {
		if err := p.perform(ctx, name); err != nil {
			return p.answer, err
		}
		if len(p.answer.Findings) > 0 {
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
	p.act = name
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

// find adds a finding of the current act.
func (p *play) find(object, message string) {
	p.Say("finding: %s: %s", object, message)
	p.answer.Findings = append(p.answer.Findings, Finding{p.act, object, message})
}

// stuck adds a finding for each unready object.
func (p *play) stuck(all []world.Stuck) {
	for _, one := range all {
		p.find(one.Object, one.Message)
	}
}
