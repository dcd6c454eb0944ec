package window

import "fmt"

// String tells which windows there are, not when they fire.
func (s *Spec) String() string {
	var text string
	switch {
	case s.Kind == Sessions:
		text = fmt.Sprintf("sessions with a gap of %v", s.Length)
	case s.Kind == Endless:
		text = "endless"
	case s.Kind == Counts && s.Step == s.Count:
		text = fmt.Sprintf("of %d events", s.Count)
	case s.Kind == Counts:
		text = fmt.Sprintf("of %d events every %d", s.Count, s.Step)
	case s.Every == s.Length:
		text = fmt.Sprintf("fixed, of %v", s.Length)
	default:
		text = fmt.Sprintf("sliding, of %v every %v", s.Length, s.Every)
	}
	if s.Clock {
		text += ", by the clock"
	}
	if s.Instance {
		text += ", of each instance"
	}
	if s.OwnMark {
		text += fmt.Sprintf(", with a watermark of each key %v behind it", s.Delay)
	}
	return text
}

// Follows says why what older windows hold cannot be gone on with; nil: it can.
// Early firing may change, and lateness become less, among windows that fire again.
func (s *Spec) Follows(was *Spec) error {
	switch {
	case s.String() != was.String():
		return fmt.Errorf("its windows were %s, and are %s", was, s)
	case s.Lateness > was.Lateness:
		return fmt.Errorf("its windows had a Lateness of %v, and have %v: those that are gone would begin again with what is late alone", was.Lateness, s.Lateness)
	case was.Repeats() && !s.Repeats():
		return fmt.Errorf("its windows fired again, by Lateness or early, and now fire once: what they give would be numbered anew")
	case was.Repeats() && s.Discard != was.Discard:
		form := map[bool]string{true: "what was new (Discarding)", false: "all they had"}
		return fmt.Errorf("its windows gave %s, and give %s", form[was.Discard], form[s.Discard])
	}
	return nil
}
