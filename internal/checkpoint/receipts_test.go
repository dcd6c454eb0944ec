package checkpoint

import (
	"fmt"
	"testing"

	"github.com/spatestream/spate/connector"
)

func TestReceiptsOfSeveralSinks(t *testing.T) {
	m := &Manifest{}
	for _, r := range [][2]string{{"b", "1"}, {"a", "2"}, {"b", "3"}} {
		if err := m.AddReceipt(r[0], []byte(r[1])); err != nil {
			t.Fatal(err)
		}
	}
	all, err := ReceiptsOf(m)
	if text := fmt.Sprintf("%s", all); err != nil || text != "[{b [1 3]} {a [2]}]" {
		t.Error(text, err)
	}
	m.Receipts = append(m.Receipts, connector.Receipt("no JSON"))
	if _, err := ReceiptsOf(m); err == nil {
		t.Error("a receipt that is none was read")
	}
}
