package spate_test

import (
	"bytes"
	"context"
	"testing"

	"go.uber.org/goleak"

	"github.com/spatestream/spate"
	"github.com/spatestream/spate/sparkerr"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// newSession makes a session that ends with the test; what it prints goes to
// the buffer.
func newSession(t *testing.T, opts ...spate.Option) (*spate.Session, *bytes.Buffer) {
	t.Helper()
	out := &bytes.Buffer{}
	s := spate.NewSession(append([]spate.Option{spate.Output(out), spate.Conf("spark.sql.session.timeZone", "UTC"), spate.Conf("spate.parallelism", "2")}, opts...)...)
	t.Cleanup(func() {
		if err := s.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return s, out
}

// show returns what Show prints of a frame.
func show(t *testing.T, d *spate.DataFrame) string {
	t.Helper()
	text, err := d.ShowString(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func wantClass(t *testing.T, err error, class string) *sparkerr.Error {
	t.Helper()
	if sparkerr.ClassOf(err) != class {
		t.Fatalf("got %v, want the error class %s", err, class)
	}
	return sparkerr.As(err)
}
