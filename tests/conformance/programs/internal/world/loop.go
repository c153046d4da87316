package world

import (
	"context"
	"time"
)

// loop repeats a step until the end. A conflict or a kind that vanished is tried again; an error that
// persists is a failure of the rehearsal.
func (w *World) loop(ctx context.Context, name string, step func(context.Context) error) {
	w.running.Go(func() {
		for failed := 0; ctx.Err() == nil; {
			if err := step(ctx); err != nil && ctx.Err() == nil {
				failed++
				w.Say("%s: %v", name, err)
			} else {
				failed = 0
			}
			if failed == 10 {
				w.fail(name, "fails ten times in a row, see the log")
			}
			select {
			case <-ctx.Done():
			case <-time.After(time.Second):
			}
		}
	})
}

func (w *World) fail(object, message string) {
	w.guard.Lock()
	defer w.guard.Unlock()
	w.failures[object] = message
}
