# Every task of a maintainer. `make` alone prints them.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# More than the usual cores: many tests wait for a moment that is their subject.
WORKERS ?= 3
# Where containers forbid bytecode, every worker would compile every test: here it is kept, outside the tree.
CACHED := PYTHONDONTWRITEBYTECODE= PYTHONPYCACHEPREFIX=$(abspath $(VENV))/bytecode

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
	$(PYTHON) -m scripts.generate

.PHONY: update
update: $(READY) ## Take a newer API document: SPEC=path [CHECK=1, only to look] [REMOVE=1, what it lacks] [OUTPUT=path]
	@test -n "$(SPEC)" || { echo "Say which document: make update SPEC=path/to/openapi.json"; exit 2; }
	$(BIN)/python -m scripts.update "$(SPEC)" $(if $(CHECK),--check) $(if $(REMOVE),--remove-missing) $(if $(OUTPUT),--output "$(OUTPUT)")

.PHONY: check-generated
check-generated: ## Compare the derived trees with what they should be, and say why they differ
	$(PYTHON) -m scripts.generate --check

.PHONY: try-generator
try-generator: $(READY) ## Say what another release of the generator would change: VERSION=0.29.1
	$(BIN)/python -m scripts.try_generator $(VERSION)

.PHONY: docs
docs: $(READY) ## Rewrite docs/operations.md from openapi.yaml and the client
	$(BIN)/python -m scripts.write_docs

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
	$(BIN)/python -m scripts.lint_spec

.PHONY: spec-diff
spec-diff: $(READY) ## Compare two OpenAPI documents: make spec-diff [OLD=v1.0.0:openapi.yaml] [NEW=…] [FORMAT=markdown|json]
	$(BIN)/python -m scripts.spec_diff "$(or $(OLD),HEAD:openapi.yaml)" "$(or $(NEW),openapi.yaml)" --format $(or $(FORMAT),text)

.PHONY: api-diff
api-diff: $(READY) ## Compare the public names with those of a revision: make api-diff [BASE=tag]
	$(BIN)/python -m scripts.api_diff $(BASE)

.PHONY: check-imports
check-imports: $(READY) ## Check who imports whom
	$(BIN)/lint-imports --no-cache

.PHONY: test-fast
test-fast: $(READY) ## The fast tests alone
	$(CACHED) $(BIN)/python -m pytest -q -n $(WORKERS) -m 'not slow' -p no:schemathesis --ignore=tests/contract/test_schemathesis.py

CHECKS := check-format lint-spec check-generated check-imports check-types api-diff

.PHONY: check
check: $(READY) ## All checks and the fast tests, in under a minute
	@$(MAKE) --no-print-directory -j3 $(if $(filter output-sync,$(.FEATURES)),-Otarget) $(CHECKS) test-fast

.PHONY: test
test: $(CHECKS) ## All checks, and all tests on the running Python
	$(CACHED) $(BIN)/python -m pytest -n $(WORKERS)

.PHONY: release-check
release-check: $(READY) ## Build sdist and wheel, and try them as users get them, in clean environments
	$(BIN)/python -m scripts.release_check $(ARGUMENTS)

.PHONY: bench
bench: $(READY) ## Measure speed, memory and size, as ratios
	$(BIN)/python benchmarks/run.py

.PHONY: clean
clean: ## Remove environments, caches and build results
	rm -rf $(VENV) .codegen .tox dist build .mypy_cache .ruff_cache .pytest_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
