package plan

import (
	"strings"

	"github.com/spatestream/spate/sparkerr"
)

// ParseAttribute splits the name of a column as the DataFrame API takes it:
// parts with dots between, each as it is or in back-quotes. Other than in SQL a
// part may hold any characters. The error is INVALID_ATTRIBUTE_NAME_SYNTAX.
func ParseAttribute(name string) ([]string, error) {
	var parts []string
	for rest := name; ; {
		part, after, ok := attributePart(rest)
		if !ok {
			return nil, sparkerr.New("INVALID_ATTRIBUTE_NAME_SYNTAX",
				"'"+name+"' is no column name: back-quotes go around whole parts, and a back-quote within is doubled.", "name", name)
		}
		parts = append(parts, part)
		if after == "" {
			return parts, nil
		}
		rest = after[1:]
	}
}

// attributePart takes the first part; after is the rest, which begins with a
// dot or is empty.
func attributePart(s string) (part, after string, ok bool) {
	if !strings.HasPrefix(s, "`") {
		n := strings.IndexByte(s, '.')
		if n < 0 {
			n = len(s)
		}
		return s[:n], s[n:], strings.IndexByte(s[:n], '`') < 0 && (n < len(s)-1 || n == len(s))
	}
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] != '`':
		case i+1 < len(s) && s[i+1] == '`':
			i++
		default:
			after = s[i+1:]
			return strings.ReplaceAll(s[1:i], "``", "`"), after, after == "" || after[0] == '.' && len(after) > 1
		}
	}
	return "", "", false
}

// Column returns what the DataFrame API means by a name: a column, or * and
// target.* for all of them. planID names the DataFrame, 0 for none.
func Column(o sparkerr.Origin, name string, planID int64) (Expr, error) {
	if name == "*" {
		return &Star{PlanID: planID, Node: At(o)}, nil
	}
	if target, ok := strings.CutSuffix(name, ".*"); ok {
		parts, err := ParseAttribute(target)
		if err != nil {
			return nil, sparkerr.As(err).At(o)
		}
		return &Star{Target: parts, PlanID: planID, Node: At(o)}, nil
	}
	parts, err := ParseAttribute(name)
	if err != nil {
		return nil, sparkerr.As(err).At(o)
	}
	return &Attribute{Parts: parts, PlanID: planID, Node: At(o)}, nil
}
