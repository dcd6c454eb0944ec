package task

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/sqltype"
)

// spy is an operator that writes down what happens to it and emits a row
// whenever it may.
type spy struct {
	name   string
	log    *[]string
	delay  eventtime.Watermark
	closed error
}

func (s *spy) note(format string, args ...any) {
	*s.log = append(*s.log, s.name+" "+fmt.Sprintf(format, args...))
}

func (s *spy) Open(*Context) error { s.note("open"); return nil }

func (s *spy) Push(in int, b *columnar.Batch, out Out) error {
	s.note("push %d", in)
	return out.Emit(b)
}

func (s *spy) Advance(w eventtime.Watermark, out Out) error {
	s.note("advance %d", w)
	return out.Emit(row())
}

func (s *spy) Flush(Out) error { s.note("flush"); return nil }

func (s *spy) End(in int, out Out) error {
	s.note("end %d", in)
	return out.Emit(row())
}

func (s *spy) Hold(w eventtime.Watermark) { s.note("hold %d", w) }

func (s *spy) Delay(w eventtime.Watermark) eventtime.Watermark { return w - s.delay }

func (s *spy) Close() error { s.note("close"); return s.closed }

func row() *columnar.Batch {
	b := columnar.NewBatch(sqltype.NewStruct(sqltype.F("a", sqltype.Long)))
	columnar.AppendFixed(b.Cols[0], int64(1))
	b.Len = 1
	return b
}

type end struct{ log *[]string }

func (e end) Write(*columnar.Batch) error {
	*e.log = append(*e.log, "out")
	return nil
}

func expect(t *testing.T, log *[]string, want ...string) {
	t.Helper()
	if !slices.Equal(*log, want) {
		t.Errorf("got  %q\nwant %q", *log, want)
	}
	*log = nil
}

// Two inputs, one through a, meet in j; a's rows are older than the watermark
// by 3.
func diamond(t *testing.T, log *[]string) *Chain {
	c := NewChain(&Context{}, end{log})
	j, _ := c.Add(&spy{name: "j", log: log}, ToOutlet, 0)
	a, err := c.Add(&spy{name: "a", log: log, delay: 3}, j, 0)
	if err != nil {
		t.Fatal(err)
	}
	c.Input(a, 0)
	c.Input(j, 1)
	expect(t, log, "j open", "a open")
	return c
}

func TestWhatAnOperatorEmitsArrivesBeforeTheNextAdvances(t *testing.T) {
	var log []string
	c := diamond(t, &log)
	c.Push(1, row())
	expect(t, &log, "j push 1", "out")
	c.Advance(10)
	expect(t, &log, "a advance 10", "j push 0", "out", "j advance 7", "out")
	c.Hold(20)
	slices.Sort(log)
	expect(t, &log, "a hold 20", "j hold 17")
	if got := c.Out(10); got != 7 {
		t.Errorf("the watermark leaves as %d, want 7", got)
	}
	c.Flush()
	expect(t, &log, "a flush", "j flush")
	if s := c.Stats(); s.RowsIn != 1 || s.RowsOut != 3 {
		t.Errorf("%+v", s)
	}
}

func TestAnInputEndsWhenAllThatFeedsItHasEnded(t *testing.T) {
	var log []string
	c := diamond(t, &log)
	c.End(0)
	expect(t, &log, "a end 0", "j push 0", "out", "j end 0", "out")
	c.End(1)
	expect(t, &log, "j end 1", "out")
	c.End(0) // a graph that runs again
	expect(t, &log, "a end 0", "j push 0", "out", "j end 0", "out")
}

func TestAUnionEndsOnce(t *testing.T) {
	var log []string
	c := NewChain(&Context{}, end{&log})
	a, _ := c.Add(&spy{name: "a", log: &log}, ToOutlet, 0)
	c.Input(a, 0)
	c.Input(a, 0)
	log = nil
	c.End(0)
	expect(t, &log)
	c.End(1)
	expect(t, &log, "a end 0", "out")
}

func TestCloseClosesAll(t *testing.T) {
	var log []string
	broken := errors.New("broken")
	c := NewChain(&Context{}, end{&log})
	b, _ := c.Add(&spy{name: "b", log: &log}, ToOutlet, 0)
	c.Add(&spy{name: "a", log: &log, closed: broken}, b, 0)
	log = nil
	if err := c.Close(); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
	expect(t, &log, "a close", "b close")
}

func TestEventTimesOfPartsAddUp(t *testing.T) {
	a := EventTimes{2, 5, 9, 14}
	if got := a.Plus(EventTimes{}); got != a {
		t.Errorf("%+v", got)
	}
	if got := (EventTimes{}).Plus(a).Plus(EventTimes{1, -1, -1, -1}); got != (EventTimes{3, -1, 9, 13}) {
		t.Errorf("%+v", got)
	}
}
