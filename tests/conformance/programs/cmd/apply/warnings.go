package main

import (
	"context"
	"sync"
)

// recorder puts a warning of the server into the list that travels with the request that it answers.
type recorder struct{}

type listKey struct{}

type list struct {
	lock sync.Mutex
	all  []string
}

func (recorder) HandleWarningHeaderWithContext(ctx context.Context, code int, _ string, text string) {
	into, ok := ctx.Value(listKey{}).(*list)
	if !ok || code != 299 || text == "" {
		return
	}
	into.lock.Lock()
	defer into.lock.Unlock()
	into.all = append(into.all, "warning: "+text)
}

// listen gives a context whose requests leave their warnings in the list.
func listen(ctx context.Context) (context.Context, *list) {
	heard := &list{}
	return context.WithValue(ctx, listKey{}, heard), heard
}
