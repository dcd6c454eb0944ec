// Package noop is the sink that keeps nothing: for measuring a query, and for
// queries whose effect is elsewhere.
package noop

import (
	"context"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
)

// Connector returns the format noop.
func Connector() connector.SinkConnector { return noop{} }

type noop struct{}

func (noop) Name() string { return "noop" }

// Advice implements connector.Adviser.
func (noop) Advice(o connector.Options) []string { return connector.UnknownOptions("noop", o) }

func (noop) Sink(context.Context, connector.Request) (connector.Sink, error) { return noop{}, nil }

// Guarantee implements connector.Sink: nothing can appear twice.
func (noop) Guarantee() connector.Guarantee { return connector.ByEpoch }

// Describe implements connector.Describer.
func (noop) Describe() string { return "NoopTable" }

func (noop) Writer(context.Context, connector.Epoch, int) (connector.Writer, error) {
	return writer{}, nil
}

func (noop) Commit(context.Context, connector.Epoch, []connector.Receipt) error { return nil }

func (noop) Abort(context.Context, connector.Epoch, []connector.Receipt) error { return nil }

func (noop) Close() error { return nil }

type writer struct{}

func (writer) Abort() error { return nil }

func (writer) Write(context.Context, *columnar.Batch) error { return nil }

func (writer) Prepare(context.Context) (connector.Receipt, error) {
	return connector.Receipt(`{}`), nil
}
