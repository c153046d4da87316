package request

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

type question struct {
	Name string `json:"name"`
}

func greet(asked question) ([]Finding, error) {
	if asked.Name == "" {
		return nil, errors.New("no name")
	}
	return []Finding{{ID: asked.Name, Message: "a < b"}}, nil
}

func TestAnswersOneRequest(t *testing.T) {
	var out bytes.Buffer
	if err := answer(strings.NewReader(`{"name":"x"}`), &out, greet); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), `"message": "a < b"`) {
		t.Errorf("unexpected answer: %s", out.String())
	}
}

func TestRefusesWhatIsNoRequest(t *testing.T) {
	for _, bad := range []string{``, `{"name":"x"} {}`, `{"naem":"x"}`, `[]`, `{"name":""}`} {
		var out bytes.Buffer
		if answer(strings.NewReader(bad), &out, greet) == nil || out.Len() > 0 {
			t.Errorf("%q was answered: %s", bad, out.String())
		}
	}
}
