package file

import (
	"strings"
	"testing"

	"github.com/spatestream/spate/connector"
)

func TestMisspeltOptions(t *testing.T) {
	for name, meant := range map[string]string{
		"heder": "header", "HEADERS": "header", "mulitLine": "multiLine", "maxFilePerTrigger": "maxFilesPerTrigger", "line_sep": "lineSep", "timestampFromat": "timestampFormat",
		// Known, of another format, or like nothing known.
		"header": "", "MultiLine": "", "sep": "", "set": "sep", "wholetext": "", "owner": "", "myOption": "", "compression": "", "parquet.compression": "", "mod": "mode", "": "",
	} {
		err := misspelt(connector.Options{name: "x", "path": "/in"})
		if meant == "" && err != nil || meant != "" && (err == nil || !strings.Contains(err.Error(), "did you mean "+meant+"?")) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
