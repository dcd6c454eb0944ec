package cells

import (
	"cmp"
	"fmt"

	"github.com/spatestream/spate/internal/window"
)

// Layout is what the meaning of a component's cells hangs on, beside the names and
// types of what they hold. It is in the checkpoint, so its JSON is for good; cells of
// before it was have none.
type Layout struct {
	Keys    string       `json:"keys,omitempty"` // their type; "": they are not by key
	Windows *window.Spec `json:"windows,omitempty"`
	Pass    int          `json:"pass,omitempty"` // over the input, that fills windows; 0: of a stream
	Join    string       `json:"join,omitempty"` // which, if the cells note what it gave
}

// Follows says why cells of an older layout cannot be gone on with; nil: they can.
func (l Layout) Follows(was Layout) error {
	windows := func(w *window.Spec) string {
		if w == nil {
			return ""
		}
		return w.String()
	}
	switch {
	case l.Windows != nil && was.Windows != nil:
		if err := l.Windows.Follows(was.Windows); err != nil {
			return err
		}
	case l.Windows != was.Windows:
		return changed("windows were %s, and are %s", windows(was.Windows), windows(l.Windows))
	}
	switch {
	case l.Pass != was.Pass:
		return fmt.Errorf("its windows were filled by pass %d, and this is pass %d (BatchPass; 0 is none)", was.Pass, l.Pass)
	case l.Join != was.Join:
		return changed("join was %s, and is %s", was.Join, l.Join)
	case l.Keys != was.Keys:
		return changed("keys were %s, and are %s", was.Keys, l.Keys)
	}
	return nil
}

// changed says that something of a component is not what it was.
func changed(format, was, now string) error {
	return fmt.Errorf("its "+format, cmp.Or(was, "none"), cmp.Or(now, "none"))
}
