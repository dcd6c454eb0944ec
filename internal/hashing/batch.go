package hashing

// Int32s replaces each seed h[i] by the Murmur3 hash of v[i].
// len(v) must be at least len(h).
func Int32s(h []uint32, v []int32) {
	v = v[:len(h)]
	for i := range h {
		h[i] = Int32(v[i], h[i])
	}
}

// Int64s replaces each seed h[i] by the Murmur3 hash of v[i].
// len(v) must be at least len(h).
func Int64s(h []uint32, v []int64) {
	v = v[:len(h)]
	for i := range h {
		h[i] = Int64(v[i], h[i])
	}
}

// Strings replaces each seed h[i] by Spark's Murmur3 hash of the i-th byte
// string, data[offsets[i]:offsets[i+1]].
func Strings(h []uint32, data []byte, offsets []int32) {
	offsets = offsets[:len(h)+1]
	for i := range h {
		h[i] = Bytes(data[offsets[i]:offsets[i+1]], h[i])
	}
}

// Int32sSel is Int32s for the rows in sel: h[r] and v[r] belong to row r.
func Int32sSel(h []uint32, v []int32, sel []uint16) {
	for _, r := range sel {
		h[r] = Int32(v[r], h[r])
	}
}

// Int64sSel is Int64s for the rows in sel: h[r] and v[r] belong to row r.
func Int64sSel(h []uint32, v []int64, sel []uint16) {
	for _, r := range sel {
		h[r] = Int64(v[r], h[r])
	}
}

// StringsSel is Strings for the rows in sel.
func StringsSel(h []uint32, data []byte, offsets []int32, sel []uint16) {
	for _, r := range sel {
		h[r] = Bytes(data[offsets[r]:offsets[int(r)+1]], h[r])
	}
}

// XXInt32s replaces each seed h[i] by the XXH64 hash of v[i].
func XXInt32s(h []uint64, v []int32) {
	v = v[:len(h)]
	for i := range h {
		h[i] = XXInt32(v[i], h[i])
	}
}

// XXInt64s replaces each seed h[i] by the XXH64 hash of v[i].
func XXInt64s(h []uint64, v []int64) {
	v = v[:len(h)]
	for i := range h {
		h[i] = XXInt64(v[i], h[i])
	}
}

// XXStrings replaces each seed h[i] by the XXH64 hash of the i-th byte
// string, data[offsets[i]:offsets[i+1]].
func XXStrings(h []uint64, data []byte, offsets []int32) {
	offsets = offsets[:len(h)+1]
	for i := range h {
		h[i] = XXBytes(data[offsets[i]:offsets[i+1]], h[i])
	}
}

// XXInt32sSel is XXInt32s for the rows in sel.
func XXInt32sSel(h []uint64, v []int32, sel []uint16) {
	for _, r := range sel {
		h[r] = XXInt32(v[r], h[r])
	}
}

// XXInt64sSel is XXInt64s for the rows in sel.
func XXInt64sSel(h []uint64, v []int64, sel []uint16) {
	for _, r := range sel {
		h[r] = XXInt64(v[r], h[r])
	}
}

// XXStringsSel is XXStrings for the rows in sel.
func XXStringsSel(h []uint64, data []byte, offsets []int32, sel []uint16) {
	for _, r := range sel {
		h[r] = XXBytes(data[offsets[r]:offsets[int(r)+1]], h[r])
	}
}

// Fill sets every seed of h to Seed: the start of a chain.
func Fill(h []uint32) {
	for i := range h {
		h[i] = Seed
	}
}
