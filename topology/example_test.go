package topology_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spatestream/spate/topology"
	"github.com/spatestream/spate/topology/sink"
	"github.com/spatestream/spate/topology/source"
)

// Count is how often a word has come.
type Count struct {
	Word string
	N    int
}

func (c Count) String() string { return fmt.Sprintf("%s: %d", c.Word, c.N) }

// counter counts the words of its instance.
type counter struct{ counts map[string]int }

func newCounter() *counter { return &counter{map[string]int{}} }

func (c *counter) Apply(ctx *topology.Context, word string, out *topology.Emitter[Count]) error {
	c.counts[word]++
	out.Emit(Count{word, c.counts[word]})
	return nil
}

func Example() {
	ctx := context.Background()
	job := topology.NewJob("word-count")
	lines := topology.AddSource(job, "lines", source.Values("to be or", "not to be"))
	words := topology.FlatMapFunc(lines, "words", strings.Fields)
	counts := topology.Apply(topology.Fields(words, strings.ToLower), "count", newCounter, topology.Parallelism(1))
	topology.To(counts, "print", sink.Lines(os.Stdout, Count.String))
	if err := job.Run(ctx); err != nil {
		fmt.Println(err)
	}
	// Output:
	// to: 1
	// be: 1
	// or: 1
	// not: 1
	// to: 2
	// be: 2
}

// numbers is a source of its own.
type numbers struct{ next, last int }

func (n *numbers) Next(ctx context.Context, out *topology.Emitter[int]) error {
	if n.next > n.last {
		return io.EOF
	}
	out.Emit(n.next)
	n.next++
	return nil
}

func ExampleSource_own() {
	job := topology.NewJob("own")
	squares := topology.MapFunc(topology.AddSource(job, "numbers", func() *numbers { return &numbers{last: 3} }), "square", func(n int) int { return n * n })
	topology.To(squares, "print", sink.Func(func(_ *topology.Context, n int) error {
		fmt.Println(n)
		return nil
	}))
	fmt.Println(job.Run(context.Background()))
	// Output:
	// 0
	// 1
	// 4
	// 9
	// <nil>
}

func ExampleStream_groupings() {
	job := topology.NewJob("groupings")
	words := topology.AddSource(job, "words", source.Values("to", "be", "or", "not"))
	first := func(w string) string { return w[:1] }

	topology.Shuffle(words)       // in turn
	topology.Fields(words, first) // equal keys to the same instance
	topology.PartialKey(words, first)
	topology.All(words)
	topology.Global(words)
	topology.Direct(words, func(w string) int { return len(w) })
	topology.Custom(words, func(w string, of int) int { return len(w) % of })
	topology.Shed(words, topology.DropOldest)
	topology.Discard(words)
	fmt.Println(job.Validate())
	// Output: <nil>
}

type Reading struct {
	Zone string
	At   time.Time
	Heat int
}

var broken = topology.NewChannel[string]("broken")

// parser makes readings of lines; what is none goes to the channel broken.
type parser struct{ broken *topology.Emitter[string] }

func (p *parser) Setup(ctx *topology.Context) error {
	p.broken = topology.Out(ctx, broken)
	return nil
}

func (p *parser) Apply(ctx *topology.Context, line string, out *topology.Emitter[Reading]) error {
	var r Reading
	if err := json.Unmarshal([]byte(line), &r); err != nil {
		p.broken.Emit(line)
		return nil
	}
	out.Emit(r)
	return nil
}

func ExampleChannel() {
	job := topology.NewJob("channels")
	lines := topology.AddSource(job, "lines", source.Values(`{"Zone":"a","Heat":60}`, `what?`))
	readings := topology.Apply(lines, "parse", func() *parser { return &parser{} }, topology.Emits(broken))
	topology.To(readings, "print", sink.Lines(os.Stdout, func(r Reading) string { return r.Zone }))
	topology.To(topology.Select(readings, broken), "complain", sink.Lines(os.Stdout, func(line string) string { return "broken: " + line }))
	fmt.Println(job.Run(context.Background()))
	// Output:
	// a
	// broken: what?
	// <nil>
}

