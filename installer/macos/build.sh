#!/usr/bin/env bash
# The frozen program as dist/ClinicDesk.app. Not tested yet: see README.md.
set -euo pipefail
cd "$(dirname "$0")/../.."
[ -x .venv/bin/python ] || python3 -m venv .venv
.venv/bin/python -m pip install --quiet --no-deps --require-hashes -r requirements-dev.lock
.venv/bin/python -m PyInstaller --noconfirm --distpath dist --workpath build/work installer/clinicdesk.spec
