# Every verb a developer or a stranger needs. `make` alone lists them.
# Nothing but Python 3.11, pip and make is expected: uv is fetched into .tools, everything else follows uv.lock.

UV_VERSION := 0.13.9
UV := .tools/bin/uv
# --target needs neither python3-venv nor leave to change the system's Python (PEP 668).
INSTALL_UV := python3 -m pip install --quiet --disable-pip-version-check --upgrade --target .tools uv==$(UV_VERSION)
RUN := $(UV) run --frozen --all-packages

.DEFAULT_GOAL := help
.PHONY: help run test check format openapi docs bench migrate clean

help:  ## list the verbs
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

$(UV):
	@$(INSTALL_UV)

.venv: $(UV) uv.lock
	@$(UV) sync --frozen --all-packages --quiet
	@touch .venv

run: .venv  ## start everything on one machine, with a demonstration school
	@ROLLBOOK_ALLOW_LOOPBACK_ENDPOINTS=1 $(RUN) rollbook run --with demonstration

test: .venv  ## the whole test suite, on private PostgreSQLs of its own
	@$(RUN) pytest --numprocesses auto --maxprocesses 4 --dist worksteal

check: .venv  ## formatting, lint, types, import directions, house rules
	@$(RUN) ruff format --check .
	@$(RUN) ruff check .
	@$(RUN) mypy
	@$(RUN) lint-imports
	@$(RUN) pytest -q tests/architecture -p no:cacheprovider

format: .venv  ## format and mend what can be mended
	@$(RUN) ruff format .
	@$(RUN) ruff check --fix .

openapi: .venv  ## write the services' openapi/*.json from the code
	@$(RUN) rollbook openapi

docs: .venv  ## write the generated pages of docs/, and openapi/asyncapi.json, from the code
	@PYTHONPATH=tests $(RUN) python -m docs.catalogue

bench: .venv  ## measure beside the baselines; needs wrk (apt-get install wrk)
	@$(RUN) python -m bench

migrate: .venv  ## bring the database to the newest schema (DATABASE_URL, or the embedded one)
	@$(RUN) rollbook migrate

clean:  ## remove the environment and the caches; never the data
	@rm -rf .venv .tools .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
