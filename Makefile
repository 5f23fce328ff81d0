# `make run` and `make test` are all that a newcomer needs; README.md says what the others are for.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
# The last three are faces for scripts that the bundled ones lack: paper falls back on them.
LIBRARIES := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-core fonts-droid-fallback fonts-symbola

.PHONY: run dev test test-long test-postgres check mutants bench messages requirements help

help:
	@echo "make run | dev | test | test-long | test-postgres | check | mutants | bench | messages | requirements  (README.md says more)"

run: .venv/runtime
	@$(MANAGE) serve --prepare --host $(HOST) --port $(PORT)

dev: .venv/testing
	@DEBUG=yes $(MANAGE) migrate --verbosity 0
	@DEBUG=yes $(MANAGE) load_example --if-none
	@DEBUG=yes $(MANAGE) make_organiser --if-none organizacion@taller.example
	@DEBUG=yes $(MANAGE) runserver $(HOST):$(PORT)

test: .venv/testing
	$(BIN)/pytest -n 2

# What takes long by nature: every paper in every language, programmes at publication.
test-long: .venv/testing
	@deploy/system-packages.sh libreoffice-calc-nogui
	$(BIN)/pytest -n 2 -m long

# Those of the tests that use a database and no browser, on PostgreSQL and Redis; TEST_DATABASE_URL and TEST_CACHE_URL say where they are.
test-postgres: .venv/testing
	DATABASE_URL=$${TEST_DATABASE_URL:-postgres://postgres@127.0.0.1:5432/postgres} \
	CACHE_URL=$${TEST_CACHE_URL:-redis://127.0.0.1:6379/1} $(BIN)/pytest -n 2 -m 'database and not long and not browser'

check: .venv/testing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/djade --check --target-version 5.2 $$(git ls-files 'templates/**/*.html')
	$(MANAGE) makemigrations --check --dry-run
	$(BIN)/python .ci/messages.py
	HTTPS=yes TRUSTED_PROXIES=1 ALLOWED_HOSTS=taller.example SITE_URL=https://taller.example EMAIL_URL=smtp://mail.taller.example \
	  $(MANAGE) check --deploy --fail-level WARNING

# Breaks the code on purpose, a word at a time, and counts what no test notices. Takes hours.
mutants: .venv/testing
	$(BIN)/mutmut run
	$(BIN)/mutmut results

bench: .venv/testing
	$(BIN)/python .ci/bench.py
	$(BIN)/python .ci/bench_press.py
	$(BIN)/python .ci/bench_phone.py

messages: .venv/testing
	@deploy/system-packages.sh gettext
	$(MANAGE) makemessages --all --no-location --no-wrap --no-obsolete --ignore '.venv' --ignore 'var'
	$(BIN)/python .ci/messages.py --compile

# Needs uv. The files hold hashes and no addresses.
requirements:
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -o requirements.txt
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  -c requirements.txt -o requirements-dev.txt

.venv/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; make run PYTHON=python3.12 names another one."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || deploy/system-packages.sh python3-venv
	@$(PYTHON) -m venv .venv

.venv/runtime: requirements.txt | .venv/bin/pip
	@deploy/system-packages.sh $(LIBRARIES)
	@echo "Installing the Python libraries"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/testing: requirements-dev.txt .venv/runtime
	@deploy/system-packages.sh libatomic1
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@deploy/browser.sh
	@touch $@
