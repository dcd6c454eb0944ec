package datetime

// The names of en-US, the only locale.
var (
	weekdays = [7]string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}
	months   = [12]string{"January", "February", "March", "April", "May", "June", "July", "August",
		"September", "October", "November", "December"}
	quarters = [4]string{"1st quarter", "2nd quarter", "3rd quarter", "4th quarter"}
)

// MonthName returns the three-letter name of a month (1 to 12).
func MonthName(month int) string { return months[month-1][:3] }

// WeekdayName returns the three-letter name of a weekday (0 is Monday).
func WeekdayName(weekday int) string { return weekdays[weekday][:3] }

// foldEqual tells whether b is s but for the case of ASCII letters.
func foldEqual(b []byte, s string) bool { return len(b) == len(s) && foldPrefix(b, s) }

// foldPrefix tells whether b begins with s but for the case of ASCII letters.
func foldPrefix(b []byte, s string) bool {
	if len(b) < len(s) {
		return false
	}
	for i := range len(s) {
		if lower(b[i]) != lower(s[i]) {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if c-'A' < 26 {
		c |= 0x20
	}
	return c
}
