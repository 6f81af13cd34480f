# Two commands: `make demo` and `make test`. Each makes the environment from lock.txt first.
FITS := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))
PYTHON ?= $(shell for p in python3 python3.12 python3.11; do $$p -c '$(FITS)' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SYSTEM := $(VENV)/.system
export GX_ANALYTICS_ENABLED := false

.PHONY: demo test test-all lint format bench bench-classifier lock clean

# System packages: a Java runtime for Spark, Chromium for the browser test, Korean glyphs for its screenshots.
$(SYSTEM):
	@mkdir -p $(VENV)
	@sh tools/system-packages.sh
	@touch $@

$(READY): lock.txt pyproject.toml
	@test -n "$(PYTHON)" && $(PYTHON) -c '$(FITS)' \
		|| { echo "Python 3.11 또는 3.12가 필요합니다. make PYTHON=/path/to/python3.12 처럼 정할 수 있습니다."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "venv를 만들 수 없습니다. apt-get install python3-venv 뒤에 다시 하세요."; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r lock.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: $(READY)
	@BIN=$(BIN) sh tools/demo.sh

test: $(READY) $(SYSTEM) lint
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder -m "not slow"

test-all: $(READY) $(SYSTEM) lint
	$(BIN)/python -m pytest

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(READY)
	$(BIN)/python benchmarks/spine.py

# The learners that the classifier is measured beside live in an environment of their own.
.venv-peers/.ready: benchmarks/peers.txt $(READY)
	$(PYTHON) -m venv .venv-peers
	.venv-peers/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r benchmarks/peers.txt
	@touch $@

bench-classifier: .venv-peers/.ready
	$(BIN)/python benchmarks/classifier.py --peers .venv-peers/bin/python
	$(BIN)/python benchmarks/features.py

# Needs uv (pip install uv). No index address is written into lock.txt; a test holds that.
lock:
	uv pip compile pyproject.toml --all-extras --universal --no-emit-index-url --no-header --no-annotate --generate-hashes --quiet -o lock.txt

clean:
	rm -rf $(VENV) .venv-peers data
