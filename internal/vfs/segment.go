package vfs

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"path"
	"strconv"
	"strings"
)

// The bytes of a segment are drawn in docs/formats/segment.md.
const (
	segmentMagic   = "spatelog"
	segmentVersion = 1
	segmentHeader  = 24 // magic, version, first index, checksum
	frameHeader    = 24 // body length, record count, first index, two checksums
	frameAlign     = 8  // frames begin at multiples of it
	segmentSuffix  = ".seg"
)

// segmentName orders by name as it orders by index.
func segmentName(dir string, first uint64) string {
	return path.Join(dir, fmt.Sprintf("%020d%s", first, segmentSuffix))
}

// segmentFirst reads back what segmentName wrote.
func segmentFirst(name string) (first uint64, ok bool) {
	digits, found := strings.CutSuffix(name, segmentSuffix)
	if !found || len(digits) != 20 {
		return 0, false
	}
	first, err := strconv.ParseUint(digits, 10, 64)
	return first, err == nil
}

func appendSegmentHeader(buf []byte, first uint64) []byte {
	start := len(buf)
	buf = append(buf, segmentMagic...)
	buf = binary.LittleEndian.AppendUint32(buf, segmentVersion)
	buf = binary.LittleEndian.AppendUint64(buf, first)
	return binary.LittleEndian.AppendUint32(buf, Checksum(buf[start:]))
}

// frame is one group of records, written and synced together: so at most one
// frame of a log, the last, may be torn.
type frame struct {
	offset int64  // of its header in the segment
	end    int64  // of its padding
	first  uint64 // index of its first record
	count  int
	body   []byte
}

// appendRecord adds one record to the body of a frame that is being made.
func appendRecord(frame, record []byte) []byte {
	return append(binary.AppendUvarint(frame, uint64(len(record))), record...)
}

// sealFrame fills the header of a frame, whose first bytes are room for it,
// and pads it. The header's checksum depends on the place the frame is written
// to: a copy of a frame elsewhere, say inside a record, is none.
func sealFrame(buf []byte, offset int64, first uint64, count int) []byte {
	body := buf[frameHeader:]
	binary.LittleEndian.PutUint32(buf[0:], uint32(len(body)))
	binary.LittleEndian.PutUint32(buf[4:], uint32(count))
	binary.LittleEndian.PutUint64(buf[8:], first)
	binary.LittleEndian.PutUint32(buf[16:], Checksum(body))
	binary.LittleEndian.PutUint32(buf[20:], headerChecksum(buf, offset))
	for len(buf)%frameAlign != 0 {
		buf = append(buf, 0)
	}
	return buf
}

func headerChecksum(header []byte, offset int64) uint32 {
	return Checksum(header[:20]) ^ uint32(offset/frameAlign)
}

// segmentReader decodes the bytes of one segment. It never reads past data,
// allocates nothing and trusts no length before its checksum.
type segmentReader struct {
	name   string
	data   []byte
	offset int64  // of the next frame
	next   uint64 // index of the next record
}

// openSegment checks the header. A segment whose header never became durable
// holds nothing that was acknowledged: it reads as empty, with offset 0.
func openSegment(name string, data []byte, first uint64) (*segmentReader, error) {
	r := &segmentReader{name: name, data: data, next: first}
	if len(data) < segmentHeader || !bytes.Equal(data[:segmentHeader], appendSegmentHeader(nil, first)) {
		return r, r.badHeader()
	}
	r.offset = segmentHeader
	return r, nil
}

func (r *segmentReader) badHeader() error {
	if len(r.data) >= segmentHeader && string(r.data[:8]) == segmentMagic {
		sum := binary.LittleEndian.Uint32(r.data[20:])
		version := binary.LittleEndian.Uint32(r.data[8:])
		if sum == Checksum(r.data[:20]) && version != segmentVersion {
			return r.corrupt(8, fmt.Sprintf("it has format version %d, this program reads %d", version, segmentVersion))
		}
	}
	if later := r.findFrame(segmentHeader); later >= 0 {
		return r.corrupt(0, fmt.Sprintf("its header is damaged, though the frame at byte %d is whole", later))
	}
	return nil
}

