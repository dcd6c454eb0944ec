package store

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/block"
	"github.com/spatestream/spate/internal/memory"
	"github.com/spatestream/spate/sqltype"
)

// The model is what a Table promises, kept in Go maps: keys are the printed Go
// forms of their values.
type model struct {
	keys map[string][]*modelRow
	seq  int
}

type modelRow struct {
	key  string
	hash uint32
	id   RowID
	seq  int
	sum  int64
	text string
	list []any
	due  eventtime.Time
}

func (m *model) rows() []*modelRow {
	var all []*modelRow
	for _, rs := range m.keys {
		all = append(all, rs...)
	}
	return all
}

func (m *model) remove(r *modelRow) {
	m.keys[r.key] = slices.DeleteFunc(m.keys[r.key], func(o *modelRow) bool { return o == r })
	if len(m.keys[r.key]) == 0 {
		delete(m.keys, r.key)
	}
}

// dump prints rows so that two stores of the same content print alike.
func (m *model) dump() string {
	var lines []string
	for k, rs := range m.keys {
		for i, r := range rs {
			lines = append(lines, fmt.Sprintf("%s #%d sum=%d text=%q list=%v due=%d", k, i, r.sum, r.text, r.list, r.due))
		}
	}
	sort.Strings(lines)
	return strings.Join(lines, "\n")
}

func dumpTables(stores []*Store) string {
	var lines []string
	for _, s := range stores {
		t := s.find("t")
		t.All(func(ids []RowID) error {
			for _, id := range ids {
				lines = append(lines, dumpRow(t, id))
			}
			return nil
		})
	}
	sort.Strings(lines)
	return strings.Join(lines, "\n")
}

func dumpRow(t *Table, id RowID) string {
	pos := 0
	if t.spec.Multi {
		for l := t.rows.link; l[l[id].prev].next == id; pos++ {
			id = l[id].prev
		}
		for range pos {
			id = t.Next(id)
		}
		// id is back where it was: the walk is also a test of the links.
	}
	due := eventtime.Time(0)
	if t.rows.due != nil {
		due = t.rows.due[id]
	}
	return fmt.Sprintf("%s #%d sum=%d text=%q list=%v due=%d", keyText(t, id), pos,
		columnar.Slice[int64](t.Column(0))[id], t.Column(1).Text(int(id)), t.Column(2).Value(int(id)), due)
}

func keyText(t *Table, id RowID) string {
	var parts []any
	for c := range t.rows.keys {
		parts = append(parts, t.Key(c).Value(int(id)))
	}
	return printKey(parts)
}

func printKey(parts []any) string {
	s := ""
	for _, p := range parts {
		if f, ok := p.(float64); ok && f == 0 {
			p = 0.0
		}
		s += fmt.Sprintf("%T:%v|", p, p)
	}
	return s
}

var valueSchema = sqltype.NewStruct(sqltype.F("sum", sqltype.Long), sqltype.F("text", sqltype.String),
	sqltype.F("list", &sqltype.Array{Elem: sqltype.Int, ContainsNull: true}))

// keyKind makes random keys of one form.
type keyKind struct {
	name   string
	schema *sqltype.Struct
	value  func(r *rand.Rand, n int) []any
}

var keyKinds = []keyKind{
	{"int64", sqltype.NewStruct(sqltype.F("k", sqltype.Long)), func(r *rand.Rand, n int) []any { return []any{int64(r.IntN(n))} }},
	{"none", sqltype.NewStruct(), func(r *rand.Rand, n int) []any { return nil }},
	{"nullable int", sqltype.NewStruct(sqltype.F("k", sqltype.Int)), func(r *rand.Rand, n int) []any {
		if x := r.IntN(n); x%7 != 0 {
			return []any{int32(x)}
		}
		return []any{nil}
	}},
	{"string", sqltype.NewStruct(sqltype.F("k", sqltype.String)), func(r *rand.Rand, n int) []any {
		x := r.IntN(n)
		return []any{strings.Repeat("x", x%30) + fmt.Sprint(x)}
	}},
	{"double", sqltype.NewStruct(sqltype.F("k", sqltype.Double)), func(r *rand.Rand, n int) []any {
		return []any{[]float64{0, math.Copysign(0, -1), math.NaN(), 1.5, float64(r.IntN(n))}[r.IntN(5)]}
	}},
	{"several", sqltype.NewStruct(sqltype.F("a", sqltype.Short), sqltype.F("b", sqltype.String), sqltype.F("c", sqltype.Boolean)), func(r *rand.Rand, n int) []any {
		x := r.IntN(n)
		k := []any{int16(x % 11), fmt.Sprint(x / 11), x%2 == 0}
		if x%5 == 0 {
			k[1] = nil
		}
		return k
	}},
	{"nested", sqltype.NewStruct(sqltype.F("s", sqltype.NewStruct(sqltype.F("x", sqltype.Int), sqltype.F("y", &sqltype.Array{Elem: sqltype.String})))), func(r *rand.Rand, n int) []any {
		x := r.IntN(n)
		return []any{columnar.Row{int32(x % 7), []any{fmt.Sprint(x / 7), "z"}}}
	}},
}

