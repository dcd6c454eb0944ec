// Package showtable draws rows as DataFrame.show() and the console sink do:
// the same characters as Spark, for cells that are text already.
package showtable

import (
	"strconv"
	"strings"
	"unicode/utf16"
)

// Table is a header and rows of cells. Cells of nulls are "NULL".
type Table struct {
	Header []string
	Rows   [][]string
	// Truncate is the most characters a cell shows, 0 for all. Cut tables are
	// right aligned, whole ones left aligned.
	Truncate int
	// Vertical prints a line a cell.
	Vertical bool
	// More: there are rows beyond these, which the last line says.
	More bool
}

const minWidth = 3

// String returns the table as Spark's showString does: print it with a line
// break after it.
func (t *Table) String() string {
	var b strings.Builder
	header, rows := t.cells(t.Header, 0), make([][]string, len(t.Rows))
	for i, r := range t.Rows {
		rows[i] = t.cells(r, t.Truncate)
	}
	if t.Vertical {
		vertical(&b, header, rows)
	} else {
		t.horizontal(&b, header, rows)
	}
	switch {
	case t.Vertical && len(rows) == 0:
		b.WriteString("(0 rows)\n")
	case t.More:
		b.WriteString("only showing top " + strconv.Itoa(len(rows)) + " row")
		if len(rows) != 1 {
			b.WriteString("s")
		}
	}
	return b.String()
}

func (t *Table) horizontal(b *strings.Builder, header []string, rows [][]string) {
	widths := make([]int, len(header))
	for _, r := range append([][]string{header}, rows...) {
		for i, cell := range r {
			widths[i] = max(widths[i], width(cell), minWidth)
		}
	}
	rule := "+"
	for _, w := range widths {
		rule += strings.Repeat("-", w) + "+"
	}
	rule += "\n"
	b.WriteString(rule)
	t.line(b, header, widths)
	b.WriteString(rule)
	for _, r := range rows {
		t.line(b, r, widths)
	}
	b.WriteString(rule)
}

func (t *Table) line(b *strings.Builder, cells []string, widths []int) {
	b.WriteByte('|')
	for i, cell := range cells {
		pad := strings.Repeat(" ", widths[i]-width(cell))
		if t.Truncate > 0 {
			b.WriteString(pad + cell + "|")
		} else {
			b.WriteString(cell + pad + "|")
		}
	}
	b.WriteByte('\n')
}

func vertical(b *strings.Builder, header []string, rows [][]string) {
	names, values := minWidth, minWidth
	for _, h := range header {
		names = max(names, width(h))
	}
	for _, r := range rows {
		for _, cell := range r {
			values = max(values, width(cell))
		}
	}
	for i, r := range rows {
		head := "-RECORD " + strconv.Itoa(i)
		b.WriteString(head + strings.Repeat("-", max(0, names+values+5-len(head))) + "\n")
		for k, cell := range r {
			b.WriteString(" " + header[k] + strings.Repeat(" ", names-width(header[k])) + " | " +
				cell + strings.Repeat(" ", values-width(cell)) + " \n")
		}
	}
}

// cells escapes control characters and cuts.
func (t *Table) cells(in []string, limit int) []string {
	out := make([]string, len(in))
	for i, s := range in {
		out[i] = cut(escapes.Replace(s), limit)
	}
	return out
}

var escapes = strings.NewReplacer("\n", `\n`, "\r", `\r`, "\t", `\t`, "\f", `\f`, "\b", `\b`, "\v", `\v`, "\a", `\a`)

// cut shortens s to limit UTF-16 units, as Java counts, the last three being
// dots.
func cut(s string, limit int) string {
	if limit <= 0 || len(s) <= limit {
		return s
	}
	u := utf16.Encode([]rune(s))
	switch {
	case len(u) <= limit:
		return s
	case limit < 4:
		return string(utf16.Decode(u[:limit]))
	}
	return string(utf16.Decode(u[:limit-3])) + "..."
}

// width is how many columns of a terminal s takes: one a UTF-16 unit, two for
// the wide characters of East Asia.
func width(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case r >= 0x1100 && r <= 0x115f, r >= 0x2e80 && r <= 0xa4cf, r >= 0xac00 && r <= 0xd7a3, r >= 0xf900 && r <= 0xfaff,
			r >= 0xfe30 && r <= 0xfe6f, r >= 0xff00 && r <= 0xff60, r >= 0xffe0 && r <= 0xffe6, r > 0xffff:
			n += 2
		default:
			n++
		}
	}
	return n
}