// hottest prints a zone's hottest reading when nothing has come for a minute of
// event time.
type hottest struct{ heat *topology.Value[int] }

func (h *hottest) Setup(ctx *topology.Context) error {
	h.heat = topology.NewValue[int](ctx, "heat")
	return nil
}

func (h *hottest) Apply(ctx *topology.Context, r Reading, out *topology.Emitter[string]) error {
	if heat, ok := h.heat.Get(); !ok || r.Heat > heat {
		h.heat.Set(r.Heat)
	}
	ctx.SetTimer(topology.Timer{Name: "quiet", At: ctx.EventTime().Add(time.Minute)})
	return nil
}

func (h *hottest) OnTimer(ctx *topology.Context, t topology.Timer, out *topology.Emitter[string]) error {
	zone, err := topology.Key[string](ctx)
	heat, _ := h.heat.Get()
	out.Emit(fmt.Sprintf("%s reached %d until %s", zone, heat, t.At.Format("15:04:05")))
	h.heat.Clear()
	return err
}

func ExampleTimer() {
	at := func(s int) time.Time { return time.Unix(int64(s), 0).UTC() }
	job := topology.NewJob("hottest")
	readings := topology.AddSource(job, "readings", source.Values(
		Reading{"a", at(0), 60}, Reading{"a", at(10), 65}, Reading{"a", at(5), 50}, Reading{"b", at(300), 20},
	), topology.EventTime(func(r Reading) time.Time { return r.At }, 10*time.Second))
	byZone := topology.Fields(readings, func(r Reading) string { return r.Zone })
	hottest := topology.Apply(byZone, "hottest", func() *hottest { return &hottest{} })
	topology.To(hottest, "print", sink.Lines(os.Stdout, func(s string) string { return s }))
	fmt.Println(job.Run(context.Background()))
	// Output:
	// a reached 65 until 00:01:05
	// b reached 20 until 00:06:00
	// <nil>
}

// spending tells what an account has spent, within an hour and in all.
type spending struct {
	recent *topology.List[int64]
	all    *topology.Aggregated[Transfer, int64, string]
}

func (s *spending) Setup(ctx *topology.Context) error {
	s.recent = topology.NewList[int64](ctx, "recent", topology.TTL(time.Hour))
	s.all = topology.NewAggregated(ctx, "all", topology.Aggregate[Transfer, int64, string]{
		Add: func(sum int64, t Transfer) int64 { return sum + t.Cents },
		Result: func(_ *topology.Context, _ topology.Window, sum int64) (string, error) {
			return fmt.Sprint(sum, " in all"), nil
		},
	})
	return nil
}

func (s *spending) Apply(ctx *topology.Context, t Transfer, out *topology.Emitter[string]) error {
	s.recent.Add(t.Cents)
	s.all.Add(t)
	hour := int64(0)
	for cents := range s.recent.All() {
		hour += cents
	}
	all, err := s.all.Result()
	out.Emit(fmt.Sprintf("%s: %d within an hour, %s", t.Account, hour, all))
	return err
}

func ExampleTTL() {
	at := func(m int) time.Time { return time.Unix(int64(60*m), 0).UTC() }
	job := topology.NewJob("spending")
	transfers := topology.AddSource(job, "transfers", source.Values(
		Transfer{"a", 100, at(0)}, Transfer{"a", 30, at(50)}, Transfer{"a", 5, at(60)}, Transfer{"a", 7, at(200)},
	), topology.EventTime(func(t Transfer) time.Time { return t.At }, 0))
	byAccount := topology.Fields(transfers, func(t Transfer) string { return t.Account })
	told := topology.Apply(byAccount, "spending", func() *spending { return &spending{} })
	topology.To(told, "print", sink.Lines(os.Stdout, func(s string) string { return s }))
	fmt.Println(job.Run(context.Background()))
	// Output:
	// a: 100 within an hour, 100 in all
	// a: 130 within an hour, 130 in all
	// a: 35 within an hour, 135 in all
	// a: 7 within an hour, 142 in all
	// <nil>
}

