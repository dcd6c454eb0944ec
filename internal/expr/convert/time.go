package convert

import "github.com/spatestream/spate/internal/decimal"

func (c *conversion) textToTime() Func { return nil }
func (c *conversion) times() Func      { return nil }
func (c *conversion) intervals() Func  { return nil }
func (c *conversion) nested() Func     { return nil }

func (c *conversion) intervalToDecimal(decimal.Type) Func { return nil }
