package checkpoint

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/eventtime"
)

var rewrite = flag.Bool("rewrite", false, "rewrite the transcripts with what the coordinator does")

// TestTranscripts replays testdata/*.txt: a line "> event" is answered by the
// actions below it. The language is that of parseEvent and printAction.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no transcripts", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) { replay(t, file) })
	}
}

func replay(t *testing.T, file string) {
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	var c *Coordinator
	s := bufio.NewScanner(strings.NewReader(string(want)))
	for s.Scan() {
		line := s.Text()
		switch {
		case strings.HasPrefix(line, "config"):
			c = NewCoordinator(parseConfig(t, line))
			fmt.Fprintln(&got, line)
		case strings.HasPrefix(line, "> "):
			fmt.Fprintln(&got, line)
			for _, a := range c.Step(parseEvent(t, line[2:])) {
				fmt.Fprintln(&got, "  "+printAction(a))
			}
		case line == "" || strings.HasPrefix(line, "#"):
			fmt.Fprintln(&got, line)
		}
	}
	if *rewrite {
		if err := os.WriteFile(file, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got.String() != string(want) {
		t.Errorf("got\n%s\nwant\n%s", got.String(), want)
	}
}

// args reads "name a=1 b=2" into a map.
func args(line string) map[string]string {
	m := map[string]string{}
	for _, f := range strings.Fields(line)[1:] {
		k, v, _ := strings.Cut(f, "=")
		m[k] = v
	}
	return m
}

func parseConfig(t *testing.T, line string) Config {
	a := args(line)
	cfg := Config{Sources: int(num(t, a["sources"])), State: a["state"] == "yes", NoData: true, Once: a["once"] == "yes", Drain: a["drain"] == "yes", Ride: a["ride"] == "yes"}
	for _, d := range list(a["delays"]) {
		cfg.Delays = append(cfg.Delays, num(t, d))
	}
	if a["policy"] == "max" {
		cfg.Policy = Max
	}
	return cfg
}

func parseEvent(t *testing.T, line string) Event {
	name, _, _ := strings.Cut(line, " ")
	a := args(line)
	switch name {
	case "recovered":
		return parseRecovered(t, a)
	case "restored":
		return Restored{}
	case "tick":
		return Tick{}
	case "ends":
		return Ends{Ends: offsets(a["to"]), Wants: a["wants"] == "yes", Now: eventtime.Time(num(t, a["now"]) * 1000)}
	case "logged":
		return Logged{}
	case "ran":
		r := Ran{}
		for _, m := range list(a["max"]) {
			if m == "-" {
				r.EventTimes = append(r.EventTimes, NothingSeen)
			} else {
				r.EventTimes = append(r.EventTimes, num(t, m))
			}
		}
		for _, x := range list(a["receipts"]) {
			r.Receipts = append(r.Receipts, connector.Receipt(x))
		}
		return r
	case "saved":
		return Saved{}
	case "decided":
		return Decided{}
	case "committed":
		return Committed{}
	case "commit-logged":
		return CommitLogged{}
	case "lost":
		return Lost{}
	case "retry":
		return Retry{}
	case "rest":
		return Rest{}
	case "stop":
		return Stop{}
	case "failed":
		return Failed{errors.New("boom")}
	}
	t.Fatalf("unknown event %q", line)
	return nil
}

func parseRecovered(t *testing.T, a map[string]string) Event {
	r := Recovered{Committed: -1}
	entry := func(spec string) *Entry { // epoch:offsets:watermark
		f := strings.Split(spec, ":")
		return &Entry{Epoch: connector.Epoch(num(t, f[0])), Ends: offsets(f[1]), Watermark: eventtime.Watermark(num(t, f[2]))}
	}
	if a["last"] != "" {
		r.Last = entry(a["last"])
	}
	if a["prev"] != "" {
		r.Prev = entry(a["prev"])
	}
	if a["committed"] != "" {
		f := strings.Split(a["committed"], ":")
		r.Committed, r.NextWatermark = connector.Epoch(num(t, f[0])), eventtime.Watermark(num(t, f[1]))
	}
	if a["manifest"] != "" {
		r.Manifest = &Manifest{Epoch: r.Last.Epoch, NextWatermark: eventtime.Watermark(num(t, a["manifest"]))}
	}
	return r
}

func printAction(a Action) string {
	switch a := a.(type) {
	case AskEnds:
		return fmt.Sprintf("ask ends epoch=%d from=%s watermark=%d", a.Epoch, print(a.From), a.Watermark)
	case LogOffsets:
		return fmt.Sprintf("log offsets epoch=%d to=%s watermark=%d", a.Entry.Epoch, print(a.Entry.Ends), a.Entry.Watermark)
	case Run:
		return fmt.Sprintf("run epoch=%d from=%s to=%s evict=%d", a.Epoch, print(a.From), print(a.To), a.Evict)
	case Save:
		return fmt.Sprintf("save epoch=%d", a.Epoch)
	case Decide:
		return fmt.Sprintf("decide epoch=%d next=%d", a.Epoch, a.NextWatermark)
	case CommitSinks:
		return fmt.Sprintf("commit sinks epoch=%d receipts=%d", a.Epoch, len(a.Receipts))
	case LogCommit:
		return fmt.Sprintf("log commit epoch=%d next=%d", a.Epoch, a.NextWatermark)
	case Flush:
		return "flush"
	case Forget:
		return fmt.Sprintf("forget epoch=%d", a.Epoch)
	case Restore:
		return fmt.Sprintf("restore state=%d held=%d", a.State, a.Held)
	case Report:
		return fmt.Sprintf("report epoch=%d idle=%v", a.Epoch, a.Idle)
	case End:
		return fmt.Sprintf("end error=%v", a.Err)
	}
	return fmt.Sprintf("%T", a)
}

func num(t *testing.T, s string) int64 {
	if s == "" {
		return 0
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func list(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}

func offsets(s string) []connector.Offset {
	var out []connector.Offset
	for _, f := range list(s) {
		if f == "-" {
			f = ""
		}
		out = append(out, connector.Offset(f))
	}
	return out
}

func print(o []connector.Offset) string {
	parts := make([]string, len(o))
	for i, x := range o {
		parts[i] = string(x)
		if len(x) == 0 {
			parts[i] = "-"
		}
	}
	return strings.Join(parts, ",")
}

func TestAnEventOutOfPhaseIsABug(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a Saved in the idle phase was accepted")
		}
	}()
	c := NewCoordinator(Config{Sources: 1})
	c.Step(Recovered{Committed: -1})
	c.Step(Saved{})
}
