package datetime

import (
	_ "embed"
	"strings"
	"sync"
	"time"
)

// zoneText lists what java.time calls the zones in en-US: the short name, the
// short one in summer, the long ones, and the ids that have them.
//
//go:embed zonenames.txt
var zoneText string

// zoneNames are the four names of a zone, by id.
var zoneNames = sync.OnceValue(func() map[string][]string {
	names := map[string][]string{}
	for line := range strings.Lines(zoneText) {
		f := strings.Split(strings.TrimSpace(line), "|")
		for _, id := range strings.Fields(f[4]) {
			names[id] = f[:4]
		}
	}
	return names
})

// appendName appends what java.time calls the zone at an instant, its id if
// that has no name.
func (z *Zone) appendName(dst []byte, utc int64, full bool) []byte {
	names, ok := zoneNames()[z.id]
	if !ok || z.loc == nil && z.offset != 0 {
		return append(dst, z.id...)
	}
	i := 0
	if full {
		i = 2
	}
	if z.summer(utc) {
		i++
	}
	return append(dst, names[i]...)
}

// summer tells whether java.time counts an instant as daylight saving time. For
// the zones where the law calls winter the exception it is the other way round.
func (z *Zone) summer(utc int64) bool {
	if z.loc == nil {
		return false
	}
	switch z.id {
	case "Europe/Dublin", "Eire", "Africa/Casablanca", "Africa/El_Aaiun":
		return z.Offset(utc) > 0
	}
	return time.Unix(floorDiv(utc, Second), 0).In(z.loc).IsDST()
}
