package encoder

import (
	"bytes"
	"encoding/binary"
	"math"
	"math/big"
	oldrand "math/rand"
	"math/rand/v2"
	"reflect"
	"testing"
	"testing/quick"
	"time"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

type inner struct {
	X int32 `spate:"x"`
	Y *string
}

// point encodes itself.
type point struct{ x, y uint16 }

func (p point) MarshalBinary() ([]byte, error) {
	return binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(nil, p.x), p.y), nil
}

func (p *point) UnmarshalBinary(b []byte) error {
	if len(b) != 4 {
		return errMalformed
	}
	p.x, p.y = binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[2:])
	return nil
}

type base struct{ ID int64 }

type everything struct {
	base
	B    bool
	I8   int8
	I16  int16
	I    int
	U8   uint8
	U32  uint32
	F32  float32
	F64  float64
	S    string
	Bin  []byte
	D    time.Duration
	Date columnar.Date
	P    *int64
	In   inner
	PIn  *inner
	L    []inner
	LL   [][]string
	M    map[string]float64
	MI   map[int16][]int32
	Self point
	//lint:ignore U1000 what is not exported is left out
	skip int
	Out  string `spate:"-"`
}

func random(r *rand.Rand) everything {
	old := oldrand.New(oldrand.NewSource(r.Int64()))
	f := func(v any) {
		x, _ := quick.Value(reflect.TypeOf(v).Elem(), old)
		reflect.ValueOf(v).Elem().Set(x)
	}
	var e everything
	f(&e.ID)
	f(&e.B)
	f(&e.I8)
	f(&e.I16)
	f(&e.I)
	f(&e.U8)
	f(&e.U32)
	f(&e.F32)
	f(&e.F64)
	f(&e.S)
	f(&e.Bin)
	f(&e.P)
	f(&e.In)
	f(&e.PIn)
	f(&e.L)
	f(&e.LL)
	f(&e.M)
	f(&e.MI)
	e.D = time.Duration(r.Int32()) * time.Microsecond
	e.Date = columnar.Date(r.Int32())
	e.Self = point{uint16(r.Uint32()), uint16(r.Uint32())}
	if r.IntN(3) == 0 {
		e.Bin, e.L, e.LL, e.M, e.P = nil, nil, nil, nil, nil
	}
	return e
}

