package spate

import (
	"fmt"
	"time"

	"github.com/spatestream/spate/internal/datetime"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/sparkerr"
)

// WithWatermark declares that no row comes more than delay behind the latest
// event time seen in the column: an interval such as "10 minutes". What is
// later is dropped by operations that keep state, and state that only later
// rows could change is let go.
func (d *DataFrame) WithWatermark(column, delay string) *DataFrame {
	b := d.build()
	i, err := datetime.ParseInterval([]byte(delay))
	if err != nil {
		err = sparkerr.New("CANNOT_PARSE_INTERVAL", fmt.Sprintf("the delay of a watermark is an interval such as \"10 minutes\", not %q", delay), "intervalString", delay).Because(err)
	}
	b.note(err)
	return b.frame(&plan.WithWatermark{Node: b.node(), Child: d.rel, Column: b.expr(column), Delay: i})
}

// WithWatermarkDelay is WithWatermark with a Go duration.
func (d *DataFrame) WithWatermarkDelay(column string, delay time.Duration) *DataFrame {
	b := d.build()
	return b.frame(&plan.WithWatermark{Node: b.node(), Child: d.rel, Column: b.expr(column), Delay: plan.Interval{Micros: delay.Microseconds()}})
}
