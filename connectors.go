package spate

import (
	"io"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/connector/console"
	"github.com/spatestream/spate/connector/file/csv"
	"github.com/spatestream/spate/connector/file/json"
	"github.com/spatestream/spate/connector/file/text"
	"github.com/spatestream/spate/connector/memory"
	"github.com/spatestream/spate/connector/noop"
	"github.com/spatestream/spate/connector/rate"
	"github.com/spatestream/spate/connector/socket"
)

// lightConnectors are the formats every session has: those that bring no
// library into the program.
func lightConnectors(out io.Writer) []connector.Connector {
	return []connector.Connector{
		csv.Connector(), json.Connector(), text.Connector(),
		rate.Connector(), rate.MicroBatch(), socket.Connector(nil),
		console.Connector(out), memory.New(), noop.Connector(),
	}
}
