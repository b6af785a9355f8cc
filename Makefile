# Every task of a maintainer. `make` alone prints them.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# More than the usual cores: many tests wait for a moment that is their subject.
WORKERS ?= 4

.DEFAULT_GOAL := help

.PHONY: help
help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(READY): pyproject.toml scripts/requirements/dev.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r scripts/requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[all,testing]'
	@touch $@

.PHONY: setup
setup: $(READY) ## Make .venv with the package, its extras and the tools

.PHONY: demo
demo: $(READY) ## Run the example of the README on a real file against the stand-in server
	$(BIN)/python examples/quickstart.py

.PHONY: generate
generate: ## Rebuild generated/ from openapi.yaml, and src/vlmrun/_sync from _async
	$(PYTHON) scripts/generate.py

.PHONY: check-generated
check-generated: ## Compare the derived trees with what they should be, and say why they differ
	$(PYTHON) scripts/generate.py --check

.PHONY: try-generator
try-generator: $(READY) ## Say what another release of the generator would change: VERSION=0.29.1
	$(BIN)/python scripts/try_generator.py $(VERSION)

.PHONY: docs
docs: $(READY) ## Rewrite docs/operations.md from openapi.yaml and the client
	$(BIN)/python scripts/write_operations.py

.PHONY: format
format: $(READY) ## Put all handwritten code into the project's form
	$(BIN)/ruff check --quiet --fix-only .
	$(BIN)/ruff format --quiet .

.PHONY: check-format
check-format: $(READY) ## Compare the code with the project's form
	$(BIN)/ruff format --check --quiet --diff .
	$(BIN)/ruff check --quiet .

.PHONY: check-types
check-types: $(READY) ## Check the types, of the scripts too
	$(BIN)/mypy src/vlmrun scripts
	$(BIN)/basedpyright --level error

.PHONY: lint-spec
lint-spec: $(READY) ## Check openapi.yaml: the standard, and what the generator would lose
	$(BIN)/python scripts/lint_spec.py

.PHONY: check-imports
check-imports: $(READY) ## Check who imports whom
	$(BIN)/lint-imports --no-cache

.PHONY: test-fast
test-fast: $(READY) ## The fast tests alone
	$(BIN)/python -m pytest -q -n $(WORKERS) -m 'not slow'

.PHONY: check
check: check-format lint-spec check-generated check-imports check-types test-fast ## All checks and the fast tests, in under a minute

.PHONY: test
test: check-format lint-spec check-generated check-imports check-types ## All checks, and all tests on the running Python
	$(BIN)/python -m pytest -n $(WORKERS)

.PHONY: test-all
test-all: ## All tests on each Python from 3.10 to 3.13 that is there
	$(PYTHON) scripts/test_all.py

.PHONY: bench
bench: $(READY) ## Measure speed, memory and size, as ratios
	$(BIN)/python benchmarks/run.py

.PHONY: clean
clean: ## Remove environments, caches and build results
	rm -rf $(VENV) .codegen .tox dist build .mypy_cache .ruff_cache .pytest_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
