# `make run` on a fresh machine is all there is to it. Needs Python 3.11 to 3.13 with venv, and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
UV_COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header

.PHONY: install run test check bench lock clean hook

install: $(VENV)/.installed hook

run: $(VENV)/.installed hook
	@exec $(BIN)/parley up --with-parent

# Everything, on real parts: SQLite, PostgreSQL, Valkey and Chromium. Nothing is skipped silently.
test: $(VENV)/.tested lint
	@PARLEY_CHROMIUM="$$(.ci/chromium $(BIN))" && export PARLEY_CHROMIUM && $(BIN)/python -m pytest

# The quick one, and the pre-commit hook: under 30 s on two cores, as linters and tests run side by side. Laws that take long are in tests/laws.
check: $(VENV)/.tested
	@$(BIN)/python -m pytest tests/unit --ignore=tests/unit/flows & rest=$$!; \
	$(MAKE) --no-print-directory lint && $(BIN)/python -m pytest tests/unit/flows; flows=$$?; \
	wait $$rest && exit $$flows

.PHONY: lint
lint: $(VENV)/.tested
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --verbose > $(VENV)/.lint-imports 2>&1 || { cat $(VENV)/.lint-imports; exit 1; }

bench: $(VENV)/.tested
	@$(BIN)/python -m tests.bench

# Parley under load and every fault, by the seed; ends with 1 where a text is lost or doubled: make chaos SEED=7. docs/operating.md says more.
.PHONY: chaos soak
chaos: $(VENV)/.tested
	@SEED=$(SEED) $(BIN)/python -m tests.chaos

soak: $(VENV)/.tested
	@SEED=$(SEED) CHAOS_MESSAGES=200000 CHAOS_FAULTS=200 $(BIN)/python -m tests.chaos

# Trains what reads replies, on the sentences in nlp/data: the same sentences give the same bytes.
.PHONY: models
models: $(VENV)/.installed
	@$(BIN)/python -m nlp.meaning.train

# The English extra: intents whose examples are in English are understood better. Publish again, so that they are learned with it.
.PHONY: english
english: $(VENV)/.installed
	@$(PIP) install --require-hashes -r requirements/english.txt

# Looks for files, expressions and texts that make the flow language raise, hang or grow: make fuzz SECONDS=600.
SECONDS ?= 60
.PHONY: fuzz
fuzz: $(VENV)/.fuzzed
	@$(BIN)/python -m tests.fuzz -max_total_time=$(SECONDS)

$(VENV)/.fuzzed: $(VENV)/.installed requirements/fuzz.txt
	@$(PIP) install --require-hashes -r requirements/fuzz.txt
	@touch $@

# uv is only the tool that resolves, in an environment of its own that is thrown away.
lock:
	@set -e; tools=$$(mktemp -d); trap 'rm -rf "$$tools"' EXIT; \
	$(PYTHON) -m venv "$$tools" && "$$tools/bin/pip" install --disable-pip-version-check --quiet uv; \
	PATH="$$tools/bin:$$PATH"; \
	$(UV_COMPILE) requirements/run.in -o requirements/run.txt; \
	$(UV_COMPILE) requirements/test.in -o requirements/test.txt; \
	$(UV_COMPILE) requirements/fuzz.in -o requirements/fuzz.txt; \
	$(UV_COMPILE) requirements/english.in -o requirements/english.txt

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp is newer than what it was made from, so that the second `make run` installs nothing.
$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null || \
	{ echo "Parley needs Python 3.11, 3.12 or 3.13; $(PYTHON) is $$($(PYTHON) --version 2>&1). Try: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	{ echo "$(PYTHON) has no venv. On Debian and Ubuntu: apt install $$($(PYTHON) -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.installed: $(VENV)/.made requirements/run.txt pyproject.toml
	@echo "Installing Parley into $(VENV) (a minute or two, once) ..."
	@$(PIP) install --require-hashes -r requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q analytics bot config flows models nlp scheduler wsgi.py  # or the first start would do it, and answer later
	@touch $@

$(VENV)/.tested: $(VENV)/.installed requirements/test.txt
	@echo "Installing what the tests need ..."
	@$(PIP) install --require-hashes -r requirements/test.txt
	@touch $@

# In a checkout: `make check` runs before each commit. A hook of your own is left alone.
hook:
	@if [ -d .git ] && [ ! -e .git/hooks/pre-commit ]; then \
	mkdir -p .git/hooks && printf '#!/bin/sh\nexec make --no-print-directory check\n' > .git/hooks/pre-commit && chmod +x .git/hooks/pre-commit; fi

# The settings' table and .env.example, from config/settings.py.
.PHONY: docs
docs: $(VENV)/.installed
	@$(BIN)/python -m config.table
