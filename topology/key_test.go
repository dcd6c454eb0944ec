package topology

import "testing"

// keyed gives the key of each event.
type keyed struct{}

func (keyed) Apply(ctx *Context, v item, out *Emitter[int]) error {
	key, err := Key[string](ctx)
	out.Emit(len(key))
	return err
}

func BenchmarkKey(b *testing.B) {
	in := Fields(AddSource(NewJob("keys"), "items", func() items { return items{} }), byKey)
	bench(b, Apply(in, "keyed", func() keyed { return keyed{} }), 1)
}
