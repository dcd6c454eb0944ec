package faulttest

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"path"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/internal/vfs/simfs"
)

// bulky keeps state that is too large for a manifest: its deltas are files.
var bulky = `CREATE STREAMING TABLE out USING json OPTIONS (path '/out') AS
	SELECT DISTINCT w, k, v, c FROM (SELECT window(ts, '10 seconds') AS w, k, v, concat(` + noise(150) + `) AS c
		FROM STREAM src WATERMARK ts DELAY OF INTERVAL 0 SECONDS)`

// noise is text that no compression makes smaller, n times 64 characters.
func noise(n int) string {
	var parts []string
	for i := range n {
		parts = append(parts, fmt.Sprintf("sha2(concat(k, v, '%d'), 256)", i))
	}
	return strings.Join(parts, ", ")
}

// timed puts out the time of the batch, which an epoch that runs again keeps.
const timed = `CREATE STREAMING TABLE out USING json OPTIONS (path '/out') AS
	SELECT current_timestamp() AS now, v FROM STREAM src`

// chancy draws lots. An epoch that runs again draws others, so what was shown
// and what is remembered must come from one draw: no pair is shown twice.
const chancy = `CREATE STREAMING TABLE out USING json OPTIONS (path '/out') AS
	SELECT DISTINCT w, r FROM (SELECT window(ts, '200 seconds') AS w, floor(rand() * 40) AS r FROM STREAM src WATERMARK ts DELAY OF INTERVAL 100 SECONDS)`

// bugs each break one promise; the suite must notice every one of them.
var bugs = []struct {
	name, sql string
	suspect   suspect
}{
	{"offsets are not synced", inFiles + filter, lying(liar{noSync: "/ck/offsets/"})},
	{"the log of the source is not synced", inFiles + filter, lying(liar{noSync: "/ck/sources/"})},
	{"manifests are not synced", inFiles + distinct, lying(liar{noSync: "/ck/state/epochs/"})},
	{"segments are not synced", inSegments + windows, lying(liar{noSync: "/ck/log/"})},
	{"segments of a query without state are not synced", inSegments + filter, lying(liar{noSync: "/ck/log/"})},
	{"the folder of the segments is not synced", inSegments + windows, lying(liar{noSyncDir: "/ck/log"})},
	{"state files are not synced", bulky, lying(liar{noSync: ".delta"})},
	{"part files are not synced", inFiles + filter, lying(liar{noSync: "/out/part-"})},
	{"entries of _spark_metadata are not synced", inFiles + filter, lying(liar{noSync: "/out/_spark_metadata/"})},
	{"the folder offsets is not synced", inFiles + distinct, lying(liar{noSyncDir: "/ck/offsets"})},
	{"the folder of the source is not synced", inFiles + distinct, lying(liar{noSyncDir: "/ck/sources/0"})},
	{"the folder of the manifests is not synced", inFiles + distinct, lying(liar{noSyncDir: "/ck/state/epochs"})},
	{"the folder of the state files is not synced", bulky, lying(liar{noSyncDir: "/ck/state/aggregate-0"})},
	{"the folder of the output is not synced", inFiles + distinct, lying(liar{noSyncDir: "/out"})},
	{"the folder _spark_metadata is not synced", inFiles + distinct, lying(liar{noSyncDir: "/out/_spark_metadata"})},
	{"rename copies", inFiles + distinct, lying(liar{copying: true})},
	{"files are written in place", inFiles + distinct, lying(liar{inPlace: true})},
	{"what a killed process left is trusted", inFiles + distinct, lying(liar{noAdopt: true})},
	{"a delta of the state is dropped", inFiles + distinct, lying(liar{edit: "/ck/state/epochs/", to: dropLastDelta})},
	{"the logged watermark is lost", inFiles + windows, lying(liar{edit: "/ck/offsets/", to: replacing(`"batchWatermarkMs":\d+`, `"batchWatermarkMs":0`)})},
	{"the logged batch time is lost", timed, suspect{fs: liar{edit: "/ck/offsets/", to: replacing(`"batchTimestampMs":\d+`, `"batchTimestampMs":1`)}.plant, check: timesAreLogged}},
	{"the sink commits what it prepares", chancy, suspect{check: noneTwice, seed: new(uint64), connectors: brokenSink(func(s connector.Sink, _ vfs.FS) connector.Sink { return hasty{s} })}},
	{"the sink commits an epoch twice", inFiles + filter, suspect{connectors: brokenSink(func(s connector.Sink, fs vfs.FS) connector.Sink { return repeating{s, fs} })}},
	{"the source reads something else the second time", inFiles + filter, suspect{connectors: brokenSource(func(s fileSource, _ vfs.FS) connector.Source {
		return unsteady{s, map[string]bool{}}
	})}},
	{"the source forgets early", inFiles + filter, suspect{connectors: brokenSource(func(s fileSource, fs vfs.FS) connector.Source { return forgetful{s, fs} })}},
}

func (l liar) plant(fs vfs.FS) vfs.FS {
	l.FS = fs
	return &l
}

func lying(l liar) suspect { return suspect{fs: l.plant} }

