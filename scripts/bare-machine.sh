#!/usr/bin/env bash
# Runs a command in a clone of this checkout on a bare Debian: git, make and Python, an ordinary user with sudo, and
# nothing else. It is made by debootstrap in a folder of its own and deleted afterwards. Needs root.
#
# Usage: scripts/bare-machine.sh RELEASE COMMAND      such as: scripts/bare-machine.sh bookworm 'make demo && make test'
# From the environment: CI; DIGIDOC_CORPUS, which is copied; BARE_MACHINE, the folder to use, which is kept then;
# BARE_MACHINE_SECONDS, after which the command is stopped.
# It ends as the command ends, or with 75 when no such machine can be made here; the last line says why.
set -euo pipefail
cd "$(dirname "$0")/.."
release=${1:?bookworm or trixie} command=${2:?a command}
clone=/home/clerk/digidoc certificates=/etc/ssl/certs/ca-certificates.crt

impossible() {
  echo "bare-machine: no Debian '$release' can be made here: $1." >&2
  exit 75
}

# What works in the folder has to end before the folder does: in the background, so that this script hears a signal at
# once; by `timeout`, which hands the signal on to all that it started.
running=""
stoppable() {  # stoppable SECONDS COMMAND...; 0 is no limit
  timeout --kill-after=30 "$@" </dev/null &
  running=$!
  wait "$running"
}
stop() {
  if [ -n "$running" ]; then
    kill "$running" 2>/dev/null || true
    wait "$running" || true
  fi
  exit 143
}
trap stop HUP INT TERM

unmount() {
  # The machine's own /dev is in there: it must be gone from the folder before anything is deleted.
  local place
  for place in dev proc sys; do
    while mountpoint -q "$root/$place"; do umount --recursive --lazy "$root/$place" || return; done
  done
}

clear_up() {
  rm -f "$root.log"
  if ! unmount || grep -q " $root/" /proc/self/mounts; then
    echo "bare-machine: something is still mounted below $root; nothing was deleted." >&2
  elif [ -z "${BARE_MACHINE:-}" ]; then
    rm -rf --one-file-system "$root"
  fi
}

[ "$EUID" -eq 0 ] || impossible "that takes root rights"
if ! command -v debootstrap >/dev/null; then
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends debootstrap; } >/dev/null 2>&1 || true
  command -v debootstrap >/dev/null || impossible "there is no debootstrap, and apt does not give it"
fi
# The mirror that this machine takes its own packages from: the archive itself, not its updates nor anybody else's.
own=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' |
  awk -v own="$own" '!found && ($2 == own || $1 ~ /\/debian\/?$/) { print $1; found = 1 }')
[ -n "$mirror" ] || impossible "apt knows no mirror of Debian"

root=${BARE_MACHINE:-$(mktemp --directory /var/tmp/bare-machine.XXXXXXXX)}
trap clear_up EXIT
if [ ! -x "$root/usr/sbin/useradd" ] || [ ! -d "$root/home/clerk" ]; then
  made=""
  for _ in once twice; do
    if stoppable 0 debootstrap --variant=minbase --include=ca-certificates,git,make,python3,python3-venv,sudo \
      "$release" "$root" "$mirror" >"$root.log" 2>&1; then
      made=yes
      break
    fi
    tail -n 3 "$root.log" >&2
    unmount && rm -rf --one-file-system "${root:?}"/*
  done
  [ -n "$made" ] || impossible "debootstrap failed twice"
  chmod 755 "$root"  # mktemp keeps everyone out, and this is the user's /
  chroot "$root" useradd --create-home --shell /bin/bash clerk
  echo 'clerk ALL=(ALL) NOPASSWD: ALL' >"$root/etc/sudoers.d/clerk"
fi

# The way to the package registries is the machine's, not the project's: names of hosts, proxies, certificates, and the
# settings of apt, pip and npm.
for file in /etc/resolv.conf /etc/hosts /etc/pip.conf /etc/npmrc; do
  if [ -f "$file" ]; then cp --dereference "$file" "$root$file"; fi
done
if [ -d /etc/xdg/pip ]; then mkdir -p "$root/etc/xdg" && cp -r /etc/xdg/pip "$root/etc/xdg/"; fi
apt-config dump Acquire >"$root/etc/apt/apt.conf.d/90machine"
# One by one, so that whatever gathers the certificates anew (Java does) finds the machine's among them.
awk -v folder="$root/usr/local/share/ca-certificates" \
  '/BEGIN CERTIFICATE/ { file = sprintf("%s/machine-%03d.crt", folder, ++count) } file { print > file }
   /END CERTIFICATE/ { close(file); file = "" }' "$certificates"
chroot "$root" update-ca-certificates >/dev/null 2>&1

mountpoint -q "$root/proc" || mount -t proc proc "$root/proc" || impossible "/proc cannot be mounted"
if ! mountpoint -q "$root/dev"; then
  { mount --rbind /dev "$root/dev" && mount --make-rslave "$root/dev"; } || impossible "/dev cannot be mounted"
fi
rm -rf "${root:?}$clone"
git clone -q . "$root$clone"
settings=(PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin HOME=/home/clerk LANG=C.UTF-8 "CI=${CI:-}"
  "PIP_CERT=$certificates" "SSL_CERT_FILE=$certificates" "NODE_EXTRA_CA_CERTS=$certificates")
for name in PIP_INDEX_URL PIP_TRUSTED_HOST PIP_DEFAULT_TIMEOUT UV_INDEX_URL UV_DEFAULT_INDEX npm_config_registry \
  http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY; do
  if [ -n "${!name:-}" ]; then settings+=("$name=${!name}"); fi
done
if [ -n "${DIGIDOC_CORPUS:-}" ]; then
  rm -rf "$root/srv/corpus"
  cp -r "$DIGIDOC_CORPUS" "$root/srv/corpus"
  chmod -R u+w,a+rX "$root/srv/corpus"
  settings+=(DIGIDOC_CORPUS=/srv/corpus)
fi
chroot "$root" chown -R clerk: "$clone"

status=0
stoppable "${BARE_MACHINE_SECONDS:-0}" chroot --userspec=clerk:clerk --groups=clerk "$root" \
  env -i "${settings[@]}" bash -c "cd $clone && $command" || status=$?
exit "$status"
