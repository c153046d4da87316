// Package page runs the commands of a generated page in a shell. `az`, `helm` and `kubelogin` are
// stand-ins that ask the rehearsal; `kubectl` is real.
package page

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Shell is the environment of the commands.
type Shell struct {
	// Programs is a folder with the programs that the commands may use.
	Programs string
	// Address is the address of the stand-ins.
	Address    string
	Kubeconfig string
}

// NewShell links kubectl and the stand-ins into a folder. self is the program of the rehearsal.
func NewShell(folder, self, kubectl, address, kubeconfig string) (Shell, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return Shell{}, err
	}
	if err := os.Symlink(kubectl, filepath.Join(folder, "kubectl")); err != nil {
		return Shell{}, err
	}
	for _, name := range []string{"az", "helm", "kubelogin"} {
		script := fmt.Sprintf("#!/bin/sh\nexec %q stand-in %s \"$@\"\n", self, name)
		if err := os.WriteFile(filepath.Join(folder, name), []byte(script), 0o700); err != nil {
			return Shell{}, err
		}
	}
	return Shell{Programs: folder, Address: address, Kubeconfig: kubeconfig}, nil
}

// Commands returns the commands of a page: lines that begin with `$` in blocks of the type console.
func Commands(text string) []string {
	var commands []string
	inside := false
	for _, line := range strings.Split(text, "\n") {
		switch {
		case strings.HasPrefix(line, "```"):
			inside = line == "```console"
		case inside && strings.HasPrefix(line, "$ "):
			commands = append(commands, strings.TrimPrefix(line, "$ "))
		}
	}
	return commands
}

// Run runs all commands of a page in one shell, in the folder of the page or in the given one. It
// stops at the first command that fails.
func (s Shell) Run(ctx context.Context, file, folder string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return s.Script(ctx, Commands(string(text)), folder)
}

// Script runs commands in one shell and names the one that fails.
func (s Shell) Script(ctx context.Context, commands []string, folder string) error {
	command := exec.CommandContext(ctx, "bash", "-euo", "pipefail", "-c", "trap 'echo \"the command fails: $BASH_COMMAND\" >&2' ERR\n"+strings.Join(commands, "\n"))
	command.Dir = folder
	command.Env = append(os.Environ(), "PATH="+s.Programs+":/usr/bin:/bin", "KUBECONFIG="+s.Kubeconfig, "REHEARSAL="+s.Address)
	output, err := command.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w: %s", err, strings.TrimSpace(string(output)))
	}
	return nil
}