func ExampleBatchPass() {
	type count struct {
		Minute  time.Time
		N       int
		Version topology.Version
	}
	at := func(s int) time.Time { return time.Unix(int64(s), 0).UTC() }
	log := source.NewLog[time.Time](1)
	known := sink.NewView(func(c count) time.Time { return c.Minute }, func(c count) topology.Version { return c.Version })
	counting := func(options ...topology.Option) *topology.Job {
		job := topology.NewJob("counting", options...)
		clicks := topology.AddSource(job, "clicks", log.Source, topology.EventTime(func(t time.Time) time.Time { return t }, 0))
		counts := topology.AggregateWindows(clicks, "count", topology.Fixed(time.Minute).PerInstance(), topology.Aggregate[time.Time, int, count]{
			Add: func(n int, _ time.Time) int { return n + 1 },
			Result: func(_ *topology.Context, w topology.Window, n int) (count, error) {
				return count{w.Start, n, w.Version()}, nil
			},
		})
		topology.To(counts, "known", known.Sink)
		return job
	}

	log.Append(0, slices.Repeat([]time.Time{at(10)}, 64)...) // as much as the log gives at a time
	log.Append(0, slices.Repeat([]time.Time{at(70)}, 64)...)
	log.Append(0, at(20)) // late
	log.Close()
	for _, pass := range [][]topology.Option{nil, {topology.BatchPass(1)}} {
		if err := counting(pass...).Run(context.Background()); err != nil {
			fmt.Println(err)
		}
		first, _ := known.Get(at(0))
		fmt.Println(first.N, first.Version)
	}
	// Output:
	// 64 {0 0}
	// 65 {1 0}
}

// Transfer is money that moves from one account to another.
type Transfer struct {
	Account string
	Cents   int64
	At      time.Time
}

func ExampleAggregateWindows() {
	at := func(s int) time.Time { return time.Unix(int64(s), 0).UTC() }
	job := topology.NewJob("turnover")
	transfers := topology.AddSource(job, "transfers", source.Values(
		Transfer{"a", 100, at(5)}, Transfer{"b", 7, at(6)}, Transfer{"a", 250, at(59)}, Transfer{"a", 1, at(61)},
	), topology.EventTime(func(t Transfer) time.Time { return t.At }, 10*time.Second))
	byAccount := topology.Fields(transfers, func(t Transfer) string { return t.Account })
	turnover := topology.AggregateWindows(byAccount, "turnover", topology.Fixed(time.Minute), topology.Aggregate[Transfer, int64, string]{
		Add: func(sum int64, t Transfer) int64 { return sum + t.Cents },
		Result: func(ctx *topology.Context, w topology.Window, sum int64) (string, error) {
			account, err := topology.Key[string](ctx)
			return fmt.Sprintf("%s %s: %d", w.Start.Format("15:04"), account, sum), err
		},
	})
	topology.To(turnover, "print", sink.Lines(os.Stdout, func(s string) string { return s }))
	topology.To(topology.LateEvents[Transfer](turnover), "late", sink.Lines(os.Stderr, func(t Transfer) string { return fmt.Sprint(t) }))
	fmt.Println(job.Run(context.Background()))
	// Unordered output:
	// 00:00 a: 350
	// 00:00 b: 7
	// 00:01 a: 1
	// <nil>
}

func ExampleJoinTable() {
	type price struct {
		Item  string
		Cents int
	}
	job := topology.NewJob("sales")
	prices := topology.AddSource(job, "prices", source.Values(price{"tea", 250}))
	sold := make(chan string, 1)
	sales := topology.AddSource(job, "sales", source.Chan(sold))
	same := func(item string) string { return item }

	priced := topology.JoinTable(topology.Fields(sales, same), topology.Fields(prices, func(p price) string { return p.Item }), "price", topology.LeftJoin)
	topology.To(priced, "print", sink.Lines(os.Stdout, func(x topology.Joined[string, price]) string {
		return fmt.Sprint(x.Left, " ", x.HasRight)
	}))
	sold <- "milk"
	close(sold)
	fmt.Println(job.Run(context.Background()))
	// Output:
	// milk false
	// <nil>
}

