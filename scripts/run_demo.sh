#!/usr/bin/env bash
# run_demo.sh PYTHON FOLDER: open the window on the demo clinic, or say why there is none to be seen.
set -euo pipefail
cd "$(dirname "$0")/.."
python=$1
folder=$2

if [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}${QT_QPA_PLATFORM:-}" ] && [ "$(uname)" = Linux ]; then
    cat >&2 <<TXT

ClinicDesk is set up, and its demo clinic stands in $folder, but this machine has no display to open a window on.

  at a desk:        run  make run  in a terminal of the desktop
  over the network: ssh -X YOU@THIS-MACHINE, then  make run
  without any:      sudo apt-get install -y xvfb xauth x11vnc
                    xvfb-run -a -s "-screen 0 1600x1000x24" make run &
                    x11vnc -find -localhost     and look at it with a VNC viewer through ssh -L 5900:localhost:5900
TXT
    exit 1
fi

cat "$folder/demo-users.txt" 2>/dev/null || true
exec "$python" -m clinicdesk --data "$folder"
