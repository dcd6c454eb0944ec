package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/spatestream/spate/topology/source"
)

// TestScores sends a line every ten seconds. Between lines every analyser has
// its say.
func TestScores(t *testing.T) {
	lines := []struct{ text, score string }{
		{"20.5,1", "0.0"},
		{"19,1", "0.0"},
		{"10,1,2", "0.0"}, // another user
		{"21,1", "0.0"},
		{"60.5,1", "2.0"},   // three times as much, the fourth in a minute
		{"20.5,700", "2.0"}, // far away, the fourth in a minute
		{"ten,1", ""},
		{"10,2,2", "0.0"},
	}
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		terminal := source.Generate(0.1, func(n int64) (string, bool) {
			if n == int64(len(lines)) {
				return "", false
			}
			return lines[n].text, true
		})
		ids := 0
		newID := func() string { ids++; return fmt.Sprint("T", ids) }
		if err := job(terminal, newID, &out).Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		text, id := out.String(), 0
		for _, l := range lines {
			if l.score == "" {
				continue
			}
			id++
			head := fmt.Sprintf("Transaction score change: T%d ==> ", id)
			if n := strings.Count(text, head); n != 3 {
				t.Errorf("T%d has %d scores", id, n)
			}
			if last := text[strings.LastIndex(text, head)+len(head):]; last[:3] != l.score {
				t.Errorf("T%d (%s) has the score %s", id, l.text, last[:3])
			}
		}
		for _, want := range []string{
			"\ntransaction (transactions) :: instance 0 --> [transaction:T1; amount:20.500000; transactionTime: 2000-01-01 00:00:00+0000; merchandise: 1, user: 1]\n",
			`"ten,1" is no transaction; it is amount,merchandise or amount,merchandise,user: `,
		} {
			if !strings.Contains(text, want) {
				t.Errorf("not %q in\n%s", want, text)
			}
		}
	})
}
