# What there is to do. Each target is one command that can also be typed.
.PHONY: help build test ci race bench update-goldens conformance

help: ## this list
	@sed -n 's/^\([a-z-]*\): ## /\1	/p' Makefile

build: ## the command, into bin/
	go build -trimpath -o bin/spate ./cmd/spate

test: ## every test of every package
	go test ./...

ci: ## what must pass before a change lands
	test -z "$$(git ls-files '*.go' | xargs gofmt -l)"
	go vet ./...
	go test ./...

race: ## the tests again, shuffled, with the race detector
	CGO_ENABLED=1 go test -race -shuffle=on ./...

bench: ## the lanes of bench/, beside peers where they are installed
	go run ./bench

conformance: ## what differs from a real Spark
	go test ./conformance -v

update-goldens: ## expected outputs and reference pages anew; read the diff
	go test ./cmd/spate ./internal/sql/parser -update
	go test ./conformance -update
