package aggregate

import (
	"math"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sqltype"
)

// pairs are the statistics of two columns, over rows where neither is null.
// Of regr_ functions the first operand is y, the second x.
func pairs() []*expr.AggregateFunc {
	list := []*expr.AggregateFunc{
		pairSpec("covar_pop", "covariance of a population", func(p *pair) (float64, bool) { return p.ck / p.n, true }),
		pairSpec("covar_samp", "covariance of a sample", func(p *pair) (float64, bool) { return p.ck / (p.n - 1), p.n > 1 }),
		pairSpec("corr", "Pearson's correlation", func(p *pair) (float64, bool) { return p.ck / math.Sqrt(p.ma*p.mb), p.n > 1 }),
		pairMean("regr_avgx", "mean of x", 1),
		pairMean("regr_avgy", "mean of y", 0),
		pairSpec("regr_sxx", "sum of squares of x about its mean", func(p *pair) (float64, bool) { return p.mb, true }),
		pairSpec("regr_syy", "sum of squares of y about its mean", func(p *pair) (float64, bool) { return p.ma, true }),
		pairSpec("regr_sxy", "sum of products of x and y about their means", func(p *pair) (float64, bool) { return p.ck, true }),
		pairSpec("regr_slope", "slope of the line of least squares", func(p *pair) (float64, bool) { return p.ck / p.mb, p.mb != 0 }),
		pairSpec("regr_intercept", "where the line of least squares meets the y axis",
			func(p *pair) (float64, bool) { return p.a - p.ck/p.mb*p.b, p.mb != 0 }),
		pairSpec("regr_r2", "share of y's variance the line of least squares explains", func(p *pair) (float64, bool) {
			if p.ma == 0 {
				return 1, p.mb != 0
			}
			r := p.ck / math.Sqrt(p.ma*p.mb)
			return r * r, p.mb != 0
		}),
	}
	return append(list, spec{name: "regr_count", usage: "how many pairs have no null", example: "regr_count(y, x)", args: def.Args(def.Double, def.Double),
		result: func([]sqltype.Type) sqltype.Type { return sqltype.Long },
		make: func(*expr.Session, []sqltype.Type) func(*expr.Context) (expr.Aggregate, error) {
			return fixed(count{})
		}}.build())
}

func pairSpec(name, usage string, result func(*pair) (float64, bool)) *expr.AggregateFunc {
	return spec{name: name, usage: usage, example: name + "(y, x)", args: def.Args(def.Double, def.Double), nullable: true, result: double,
		make: func(*expr.Session, []sqltype.Type) func(*expr.Context) (expr.Aggregate, error) {
			return fixed(pairAgg{result})
		}}.build()
}

// pairMean is the mean of one operand, over the rows where neither is null.
func pairMean(name, usage string, operand int) *expr.AggregateFunc {
	return spec{name: name, usage: usage, example: name + "(y, x)", args: def.Args(def.Double, def.Double), nullable: true, result: double,
		make: func(*expr.Session, []sqltype.Type) func(*expr.Context) (expr.Aggregate, error) {
			return fixed(meanOf{operand: operand})
		}}.build()
}

type meanOf struct {
	floatAvg
	operand int
}

func (a meanOf) Update(state []*columnar.Vector, rows []uint32, args []*columnar.Vector, sel []uint16) error {
	sum, n := columnar.Slice[float64](state[0]), columnar.Slice[int64](state[1])
	for k, r := range rows {
		if i := at(sel, k); !args[0].IsNull(i) && !args[1].IsNull(i) {
			sum[r] += columnar.At[float64](args[a.operand], i)
			n[r]++
		}
	}
	return nil
}

// pair is the state of one group: means of both operands, the sum of products
// and the sums of squares about them.
type pair struct{ n, a, b, ck, ma, mb float64 }

func (p *pair) add(x, y float64) {
	n := p.n + 1
	dx, dy := x-p.a, y-p.b
	a, b := p.a+dx/n, p.b+dy/n
	p.ck += dx * (y - b)
	p.ma += dx * (x - a)
	p.mb += dy * (y - b)
	p.n, p.a, p.b = n, a, b
}

func (p *pair) merge(o *pair) {
	if o.n == 0 {
		return
	}
	n := p.n + o.n
	dx, dy := o.a-p.a, o.b-p.b
	p.ck += o.ck + dx*dy/n*p.n*o.n
	p.ma += o.ma + dx*dx/n*p.n*o.n
	p.mb += o.mb + dy*dy/n*p.n*o.n
	p.a += dx / n * o.n
	p.b += dy / n * o.n
	p.n = n
}

type pairAgg struct{ result func(*pair) (float64, bool) }

var pairState = &sqltype.Struct{Fields: []sqltype.Field{field("n", sqltype.Double), field("avgA", sqltype.Double), field("avgB", sqltype.Double),
	field("ck", sqltype.Double), field("mkA", sqltype.Double), field("mkB", sqltype.Double)}}

func (pairAgg) State() *sqltype.Struct { return pairState }

// pairCols are the state columns.
type pairCols [6][]float64

func pairsOf(state []*columnar.Vector) (s pairCols) {
	for i, c := range state {
		s[i] = columnar.Slice[float64](c)
	}
	return s
}

func (s *pairCols) load(r int) pair {
	return pair{s[0][r], s[1][r], s[2][r], s[3][r], s[4][r], s[5][r]}
}

func (s *pairCols) store(r uint32, p *pair) {
	s[0][r], s[1][r], s[2][r], s[3][r], s[4][r], s[5][r] = p.n, p.a, p.b, p.ck, p.ma, p.mb
}

func (pairAgg) Update(state []*columnar.Vector, rows []uint32, args []*columnar.Vector, sel []uint16) error {
	s := pairsOf(state)
	for k, r := range rows {
		i := at(sel, k)
		if args[0].IsNull(i) || args[1].IsNull(i) {
			continue
		}
		p := s.load(int(r))
		p.add(columnar.At[float64](args[0], i), columnar.At[float64](args[1], i))
		s.store(r, &p)
	}
	return nil
}

func (pairAgg) Merge(state []*columnar.Vector, rows []uint32, from []*columnar.Vector, sel []uint16) error {
	s, f := pairsOf(state), pairsOf(from)
	for k, r := range rows {
		p, o := s.load(int(r)), f.load(at(sel, k))
		p.merge(&o)
		s.store(r, &p)
	}
	return nil
}

func (a pairAgg) Result(state []*columnar.Vector, rows []uint32, out *columnar.Vector) error {
	s := pairsOf(state)
	for _, r := range rows {
		p := s.load(int(r))
		if x, ok := a.result(&p); ok && p.n > 0 {
			columnar.AppendFixed(out, x)
		} else {
			out.AppendNull()
		}
	}
	return nil
}
