package page

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/spatestream/spate/topology"
)

// At shows the job at an address, host and port. Without a host it is that of
// this machine alone; the page of the book is at port 7000. A wrong address, or
// one that is taken, is an error of Run.
func At(address string) topology.Option {
	return show(func(ctx context.Context) (net.Listener, error) {
		host, port, err := net.SplitHostPort(address)
		if err == nil && host == "" {
			host = "localhost"
		}
		if err == nil {
			var l net.Listener
			if l, err = new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort(host, port)); err == nil {
				return l, nil
			}
		}
		return nil, fmt.Errorf("the page of the job cannot be at %q: %w; give a host and a port that is free, as in localhost:7000", address, err)
	})
}

// On is At with a listener that is there, which ends with the first Run.
func On(l net.Listener) topology.Option {
	return show(func(context.Context) (net.Listener, error) { return l, nil })
}

func show(listen func(context.Context) (net.Listener, error)) topology.Option {
	p := &page{}
	return func(j *topology.Job) {
		topology.Listen(p.hear)(j)
		topology.Beside(func(ctx context.Context, j *topology.Job) (func() error, error) {
			l, err := listen(ctx)
			if err != nil {
				return nil, err
			}
			return p.serve(j, l), nil
		})(j)
	}
}

// page is what is known of a job.
type page struct {
	mu      sync.Mutex
	status  topology.Status   // guarded by mu: the last one
	notices []topology.Notice // guarded by mu: the last ones that are not just statuses
}

// mostNotices is how many notices the page shows.
const mostNotices = 30

// hear is told what happens to the job.
func (p *page) hear(n topology.Notice) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch n.Kind {
	case topology.Taken:
		p.status = *n.Status
	case topology.Checkpointed: // the status says it
	default:
		p.notices = append(p.notices, n)
		p.notices = p.notices[max(0, len(p.notices)-mostNotices):]
	}
}

func (p *page) last() (topology.Status, []topology.Notice) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.status, append([]topology.Notice{}, p.notices...)
}

// serve serves the page on a goroutine of its own until it is stopped.
func (p *page) serve(j *topology.Job, l net.Listener) (stop func() error) {
	p.mu.Lock()
	p.status = topology.Status{Job: j.Name()}
	p.mu.Unlock()
	s := &http.Server{Handler: p.handler(j), ReadHeaderTimeout: 5 * time.Second}
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	return func() error {
		err := s.Close()
		if e := <-served; !errors.Is(e, http.ErrServerClosed) {
			err = errors.Join(err, e)
		}
		return err
	}
}
