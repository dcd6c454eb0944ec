package vault

import (
	"slices"
	"testing"
	"time"

	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/cells"
	"github.com/spatestream/spate/internal/store"
)

// A vault is due when a timer is by the clock, or when something ends by it; what
// events bring about needs no waking.
func TestDue(t *testing.T) {
	var none *Vault
	if none.HasTimers() || !none.Due().IsZero() {
		t.Error("a vault that there is not is due")
	}
	v := New(store.Groups{Hi: 128, Of: 128})
	if v.HasTimers() || !v.Due().IsZero() {
		t.Error("an empty vault is due at ", v.Due())
	}
	v.OpenTimers()
	v.Cells.Focus(1, []byte("key"))
	at := func(s int64) eventtime.Time { return eventtime.Of(time.Unix(s, 0)) }
	v.Timers[ByEvent].Set([]byte("event"), at(1))
	if !v.Due().IsZero() {
		t.Error(v.Due())
	}
	v.Timers[ByClock].Set([]byte("clock"), at(3))
	if !v.Due().Equal(time.Unix(3, 0)) {
		t.Error(v.Due())
	}
	var fired []string
	for k := range v.Timers {
		if err := v.Timers[k].Fire(eventtime.Watermark(5000), func(name []byte, _ eventtime.Time) error {
			fired = append(fired, string(name))
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(fired, []string{"event", "clock"}) || !v.Due().IsZero() {
		t.Error(fired, v.Due())
	}
}

// What has ended is removed, but not at the end of the input.
func TestExpire(t *testing.T) {
	v := New(store.Groups{Hi: 128, Of: 128})
	v.Cells.Focus(1, []byte("key"))
	cell := v.Cells.Cell(cells.Name{State: "kept", Type: coder(t).Enc.Type(), End: cells.ByClock})
	v.Bury(ByClock, cell, 0)
	cell.Live(0, eventtime.Of(time.Unix(2, 0)))
	cell.Set([]byte("x"))
	if due := v.Due(); due.Before(time.Unix(2, 0)) || due.After(time.Unix(3, 0)) {
		t.Error(due)
	}
	v.Expire(ByClock, eventtime.End)
	if _, ok := cell.Get(); !ok {
		t.Error("the end of the input ends no lifetime")
	}
	v.Expire(ByClock, eventtime.Watermark(10000))
	if _, ok := cell.Get(); ok || !v.Due().IsZero() {
		t.Error("it is still there", v.Due())
	}
}

func coder(t *testing.T) cells.Coder[string] {
	c, err := cells.CoderOf[string]()
	if err != nil {
		t.Fatal(err)
	}
	return c
}
