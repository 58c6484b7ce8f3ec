.DEFAULT_GOAL := help
.PHONY: help run test test-all check format images soak endurance faults bench schema lock clean

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
WORKERS ?= 2
# Hundreds of tests start the command: it is compiled once, whatever the machine is told.
unexport PYTHONDONTWRITEBYTECODE

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/run.done ## Install, migrate, load the sample inquiry once, and serve on PDSA_PORT (8000)
	@$(BIN)/pdsa serve --migrate --sample

test: $(VENV)/dev.done ## Run every test but the slow ones, on SQLite and PostgreSQL
	$(BIN)/pytest -n $(WORKERS)

test-all: $(VENV)/dev.done ## Run every test, the slow ones too (about 30 minutes)
	$(BIN)/pytest -n $(WORKERS) -m "slow or not slow"

check: $(VENV)/dev.done ## Lint, formatting and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/dev.done ## Put the code into its form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

images: $(VENV)/dev.done ## Take the pictures of pages in docs/img anew
	PDSA_WRITE_IMAGES=1 $(BIN)/pytest tests/browser/test_images.py

soak: $(VENV)/dev.done ## Five minutes of generated requests against each database
	$(BIN)/pytest -m soak tests/api/test_schemathesis.py tests/api/test_schemathesis_roles.py -s

endurance: $(VENV)/dev.done ## Half an hour of steady use of each database: memory, answers, records
	$(BIN)/python bench/soak.py --minutes 30
	$(BIN)/python bench/soak.py --minutes 30 --database postgresql

faults: $(VENV)/dev.done ## Kill, fill and restart what a server needs while it takes writes
	$(BIN)/pytest -m "slow or not slow" tests/faults
	$(BIN)/python bench/faults/two_versions.py

bench: $(VENV)/dev.done $(VENV)-bench/bench.done ## Benchmarks: ratios measured side by side
	$(BIN)/python bench/import_cost.py
	$(BIN)/python bench/help_cost.py
	$(VENV)-bench/bin/python bench/charts.py
	$(BIN)/python bench/suppression.py
	$(BIN)/python bench/review.py
	$(BIN)/python bench/fidelity.py
	$(BIN)/python bench/writes.py
	$(BIN)/python bench/seed.py 0.05
	$(BIN)/python bench/watching.py
	$(BIN)/python bench/recompute.py
	$(BIN)/python bench/pages.py
	$(BIN)/python bench/growth.py
	$(BIN)/python bench/portfolios.py --peer-python $(VENV)-bench/bin/python
	$(BIN)/python bench/serving/run.py --peer-python $(VENV)-bench/bin/python

schema: $(VENV)/dev.done ## Write docs/schema and docs/reference anew from the code
	$(BIN)/python -m api.publish

lock: $(VENV)/dev.done ## Write constraints.txt from what is installed
	$(BIN)/python -m pip freeze --exclude-editable | grep -v ' @ ' > constraints.txt

clean: ## Remove the virtual environment and caches (data stays)
	rm -rf $(VENV) $(VENV)-bench build dist .hypothesis .schemathesis .mypy_cache .ruff_cache

$(VENV)/bin/python:
	@$(PYTHON) -m venv $(VENV)

$(VENV)/run.done: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "installing (a minute or so) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[api,pdf,png]'
	@touch $@

$(VENV)/dev.done: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "installing what development needs (a minute or so) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@ $(VENV)/run.done

# The other packages that are measured live apart: they bring what nothing else here needs.
$(VENV)-bench/bench.done: pyproject.toml
	@$(PYTHON) -m venv $(VENV)-bench
	@echo "installing the packages to compare with (a minute or so) ..."
	@$(VENV)-bench/bin/python -m pip install --quiet --disable-pip-version-check -e '.[bench]'
	@touch $@
