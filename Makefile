# The tasks of a maintainer; `make` alone lists them. On Windows, use nox (see noxfile.py).

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
READY_DEMO := $(VENV)/.ready-demo
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
# More than the number of cores: many tests wait for a timeout.
WORKERS ?= 3
# Some containers switch bytecode off, and every worker would compile every test.
BYTECODE := PYTHONDONTWRITEBYTECODE= PYTHONPYCACHEPREFIX=$(abspath $(VENV))/bytecode

.DEFAULT_GOAL := help

.PHONY: help
help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# The demo needs a few small packages; the tools of maintainers are many, and large.
$(READY_DEMO): pyproject.toml
	@echo "Installing the package and the mock server into $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install -e '.[testing,structured]'
	@touch $@

$(READY): $(READY_DEMO) scripts/requirements/dev.txt
	@echo "Installing the extras and the tools into $(VENV), which takes a minute ..."
	@$(PIP) install -r scripts/requirements/dev.txt
	@$(PIP) install -e '.[all,testing]'
	@touch $@

.PHONY: setup
setup: $(READY) ## Create .venv with the package, its extras and the tools

.PHONY: demo
demo: $(READY_DEMO) ## Read a document with the mock server
	@$(BIN)/python examples/quickstart.py

.PHONY: generate
generate: ## Rebuild generated/, src/vlmrun/_sync and src/vlmrun/_index from their sources
	$(PYTHON) -m scripts.generate

.PHONY: update
update: $(READY) ## Update from a newer OpenAPI document: SPEC=path [CHECK=1] [REMOVE=1] [OUTPUT=path]
	@test -n "$(SPEC)" || { echo "Usage: make update SPEC=path/to/openapi.json"; exit 2; }
	$(BIN)/python -m scripts.update "$(SPEC)" $(if $(CHECK),--check) \
		$(if $(REMOVE),--remove-missing) $(if $(OUTPUT),--output "$(OUTPUT)")

.PHONY: check-generated
check-generated: ## Report how the derived trees differ from their sources
	$(PYTHON) -m scripts.generate --check

.PHONY: try-generator
try-generator: $(READY) ## Report what another release of the generator changes: VERSION=0.29.1
	$(BIN)/python -m scripts.try_generator $(VERSION)

.PHONY: docs
docs: $(READY) ## Rewrite docs/operations.md, docs/cli.md and docs/reliability.md
	$(BIN)/python -m scripts.write_docs
	$(BIN)/python -m tests.faults.matrix

.PHONY: screenshots
screenshots: $(READY) ## Rewrite the screenshots of docs/guides/command-line.md
	$(BIN)/python -m tests.cli.screenshots

.PHONY: site
site: $(READY) ## Build the documentation site in build/site; warnings are errors
	$(BIN)/python -m sphinx --quiet --fresh-env --fail-on-warning --builder html docs build/site

.PHONY: format
format: $(READY) ## Format the code and apply automatic fixes
	$(BIN)/ruff check --quiet --fix-only .
	$(BIN)/ruff format --quiet .

.PHONY: check-format
check-format: $(READY) ## Check format, lint rules and spelling
	$(BIN)/ruff format --check --quiet --diff .
	$(BIN)/ruff check --quiet .
	$(BIN)/codespell

.PHONY: check-types
check-types: $(READY) ## Check the types of the package, the scripts and the tests
	$(BIN)/mypy

# It keeps nothing between two runs, and takes as much time as a third of the fast tests.
.PHONY: check-pyright
check-pyright: $(READY) ## Check the types of the package as editors do, with basedpyright
	$(BIN)/basedpyright --level error

.PHONY: lint-spec
lint-spec: $(READY) ## Check openapi.yaml against the standard and the limits of the generator
	$(BIN)/python -m scripts.lint_spec

.PHONY: spec-diff
spec-diff: $(READY) ## Compare OpenAPI documents: [OLD=v1.0.0:openapi.yaml] [NEW=path] [FORMAT=markdown|json]
	$(BIN)/python -m scripts.spec_diff "$(or $(OLD),HEAD:openapi.yaml)" \
		"$(or $(NEW),openapi.yaml)" --format $(or $(FORMAT),text)