// world runs random operations on a table and its model.
type world struct {
	t     *testing.T
	r     *rand.Rand
	kind  keyKind
	spec  Spec
	weak  uint32 // hashes are and-ed with it: provokes collisions
	store *Store
	table *Table
	model *model
	wm    eventtime.Watermark
	log   changeLog
	snap  string // the model at the last Seal
	busy  bool   // a save is under way
	epoch Epoch
}

// changeLog keeps what Save wrote.
type changeLog struct {
	t       *testing.T
	table   *Table
	entries []change
	begin   int // entries of earlier epochs
}

type change struct {
	batch   *columnar.Batch
	deleted bool
	drop    eventtime.Watermark
}

func (l *changeLog) Rows(table string, b *columnar.Batch, deleted bool) error {
	data, err := block.NewEncoder(block.S2).Append(nil, b)
	if err != nil {
		return err
	}
	c := columnar.NewBatch(b.Schema)
	if _, err := block.NewDecoder("delta").Decode(data, c); err != nil {
		return err
	}
	if c.Len == 0 || len(c.Hash) != c.Len {
		l.t.Errorf("%d rows, %d hashes", c.Len, len(c.Hash))
	}
	if n := len(l.entries); n > l.begin && l.entries[n-1].batch != nil && l.entries[n-1].deleted == deleted {
		l.checkOrder(l.entries[n-1].batch, l.entries[n-1].batch.Len-1, c, 0, deleted)
	}
	for i := 1; i < c.Len; i++ {
		l.checkOrder(c, i-1, c, i, deleted)
	}
	l.entries = append(l.entries, change{batch: c, deleted: deleted})
	return nil
}

func (l *changeLog) rows() int {
	n := 0
	for _, c := range l.entries {
		if c.batch != nil {
			n += c.batch.Len
		}
	}
	return n
}

func (l *changeLog) checkOrder(a *columnar.Batch, i int, b *columnar.Batch, j int, deleted bool) {
	if l.table.saver.ordered == nil {
		return
	}
	if a.Hash[i] > b.Hash[j] || a.Hash[i] == b.Hash[j] && compareLayout(l.table, a, i, b, j) >= 0 {
		l.t.Errorf("a delta is out of order (deleted %v)", deleted)
	}
}

func (l *changeLog) Drop(table string, upTo eventtime.Watermark) error {
	l.entries = append(l.entries, change{drop: upTo})
	return nil
}

func (w *world) keys(n int) (Keys, []string) {
	b := columnar.NewBatch(w.kind.schema)
	k := Keys{N: n}
	var text []string
	for range n {
		vals := w.kind.value(w.r, w.domain())
		for c, v := range vals {
			b.Cols[c].AppendValue(v)
		}
		text = append(text, printKey(vals))
		h := uint32(2166136261)
		for _, c := range []byte(text[len(text)-1]) {
			h = (h ^ uint32(c)) * 16777619
		}
		h ^= h >> 15
		h *= 0x2c1b3c6d
		k.Hash = append(k.Hash, (h^h>>13)&w.weak)
	}
	k.Cols = b.Cols
	switch w.r.IntN(4) {
	case 0:
		for i := range n {
			if w.r.IntN(2) == 0 {
				k.Sel = append(k.Sel, uint16(i))
			}
		}
		if k.Sel == nil {
			k.Sel = []uint16{}
		}
	case 1: // as a dictionary
		for c, col := range b.Cols {
			if col.Valid == nil && len(b.Cols) > 0 {
				d := &columnar.Vector{Type: col.Type, Len: n, Dict: col}
				for i := range n {
					d.Codes = append(d.Codes, int32(i))
				}
				k.Cols[c] = d
			}
		}
	}
	return k, text
}

