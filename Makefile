# Every target makes what it needs: .venv from requirements.lock, then its own work.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Commands are run as modules: the scripts of .venv name the folder that it was made in.
RUN := $(BIN)/python -m
STAMP := $(VENV)/.ready
TESTS := $(VENV)/.ready-for-tests
PIP := $(BIN)/python -m pip --disable-pip-version-check

# The Python that made it may be gone since: then it is set up again.
ENDED := $(shell [ ! -e $(STAMP) ] || $(BIN)/python -c '' >/dev/null 2>&1 || rm -f $(STAMP) $(TESTS))

# What would have pip or Python look elsewhere than in .venv.
unexport PIP_USER PIP_TARGET PIP_PREFIX PIP_ROOT PYTHONPATH PYTHONHOME
# Without caches every worker compiles every test anew.
unexport PYTHONDONTWRITEBYTECODE

# What a lock pins, which is all, so that pip works nothing out; with a count where it prints a line
# a package, as it comes; its errors stay as they are. Python compiles what it comes to use by itself.
define add
@{ PYTHONUNBUFFERED=1 $(PIP) install --no-user --no-deps --require-hashes --no-compile -r $< || echo FAILED; } | { \
  all=$$(grep -c == $<); n=0; \
  while read -r first _; do case $$first in \
    Collecting) n=$$((n + 1)); [ $$((n % 20)) -ne 0 ] || echo "  $$n of $$all packages found" ;; \
    Installing) echo "  all $$n that this machine needs; unpacking …" ;; \
    FAILED) exit 1 ;; \
  esac; done; }
endef

.DEFAULT_GOAL := help
.PHONY: help report test quick golden lint lab check docs bench lock audit clean

help: ## show this list
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' Makefile

$(STAMP): requirements.lock pyproject.toml lib/catrade_fetch/pyproject.toml
	@command -v $(PYTHON) >/dev/null 2>&1 || { echo "catrade needs Python 3.11 or newer, and '$(PYTHON)' was not found: install it, or run 'make PYTHON=/path/to/python3 …'." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "catrade needs Python 3.11 or newer, and '$(PYTHON)' is $$($(PYTHON) -c 'import platform; print(platform.python_version())'): install a newer one, or run 'make PYTHON=python3.12 …'." >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "catrade needs Python's venv module: install it (Debian and Ubuntu: apt install python3-venv)." >&2; exit 1; }
	@echo "Setting up $(VENV) from requirements.lock (one to three minutes, once) …"
	@rm -f $(STAMP)
	@$(PYTHON) -m venv --clear "$(VENV)"
	$(add)
	@why=$$($(BIN)/python -c 'import hatchling, papermill' 2>&1) || { case "$$why" in \
	  *ModuleNotFoundError:*hatchling*|*ModuleNotFoundError:*papermill*) \
	    echo "pip put the packages elsewhere than in $(VENV): take 'target' and 'prefix' out of its configuration ('pip config list' shows where they stand)." ;; \
	  *) echo "The packages in $(VENV) cannot be imported: $$(echo "$${why:-Python was ended}" | tail -n 1)" ;; \
	  esac >&2; exit 1; }
	@$(PIP) install --quiet --no-user --no-deps --no-build-isolation --no-index -e . -e lib/catrade_fetch
	@# Python of the C locale reads no file of paths with the letters that a folder may have.
	@echo ../../../../lib | tee $(VENV)/lib/python3*/site-packages/_catrade*.pth >/dev/null
	@touch $(STAMP)

$(TESTS): requirements-test.lock $(STAMP)
	@echo "Adding what tests need, from $< …"
	$(add)
	@# What others' code is warned of when it is first compiled would be an error of a test.
	@$(BIN)/python -W ignore -m compileall -qq -j 0 -x 'site-packages/.*/tests/' lib $(VENV)/lib || true # some packages carry templates that are no Python
	@touch $(TESTS)

report: $(STAMP) ## render every report of notebooks/reports.toml, and write the edition beside them
	@$(RUN) catrade build --workbook --output reports/edition
	@$(RUN) catrade render

FILE_BY_FILE := --dist loadfile --no-loadscope-reorder
test: lint ## set up, lint, check types and run every test
	@$(RUN) pytest -n 3 $(FILE_BY_FILE)

quick: $(TESTS) ## run the quick tests of the rooms that changed, for while you write
	@$(BIN)/python tools/quick.py

golden: $(TESTS) ## render what is due, show what its pages say anew, and keep it on yes
	@$(BIN)/python tests/helpers/golden.py

lint: $(TESTS) ## format, style and type checks
	@$(RUN) ruff format --check .
	@$(RUN) ruff check .
	@$(RUN) mypy

check: $(STAMP) ## validate every table in data/
	@$(RUN) catrade check

lab: $(STAMP) ## open JupyterLab on notebooks/explore.ipynb
	@$(RUN) jupyterlab notebooks/explore.ipynb --config=notebooks/settings/lab.py --LabApp.app_settings_dir=notebooks/settings $$([ "$$(id -u)" = 0 ] && echo --allow-root)

docs: $(STAMP) ## write anew what is made of code and tables: docs/, data/README.md, datapackage.json
	@$(BIN)/python tools/dictionary.py
	@$(BIN)/python tools/door.py
	@$(BIN)/python tools/architecture.py
	@$(BIN)/python tools/edition.py

bench: $(TESTS) ## measure speed; writes benchmarks/README.md
	@$(RUN) benchmarks

COMPILE := uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-emit-find-links --no-header --quiet
lock: ## renew both locks (needs uv)
	$(COMPILE) --group build --upgrade -o requirements.lock
	$(COMPILE) --group build --group test --upgrade -o requirements-test.lock -c requirements.lock \
	  $$(sed -n 's/^\([a-z0-9._-]*\)==.*/--no-emit-package \1/p' requirements.lock)

audit: ## look the locked versions up among known vulnerabilities (needs a network)
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && $(PYTHON) -m venv "$$folder" \
	  && "$$folder/bin/python" -m pip install --quiet --disable-pip-version-check pip-audit \
	  && "$$folder/bin/pip-audit" --strict --disable-pip --progress-spinner off -r requirements.lock -r requirements-test.lock \
	  || { echo "Not known to be free of vulnerabilities: either one is named above, or a package could not be looked up because no package index or advisory service answered." >&2; exit 1; }

clean: ## remove the environment and the rendered reports (not the record of the last edition)
	rm -rf $(VENV)
	find reports -mindepth 1 ! -name README.md ! -name edition.json -delete
