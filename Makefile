# Every target does its own set-up; a second run finds it done.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

# What a browser loads, and what is made of it for browsers that are far away.
BROWSER_FILES := $(shell find client_demo/pages client_demo/library client_demo/fullhouse.js)
BUNDLE := client_demo/bundle/made-from.json

ALL_TESTS := --store both -m 'not large' --numprocesses auto --dist loadgroup --no-loadscope-reorder

# Tests start some hundred processes: none of them should compile the sources again.
export PYTHONDONTWRITEBYTECODE =

.DEFAULT_GOAL := help
.PHONY: help run test cover check bench programs types package lock pictures faults soak soak-pages soak-fast-paths

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

run: $(READY) $(BUNDLE) ## Start a demo: two nodes, a room that fills, and a page that guides you through it
	$(BIN)/fullhouse demo $(ARGS)

test: check programs $(BUNDLE) ## Everything that CI runs: check, then all tests
	$(BIN)/python -m pytest $(ALL_TESTS)

cover: $(READY) programs $(BUNDLE) ## All tests with the coverage of their branches: takes half as long again
	$(BIN)/python -m pytest $(ALL_TESTS) --cov --cov-report term

faults: $(READY) programs ## All tests that break a part, one after the other
	$(BIN)/python -m pytest --store both -m faults

soak: $(READY) programs ## Twenty minutes of random faults, on one store and on a cluster: do the promises hold?
	$(BIN)/python -m tests.soak.faults --minutes 10
	$(BIN)/python -m tests.soak.faults --minutes 10 --cluster

soak-pages: $(READY) programs $(BUNDLE) ## Ten minutes of a full host page: it must not grow (too long for test)
	$(BIN)/python -m tests.soak.host_page --minutes 10

soak-fast-paths: $(READY) ## 100,000 random steps on each store: fast paths of scripts do what the full scripts do
	$(BIN)/python -m tests.soak.fast_paths

check: $(READY) ## Format, lint, types, layers
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY) ## Measure this machine, in about seven minutes
	$(BIN)/fullhouse bench

pictures: $(READY) programs ## Take the pictures of docs/ again, from the real pages
	$(BIN)/python -m tests.browser.pictures

programs: # redis-server, Chromium, nginx and Node, which pip cannot install
	@sh .ci/programs

types: $(READY) node_modules ## Make the types of messages in the browser's library, from the server's schema
	@mkdir -p build
	$(BIN)/python client_demo/packaging/asyncapi.py | node client_demo/packaging/messages.mjs > build/messages.d.ts
	mv build/messages.d.ts client_demo/library/messages.d.ts

package: $(READY) node_modules ## Make the npm package in build/
	node client_demo/packaging/build.mjs build/npm
	npm pack --silent --ignore-scripts --pack-destination build ./build/npm

node_modules: package-lock.json
	npm ci --silent
	@touch $@

lock: $(READY) ## Pin the newest versions that pyproject.toml allows
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --universal --python-version 3.11 --group dev pyproject.toml \
		--upgrade --generate-hashes --no-emit-index-url --quiet \
		--custom-compile-command 'make lock' -o requirements.lock

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Fullhouse needs Python 3.11 or later: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "This Python cannot make virtual environments: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@# The lock is whole, so nothing is left to resolve: a release newer than a pin is never looked at.
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(BUNDLE): $(BROWSER_FILES) client_demo/make_bundle.py | $(READY)
	-@$(BIN)/python client_demo/make_bundle.py
