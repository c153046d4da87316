// Package flux runs Flux's kustomize-controller, and stands in for source-controller and for the
// AKS extension that installs both.
package flux

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"aksgen/conformance/programs/internal/kube"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

var gitRepository = schema.GroupVersionKind{Group: "source.toolkit.fluxcd.io", Version: "v1", Kind: "GitRepository"}

// Source serves the tree as the artifact of every GitRepository.
type Source struct {
	Cluster *kube.Cluster

	guard   sync.Mutex
	archive []byte
	address string
}

// Serve begins to serve archives on loopback. The returned function ends it.
func (s *Source) Serve() (func(), error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s.address = "http://" + listener.Addr().String() + "/"
	server := &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(out http.ResponseWriter, _ *http.Request) {
		s.guard.Lock()
		defer s.guard.Unlock()
		_, _ = out.Write(s.archive)
	})}
	go func() { _ = server.Serve(listener) }()
	return func() { _ = server.Close() }, nil
}

// Commit makes a tree the newest revision.
func (s *Source) Commit(tree string) error {
	archive, err := pack(tree)
	if err != nil {
		return err
	}
	s.guard.Lock()
	defer s.guard.Unlock()
	s.archive = archive
	return nil
}

// Revision is the revision of the newest commit.
func (s *Source) Revision() string {
	s.guard.Lock()
	defer s.guard.Unlock()
	return fmt.Sprintf("main@sha1:%.40x", sha256.Sum256(s.archive))
}

// Step writes the artifact into the status of each GitRepository.
func (s *Source) Step(ctx context.Context) error {
	all, err := s.Cluster.List(ctx, gitRepository)
	if err != nil {
		return err
	}
	for i := range all {
		if kube.Text(all[i].Object, "status", "artifact", "revision") == s.Revision() {
			continue
		}
		if err := s.publish(ctx, &all[i]); err != nil {
			return err
		}
	}
	return nil
}

func (s *Source) publish(ctx context.Context, repository *kube.Object) error {
	revision := s.Revision()
	s.guard.Lock()
	digest, size := sha256.Sum256(s.archive), len(s.archive)
	s.guard.Unlock()
	ready := kube.Condition{Type: "Ready", Status: "True", Reason: "Succeeded", Generation: repository.GetGeneration()}
	return s.Cluster.Merge(ctx, repository, map[string]any{"status": map[string]any{
		"observedGeneration": repository.GetGeneration(), "conditions": []any{ready.Value()},
		"artifact": map[string]any{
			"path": "tree.tar.gz", "url": s.address + fmt.Sprintf("%x.tar.gz", digest[:8]), "revision": revision,
			"digest": fmt.Sprintf("sha256:%x", digest), "lastUpdateTime": time.Now().UTC().Format(time.RFC3339), "size": size,
		},
	}}, "status")
}

// pack writes a folder into a compressed archive, in the order of the names.
func pack(folder string) ([]byte, error) {
	var buffer bytes.Buffer
	zipped := gzip.NewWriter(&buffer)
	archive := tar.NewWriter(zipped)
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		if err := archive.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(content))}); err != nil {
			return err
		}
		_, err = archive.Write(content)
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := archive.Close(); err != nil {
		return nil, err
	}
	if err := zipped.Close(); err != nil {
		return nil, err
	}
	return buffer.Bytes(), nil
}
