package acts

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"aksgen/conformance/programs/internal/page"
)

// stages are the prefixes of root names, in the order of the first provisioning. A longer prefix
// comes before its beginning.
var stages = []string{"operators", "azure-long-running", "azure", "namespaces", "addons", "operator-config", "workloads"}

// provisioning follows the bootstrap page, seeds the vaults once they exist, and waits for everything.
func (p *play) provisioning(ctx context.Context) error {
	began := time.Now()
	folder := filepath.Join(p.Copy, "bootstrap", p.Settings.Environment)
	if err := p.Shell.Run(ctx, filepath.Join(folder, "README.md"), folder); err != nil {
		return err
	}
	p.took("bootstrap page", began)
	clock := stageClock{began: time.Now(), done: map[string]bool{}}
	seeded := false
	rest, err := p.Settle(ctx, func(ctx context.Context) error {
		if !seeded && p.vaultsExist() {
			if err := p.seed(ctx); err != nil {
				return err
			}
			seeded = true
		}
		return clock.look(ctx, p)
	})
	p.stuck(rest)
	return err
}

var vault = regexp.MustCompile(`--vault-name (\S+)`)

// seeds returns the commands of the page of secrets.
func (p *play) seeds() []string {
	text, err := os.ReadFile(p.Tree.Page("secrets.md"))
	if err != nil {
		return nil
	}
	var commands []string
	for _, one := range page.Commands(string(text)) {
		if vault.MatchString(one) {
			commands = append(commands, one)
		}
	}
	return commands
}

// vaultsExist reports whether all vaults of the page of secrets exist.
func (p *play) vaultsExist() bool {
	for _, one := range p.seeds() {
		if _, found := p.Azure.ByName("Microsoft.KeyVault/vaults", vault.FindStringSubmatch(one)[1]); !found {
			return false
		}
	}
	return true
}

// seed runs the commands of the page of secrets.
func (p *play) seed(ctx context.Context) error {
	return p.Shell.Script(ctx, p.seeds(), p.Settings.Work)
}

// stageClock records when the roots of each stage are ready for the first time.
type stageClock struct {
	began time.Time
	done  map[string]bool
}

func (c *stageClock) look(ctx context.Context, p *play) error {
	if p.Engine == nil {
		return nil
	}
	roots, err := p.Engine.Roots(ctx)
	if err != nil {
		p.Say("roots: %v", err)
		return nil
	}
	ready, known := map[string]bool{}, map[string]bool{}
	for _, one := range roots {
		stage := stageOf(one.Root)
		if !known[stage] {
			known[stage], ready[stage] = true, true
		}
		ready[stage] = ready[stage] && one.Ready
	}
	for stage := range known {
		if ready[stage] && !c.done[stage] {
			c.done[stage] = true
			p.took("stage "+stage, c.began)
		}
	}
	return nil
}

func stageOf(root string) string {
	for _, one := range stages {
		if strings.HasPrefix(root, one+"-") {
			return one
		}
	}
	return "engine"
}
