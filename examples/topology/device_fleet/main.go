// Command device_fleet averages what each device of a fleet measures by the
// minute. Devices are out of touch now and then, and send what they kept when
// they are back: each has a watermark of its own, so none is late because others
// were quicker. A reading is a line DEVICE,HH:MM:SS,VALUE.
//
//	nc -lk 9990
//	go run ./examples/topology/device_fleet
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"time"

	"github.com/spatestream/spate/topology"
	"github.com/spatestream/spate/topology/sink"
	"github.com/spatestream/spate/topology/source"
)

func main() {
	gateway := flag.String("gateway", "localhost:9990", "where readings come from")
	own := flag.Bool("own", true, "each device has a watermark of its own")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := job(source.Dial(*gateway), *own, os.Stdout).Run(ctx); err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

type reading struct {
	Device string
	At     time.Time
	Value  float64
}

// mean is a sum that is still to be divided.
type mean struct {
	Sum float64
	N   int
}

// delay is how far readings of a device may be out of order.
const delay = 10 * time.Second

// job averages readings by device and minute. If own is false, the latest reading
// of any device says how late it is.
func job(gateway func() topology.Source[string], own bool, out io.Writer) *topology.Job {
	j := topology.NewJob("device_fleet")
	lines := topology.AddSource(j, "gateway", gateway, topology.EventTime(func(line string) time.Time { return parse(line).At }, delay))
	readings := topology.MapFunc(lines, "readings", parse)
	minutes := topology.Fixed(time.Minute)
	if own {
		minutes = minutes.KeyWatermark(delay)
	}
	byDevice := topology.Fields(readings, func(r reading) string { return r.Device })
	means := topology.AggregateWindows(byDevice, "means", minutes, topology.Aggregate[reading, mean, string]{
		Add: func(m mean, r reading) mean { return mean{m.Sum + r.Value, m.N + 1} },
		Result: func(ctx *topology.Context, w topology.Window, m mean) (string, error) {
			device, err := topology.Key[string](ctx)
			return fmt.Sprintf("%s %s: %.2f of %d", device, w.Start.Format("15:04"), m.Sum/float64(m.N), m.N), err
		},
	})
	late := topology.MapFunc(topology.LateEvents[reading](means), "late", func(r reading) string {
		return fmt.Sprintf("%s %s: late", r.Device, r.At.Format("15:04:05"))
	})
	topology.To(topology.Merge(means, late), "print", sink.Lines(out, func(line string) string { return line }))
	return j
}

// parse reads a line; what is no reading is one of device "" at midnight.
func parse(line string) reading {
	fields := strings.Split(strings.TrimSpace(line), ",")
	if len(fields) != 3 {
		return reading{}
	}
	at, err := time.Parse(time.TimeOnly, fields[1])
	if err != nil {
		return reading{}
	}
	value, err := strconv.ParseFloat(fields[2], 64)
	if err != nil {
		return reading{}
	}
	return reading{fields[0], at.AddDate(2000, 0, 0), value}
}
