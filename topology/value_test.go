package topology

import (
	"slices"
	"testing"
)

// aliasing looks at what it got after it has written something else.
type aliasing struct {
	seen  *[]string
	s     *Value[string]
	bytes *Value[[]byte]
	names *Value[struct{ Names []string }]
}

func (a *aliasing) Setup(ctx *Context) error {
	a.s, a.bytes = NewValue[string](ctx, "s"), NewValue[[]byte](ctx, "b")
	a.names = NewValue[struct{ Names []string }](ctx, "names")
	return nil
}

func (a *aliasing) Apply(_ *Context, v int, out *Emitter[int]) error {
	s, _ := a.s.Get()
	b, _ := a.bytes.Get()
	n, _ := a.names.Get()
	text := []string{"first", "later", "third"}[v]
	a.s.Set(text)
	a.bytes.Set([]byte(text))
	a.names.Set(struct{ Names []string }{[]string{text, text}})
	*a.seen = append(*a.seen, s, string(b))
	*a.seen = append(*a.seen, n.Names...)
	return nil
}

// What Get has given stays as it is when the value is set again.
func TestValuesAreCopies(t *testing.T) {
	var seen []string
	j := NewJob("aliasing")
	Discard(Apply(Fields(AddSource(j, "numbers", countTo(3)), func(int) int { return 0 }), "values", func() *aliasing { return &aliasing{seen: &seen} }))
	run(t, j)
	if want := []string{"", "", "first", "first", "first", "first", "later", "later", "later", "later"}; !slices.Equal(seen, want) {
		t.Errorf("%q", seen)
	}
}
