package topology

import "github.com/spatestream/spate/internal/flow"

// Stream is events of type T on their way from a component's channel to
// whoever reads it, and how they are shared out among the reader's instances.
// It is a value; reading it twice sends every event to both.
type Stream[T any] struct {
	job   *Job
	refs  []ref
	group grouping[T]
	shed  Shedding
}

// Merge makes one stream of several. Events of one instance keep their order;
// between instances there is none.
func Merge[T any](first Stream[T], more ...Stream[T]) Stream[T] {
	out := Stream[T]{job: first.job.there(), refs: append([]ref(nil), first.refs...)}
	for _, s := range more {
		s.job.there()
		out.refs = append(out.refs, s.refs...)
	}
	return out
}

// input makes the stream an input of a component.
func (s Stream[T]) input() input {
	s.job.there()
	keys := ""
	if s.keyed() {
		keys = s.group.key.Is
	}
	return input{
		refs:  s.refs,
		group: s.group.kind,
		keys:  keys,
		sheds: s.shed.policy != flow.Block,
		drops: s.shed.policy != flow.Block && s.shed.policy != flow.Sample,
		writer: func(n *node, by *component, output, targets int) any {
			return newWriter(n, s.group, s.shed, &by.shed, output, targets)
		},
		inlet: func(r any) func(any, *node) error {
			to := r.(receiver[T])
			return func(p any, n *node) error { return p.(*events[T]).deliver(to, n) }
		},
	}
}
