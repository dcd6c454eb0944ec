package calls

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

// desk is an owner whose attempts run when the test says so.
type desk struct {
	*Calls[string, string]
	now      time.Time
	begun    int
	attempts map[int]func() // that have not returned, by the number of their beginning
	got      []string
	again    int
	answer   func(ctx context.Context, e string) (string, error)
	cancel   context.CancelFunc
}

func newDesk(t *testing.T, s Settings) *desk {
	d := &desk{now: time.Unix(0, 0), attempts: map[int]func(){}}
	d.answer = func(_ context.Context, e string) (string, error) { return strings.ToUpper(e), nil }
	ctx, cancel := context.WithCancel(t.Context())
	d.cancel = cancel
	t.Cleanup(cancel)
	owner := Owner{
		Now:   func() time.Time { return d.now },
		Go:    func(ctx context.Context, f func(context.Context)) { d.begun++; d.attempts[d.begun] = func() { f(ctx) } },
		Rouse: func() {},
		Again: func() { d.again++ },
	}
	ask := func(ctx context.Context, e string) (string, error) { return d.answer(ctx, e) }
	give := func(e string, out string, err error) {
		if err != nil {
			out = err.Error()
		}
		d.got = append(d.got, e+":"+out)
	}
	d.Calls = New(ctx, &s, owner, ask, give)
	return d
}

// take enters events, each by its first letter as its key.
func (d *desk) take(events ...string) {
	for _, e := range events {
		d.Take(e, e[:1])
	}
	d.Start()
}

// returns has attempts return, by the number of their beginning, and attends.
func (d *desk) returns(attempts ...int) {
	for _, n := range attempts {
		f := d.attempts[n]
		delete(d.attempts, n)
		f()
	}
	d.Attend()
}

func (d *desk) want(t *testing.T, got string) {
	t.Helper()
	if text := strings.Join(d.got, " "); text != got {
		t.Errorf("%q, not %q", text, got)
	}
}

func TestOrders(t *testing.T) {
	for order, want := range map[Order]string{Ordered: "a1:A1 a2:A2 b1:B1", Unordered: "b1:B1 a2:A2 a1:A1", ByKey: "b1:B1 a1:A1 a2:A2"} {
		d := newDesk(t, Settings{InFlight: 9, Order: order, Attempts: 1})
		d.take("a1", "a2", "b1")
		if order == ByKey {
			d.returns(2)
			d.returns(1)
			d.returns(3)
		} else {
			d.returns(3)
			d.returns(2)
			d.returns(1)
		}
		d.want(t, want)
		if d.Len() != 0 || !d.Due().IsZero() {
			t.Error(order, d.Len(), d.Due())
		}
	}
}

func TestInFlight(t *testing.T) {
	d := newDesk(t, Settings{InFlight: 2, Attempts: 1})
	d.take("a", "b", "c", "d")
	if len(d.attempts) != 2 || d.Len() != 4 {
		t.Error(len(d.attempts), d.Len())
	}
	d.returns(2)
	if d.want(t, ""); len(d.attempts) != 2 {
		t.Error(len(d.attempts))
	}
	d.returns(1, 3)
	d.returns(4)
	d.want(t, "a:A b:B c:C d:D")
}

// A call is tried again after waits that double, and what took too long counts as
// failed, whatever it says later; it is under way until it returns.
func TestAttempts(t *testing.T) {
	d := newDesk(t, Settings{InFlight: 9, Attempts: 3, Timeout: time.Minute, First: time.Second, Longest: time.Hour})
	d.answer = func(context.Context, string) (string, error) { return "", errors.New("no") }
	d.take("a")
	d.now = d.Due()
	d.Wake(d.now) // too late
	if d.again != 1 || !d.Due().Equal(time.Unix(61, 0)) {
		t.Error(d.again, d.Due())
	}
	d.now = d.Due()
	d.Wake(d.now)
	d.returns(1)
	d.returns(2)
	if d.again != 2 || !d.Due().Equal(time.Unix(63, 0)) {
		t.Error(d.again, d.Due())
	}
	d.now = d.Due()
	d.Wake(d.now)
	d.returns(3)
	d.want(t, "a:after 3 attempts: no")
	d.take("b")
	d.answer = func(context.Context, string) (string, error) { panic("never") }
	d.returns(4)
	if d.again != 2 || len(d.got) != 2 || !strings.Contains(d.got[1], "panicked: never") {
		t.Error(d.again, d.got)
	}
}

// A call that ended because its owner did is no failure: it is not answered, not
// tried again, and does not count as too late.
func TestWhatEndsWithItsOwner(t *testing.T) {
	d := newDesk(t, Settings{InFlight: 9, Attempts: 3, Timeout: time.Minute})
	d.answer = func(ctx context.Context, e string) (string, error) { return "", ctx.Err() }
	d.take("a", "b")
	d.cancel()
	d.returns(1)
	d.Wake(d.now.Add(time.Hour))
	d.returns(2)
	d.want(t, "")
	if !d.Over() || d.again != 0 || d.Len() != 2 {
		t.Error(d.Over(), d.again, d.Len())
	}
}

func TestAllInOrder(t *testing.T) {
	d := newDesk(t, Settings{InFlight: 1, Order: Unordered, Attempts: 1})
	d.take("c", "a", "b")
	d.returns(1)
	var all []string
	for e := range d.All() {
		all = append(all, e)
	}
	if strings.Join(all, "") != "ab" {
		t.Error(all)
	}
	for first := range d.All() {
		if first != "a" {
			t.Error(first)
		}
		break
	}
}
