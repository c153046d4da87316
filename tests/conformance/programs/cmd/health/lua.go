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

// limit is the time limit of Argo CD for a script. The interpreter checks it before every instruction.
const limit = time.Second

// states lists all health states of Argo CD. States without a result equal no expected result.
var states = map[string]string{
	"Healthy":     current,
	"Progressing": inProgress,
	"Degraded":    failed,
	"Suspended":   "suspended",
	"Missing":     "missing",
	"Unknown":     "unknown",
}

func (s script) run(object map[string]any) opinion {
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

// call runs the script for the object and returns its result table.
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

// open loads the libraries that Argo CD loads for user scripts: base and table, without string and
// math. It removes print and file access, because the answer uses the same output.
func open(machine *lua.LState) {
	for _, library := range []lua.LGFunction{lua.OpenBase, lua.OpenTable} {
		machine.Push(machine.NewFunction(library))
		machine.Call(0, 0)
	}
	for _, name := range []string{"print", "dofile", "loadfile"} {
		machine.SetGlobal(name, lua.LNil)
	}
}

// value converts JSON values to Lua. JSON null becomes an absent field.
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
