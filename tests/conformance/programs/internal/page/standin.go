package page

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"
)

// Call is one call of a stand-in.
type Call struct {
	Program, Folder string
	Args            []string
}

// answer is the output of a call, or its failure.
type answer struct {
	Output, Failure string
}

// Handler runs a call and returns its output.
type Handler func(Call) (string, error)

// Serve answers the calls of stand-ins on loopback. It returns its address and a function that ends it.
func Serve(handle Handler) (string, func(), error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		var call Call
		var given answer
		err := json.NewDecoder(in.Body).Decode(&call)
		if err == nil {
			given.Output, err = handle(call)
		}
		if err != nil {
			given.Failure = err.Error()
		}
		_ = json.NewEncoder(out).Encode(given)
	})}
	go func() { _ = server.Serve(listener) }()
	return "http://" + listener.Addr().String(), func() { _ = server.Close() }, nil
}

// Ask is the program of a stand-in: it asks the rehearsal, prints the output, and returns the exit code.
func Ask(program string, args []string) int {
	folder, _ := os.Getwd()
	body, _ := json.Marshal(Call{Program: program, Folder: folder, Args: args})
	response, err := http.Post(os.Getenv("REHEARSAL"), "application/json", bytes.NewReader(body))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer response.Body.Close()
	var given answer
	if err := json.NewDecoder(response.Body).Decode(&given); err != nil || given.Failure != "" {
		fmt.Fprintln(os.Stderr, program+":", given.Failure, err)
		return 1
	}
	fmt.Print(given.Output)
	return 0
}
