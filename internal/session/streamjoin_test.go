package session

import (
	"testing"

	"github.com/spatestream/spate/connector"
)

// An event and the next of its kind within ten seconds, across restarts: a row
// without partner leaves when the watermark says that none can come.
func TestLeftJoinOfStreamsAcrossRestarts(t *testing.T) {
	const join = `SELECT l.k, l.ts, r.ts AS next
		FROM (SELECT * FROM STREAM t WATERMARK ts DELAY OF INTERVAL 0 SECONDS) l
		LEFT JOIN (SELECT * FROM STREAM t WATERMARK ts DELAY OF INTERVAL 0 SECONDS) r
		ON l.k = r.k AND r.ts > l.ts AND r.ts <= l.ts + INTERVAL 10 SECONDS`
	f := &feed{}
	dir := t.TempDir()
	f.add(event{"a", 10}, event{"b", 11})
	f.add(event{"a", 15})
	l := stream(t, f, newLedger, dir, join, connector.Append)
	keep := func(s *Session) *ledger { l.s = s; return l }
	f.add(event{"c", 40})
	f.add(event{"d", 60}, event{"a", 16})
	stream(t, f, keep, dir, join, connector.Append)
	// Epochs 2 and 5 bring no data. In epoch 4 the watermark held is still 15 s,
	// so a at 16 s finds its partners; d waits for one beyond 70 s. The ledger
	// writes a null time as 0.
	want := "0: \n1: a,10,15\n2: \n3: \n4: a,10,16 a,15,16 a,16,0 b,11,0\n5: c,40,0"
	if got := l.text(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// A join whose keys hold the event time, below a windowed count: rows that
// leave the join late are not late above it.
func TestJoinOfStreamsBelowAnAggregation(t *testing.T) {
	const query = `SELECT window.start AS s, count(*) AS n, count(r) AS pairs FROM (
			SELECT l.ts, r.k AS r
			FROM (SELECT * FROM STREAM t WATERMARK ts DELAY OF INTERVAL 0 SECONDS) l
			LEFT JOIN (SELECT * FROM STREAM t WATERMARK ts DELAY OF INTERVAL 0 SECONDS) r
			ON l.ts = r.ts AND l.k <> r.k)
		GROUP BY window(ts, '5 seconds')`
	f := &feed{}
	f.add(event{"a", 10}, event{"b", 10}, event{"c", 12})
	f.add(event{"d", 30})
	l := stream(t, f, newLedger, t.TempDir(), query, connector.Append)
	want := "0: \n1: \n2: 10,3,2"
	if got := l.text(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
