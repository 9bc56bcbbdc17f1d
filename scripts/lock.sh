#!/usr/bin/env bash
# The two locks: every version and every hash for every system, no registry's address and no path of this machine.
set -euo pipefail
cd "$(dirname "$0")/.."
uv=${1:-.venv/bin/uv}

compile() {
    "$uv" pip compile pyproject.toml "$@" --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
        --no-header --no-annotate --no-emit-index-url --no-emit-find-links
}

compile --output-file requirements.lock
# The checks run on exactly the versions that the program ships with.
compile --extra dev --constraint requirements.lock --output-file requirements-dev.lock
