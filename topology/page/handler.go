package page

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"html/template"
	"net/http"

	"github.com/spatestream/spate/topology"
)

//go:embed page.html
var document string

//go:embed page.css
var style string

//go:embed page.js
var script string

// policy lets the document run its own script and reach its own server, and
// nothing else.
func policy() string {
	sum := sha256.Sum256([]byte(script))
	return "default-src 'none'; connect-src 'self'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; script-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// live is what the page reads again and again.
type live struct {
	Status  topology.Status        `json:"status"`
	Notices []topology.Notice      `json:"notices"`
	History []topology.Measurement `json:"history"`
}

// handler serves the page of a job.
func (p *page) handler(j *topology.Job) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) { writePage(w, j.Plan()) })
	mux.HandleFunc("GET /plan.json", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, j.Plan()) })
	mux.HandleFunc("GET /status.json", func(w http.ResponseWriter, _ *http.Request) {
		s, _ := p.last()
		writeJSON(w, s)
	})
	mux.HandleFunc("GET /live.json", func(w http.ResponseWriter, _ *http.Request) {
		s, n := p.last()
		writeJSON(w, live{s, n, j.History()})
	})
	return mux
}

func writeJSON(w http.ResponseWriter, v any) {
	data, err := json.Marshal(v)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(data) // a reader that has gone needs no answer
}

var parsed = template.Must(template.New("page").Parse(document))

func writePage(w http.ResponseWriter, p topology.Plan) {
	var b bytes.Buffer
	err := parsed.Execute(&b, struct {
		Name   string
		Graph  picture
		Style  template.CSS
		Script template.JS
	}{p.Name, draw(p), template.CSS(style), template.JS(script)})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", policy())
	_, _ = w.Write(b.Bytes())
}
