package topology

import (
	"context"
	"errors"
)

// Beside starts something together with the job, which ends with it: a page, an
// exporter of metrics. start is called when Run begins, before any instance is
// made, and its error is Run's; stop, when Run ends, after the last instance.
// Simulate starts nothing.
func Beside(start func(ctx context.Context, j *Job) (stop func() error, err error)) Option {
	return func(j *Job) { j.given("Beside", start != nil); j.beside = append(j.beside, start) }
}

// accompany starts what runs beside the job, and returns what stops it.
func (j *Job) accompany(ctx context.Context) (stop func() error, err error) {
	var stops []func() error
	stop = func() (err error) {
		for i := len(stops) - 1; i >= 0; i-- {
			err = errors.Join(err, stops[i]())
		}
		return err
	}
	for _, start := range j.beside {
		s, err := start(ctx, j)
		if err != nil {
			return nil, errors.Join(err, stop())
		}
		stops = append(stops, s)
	}
	return stop, nil
}
