package dstream

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/sparkerr"
)

// metadata is what a program needs to go on where an earlier run of it ended:
// the content of a file checkpoint-<ms>, which docs/formats/dstream-checkpoint.md
// describes.
type metadata struct {
	App       string            `json:"app"`
	Interval  int64             `json:"batchIntervalMs"`
	Zero      instant           `json:"zeroMs"`
	Time      instant           `json:"timeMs"` // the newest batch that was cut
	Operators []operator        `json:"operators"`
	Pending   []instant         `json:"pendingMs"` // batches that were cut and have not completed, ascending
	Inputs    []json.RawMessage `json:"inputs"`    // by input, what its snapshot gave
	// RDDs are the directories of data checkpoints by operator and batch, as
	// directory.within names them.
	RDDs map[int]map[instant]string `json:"rdds,omitempty"`
	Conf map[string]string          `json:"conf"`
}

// operator is a node as the fingerprint of the graph shows it. Its place is no
// part of the identity: a program may be edited and go on.
type operator struct {
	Op      string `json:"op"`
	Slide   int64  `json:"slideMs"`
	Reach   int64  `json:"reachMs,omitempty"`
	Parents []int  `json:"parents,omitempty"`
	Site    string `json:"site"`
}

func (n *node) operator() operator {
	o := operator{Op: n.op, Slide: n.slide.Milliseconds(), Reach: n.reach.Milliseconds(), Site: n.site.String()}
	for _, p := range n.parents {
		o.Parents = append(o.Parents, p.id)
	}
	return o
}

// String names the operator in a message.
func (o operator) String() string {
	s := o.Op
	if o.Reach > 0 {
		s += fmt.Sprintf(" of %d ms", o.Reach)
	}
	s += fmt.Sprintf(" every %d ms", o.Slide)
	if len(o.Parents) > 0 {
		s += fmt.Sprintf(" over %v", o.Parents)
	}
	return s + " (" + o.Site + ")"
}

// same reports whether state of one fits the other.
func (o operator) same(p operator) bool {
	return o.Op == p.Op && o.Slide == p.Slide && o.Reach == p.Reach && slices.Equal(o.Parents, p.Parents)
}

// metadata describes the context as it is. It runs under the graph lock.
func (c *Context) metadata() (*metadata, error) {
	m := &metadata{App: c.sc.AppName(), Interval: c.batch.Milliseconds(), Zero: c.zero, Time: c.newest,
		Pending: c.pendingBatches(), Inputs: []json.RawMessage{}, Conf: c.sc.Settings()}
	for _, n := range c.nodes {
		m.Operators = append(m.Operators, n.operator())
	}
	for i, in := range c.inputs {
		shot, err := in.snapshot()
		if err != nil {
			return nil, fmt.Errorf("snapshot of input %d: %w", i, err)
		}
		if shot == nil {
			shot = json.RawMessage("null")
		}
		m.Inputs = append(m.Inputs, shot)
	}
	c.addRDDs(m)
	return m, nil
}

// addRDDs lists the data checkpoints that the pending and later batches may
// need.
func (c *Context) addRDDs(m *metadata) {
	for _, n := range c.nodes {
		if n.saved == nil {
			continue
		}
		dirs := map[instant]string{}
		for t, dir := range n.saved() {
			if t >= n.needs(m.oldest()) {
				dirs[t] = c.dir.within(dir)
			}
		}
		if len(dirs) > 0 {
			if m.RDDs == nil {
				m.RDDs = map[int]map[instant]string{}
			}
			m.RDDs[n.id] = dirs
		}
	}
}

// oldest is the first batch that a recovery runs.
func (m *metadata) oldest() instant {
	oldest := m.Time.plus(time.Duration(m.Interval) * time.Millisecond)
	for _, t := range m.Pending {
		oldest = min(oldest, t)
	}
	return oldest
}

// needs is the time of the first RDD of the node that a recovery from batch t
// on may ask for.
func (n *node) needs(t instant) instant { return t.minus(max(n.remember, n.slide)) + 1 }

const metadataVersion = "v1"

// encode is the file: a version line and a JSON object that ends with the
// checksum.
func (m *metadata) encode() ([]byte, error) {
	object, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	return vfs.WithChecksum(slices.Concat([]byte(metadataVersion+"\n"), object, []byte("\n"))), nil
}

// decodeMetadata reads a file; what encode did not write is an error.
func decodeMetadata(file []byte) (*metadata, error) {
	version, rest, _ := bytes.Cut(file, []byte("\n"))
	if string(version) != metadataVersion {
		return nil, fmt.Errorf("it begins with %.20q and not with the version %q", version, metadataVersion)
	}
	if !vfs.HasChecksum(file) {
		return nil, errors.New("it has no checksum: it was cut off")
	}
	if bytes.Count(rest, []byte("\n")) != 1 {
		return nil, errors.New("it is not two lines")
	}
	plain, err := vfs.CheckLines(file)
	if err != nil {
		return nil, err
	}
	m := &metadata{}
	if err := json.Unmarshal(plain[len(version)+1:], m); err != nil {
		return nil, err
	}
	return m, m.check()
}

// check refuses times that are no batches.
func (m *metadata) check() error {
	if m.Interval <= 0 || m.Time < m.Zero || (m.Time-m.Zero)%instant(m.Interval) != 0 {
		return fmt.Errorf("its newest batch is at %v, which is no multiple of %d ms after %v", m.Time, m.Interval, m.Zero)
	}
	if !slices.IsSorted(m.Pending) || len(m.Pending) > 0 && (m.Pending[0] <= m.Zero || m.Pending[len(m.Pending)-1] > m.Time) {
		return errors.New("its pending batches are not in order")
	}
	return nil
}

// fits refuses the metadata of another program: the first operator that differs
// is named, with what it was.
func (m *metadata) fits(c *Context, dir string) error {
	if m.Interval != c.batch.Milliseconds() {
		return mismatch(dir, m, "the batch interval is "+printed(c.batch)+" and was "+strconv.FormatInt(m.Interval, 10)+" ms")
	}
	for i, n := range c.nodes {
		is := n.operator()
		if i >= len(m.Operators) {
			return mismatch(dir, m, fmt.Sprintf("operator %d, %v, is new", i, is)).At(n.site)
		}
		if was := m.Operators[i]; !is.same(was) {
			return mismatch(dir, m, fmt.Sprintf("operator %d is %v and was %v", i, is, was)).At(n.site)
		}
	}
	if n := len(c.nodes); n < len(m.Operators) {
		return mismatch(dir, m, fmt.Sprintf("operator %d, which was %v, is gone", n, m.Operators[n]))
	}
	if len(m.Inputs) != len(c.inputs) {
		return mismatch(dir, m, fmt.Sprintf("there are %d inputs and there were %d", len(c.inputs), len(m.Inputs)))
	}
	return nil
}

func mismatch(dir string, m *metadata, what string) *sparkerr.Error {
	return sparkerr.New("", "the checkpoint "+dir+" is that of another program ("+m.App+"): "+what+
		"; run the program that wrote it, or give this one a checkpoint directory of its own", "path", dir)
}
