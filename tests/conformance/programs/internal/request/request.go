// Package request is what every program here has in common: one JSON request on
// the standard input, one JSON answer on the standard output.
package request

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Finding is one thing to complain about. ID is the asker's own name for what was judged.
type Finding struct {
	ID      string `json:"id"`
	Message string `json:"message"`
}

// Main answers the request with what handle makes of it. Findings are an answer;
// only a program that could not do its work ends with 1.
func Main[Request, Answer any](handle func(Request) (Answer, error)) {
	if err := answer(os.Stdin, os.Stdout, handle); err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", filepath.Base(os.Args[0]), err)
		os.Exit(1)
	}
}

// answer writes nothing at all unless handle succeeds, so that half an answer is never read as a whole one.
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

// read refuses unknown fields and anything after the object: a misspelt request must not pass for a short one.
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
