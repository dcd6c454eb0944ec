package spate

import (
	"io"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/connector/console"
	"github.com/spatestream/spate/connector/file/json"
	"github.com/spatestream/spate/connector/file/text"
	"github.com/spatestream/spate/connector/noop"
)

// lightConnectors are the formats every session has: those that bring no
// library into the program.
func lightConnectors(out io.Writer) []connector.Connector {
	return []connector.Connector{
		json.Connector(), text.Connector(), console.Connector(out), noop.Connector(),
	}
}
