package main

import (
	"context"
	"embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// peerFiles are the jars that other engines need, and the program that runs them.
//
//go:embed peers/pom.xml peers/Peers.java
var peerFiles embed.FS

// peers runs other engines, on a Java of version 17 or later.
type peers struct{ dir string }

// newPeers fetches the jars by Maven, once, and compiles the program; both are kept
// below dir.
func newPeers(dir string) (*peers, error) {
	p := &peers{filepath.Join(dir, "peers")}
	if err := os.MkdirAll(p.dir, 0o755); err != nil {
		return nil, err
	}
	for _, name := range []string{"pom.xml", "Peers.java"} {
		text, err := peerFiles.ReadFile("peers/" + name)
		if err == nil {
			err = os.WriteFile(filepath.Join(p.dir, name), text, 0o644)
		}
		if err != nil {
			return nil, err
		}
	}
	if err := p.fetch(); err != nil {
		return nil, err
	}
	return p, p.call("javac", "-nowarn", "-cp", "jars/*", "-d", "classes", "Peers.java")
}

// fetch makes the folder of jars, which is there when it is complete.
func (p *peers) fetch() error {
	jars := filepath.Join(p.dir, "jars")
	if _, err := os.Stat(jars); err == nil {
		return nil
	}
	if err := p.call("mvn", "-q", "-B", "dependency:copy-dependencies", "-DincludeScope=runtime", "-DoutputDirectory=fetched"); err != nil {
		return err
	}
	return os.Rename(filepath.Join(p.dir, "fetched"), jars)
}

func (p *peers) call(name string, args ...string) error {
	c := exec.Command(name, args...)
	c.Dir, c.Stderr = p.dir, os.Stderr
	if err := c.Run(); err != nil {
		return fmt.Errorf("%s %s: %w; peers need Maven and a JDK of 17 or later", name, args[0], err)
	}
	return nil
}

// jvmFlags are what Hazelcast asks for, to be as fast as it can.
var jvmFlags = strings.Fields("--add-modules java.se --add-exports java.base/jdk.internal.ref=ALL-UNNAMED" +
	" --add-opens java.base/java.lang=ALL-UNNAMED --add-opens java.base/sun.nio.ch=ALL-UNNAMED" +
	" --add-opens java.management/sun.management=ALL-UNNAMED --add-opens jdk.management/com.sun.management.internal=ALL-UNNAMED")

// peerTime bounds a run of a peer.
const peerTime = 3 * time.Minute

// run returns what an engine makes of a graph, such as "jet stages": see Peers.java.
func (p *peers) run(engine string) string {
	ctx, cancel := context.WithTimeout(context.Background(), peerTime)
	defer cancel()
	args := append(append([]string{}, jvmFlags...), "-cp", "classes:jars/*", "Peers")
	c := exec.CommandContext(ctx, "java", append(args, strings.Fields(engine)...)...)
	c.Dir = p.dir
	out, err := c.Output()
	for line := range strings.Lines(string(out)) {
		if result, ok := strings.CutPrefix(line, "result "); ok {
			return strings.TrimSpace(result)
		}
	}
	return fmt.Sprint("failed: ", err)
}

// graphs are what peers can make of a lane.
var graphs = map[string][]string{
	"topology-apart":       {"storm stages", "jet stages"},
	"topology-apart-acked": {"storm-acked stages"},
	"topology-hops":        {"storm hops", "jet hops"},
	"topology-first":       {"storm first", "jet first"},
}

// beside returns what peers make of a lane; of no peers, nothing.
func (p *peers) beside(lane string) string {
	if p == nil || graphs[lane] == nil {
		return "-"
	}
	var said []string
	for _, e := range graphs[lane] {
		name, _, _ := strings.Cut(e, " ")
		said = append(said, name+" "+p.run(e))
	}
	return strings.Join(said, "; ")
}