// frame returns the next frame. ok is false at the end of the segment: where
// no more frame was completed. A damaged frame before a whole one had been
// acknowledged: that is a *CorruptError.
func (r *segmentReader) frame() (f frame, ok bool, err error) {
	if r.offset == 0 {
		return frame{}, false, nil
	}
	f, reason := r.frameAt(r.offset)
	if reason == "" && f.first != r.next {
		return frame{}, false, r.corrupt(r.offset, fmt.Sprintf("expected record %d, found %d", r.next, f.first))
	}
	if reason == "" {
		r.offset, r.next = f.end, r.next+uint64(f.count)
		return f, true, nil
	}
	if later := r.findFrame(r.offset + frameAlign); later >= 0 {
		return frame{}, false, r.corrupt(r.offset, fmt.Sprintf("%s, though the later frame at byte %d is whole", reason, later))
	}
	return frame{}, false, nil
}

// frameAt decodes the frame at offset; reason says what is wrong with it.
func (r *segmentReader) frameAt(offset int64) (f frame, reason string) {
	if !r.headerAt(offset) {
		return f, "the frame's header is damaged"
	}
	h := r.data[offset:]
	n := int64(binary.LittleEndian.Uint32(h))
	end := alignUp(offset + frameHeader + n)
	if end > int64(len(r.data)) {
		return f, "the frame is cut off"
	}
	f = frame{offset: offset, end: end, first: binary.LittleEndian.Uint64(h[8:]),
		count: int(binary.LittleEndian.Uint32(h[4:])), body: h[frameHeader : frameHeader+n : frameHeader+n]}
	if f.count == 0 {
		return f, "the frame has no records"
	}
	if Checksum(f.body) != binary.LittleEndian.Uint32(h[16:]) {
		return f, "the checksum of the frame's body does not match"
	}
	return f, ""
}

func alignUp(n int64) int64 { return (n + frameAlign - 1) / frameAlign * frameAlign }

func (r *segmentReader) headerAt(offset int64) bool {
	if offset > int64(len(r.data))-frameHeader {
		return false
	}
	h := r.data[offset : offset+frameHeader]
	return binary.LittleEndian.Uint32(h[20:]) == headerChecksum(h, offset)
}

// findFrame returns where the first whole frame at or after offset begins, or
// -1. It only runs at the end of a segment and on damage.
func (r *segmentReader) findFrame(offset int64) int64 {
	for ; offset <= int64(len(r.data))-frameHeader; offset += frameAlign {
		if binary.LittleEndian.Uint64(r.data[offset:]) == 0 || !r.headerAt(offset) {
			continue // no frame has neither length nor count
		}
		if _, reason := r.frameAt(offset); reason == "" {
			return offset
		}
	}
	return -1
}

// records calls visit for each record of f, borrowed from the segment's bytes.
func (r *segmentReader) records(f frame, visit func(index uint64, record []byte) error) error {
	body := f.body
	for i := range f.count {
		n, width := binary.Uvarint(body)
		if width <= 0 || n > uint64(len(body)-width) {
			return r.corrupt(f.offset, fmt.Sprintf("record %d is longer than its frame", f.first+uint64(i)))
		}
		end := width + int(n)
		if err := visit(f.first+uint64(i), body[width:end:end]); err != nil {
			return err
		}
		body = body[end:]
	}
	if len(body) != 0 {
		return r.corrupt(f.offset, fmt.Sprintf("%d bytes follow the last record of the frame", len(body)))
	}
	return nil
}

func (r *segmentReader) corrupt(offset int64, reason string) error {
	return &CorruptError{Path: r.name, Offset: offset, Reason: reason,
		Advice: "Acknowledged records are damaged: restore the file from a copy, or start from an older checkpoint."}
}
