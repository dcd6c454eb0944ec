package topology

import (
	"encoding/json"
	"testing"
)

// mergeJob joins two sources and a channel that nobody else reads. (Streamwork
// took a source for an operator here, by the order of edges.)
func mergeJob() *Job {
	j := NewJob(`toll "A\1"`)
	var h heap[int]
	first := AddSource(j, "bridge 1", countTo(1), Parallelism(2))
	second := AddSource(j, `bridge "2" <#>`, countTo(1))
	same := mapped(func(_ *Context, v int) (int, error) { return v, nil })
	booth := Apply(Fields(Merge(first, second), func(v int) int { return v }), "booth (both)", same)
	To(booth, "keep", h.sink)
	To(second, "log/all", h.sink)
	return j
}

func TestPlanJSON(t *testing.T) {
	got, err := json.MarshalIndent(mergeJob().Plan(), "", " ")
	want := `{
 "name": "toll \"A\\1\"",
 "sources": [
  {
   "name": "bridge 1",
   "parallelism": "2",
   "role": "source"
  },
  {
   "name": "bridge \"2\" \u003c#\u003e",
   "parallelism": "1",
   "role": "source"
  }
 ],
 "operators": [
  {
   "name": "booth (both)",
   "parallelism": "2",
   "role": "operator"
  },
  {
   "name": "keep",
   "parallelism": "2",
   "role": "sink"
  },
  {
   "name": "log/all",
   "parallelism": "1",
   "role": "sink"
  }
 ],
 "edges": [
  {
   "from": "bridge 1",
   "to": "booth (both)",
   "from_parallelism": "2",
   "to_parallelism": "2",
   "stream": "default",
   "grouping": "fields"
  },
  {
   "from": "bridge \"2\" \u003c#\u003e",
   "to": "booth (both)",
   "from_parallelism": "1",
   "to_parallelism": "2",
   "stream": "default",
   "grouping": "fields"
  },
  {
   "from": "booth (both)",
   "to": "keep",
   "from_parallelism": "2",
   "to_parallelism": "2",
   "stream": "default",
   "grouping": "forward"
  },
  {
   "from": "bridge \"2\" \u003c#\u003e",
   "to": "log/all",
   "from_parallelism": "1",
   "to_parallelism": "1",
   "stream": "default",
   "grouping": "forward"
  }
 ]
}`
	if err != nil || string(got) != want {
		t.Errorf("%v\n%s", err, got)
	}
	if empty, _ := json.Marshal(NewJob("empty").Plan()); string(empty) != `{"name":"empty","sources":[],"operators":[],"edges":[]}` {
		t.Errorf("%s", empty)
	}
}

func TestPlanGraphs(t *testing.T) {
	p := mergeJob().Plan()
	if got, want := p.Graphviz(), `digraph "toll \"A\\1\"" {
  n0 [label="bridge 1 × 2" shape=invhouse]
  n1 [label="bridge \"2\" <#>" shape=invhouse]
  n2 [label="booth (both) × 2" shape=box]
  n3 [label="keep × 2" shape=house]
  n4 [label="log/all" shape=house]
  n0 -> n2 [label="fields"]
  n1 -> n2 [label="fields"]
  n2 -> n3 [label="forward"]
  n1 -> n4
}
`; got != want {
		t.Errorf("%s", got)
	}
	if got, want := p.Mermaid(), `flowchart TD
  n0(["bridge 1 × 2"])
  n1(["bridge #quot;2#quot; #lt;#35;#gt;"])
  n2["booth (both) × 2"]
  n3(["keep × 2"])
  n4(["log/all"])
  n0 -->|"fields"| n2
  n1 -->|"fields"| n2
  n2 -->|"forward"| n3
  n1 --> n4
`; got != want {
		t.Errorf("%s", got)
	}
}
