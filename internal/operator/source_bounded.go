package operator

import (
	"context"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/sparkerr"
)

// bounded is what a source that is no stream answers to a stream's questions.
type bounded struct{}

func (bounded) Latest(context.Context, connector.Offset, connector.Limit) (connector.Offset, error) {
	return nil, sparkerr.Internalf("a bounded relation was asked for offsets")
}

func (bounded) Splits(context.Context, connector.Offset, connector.Offset) ([]connector.Split, error) {
	return nil, sparkerr.Internalf("a bounded relation was asked for a range of offsets")
}

func (bounded) Forget(context.Context, connector.Offset) error { return nil }

func (bounded) Close() error { return nil }

// ended are the parts of a reader that has nothing to give back.
type ended struct{}

func (ended) Position() connector.Offset { return nil }

func (ended) Close() error { return nil }
