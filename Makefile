# make demo        install what is missing, build, go from the sample's field data to hectares and a report
# make test        install what is missing, run all tests
# make install     build and install the command: make install PREFIX=$HOME/.local
# make test-peers  compare with other people's software (Python packages in a virtual environment made here)
# make test-install  install into a temporary folder and use the command from there
# make bench       measure beside other software, write Benchmarks/RESULTS.md (options: Benchmarks/README.md)
# make lint        check formatting        make format   apply it

PREFIX ?= /usr/local
SWIFT ?= swift

.PHONY: demo test test-peers test-install build setup install bench lint format clean

setup:
	@scripts/setup.sh

build: setup
	$(SWIFT) build -c release

demo: build
	@scripts/demo.sh

test: setup
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build

test-peers: setup
	scripts/test-peers.sh

test-install: setup
	scripts/test-install.sh

install: setup
	$(SWIFT) build -c release --static-swift-stdlib
	install -d "$(DESTDIR)$(PREFIX)/bin"
	install -m 755 "$$($(SWIFT) build -c release --static-swift-stdlib --show-bin-path)/rsproc" "$(DESTDIR)$(PREFIX)/bin/rsproc"

bench: build
	Benchmarks/setup.sh
	$(SWIFT) build --package-path Benchmarks --scratch-path Benchmarks/.build -c release -Xswiftc -enable-testing
	python3 Benchmarks/bench.py

lint:
	$(SWIFT) format lint --strict --recursive Sources Tests Package.swift Benchmarks/Sources Benchmarks/Package.swift

format:
	$(SWIFT) format --in-place --recursive Sources Tests Package.swift Benchmarks/Sources Benchmarks/Package.swift

clean:
	rm -rf .build out
