package main

import (
	"context"
	"fmt"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// script is one health check of Argo CD's resource.customizations.
type script struct {
	ID     string `json:"id"`
	Source string `json:"source"`
}

// limit is what Argo CD grants a script. The interpreter looks at the clock before every instruction.
const limit = time.Second

// states are all that Argo CD accepts. Those without a verdict of ours agree with no expectation.
var states = map[string]string{
	"Healthy":     current,
	"Progressing": inProgress,
	"Degraded":    failed,
	"Suspended":   "suspended",
	"Missing":     "missing",
	"Unknown":     "unknown",
}

func (s script) judge(object map[string]any) opinion {
	result, err := s.call(object)
	if err != nil {
		return opinion{broken, err.Error()}
	}
	state := lua.LVAsString(result.RawGetString("status"))
	message := lua.LVAsString(result.RawGetString("message"))
	verdict, ok := states[state]
	if !ok {
		return opinion{broken, fmt.Sprintf("%q is no health status", state)}
	}
	return opinion{verdict, state + ": " + message}
}

// call runs the script over the object and returns the table that it hands back.
func (s script) call(object map[string]any) (*lua.LTable, error) {
	machine := lua.NewState(lua.Options{SkipOpenLibs: true})
	defer machine.Close()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	machine.SetContext(ctx)
	open(machine)
	machine.SetGlobal("obj", value(machine, object))
	if err := machine.DoString(s.Source); err != nil {
		return nil, err
	}
	result, ok := machine.Get(-1).(*lua.LTable)
	if !ok {
		return nil, fmt.Errorf("returns a %s, not a table", machine.Get(-1).Type())
	}
	return result, nil
}

// open gives a script the libraries that Argo CD opens for a user's own script: base and table, neither string
// nor math (its built-in scripts have all). Without print and files: the answer goes to the same output.
func open(machine *lua.LState) {
	for _, library := range []lua.LGFunction{lua.OpenBase, lua.OpenTable} {
		machine.Push(machine.NewFunction(library))
		machine.Call(0, 0)
	}
	for _, name := range []string{"print", "dofile", "loadfile"} {
		machine.SetGlobal(name, lua.LNil)
	}
}

// value turns what JSON can say into Lua; null is an absent field there.
func value(machine *lua.LState, from any) lua.LValue {
	switch from := from.(type) {
	case bool:
		return lua.LBool(from)
	case float64:
		return lua.LNumber(from)
	case int64:
		return lua.LNumber(from)
	case string:
		return lua.LString(from)
	case []any:
		table := machine.NewTable()
		for _, item := range from {
			table.Append(value(machine, item))
		}
		return table
	case map[string]any:
		table := machine.NewTable()
		for key, item := range from {
			table.RawSetString(key, value(machine, item))
		}
		return table
	}
	return lua.LNil
}
