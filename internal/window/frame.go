package window

import (
	"cmp"
	"encoding/binary"
	"slices"
)

// Frame is a window's place in time: Start is within, End is not. By count it is
// the end alone, in events. It is part of the state that sessions keep, so the
// names of its fields are for good.
type Frame struct{ ID, Start, End int64 }

// Forever is when the end of the input comes: 9999-12-31.
const Forever = int64(253402300799000)

// Last is the last time within.
func (f Frame) Last() int64 { return f.End - 1 }

// Part names the window within its key.
func (f Frame) Part() []byte { return binary.BigEndian.AppendUint64(nil, uint64(f.ID)) }

// Timer names a timer of the window: a letter, before its Part.
func (f Frame) Timer(letter string) string { return letter + string(f.Part()) }

// OfTimer takes the name of a timer apart.
func OfTimer(name string) (letter string, id int64) {
	return name[:1], int64(binary.BigEndian.Uint64([]byte(name[1:])))
}

// Extend puts an event of a time into the sessions of its key, which do not
// overlap: now is the one that it is in then, met are those that this is made of,
// rest the others, in order. The ID of a session is the time of its first event to
// come: it lies within, so no two have the same.
func Extend(all []Frame, at, gap int64) (now Frame, met, rest []Frame) {
	alone := Frame{at, at, at + gap}
	now = alone
	for _, f := range all {
		if f.Start >= alone.End || alone.Start >= f.End {
			rest = append(rest, f)
			continue
		}
		met = append(met, f)
		now.Start, now.End = min(now.Start, f.Start), max(now.End, f.End)
	}
	if len(met) > 0 {
		now.ID = met[0].ID
	}
	return now, met, rest
}

// Insert puts a session among others, in order.
func Insert(all []Frame, f Frame) []Frame {
	all = append(all, f)
	slices.SortFunc(all, func(a, b Frame) int { return cmp.Compare(a.Start, b.Start) })
	return all
}

// Find returns the window of an ID; without it, one that has the ID alone.
func Find(all []Frame, id int64) Frame {
	if i := slices.IndexFunc(all, func(f Frame) bool { return f.ID == id }); i >= 0 {
		return all[i]
	}
	return Frame{ID: id}
}

// Without removes a window, in place.
func Without(all []Frame, f Frame) []Frame {
	return slices.DeleteFunc(all, func(o Frame) bool { return o.ID == f.ID })
}

// Progress is how far a key is by a watermark of its own, and which windows are to
// be looked at when. It is state: see Frame.
type Progress struct {
	Latest int64 // of its events
	Open   []Appointment
}

// Appointment is when a window is to be looked at.
type Appointment struct{ ID, At int64 }

// Appoint has a window looked at a time, the only one. Appointments are in order.
func (p *Progress) Appoint(f Frame, at int64) {
	p.Dismiss(f)
	p.Open = append(p.Open, Appointment{f.ID, at})
	slices.SortFunc(p.Open, func(a, b Appointment) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.ID, b.ID)) })
}

// Dismiss undoes Appoint.
func (p *Progress) Dismiss(f Frame) {
	p.Open = slices.DeleteFunc(p.Open, func(a Appointment) bool { return a.ID == f.ID })
}
