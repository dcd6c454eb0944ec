package dstream

import (
	"os"
	"strings"
	"testing"
)

func TestSettingsAreDocumented(t *testing.T) {
	page, err := os.ReadFile("../docs/dstream.md")
	if err != nil {
		t.Fatal(err)
	}
	for key := range settings {
		if !strings.Contains(string(page), "`"+key+"`") {
			t.Errorf("docs/dstream.md does not say what %s is", key)
		}
	}
}
