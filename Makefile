# Everything runs in .venv, which is made on first use and again when pyproject.toml changes.
# Needed: Python 3.11.2 or later with pip, and make. Another Python: `make test PYTHON=python3.13`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
ARGS ?=

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo check test endurance bench clean

help:
	@echo "make demo    build every example and say where its cards lie"
	@echo "make check   style, types, imports and every quick test, in a minute"
	@echo "make test    run every test; for some of them: make test ARGS='-k wheel'"
	@echo "make endurance PART=fuzz SEED=0 COUNT=10000    what takes longer than a test may"
	@echo "make bench   measure the compiler"
	@echo "make clean   remove everything that make has made, .venv too"

demo: $(VENV)/print.stamp
	@set -e; for project in examples/*/scriptc.yaml; do \
	  folder=$${project%/scriptc.yaml}; \
	  echo "scriptc build $$folder"; \
	  $(BIN)/scriptc build "$$folder"; \
	done
	@echo; echo "The cards lie in"
	@find examples/*/dist -name '*.html' -o -name '*.pdf' | sed 's|/[^/]*$$||' | sort -u | sed 's|^|  |'

check: $(VENV)/dev.stamp
	$(BIN)/pytest --numprocesses=auto --dist=worksteal -m 'not slow' $(ARGS)

test: $(VENV)/dev.stamp
	@sh tests/system-packages.sh
	$(BIN)/pytest --numprocesses=auto --dist=worksteal $(ARGS)

endurance: $(VENV)/dev.stamp
	$(BIN)/python -m tests.endurance $(PART) $(if $(SEED),--seed $(SEED)) $(if $(COUNT),--count $(COUNT))

bench: $(VENV)/dev.stamp
	$(BIN)/python -m benchmarks $(ARGS)

clean:
	rm -rf $(VENV) build dist examples/*/dist
	rm -rf .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find benchmarks compiler dsl scripts_library tests -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

# pip before 25.1 knows no --group. Some systems ship venv without the pip it should hold: theirs can put one in.
$(VENV)/venv.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11, 2))' || \
	  { echo "scriptc needs Python 3.11.2 or later: make $(MAKECMDGOALS) PYTHON=python3.13"; exit 1; }
	@echo "Making $(VENV) ..."
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || \
	  { $(PYTHON) -m venv --without-pip --clear $(VENV) && $(PYTHON) -m pip --python $(BIN)/python --quiet install pip; }
	@$(PIP) install --upgrade 'pip>=25.1'
	@touch $@

$(VENV)/print.stamp: $(VENV)/venv.stamp pyproject.toml
	@echo "Installing scriptc into $(VENV) ..."
	@$(PIP) install --editable '.[print]'
	@touch $@

$(VENV)/dev.stamp: $(VENV)/venv.stamp pyproject.toml
	@echo "Installing scriptc and the test tools into $(VENV) ..."
	@$(PIP) install --editable '.[print]' --group dev
	@touch $@ $(VENV)/print.stamp
