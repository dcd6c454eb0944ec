package checkpoint

import (
	"strings"
	"testing"
)

// A record of a later version is told from a damaged one.
func TestNewerVersions(t *testing.T) {
	for text, newer := range map[string]bool{"v2\n{}\n-": true, "v1\n{}\n-": false, "x2\n{}\n-": false, "vv\n{}\n-": false} {
		_, err := parseEntry(0, []byte(text))
		if told := err != nil && strings.Contains(err.Error(), "a newer program wrote it"); told != newer {
			t.Errorf("%q: %v", text, err)
		}
	}
	for text, newer := range map[string]bool{"v2 0 3\n{}\n": true, "v1 0 3\n{}\n": false, "v2\n": false} {
		_, err := parseManifest([]byte(text))
		if told := err != nil && strings.Contains(err.Error(), "a newer program wrote it"); told != newer {
			t.Errorf("%q: %v", text, err)
		}
	}
}
