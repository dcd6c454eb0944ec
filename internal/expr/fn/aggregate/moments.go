package aggregate

import (
	"math"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sqltype"
)

// moments are the statistics of one column, from central moments that are
// updated and merged as T. Chan, G. Golub and R. LeVeque, and P. Pébay, give
// them ("Formulas for robust, one-pass parallel computation of covariances and
// arbitrary-order statistical moments", 2008), and Spark uses.
func moments() []*expr.AggregateFunc {
	samp := func(m *moment) (float64, bool) { return m.m2 / (m.n - 1), m.n > 1 }
	pop := func(m *moment) (float64, bool) { return m.m2 / m.n, true }
	root := func(f func(*moment) (float64, bool)) func(*moment) (float64, bool) {
		return func(m *moment) (float64, bool) { x, ok := f(m); return math.Sqrt(x), ok }
	}
	return []*expr.AggregateFunc{
		momentSpec("stddev", "standard deviation of a sample", 2, root(samp), "std", "stddev_samp"),
		momentSpec("stddev_pop", "standard deviation of a population", 2, root(pop)),
		momentSpec("variance", "variance of a sample", 2, samp, "var_samp"),
		momentSpec("var_pop", "variance of a population", 2, pop),
		momentSpec("skewness", "skewness of the values", 3, func(m *moment) (float64, bool) {
			return math.Sqrt(m.n) * m.m3 / math.Sqrt(m.m2*m.m2*m.m2), m.m2 != 0
		}),
		momentSpec("kurtosis", "kurtosis of the values, 0 for a normal distribution", 4, func(m *moment) (float64, bool) {
			return m.n*m.m4/(m.m2*m.m2) - 3, m.m2 != 0
		}),
	}
}

func double([]sqltype.Type) sqltype.Type { return sqltype.Double }

func momentSpec(name, usage string, order int, result func(*moment) (float64, bool), alias ...string) *expr.AggregateFunc {
	return spec{name: name, alias: alias, usage: usage, example: name + "(x)", args: def.Args(def.Double), nullable: true, result: double,
		make: func(*expr.Session, []sqltype.Type) func(*expr.Context) (expr.Aggregate, error) {
			return fixed(momentAgg{order, result})
		}}.build()
}

// moment is the state of one group.
type moment struct{ n, avg, m2, m3, m4 float64 }

func (m *moment) add(x float64) {
	n := m.n + 1
	d := x - m.avg
	dn := d / n
	m2 := m.m2 + d*(d-dn)
	m3 := m.m3 - 3*dn*m2 + d*(d*d-dn*dn)
	m.m4 = m.m4 - 4*dn*m3 - 6*dn*dn*m2 + d*(d*d*d-dn*dn*dn)
	m.n, m.avg, m.m2, m.m3 = n, m.avg+dn, m2, m3
}

func (m *moment) merge(o *moment) {
	if o.n == 0 {
		return
	}
	n := m.n + o.n
	d := o.avg - m.avg
	dn := d / n
	m4 := m.m4 + o.m4 + dn*dn*dn*d*m.n*o.n*(m.n*m.n-m.n*o.n+o.n*o.n) + 6*dn*dn*(m.n*m.n*o.m2+o.n*o.n*m.m2) + 4*dn*(m.n*o.m3-o.n*m.m3)
	m3 := m.m3 + o.m3 + dn*dn*d*m.n*o.n*(m.n-o.n) + 3*dn*(m.n*o.m2-o.n*m.m2)
	m2 := m.m2 + o.m2 + d*dn*m.n*o.n
	*m = moment{n, m.avg + dn*o.n, m2, m3, m4}
}

// momentAgg keeps the moments up to the order.
type momentAgg struct {
	order  int
	result func(*moment) (float64, bool)
}

var momentFields = []sqltype.Field{field("n", sqltype.Double), field("avg", sqltype.Double), field("m2", sqltype.Double),
	field("m3", sqltype.Double), field("m4", sqltype.Double)}

func (a momentAgg) State() *sqltype.Struct { return &sqltype.Struct{Fields: momentFields[:a.order+1]} }

func doubles(cols []*columnar.Vector) (s [5][]float64) {
	for i, c := range cols {
		s[i] = columnar.Slice[float64](c)
	}
	return s
}

func (a momentAgg) load(s *[5][]float64, r int) moment {
	m := moment{n: s[0][r], avg: s[1][r], m2: s[2][r]}
	if a.order > 2 {
		m.m3 = s[3][r]
	}
	if a.order > 3 {
		m.m4 = s[4][r]
	}
	return m
}

func (a momentAgg) store(s *[5][]float64, r uint32, m *moment) {
	s[0][r], s[1][r], s[2][r] = m.n, m.avg, m.m2
	if a.order > 2 {
		s[3][r] = m.m3
	}
	if a.order > 3 {
		s[4][r] = m.m4
	}
}

func (a momentAgg) Update(state []*columnar.Vector, rows []uint32, args []*columnar.Vector, sel []uint16) error {
	s, v := doubles(state), args[0]
	in := columnar.Slice[float64](v)
	for k, r := range rows {
		if i := at(sel, k); !v.IsNull(i) {
			m := a.load(&s, int(r))
			m.add(in[v.Row(i)])
			a.store(&s, r, &m)
		}
	}
	return nil
}

func (a momentAgg) Merge(state []*columnar.Vector, rows []uint32, from []*columnar.Vector, sel []uint16) error {
	s, f := doubles(state), doubles(from)
	for k, r := range rows {
		m, o := a.load(&s, int(r)), a.load(&f, at(sel, k))
		m.merge(&o)
		a.store(&s, r, &m)
	}
	return nil
}

func (a momentAgg) Result(state []*columnar.Vector, rows []uint32, out *columnar.Vector) error {
	s := doubles(state)
	for _, r := range rows {
		m := a.load(&s, int(r))
		if x, ok := a.result(&m); ok && m.n > 0 {
			columnar.AppendFixed(out, x)
		} else {
			out.AppendNull()
		}
	}
	return nil
}
