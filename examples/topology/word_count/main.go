// Command word_count counts the words of sentences, as the example that comes
// with Storm does: sentences are cut into words, and each of several counters has
// words of its own.
//
//	nc -lk 9990
//	go run ./examples/topology/word_count
//
// With -random it makes up ten sentences a second itself; with -acks a sentence of
// which something fails is given again.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"strings"

	"github.com/spatestream/spate/topology"
	"github.com/spatestream/spate/topology/sink"
	"github.com/spatestream/spate/topology/source"
)

func main() {
	address := flag.String("sentences", "localhost:9990", "where sentences come from")
	random := flag.Bool("random", false, "make sentences up instead")
	acks := flag.Bool("acks", false, "follow each sentence until all its words are counted; else one is lost with what fails")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	sentences := source.Dial(*address)
	if *random {
		sentences = source.Generate(10, sentence)
	}
	guarantee := topology.AtMostOnce()
	if *acks {
		guarantee = topology.AtLeastOnce()
	}
	if err := job(guarantee, sentences, os.Stdout).Run(ctx); err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// sentence makes up a sentence of three words.
func sentence(int64) (string, bool) {
	words := []string{"rivers", "lakes", "seas", "rise", "fall", "freeze", "often", "slowly", "twice"}
	return words[rand.IntN(3)] + " " + words[3+rand.IntN(3)] + " " + words[6+rand.IntN(3)], true
}

// count is how often a word has come.
type count struct {
	Word  string
	Times int
}

func (c count) String() string { return fmt.Sprintf("%s: %d", c.Word, c.Times) }

// job counts words and prints each count when it changes.
func job(guarantee topology.Option, sentences func() topology.Source[string], out io.Writer) *topology.Job {
	j := topology.NewJob("word_count", guarantee)
	spoken := topology.AddSource(j, "sentences", sentences)
	words := topology.FlatMapFunc(topology.Shuffle(spoken), "split", strings.Fields, topology.Parallelism(2))
	counts := topology.Apply(topology.Fields(words, strings.ToLower), "count", func() counter { return counter{} }, topology.Parallelism(3))
	topology.To(counts, "print", sink.Lines(out, count.String))
	return j
}

// counter counts the words of its instance.
type counter map[string]int

func (c counter) Apply(_ *topology.Context, word string, out *topology.Emitter[count]) error {
	word = strings.ToLower(word)
	c[word]++
	out.Emit(count{word, c[word]})
	return nil
}
