package faulttest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spatestream/spate/internal/vfs"
)

// liar is a file system with a bug in it. Each field is one.
type liar struct {
	vfs.FS
	noSync    string                   // files whose path holds this are not synced
	noSyncDir string                   // nor this folder
	noAdopt   bool                     // names found are trusted: nothing is synced before the first file is made
	copying   bool                     // rename copies
	inPlace   bool                     // files of the checkpoint are written under their final name
	clobber   bool                     // rename takes a taken name
	noLock    bool                     // everybody gets every lock
	edit      string                   // writes to files whose path holds this
	to        func(data []byte) []byte // write this instead
	made      bool                     // a file was made
}

func (l *liar) Create(name string) (vfs.File, error) {
	l.made = true
	if l.inPlace && strings.HasPrefix(name, "/ck/") {
		if err := l.FS.Remove(name); err != nil && !errors.Is(err, vfs.ErrNotExist) {
			return nil, err
		}
	}
	f, err := l.FS.Create(name)
	return &lyingFile{f, l, name}, err
}

func (l *liar) SyncDir(dir string) error {
	if l.noSyncDir != "" && strings.HasSuffix(dir, l.noSyncDir) || l.noAdopt && !l.made {
		return nil
	}
	return l.FS.SyncDir(dir)
}

func (l *liar) Temp(name string) string {
	if l.inPlace && strings.HasPrefix(name, "/ck/") {
		return name
	}
	return l.FS.Temp(name)
}

func (l *liar) Rename(from, to string, m vfs.Mode) error {
	switch {
	case l.inPlace && from == to:
		return nil
	case l.copying:
		return l.copy(from, to)
	case l.clobber:
		m = vfs.Overwrite
	}
	return l.FS.Rename(from, to, m)
}

func (l *liar) copy(from, to string) error {
	data, err := vfs.ReadFile(l.FS, from)
	if err != nil {
		return err
	}
	f, err := l.FS.Create(to)
	if err != nil {
		return err
	}
	for half := range bytes.SplitAfterSeq(data, []byte("\n")) {
		if _, err := f.Write(half); err != nil {
			return errors.Join(err, f.Close())
		}
	}
	return errors.Join(f.Sync(), f.Close(), l.FS.Remove(from))
}

func (l *liar) Lock(name string) (io.Closer, error) {
	if l.noLock {
		return io.NopCloser(nil), nil
	}
	return l.FS.Lock(name)
}

type lyingFile struct {
	vfs.File
	l    *liar
	name string
}

func (f *lyingFile) Sync() error {
	if f.l.noSync != "" && strings.Contains(f.name, f.l.noSync) {
		return nil
	}
	return f.File.Sync()
}

func (f *lyingFile) Write(p []byte) (int, error) {
	if f.l.edit == "" || !strings.Contains(f.name, f.l.edit) {
		return f.File.Write(p)
	}
	if n, err := f.File.Write(f.l.to(p)); err != nil {
		return n, err
	}
	return len(p), nil
}

// dropLastDelta takes the newest section of the first stage out of a manifest.
func dropLastDelta(manifest []byte) []byte {
	_, body, _ := bytes.Cut(manifest, []byte("\n"))
	text, inline, _ := bytes.Cut(body, []byte("\n"))
	var m map[string]any
	if err := json.Unmarshal(text, &m); err != nil {
		panic(err)
	}
	st := m["stages"].([]any)[0].(map[string]any)
	if sections, _ := st["sections"].([]any); len(sections) > 1 {
		st["sections"] = sections[:len(sections)-1]
	}
	text, _ = json.Marshal(m)
	body = append(append(text, '\n'), inline...)
	return append(fmt.Appendf(nil, "v1 %08x %d\n", vfs.Checksum(body), len(text)), body...)
}
