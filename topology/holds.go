package topology

// holds keeps the events under way that a window or a join has, by key and part
// of it, so that a job AtLeastOnce gives them again if it is restarted before they
// are dealt with. It is nil in other jobs.
type holds map[string][]*Held

func holdsAt(ctx *Context, part []byte) string {
	ctx.at()
	return string(ctx.state.Cells.Key()) + string(part)
}

// add holds the event at hand.
func (h *holds) add(ctx *Context, part []byte) {
	held := ctx.Hold()
	if held == nil {
		return
	}
	if *h == nil {
		*h = holds{}
	}
	at := holdsAt(ctx, part)
	(*h)[at] = append((*h)[at], held)
}

// take returns what is held there, and holds it no longer.
func (h holds) take(ctx *Context, part []byte) []*Held {
	if h == nil {
		return nil
	}
	at := holdsAt(ctx, part)
	held := h[at]
	delete(h, at)
	return held
}

// move makes what is held at one part held at another.
func (h holds) move(ctx *Context, to, from []byte) {
	if held := h.take(ctx, from); len(held) > 0 {
		at := holdsAt(ctx, to)
		h[at] = append(h[at], held...)
	}
}

// done lets go of what is held there.
func (h holds) done(ctx *Context, part []byte) {
	for _, held := range h.take(ctx, part) {
		held.Done()
	}
}
