# Everything happens in .venv, which is made when it is missing; nothing is installed anywhere else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DOCS_READY := $(VENV)/.ready-docs
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help demo test check lint types layers docs recording notebooks golden bench reproduce slow mutants mutation clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]' --constraint constraints.txt
	@touch $@

demo: $(READY) ## bars to metrics on the sample data: ar, tree, lstm, gru and the baselines
	@$(BIN)/signalcli demo --format table

test: $(READY) check ## the checks and the tests
	$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadscope -m "not slow"

check: lint types layers ## style, types and the direction of imports

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

layers: $(READY)
	$(BIN)/lint-imports

$(DOCS_READY): $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[docs]' --constraint constraints.txt
	@touch $@

docs: $(DOCS_READY) ## rewrite the reference from the program; build site and man pages in docs/_build; warnings are errors
	$(BIN)/python docs/make_reference.py
	$(BIN)/python docs/make_features.py
	$(BIN)/python docs/make_errors.py
	$(BIN)/python docs/make_man.py
	$(BIN)/python -m sphinx --quiet --fail-on-warning --keep-going -b html docs docs/_build/html

recording: $(READY) ## draw docs/demo.svg from what the demo prints (takes a minute)
	$(BIN)/python docs/make_recording.py

notebooks: $(DOCS_READY) ## execute docs/notebooks in place (takes a minute)
	$(BIN)/python docs/make_notebooks.py

golden: $(READY) ## rewrite the golden files; read the diff before you commit it
	SIGNALCLI_GOLDEN=write $(BIN)/python -m pytest -q tests/golden

reproduce: $(READY) ## run every published system and rewrite docs/reproduce.md with its pictures (takes minutes)
	$(BIN)/signalcli reproduce all --page docs/reproduce.md --quiet

slow: $(READY) ## the tests that take long
	$(BIN)/python -m pytest -q -m slow

bench: $(READY) ## ours beside a yardstick, in one run, as ratios
	$(BIN)/python -m benchmarks

mutants: $(READY) ## plant known bugs one by one and see the tests go red
	$(BIN)/python -m tests.mutants

mutation: $(READY) ## change the code in small steps and list what no test notices (takes hours)
	$(BIN)/python -m tests.mutation

clean: ## remove the environment and everything that was built
	rm -rf $(VENV) docs/_build dist build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