func ExampleExactlyOnce() {
	dir, _ := os.MkdirTemp("", "topology")
	defer os.RemoveAll(dir)
	job := topology.NewJob("copy", topology.ExactlyOnce(dir+"/checkpoint", topology.Every(time.Second)))
	lines := topology.AddSource(job, "lines", source.Values("a", "b"))
	topology.To(lines, "files", sink.File(dir+"/out", strings.ToUpper))
	if err := job.Run(context.Background()); err != nil {
		fmt.Println(err)
	}
	text, err := os.ReadFile(dir + "/out/part-00000-000000")
	fmt.Printf("%s%v\n", text, err)
	// Output:
	// A
	// B
	// <nil>
}

func ExampleDeadLetters() {
	job := topology.NewJob("replies", topology.AtLeastOnce(topology.AckTimeout(10*time.Second)),
		topology.OnError(topology.ToDeadLetters), topology.Restart(topology.FixedDelay(3, time.Second)))
	lines := topology.AddSource(job, "lines", source.Values(`{"Zone":"a","Heat":60}`, `what?`))
	readings := topology.Apply(lines, "parse", func() strict { return strict{} })
	topology.To(readings, "print", sink.Lines(os.Stdout, func(r Reading) string { return r.Zone }))
	topology.To(topology.DeadLetters[string](job, "parse"), "dead", sink.Lines(os.Stdout, func(d topology.DeadLetter[string]) string {
		return fmt.Sprintf("%s: %v", d.Event, d.Err)
	}))
	fmt.Println(job.Run(context.Background()))
	// Output:
	// a
	// what?: invalid character 'w' looking for beginning of value
	// <nil>
}

// strict makes readings of lines, and returns an error for what is none.
type strict struct{}

func (strict) Apply(_ *topology.Context, line string, out *topology.Emitter[Reading]) error {
	var r Reading
	if err := json.Unmarshal([]byte(line), &r); err != nil {
		return err
	}
	out.Emit(r)
	return nil
}

func ExampleJob_Plan() {
	job := topology.NewJob("word-count")
	lines := topology.AddSource(job, "lines", source.Values("to be"))
	words := topology.FlatMapFunc(topology.Shuffle(lines), "words", strings.Fields, topology.Parallelism(2))
	topology.To(topology.Fields(words, strings.ToLower), "count", sink.Func(func(*topology.Context, string) error { return nil }))
	fmt.Print(job.Plan().Mermaid())
	// Output:
	// flowchart TD
	//   n0(["lines"])
	//   n1["words × 2"]
	//   n2(["count × 2"])
	//   n0 -->|"shuffle"| n1
	//   n1 -->|"fields"| n2
}

// Sources and sinks of the packages source and sink.
func ExampleSource() {
	job := topology.NewJob("sources")
	orders := make(chan string)

	topology.AddSource(job, "dial", source.Dial("localhost:9990", source.Redial(time.Second)), topology.Parallelism(2))
	topology.AddSource(job, "listen", source.Listen("localhost:9980"))
	topology.AddSource(job, "file", source.File("orders.txt"))
	topology.AddSource(job, "tail", source.Tail("orders.log", time.Second))
	topology.AddSource(job, "http", source.HTTP("localhost:9970", source.JSON[Reading]))
	topology.AddSource(job, "chan", source.Chan(orders))
	all := topology.AddSource(job, "rate", source.Generate(100, func(n int64) (int64, bool) { return n, true }))

	topology.To(all, "lines", sink.Lines(os.Stdout, func(n int64) string { return fmt.Sprint(n) }))
	topology.To(all, "files", sink.File("out", func(n int64) string { return fmt.Sprint(n) }))
	topology.To(all, "post", sink.Post("http://localhost:9960/", sink.JSON[int64], sink.Client(http.DefaultClient)))
	topology.To(all, "func", sink.Func(func(ctx *topology.Context, n int64) error { return errors.ErrUnsupported }))
	fmt.Println(strings.Count(job.Validate().Error(), "nobody reads"))
	// Output: 6
}

