#!/usr/bin/env bash
# Everything a fresh Debian machine with Python 3.11 and make needs, in one go; quick when it is there already.
#
#   scripts/setup.sh run     what the program needs
#   scripts/setup.sh test    that, and what the checks need
#
# System libraries come through apt where this user may (root, or sudo without a password); where not, the one line to
# run is printed. The virtual environment is remade when it is half-made or belongs to another Python.
set -euo pipefail
cd "$(dirname "$0")/.."

purpose=${1:-run}
venv=${VENV:-.venv}

qt_offscreen=(libegl1 libgl1 libdbus-1-3 libfontconfig1 libglib2.0-0 libxkbcommon0)
qt_window=(libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxcb-xkb1 libxkbcommon-x11-0)
for_tests=(postgresql xvfb xauth poppler-utils)

say() { printf '%s\n' "$*" >&2; }

# ---------------------------------------------------------------------------------------------- system libraries

installed() { dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed; }

# A library package may carry another name in a later Debian (libglib2.0-0t64): what provides it counts as well.
present() { installed "$1" || installed "${1}t64"; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

may_install() {
    [ "$(id -u)" = 0 ] || { command -v sudo >/dev/null && sudo -n true 2>/dev/null; }
}

apt_install() {
    say "Installing with apt: $*"
    export DEBIAN_FRONTEND=noninteractive
    as_root apt-get -qq -o DPkg::Lock::Timeout=300 update >&2
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -qq -y -o DPkg::Lock::Timeout=300 --no-install-recommends install "$@" >&2 </dev/null
}

# require MANDATORY PACKAGE...: installs what is missing, or prints the line that does.
require() {
    local mandatory=$1 missing=() package
    shift
    for package in "$@"; do present "$package" || missing+=("$package"); done
    [ ${#missing[@]} -gt 0 ] || return 0
    if may_install && apt_install "${missing[@]}"; then return 0; fi
    say ""
    say "These system packages are missing and this user may not install them. Run this once, then try again:"
    say ""
    say "    sudo apt-get install -y --no-install-recommends ${missing[*]}"
    say ""
    [ "$mandatory" = no ] && [ "${CI:-}" != true ] && return 0
    exit 1
}

if command -v dpkg-query >/dev/null && command -v apt-get >/dev/null; then
    require yes "${qt_offscreen[@]}" "${qt_window[@]}"
    if [ "$purpose" = test ]; then require no "${for_tests[@]}"; fi
else
    say "No apt here: ClinicDesk needs the libraries of Qt's xcb platform (EGL, fontconfig, xkbcommon, xcb-cursor) installed."
fi

# ---------------------------------------------------------------------------------------------- virtual environment

suits() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
    local candidate
    for candidate in ${PYTHON:-} python3.11 python3 python3.12 python3.13 python3.14 /usr/bin/python3; do
        if command -v "$candidate" >/dev/null && suits "$candidate"; then command -v "$candidate"; return 0; fi
    done
    return 1
}

whole() { suits "$venv/bin/python" && "$venv/bin/python" -m pip --version >/dev/null 2>&1; }

if ! whole; then
    if ! python=$(find_python); then
        if command -v apt-get >/dev/null; then require yes python3 python3-venv; fi
        python=$(find_python) || { say "ClinicDesk needs Python 3.11 or later; none was found."; exit 1; }
    fi
    say "Making the virtual environment in $venv with $python"
    rm -rf "$venv"
    if ! "$python" -c 'import ensurepip' 2>/dev/null; then
        version=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
        command -v apt-get >/dev/null || { say "This Python has no ensurepip: install its venv package."; exit 1; }
        require yes "$version"
    fi
    "$python" -m venv "$venv"
fi

# ---------------------------------------------------------------------------------------------- locked dependencies

stamp_of() { sha256sum <"$1" | cut -d' ' -f1; }

# install LOCK STAMP: what the lock says, hash by hash; skipped when the stamp says that it is in place.
install() {
    local lock=$1 stamp=$venv/$2 wanted
    wanted=$(stamp_of "$lock")
    if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then return 0; fi
    rm -f "$stamp"
    say "Installing what $lock says"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --no-deps --require-hashes \
        -r "$lock" >&2
    printf '%s\n' "$wanted" >"$stamp"
}

if [ "$purpose" = test ]; then
    install requirements-dev.lock .clinicdesk-dev
else
    [ -f "$venv/.clinicdesk-dev" ] || install requirements.lock .clinicdesk-run
fi

# The tree itself and its command, from any folder: what an editable install does, without a build tool to fetch.
command=$venv/bin/clinicdesk
if [ ! -x "$command" ]; then
    "$venv/bin/python" - "$PWD" <<'PYTHON'
import sys
import sysconfig
from pathlib import Path

tree = sys.argv[1]
Path(sysconfig.get_path("purelib"), "clinicdesk-tree.pth").write_text(f"{tree}\n", "utf-8")
command = Path(sys.executable).parent / "clinicdesk"
command.write_text(
    f"#!{sys.executable}\nimport sys\n\nfrom clinicdesk.__main__ import main\n\nsys.exit(main())\n", "utf-8"
)
command.chmod(0o755)
PYTHON
fi
