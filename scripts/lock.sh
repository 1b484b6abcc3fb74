#!/usr/bin/env bash
# Pins every package by version and hash: requirements.lock (what digidoc runs with), requirements-dev.lock (and what it
# is tested with), scripts/judges.txt (the outside judges). Usage: scripts/lock.sh UV [--upgrade]
set -euo pipefail
cd "$(dirname "$0")/.."
uv=${1:?the uv to use}
shift

compile() {
  "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
    --no-emit-find-links --no-annotate --custom-compile-command "make lock" "$@"
}
compile "$@" pyproject.toml --group dev --output-file requirements-dev.lock
# Constrained by the larger one, so that both can be installed one after the other.
compile "$@" pyproject.toml --constraints requirements-dev.lock --output-file requirements.lock
compile "$@" scripts/judges.in --output-file scripts/judges.txt
