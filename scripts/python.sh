#!/usr/bin/env bash
# Prints the newest Python from 3.11 on that is on PATH. Each is started once: a name on PATH may be an empty shim.
set -euo pipefail

for name in python3.14 python3.13 python3.12 python3.11 python3 python; do
  path=$(command -v "$name" || true)
  if [ -n "$path" ] && "$path" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
    "$path" -c 'import sys; print(sys.executable)'
    exit 0
  fi
done
cat >&2 <<'MESSAGE'
digidoc needs Python 3.11 or newer, and there is none on PATH.
  Debian 12 or newer, Ubuntu 24.04:  apt install python3 python3-venv
  Ubuntu 22.04:                      apt install python3.11 python3.11-venv
MESSAGE
exit 1
