package optimize

import "github.com/spatestream/spate/internal/sql/logical"

// dropAliases takes out the nodes that only name relations.
func dropAliases(_ *Optimizer, n logical.Node) (logical.Node, error) {
	return everywhere(n, func(m logical.Node) logical.Node {
		if s, ok := m.(interface{ Named() logical.Node }); ok {
			return s.Named()
		}
		return m
	}), nil
}
