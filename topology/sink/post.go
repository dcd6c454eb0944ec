package sink

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/spatestream/spate/topology"
)

// Post returns the sink that sends every event as the body of a POST to a URL,
// one after another in each instance. Without an answer, or with one of 408, 429
// or 5xx, it tries again after a pause that doubles; so the server may see an
// event twice. When the tries are used up, or with another answer than 2xx, the
// job fails. body is called by several goroutines at a time; JSON is one.
func Post[T any](to string, body func(T) ([]byte, error), options ...PostOption) func() topology.Sink[T] {
	p := posting{url: to, tries: 5, pause: 100 * time.Millisecond, contentType: "application/json"}
	for _, o := range options {
		if o == nil {
			return refuse[T]("Post was given nil in place of an option")
		}
		o(&p)
	}
	switch u, err := url.Parse(to); {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return refuse[T]("Post: %q is no URL to send to; one is http://localhost:8080/events", to)
	case body == nil:
		return refuse[T]("Post was given nil in place of what makes the body; JSON does, or a function of yours")
	case p.tries < 1 || p.pause < 0:
		return refuse[T]("Tries(%d, %v): an event is sent at least once, and the pause cannot be negative", p.tries, p.pause)
	}
	return func() topology.Sink[T] { return &post[T]{posting: p, body: body} }
}

// JSON is the body of an event as JSON.
func JSON[T any](v T) ([]byte, error) { return json.Marshal(v) }

// PostOption configures Post.
type PostOption func(*posting)

// Client makes Post send by c, which several goroutines use at a time. Without
// it each instance has its own, which waits 30 seconds for an answer.
func Client(c *http.Client) PostOption { return func(p *posting) { p.client = c } }

// ContentType is what Post says its bodies are, application/json without it.
func ContentType(t string) PostOption { return func(p *posting) { p.contentType = t } }

// Tries is how often Post sends an event at most, and the pause after the first
// try; 5 and 100 ms without it.
func Tries(n int, pause time.Duration) PostOption {
	return func(p *posting) { p.tries, p.pause = n, pause }
}

type posting struct {
	url         string
	client      *http.Client
	contentType string
	tries       int
	pause       time.Duration
}

type post[T any] struct {
	posting
	body func(T) ([]byte, error)
	own  *http.Transport // nil: the client is the user's
}

func (p *post[T]) Setup(*topology.Context) error {
	if p.client == nil {
		p.own = http.DefaultTransport.(*http.Transport).Clone()
		p.client = &http.Client{Transport: p.own, Timeout: 30 * time.Second}
	}
	return nil
}

// Write implements topology.Sink.
func (p *post[T]) Write(ctx *topology.Context, v T) error {
	body, err := p.body(v)
	if err != nil {
		return err
	}
	pause := p.pause
	for try := 1; ; try++ {
		err := p.send(ctx, body)
		var wrong answer
		if err == nil || errors.As(err, &wrong) && !wrong.passing() || try >= p.tries {
			return err
		}
		ctx.Log().Warn("an event was not taken, it is sent again", "error", err, "after", pause)
		if err := ctx.Env().Clock.Sleep(ctx, pause); err != nil {
			return err
		}
		pause *= 2
	}
}

func (p *post[T]) send(ctx context.Context, body []byte) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", p.contentType)
	got, err := p.client.Do(r)
	if err != nil {
		return err
	}
	defer got.Body.Close()
	text, _ := io.ReadAll(io.LimitReader(got.Body, 1<<10)) // what it says explains the status, no more
	if got.StatusCode/100 != 2 {
		return answer{p.url, got.StatusCode, string(bytes.TrimSpace(text))}
	}
	return nil
}

// answer is one of a server that did not take an event.
type answer struct {
	url    string
	status int
	text   string
}

func (a answer) Error() string {
	return fmt.Sprintf("%s answered %d %s: %s", a.url, a.status, http.StatusText(a.status), a.text)
}

// passing reports whether another try may have another answer.
func (a answer) passing() bool {
	return a.status >= 500 || a.status == http.StatusRequestTimeout || a.status == http.StatusTooManyRequests
}

func (p *post[T]) Close() error {
	if p.own != nil {
		p.own.CloseIdleConnections()
	}
	return nil
}
