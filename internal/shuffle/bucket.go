package shuffle

// bucket gathers the rows for one reduce task in chunks, which are never moved.
type bucket[T any] struct {
	full [][]T
	last []T
}

const minChunk = 16

func (b *bucket[T]) add(x T) {
	if len(b.last) == cap(b.last) {
		b.grow()
	}
	b.last = append(b.last, x)
}

// grow begins another chunk, larger than the last.
func (b *bucket[T]) grow() {
	if b.last != nil {
		b.full = append(b.full, b.last)
	}
	b.last = make([]T, 0, min(max(4*cap(b.last), minChunk), chunk))
}

// each pushes the rows.
func (b *bucket[T]) each(emit func([]T) error) error {
	for _, rows := range b.full {
		if err := emit(rows); err != nil {
			return err
		}
	}
	return each(b.last, emit)
}

// each pushes rows, chunk at a time.
func each[T any](rows []T, emit func([]T) error) error {
	for len(rows) > 0 {
		n := min(len(rows), chunk)
		if err := emit(rows[:n:n]); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}
