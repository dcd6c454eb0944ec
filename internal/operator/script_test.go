package operator

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/task"
	"github.com/spatestream/spate/internal/task/optest"
	"github.com/spatestream/spate/sqltype"
)

// chainOf makes the chain of a script: its first word names the operator, the
// others are options.
func chainOf(s optest.Script, c *task.Context, out task.Outlet) (*task.Chain, error) {
	words := strings.Fields(s.Chain)
	ch := task.NewChain(c, out)
	var ops []task.Operator
	switch o := options(words[1:]); words[0] {
	case "count":
		ops = counting(s, o)
	case "distinct":
		keys := cols(s.Inputs[0], o.n("keys"))
		ops = []task.Operator{&Partial{Keys: keys}, &Final{Keys: keys, Mode: o.mode(), Table: "agg"}}
	case "dedup":
		ops = []task.Operator{&Dedup{Keys: cols(s.Inputs[0], o.n("keys")), EventTime: o.event(s), Expires: o["expires"] != "", Table: "dedup"}}
	case "within":
		ops = []task.Operator{&DedupWithin{Keys: cols(s.Inputs[0], o.n("keys")), EventTime: o.event(s), Delay: eventtime.Duration(o.n("delay")) * 1e6, Table: "dedup"}}
	case "limit":
		l := &Limit{Limit: int64(o.n("limit")), Offset: int64(o.n("offset"))}
		l.Table = o["table"]
		ops = []task.Operator{l}
	case "sort":
		ops = []task.Operator{&Sort{By: orders(s.Inputs[0], o), In: s.Inputs[0]}}
	case "top":
		ops = []task.Operator{&TopN{By: orders(s.Inputs[0], o), In: s.Inputs[0], Limit: int64(o.n("limit")), Offset: int64(o.n("offset"))}}
	case "filter":
		in := s.Inputs[0]
		ops = []task.Operator{&Filter{Predicate: col(in, len(in.Fields)-1)}, &Project{Exprs: cols(in, len(in.Fields)-1)}}
	case "join":
		return joining(s, o, ch)
	case "streamjoin":
		j := &StreamJoin{Type: joinTypes[o["type"]], Table: "join", Left: o.side(s, 0, "left"), Right: o.side(s, 1, "right")}
		ref, err := ch.Add(j, task.ToOutlet, 0)
		ch.Input(ref, 0)
		ch.Input(ref, 1)
		return ch, err
	case "session":
		ops = sessions(s, o)
	default:
		return ch, fmt.Errorf("no such chain: %s", s.Chain)
	}
	next := task.ToOutlet
	for i := len(ops) - 1; i >= 0; i-- {
		ref, err := ch.Add(ops[i], next, 0)
		if err != nil {
			return ch, err
		}
		next = ref
	}
	ch.Input(next, 0)
	return ch, nil
}

// counting is count(*) and sum of the last column if it is a long, by the
// first keys columns.
func counting(s optest.Script, o opts) []task.Operator {
	in := s.Inputs[0]
	keys := cols(in, o.n("keys"))
	calls := []AggregateCall{{Name: "count", Sig: countSig}}
	if last := len(in.Fields) - 1; last >= len(keys) && in.Fields[last].Type == sqltype.Long {
		calls = append(calls, AggregateCall{Name: "sum", Sig: sumSig, Args: []expr.Node{col(in, last)}})
	}
	return []task.Operator{
		&Partial{Keys: keys, Calls: calls},
		&Final{Keys: keys, Calls: calls, Mode: o.mode(), EventTime: o.event(s), Table: "agg"},
	}
}

var joinTypes = map[string]JoinType{
	"inner": Inner, "left": LeftOuter, "right": RightOuter, "full": FullOuter,
	"semi": LeftSemi, "anti": LeftAnti, "exists": Existence, "notin": LeftAnti,
}

// joining joins on the first keys columns of either side; input 0 is built.
func joining(s optest.Script, o opts, ch *task.Chain) (*task.Chain, error) {
	j := &Join{Type: joinTypes[o["type"]], Left: s.Inputs[1], Right: s.Inputs[0], NullAware: o["type"] == "notin"}
	if j.BuildLeft = o["build"] == "left"; j.BuildLeft {
		j.Left, j.Right = j.Right, j.Left
	}
	j.LeftKeys, j.RightKeys = cols(j.Left, o.n("keys")), cols(j.Right, o.n("keys"))
	if o["nullsafe"] != "" {
		j.NullSafe = []bool{true}
	}
	if c, ok := o["condition"]; ok {
		n, _ := strconv.Atoi(c)
		j.Condition = col(sqltype.NewStruct(append(append([]sqltype.Field{}, j.Left.Fields...), j.Right.Fields...)...), n)
	}
	ref, err := ch.Add(j, task.ToOutlet, 0)
	ch.Input(ref, 0)
	ch.Input(ref, 1)
	return ch, err
}

