package acts

import (
	"context"
	"os"
	"regexp"
	"strings"

	"aksgen/conformance/programs/internal/page"
)

var groupDelete = regexp.MustCompile("`(az group delete [^`]+)`")

// teardown takes the environment down by its page. Nothing of it may remain in Azure, and no role
// assignment without a principal.
func (p *play) teardown(ctx context.Context) error {
	text, err := os.ReadFile(p.Tree.Page("decommission.md"))
	if err != nil {
		return err
	}
	_, section, found := strings.Cut(string(text), "## The whole environment")
	match := groupDelete.FindStringSubmatch(section)
	if !found || match == nil {
		p.find("decommission.md", "does not say how the whole environment is deleted")
		return nil
	}
	p.Engine.Suspend()
	before := p.Azure.Principals()
	if err := p.Shell.Script(ctx, append([]string{match[1]}, page.Commands(section)...), p.Settings.Work); err != nil {
		return err
	}
	group := p.Azure.GroupID(match[1][strings.LastIndex(match[1], " ")+1:])
	for _, id := range p.Azure.IDs() {
		if id == group || strings.HasPrefix(id, group+"/") {
			p.find(id, "remains in Azure")
		}
	}
	for _, id := range p.Azure.Orphans(before) {
		p.find(id, "remains without a principal")
	}
	return nil
}
