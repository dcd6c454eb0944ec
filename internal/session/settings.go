package session

import (
	"fmt"
	"strings"

	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/sparkerr"
)

// set runs SET, SET -v, SET key and SET key = value.
func (s *Session) set(st *plan.Set) (plan.Relation, error) {
	switch {
	case st.Key == "" && st.Verbose:
		var out [][]any
		for _, k := range Keys() {
			out = append(out, []any{k.Name, s.conf.Get(k.Name), k.Doc, ""})
		}
		return rows(columns("key", "value", "meaning", "Since version"), out), nil
	case st.Key == "":
		var out [][]any
		for _, kv := range s.conf.All() {
			out = append(out, []any{kv[0], kv[1]})
		}
		return rows(columns("key", "value"), out), nil
	case st.Value == nil:
		v, ok := s.conf.Lookup(st.Key)
		if !ok || v == "" {
			v = "<undefined>"
		}
		return rows(columns("key", "value"), [][]any{{st.Key, v}}), nil
	}
	if err := s.conf.Set(st.Key, *st.Value); err != nil {
		return nil, err
	}
	return rows(columns("key", "value"), [][]any{{st.Key, *st.Value}}), nil
}

// setTimeZone runs SET TIME ZONE.
func (s *Session) setTimeZone(st *plan.SetTimeZone) (plan.Relation, error) {
	zone := st.Zone
	if strings.EqualFold(zone, "local") {
		s.conf.Unset("spark.sql.session.timeZone")
		zone = s.zone()
	}
	if lit, ok := st.Interval.(*plan.Literal); ok {
		micros, _ := lit.Value.(int64) // the parser lets no other pass
		zone = offsetID(micros / 1e6)
	}
	if err := s.conf.Set("spark.sql.session.timeZone", zone); err != nil {
		return nil, err
	}
	return rows(columns("key", "value"), [][]any{{"spark.sql.session.timeZone", zone}}), nil
}

// offsetID prints an offset from UTC in seconds as the id of a zone: +10:00.
func offsetID(seconds int64) string {
	sign := '+'
	if seconds < 0 {
		sign, seconds = '-', -seconds
	}
	id := fmt.Sprintf("%c%02d:%02d", sign, seconds/3600, seconds/60%60)
	if seconds%60 != 0 {
		id += fmt.Sprintf(":%02d", seconds%60)
	}
	return id
}

// use runs USE database and USE catalog.
func (s *Session) use(st *plan.Use) error {
	name := st.Name.Last()
	if st.Kind == plan.CatalogObject || len(st.Name.Parts) == 1 && strings.EqualFold(name, catalogName) {
		if strings.EqualFold(name, catalogName) {
			return nil
		}
		return sparkerr.New("CATALOG_NOT_FOUND", "there is no catalog "+plan.Quote(name)+"; Spate has one, "+catalogName, "catalogName", plan.Quote(name)).At(st.Where())
	}
	return s.catalog.use(name)
}
