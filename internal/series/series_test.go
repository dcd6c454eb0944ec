package series

import (
	"slices"
	"testing"
	"time"

	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/internal/vfs/simfs"
)

// The last samples are kept, and the next process goes on with those of the last
// Save.
func TestSeries(t *testing.T) {
	disk := simfs.New(1, time.Now)
	open := func() *Series[int] {
		s := &Series[int]{Most: 4, AtStake: 3}
		if err := s.Load(disk, "series.json"); err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := open()
	for i := range 8 {
		if due := s.Add(i); due != (i == 2 || i == 5) {
			t.Errorf("sample %d: due %v", i, due)
		} else if due {
			if err := s.Save(disk, "series.json"); err != nil {
				t.Fatal(err)
			}
		}
	}
	if got := s.All(); !slices.Equal(got, []int{4, 5, 6, 7}) {
		t.Errorf("kept %v", got)
	}
	next := open()
	next.Add(8)
	if got := next.All(); !slices.Equal(got, []int{3, 4, 5, 8}) {
		t.Errorf("another process went on with %v", got)
	}
}

// A file that cannot be read is an error, and the series begins anew.
func TestABrokenFile(t *testing.T) {
	disk := simfs.New(1, time.Now)
	if err := vfs.WriteAtomic(disk, "series.json", []byte("[1,2"), vfs.Overwrite); err != nil {
		t.Fatal(err)
	}
	s := &Series[int]{Most: 4, AtStake: 1}
	if err := s.Load(disk, "series.json"); err == nil {
		t.Error("a broken file was read")
	}
	if s.Add(1); !slices.Equal(s.All(), []int{1}) {
		t.Errorf("it goes on with %v", s.All())
	}
}
