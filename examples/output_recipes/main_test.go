package main

import (
	"testing"
	"time"

	"github.com/spatestream/spate/dstream/dstreamtest"
	"github.com/spatestream/spate/rdd"
)

// The answer to the third statement is lost, so its task runs again: the first two
// recipes write rows twice, the others do not.
func TestRecipes(t *testing.T) {
	const once = "11 (be,2), 11 (or,1), 11 (to,1), 12 (be,1), 12 (to,2)"
	for name, recipe := range recipes {
		t.Run(name, func(t *testing.T) {
			h := dstreamtest.New(t, time.Second, rdd.Workers(1))
			db := &database{lose: 3}
			recipe(define(dstreamtest.Input(h, []string{"to be or", "be"}, []string{"to be to"})), db)
			h.Run(2)
			twice := name == "connection" || name == "pool"
			if got := db.String(); (got == once) == twice {
				t.Errorf("the database has %s", got)
			}
			if most := 5; name == "pool" && db.opened > 2 || db.opened > most {
				t.Errorf("%d connections were opened", db.opened)
			}
			if db.lose != 0 {
				t.Error("no answer was lost")
			}
		})
	}
}
