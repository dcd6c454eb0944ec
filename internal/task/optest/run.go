package optest

import (
	"fmt"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/memory"
	"github.com/spatestream/spate/internal/store"
	"github.com/spatestream/spate/internal/task"
	"github.com/spatestream/spate/sqltype"
)

// Build makes the chain of a script for one task.
type Build func(s Script, c *task.Context, out task.Outlet) (*task.Chain, error)

// Keys are the ordinals of the columns of input in that decide the task of a
// row; nil: the chain runs in one task only.
type Keys func(s Script, in int) []int

// variant is one way to run a script.
type variant struct {
	size    int    // rows of a batch
	form    string // plain, selected, coded, joined
	tasks   []int  // tasks of epoch i, the last for all further ones
	restore bool   // save and restore after every epoch
}

func (v variant) String() string {
	return fmt.Sprintf("size=%d %s tasks=%v restore=%v", v.size, v.form, v.tasks, v.restore)
}

var plain = variant{size: columnar.MaxRows, form: "plain", tasks: []int{1}}

var variants = []variant{
	{1, "plain", []int{1}, false}, {3, "selected", []int{1}, false}, {columnar.MaxRows, "coded", []int{1}, false},
	{columnar.MaxRows, "joined", []int{1}, false}, {2, "coded", []int{1}, true}, {1, "selected", []int{1, 3, 2}, true}, {columnar.MaxRows, "selected", []int{4, 1}, true},
}

// Run runs every script in every variant. keys may be nil.
func Run(t *testing.T, scripts []Script, build Build, keys Keys) {
	for _, s := range scripts {
		t.Run(s.Name, func(t *testing.T) {
			want, err := run(s, plain, build, keys)
			if err != nil {
				t.Fatal(err)
			}
			if want != s.Want {
				t.Fatalf("got\n%s\nwant\n%s", want, s.Want)
			}
			for _, v := range variants {
				if keys == nil || keys(s, 0) == nil {
					v.tasks = []int{1}
				}
				got, err := run(s, v, build, keys)
				if err != nil {
					t.Fatalf("%s: %v", v, err)
				}
				if got != want {
					t.Errorf("%s: got\n%s\nwant\n%s", v, got, want)
				}
			}
		})
	}
}

const groups = 128

// bench is a script under way.
type bench struct {
	script Script
	v      variant
	build  Build
	keys   Keys
	tasks  []*lane
	saved  []change
}

// lane is one task.
type lane struct {
	params task.Params
	stats  task.Stats
	chain  *task.Chain
	out    sink
	groups store.Groups
}

// sink keeps the rows it gets as text.
type sink struct{ rows []string }

// Write implements task.Outlet.
func (s *sink) Write(b *columnar.Batch) error {
	for k := range b.Rows() {
		r := make(columnar.Row, len(b.Cols))
		for i, c := range b.Cols {
			r[i] = c.Value(b.RowAt(k))
		}
		s.rows = append(s.rows, Text(r))
	}
	return nil
}

func run(s Script, v variant, build Build, keys Keys) (string, error) {
	b := &bench{script: s, v: v, build: build, keys: keys}
	defer b.close()
	if err := b.open(v.tasks[0], 0); err != nil {
		return "", err
	}
	var outputs [][]string
	var lates []int64
	for i, e := range s.Epochs {
		if i > 0 && v.restore {
			if err := b.restore(i); err != nil {
				return "", err
			}
		}
		rows, late, err := b.epoch(e)
		if err != nil {
			return "", err
		}
		outputs, lates = append(outputs, rows), append(lates, late)
	}
	return transcript(s, outputs, lates), nil
}

