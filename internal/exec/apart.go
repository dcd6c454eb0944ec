package exec

import "github.com/spatestream/spate/sparkerr"

// ErrExited is why something has ended whose function did not even panic.
var ErrExited = &sparkerr.Error{Kind: sparkerr.UserCode,
	Message: "a function ended its goroutine (runtime.Goexit, or FailNow of a test): it must return an error instead"}

// Apart calls f on a goroutine of its own and waits for it. Panics are errors as
// Protect makes them; that f ends the goroutine is ErrExited, with the place
// where it did.
func Apart(f func() error) error {
	ended := make(chan error, 1)
	go func() {
		err, returned := error(nil), false
		defer func() {
			if !returned {
				err = exited()
			}
			ended <- err
		}()
		err = Protect(f)
		returned = true
	}()
	return <-ended
}

// exited is ErrExited of the goroutine that is ending, whose calls are still there
// to be looked at.
func exited() error {
	if at, users := Blame(stack()[2:]); users {
		return ErrExited.At(at)
	}
	return ErrExited
}
