package analyze

import (
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/sql/logical"
)

// CheckBatch refuses an analysed plan that cannot run as a batch.
func CheckBatch(n logical.Node) error {
	var err error
	logical.Visit(n, func(m logical.Node) bool {
		switch x := m.(type) {
		case *logical.Scan:
			if x.Rel.Streaming() {
				err = unsupported(m, "A stream never ends, so its rows cannot be read as a result. Start it: writeStream.start(), or a streaming table or flow in a script for 'spate run'")
			}
		case *logical.Deduplicate:
			if x.WithinWatermark {
				err = unsupported(m, "dropDuplicatesWithinWatermark is for streams. Use dropDuplicates on a table")
			}
		}
		return err == nil
	})
	return err
}

// unsupported is the condition of most refusals of streaming queries. Users
// match its text, so the first words are Spark's.
func unsupported(n logical.Node, message string) error {
	return fail(n.Where(), "_LEGACY_ERROR_TEMP_3102", message+";\n"+logical.Explain(n), "msg", message, "plan", n.String())
}

func wrongMode(n logical.Node, mode connector.Mode, operation, advice string) error {
	return fail(n.Where(), "STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION", "The output mode "+mode.String()+" does not go with "+operation+". "+advice,
		"outputMode", mode.String(), "operation", operation)
}

