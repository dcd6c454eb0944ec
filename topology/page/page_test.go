package page

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/spatestream/spate/topology"
)

// waiting is a source that gives three numbers, and ends when it is told to.
type waiting struct {
	n    int
	told <-chan struct{}
}

func (w *waiting) Next(ctx context.Context, out *topology.Emitter[int]) error {
	if w.n < 3 {
		w.n++
		out.Emit(w.n)
		return nil
	}
	select {
	case <-w.told:
		return io.EOF
	case <-ctx.Done():
		return nil
	}
}

type nowhere struct{}

func (nowhere) Write(*topology.Context, int) error { return nil }

// jobWith returns a job that ends when told is closed.
func jobWith(told <-chan struct{}, options ...topology.Option) *topology.Job {
	j := topology.NewJob("seen", options...)
	in := topology.AddSource(j, "numbers", func() *waiting { return &waiting{told: told} })
	topology.To(topology.Shuffle(in), "nowhere", func() nowhere { return nowhere{} }, topology.Parallelism(2))
	return j
}

func get(t *testing.T, client *http.Client, url string) (*http.Response, string) {
	t.Helper()
	r, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r, string(body)
}

// What the page reads is what the job is, from its begin to its end.
func TestThePageOfAJob(t *testing.T) {
	l, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	url, told := "http://"+l.Addr().String(), make(chan struct{})
	j := jobWith(told, On(l), topology.StatusEvery(time.Millisecond))
	done := make(chan error, 1)
	go func() { done <- j.Run(t.Context()) }()
	var all live
	for len(all.History) == 0 || len(all.Status.Components) == 0 || all.Status.Components[1].Received < 3 {
		all = live{}
		if _, body := get(t, client, url+"/live.json"); json.Unmarshal([]byte(body), &all) != nil {
			t.Fatal(body)
		}
	}
	if len(all.Notices) == 0 || all.Notices[0].Kind != topology.Started {
		t.Errorf("%+v", all.Notices)
	}

	r, body := get(t, client, url+"/")
	if r.StatusCode != 200 || !strings.Contains(body, `data-name="numbers"`) || !strings.Contains(r.Header.Get("Content-Security-Policy"), "script-src 'sha256-") {
		t.Errorf("%v\n%s", r, body)
	}
	for _, far := range []string{"http://", "https://", "@import", "src="} {
		if strings.Contains(body, far) {
			t.Errorf("the page is not self-contained: it has %q", far)
		}
	}
	if _, body := get(t, client, url+"/plan.json"); !strings.HasPrefix(body, `{"name":"seen","sources":[{"name":"numbers"`) {
		t.Error(body)
	}
	var s topology.Status
	if _, body := get(t, client, url+"/status.json"); json.Unmarshal([]byte(body), &s) != nil || len(s.Instances) != 3 || len(s.Edges) != 1 {
		t.Error(body)
	}
	if r, _ := get(t, client, url+"/other"); r.StatusCode != 404 {
		t.Error(r.Status)
	}
	close(told)
	if err := <-done; err != nil {
		t.Error(err)
	}
	if r, err := client.Get(url); err == nil {
		r.Body.Close()
		t.Error("the page outlives the job")
	}
}

func TestAddressesThatCannotBe(t *testing.T) {
	taken, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	told := make(chan struct{})
	close(told)
	for _, address := range []string{"7000", "localhost:port", "localhost:99999", taken.Addr().String()} {
		err := jobWith(told, At(address)).Run(t.Context())
		if err == nil || !strings.Contains(err.Error(), "give a host and a port that is free") || !strings.Contains(err.Error(), address) {
			t.Errorf("%s: %v", address, err)
		}
	}
	if err := jobWith(told, At(":0")).Run(t.Context()); err != nil {
		t.Error(err)
	}
}
