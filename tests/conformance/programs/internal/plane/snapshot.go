package plane

import (
	"context"
	"os"
	"path/filepath"
	"time"
)

// Snapshot copies a cached etcd folder into a new home. Without a cached folder it starts a control
// plane, fills it, and caches its etcd folder. key names the content.
func Snapshot(ctx context.Context, programs map[string]string, cache, key, home string, fill func(*Plane) error) error {
	kept := filepath.Join(cache, "rehearsal-"+key)
	if _, err := os.Stat(kept); err != nil {
		if err := take(ctx, programs, kept, fill); err != nil {
			return err
		}
	}
	now := time.Now()
	_ = os.Chtimes(kept, now, now)
	return os.CopyFS(filepath.Join(home, "etcd"), os.DirFS(kept))
}

// take fills a control plane and keeps its etcd folder. With concurrent runs, the first rename wins.
func take(ctx context.Context, programs map[string]string, kept string, fill func(*Plane) error) error {
	home, err := os.MkdirTemp("", "rehearsal-snapshot-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(home)
	plane, err := Start(ctx, programs, home)
	if err != nil {
		return err
	}
	defer plane.Group.End()
	if err := fill(plane); err != nil {
		return err
	}
	// etcd replays its log at start, so a copy after the last write is complete.
	time.Sleep(2 * time.Second)
	partial, err := os.MkdirTemp(filepath.Dir(kept), "partial-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(partial)
	if err := os.CopyFS(filepath.Join(partial, "etcd"), os.DirFS(filepath.Join(home, "etcd"))); err != nil {
		return err
	}
	if err := os.Rename(filepath.Join(partial, "etcd"), kept); err != nil && !os.IsExist(err) {
		return err
	}
	return nil
}
