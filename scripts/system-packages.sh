#!/usr/bin/env bash
# Installs what pip cannot: says what and why, skips what is there. Usage: scripts/system-packages.sh run|test|bench
# Without apt it only says what is needed. It uses sudo when it is not root.
#
# It runs on machines where nearly everything is missing: a program is looked for (`has`) before it is called, and
# nothing but this shell, coreutils and Python is taken for granted.
set -euo pipefail
cd "$(dirname "$0")/.."
goal=${1:?run, test or bench}

packages=()
need() {  # need PACKAGE WHY
  packages+=("$1")
  echo "system package $1: $2"
}
has() { command -v "$1" >/dev/null 2>&1; }
exists() {  # exists FILE...: whether any of them is there, so that a pattern may stand for several
  local file
  for file in "$@"; do
    [ ! -e "$file" ] || return 0
  done
  return 1
}

python=$(scripts/python.sh)
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  need "$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')" "makes the virtual environment"
fi
has tesseract || need tesseract-ocr "the OCR engine for other languages than Vietnamese"
exists "${TESSDATA_PREFIX:-/nowhere}"/vie.traineddata /usr/share/tesseract-ocr/*/tessdata/vie.traineddata \
  /usr/share/tessdata/vie.traineddata || need tesseract-ocr-vie "Vietnamese for the OCR engines"

if [ "$goal" = test ]; then
  has qpdf || need qpdf "judges the PDF files that the tests make"
  { has pdftotext && has pdfsig; } || need poppler-utils "judges text layers and signatures"
  has scanimage || need sane-utils "is the scanner that the tests scan with"
  has softhsm2-util || need softhsm2 "is the token in software that the tests sign with"
  { has chromium || has chromium-browser || has google-chrome; } || need chromium "shows the HTML reports and the clerk's page that the tests open"
  exists /usr/lib/*/libatomic.so.1 /usr/lib/libatomic.so.1 /usr/lib64/libatomic.so.1 ||
    need libatomic1 "is what the driver of the browser in the tests needs"
  java=""
  if has java && has javac; then java=$(javac -version 2>&1 || true); fi
  java=${java#javac } java=${java%%.*}
  if ! [ "${java:-0}" -ge 17 ] 2>/dev/null; then
    need default-jdk-headless "(Java 17 or newer) runs veraPDF, the judge of PDF/A"
  fi
fi

if [ "$goal" = bench ]; then
  has ocrmypdf || need ocrmypdf "the peer that digidoc is measured against"
fi

if [ "$goal" != run ]; then
  # Debian 12's fonts-liberation has no Vietnamese letters yet.
  exists /usr/share/fonts/truetype/croscore/Tinos-Regular.ttf ||
    need fonts-croscore "typefaces with the widths of Times and Arial and all Vietnamese letters, for stamps and pages"
fi

[ "${#packages[@]}" -gt 0 ] || exit 0
if ! has apt-get; then
  echo "This machine has no apt: install the packages above in its own way. Going on without them." >&2
  exit 0
fi
root=()
if [ "${EUID:-0}" -ne 0 ]; then
  if ! has sudo; then
    echo "Neither root nor sudo: ask for 'apt install ${packages[*]}'. Going on without them." >&2
    exit 0
  fi
  root=(sudo)
fi
"${root[@]}" apt-get update -qq || echo "apt could not look for newer packages; those it knows of are installed." >&2
# Ubuntu 22.04's default Java is 11, but it has 17 as well; newer systems have a default that will do.
if apt-cache show openjdk-17-jdk-headless >/dev/null 2>&1; then
  packages=("${packages[@]/#default-jdk-headless/openjdk-17-jdk-headless}")
fi
"${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}"