// score fails the first time for what is uneven, and always for 13.
func newScore() func(int) (int, error) {
	tried := map[int]bool{}
	return func(v int) (int, error) {
		if v == 13 || v%2 == 1 && !tried[v] {
			tried[v] = true
			return 0, fmt.Errorf("no score for %d", v)
		}
		return v * v, nil
	}
}

// scorer is an operator that may fail.
type scorer struct{ score func(int) (int, error) }

func (s scorer) Apply(ctx *topology.Context, v int, out *topology.Emitter[int]) error {
	score, err := s.score(v)
	if err == nil {
		out.Emit(score)
	}
	return err
}

func ExampleAtLeastOnce() {
	quiet := slog.New(slog.DiscardHandler)
	job := topology.NewJob("scores", topology.AtLeastOnce(
		topology.MaxAttempts(3), topology.ReplayBackoff(0, 0)),
		topology.OnError(topology.Replay), topology.Log(quiet))
	numbers := topology.AddSource(job, "numbers", source.Values(12, 13, 14, 15))
	scores := topology.Apply(numbers, "score", func() scorer { return scorer{newScore()} })
	topology.To(scores, "print", sink.Lines(os.Stdout, strconv.Itoa))
	topology.To(topology.DeadLetters[int](job, "numbers"), "rejected", sink.Lines(os.Stdout,
		func(d topology.DeadLetter[int]) string { return d.Err.Error() }))
	if err := job.Run(context.Background()); err != nil {
		fmt.Println(err)
	}
	// Unordered output:
	// 144
	// 196
	// 225
	// score: no score for 13
}

// pairs makes one event of two.
type pairs struct {
	held  []*topology.Held
	words []string
}

func (p *pairs) Apply(ctx *topology.Context, word string, out *topology.Emitter[string]) error {
	p.held, p.words = append(p.held, ctx.Hold()), append(p.words, word)
	if len(p.held) == 2 {
		ctx.Release(p.held, func() { out.Emit(p.words[0] + " " + p.words[1]) })
		p.held, p.words = nil, nil
	}
	return nil
}

func ExampleContext_Hold() {
	job := topology.NewJob("pairs", topology.AtLeastOnce())
	words := topology.AddSource(job, "words", source.Values("to", "be", "or", "not"))
	topology.To(topology.Apply(words, "pair", func() *pairs { return &pairs{} }), "print",
		sink.Lines(os.Stdout, strings.Clone))
	if err := job.Run(context.Background()); err != nil {
		fmt.Println(err)
	}
	// Output:
	// to be
	// or not
}

// quotes knows what things cost, as a service would.
type quotes struct{ prices map[string]int }

func newQuotes() *quotes { return &quotes{map[string]int{"pen": 2, "book": 15}} }

func (q *quotes) Call(ctx context.Context, item string) (string, error) {
	price, ok := q.prices[item]
	if !ok {
		return "", fmt.Errorf("nobody sells a %s", item)
	}
	return fmt.Sprintf("a %s costs %d", item, price), nil
}

func ExampleAsync() {
	job := topology.NewJob("quotes", topology.OnError(topology.ToDeadLetters))
	items := topology.AddSource(job, "items", source.Values("pen", "book", "unicorn", "pen"))
	priced := topology.Async(items, "price", newQuotes,
		topology.InFlight(32), topology.CallTimeout(10*time.Second), topology.Retry(3, 10*time.Millisecond, time.Second))
	topology.To(priced, "print", sink.Lines(os.Stdout, func(line string) string { return line }))
	topology.To(topology.DeadLetters[string](job, "price"), "complain", sink.Func(func(_ *topology.Context, d topology.DeadLetter[string]) error {
		return nil
	}))
	if err := job.Run(context.Background()); err != nil {
		fmt.Println(err)
	}
	fmt.Println(job.Counts()["price"].DeadLettered, "unanswered")
	// Output:
	// a pen costs 2
	// a book costs 15
	// a pen costs 2
	// 1 unanswered
}