func mustOf[T any](t testing.TB) *Encoder[T] {
	e, err := Of[T]()
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestRoundTrips(t *testing.T) {
	e := mustOf[everything](t)
	d, err := e.Decoder(e.Type(), false)
	if err != nil {
		t.Fatal(err)
	}
	r, err := e.Rows(e.Schema())
	if err != nil {
		t.Fatal(err)
	}
	src := rand.New(rand.NewPCG(1, 2))
	for range 10 {
		b := columnar.NewBatch(e.Schema())
		var all []everything
		for range 10 {
			x := random(src)
			all = append(all, x)
			if err := e.AppendRow(b, &x); err != nil {
				t.Fatal(err)
			}
		}
		r.Begin()
		v := RowVector(b)
		for i, want := range all {
			var got, back everything
			if err := r.Read(v, i, &got); err != nil || !reflect.DeepEqual(got, want) {
				t.Fatalf("columns: got %+v, %v\nwant %+v", got, err, want)
			}
			data, _ := e.AppendBytes(nil, &want)
			if rest, err := d.Decode(data, &back); err != nil || len(rest) > 0 || !reflect.DeepEqual(back, want) {
				t.Fatalf("bytes: got %+v, %v\nwant %+v", back, err, want)
			}
		}
	}
}

func TestSchema(t *testing.T) {
	type event struct {
		Name string `spate:"name"`
		At   time.Time
		Tags []string
		N    *int32
		Cost *big.Rat
		Note string `spate:"-"`
	}
	want := "struct<name:string,At:timestamp,Tags:array<string>,N:int,Cost:decimal(38,18)>"
	if e := mustOf[event](t); e.Type().String() != want || e.Schema().Fields[0].Nullable || !e.Schema().Fields[3].Nullable {
		t.Errorf("got %s", e.Type())
	}
	if e := mustOf[string](t); e.Schema().String() != "struct<value:string>" {
		t.Errorf("got %s", e.Schema())
	}
}

func TestUnsupported(t *testing.T) {
	type node struct{ Next *node }
	for name, err := range map[string]error{
		"chan": second(Of[chan int]()), "uint64": second(Of[uint64]()), "any": second(Of[[]any]()),
		"recursive": second(Of[node]()), "empty": second(Of[struct{}]()), "pointer keys": second(Of[map[*int]int]()),
		"twice": second(Of[struct {
			A int
			B int `spate:"a"`
		}]()),
	} {
		if sparkerr.ClassOf(err) != "ENCODER_NOT_FOUND" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

// TestEvolution reads what an older struct has written.
func TestEvolution(t *testing.T) {
	type old struct {
		Gone  []map[string]inner
		Count int32
		Name  string
	}
	type now struct {
		Name  *string
		Count int64
		Added *float64
	}
	o := mustOf[old](t)
	data, err := o.AppendBytes(nil, &old{Gone: []map[string]inner{{"k": {X: 1}}, nil}, Count: 7, Name: "n"})
	if err != nil {
		t.Fatal(err)
	}
	d, err := mustOf[now](t).Decoder(o.Type(), o.Nullable())
	if err != nil {
		t.Fatal(err)
	}
	got := now{Added: new(float64)}
	if rest, err := d.Decode(data, &got); err != nil || len(rest) > 0 || *got.Name != "n" || got.Count != 7 || got.Added != nil {
		t.Errorf("%+v %v", got, err)
	}
	if _, err := mustOf[struct{ Count int16 }](t).Decoder(o.Type(), false); sparkerr.ClassOf(err) != "CANNOT_UP_CAST_DATATYPE" {
		t.Error(err)
	}
	if _, err := mustOf[struct{ Absent int16 }](t).Decoder(o.Type(), false); sparkerr.ClassOf(err) != "FIELD_NOT_FOUND" {
		t.Error(err)
	}
}

func TestNullIntoWhatCannotHoldIt(t *testing.T) {
	e := mustOf[struct{ A int64 }](t)
	b := columnar.NewBatch(sqltype.NewStruct(sqltype.F("a", sqltype.Int)))
	b.Cols[0].AppendNull()
	b.Len = 1
	r, err := e.Rows(b.Schema)
	if err != nil {
		t.Fatal(err)
	}
	var x struct{ A int64 }
	if err := r.Read(RowVector(b), 0, &x); sparkerr.ClassOf(err) != "NOT_NULL_ASSERT_VIOLATION" {
		t.Error(err)
	}
}

func TestKeys(t *testing.T) {
	e := mustOf[map[string]float64](t)
	key := func(m map[string]float64) []byte { b, _ := e.AppendKey(nil, &m); return b }
	big, again := map[string]float64{}, map[string]float64{}
	for i := range 50 {
		big[string(rune('a'+i))] = float64(i)
		again[string(rune('a'+49-i))] = float64(49 - i)
	}
	if !bytes.Equal(key(big), key(again)) {
		t.Error("the order of entries changes the key")
	}
	if !bytes.Equal(key(map[string]float64{"z": 0}), key(map[string]float64{"z": math.Copysign(0, -1)})) {
		t.Error("-0.0 is another key than 0.0")
	}
	f := mustOf[float64](t)
	a, b := math.NaN(), math.Float64frombits(0x7ff8000000000123)
	ka, _ := f.AppendKey(nil, &a)
	kb, _ := f.AppendKey(nil, &b)
	if !bytes.Equal(ka, kb) || Hash(ka) != Hash(kb) {
		t.Error("two NaN are two keys")
	}
}

func TestDecimals(t *testing.T) {
	type money struct{ R *big.Rat }
	e := mustOf[money](t)
	d, _ := e.Decoder(e.Type(), false)
	for text, want := range map[string]string{"1/3": "333333333333333333/1000000000000000000", "-7/2": "-7/2", "0": "0/1", "-2/3": "-666666666666666667/1000000000000000000"} {
		r, _ := new(big.Rat).SetString(text)
		data, err := e.AppendBytes(nil, &money{r})
		var got money
		if _, derr := d.Decode(data, &got); err != nil || derr != nil || got.R.String() != want {
			t.Errorf("%s: got %v, %v, %v", text, got.R, err, derr)
		}
	}
	huge, _ := new(big.Rat).SetString("1e21")
	if _, err := e.AppendBytes(nil, &money{huge}); sparkerr.ClassOf(err) != "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION" {
		t.Error(err)
	}
}

// FuzzDecode: any bytes are a value or an error, and a value's bytes read back
// as the same bytes.
func FuzzDecode(f *testing.F) {
	e := mustOf[everything](f)
	d, _ := e.Decoder(e.Type(), false)
	n, text := int64(-5), "why"
	for _, x := range []everything{{}, {
		base: base{1}, I: -3, S: "text", Bin: []byte{1}, P: &n, PIn: &inner{2, &text}, L: []inner{{3, nil}}, LL: [][]string{{"a", "b"}, nil},
		M: map[string]float64{"k": 1.5, "l": -2}, MI: map[int16][]int32{7: {8, 9}}, Self: point{1, 2},
	}} {
		data, _ := e.AppendBytes(nil, &x)
		f.Add(data)
	}
	skip, err := mustOf[struct{ Other *int }](f).Decoder(e.Type(), false)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var x everything
		rest, err := d.Decode(data, &x)
		if err != nil {
			return
		}
		var other struct{ Other *int }
		if r, err := skip.Decode(data, &other); err != nil || len(r) != len(rest) {
			t.Fatalf("skipping leaves %d bytes, reading %d: %v", len(r), len(rest), err)
		}
		again, err := e.AppendBytes(nil, &x)
		if err != nil {
			t.Fatal(err)
		}
		var y everything
		if _, err := d.Decode(again, &y); err != nil {
			t.Fatal(err)
		}
		twice, _ := e.AppendBytes(nil, &y)
		if !bytes.Equal(again, twice) {
			t.Fatal("a value has two forms")
		}
	})
}

type small struct {
	ID   int64
	Name string
	F    float64
}

func BenchmarkRead(b *testing.B) {
	e := mustOf[small](b)
	batch := columnar.NewBatch(e.Schema())
	src := rand.New(rand.NewPCG(5, 6))
	for range columnar.MaxRows {
		_ = e.AppendRow(batch, &small{src.Int64(), "name-" + string(rune('a'+src.IntN(26))), src.Float64()})
	}
	r, _ := e.Rows(batch.Schema)
	v := RowVector(batch)
	var x small
	b.ReportAllocs()
	b.SetBytes(columnar.MaxRows)
	for b.Loop() {
		r.Begin()
		for i := range batch.Len {
			_ = r.Read(v, i, &x)
		}
	}
}

func BenchmarkAppendRow(b *testing.B) {
	e := mustOf[small](b)
	batch := columnar.NewBatch(e.Schema())
	x := small{7, "some name", 1.5}
	b.ReportAllocs()
	b.SetBytes(columnar.MaxRows)
	for b.Loop() {
		batch.Reset()
		for range columnar.MaxRows {
			_ = e.AppendRow(batch, &x)
		}
	}
}

func BenchmarkBytes(b *testing.B) {
	e := mustOf[small](b)
	d, _ := e.Decoder(e.Type(), false)
	x, y := small{7, "some name", 1.5}, small{}
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		buf, _ = e.AppendBytes(buf[:0], &x)
		_, _ = d.Decode(buf, &y)
	}
}
