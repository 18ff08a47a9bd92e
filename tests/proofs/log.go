// 日志核验: a .tlog-proof judged by Go's own sumdb packages; no network.
// go run log.go VKEY PROOF: prints the leaf's place and the log's size, or fails.
package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func hash(text string) (h tlog.Hash) {
	raw, err := base64.StdEncoding.DecodeString(text)
	must(err)
	if len(raw) != len(h) {
		must(fmt.Errorf("a hash of %d bytes", len(raw)))
	}
	copy(h[:], raw)
	return h
}

func main() {
	vkey, err := os.ReadFile(os.Args[1])
	must(err)
	proof, err := os.ReadFile(os.Args[2])
	must(err)
	head, checkpoint, found := strings.Cut(string(proof), "\n\n")
	lines := strings.Split(head, "\n")
	if !found || len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" {
		must(fmt.Errorf("not a proof"))
	}
	raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra "))
	must(err)
	var extra struct{ Leaf string }
	must(json.Unmarshal(raw, &extra))
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64)
	must(err)
	var path tlog.RecordProof
	for _, line := range lines[3:] {
		path = append(path, hash(line))
	}
	verifier, err := note.NewVerifier(strings.Split(strings.TrimSpace(string(vkey)), "\n")[0])
	must(err)
	signed, err := note.Open([]byte(checkpoint), note.VerifierList(verifier))
	must(err)
	parts := strings.Split(signed.Text, "\n")
	if parts[0] != verifier.Name() {
		must(fmt.Errorf("another log"))
	}
	size, err := strconv.ParseInt(parts[1], 10, 64)
	must(err)
	must(tlog.CheckRecord(path, size, hash(parts[2]), index, tlog.RecordHash([]byte(extra.Leaf))))
	fmt.Println(index, size)
}
