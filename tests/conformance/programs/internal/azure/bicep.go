package azure

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Declared is a resource of a Bicep file. Body holds its literal values; a reference stays as its
// text in a value of type Expression.
type Declared struct {
	Symbol, Type string
	Existing     bool
	Body         map[string]any
}

// Expression is a Bicep expression that is not a literal.
type Expression string

var resource = regexp.MustCompile(`^resource (\w+) '([^@']+)@[^']+' (existing )?= (\{)$`)

// ReadBicep reads the resources of a Bicep file with literal bodies, one value per line.
func ReadBicep(text string) ([]Declared, error) {
	lines := &lines{all: strings.Split(text, "\n")}
	var found []Declared
	for {
		line, more := lines.next()
		if !more {
			return found, nil
		}
		if match := resource.FindStringSubmatch(line); match != nil {
			body, err := lines.object()
			if err != nil {
				return nil, fmt.Errorf("%s: %w", match[1], err)
			}
			found = append(found, Declared{Symbol: match[1], Type: match[2], Existing: match[3] != "", Body: body})
		}
	}
}

type lines struct {
	all []string
	at  int
}

// next returns the next line without indentation, comments and empty lines.
func (l *lines) next() (string, bool) {
	for l.at < len(l.all) {
		line := strings.TrimSpace(l.all[l.at])
		l.at++
		if line != "" && !strings.HasPrefix(line, "//") {
			return line, true
		}
	}
	return "", false
}

// object reads the lines up to the closing brace.
func (l *lines) object() (map[string]any, error) {
	object := map[string]any{}
	for {
		line, more := l.next()
		if !more {
			return nil, fmt.Errorf("no closing brace")
		}
		if line == "}" {
			return object, nil
		}
		key, rest, found := strings.Cut(line, ": ")
		if !found {
			return nil, fmt.Errorf("no value in %q", line)
		}
		value, err := l.value(rest)
		if err != nil {
			return nil, err
		}
		object[strings.Trim(key, "'")] = value
	}
}

func (l *lines) list() ([]any, error) {
	var list []any
	for {
		line, more := l.next()
		if !more {
			return nil, fmt.Errorf("no closing bracket")
		}
		if line == "]" {
			return list, nil
		}
		value, err := l.value(line)
		if err != nil {
			return nil, err
		}
		list = append(list, value)
	}
}

// value reads a value that begins on the current line.
func (l *lines) value(text string) (any, error) {
	switch {
	case text == "{":
		return l.object()
	case text == "[":
		return l.list()
	case text == "{}":
		return map[string]any{}, nil
	case text == "[]":
		return []any{}, nil
	case strings.HasPrefix(text, "'"):
		return strings.ReplaceAll(strings.Trim(text, "'"), `\'`, "'"), nil
	case text == "true" || text == "false":
		return text == "true", nil
	}
	if number, err := strconv.ParseInt(text, 10, 64); err == nil {
		return number, nil
	}
	return Expression(text), nil
}
