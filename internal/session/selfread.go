package session

import (
	"slices"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/sparkerr"
)

// folders is a connector that knows which folders options speak of.
type folders interface {
	Folders(connector.Options) ([]string, error)
}

// readsItself refuses a stream into a folder that it reads: the log of the sink
// would hide the files that are there from the source, and every row would come
// again. Spark starts it.
func readsItself(n logical.Node, sink connector.Connector, o connector.Options) error {
	f, ok := sink.(folders)
	if !ok {
		return nil
	}
	to, err := f.Folders(o)
	if err != nil || len(to) == 0 {
		return err
	}
	logical.Visit(n, func(m logical.Node) bool {
		s, ok := m.(*logical.Scan)
		if !ok || !s.Rel.Streaming() {
			return err == nil
		}
		rel, ok := s.Rel.(*relation)
		if !ok {
			return err == nil
		}
		if from, ok := rel.conn.(folders); ok {
			if in, _ := from.Folders(rel.req.Options); slices.Contains(in, to[0]) {
				err = sparkerr.New("UNSUPPORTED_OVERWRITE.PATH", "the stream would write into the folder "+to[0]+", which it reads: name another folder for the output", "path", to[0])
			}
		}
		return err == nil
	})
	return err
}
