package main

import (
	"io"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/connector/console"
	"github.com/spatestream/spate/connector/file/json"
	"github.com/spatestream/spate/connector/file/text"
	"github.com/spatestream/spate/connector/noop"
)

// connectors are all that the command knows; console writes to stdout.
func connectors(stdout io.Writer) []connector.Connector {
	return []connector.Connector{
		json.Connector(), text.Connector(),
		console.Connector(stdout), noop.Connector(),
	}
}
