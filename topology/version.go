package topology

import "cmp"

// Version orders the results for one key and window: of two the higher is valid.
type Version struct {
	Pass int // 0: of a job that follows its input; else of a BatchPass
	Pane int // number of the firing, from 0
}

// Compare returns -1 if v is before w, 0 if they are one, 1 if it is after: a
// batch pass is after all that were before it, and after the stream.
func (v Version) Compare(w Version) int {
	return cmp.Or(cmp.Compare(v.Pass, w.Pass), cmp.Compare(v.Pane, w.Pane))
}

// Version returns the version of what the window gives with this firing.
func (w Window) Version() Version { return Version{w.Pass, w.Pane} }

// BatchPass makes the job a pass over input that ends, to put right what the same
// job gave for it while it came: the watermark waits for the end of the input, so
// that no event is late, and windows fire once, with Version{n, 0}. n counts the
// passes from 1. Who keeps the result of the highest Version for each key and
// window (package sink has a View that does) has the batch's where there is one, and
// the stream's where the batch has not been yet: the Lambda architecture, of one
// definition.
//
// Windows stay open until the end, so a pass holds an aggregate for each key and
// window of its input. Timers in event time fire behind all events.
func BatchPass(n int) Option {
	return func(j *Job) {
		if n < 1 {
			j.mistake("BatchPass(%d): passes count from 1; 0 is the stream's", n)
		}
		j.pass = n
	}
}
