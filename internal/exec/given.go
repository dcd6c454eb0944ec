package exec

import "github.com/spatestream/spate/sparkerr"

// NotGiven is the error of who needs what it was not given: a function, a ctx, a
// value of an option.
func NotGiven(who string) *sparkerr.Error {
	return sparkerr.New("", who+" was given nil in place of a function or a value that it needs: give it one")
}
