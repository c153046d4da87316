// Rehearse brings a rendered tree up on real controllers, changes it and takes it down, and returns the
// facts that do not hold. `rehearse stand-in NAME` is a program that a generated page calls.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"aksgen/conformance/programs/internal/acts"
	"aksgen/conformance/programs/internal/page"
	"aksgen/conformance/programs/internal/request"
)

func main() {
	if len(os.Args) > 2 && os.Args[1] == "stand-in" {
		os.Exit(page.Ask(os.Args[2], os.Args[3:]))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// A message to a caller that is gone must not end this program before it ends its own.
	signal.Ignore(syscall.SIGPIPE)
	request.Main(func(asked acts.Request) (acts.Answer, error) { return acts.Run(ctx, asked) })
}