// open builds the chains of n tasks.
func (b *bench) open(n int, held eventtime.Watermark) error {
	b.tasks = nil
	for k := range n {
		l := &lane{groups: store.Groups{Lo: k * groups / n, Hi: (k + 1) * groups / n, Of: groups}}
		l.params.Expr.Zone = "UTC"
		m := memory.NewBudget(0).Account("optest", 0)
		c := &task.Context{Params: &l.params, Task: k, Groups: l.groups, Memory: m, Stats: &l.stats}
		var err error
		if l.chain, err = b.build(b.script, c, &l.out); err != nil {
			return err
		}
		l.chain.Hold(held)
		b.tasks = append(b.tasks, l)
	}
	return nil
}

func (b *bench) close() error {
	for _, l := range b.tasks {
		if err := l.chain.Close(); err != nil {
			return err
		}
	}
	return nil
}

// epoch runs one epoch and returns what all tasks emitted.
func (b *bench) epoch(e Epoch) (rows []string, late int64, err error) {
	for _, l := range b.tasks {
		l.params.Epoch++
		l.params.Evict, l.params.Last = e.Until, e.Until == eventtime.End
		l.stats.Late = 0
		l.out.rows = nil
	}
	for in, s := range b.script.Inputs {
		if err := b.push(in, s, e.Rows); err != nil {
			return nil, 0, err
		}
		if e.Until != eventtime.End {
			continue
		}
		for _, l := range b.tasks {
			if err := l.chain.End(in); err != nil {
				return nil, 0, err
			}
		}
	}
	for _, l := range b.tasks {
		if err := l.chain.Advance(e.Until); err != nil {
			return nil, 0, err
		}
		if err := l.chain.Flush(); err != nil {
			return nil, 0, err
		}
		rows, late = append(rows, l.out.rows...), late+l.stats.Late
	}
	return rows, late, nil
}

// push hands the rows of an input to the tasks they belong to, in batches of
// the variant, and spoils each batch afterwards.
func (b *bench) push(in int, s *sqltype.Struct, rows []Row) error {
	flat := columnar.NewBatch(s)
	for _, r := range rows {
		if r.In != in {
			continue
		}
		for i, v := range r.Values {
			flat.Cols[i].AppendValue(v)
		}
		flat.Len++
	}
	for at := 0; at < flat.Len; at += b.v.size {
		for _, l := range b.tasks {
			batch := b.shape(flat, at, min(at+b.v.size, flat.Len), in, l)
			if err := l.chain.Push(in, batch); err != nil {
				return err
			}
			spoil(batch)
		}
	}
	return nil
}

// shape makes the rows [lo, hi) of flat that belong to a task a batch of the
// variant's form.
func (b *bench) shape(flat *columnar.Batch, lo, hi, in int, l *lane) *columnar.Batch {
	hash := b.hash(flat, in)
	var mine []uint16
	for r := lo; r < hi; r++ {
		if g := int(uint64(hash[r]) * groups >> 32); g >= l.groups.Lo && g < l.groups.Hi || len(b.tasks) == 1 {
			mine = append(mine, uint16(r))
		}
	}
	out := columnar.NewBatch(flat.Schema)
	if b.v.form == "selected" { // other rows stand between, selected away
		out.AppendSel(flat, nil)
		out.Sel = mine
		if out.Sel == nil {
			out.Sel = []uint16{}
		}
	} else {
		out.AppendSel(flat, append([]uint16{}, mine...))
	}
	if b.keys != nil && b.keys(b.script, in) != nil {
		out.Hash = make([]uint32, out.Len)
		b.hashInto(out.Hash, out, in)
	}
	for i, c := range out.Cols {
		switch b.v.form {
		case "coded":
			out.Cols[i] = coded(c)
		case "joined":
			out.Cols[i] = joined(c)
		}
	}
	return out
}

func (b *bench) hash(flat *columnar.Batch, in int) []uint32 {
	h := make([]uint32, flat.Len)
	b.hashInto(h, flat, in)
	return h
}

func (b *bench) hashInto(h []uint32, batch *columnar.Batch, in int) {
	var cols []*columnar.Vector
	if b.keys != nil {
		for _, i := range b.keys(b.script, in) {
			cols = append(cols, batch.Cols[i])
		}
	}
	columnar.HashRows(h, cols, nil)
}
