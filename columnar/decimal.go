package columnar

import "github.com/spatestream/spate/internal/decimal"

// Decimal is the Go form of a decimal: an unscaled value with the precision and
// scale of its type.
type Decimal = decimal.Decimal

// Int128 is the unscaled value of a decimal, in two's complement.
type Int128 = decimal.Int128
