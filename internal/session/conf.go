package session

import (
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/spatestream/spate/internal/spelling"
	"github.com/spatestream/spate/sparkerr"
)

// Conf is a session's configuration under Spark's names. Safe for concurrent
// use.
type Conf struct {
	note func(key string) // called once for each accepted key without effect

	mu     sync.RWMutex
	values map[string]string // guarded by mu
	noted  map[string]bool   // guarded by mu
}

// NewConf returns a configuration with the defaults. note hears of every key
// that is accepted and has no effect here, once; nil for nobody.
func NewConf(note func(key string)) *Conf {
	return &Conf{note: note, values: map[string]string{}, noted: map[string]bool{}}
}

// Get returns the value of key: as set, or its default, "" if it has none.
func (c *Conf) Get(key string) string {
	v, _ := c.Lookup(key)
	return v
}

// Lookup is Get that also says whether the key is set or known.
func (c *Conf) Lookup(key string) (string, bool) {
	c.mu.RLock()
	v, ok := c.values[key]
	c.mu.RUnlock()
	if ok {
		return v, true
	}
	k, ok := known[key]
	return k.Default, ok
}

// isSet returns the value of a key that was set, whatever its default.
func (c *Conf) isSet(key string) (string, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	v, ok := c.values[key]
	return v, ok
}

// Bool reports whether a boolean key is true.
func (c *Conf) Bool(key string) bool { return strings.EqualFold(c.Get(key), "true") }

// Set sets a key. An unknown spate.* key, a static key and a value of the wrong
// form are refused; a spark.* key that means nothing here is kept and noted.
func (c *Conf) Set(key, value string) error {
	k, ok := known[key]
	if !ok && strings.HasPrefix(key, "spate.") {
		return sparkerr.New("INVALID_CONF_VALUE.UNKNOWN_KEY",
			"there is no configuration "+key+"; did you mean "+nearest(key)+"?", "confName", key)
	}
	if ok && k.Static {
		return sparkerr.New("CANNOT_MODIFY_CONFIG",
			"the configuration \""+key+"\" is static: give it when the session is made (--conf on the command line)", "key", `"`+key+`"`, "docroot", "docs/configuration.md")
	}
	if ok && k.Check != nil {
		if want := k.Check(value); want != "" && key == "spark.sql.session.timeZone" {
			return sparkerr.New("INVALID_CONF_VALUE.TIME_ZONE", "there is no time zone '"+value+"'; name "+want, "confName", key, "confValue", value)
		} else if want != "" {
			return sparkerr.New("INVALID_CONF_VALUE.TYPE_MISMATCH",
				"the value '"+value+"' of the configuration \""+key+"\" should be "+want, "confName", key, "confValue", value, "confType", want)
		}
	}
	if ok && k.Choice != nil && !slices.ContainsFunc(k.Choice, func(w string) bool { return strings.EqualFold(w, value) }) {
		return sparkerr.New("INVALID_CONF_VALUE.REQUIREMENT",
			"the value '"+value+"' of the configuration \""+key+"\" should be one of "+strings.Join(k.Choice, ", "), "confName", key, "confValue", value, "confRequirement", strings.Join(k.Choice, ", "))
	}
	c.mu.Lock()
	c.values[key] = value
	first := !k.Effect && !c.noted[key]
	c.noted[key] = true
	c.mu.Unlock()
	if first && c.note != nil {
		c.note(key)
	}
	return nil
}

// Unset puts a key back to its default.
func (c *Conf) Unset(key string) {
	c.mu.Lock()
	delete(c.values, key)
	c.mu.Unlock()
}

// Reset puts every key back to its default.
func (c *Conf) Reset() {
	c.mu.Lock()
	clear(c.values)
	c.mu.Unlock()
}

// All returns the keys that are set, sorted, with their values.
func (c *Conf) All() [][2]string {
	c.mu.RLock()
	defer c.mu.RUnlock()
	out := make([][2]string, 0, len(c.values))
	for k, v := range c.values {
		out = append(out, [2]string{k, v})
	}
	sort.Slice(out, func(i, j int) bool { return out[i][0] < out[j][0] })
	return out
}

// Clone returns a configuration of its own with the same values.
func (c *Conf) Clone() *Conf {
	d := NewConf(c.note)
	c.mu.RLock()
	defer c.mu.RUnlock()
	for k, v := range c.values {
		d.values[k] = v
	}
	for k := range c.noted {
		d.noted[k] = true
	}
	return d
}

// nearest returns the known spate.* key that differs from key by the fewest
// edits.
func nearest(key string) string {
	best, _ := spelling.Nearest(key, namesWith("spate."))
	return best
}

// Meant returns the known key that one who wrote key probably meant: it differs
// by at most two letters; "" if there is none, or key is known.
func Meant(key string) string {
	return spelling.Meant(key, namesWith(""))
}

func namesWith(prefix string) []string {
	var names []string
	for k := range known {
		if strings.HasPrefix(k, prefix) {
			names = append(names, k)
		}
	}
	return names
}
