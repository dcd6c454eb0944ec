package page_test

import (
	"context"
	"fmt"

	"github.com/spatestream/spate/topology"
	"github.com/spatestream/spate/topology/page"
	"github.com/spatestream/spate/topology/sink"
	"github.com/spatestream/spate/topology/source"
)

// While the job runs, a browser at this address shows it.
func ExampleAt() {
	job := topology.NewJob("vehicle-count", page.At("localhost:7000"))
	cars := topology.AddSource(job, "sensor", source.Listen("localhost:9990"))
	topology.To(cars, "print", sink.Func(func(_ *topology.Context, kind string) error {
		_, err := fmt.Println(kind)
		return err
	}))
	if err := job.Run(context.Background()); err != nil {
		fmt.Println(err)
	}
}