// sessions is count(*) by the first keys columns and the session after them.
func sessions(s optest.Script, o opts) []task.Operator {
	in, n := s.Inputs[0], o.n("keys")
	calls := []AggregateCall{{Name: "count", Sig: countSig}}
	return []task.Operator{
		&Partial{Keys: cols(in, n+1), Calls: calls},
		&Session{Keys: cols(in, n), Session: col(in, n), States: n + 1, Calls: calls, Mode: o.mode(), Table: "session"},
	}
}

type opts map[string]string

func options(words []string) opts {
	o := opts{}
	for _, w := range words {
		k, v, _ := strings.Cut(w, "=")
		o[k] = v
		if v == "" {
			o[k] = "yes"
		}
	}
	return o
}

func (o opts) n(key string) int {
	n, _ := strconv.Atoi(o[key])
	return n
}

func (o opts) mode() Mode {
	return map[string]Mode{"": Batch, "append": Append, "update": Update, "complete": Complete}[o["mode"]]
}

// side is a side of a join of streams: its first keys columns are the keys,
// the time column's number stands under name, when rows go under name-ms, in
// milliseconds after it.
func (o opts) side(s optest.Script, in int, name string) JoinSide {
	j := JoinSide{Schema: s.Inputs[in], Keys: cols(s.Inputs[in], o.n("keys"))}
	if _, ok := o[name]; ok {
		j.Time = col(s.Inputs[in], o.n(name))
	}
	if _, ok := o[name+"-ms"]; ok {
		j.Due, j.Shift = col(s.Inputs[in], o.n(name)), eventtime.Duration(o.n(name+"-ms"))*1000
	}
	return j
}

// event is the event time: the column of that number, of a window its end.
func (o opts) event(s optest.Script) expr.Node {
	e, ok := o["event"]
	if !ok {
		return nil
	}
	n, _ := strconv.Atoi(e)
	c := col(s.Inputs[0], n)
	if c.Type().Kind() == sqltype.KindStruct {
		return &expr.Field{Arg: c, Ordinal: 1, Name: "end"}
	}
	return c
}

func col(s *sqltype.Struct, i int) expr.Node {
	return &expr.Column{Ordinal: i, Name: s.Fields[i].Name, T: s.Fields[i].Type, Null: true}
}

func cols(s *sqltype.Struct, n int) []expr.Node {
	list := make([]expr.Node, n)
	for i := range list {
		list[i] = col(s, i)
	}
	return list
}

func orders(s *sqltype.Struct, o opts) []SortKey {
	var by []SortKey
	for _, w := range strings.Split(o["by"], ",") {
		desc := strings.HasPrefix(w, "-")
		n, _ := strconv.Atoi(strings.TrimPrefix(w, "-"))
		k := SortKey{Expr: col(s, n)}
		k.Desc, k.NullsFirst = desc, !desc
		by = append(by, k)
	}
	return by
}

// countSig and sumSig are the simplest aggregates, so that these tests depend
// on no function.
var (
	countSig = expr.AggregateSignature{Result: sqltype.Long, Make: func(*expr.Context) (expr.Aggregate, error) { return counter{}, nil }}
	sumSig   = expr.AggregateSignature{Result: sqltype.Long, Make: func(*expr.Context) (expr.Aggregate, error) { return summer{}, nil }}
)

type counter struct{}

func (counter) State() *sqltype.Struct {
	return sqltype.NewStruct(sqltype.Field{Name: "n", Type: sqltype.Long})
}

func (counter) Update(state []*columnar.Vector, rows []uint32, _ []*columnar.Vector, _ []uint16) error {
	n := columnar.Slice[int64](state[0])
	for _, r := range rows {
		n[r]++
	}
	return nil
}

func (counter) Merge(state []*columnar.Vector, rows []uint32, from []*columnar.Vector, sel []uint16) error {
	return summer{}.Update(state, rows, from, sel)
}

func (counter) Result(state []*columnar.Vector, rows []uint32, out *columnar.Vector) error {
	out.AppendIDs(state[0], rows)
	return nil
}

type summer struct{ counter }

func (summer) Update(state []*columnar.Vector, rows []uint32, args []*columnar.Vector, sel []uint16) error {
	n := columnar.Slice[int64](state[0])
	a := args[0].Flat(nil)
	for k, r := range rows {
		i := k
		if sel != nil {
			i = int(sel[k])
		}
		if !a.IsNull(i) {
			n[r] += columnar.At[int64](a, i)
		}
	}
	return nil
}

func TestScripts(t *testing.T) {
	optest.Run(t, optest.Load(t, "testdata/*.txt"), chainOf, func(s optest.Script, in int) []int {
		o := options(strings.Fields(s.Chain)[1:])
		keys := o.n("keys")
		if keys == 0 || o["tasks"] == "1" {
			return nil
		}
		list := make([]int, keys)
		for i := range list {
			list[i] = i
		}
		return list
	})
}