.PHONY: api-diff
api-diff: $(READY) ## Compare the public API with that of a revision: [BASE=tag]
	$(BIN)/python -m scripts.api_diff $(BASE)

.PHONY: check-imports
check-imports: $(READY) ## Check the layers of the package
	$(BIN)/lint-imports --no-cache

# The tests of the scripts start programs, and have no part in the coverage of the package.
TOOL_TESTS := tests/scripts tests/packaging

.PHONY: test-fast
test-fast: $(READY) ## Run the fast tests
	$(BYTECODE) $(BIN)/python -m pytest -q -n $(WORKERS) -m 'not slow' \
		-p no:schemathesis --ignore=tests/contract/test_schemathesis.py

# The longest first, since several run at a time.
CHECKS := check-types check-generated check-format lint-spec check-imports api-diff
PARALLEL := --no-print-directory $(if $(filter output-sync,$(.FEATURES)),-Otarget)

.PHONY: check
check: $(READY) ## Run the checks and the fast tests, in about a minute
	@$(MAKE) $(PARALLEL) -j3 test-fast $(CHECKS)

# A test that fails is run once more, alone, like by CPython's `python -m test --rerun`: on a shared
# machine, each of 18,000 tests may be too slow once. One that passes only then needs to be fixed.
CACHE = -o cache_dir=.pytest_cache/$@
ONCE_MORE = test $$? = 1 && $(BYTECODE) $(BIN)/python -m pytest $(CACHE) \
	--last-failed --last-failed-no-failures=none

.PHONY: coverage
coverage: $(READY) ## Run the tests of the package, and measure their branch coverage
	$(BIN)/coverage erase
	$(BYTECODE) $(BIN)/coverage run -m pytest $(CACHE) -n $(WORKERS) $(TOOL_TESTS:%=--ignore=%) \
		|| { $(ONCE_MORE) $(TOOL_TESTS:%=--ignore=%); }
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

.PHONY: test-tools
test-tools: $(READY) ## Run the tests of the scripts and of the distributions
	$(BYTECODE) $(BIN)/python -m pytest $(CACHE) -n 2 --dist worksteal $(TOOL_TESTS) \
		|| { $(ONCE_MORE) $(TOOL_TESTS); }

.PHONY: test
test: $(READY) ## Run all checks and all tests, and require the coverage
	@$(MAKE) $(PARALLEL) -j3 check-pyright $(CHECKS) site
	@$(MAKE) $(PARALLEL) -j2 coverage test-tools

# The long tests of faults run with this variable only: every status, 10,000 items, 100 kills. The
# tests of batches are first, since some of them take a minute each. Through aiohttp, only those of
# connections are run again; those that start programs use it anyway.
.PHONY: faults
faults: $(READY) ## Run all tests of faults and recovery, also the long ones, in under ten minutes
	$(BYTECODE) VLMRUN_FAULTS=1 $(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal \
		tests/many tests/recovery tests/faults
	$(BYTECODE) VLMRUN_TEST_AIOHTTP=1 $(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal \
		tests/many/test_early_ends.py tests/faults \
		--ignore=tests/faults/test_before_sending.py --ignore=tests/faults/test_processes.py
	$(BIN)/python -m tests.faults.matrix

.PHONY: test-all
test-all: $(READY) ## Run all tests on each supported Python that is installed
	$(BIN)/nox -s tests -- $(ARGUMENTS)

.PHONY: release-check
release-check: $(READY) ## Build the distributions and try them as users do: [ARGUMENTS=--quick]
	$(BIN)/nox -s release -- $(ARGUMENTS)

.PHONY: bench
bench: $(READY) ## Measure speed, memory and size, as ratios, and write benchmarks/RESULTS.md
	$(BIN)/python benchmarks/run.py

.PHONY: bench-compare
bench-compare: $(READY) ## Compare the speed with that of a revision: BASE=tag [ROUNDS=3]
	@test -n "$(BASE)" || { echo "Usage: make bench-compare BASE=revision [ROUNDS=3]"; exit 2; }
	$(BIN)/python benchmarks/compare.py "$(BASE)" $(if $(ROUNDS),--rounds "$(ROUNDS)")

.PHONY: clean
clean: ## Remove environments, caches and build results
	rm -rf $(VENV) .codegen .nox dist build .coverage* .mypy_cache .ruff_cache .pytest_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
