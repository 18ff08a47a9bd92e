// 日志核验: a .tlog-proof judged by Go's own sumdb packages.
// go run log.go VKEY PROOF: prints the leaf's place and the log's size, or fails; no network.
// go run log.go VKEY PROOF LOG: follows the log as well, at an address or in a folder that mirrors it,
// and prints every event of the same certificate: issue, suspend, resume, reissue, correct, revoke.
package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
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

// head is what a signed checkpoint of this log says.
func head(checkpoint []byte, verifier note.Verifier) tlog.Tree {
	signed, err := note.Open(checkpoint, note.VerifierList(verifier))
	must(err)
	parts := strings.Split(signed.Text, "\n")
	if parts[0] != verifier.Name() {
		must(fmt.Errorf("another log"))
	}
	size, err := strconv.ParseInt(parts[1], 10, 64)
	must(err)
	return tlog.Tree{N: size, Hash: hash(parts[2])}
}

// public is a log as its files lie (C2SP tlog-tiles).
type public string

func (log public) file(path string) ([]byte, error) {
	if !strings.Contains(string(log), "://") {
		return os.ReadFile(filepath.Join(string(log), filepath.FromSlash(path)))
	}
	answer, err := http.Get(string(log) + "/" + path)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != 200 {
		return nil, fmt.Errorf("%s: %s", path, answer.Status)
	}
	return io.ReadAll(answer.Body)
}

// A tile of height 8 lies there without its height; the leaves under it lie beside it.
func (public) path(tile tlog.Tile, under string) string {
	return strings.Replace(tile.Path(), "tile/8/", under, 1)
}

func (public) Height() int { return 8 }

func (log public) ReadTiles(tiles []tlog.Tile) (found [][]byte, err error) {
	for _, tile := range tiles {
		data, err := log.file(log.path(tile, "tile/"))
		if err != nil {
			return nil, err
		}
		found = append(found, data)
	}
	return found, nil
}

func (public) SaveTiles([]tlog.Tile, [][]byte) {}

// events are the kinds of every leaf that names this certificate, each proved by the log's head,
// which has to grow out of the tree before.
func (log public) events(reference string, before tlog.Tree, verifier note.Verifier) (kinds []string) {
	checkpoint, err := log.file("checkpoint")
	must(err)
	now := head(checkpoint, verifier)
	reader := tlog.TileHashReader(now, log)
	if before.N < now.N {
		grown, err := tlog.ProveTree(now.N, before.N, reader)
		must(err)
		must(tlog.CheckTree(grown, now.N, now.Hash, before.N, before.Hash))
	}
	for from := int64(0); from < now.N; from += 256 {
		width := now.N - from
		if width > 256 {
			width = 256
		}
		tile := tlog.Tile{H: 8, L: 0, N: from / 256, W: int(width)}
		bundle, err := log.file(strings.Replace(log.path(tile, "tile/"), "tile/0/", "tile/entries/", 1))
		must(err)
		var places []int64
		for at := from; at < from+width; at++ {
			places = append(places, tlog.StoredHashIndex(0, at))
		}
		hashes, err := reader.ReadHashes(places)
		must(err)
		for _, its := range hashes {
			if len(bundle) < 2 || len(bundle) < 2+int(bundle[0])<<8+int(bundle[1]) {
				must(fmt.Errorf("entries cut off"))
			}
			end := 2 + int(bundle[0])<<8 + int(bundle[1])
			leaf := bundle[2:end]
			bundle = bundle[end:]
			if tlog.RecordHash(leaf) != its {
				must(fmt.Errorf("an entry that is not in the tree"))
			}
			var event struct{ Ref, T string }
			must(json.Unmarshal(leaf, &event))
			if event.Ref == reference {
				kinds = append(kinds, event.T)
			}
		}
	}
	return kinds
}

func main() {
	vkey, err := os.ReadFile(os.Args[1])
	must(err)
	proof, err := os.ReadFile(os.Args[2])
	must(err)
	text, checkpoint, found := strings.Cut(string(proof), "\n\n")
	lines := strings.Split(text, "\n")
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
	tree := head([]byte(checkpoint), verifier)
	must(tlog.CheckRecord(path, tree.N, tree.Hash, index, tlog.RecordHash([]byte(extra.Leaf))))
	fmt.Println(index, tree.N)
	if len(os.Args) > 3 {
		var leaf struct{ Ref string }
		must(json.Unmarshal([]byte(extra.Leaf), &leaf))
		fmt.Println(strings.Join(public(os.Args[3]).events(leaf.Ref, tree, verifier), " "))
	}
}
