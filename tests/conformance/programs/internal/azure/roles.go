package azure

import (
	"encoding/json"
	"os"
	"path"
	"regexp"
	"strings"
)

// Role is a built-in role definition.
type Role struct {
	Name        string   `json:"name"`
	Actions     []string `json:"actions"`
	NotActions  []string `json:"notActions"`
	DataActions []string `json:"dataActions"`
}

// Roles are role definitions by id.
type Roles map[string]Role

// ReadRoles reads role definitions from a JSON file.
func ReadRoles(file string) (Roles, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	roles := Roles{}
	return roles, json.Unmarshal(content, &roles)
}

// Grants reports whether a role grants an action or a data action.
func (r Roles) Grants(role, action string) bool {
	definition := r[strings.ToLower(path.Base(role))]
	return anyOf(definition.Actions, action) && !anyOf(definition.NotActions, action) || anyOf(definition.DataActions, action)
}

func anyOf(patterns []string, action string) bool {
	for _, pattern := range patterns {
		text := strings.ReplaceAll(regexp.QuoteMeta(strings.ToLower(pattern)), `\*`, ".*")
		if regexp.MustCompile("^" + text + "$").MatchString(strings.ToLower(action)) {
			return true
		}
	}
	return false
}

var guid = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// AllowedRoles returns the role ids in a condition on role assignments, or nil without a condition.
func AllowedRoles(condition string) []string {
	if condition == "" {
		return nil
	}
	return append([]string{}, guid.FindAllString(strings.ToLower(condition), -1)...)
}
