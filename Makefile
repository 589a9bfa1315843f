# Two verbs matter: `make demo` and `make test`.  Each sets up what it needs.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check
JOBS   ?= 4
# more than the cores of a small machine: many tests wait for programs to start and end

# The tests start hundreds of programs; without it, each compiles all that it imports.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test setup lint format types layers bench docs deb booted bare ansible torture lock clean

help: ## what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: $(STAMP) ## the virtual environment, from the committed lock

$(STAMP): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "receipt-agent needs Python 3.11 or newer: PYTHON=python3.11 make $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "Python's venv is missing.  On Debian: sudo apt-get install python3-venv"; exit 1; }
	@echo "Once, and again when the lock changes: makes $(VENV) and downloads what requirements-dev.lock"
	@echo "names into it, checked by hash.  About a minute, more on a slow line; nothing else is touched."
	@echo "1 of 3  the virtual environment"
	@$(PYTHON) -m venv $(VENV)
	@echo "2 of 3  the libraries of the lock (the longest step: no news is good news)"
	@$(PIP) --require-hashes -r requirements-dev.lock
	@echo "3 of 3  receipt-agent itself"
	@$(PIP) --no-deps --no-build-isolation --editable . 2>/dev/null || $(PIP) --no-deps --editable .
	@touch $@

demo: $(STAMP) ## the whole shop on this machine; ONCE=1 plays the story and ends
	@$(BIN)/python -m hardware_sim shop $(if $(ONCE),--once,)

test: $(STAMP) ## everything that must hold: lint, types, layers, tests
	@sh tests/system-packages.sh
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	@# At the first run, beside mypy: what each of the workers would compile for itself.
	@[ -e $(VENV)/.compiled ] || \
	  { $(BIN)/python -m pytest --collect-only -qq >/dev/null 2>&1 && touch $(VENV)/.compiled; } & \
	echo $(BIN)/mypy; $(BIN)/mypy; typed=$$?; wait; exit $$typed
	$(BIN)/lint-imports
	@$(BIN)/python -X dev -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder || { \
	  echo "== once more, alone: what fails now is broken, what passes now could not bear the load =="; \
	  $(BIN)/python -X dev -m pytest --last-failed --last-failed-no-failures none --maxfail 20; }

lint: $(STAMP) ## ruff
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

format: $(STAMP) ## write it as ruff would
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

types: $(STAMP) ## mypy --strict
	$(BIN)/mypy

layers: $(STAMP) ## import contracts
	$(BIN)/lint-imports

bench: $(STAMP) ## every figure that the docs quote, each beside its limit
	$(BIN)/python -m bench

docs: .venv-docs/.installed ## the documentation as a site, complete in itself: dist/docs/index.html
	NO_MKDOCS_2_WARNING=1 .venv-docs/bin/mkdocs build --strict --quiet
	.venv-docs/bin/python docs/site/self_contained.py dist/docs

.venv-docs/.installed: requirements-docs.lock
	$(PYTHON) -m venv .venv-docs
	.venv-docs/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-docs.lock
	@touch $@

deb: ## a package with everything inside: dist/*.deb (ARCH=arm64 DEBIAN=13 for others)
	$(PYTHON) systemd/deb/build.py $(if $(ARCH),--arch $(ARCH)) $(if $(DEBIAN),--debian $(DEBIAN))

booted: $(STAMP) ## the package on a booted systemd, broken in many ways (root, some minutes)
	$(BIN)/python -m tests.booted $(if $(DEB),--deb $(DEB)) $(if $(NEWER),--newer $(NEWER)) $(if $(FORMER),--former $(FORMER))

bare: $(STAMP) ## a bare Debian, the package, each plug pulled, and what doctor says (root, debootstrap)
	$(BIN)/python -m tests.acceptance.bare_debian $(if $(DEB),--deb $(DEB)) $(if $(BARE_ROOT),--root $(BARE_ROOT))

ansible: $(STAMP) ## a fleet of booted tills, rolled out and back (root; PLAYBOOK=path of ansible-playbook)
	$(BIN)/python -m tests.booted.roll_out $(if $(PLAYBOOK),--playbook $(PLAYBOOK)) $(if $(DEB),--deb $(DEB)) $(if $(NEWER),--newer $(NEWER))

torture: $(STAMP) ## kills, power cuts, bad disks, lines and clocks, each with a control that loses (FAULTS="kills cuts", COUNT, SECONDS, SEED)
	@sh tests/system-packages.sh
	$(BIN)/python -m tests.faults $(FAULTS) $(if $(COUNT),--count $(COUNT)) $(if $(SECONDS),--seconds $(SECONDS)) $(if $(SEED),--seed $(SEED))

lock: ## compile the locks again (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra usb pyproject.toml -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra usb --extra sim --extra dev pyproject.toml -o requirements-dev.lock
	$(PYTHON) -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["docs"])' | uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header - -o requirements-docs.lock

clean: ## remove what setup made
	rm -rf $(VENV) .venv-docs var dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
