package file

import (
	"errors"
	"io"
	"io/fs"
	"strings"
	"syscall"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// title is how messages name a format: JSON, CSV, Text, Parquet.
func title(name string) string {
	if name == "json" || name == "csv" || name == "orc" {
		return strings.ToUpper(name)
	}
	return strings.ToUpper(name[:1]) + name[1:]
}

func cannotInfer(format string) error {
	return sparkerr.New("UNABLE_TO_INFER_SCHEMA",
		"Unable to infer schema for "+title(format)+". It must be specified manually: give a schema, or a path that holds files.", "format", title(format))
}

// checkTypes refuses columns the format cannot hold.
func checkTypes(format string, c Codec, fields []sqltype.Field) error {
	for _, f := range fields {
		if !c.Supports(f.Type) {
			return sparkerr.New("UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE",
				"The "+title(format)+" datasource doesn't support the column `"+f.Name+"` of the type \""+sqltype.SQL(f.Type)+"\". Cast it to another type, or choose another format.",
				"format", title(format), "columnName", "`"+f.Name+"`", "columnType", `"`+sqltype.SQL(f.Type)+`"`)
		}
	}
	return nil
}

func noPath() error {
	return sparkerr.New("_LEGACY_ERROR_TEMP_2047", "'path' is not specified. Give load() a path, or set the option path.")
}

func noStreamSchema() error {
	return sparkerr.New("_LEGACY_ERROR_TEMP_2048",
		"Schema must be specified when creating a streaming source DataFrame: give it with schema(...), or set spark.sql.streaming.schemaInference to true to infer it from the files that are there.")
}

func notReadable(p, class, text string, cause error) error {
	e := sparkerr.Data(class, text, "path", uri(p))
	if class == "FAILED_READ_FILE.NO_HINT" {
		e.Kind = sparkerr.KindOf(passing(cause))
	}
	return e.Because(cause)
}

// advice says what the trouble with a file may come from and what to do; "" if
// err says it itself.
func advice(p string, err error) string {
	c := compression(p)
	switch {
	case sparkerr.As(err) != nil, errors.Is(err, fs.ErrPermission): // they say it
		return ""
	case c != "" && errors.Is(err, io.ErrUnexpectedEOF):
		return ". The " + c + " data ends before its end: the file is truncated, or somebody still writes it. Copy it again (write it under another name, then rename it), or set ignoreCorruptFiles to true to go on without its rest"
	case Input{Path: p}.Foreign(err) != "":
		return ". What is in it is not " + c + ", as its name says, or is damaged: rename the file, or copy it again, or set ignoreCorruptFiles to true to go on without its rest"
	}
	return ""
}

// notListed says which folder may not be read; the file system says what to do.
func notListed(root string, err error) error {
	if !errors.Is(err, fs.ErrPermission) || sparkerr.As(err) != nil {
		return err
	}
	return sparkerr.Data("", "cannot list the files of "+show(root), "path", show(root)).Because(err)
}

// isIO reports whether the disk failed, and not what reads its bytes.
func isIO(err error) bool {
	var p *fs.PathError
	return errors.As(err, &p)
}

// passing marks trouble of a device or a mount that may pass as transient: what
// failed is tried again.
func passing(err error) error {
	for _, t := range []syscall.Errno{syscall.EIO, syscall.ESTALE, syscall.ETIMEDOUT, syscall.EAGAIN} {
		if errors.Is(err, t) && sparkerr.As(err) == nil {
			return (&sparkerr.Error{Message: "the file system failed", Kind: sparkerr.Transient}).Because(err)
		}
	}
	return err
}

func unsupportedMode(format string, m connector.Mode) error {
	return sparkerr.New("STREAMING_OUTPUT_MODE.UNSUPPORTED_DATASOURCE",
		"The output mode "+m.String()+" does not go with the format "+format+": files can only be appended to.",
		"className", format, "outputMode", m.String())
}