// replacing changes a log file, and its checksum with it.
func replacing(pattern, by string) func([]byte) []byte {
	re := regexp.MustCompile(pattern)
	return func(b []byte) []byte {
		plain, err := vfs.CheckLines(b)
		if err != nil {
			panic(err)
		}
		return vfs.WithChecksum(re.ReplaceAll(plain, []byte(by)))
	}
}

// timesAreLogged checks that each batch time of the output is one of the offset
// log's.
func timesAreLogged(fs vfs.FS, output string) error {
	times := map[string]bool{}
	entries, err := fs.List("/ck/offsets")
	for _, e := range entries {
		data, err := vfs.ReadFile(fs, path.Join("/ck/offsets", e.Name))
		if err != nil {
			return err
		}
		var m struct{ BatchTimestampMs json.Number }
		if lines := strings.Split(string(data), "\n"); len(lines) > 1 && json.Unmarshal([]byte(lines[1]), &m) == nil {
			times[m.BatchTimestampMs.String()] = true
		}
	}
	for line := range strings.Lines(output) {
		text, _, _ := strings.Cut(line, ",")
		now, err := time.Parse(time.RFC3339, text)
		if err != nil || !times[fmt.Sprint(now.UnixMilli())] {
			return fmt.Errorf("the batch time %s is not in the offset log %v", text, err)
		}
	}
	return err
}

func noneTwice(_ vfs.FS, output string) error {
	seen := map[string]bool{}
	for line := range strings.Lines(output) {
		if line = strings.TrimSpace(line); seen[line] {
			return fmt.Errorf("%s came twice", line)
		}
		seen[line] = true
	}
	return nil
}

// The suite catches every bug, so it would catch it in the engine.
func TestPlantedBugs(t *testing.T) {
	for _, b := range bugs {
		t.Run(b.name, func(t *testing.T) {
			t.Parallel()
			want, _ := honest.undisturbed(t, b.sql)
			disturbances, err := b.suspect.disturbed(t, b.sql, want, 400)
			if err == nil {
				t.Fatalf("not caught by %d disturbances", disturbances)
			}
			if b.suspect.check == nil {
				if got, _ := b.suspect.undisturbed(t, b.sql); got != want {
					t.Log("it shows in a run without disturbance, too")
				}
			}
			t.Logf("caught by disturbance %d: %.300s", disturbances, err)
		})
	}
}

// And it does not cry wolf: the same disturbances leave the honest engine
// alone.
func TestNoBugIsFoundWithoutOne(t *testing.T) {
	for _, c := range []struct {
		name, sql string
		suspect   suspect
	}{{"filter", inFiles + filter, honest}, {"window", inFiles + windows, honest}, {"distinct", inFiles + distinct, honest},
		{"large state", bulky, honest}, {"batch time", timed, suspect{check: timesAreLogged}}, {"lots", chancy, suspect{check: noneTwice, seed: new(uint64)}}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			n := 40
			if long {
				n = 400
			}
			want, _ := honest.undisturbed(t, c.sql)
			if n, err := c.suspect.disturbed(t, c.sql, want, n); err != nil {
				t.Errorf("disturbance %d: %v", n, err)
			}
		})
	}
}

// disturbed runs the query through up to n histories, each of a death at a
// random point, a power cut at a random call, or one after the other, and
// returns what went wrong first.
func (s suspect) disturbed(t *testing.T, sql, want string, n int) (disturbances int, wrong error) {
	rng := rand.New(rand.NewPCG(1, 1))
	_, calls := s.undisturbed(t, sql)
	for i := range n {
		d := newDisk(t, uint64(i))
		if err := s.history(&d, sql, calls, rng, i%3); err != nil {
			return i + 1, err
		}
		if err := s.outlive(d, sql, want); err != nil {
			return i + 1, err
		}
	}
	return n, nil
}

func (s suspect) history(d **simfs.Disk, sql string, calls int, rng *rand.Rand, kind int) error {
	if kind != 0 {
		if err := s.dies(*d, sql, rng); err != nil {
			return err
		}
		calls = 80 // in the second life those that matter come first
	}
	if kind != 1 {
		err := s.life(simfs.NewFaults(simfs.CutAt(1 + rng.IntN(calls))).Wrap(*d)).run(sql)
		if err != nil && !errors.Is(err, simfs.ErrPowerCut) {
			return err
		}
		*d = (*d).Recover(rng.Uint64())
	}
	return nil
}

// dies is a life that ends at a random point, or before a name it has just made
// is durable.
func (s suspect) dies(d *simfs.Disk, sql string, rng *rand.Rand) error {
	var l life
	if rng.IntN(2) == 0 {
		l = s.life(d)
		l.fail = dieAt(points[rng.IntN(len(points))], 1+rng.IntN(files))
	} else {
		l = s.life(simfs.NewFaults(simfs.Rule{Op: simfs.OpSyncDir, N: 1 + rng.IntN(8*files), Always: true, Err: errDied}).Wrap(d))
	}
	err := l.run(sql)
	d.Kill()
	if errors.Is(err, errDied) {
		return nil
	}
	return err
}