// domain returns how many keys there may be: of Partial tables so many, with an
// expiry each, that panes give way to a calendar.
func (w *world) domain() int {
	if w.spec.Partial {
		return 900
	}
	return 300
}

// due gives InKey tables an expiry that follows from the key.
func (w *world) due(text string) eventtime.Time {
	switch w.spec.Expiry {
	case InKey:
		if w.spec.Partial {
			h := fnv.New32a()
			h.Write([]byte(text))
			return eventtime.Time(h.Sum32() % 20_000_000)
		}
		return eventtime.Time(1000 * 10 * (1 + len(text)*7%13) * 100)
	case OfRow:
		return eventtime.Time(int64(w.wm)*1000 + w.r.Int64N(3_000_000) - 100_000)
	}
	return 0
}

func scribble(k Keys) {
	for i := range k.Hash {
		k.Hash[i] = 0xdeadbeef
	}
	for i := range k.Due {
		k.Due[i] = -1
	}
	for _, c := range k.Cols {
		for _, v := range append([]*columnar.Vector{c, c.Dict}, c.Child...) {
			if v == nil {
				continue
			}
			for i := range v.Data {
				v.Data[i] = 0xAA
			}
			for i := range v.Bytes {
				v.Bytes[i] = '!'
			}
		}
	}
}

