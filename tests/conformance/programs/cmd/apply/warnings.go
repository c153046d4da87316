package main

import (
	"context"
	"sync"
)

// recorder adds warnings of the server to the list in the context of the request.
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

// listen returns a context whose requests add their warnings to the list.
func listen(ctx context.Context) (context.Context, *list) {
	heard := &list{}
	return context.WithValue(ctx, listKey{}, heard), heard
}
