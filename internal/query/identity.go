package query

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/checkpoint"
	"github.com/spatestream/spate/sparkerr"
)

// The keys under which the offset log's configuration says what the query reads
// and writes, in the words of Describe. Spark keeps such keys for nobody: a
// checkpoint that it has continued is compared with nothing.
const (
	sourcesKey = "spate.query.sources" // JSON: one text a source, "" unknown
	sinkKey    = "spate.query.sink"
)

// checkSources refuses other sources than those that wrote the checkpoint:
// offsets mean something to their own kind of source only, and are known by
// their order. Another place of the same kind is allowed, as in Spark, and
// warned of.
func (l *loop) checkSources(r checkpoint.Recovered) error {
	if r.Last == nil {
		return nil
	}
	if len(r.Last.Ends) != len(l.cfg.Sources) {
		return l.sourcesChanged(fmt.Sprintf("it holds offsets of %d sources and the query has %d", len(r.Last.Ends), len(l.cfg.Sources)))
	}
	var was []string
	if json.Unmarshal([]byte(r.Last.Conf[sourcesKey]), &was) != nil || len(was) != len(l.cfg.Sources) {
		return nil // Spark's, or from before these were kept
	}
	for i, s := range l.cfg.Sources {
		is := described(s)
		if was[i] == "" || is == "" {
			continue
		}
		if kind(was[i]) != kind(is) {
			return l.sourcesChanged(fmt.Sprintf("its source %d is %s, and that of the query %s", i, was[i], is))
		}
		if place(was[i]) != place(is) {
			l.cfg.Env.Log.Warn("a source has moved: the query goes on with the offsets of the old place, and what is at the new one counts as new",
				"query", l.cfg.Name, "was", was[i], "is", is, "checkpoint", l.cfg.Directory.Root(),
				"advice", "if this is another query, give it another checkpoint")
		}
	}
	return nil
}

func (l *loop) sourcesChanged(what string) error {
	return sparkerr.New("STREAMING_QUERY_SOURCES_CHANGED",
		"the checkpoint "+l.cfg.Directory.Root()+" was written by another query: "+what+"; sources are known by their order in the query: give the changed query a new checkpoint, or go back to the query that wrote this one")
}

// compareSinks warns of rows that are now written elsewhere.
func (l *loop) compareSinks(r checkpoint.Recovered) {
	if r.Last == nil {
		return
	}
	was, is := r.Last.Conf[sinkKey], described(l.cfg.Sink)
	if was == "" || is == "" || kind(was) == kind(is) && place(was) == place(is) {
		return
	}
	l.cfg.Env.Log.Warn("the sink has changed: rows up to this batch stay where the old one put them",
		"query", l.cfg.Name, "was", was, "is", is, "batch", r.Last.Epoch, "checkpoint", l.cfg.Directory.Root(),
		"advice", "for the whole result in one place give the query another checkpoint")
}

// identify adds to the configuration of the offset log what the query is made of.
func (l *loop) identify() {
	texts := make([]string, len(l.cfg.Sources))
	for i, s := range l.cfg.Sources {
		texts[i] = described(s)
	}
	sources, _ := json.Marshal(texts)
	conf := maps.Clone(l.cfg.Conf)
	if conf == nil {
		conf = map[string]string{}
	}
	conf[sourcesKey], conf[sinkKey] = string(sources), described(l.cfg.Sink)
	l.cfg.Conf = conf
}

// described is describe, or "" of what does not describe itself.
func described(x any) string {
	if d, ok := x.(connector.Describer); ok {
		return d.Describe()
	}
	return ""
}

// kind is what stands before the bracket: FileStreamSource[file:/in].
func kind(text string) string {
	k, _, _ := strings.Cut(text, "[")
	k, _, _ = strings.Cut(k, "$@") // the console's, with its number of rows
	return k
}

// place is what stands in the brackets: a path, an address; "" of sources that
// make their rows up, whose settings may change.
func place(text string) string {
	_, p, _ := strings.Cut(text, "[")
	if strings.HasPrefix(text, "Rate") {
		return ""
	}
	return p
}