// CheckStreaming refuses an analysed plan that cannot run as a stream in the
// output mode. correctness is whether a chain of stateful operators whose rows
// may be wrong is refused (spark.sql.streaming.statefulOperator.
// checkCorrectness.enabled).
func CheckStreaming(n logical.Node, mode connector.Mode, correctness bool) error {
	if !logical.Streaming(n) {
		return fail(n.Where(), "WRITE_STREAM_NOT_ALLOWED", "The query has no source that streams, so it cannot be started as a stream. Read with readStream or STREAM, or run it as a batch.")
	}
	c := &streamCheck{mode: mode, root: n}
	checks := []func() error{c.groupStates, c.outputMode, c.operators, c.watermarks}
	if correctness {
		checks = []func() error{c.groupStates, c.chains, c.outputMode, c.operators, c.watermarks}
	}
	for _, check := range checks {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

type streamCheck struct {
	mode connector.Mode
	root logical.Node
}

// all returns the streaming nodes below the root that f chooses, inputs first.
func (c *streamCheck) all(f func(logical.Node) bool) []logical.Node {
	var out []logical.Node
	var visit func(logical.Node)
	visit = func(n logical.Node) {
		for _, k := range n.Children() {
			visit(k)
		}
		if f(n) && logical.Streaming(n) {
			out = append(out, n)
		}
	}
	visit(c.root)
	return out
}

func isAggregate(n logical.Node) bool {
	switch n.(type) {
	case *logical.Aggregate, *logical.Distinct:
		return true
	}
	return false
}

// groupStates refuses mixtures of operators with states of the user's.
func (c *streamCheck) groupStates() error {
	kinds := map[logical.StateKind][]*logical.GoRows{}
	for _, n := range c.all(func(n logical.Node) bool { _, ok := n.(*logical.GoRows); return ok }) {
		g := n.(*logical.GoRows)
		kinds[g.Fn.State()] = append(kinds[g.Fn.State()], g)
	}
	maps, flats := kinds[logical.MapGroups], kinds[logical.FlatMapGroups]
	switch {
	case len(maps) > 1:
		return unsupported(maps[1], "A stream can go through one mapGroupsWithState only")
	case len(maps) > 0 && len(flats) > 0:
		return unsupported(flats[0], "A stream cannot go through mapGroupsWithState and flatMapGroupsWithState both. Use one of them")
	case len(maps) == 1 && c.mode != connector.Update:
		return wrongMode(maps[0], c.mode, "mapGroupsWithState", "Use update mode.")
	}
	for _, g := range append(maps, flats...) {
		if g.Fn.EventTimeout() && !hasWatermark(g.Inputs[0]) {
			return unsupported(g, "A time-out in event time needs a watermark. Put withWatermark before the grouping")
		}
	}
	for _, g := range flats {
		if len(flats) > 1 && (g.Fn.Mode() != connector.Append || c.mode != connector.Append) {
			return unsupported(g, "Several flatMapGroupsWithState over one stream must all be in append mode, and so must the query")
		}
		if err := c.flatMapMode(g); err != nil {
			return err
		}
	}
	return nil
}

func (c *streamCheck) flatMapMode(g *logical.GoRows) error {
	aggregates := c.all(isAggregate)
	if len(aggregates) == 0 {
		if g.Fn.Mode() != c.mode {
			return unsupported(g, "flatMapGroupsWithState in the mode "+g.Fn.Mode().String()+" cannot feed a query in the output mode "+c.mode.String()+". Use one mode for both")
		}
		return nil
	}
	if g.Fn.Mode() == connector.Update {
		return unsupported(g, "flatMapGroupsWithState in update mode cannot stand in one query with an aggregation of the stream. Use append mode")
	}
	for _, a := range aggregates {
		if below(g.Inputs[0], a) {
			return unsupported(g, "flatMapGroupsWithState in append mode must stand before the aggregation, not behind it")
		}
	}
	return nil
}

func below(root, n logical.Node) bool {
	found := false
	logical.Visit(root, func(m logical.Node) bool {
		found = found || m == n
		return !found
	})
	return found
}

func hasWatermark(n logical.Node) bool {
	for _, t := range n.Output() {
		if t.Tags.EventTime {
			return true
		}
	}
	return false
}

// Stateful reports whether an analysed stream keeps state from epoch to epoch.
func Stateful(n logical.Node) bool {
	found := false
	logical.Visit(n, func(n logical.Node) bool {
		_, dedup := n.(*logical.Deduplicate)
		found = found || logical.Streaming(n) && (dedup || stateful(n))
		return !found
	})
	return found
}

// stateful reports whether rows of n depend on rows of earlier epochs.
func stateful(n logical.Node) bool {
	switch x := n.(type) {
	case *logical.Aggregate, *logical.Distinct:
		return true
	case *logical.Join:
		return logical.Streaming(x.Left) && logical.Streaming(x.Right)
	case *logical.GoRows:
		return x.Fn.State() != logical.Stateless
	case *logical.Deduplicate:
		return x.WithinWatermark || dedupsEventTime(x)
	}
	return false
}

func dedupsEventTime(d *logical.Deduplicate) bool {
	for _, k := range d.Keys {
		if logical.TagsOf(k).EventTime {
			return true
		}
	}
	return false
}

// chains refuses a stateful operator above one that emits rows which are late
// or change.
func (c *streamCheck) chains() error {
	for _, upper := range c.all(stateful) {
		for _, in := range upper.Children() {
			var err error
			logical.Visit(in, func(n logical.Node) bool {
				if err == nil && c.emitsLate(n) {
					err = unsupported(upper, "A stateful operation feeds another one rows older than its watermark, which would be dropped there as late. Compute one of them in a query of its own; or, if losing rows is no harm, set spark.sql.streaming.statefulOperator.checkCorrectness.enabled=false")
				}
				return err == nil
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *streamCheck) emitsLate(n logical.Node) bool {
	if g, ok := n.(*logical.GoRows); ok && g.Fn.State() != logical.Stateless && g.Fn.State() != logical.TransformState {
		return g.Fn.EventTimeout()
	}
	return isAggregate(n) && logical.Streaming(n) && c.mode != connector.Append
}

// outputMode refuses modes that the aggregations, or their absence, rule out.
func (c *streamCheck) outputMode() error {
	aggregates := c.all(isAggregate)
	if len(aggregates) == 0 {
		if c.mode == connector.Complete {
			return wrongMode(c.root, c.mode, "no streaming aggregations", "Use append or update.")
		}
		return nil
	}
	for _, n := range aggregates {
		a, ok := n.(*logical.Aggregate)
		if !ok || a.SessionKey() < 0 {
			continue
		}
		if c.mode == connector.Update {
			return wrongMode(n, c.mode, "session window streaming aggregations", "Use append or complete.")
		}
		if len(a.Group) == 1 {
			return fail(n.Where(), "_LEGACY_ERROR_TEMP_3068", "Global aggregation with session window in streaming query is not supported. Group by one more column.")
		}
	}
	if c.mode == connector.Append && !groupsEventTime(aggregates[0]) {
		return wrongMode(aggregates[0], c.mode, "streaming aggregations without watermark", "Give the event time a watermark and group by it or by a window of it, or use update or complete mode.")
	}
	return nil
}

func groupsEventTime(n logical.Node) bool {
	switch x := n.(type) {
	case *logical.Aggregate:
		return x.EventTimeKey() >= 0
	case *logical.Distinct:
		return hasWatermark(x)
	}
	return false
}

// operators refuses single operators, inputs first.
func (c *streamCheck) operators() error {
	for _, n := range c.all(func(logical.Node) bool { return true }) {
		if err := c.operator(n); err != nil {
			return err
		}
		if err := refusedCalls(n); err != nil {
			return err
		}
	}
	return nil
}

func (c *streamCheck) operator(n logical.Node) error {
	switch x := n.(type) {
	case *logical.Aggregate:
		for i := range x.Aggs {
			if x.Call(i).Distinct {
				return unsupported(n, "An aggregate of DISTINCT values would have to keep every value of the stream. Use approx_count_distinct, or remove duplicates first")
			}
		}
	case *logical.Deduplicate:
		if x.WithinWatermark && !hasWatermark(x.Child) {
			return unsupported(n, "dropDuplicatesWithinWatermark needs a watermark. Put withWatermark before it")
		}
	case *logical.Join:
		return c.join(x)
	case *logical.Union:
		for _, in := range x.Inputs {
			if !logical.Streaming(in) {
				return unsupported(n, "UNION of a stream and a table gives neither. Read both as streams, or both as tables")
			}
		}
	case *logical.SetOp:
		if x.Except {
			side := "right"
			if logical.Streaming(x.Left) {
				side = "left"
			}
			return unsupported(n, "EXCEPT with a stream on the "+side+" is not possible: which rows stay is known only at the stream's end")
		}
		return unsupported(n, "INTERSECT of streams is not possible. Join them within a range of time")
	case *logical.Limit:
		if c.mode == connector.Update {
			return unsupported(n, "LIMIT of a stream is not possible in the output mode update. Use append or complete")
		}
	case *logical.Offset:
		return unsupported(n, "OFFSET of a stream is not possible")
	case *logical.Sort:
		if !c.complete(x.Child) {
			return unsupported(n, "A stream cannot be sorted as a whole. ORDER BY is possible over an aggregation in the output mode complete")
		}
	case *logical.Sample:
		return unsupported(n, "A stream cannot be sampled. Filter by a condition")
	}
	return nil
}

// complete reports whether n puts out its whole result in every epoch.
func (c *streamCheck) complete(n logical.Node) bool {
	if c.mode != connector.Complete {
		return false
	}
	found := false
	logical.Visit(n, func(m logical.Node) bool {
		found = found || isAggregate(m) && logical.Streaming(m)
		return !found
	})
	return found
}

// refusedCalls are functions whose values a restarted epoch would not repeat.
func refusedCalls(n logical.Node) error {
	for _, e := range n.Exprs() {
		if expr.Any(e, func(x expr.Node) bool {
			call, ok := x.(*expr.Call)
			return ok && call.Fn.Name == "monotonically_increasing_id"
		}) {
			return unsupported(n, "monotonically_increasing_id() has no meaning for a stream: a restart would number the rows anew")
		}
	}
	return nil
}

// watermarks refuses a second watermark above a first.
func (c *streamCheck) watermarks() error {
	for _, n := range c.all(func(n logical.Node) bool { _, ok := n.(*logical.Watermark); return ok }) {
		w := n.(*logical.Watermark)
		var err error
		logical.Visit(w.Child, func(m logical.Node) bool {
			if _, ok := m.(*logical.Watermark); ok && err == nil {
				err = fail(w.Where(), "_LEGACY_ERROR_TEMP_3076", "Redefining watermark is disallowed. A relation below has a watermark already; keep one of the two.")
			}
			return err == nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
