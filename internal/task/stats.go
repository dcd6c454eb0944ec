package task

import "maps"

// Operator adds the counters of a stateful operator under Spark's name for it
// and returns their index in Operators.
func (s *Stats) Operator(name string) int {
	s.Operators = append(s.Operators, OperatorStats{Name: name})
	return len(s.Operators) - 1
}

// Node returns the event times of a watermark node, made if need be; the
// pointer is good until the next call.
func (s *Stats) Node(ordinal int) *EventTimes {
	for len(s.EventTimes) <= ordinal {
		s.EventTimes = append(s.EventTimes, EventTimes{})
	}
	return &s.EventTimes[ordinal]
}

// Plus returns what two parts of one node's input saw together.
func (e EventTimes) Plus(o EventTimes) EventTimes {
	switch {
	case e.Count == 0:
		return o
	case o.Count == 0:
		return e
	}
	return EventTimes{e.Count + o.Count, min(e.Min, o.Min), max(e.Max, o.Max), e.Sum + o.Sum}
}

// Add adds the counters of another task's instance of the same operator.
func (s *OperatorStats) Add(o OperatorStats) {
	s.Rows += o.Rows
	s.Updated += o.Updated
	s.Removed += o.Removed
	s.Dropped += o.Dropped
	s.Bytes += o.Bytes
	s.UpdateNanos += o.UpdateNanos
	s.RemovalNanos += o.RemovalNanos
	if s.Custom == nil && len(o.Custom) > 0 {
		s.Custom = maps.Clone(o.Custom)
		return
	}
	for k, n := range o.Custom {
		s.Custom[k] += n
	}
}
