package topology

import (
	"errors"
	"fmt"

	"github.com/spatestream/spate/internal/cells"
	"github.com/spatestream/spate/internal/checkpoint"
	"github.com/spatestream/spate/internal/store"
)

// vault is the state of an instance: keyed on a stream by Fields, else under one
// key of the instance's own.
type vault struct {
	cells   *cells.Store
	states  map[string]adopter // by name
	timers  [2]*cells.Timers   // event time, clock; nil: the operator hears of none
	mortals [2]cells.Endings   // of the same times: states that end

	tables []checkpoint.TableSchema // as the checkpoint numbers them
	delta  *checkpoint.Delta        // of the epoch being saved
}

// adopter is a handle that can take over what older code has written.
type adopter interface{ adopt(n cells.Name) error }

// groupsOf returns the key groups of an instance: those whose owner it is.
func groupsOf(instance, of int) store.Groups {
	first := func(i int) int { return (i*keyGroups + of - 1) / of }
	return store.Groups{Lo: first(instance), Hi: first(instance + 1), Of: keyGroups}
}

// groups returns the key groups of the instance: all, if the others have them too.
func (c *Context) groups() store.Groups {
	if c.of.pooled {
		return groupsOf(0, 1)
	}
	return groupsOf(c.instance, c.instances)
}

// vault returns the state of the instance, made when it is first asked for.
func (c *Context) vault() *vault {
	if c.state == nil {
		c.state = &vault{cells: cells.New(c.groups()), states: map[string]adopter{}}
		if c.keyed == nil {
			_ = c.focusOwn(c.state.cells)
		}
	}
	return c.state
}

// focusOwn puts the instance's own key in focus, which is in one of its groups.
func (c *Context) focusOwn(s *cells.Store) error {
	c.focusOf(s, c.instance)
	return nil
}

// focusOf puts the own key of an instance in focus, another one's if state is pooled.
func (c *Context) focusOf(s *cells.Store, instance int) {
	var key []byte
	if c.of.pooled && !c.of.copied {
		key = []byte{byte(instance)}
	}
	s.Focus(uint32(c.groups().Lo)<<(32-7), key)
}

// within puts a part of the key at hand in focus: state of its own, until whole
// is called. Timers are set, and the user is called, with the whole key.
func (c *Context) within(part []byte) {
	c.at()
	c.state.cells.Within(part)
}

func (c *Context) whole() { c.state.cells.Whole() }

// at puts the key of the event at hand in focus.
func (c *Context) at() *cells.Store {
	v := c.state
	c.inCall()
	if !c.ready && c.keyed != nil {
		c.refuse("state by key is used in Setup, where no key is at hand; declare it there, and use it for events and timers")
	}
	if c.stale {
		c.stale = false
		if err := c.keyed(v.cells); err != nil {
			c.node.fail(c, err)
		}
	}
	return v.cells
}

// Key returns the key of the event or timer at hand, on a stream by Fields. K is
// the type that the stream's key function returns; another is an error.
func Key[K any](ctx *Context) (k K, err error) {
	t, ok := ctx.coder.(*cells.Coder[K])
	if !ok {
		made, err := cells.CoderOf[K]()
		if err != nil {
			return k, err
		}
		if is, keys := made.Enc.Type().String(), ctx.of.keys(); keys != "" && is != keys {
			return k, fmt.Errorf("the keys of the stream are %s, and %T, which is %s, was asked for", keys, k, is)
		}
		t = &made
		ctx.coder = t
	}
	ctx.vault()
	_, err = t.Dec.Decode(ctx.at().Key(), &k)
	return k, err
}

// declare enters a state by its name.
func (c *Context) declare(name string, a adopter) {
	if c.ready || c.node == nil {
		c.refuse("state %q is declared outside of Setup; declare it there, and keep what that returns in a field", name)
	}
	v := c.vault()
	if err := cells.CheckState(name); err != nil {
		c.node.fail(c, err)
	}
	if v.states[name] != nil {
		c.node.fail(c, fmt.Errorf("there are two states called %q", name))
	}
	v.states[name] = a
}

// check notes the first trouble with state, which ends the job.
func (c *Context) check(err error) {
	if err = errors.Join(err, c.state.cells.Err()); err != nil {
		c.node.fail(c, fmt.Errorf("state: %w", err))
	}
}