func (w *world) upsert() {
	k, text := w.keys(1 + w.r.IntN(200))
	sel := k.selection()
	if w.spec.Expiry != Never {
		for _, s := range text {
			k.Due = append(k.Due, w.due(s))
		}
	}
	dues := slices.Clone(k.Due)
	hashes := slices.Clone(k.Hash)
	ids := make([]RowID, len(sel))
	fresh, err := w.table.Upsert(k, ids, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	scribble(k)
	seen := map[RowID]bool{}
	for j, row := range sel {
		rs := w.model.keys[text[row]]
		if len(rs) == 0 {
			r := w.newRow(text[row], hashes[row], ids[j])
			if dues != nil {
				r.due = dues[row]
			}
			seen[ids[j]] = true
		} else if rs[0].id != ids[j] {
			w.t.Fatalf("key %s: row %d, want %d", text[row], ids[j], rs[0].id)
		}
	}
	for _, id := range fresh {
		if !seen[id] {
			w.t.Fatalf("row %d is called fresh", id)
		}
		delete(seen, id)
	}
	if len(seen) > 0 {
		w.t.Fatalf("fresh rows not told: %v", seen)
	}
	w.change(ids, sel, text)
}

func (w *world) newRow(key string, hash uint32, id RowID) *modelRow {
	r := &modelRow{key: key, hash: hash, id: id, seq: w.model.seq, list: []any{}}
	w.model.seq++
	w.model.keys[key] = append(w.model.keys[key], r)
	return r
}

// change counts, sets text and grows lists of the first rows of keys.
func (w *world) change(ids []RowID, sel []uint16, text []string) {
	w.table.Touch(ids)
	sum := columnar.Slice[int64](w.table.Column(0))
	for j, id := range ids {
		r := w.model.keys[text[sel[j]]][0]
		sum[id]++
		r.sum++
		if w.r.IntN(8) == 0 {
			r.text = strings.Repeat("t", w.r.IntN(50))
			w.table.Column(1).SetText(int(id), []byte(r.text))
		}
		if w.r.IntN(8) == 0 && len(r.list) < 40 {
			x := int32(w.r.IntN(100))
			r.list = append(r.list, x)
			l := w.table.Column(2)
			at := l.GrowList(int(id), 1)
			columnar.Slice[int32](l.Child[0])[at] = x
		}
	}
}

func (w *world) append() {
	k, text := w.keys(1 + w.r.IntN(40))
	sel := k.selection()
	for _, s := range text {
		if w.spec.Expiry != Never {
			k.Due = append(k.Due, w.due(s))
		}
	}
	ids := make([]RowID, len(sel))
	dues, hashes := slices.Clone(k.Due), slices.Clone(k.Hash)
	if err := w.table.Append(k, ids); err != nil {
		w.t.Fatal(err)
	}
	scribble(k)
	for j, row := range sel {
		r := w.newRow(text[row], hashes[row], ids[j])
		if dues != nil {
			r.due = dues[row]
		}
	}
}

func (w *world) find() {
	k, text := w.keys(100)
	sel := k.selection()
	ids := make([]RowID, len(sel))
	if err := w.table.Find(k, ids); err != nil {
		w.t.Fatal(err)
	}
	for j, row := range sel {
		rs := w.model.keys[text[row]]
		if len(rs) == 0 {
			if ids[j] != NoRow {
				w.t.Fatalf("%s found", text[row])
			}
			continue
		}
		id := ids[j]
		for i, r := range rs {
			if id != r.id {
				w.t.Fatalf("%s: row %d is %d, want %d", text[row], i, id, r.id)
			}
			if w.spec.Multi {
				id = w.table.Next(id)
			}
		}
		if w.spec.Multi && id != NoRow {
			w.t.Fatalf("%s: too many rows", text[row])
		}
	}
}

func (w *world) some(share float64) []*modelRow {
	var out []*modelRow
	for _, r := range w.model.rows() {
		if w.r.Float64() < share {
			out = append(out, r)
		}
	}
	return out
}

func (w *world) delete() {
	var ids []RowID
	for _, r := range w.some(0.1) {
		ids = append(ids, r.id)
		w.model.remove(r)
	}
	w.table.Delete(append(ids, ids...))
}

func (w *world) setExpiry() {
	var ids []RowID
	var due []eventtime.Time
	for _, r := range w.some(0.2) {
		r.due = w.due(r.key)
		ids, due = append(ids, r.id), append(due, r.due)
	}
	w.table.SetExpiry(ids, due)
}

func (w *world) expire() {
	w.wm += eventtime.Watermark(w.r.IntN(900))
	var want []*modelRow
	for _, r := range w.model.rows() {
		if w.wm.Passed(r.due) {
			want = append(want, r)
		}
	}
	slices.SortFunc(want, func(a, b *modelRow) int {
		return cmp.Or(cmp.Compare(a.due, b.due), cmp.Compare(a.hash, b.hash))
	})
	first := eventtime.Max
	for _, r := range w.model.rows() {
		first = min(first, r.due)
	}
	if got := w.table.NextExpiry(); got != first {
		w.t.Fatalf("next expiry %d, want %d", got, first)
	}
	byID := map[RowID]*modelRow{}
	for _, r := range want {
		byID[r.id] = r
	}
	n := 0
	err := w.table.Expire(w.wm, func(ids []RowID) error {
		for _, id := range ids {
			r := byID[id]
			if r == nil || r.due != want[n].due || r.hash != want[n].hash {
				w.t.Fatalf("expired row %d out of turn", id)
			}
			if line := dumpRow(w.table, id); !strings.HasPrefix(line, r.key) {
				w.t.Fatalf("expired %s, want %s", line, r.key)
			}
			delete(byID, id)
			n++
		}
		// Move a few: they stay.
		for _, id := range ids {
			if w.spec.Expiry == OfRow && w.r.IntN(10) == 0 {
				for _, r := range want {
					if r.id == id {
						r.due = eventtime.Time(w.wm)*1000 + 500_000
						w.table.SetExpiry([]RowID{id}, []eventtime.Time{r.due})
					}
				}
			}
		}
		return nil
	})
	if err != nil || n != len(want) {
		w.t.Fatalf("expired %d of %d: %v", n, len(want), err)
	}
	for _, r := range want {
		if w.wm.Passed(r.due) {
			w.model.remove(r)
		}
	}
}

func (w *world) save() {
	if !w.busy {
		w.store.Seal(w.epoch)
		w.epoch++
		w.log.begin = len(w.log.entries)
		w.snap, w.busy = w.model.dump(), true
	}
	done, err := w.store.Save(&w.log, 1+w.r.IntN(80))
	if err != nil {
		w.t.Fatal(err)
	}
	if !done {
		return
	}
	w.busy = false
	w.restore()
}

// restore replays the log at another parallelism and compares with the model
// at the Seal.
func (w *world) restore() {
	of := 8
	p := []int{1, 2, 4}[w.r.IntN(3)]
	var stores []*Store
	for i := range p {
		s := New(Groups{i * of / p, (i + 1) * of / p, of}, nil)
		if _, err := s.Table(w.spec); err != nil {
			w.t.Fatal(err)
		}
		for _, c := range w.log.entries {
			var err error
			if c.batch != nil {
				err = s.Load("t", c.batch, c.deleted)
			} else {
				err = s.Drop("t", c.drop)
			}
			if err != nil {
				w.t.Fatal(err)
			}
		}
		stores = append(stores, s)
	}
	if got := dumpTables(stores); got != w.snap {
		w.t.Fatalf("restored at %d tasks:\n%s\nwant:\n%s", p, diff(got, w.snap), "")
	}
	if p == 1 && w.r.IntN(2) == 0 {
		w.adopt(stores[0])
	}
}

// adopt goes on with the restored store, if nothing happened since the Seal.
func (w *world) adopt(s *Store) {
	if w.model.dump() != w.snap {
		return
	}
	w.store, w.table = s, s.find("t")
	w.log.table = w.table
	for _, rs := range w.model.keys {
		for _, r := range rs {
			r.id = NoRow
		}
	}
	w.table.All(func(ids []RowID) error {
		for _, id := range ids {
			pos := 0
			if w.spec.Multi {
				for at, l := id, w.table.rows.link; l[l[at].prev].next == at; pos++ {
					at = l[at].prev
				}
			}
			w.model.keys[keyText(w.table, id)][pos].id = id
		}
		return nil
	})
}

func diff(a, b string) string {
	in := func(x string, all []string) bool { return slices.Contains(all, x) }
	as, bs := strings.Split(a, "\n"), strings.Split(b, "\n")
	out := ""
	for _, x := range as {
		if !in(x, bs) {
			out += "+" + x + "\n"
		}
	}
	for _, x := range bs {
		if !in(x, as) {
			out += "-" + x + "\n"
		}
	}
	return out
}

func (w *world) check() {
	if got, want := dumpTables([]*Store{w.store}), w.model.dump(); got != want {
		w.t.Fatalf("table and model differ:\n%s", diff(got, want))
	}
	if n := len(w.model.rows()); w.table.Rows() != n || int(w.store.Metrics().Rows) != n {
		w.t.Fatalf("%d rows, want %d", w.table.Rows(), n)
	}
}

func (w *world) step() {
	switch x := w.r.IntN(16); {
	case x < 5:
		w.upsert()
	case x < 6 && w.spec.Multi:
		w.append()
	case x < 8:
		w.find()
	case x < 9:
		w.delete()
	case x < 11 && w.spec.Expiry == OfRow:
		w.setExpiry()
	case x < 12 && w.spec.Expiry != Never:
		w.expire()
	case x < 15:
		w.save()
	case w.r.IntN(20) == 0:
		w.table.Clear()
		w.model.keys = map[string][]*modelRow{}
	}
}

func TestTableAgainstModel(t *testing.T) {
	for _, kind := range keyKinds {
		for _, e := range []Expiry{Never, InKey, OfRow} {
			for _, form := range []struct {
				multi, partial bool
				weak           uint32
				unordered      bool
			}{{false, false, ^uint32(0), false}, {true, false, ^uint32(0), false}, {false, false, 0xC0000003, false}, {true, false, 0xC0000003, true}, {false, true, 0xC0000000, false}, {true, true, 0xC0000000, false},
				{false, false, ^uint32(0), true}, {false, true, 0xC0000003, true}} {
				name := fmt.Sprintf("%s/expiry=%d/multi=%v/partial=%v/weak=%v/unordered=%v", kind.name, e, form.multi, form.partial, form.weak != ^uint32(0), form.unordered)
				t.Run(name, func(t *testing.T) {
					testWorld(t, kind, Spec{Name: "t", Key: kind.schema, Value: valueSchema, Multi: form.multi, Expiry: e, Partial: form.partial}, form.weak, form.unordered)
				})
			}
		}
	}
}

func testWorld(t *testing.T, kind keyKind, spec Spec, weak uint32, unordered bool) {
	account := memory.NewBudget(0).Account("test", 0)
	w := &world{t: t, r: rand.New(rand.NewPCG(1, uint64(len(t.Name())))), kind: kind, spec: spec, weak: weak,
		store: New(Groups{}, account), model: &model{keys: map[string][]*modelRow{}}}
	w.store.unordered = unordered
	w.table, _ = w.store.Table(spec)
	w.log = changeLog{t: t, table: w.table}
	for i := range 70 {
		w.step()
		if i%8 == 0 {
			w.check()
		}
		if w.t.Failed() {
			return
		}
	}
}
