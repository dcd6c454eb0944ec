package operator

import (
	"bytes"
	"container/heap"
	"io"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/sortkey"
	"github.com/spatestream/spate/internal/spill"
	"github.com/spatestream/spate/internal/task"
)

// Spillable implements memory.Spiller.
func (s *Sort) Spillable() int64 { return s.held }

// Spill implements memory.Spiller: the rows held become a sorted run.
func (s *Sort) Spill() error {
	if s.file == nil {
		var err error
		if s.file, err = spill.Create(s.space, "sort"); err != nil {
			return err
		}
	}
	var run []spill.Run
	err := s.pile.emit(s.order(), s.buf, runWriter{s.file, &run})
	s.runs = append(s.runs, run)
	s.drop()
	return err
}

// drop is clear that frees the buffers.
func (s *sorter) drop() {
	s.clear()
	s.rows = columnar.NewBatch(s.rows.Schema)
	s.keys = sortkey.Keys{}
}

// runWriter is an Out that writes blocks.
type runWriter struct {
	to  *spill.File
	run *[]spill.Run
}

func (w runWriter) Emit(b *columnar.Batch) error {
	r, err := w.to.Write(b)
	*w.run = append(*w.run, r)
	return err
}

func (runWriter) Late(*columnar.Batch) error { return nil }

// merge emits the runs and what is held in order, and removes the file.
func (s *Sort) merge(out task.Out) error {
	if err := s.Spill(); err != nil {
		return err
	}
	var m merger
	defer m.close()
	for i, r := range s.runs {
		c := &cursor{sort: s, reader: s.file.Read(s.In, r), run: i}
		switch err := c.load(); {
		case err == io.EOF:
		case err != nil:
			return err
		default:
			m = append(m, c)
		}
	}
	heap.Init(&m)
	err := m.emit(s.buf, out)
	s.runs = nil
	if closing := s.Close(); err == nil {
		err = closing
	}
	return err
}

// cursor is a place in a sorted run.
type cursor struct {
	sort   *Sort
	reader *spill.Reader
	keys   sortkey.Keys
	at     int
	run    int
}

// load reads the next block that has rows.
func (c *cursor) load() error {
	c.at = 0
	for {
		if err := c.reader.Next(); err != nil {
			return err
		}
		if b := c.reader.Batch; b.Len > 0 {
			cols, err := c.sort.cols.eval(b, nil)
			if err != nil {
				return err
			}
			c.keys.Reset()
			c.keys.Append(cols, c.sort.by, nil, b.Len)
			return nil
		}
	}
}

// next goes on by a row.
func (c *cursor) next() error {
	if c.at++; c.at < c.keys.Len() {
		return nil
	}
	return c.load()
}

// merger is a heap of cursors, the least key first; of equal keys the earlier
// run's, so that merging keeps their order.
type merger []*cursor

func (m merger) Len() int      { return len(m) }
func (m merger) Swap(i, j int) { m[i], m[j] = m[j], m[i] }
func (m *merger) Push(x any)   { *m = append(*m, x.(*cursor)) }

func (m *merger) Pop() any {
	last := (*m)[len(*m)-1]
	*m = (*m)[:len(*m)-1]
	return last
}

func (m merger) Less(i, j int) bool {
	if c := bytes.Compare(m[i].keys.At(m[i].at), m[j].keys.At(m[j].at)); c != 0 {
		return c < 0
	}
	return m[i].run < m[j].run
}

func (m *merger) emit(buf *columnar.Batch, out task.Out) error {
	buf.Reset()
	for m.Len() > 0 {
		c := (*m)[0]
		for i, v := range buf.Cols {
			v.AppendFrom(c.reader.Batch.Cols[i], c.at)
		}
		if buf.Len++; buf.Len == columnar.MaxRows {
			if err := out.Emit(buf); err != nil {
				return err
			}
			buf.Reset()
		}
		switch err := c.next(); {
		case err == io.EOF:
			heap.Pop(m)
			c.reader.Close()
		case err != nil:
			return err
		default:
			heap.Fix(m, 0)
		}
	}
	if buf.Len == 0 {
		return nil
	}
	return out.Emit(buf)
}

func (m merger) close() {
	for _, c := range m {
		c.reader.Close()
	}
}
