package connector

import (
	"errors"
	"strings"
)

// ErrLost is returned by Sink.Commit when the prepared work died with the
// process that prepared it: the epoch is run again.
var ErrLost = errors.New("connector: prepared output is gone; the epoch must run again")

// Get returns the option of that name in any case, and whether it is set.
func (o Options) Get(name string) (string, bool) {
	if v, ok := o[name]; ok {
		return v, true
	}
	for k, v := range o {
		if strings.EqualFold(k, name) {
			return v, true
		}
	}
	return "", false
}

// Or returns the option of that name, or the default.
func (o Options) Or(name, otherwise string) string {
	if v, ok := o.Get(name); ok {
		return v
	}
	return otherwise
}
