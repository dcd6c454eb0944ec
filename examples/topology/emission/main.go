// Command emission adds up what vehicles emit by zone: each vehicle is joined with
// the temperature of its zone, for the emission depends on it. It is the last job
// of the book. A vehicle is a line MAKE,MODEL,YEAR,ZONE, a temperature
// TEMPERATURE,ZONE.
//
//	nc -lk 9990       # vehicles
//	nc -lk 9991       # temperatures
//	go run ./examples/topology/emission
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"math"
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
	vehicles := flag.String("vehicles", "localhost:9990", "where vehicles come from")
	temperatures := flag.String("temperatures", "localhost:9991", "where temperatures come from")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := job(source.Dial(*vehicles), source.Dial(*temperatures), os.Stdout).Run(ctx); err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// vehicle is a vehicle that was seen in a zone; Temperature is not known at first.
type vehicle struct {
	Make, Model, Year, Zone string
	Temperature             float64
}

// temperature is that of a zone.
type temperature struct {
	Degrees float64
	Zone    string
}

// emission is what a vehicle gave off in a zone.
type emission struct {
	Zone   string
	Amount float64
}

// job adds up emissions by zone and window.
func job(vehicles, temperatures func() topology.Source[string], out io.Writer) *topology.Job {
	print := log.New(out, "", 0)
	j := topology.NewJob("emission job")
	wait := topology.ClockWatermark(2 * time.Second)
	seen := topology.FlatMapFunc(topology.AddSource(j, "vehicle-source", vehicles, wait), "vehicles", parser(print, parseVehicle))
	measured := topology.FlatMapFunc(topology.AddSource(j, "temperature-source", temperatures, wait), "temperatures", parser(print, parseTemperature))
	joined := topology.Connect(topology.Shuffle(seen), topology.All(measured), "event-joiner", func() *joiner { return &joiner{print, map[string]float64{}} }, topology.Parallelism(2))
	emitted := topology.Apply(topology.Global(joined), "emission-resolver", func() resolver { return resolver{print} })
	byZone := topology.Fields(emitted, func(e emission) string { return e.Zone })
	sums := topology.AggregateWindows(byZone, "windowed-aggregator", topology.Fixed(5*time.Second), total, topology.Parallelism(2))
	topology.To(sums, "print", sink.Func(func(_ *topology.Context, s string) error { return print.Output(1, s) }))
	return j
}

// parser makes one of a line, or says that it is none.
func parser[T any](print *log.Logger, parse func([]string) (T, error)) func(string) []T {
	return func(line string) []T {
		v, err := parse(strings.Split(line, ","))
		if err != nil {
			print.Printf("%q is none of them: %v", line, err)
			return nil
		}
		return []T{v}
	}
}

func parseVehicle(f []string) (vehicle, error) {
	if len(f) != 4 {
		return vehicle{}, fmt.Errorf("it is make,model,year,zone")
	}
	return vehicle{Make: f[0], Model: f[1], Year: f[2], Zone: f[3]}, nil
}

func parseTemperature(f []string) (temperature, error) {
	if len(f) != 2 {
		return temperature{}, fmt.Errorf("it is temperature,zone")
	}
	degrees, err := strconv.ParseFloat(f[0], 64)
	return temperature{degrees, f[1]}, err
}

// joiner knows the last temperature of each zone.
type joiner struct {
	print  *log.Logger
	latest map[string]float64
}

func (x *joiner) ApplyLeft(ctx *topology.Context, v vehicle, out *topology.Emitter[vehicle]) error {
	text := fmt.Sprintf("\nEventJoiner :: instance %d --> Stream: vehicle Event: %s,%s,%s,%s\n", ctx.Instance(), v.Make, v.Model, v.Year, v.Zone)
	known := false
	if v.Temperature, known = x.latest[v.Zone]; known {
		x.print.Printf("%sfound temperature: %g. Patch and emit", text, v.Temperature)
	} else {
		v.Temperature = 60
		x.print.Printf("%stemperature not found. Default to 60", text)
	}
	out.EmitAt(v, ctx.Now())
	return nil
}

func (x *joiner) ApplyRight(ctx *topology.Context, t temperature, _ *topology.Emitter[vehicle]) error {
	x.print.Printf("\nEventJoiner :: instance %d --> Stream: temperature Event: %g,%s\nupdate temperature table: %s -> %g", ctx.Instance(), t.Degrees, t.Zone, t.Zone, t.Degrees)
	x.latest[t.Zone] = t.Degrees
	return nil
}

// resolver looks a vehicle's emission up.
type resolver struct{ print *log.Logger }

var table = map[string]float64{"XXX:AA:2020:90": 3.3, "YYY:CC:2021:90": 4.2}

func (r resolver) Apply(ctx *topology.Context, v vehicle, out *topology.Emitter[emission]) error {
	amount, known := table[fmt.Sprintf("%s:%s:%s:%.0f", v.Make, v.Model, v.Year, math.Round(v.Temperature))]
	if !known {
		amount = 4
	}
	r.print.Printf("EmissionResolver :: instance %d --> resolved emission of %s,%s,%s in zone %s at %g: %g", ctx.Instance(), v.Make, v.Model, v.Year, v.Zone, v.Temperature, amount)
	out.Emit(emission{v.Zone, amount})
	return nil
}

// total is the sum of emissions of a zone.
var total = topology.Aggregate[emission, float64, string]{
	Add: func(sum float64, e emission) float64 { return sum + e.Amount },
	Result: func(ctx *topology.Context, w topology.Window, sum float64) (string, error) {
		zone, err := topology.Key[string](ctx)
		return fmt.Sprintf("\nWindowedAggregator :: instance %d --> total emission for zone %s between %d and %d is %.1f", ctx.Instance(), zone, w.Start.UnixMilli(), w.End.UnixMilli(), sum), err
	},
}
