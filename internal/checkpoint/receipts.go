package checkpoint

import (
	"encoding/json"
	"errors"

	"github.com/spatestream/spate/internal/vfs"
)

// named is what an instance of one of several sinks has prepared.
type named struct {
	Sink    string `json:"sink"`
	Receipt []byte `json:"receipt"`
}

// AddReceipt adds what an instance of a sink has prepared to a manifest of several
// sinks.
func (m *Manifest) AddReceipt(sink string, receipt []byte) error {
	b, err := json.Marshal(named{sink, receipt})
	if err == nil {
		m.Receipts = append(m.Receipts, b)
	}
	return err
}

// SinkReceipts is what the instances of a sink have prepared.
type SinkReceipts struct {
	Sink string
	All  [][]byte
}

// ReceiptsOf returns what was added to a manifest by AddReceipt, sinks in the order
// in which they came first.
func ReceiptsOf(m *Manifest) (all []SinkReceipts, err error) {
	at := map[string]int{}
	for _, b := range m.Receipts {
		var r named
		if err := json.Unmarshal(b, &r); err != nil {
			return nil, err
		}
		i, known := at[r.Sink]
		if !known {
			i = len(all)
			at[r.Sink] = i
			all = append(all, SinkReceipts{Sink: r.Sink})
		}
		all[i].All = append(all[i].All, r.Receipt)
	}
	return all, nil
}

// Newest returns the manifest of the newest epoch that is decided; nil: none is.
func (d *Directory) Newest(r Recovered) (*Manifest, error) {
	if r.Manifest != nil {
		return r.Manifest, nil
	}
	for n := r.Last.Epoch - 1; n >= 0; n-- {
		m, err := d.Manifest(n)
		if err == nil || !errors.Is(err, vfs.ErrNotExist) {
			return m, err
		}
	}
	return nil, nil
}
