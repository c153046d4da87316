package helm

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"time"
)

// Serve serves a Helm repository on loopback with the given charts and versions. A version without data
// is missing there, as an unpublished one is. It returns the address and a function that ends it.
func (c Charts) Serve(helm, folder string, wanted map[[2]string]bool) (string, func(), error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	address := "http://" + listener.Addr().String()
	for one := range wanted {
		chart, err := c.Find(one[0], one[1])
		if err != nil {
			continue
		}
		if err := run(helm, "package", chart.Folder, "--version", one[1], "--destination", folder); err != nil {
			return "", nil, err
		}
	}
	if err := run(helm, "repo", "index", folder, "--url", address); err != nil {
		return "", nil, err
	}
	server := &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: http.FileServer(http.Dir(folder))}
	go func() { _ = server.Serve(listener) }()
	return address, func() { _ = server.Close() }, nil
}

func run(program string, args ...string) error {
	if output, err := exec.Command(program, args...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", args[0], err, output)
	}
	return nil
}
