package rdd

import (
	"fmt"
	"path"
	"strings"
)

// ToDebugString returns the lineage as Spark prints it: a line for each RDD,
// children above parents, with its class, number and the call that made it; +-
// begins the map side of a shuffle, a line of sizes follows what is persisted,
// and the level of the RDD itself ends each line. It may look at files or run a
// job to know the number of partitions.
func (r *RDD[T]) ToDebugString() (string, error) {
	level, _ := r.node().stored()
	d := debugger{suffix: " []"}
	if level.kept() {
		d.suffix = " [" + level.String() + "]"
	}
	parts, err := r.node().partitions()
	if err != nil {
		return "", err
	}
	count := fmt.Sprintf("(%d)", parts)
	below := bar(count)
	lines := d.self(r.node())
	out := []string{count + " " + lines[0]}
	for _, l := range lines[1:] {
		out = append(out, below+" "+l)
	}
	more, err := d.parents(r.node(), below)
	return strings.Join(append(out, more...), "\n"), err
}

// debugger prints one lineage.
type debugger struct{ suffix string }

// bar is a line down the middle of a number of partitions.
func bar(count string) string {
	left := (len(count) - 1) / 2
	return strings.Repeat(" ", left) + "|" + strings.Repeat(" ", len(count)-left)
}

// self describes a node in one line, or two if it is kept.
func (d debugger) self(n *node) []string {
	lines := []string{n.String() + d.suffix}
	if level, in := n.stored(); level.kept() && in.Partitions > 0 {
		lines = append(lines, fmt.Sprintf("    CachedPartitions: %d; MemorySize: %s; DiskSize: %s", in.Partitions, byteText(in.Memory), byteText(in.Disk)))
	}
	return lines
}

// parents describes what a node is computed from.
func (d debugger) parents(n *node, prefix string) (out []string, err error) {
	deps := n.parents()
	for i, dep := range deps {
		var lines []string
		if dep.shuffle == nil {
			lines, err = d.narrow(dep.on, prefix)
		} else {
			lines, err = d.shuffled(dep.on, prefix, i == len(deps)-1)
		}
		if err != nil {
			return nil, err
		}
		out = append(out, lines...)
	}
	return out, nil
}

func (d debugger) narrow(n *node, prefix string) ([]string, error) {
	out := d.self(n)
	for i := range out {
		out[i] = prefix + out[i]
	}
	more, err := d.parents(n, prefix)
	return append(out, more...), err
}

// shuffled describes the map side of a shuffle, in a column of its own.
func (d debugger) shuffled(n *node, prefix string, last bool) ([]string, error) {
	parts, err := n.partitions()
	if err != nil {
		return nil, err
	}
	count := fmt.Sprintf("(%d)", parts)
	this := strings.TrimSuffix(strings.TrimRight(prefix, " "), "|")
	below := this + "| " + bar(count)
	if last {
		below = this + "  " + bar(count)
	}
	out := d.self(n)
	for i := range out {
		if i == 0 {
			out[i] = this + "+-" + count + " " + out[i]
		} else {
			out[i] = below + out[i]
		}
	}
	more, err := d.parents(n, below)
	return append(out, more...), err
}

// String describes a node as Spark does an RDD.
func (n *node) String() string {
	n.mu.Lock()
	name := n.name
	n.mu.Unlock()
	if name != "" {
		name += " "
	}
	site := n.site()
	if site.File != "" {
		site.File = path.Base(site.File)
	}
	return fmt.Sprintf("%s%s[%d] at %s", name, n.kind, n.id, named(n.op, site))
}

// byteText prints a size as Spark does.
func byteText(n int64) string {
	units := []string{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"}
	size, i := float64(n), 0
	for ; size >= 2048 && i < len(units)-1; i++ {
		size /= 1024
	}
	return fmt.Sprintf("%.1f %s", size, units[i])
}
