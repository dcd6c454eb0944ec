package rate

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path"
	"strconv"
	"strings"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// Connector returns the format rate: rowsPerSecond rows every second since the
// query was created. Options: rowsPerSecond (1), rampUpTime (0s) and
// numPartitions (1).
func Connector() connector.SourceConnector { return byClock{} }

type byClock struct{}

func (byClock) Name() string { return "rate" }

// Advice implements connector.Adviser.
func (byClock) Advice(o connector.Options) []string {
	return connector.UnknownOptions("rate", o, "rowsPerSecond", "rampUpTime", "numPartitions")
}

func (byClock) Source(_ context.Context, r connector.Request) (connector.Source, error) {
	if err := check("RateStreamProvider", r); err != nil {
		return nil, err
	}
	s := &clocked{env: r.Env, log: r.Log, created: -1}
	var err error
	if s.perSecond, err = number(r.Options, "rowsPerSecond", 1, 1); err != nil {
		return nil, err
	}
	if s.parts, err = number(r.Options, "numPartitions", 1, 1); err != nil {
		return nil, err
	}
	text := r.Options.Or("rampUpTime", "0s")
	var ok bool
	if s.ramp, ok = seconds(text); !ok || s.ramp < 0 {
		return nil, sparkerr.New("", "Invalid value '"+text+"'. The option 'rampUpTime' must not be negative.")
	}
	return s, nil
}

// clocked is the source. An offset is the whole seconds since it was created,
// which is logged in sources/I/0.
type clocked struct {
	env       *connector.Env
	log       string
	perSecond int64
	ramp      int64 // seconds
	parts     int64
	created   int64 // ms since 1970; -1: not known yet
	newest    int64 // ms: the clock never goes back
}

func (*clocked) Schema() *sqltype.Struct { return schema }

// Describe implements connector.Describer.
func (s *clocked) Describe() string {
	return fmt.Sprintf("RateStreamV2[rowsPerSecond=%d, rampUpTimeSeconds=%d, numPartitions=%d]", s.perSecond, s.ramp, s.parts)
}

// restore reads or writes the time of creation.
func (s *clocked) restore() error {
	if s.created >= 0 {
		return nil
	}
	name := path.Join(s.log, "0")
	data, err := vfs.ReadFile(s.env.FS, name)
	if errors.Is(err, vfs.ErrNotExist) {
		now := s.env.Clock.Now().UnixMilli()
		if err := s.env.FS.MkdirAll(s.log); err != nil {
			return err
		}
		if err := vfs.WriteAtomic(s.env.FS, name, []byte("v1\n"+strconv.FormatInt(now, 10)), vfs.NoOverwrite); err != nil {
			return err
		}
		s.created = now
		return nil
	}
	if err != nil {
		return err
	}
	text, ok := strings.CutPrefix(string(data), "v1\n")
	ms, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if !ok || err != nil || ms < 0 {
		return sparkerr.Corrupt(name, "%q is not the time at which a rate source was created", data)
	}
	s.created = ms
	return nil
}

// Latest implements connector.Source.
func (s *clocked) Latest(_ context.Context, from connector.Offset, _ connector.Limit) (connector.Offset, error) {
	if err := s.restore(); err != nil {
		return nil, err
	}
	s.newest = max(s.newest, s.env.Clock.Now().UnixMilli())
	second := max(0, (s.newest-s.created)/1000)
	if start, err := secondOf(from); err != nil || len(from) > 0 && second <= start {
		return from, err
	}
	if _, err := s.value(second); err != nil {
		return nil, err
	}
	return strconv.AppendInt(nil, second, 10), nil
}

func secondOf(o connector.Offset) (int64, error) {
	if len(o) == 0 {
		return 0, nil
	}
	n, err := strconv.ParseInt(string(o), 10, 64)
	if err != nil || n < 0 {
		return 0, corruptOffset(o)
	}
	return n, nil
}

// value returns the first value of a second. While the rate ramps up it grows
// by the same amount every second.
func (s *clocked) value(second int64) (int64, error) {
	delta := s.perSecond / (s.ramp + 1)
	x := min(second, s.ramp)
	rising := float64(delta) * float64(x) * float64(x+1) / 2
	if rising+float64(second-x)*float64(s.perSecond) > math.MaxInt64/2 {
		return 0, sparkerr.New("INCORRECT_END_OFFSET", fmt.Sprintf("Max offset with %d rowsPerSecond is reached at second %d. Start a new query.", s.perSecond, second),
			"rowsPerSecond", strconv.FormatInt(s.perSecond, 10), "maxSeconds", strconv.FormatInt(second, 10), "endSeconds", strconv.FormatInt(second, 10))
	}
	return delta*x*(x+1)/2 + (second-x)*s.perSecond, nil
}

// Splits implements connector.Source.
func (s *clocked) Splits(_ context.Context, from, to connector.Offset) ([]connector.Split, error) {
	if err := s.restore(); err != nil {
		return nil, err
	}
	if len(to) == 0 {
		return nil, sparkerr.New("", "the rate source cannot be read continuously yet; use a micro-batch trigger")
	}
	a, err := secondOf(from)
	if err != nil {
		return nil, err
	}
	z, err := secondOf(to)
	if err != nil {
		return nil, err
	}
	lo, err := s.value(a)
	if err != nil {
		return nil, err
	}
	hi, err := s.value(z)
	if err != nil || hi <= lo {
		return nil, err
	}
	return cut(lo, hi, s.parts, s.created+1000*a, float64(1000*(z-a))/float64(hi-lo)), nil
}

func (s *clocked) Open(_ context.Context, sp connector.Split, want connector.Wanted) (connector.Reader, error) {
	return open(sp, want), nil
}

func (*clocked) Forget(context.Context, connector.Offset) error { return nil }

func (*clocked) Close() error { return nil }
