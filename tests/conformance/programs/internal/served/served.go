// Package served makes the copy of a tree that an engine reads. Only intervals and addresses differ
// from the tree, because a rehearsal cannot wait for hours and has no network.
package served

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// homes are the folders that an engine reads, and the folder with the first commands.
var homes = []string{"clusters", "environments", "base", "overlays", "bootstrap"}

// Change is a replacement in the files of the copy.
type Change struct {
	Pattern *regexp.Regexp
	With    string
}

// Intervals are the changes for Flux: objects of Flux are reconciled within seconds.
func Intervals() []Change {
	return []Change{
		{regexp.MustCompile(`(?m)^  retryInterval: .*$`), "  retryInterval: 2s"},
		{regexp.MustCompile(`(?m)^  timeout: \d+m0s$`), "  timeout: 30s"},
	}
}

// Addresses are the changes for Argo CD: the repository and the charts are on this machine, and a
// failed sync is repeated within seconds.
func Addresses(repository, charts string) []Change {
	return []Change{
		{regexp.MustCompile(`(?m)repoURL: "https://github\.com/.*"$`), `repoURL: "` + repository + `"`},
		{regexp.MustCompile(`(?m)^    - "https://github\.com/.*"$`), `    - "` + repository + `"`},
		{regexp.MustCompile(`(?m)repoURL: "https://.*"$`), `repoURL: "` + charts + `"`},
		{regexp.MustCompile(`(?m)^    - "https://.*"$`), `    - "` + charts + `"`},
		{regexp.MustCompile(`(?m)^        duration: .*$`), "        duration: 5s"},
		{regexp.MustCompile(`(?m)^        maxDuration: .*$`), "        maxDuration: 15s"},
	}
}

// Copy copies a tree into an empty folder with changes to the objects of the engine.
func Copy(tree, folder string, changes []Change) error {
	for _, home := range homes {
		err := filepath.WalkDir(filepath.Join(tree, home), func(path string, entry fs.DirEntry, err error) error {
			if os.IsNotExist(err) {
				return nil
			}
			if err != nil || entry.IsDir() {
				return err
			}
			name, err := filepath.Rel(tree, path)
			if err != nil {
				return err
			}
			return one(path, filepath.Join(folder, name), changes)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func one(from, to string, changes []Change) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	text := string(content)
	if strings.Contains(text, "\napiVersion: kustomize.toolkit.fluxcd.io/") || strings.Contains(text, "\napiVersion: argoproj.io/") {
		for _, change := range changes {
			text = change.Pattern.ReplaceAllString(text, change.With)
		}
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	return os.WriteFile(to, []byte(text), 0o644)
}
