package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// copies contains one copy of every repository, because the generator writes into the tree.
type copies struct {
	dir   string
	roots map[string]string
}

func newCopies() (*copies, error) {
	dir, err := os.MkdirTemp("", "flux-")
	if err != nil {
		return nil, err
	}
	// The library resolves links before it compares paths.
	resolved, err := filepath.EvalSymlinks(dir)
	return &copies{dir: resolved, roots: map[string]string{}}, err
}

func (c *copies) of(root string) (string, error) {
	if made, ok := c.roots[root]; ok {
		return made, nil
	}
	into := filepath.Join(c.dir, fmt.Sprint(len(c.roots)))
	if err := os.CopyFS(into, os.DirFS(root)); err != nil {
		return "", err
	}
	c.roots[root] = into
	return into, nil
}
