package plan

import (
	"testing"

	"github.com/spatestream/spate/sqltype"
)

func TestDump(t *testing.T) {
	a := &Attribute{Parts: []string{"t", "a b"}}
	tree := &Query{Relation: &With{
		CTEs: []CTE{{Name: "c", Query: &OneRow{}}},
		Child: &Filter{
			Cond: &Call{Name: ">", Operator: true, Args: []Expr{a, &Literal{Value: int32(1), Type: sqltype.Int}}},
			Child: &Sort{Global: true, Keys: []SortKey{{Expr: a, Desc: true, Nulls: NullsFirst}},
				Child: &Table{Name: Named("db", "t"), Stream: true, Options: []Property{{"k", "v"}}}},
		},
	}}
	want := "Query\n" +
		"  With\n" +
		"    CTE Name=\"c\"\n" +
		"      OneRow\n" +
		"    Filter Cond=>(t.`a b`, 1)\n" +
		"      Sort Keys=[t.`a b` DESC NULLS FIRST] Global=true\n" +
		"        Table Name=db.t Options=[{Key=\"k\" Value=\"v\"}] Stream=true\n"
	if got := Dump(tree); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestNameQuotes(t *testing.T) {
	for _, c := range []struct {
		name          Name
		plain, quoted string
	}{
		{Named("a"), "a", "`a`"},
		{Named("a", "b c"), "a.`b c`", "`a`.`b c`"},
		{Named("12", "x`y"), "`12`.`x``y`", "`12`.`x``y`"},
		{Named(""), "``", "``"},
	} {
		if got := c.name.String(); got != c.plain {
			t.Errorf("String: got %s, want %s", got, c.plain)
		}
		if got := c.name.Quoted(); got != c.quoted {
			t.Errorf("Quoted: got %s, want %s", got, c.quoted)
		}
	}
}
