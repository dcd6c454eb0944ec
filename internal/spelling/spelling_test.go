package spelling

import "testing"

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "abc", 3}, {"kitten", "sitting", 3}, {"äö", "äü", 1}, {"header", "heder", 1}, {"ab", "ba", 2}} {
		if got := Distance(c.a, c.b); got != c.want {
			t.Errorf("%q %q: %d, want %d", c.a, c.b, got, c.want)
		}
		if got := Distance(c.b, c.a); got != c.want {
			t.Errorf("%q %q: %d, want %d", c.b, c.a, got, c.want)
		}
	}
}

func TestNearest(t *testing.T) {
	if n, d := Nearest("heder", []string{"reader", "header", "mode"}); n != "header" || d != 1 {
		t.Error(n, d)
	}
	if n, d := Nearest("b", []string{"c", "a"}); n != "a" || d != 1 {
		t.Error(n, d)
	}
	if n, _ := Nearest("b", nil); n != "" {
		t.Error(n)
	}
	for word, want := range map[string]string{"heder": "header", "hedr": "header", "edr": "", "header": "", "mode": ""} {
		if got := Meant(word, []string{"reader!", "header", "mode"}); got != want {
			t.Errorf("who wrote %s meant %q, not %q", word, got, want)
		}
	}
}
