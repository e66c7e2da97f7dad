# Everything a person needs: `make run` and `make test` install what is missing first.
SHELL := /bin/bash
.DEFAULT_GOAL := help
SWIFT ?= swift
BINARY := .build/release/tidewaiter
# One file that needs nothing on the machine it is copied to, optimised across the rooms. The C++ library comes again at
# the end, for what the libraries before it need.
RELEASE := -c release --product tidewaiter --static-swift-stdlib -Xswiftc -cross-module-optimization -Xlinker -s \
	-Xswiftc -static-executable -Xlinker -L.build/static -Xlinker -lstdc++ -Xlinker -lm

.PHONY: help setup setup-tests build image run test fuzz lint format bench bench-scan bench-guard bench-webhook \
	bench-watch bench-audit bench-console clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install the Debian packages that building and testing need
	@Scripts/setup

setup-tests:
	@Scripts/setup tests

build: setup ## Build the optimised binary, .build/release/tidewaiter, which is one static file
	@Scripts/static-libraries
	$(SWIFT) build $(RELEASE)

image: build ## Make the container image tidewaiter:VERSION of it (needs a Docker engine)
	@Deploy/image/build

run: setup ## Build quickly, then scan the recorded examples
	$(SWIFT) build --product tidewaiter --disable-default-traits
	@.build/debug/tidewaiter scan Examples/docker Examples/kubernetes
	@echo "This was a debug build without the guards, which is made quickly; 'make build' makes all of it, optimised."

# Runs one after another, by how they use the machine: tests that compute keep every core busy, and those that run programs
# hold the threads that all tests share, so that tests that wait for clocks, sockets and files would wait for these.
# Watching opens more files than Foundation can wait for beside others.
RELAYING := RelayTests\.
ADMITTING := KubernetesGuardTests\.
WAITING := LiveIntakeTests|DeliveryTests|KubernetesAPITests|LedgerTests|ConsoleTests|WatchTests\.
PROGRAMS := EndToEndTests\.
WATCHING := WatchEndToEndTests\.
test: setup-tests ## Build and run every test
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build --parallel --skip '$(RELAYING)|$(ADMITTING)|$(WAITING)|$(PROGRAMS)'
	$(SWIFT) test --skip-build --parallel --filter '$(RELAYING)'
	$(SWIFT) test --skip-build --parallel --filter '$(ADMITTING)'
	$(SWIFT) test --skip-build --parallel --filter '$(WAITING)'
	$(SWIFT) test --skip-build --parallel --filter '$(PROGRAMS)' --skip '$(WATCHING)'
	$(SWIFT) test --skip-build --parallel --filter '$(WATCHING)'

FUZZ_SECONDS ?= 5
fuzz: setup ## Give every parser random bytes for FUZZ_SECONDS each
	Scripts/fuzz $(FUZZ_SECONDS)

lint: setup ## Check format and shell scripts
	$(SWIFT) format lint --strict --recursive Package.swift Plugins Sources Tests Fuzz
	@Scripts/lint

format: ## Rewrite the sources in the project's format
	$(SWIFT) format format --in-place --recursive Package.swift Plugins Sources Tests Fuzz

bench: bench-scan bench-guard bench-webhook bench-watch bench-audit bench-console ## Run every benchmark

bench-scan: build ## Measure scan against a bare simdjson projection (about 2 GB of generated logs)
	@Benchmarks/run

bench-guard: build ## Measure the Docker guard against HAProxy before the same engine (needs root)
	@Benchmarks/guard/run

bench-webhook: build ## Measure the admission webhook against one in Go that does nothing
	@Benchmarks/webhook/run

bench-watch: build ## Measure watch: records a second, memory, time to a finding, the ledger (needs root)
	@Benchmarks/watch/run

bench-audit: build ## Measure an audit of this host and of a cluster of 5,000 pods (needs root)
	@Benchmarks/audit/run

bench-console: build ## Measure the console's pages over a ledger of a million deployments
	@Benchmarks/console/run

clean: ## Remove what was built
	rm -rf .build Benchmarks/data
