package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
)

// dataSeed makes every run measure the same bytes.
const dataSeed = 20260

// vocabulary is how many words the texts have; word k comes up with a
// probability of about 1/k (Zipf's law, exponent 1).
const vocabulary = 100_000

// generate fills dir with the data of all lanes, about size bytes each, unless
// it is there already.
func generate(dir string, size int64) error {
	for name, write := range map[string]func(dir string, size int64) error{
		"text": writeText, "ysb": writeEvents, "ads": writeAds, "three": writeThree,
	} {
		target := filepath.Join(dir, name)
		if _, err := os.Stat(target); err == nil {
			continue
		}
		fmt.Fprintf(os.Stderr, "bench: writing %s\n", target)
		part := target + ".part"
		if err := os.RemoveAll(part); err != nil {
			return err
		}
		if err := os.MkdirAll(part, 0o755); err != nil {
			return err
		}
		if err := write(part, size); err != nil {
			return err
		}
		if err := os.Rename(part, target); err != nil {
			return err
		}
	}
	return nil
}

// writeFile writes lines that line appends until about size bytes are there.
func writeFile(name string, size int64, line func([]byte) []byte) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	var buf []byte
	for n := int64(0); n < size; n += int64(len(buf)) {
		buf = line(buf[:0])
		if _, err := w.Write(buf); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}

// writeText writes four files of lines of about 100 bytes: words of Zipf(1.0)
// with one blank between.
func writeText(dir string, size int64) error {
	r := rand.New(rand.NewPCG(dataSeed, 1))
	words := make([]string, vocabulary)
	for i := range words {
		w := make([]byte, 2+r.IntN(9))
		for k := range w {
			w[k] = byte('a' + r.IntN(26))
		}
		words[i] = string(w)
	}
	line := func(b []byte) []byte {
		for len(b) < 95 {
			k := int(math.Exp(r.Float64() * math.Log(vocabulary)))
			b = append(append(b, words[min(k, vocabulary-1)]...), ' ')
		}
		b[len(b)-1] = '\n'
		return b
	}
	for i := range 4 {
		if err := writeFile(filepath.Join(dir, fmt.Sprintf("part-%d.txt", i)), size/4, line); err != nil {
			return err
		}
	}
	return nil
}

func appendUUID(b []byte, r *rand.Rand) []byte {
	return fmt.Appendf(b, "%08x-%04x-%04x-%04x-%012x", r.Uint32(), r.Uint32()>>16, r.Uint32()>>16, r.Uint32()>>16, r.Uint64()>>16)
}

// ads are 1000 ads, ten of each of 100 campaigns.
func ads() (ids, campaigns []string) {
	r := rand.New(rand.NewPCG(dataSeed, 2))
	for range 100 {
		campaigns = append(campaigns, string(appendUUID(nil, r)))
	}
	for range 1000 {
		ids = append(ids, string(appendUUID(nil, r)))
	}
	return ids, campaigns
}

// writeAds writes the table of ads: their place in the list, id and campaign.
func writeAds(dir string, _ int64) error {
	ids, campaigns := ads()
	var b []byte
	for i, id := range ids {
		b = fmt.Appendf(b, `{"n": %d, "ad_id": "%s", "campaign_id": "%s"}`+"\n", i, id, campaigns[i/10])
	}
	return os.WriteFile(filepath.Join(dir, "part-0.json"), b, 0o644)
}

// writeEvents writes the events of the Yahoo streaming benchmark as Yahoo's
// generator prints them: 7 strings, in catch-up mode 10 ms apart, 4 files.
func writeEvents(dir string, size int64) error {
	r := rand.New(rand.NewPCG(dataSeed, 3))
	ids, _ := ads()
	users := make([]string, 100)
	for i := range users {
		users[i] = string(appendUUID(nil, r))
	}
	kinds := []string{"banner", "modal", "sponsored-search", "mail", "mobile"}
	types := []string{"view", "click", "purchase"}
	at := int64(1_700_000_000_000)
	line := func(b []byte) []byte {
		at += 10
		for _, part := range []string{
			`{"user_id": "`, users[r.IntN(100)], `", "page_id": "`, users[r.IntN(100)], `", "ad_id": "`, ids[r.IntN(1000)],
			`", "ad_type": "`, kinds[r.IntN(5)], `", "event_type": "`, types[r.IntN(3)], `", "event_time": "`,
		} {
			b = append(b, part...)
		}
		b = strconv.AppendInt(b, at, 10)
		return append(b, "\", \"ip_address\": \"1.2.3.4\"}\n"...)
	}
	for i := range 4 {
		if err := writeFile(filepath.Join(dir, fmt.Sprintf("part-%d.json", i)), size/4, line); err != nil {
			return err
		}
	}
	return nil
}

// writeThree writes the three lines of the start lane.
func writeThree(dir string, _ int64) error {
	return os.WriteFile(filepath.Join(dir, "a.txt"), slices.Concat([]byte("one\n"), []byte("two\n"), []byte("three\n")), 0o644)
}

// countLines counts the lines of the files of a folder, or of one file.
func countLines(path string) (int64, error) {
	n := int64(0)
	err := filepath.WalkDir(path, func(file string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			err = addLines(&n, file)
		}
		return err
	})
	return n, err
}

func addLines(n *int64, file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	buf := make([]byte, 1<<18) // small: what this process holds counts as its children's (getrusage)
	for {
		k, err := f.Read(buf)
		*n += int64(bytes.Count(buf[:k], []byte{'\n'}))
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// writeParquet makes the events once more as Parquet, by Spate itself.
func writeParquet(s spate, dir string) error {
	if _, err := os.Stat(filepath.Join(dir, "parquet")); err == nil {
		return nil
	}
	l := lane{Tables: []table{{Name: "events", Format: "json", Schema: eventSchema, Options: map[string]string{"path": filepath.Join(dir, "ysb")}}}}
	file, err := s.script("parquet", l.tables(true)+"CREATE TABLE copy USING parquet LOCATION '"+filepath.Join(dir, "parquet")+"' AS SELECT * FROM events")
	if err != nil {
		return err
	}
	if _, err := s.run("", false, "sql", "-f", file); err != nil {
		fmt.Fprintln(os.Stderr, "bench: no Parquet lane:", err)
	}
	return nil
}
