#!/usr/bin/env bash
# make_demo.sh PYTHON FOLDER: fill FOLDER with a demo clinic, once. Half a clinic is never left behind.
set -euo pipefail
cd "$(dirname "$0")/.."
python=$1
folder=$2

[ ! -d "$folder" ] || exit 0
rm -rf "$folder.part"
mkdir -p "$folder.part"
printf 'Making a demo clinic in %s\n' "$folder" >&2
# The users and passwords stay beside the clinic, to be shown at every start: nobody in it is real.
"$python" -m clinicdesk demo --data "$folder.part" | tee "$folder.part/demo-users.txt"
mv "$folder.part" "$folder"
