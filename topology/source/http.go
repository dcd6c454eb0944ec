package source

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"

	"github.com/spatestream/spate/topology"
)

// MaxBody is the longest body of a request that HTTP takes, in bytes.
const MaxBody = 16 << 20

// HTTP returns the source of what clients POST to any path: each instance is a
// server, instance i at the port i above, and goes on for ever. read makes
// events of a request and may be called by several goroutines at a time; Lines
// and JSON do. A client is told 204 when the job has the events, and 400 and the
// error if read fails; when the job ends connections are cut.
func HTTP[T any](address string, read func(*http.Request) ([]T, error), options ...ListenOption) func() topology.Source[T] {
	l, err := listenAt(address, options)
	switch {
	case err != nil:
		return refuse[T]("HTTP: %w", err)
	case read == nil:
		return refuse[T]("HTTP was given nil in place of what reads a request: Lines or JSON do, or a function of yours")
	}
	return func() topology.Source[T] { return &posted[T]{listening: l, read: read} }
}

// Lines makes an event of each line of a request's body.
func Lines(r *http.Request) ([]string, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	var events []string
	for line := range strings.Lines(string(body)) {
		events = append(events, strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r"))
	}
	return events, nil
}

// JSON makes an event of each of the JSON values that a request's body has, one
// after another.
func JSON[T any](r *http.Request) ([]T, error) {
	var events []T
	for d := json.NewDecoder(r.Body); ; {
		var v T
		err := d.Decode(&v)
		if errors.Is(err, io.EOF) {
			return events, nil
		}
		if err != nil {
			return nil, fmt.Errorf("value %d: %w", len(events), err)
		}
		events = append(events, v)
	}
}

// posted is an instance of HTTP.
type posted[T any] struct {
	listening
	read   func(*http.Request) ([]T, error)
	server *http.Server
	inbox  *inbox[T]
}

func (p *posted[T]) Setup(ctx *topology.Context) error {
	l, err := p.open(ctx)
	if err != nil {
		return err
	}
	p.inbox = newInbox[T]()
	p.server = &http.Server{Handler: p, BaseContext: func(net.Listener) context.Context { return ctx }}
	p.inbox.all.Go(func() {
		if err := p.server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			p.inbox.fail(err)
		}
	})
	return nil
}

// Next implements topology.Source.
func (p *posted[T]) Next(ctx context.Context, out *topology.Emitter[T]) error {
	return p.inbox.next(ctx, out)
}

// ServeHTTP implements http.Handler.
func (p *posted[T]) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "events are sent by POST", http.StatusMethodNotAllowed)
		return
	}
	if !p.inbox.enter() {
		http.Error(w, "the job ends", http.StatusServiceUnavailable)
		return
	}
	defer p.inbox.all.Done()
	r.Body = http.MaxBytesReader(w, r.Body, MaxBody)
	events, err := p.read(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if !p.hand(events) {
		http.Error(w, "the job ends", http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// hand gives events to the job and reports whether it has them.
func (p *posted[T]) hand(events []T) bool {
	if len(events) == 0 {
		return true
	}
	taken := make(chan struct{})
	if !p.inbox.put(parcel[T]{events, taken}) {
		return false
	}
	select {
	case <-taken:
		return true
	case <-p.inbox.closed:
		return false
	}
}

// Close ends the server and cuts its connections.
func (p *posted[T]) Close() error {
	if p.server == nil {
		return nil
	}
	return p.inbox.close(p.server.Close)
}
