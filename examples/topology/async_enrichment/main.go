// Command async_enrichment prices orders by asking a service, many at a time. An
// order is a line CUSTOMER,ITEM,COUNT; the price of an item is what GET URL/ITEM
// answers. Without a service it asks one of its own, that is slow and at times
// does not answer.
//
//	nc -lk 9990
//	go run ./examples/topology/async_enrichment
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"time"

	"github.com/spatestream/spate/topology"
	"github.com/spatestream/spate/topology/sink"
	"github.com/spatestream/spate/topology/source"
)

func main() {
	orders := flag.String("orders", "localhost:9990", "where orders come from")
	prices := flag.String("prices", "", "URL of the service that knows prices; a stand-in without it")
	flag.Parse()
	if *prices == "" {
		s := httptest.NewServer(&standIn{answer: 100 * time.Millisecond})
		defer s.Close()
		*prices = s.URL
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := job(source.Dial(*orders), *prices, os.Stdout).Run(ctx); err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// order is an order, bill that with its price.
type (
	order struct {
		Customer, Item string
		Count          int
	}
	bill struct {
		order
		Cents int
	}
)

func parse(line string) order {
	f := strings.SplitN(strings.TrimSpace(line)+",,", ",", 4)
	n, _ := strconv.Atoi(f[2])
	return order{f[0], f[1], n}
}

func (o order) customer() string { return o.Customer }

// errUnknown is an answer that will not change: there is no use in asking again.
var errUnknown = errors.New("it has no price")

// pricer asks the service.
type pricer struct {
	url    string
	client *http.Client
}

// Call implements topology.Caller.
func (p *pricer) Call(ctx context.Context, o order) (bill, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url+"/"+url.PathEscape(o.Item), nil)
	if err != nil {
		return bill{}, err
	}
	resp, err := p.client.Do(req)
	if err != nil {
		return bill{}, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, 100))
	switch {
	case err != nil:
		return bill{}, err
	case resp.StatusCode == http.StatusNotFound:
		return bill{}, errUnknown
	case resp.StatusCode != http.StatusOK:
		return bill{}, errors.New(resp.Status)
	}
	cents, err := strconv.Atoi(strings.TrimSpace(string(text)))
	return bill{o, o.Count * cents}, err
}

// Close implements topology.Closer.
func (p *pricer) Close() error {
	p.client.CloseIdleConnections()
	return nil
}

// job prints bills, those of a customer in order, and what cannot be billed.
func job(orders func() topology.Source[string], prices string, out io.Writer) *topology.Job {
	j := topology.NewJob("async_enrichment", topology.AtLeastOnce(), topology.OnError(topology.ToDeadLetters))
	parsed := topology.MapFunc(topology.AddSource(j, "orders", orders), "parse", parse)
	newPricer := func() *pricer {
		return &pricer{prices, &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}}}
	}
	bills := topology.Async(topology.Fields(parsed, order.customer), "price", newPricer,
		topology.KeyOrder(), topology.InFlight(16), topology.CallTimeout(10*time.Second), topology.Retry(5, 10*time.Millisecond, time.Second),
		topology.RetryIf(func(err error) bool { return !errors.Is(err, errUnknown) }))
	lines := topology.MapFunc(bills, "bill", func(b bill) string {
		return fmt.Sprintf("%s pays %d.%02d for %d %s", b.Customer, b.Cents/100, b.Cents%100, b.Count, b.Item)
	})
	sorry := topology.MapFunc(topology.DeadLetters[order](j, "price"), "apologise", func(d topology.DeadLetter[order]) string {
		return fmt.Sprintf("%s gets no %s: %v", d.Event.Customer, d.Event.Item, d.Err)
	})
	topology.To(topology.Merge(lines, sorry), "print", sink.Lines(out, func(line string) string { return line }))
	return j
}
