package main

import (
	"io"
	"net"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/connector/console"
	"github.com/spatestream/spate/connector/file/csv"
	"github.com/spatestream/spate/connector/file/json"
	"github.com/spatestream/spate/connector/file/parquet"
	"github.com/spatestream/spate/connector/file/text"
	"github.com/spatestream/spate/connector/noop"
	"github.com/spatestream/spate/connector/rate"
	"github.com/spatestream/spate/connector/socket"
)

// connectors are all that the command knows; console writes to stdout.
func connectors(stdout io.Writer) []connector.Connector {
	dialer := &net.Dialer{}
	return []connector.Connector{
		json.Connector(), csv.Connector(), text.Connector(), parquet.Connector(),
		rate.Connector(), rate.MicroBatch(), socket.Connector(dialer.DialContext),
		console.Connector(stdout), noop.Connector(),
	}
}
