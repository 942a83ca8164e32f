# gongjian: two commands on a fresh machine with git, make and Python 3.11 or newer.
#   make demo   the bundled data, judged; then the planner's page (SERVE=0 ends before it)
#   make test   all tests
# More: make help

VENV   := .venv
PY     := $(VENV)/bin/python
SERVE  ?= 1
PORT   ?= 8000
OUT    ?= out
PYTEST ?=
ROOM   ?=
# What a change in a room can break: the tests and examples of that room and of those above it.
ABOVE_gongjian := gongjian
ABOVE_cli      := cli $(ABOVE_gongjian)
ABOVE_api      := api $(ABOVE_cli)
ABOVE_maps     := maps $(ABOVE_api)
ABOVE_ingest   := ingest $(ABOVE_maps)
ABOVE_analysis := analysis $(ABOVE_maps)
ABOVE_graph    := graph ingest $(ABOVE_analysis)
TOUCHED := $(if $(ROOM),$(or $(ABOVE_$(ROOM)),$(error ROOM is one of graph ingest analysis maps api cli gongjian)))
SELECTED := $(TOUCHED) $(if $(ROOM),$(wildcard $(addprefix tests/,$(TOUCHED))) tests/acceptance tests/house) $(if $(filter maps,$(TOUCHED)),tests/notebooks tests/benchmarks tests/soak)
# Tests run in so many processes, each with a Neo4j of its own; one that is named can't be shared.
WORKERS ?= $(if $(GONGJIAN_TEST_NEO4J_URI),0,2)
# The first Python on the path that is new enough; PYTHON=... names another.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
export PYTHONUTF8 := 1

.PHONY: demo help env test wheel check fix docs docs-check lock-check lock bench soak clean
.DEFAULT_GOAL := demo

help:
	@echo "make demo            the bundled data, judged, then the page (SERVE=0: without the page)"
	@echo "make test            all tests"
	@echo "While working:"
	@echo "make test ROOM=maps  what a change in that room can break"
	@echo "make test PYTEST='tests/ingest/values -k dates'   any part of the tests"
	@echo "make fix             format, mend what the linter can, make the generated documents"
	@echo "make check           format, lint, types, import rules, documents"
	@echo "Before a release:"
	@echo "make wheel           build the wheel, install it into an empty environment, use it"
	@echo "make bench           measure; BENCH='--list' names what"
	@echo "make soak            hours of kills, spoilt files and load"
	@echo "Also: env docs lock lock-check clean"

# ---- environment: one stamp for what the program needs, one for the tests' tools ----

env: $(VENV)/.dev

$(VENV)/.runtime: requirements/lock.txt requirements/build.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "错误：需要 Python 3.11 或更高版本 / Python 3.11 or newer is needed" >&2; exit 2; }
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --require-hashes -r requirements/lock.txt -r requirements/build.txt
	$(PY) -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements/dev.txt
	$(PY) -m pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@

# ---- what a user runs ----

demo: $(VENV)/.runtime
	@$(PY) -m cli.demo --home .gongjian --out $(OUT) --port $(PORT) $(if $(filter 0 no false,$(SERVE)),--no-serve)

# ---- what a developer runs ----

test: $(VENV)/.dev
	$(PY) -m pytest -n $(WORKERS) --dist worksteal $(SELECTED) $(PYTEST)

# Builds the wheel, installs it into an empty environment, and uses it from there.
wheel: $(VENV)/.dev
	$(PY) -m tests.house.wheel

check: $(VENV)/.dev lock-check
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(PY) -m mypy
	$(VENV)/bin/lint-imports
	$(PY) -m pytest -q tests/cli/test_docs.py

fix: $(VENV)/.dev docs
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

docs: $(VENV)/.runtime
	$(PY) docs/generate.py

# Locked requirements name no host, so that any mirror serves them.
lock-check:
	@! grep -n '://' requirements/*.in requirements/*.txt

# Needs uv on the path; the locks are what pip installs from, uv only writes them.
lock:
	cd requirements && uv pip compile --universal --generate-hashes --no-header runtime.in -o lock.txt
	cd requirements && uv pip compile --universal --generate-hashes --no-header -c lock.txt dev.in -o dev.txt
	cd requirements && uv pip compile --universal --generate-hashes --no-header -c dev.txt build.in -o build.txt

bench: $(VENV)/.dev
	$(PY) -m benchmarks.run $(BENCH)

# Hours: hundreds of kills on each store, spoilt files, load. Results go to docs/soak.md.
soak: $(VENV)/.dev
	$(PY) -m tests.soak.run $(SOAK)

clean:
	rm -rf $(OUT) .gongjian .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
