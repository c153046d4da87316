// Package request reads one JSON request from standard input and writes one JSON answer to standard
// output.
package request

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Finding is one finding. ID is the name that the request gives to the checked item.
type Finding struct {
	ID      string `json:"id"`
	Message string `json:"message"`
}

// Main answers the request with the result of handle. Findings are a valid answer. The exit code is 1
// only if the program fails.
func Main[Request, Answer any](handle func(Request) (Answer, error)) {
	if err := answer(os.Stdin, os.Stdout, handle); err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", filepath.Base(os.Args[0]), err)
		os.Exit(1)
	}
}

// answer writes only after handle succeeds, so that no partial answer is written.
func answer[Request, Answer any](in io.Reader, out io.Writer, handle func(Request) (Answer, error)) error {
	var asked Request
	if err := read(in, &asked); err != nil {
		return fmt.Errorf("bad request: %w", err)
	}
	given, err := handle(asked)
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(given)
}

// read rejects unknown fields and data after the object.
func read(in io.Reader, into any) error {
	decoder := json.NewDecoder(in)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one JSON document")
	}
	return nil
}
