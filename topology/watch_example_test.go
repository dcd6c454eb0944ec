package topology_test

import (
	"context"
	"fmt"
	"time"

	"github.com/spatestream/spate/topology"
	"github.com/spatestream/spate/topology/sink"
	"github.com/spatestream/spate/topology/source"
)

// A listener is told what happens to a job.
func ExampleListen() {
	job := topology.NewJob("watched", topology.StatusEvery(time.Second), topology.Listen(func(n topology.Notice) {
		switch n.Kind {
		case topology.Bottleneck:
			fmt.Println("to scale:", n.Bottleneck)
		case topology.Alarmed:
			fmt.Println(n.Alarm.Advice)
		case topology.Ended:
			fmt.Println("ended", n.Error)
		}
	}))
	lines := topology.AddSource(job, "lines", source.Values("a", "b"))
	topology.To(lines, "nowhere", sink.Func(func(*topology.Context, string) error { return nil }))
	if err := job.Run(context.Background()); err != nil {
		fmt.Println(err)
	}
	// Output:
	// ended
}

// What is worth least is dropped when the reader cannot keep up.
func ExampleDropLeast() {
	job := topology.NewJob("urgent")
	words := topology.AddSource(job, "words", source.Values("late", "URGENT"))
	urgent := func(w string) int {
		if w == "URGENT" {
			return 1
		}
		return 0
	}
	topology.To(topology.Shed(words, topology.DropLeast(urgent)), "print", sink.Func(func(_ *topology.Context, w string) error {
		_, err := fmt.Println(w)
		return err
	}))
	if err := job.Run(context.Background()); err != nil {
		fmt.Println(err)
	}
	// Output:
	// late
	// URGENT
}
