package topology

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/spatestream/spate/internal/cells"
	"github.com/spatestream/spate/internal/store"
	"github.com/spatestream/spate/internal/vault"
)

// groupsOf returns the key groups of an instance: those whose owner it is.
func groupsOf(instance, of int) store.Groups {
	first := func(i int) int { return (i*cells.KeyGroups + of - 1) / of }
	return store.Groups{Lo: first(instance), Hi: first(instance + 1), Of: cells.KeyGroups}
}

// groups returns the key groups of the instance: all, if the others have them too.
func (c *Context) groups() store.Groups {
	if c.of.state != parted {
		return groupsOf(0, 1)
	}
	return groupsOf(c.instance, c.instances)
}

// vault returns the state of the instance, made when it is first asked for.
func (c *Context) vault() *vault.Vault {
	if c.state == nil {
		c.state = vault.New(c.groups())
		if c.keyed == nil {
			_ = c.focusOwn(c.state.Cells)
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
	if c.of.state == pooled {
		key = []byte{byte(instance)}
	}
	s.Focus(uint32(c.groups().Lo)<<(32-7), key)
}

// within puts a part of the key at hand in focus: state of its own, until whole
// is called. Timers are set, and the user is called, with the whole key.
func (c *Context) within(part []byte) {
	c.at()
	c.state.Cells.Within(part)
}

func (c *Context) whole() { c.state.Cells.Whole() }

// at puts the key of the event at hand in focus.
func (c *Context) at() *cells.Store {
	v := c.state
	c.inCall()
	if !c.ready && c.keyed != nil {
		c.refuse("state by key is used in Setup, where no key is at hand; declare it there, and use it for events and timers")
	}
	if c.stale {
		c.stale = false
		if err := c.keyed(v.Cells); err != nil {
			c.node.fail(c, err)
		}
	}
	return v.Cells
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
			return k, fmt.Errorf("the keys of the stream are %s, and %v, which is %s, was asked for", keys, reflect.TypeFor[K](), is)
		}
		t = &made
		ctx.coder = t
	}
	ctx.vault()
	_, err = t.Dec.Decode(ctx.at().Key(), &k)
	return k, err
}

// declare enters a state by its name.
func (c *Context) declare(name string, adopt func(cells.Name) error) {
	if c.ready || c.node == nil {
		c.refuse("state %q is declared outside of Setup; declare it there, and keep what that returns in a field", name)
	}
	v := c.vault()
	if err := cells.CheckState(name); err != nil {
		c.node.fail(c, err)
	}
	if v.States[name] != nil {
		c.node.fail(c, fmt.Errorf("there are two states called %q", name))
	}
	v.States[name] = adopt
}

// check notes the first trouble with state, which ends the job.
func (c *Context) check(err error) {
	if err = errors.Join(err, c.state.Cells.Err()); err != nil {
		c.node.fail(c, fmt.Errorf("state: %w", err))
	}
}
