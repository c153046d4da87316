package world

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Bounds of a wait.
const (
	// Stall is the time without progress after which a wait ends, and stalled the number of looks. A
	// look takes longer on a busy machine.
	Stall   = 45 * time.Second
	stalled = 40
	// Longest is the time after which a wait ends in any case.
	Longest = 1800 * time.Second
	look    = 1500 * time.Millisecond
)

// Settle waits until nothing is unready, and returns the rest. The rest is empty on success. The fatal
// message ends the wait at once.
func (w *World) Settle(ctx context.Context, each func(context.Context) error) ([]Stuck, error) {
	return w.Until(ctx, each, func(stuck []Stuck) bool { return len(stuck) == 0 || w.isFatal(stuck) })
}

func (w *World) isFatal(stuck []Stuck) bool {
	return w.Settings.Fatal != "" && slices.ContainsFunc(stuck, func(one Stuck) bool { return strings.Contains(one.Message, w.Settings.Fatal) })
}

// Until waits until a state is reached that done accepts, and returns the unready objects. It ends
// without progress, or after the longest time. A set of unready objects that was seen before is no
// progress: a failing root alternates between two states.
func (w *World) Until(ctx context.Context, each func(context.Context) error, done func([]Stuck) bool) ([]Stuck, error) {
	seen, changed, began, looks := map[string]bool{}, time.Now(), time.Now(), 0
	for {
		if err := each(ctx); err != nil {
			return nil, err
		}
		stuck, err := w.Unready(ctx)
		if err != nil {
			w.Say("look: %v", err)
		} else if done(stuck) {
			return stuck, nil
		}
		if now := Signature(stuck); err == nil && !seen[now] {
			w.Say("%d not ready: %s", len(stuck), first(stuck))
			seen[now], changed, looks = true, time.Now(), 0
		}
		looks++
		if err == nil && (looks > stalled && time.Since(changed) > Stall || time.Since(began) > Longest) {
			return stuck, nil
		}
		select {
		case <-ctx.Done():
			return stuck, fmt.Errorf("the time of the rehearsal ended: %d objects are not ready: %s", len(stuck), first(stuck))
		case <-time.After(look):
		}
	}
}

// Nothing is a step that does nothing.
func Nothing(context.Context) error { return nil }

// first names the first unready objects.
func first(stuck []Stuck) string {
	var names []string
	for _, one := range stuck[:min(4, len(stuck))] {
		names = append(names, one.Object+" ("+one.Message+")")
	}
	return strings.Join(names, ", ")
}
