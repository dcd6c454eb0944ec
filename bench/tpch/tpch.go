// Package tpch makes the data and the queries of TPC-H, scaled by a factor: of
// 1 about six million line items. Sizes, keys, domains and correlations are
// those of the specification's clause 4.2 as far as the queries see them; texts
// are random words of its lists, so results are not those of its answer sets.
// The data is a function of the factor alone.
package tpch

import (
	"bufio"
	"embed"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
)

// Table is a table of the benchmark.
type Table struct {
	Name string
	DDL  string // columns
}

// Tables are the eight tables.
var Tables = []Table{
	{"region", "r_regionkey BIGINT, r_name STRING, r_comment STRING"},
	{"nation", "n_nationkey BIGINT, n_name STRING, n_regionkey BIGINT, n_comment STRING"},
	{"part", "p_partkey BIGINT, p_name STRING, p_mfgr STRING, p_brand STRING, p_type STRING, p_size INT, p_container STRING, p_retailprice DECIMAL(15,2), p_comment STRING"},
	{"supplier", "s_suppkey BIGINT, s_name STRING, s_address STRING, s_nationkey BIGINT, s_phone STRING, s_acctbal DECIMAL(15,2), s_comment STRING"},
	{"partsupp", "ps_partkey BIGINT, ps_suppkey BIGINT, ps_availqty INT, ps_supplycost DECIMAL(15,2), ps_comment STRING"},
	{"customer", "c_custkey BIGINT, c_name STRING, c_address STRING, c_nationkey BIGINT, c_phone STRING, c_acctbal DECIMAL(15,2), c_mktsegment STRING, c_comment STRING"},
	{"orders", "o_orderkey BIGINT, o_custkey BIGINT, o_orderstatus STRING, o_totalprice DECIMAL(15,2), o_orderdate DATE, o_orderpriority STRING, o_clerk STRING, o_shippriority INT, o_comment STRING"},
	{"lineitem", "l_orderkey BIGINT, l_partkey BIGINT, l_suppkey BIGINT, l_linenumber INT, l_quantity DECIMAL(15,2), l_extendedprice DECIMAL(15,2), l_discount DECIMAL(15,2), l_tax DECIMAL(15,2), " +
		"l_returnflag STRING, l_linestatus STRING, l_shipdate DATE, l_commitdate DATE, l_receiptdate DATE, l_shipinstruct STRING, l_shipmode STRING, l_comment STRING"},
}

//go:embed queries/*.sql
var queries embed.FS

// Query returns query n, 1 to 22, with the parameters of the specification's
// validation run.
func Query(n int, factor float64) (string, error) {
	b, err := queries.ReadFile(fmt.Sprintf("queries/%d.sql", n))
	return strings.ReplaceAll(string(b), ":fraction", fmt.Sprintf("%.10f", 0.0001/factor)), err
}

// Write makes a folder of each table in dir, with files of lines whose columns
// are parted by bars.
func Write(dir string, factor float64) error {
	g := &generator{
		parts: scaled(200_000, factor), suppliers: scaled(10_000, factor), customers: scaled(150_000, factor), orders: scaled(1_500_000, factor),
		clerks: scaled(1000, factor),
	}
	for _, t := range Tables {
		if err := os.MkdirAll(filepath.Join(dir, t.Name), 0o755); err != nil {
			return err
		}
	}
	for i, write := range []func(dir string, r *rand.Rand) error{g.regions, g.partsAndSupplies, g.suppliersAll, g.customersAll, g.ordersAndLines} {
		if err := write(dir, rand.New(rand.NewPCG(20260, uint64(i)))); err != nil {
			return err
		}
	}
	return nil
}

func scaled(n int, factor float64) int64 { return max(1, int64(float64(n)*factor)) }

// file is a file of lines being written.
type file struct {
	f    *os.File
	w    *bufio.Writer
	line []byte
	err  error
}

func create(dir, table string, part int) *file {
	f, err := os.Create(filepath.Join(dir, table, fmt.Sprintf("part-%d.tbl", part)))
	return &file{f: f, w: bufio.NewWriterSize(f, 1<<20), err: err}
}

// row writes a line of columns.
func (f *file) row(format string, args ...any) {
	if f.err != nil {
		return
	}
	f.line = append(fmt.Appendf(f.line[:0], format, args...), '\n')
	_, f.err = f.w.Write(f.line)
}

func (f *file) close() error {
	if f.err == nil {
		f.err = f.w.Flush()
	}
	if f.f != nil {
		if err := f.f.Close(); f.err == nil {
			f.err = err
		}
	}
	return f.err
}
