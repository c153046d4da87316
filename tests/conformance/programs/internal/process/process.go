// Package process starts programs on loopback and ends each of them by its process id.
package process

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
)

// Group is a set of running programs that end together.
type Group struct {
	// Logs is the folder of their output, one file per program.
	Logs string

	guard   sync.Mutex
	running []*Process
}

// Process is a started program.
type Process struct {
	Name string
	Log  string

	command *exec.Cmd
	ended   chan struct{}
	failure error
}

// Start starts a program in a process group of its own. env extends the environment.
func (g *Group) Start(name, path string, args, env []string) (*Process, error) {
	log, err := os.Create(filepath.Join(g.Logs, name+".log"))
	if err != nil {
		return nil, err
	}
	defer log.Close()
	command := exec.Command(path, args...)
	command.Env = append(os.Environ(), env...)
	command.Stdout, command.Stderr = log, log
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	started := &Process{Name: name, Log: log.Name(), command: command, ended: make(chan struct{})}
	go started.wait()
	g.guard.Lock()
	defer g.guard.Unlock()
	g.running = append(g.running, started)
	return started, nil
}

func (p *Process) wait() {
	p.failure = p.command.Wait()
	close(p.ended)
}

// Alive returns an error with the end of the log if the program ended.
func (p *Process) Alive() error {
	select {
	case <-p.ended:
		return fmt.Errorf("%s ended (%v): %s", p.Name, p.failure, tail(p.Log))
	default:
		return nil
	}
}

// End kills a program with its children and waits for it. A graceful end of an API server would
// keep its port for a minute.
func (p *Process) End() {
	_ = syscall.Kill(-p.command.Process.Pid, syscall.SIGKILL)
	<-p.ended
}

// End ends all programs, the newest first.
func (g *Group) End() {
	g.guard.Lock()
	defer g.guard.Unlock()
	for i := len(g.running) - 1; i >= 0; i-- {
		g.running[i].End()
	}
	g.running = nil
}

// Alive returns the error of the first program that ended.
func (g *Group) Alive() error {
	g.guard.Lock()
	defer g.guard.Unlock()
	for _, one := range g.running {
		if err := one.Alive(); err != nil {
			return err
		}
	}
	return nil
}

// Forget ends a program and removes it from the group.
func (g *Group) Forget(p *Process) {
	g.guard.Lock()
	defer g.guard.Unlock()
	p.End()
	for i, one := range g.running {
		if one == p {
			g.running = append(g.running[:i], g.running[i+1:]...)
			return
		}
	}
}

// tail returns the last two kilobytes of a log.
func tail(log string) string {
	content, _ := os.ReadFile(log)
	return string(content[max(0, len(content)-2000):])
}
