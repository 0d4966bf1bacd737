#!/usr/bin/env bash
# Sets up what one kind of make target needs, and nothing twice: system packages, .venv, pinned packages, the project.
#
#   bootstrap.sh run    what recording needs        (make demo)
#   bootstrap.sh dev    linters, types, pytest      (make check, make lock)
#   bootstrap.sh test   run + dev + the programs that tests drive   (make test, make bench)
#
# Debian 12 and 13, x86-64 and arm64, Python 3.11 to 3.13. PYTHON=python3.12 chooses another interpreter.
# Apart from the Makefile so that an image build can run it without make.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PATH:/usr/sbin:/sbin" DEBIAN_FRONTEND=noninteractive

kind=${1:-run}
case $kind in run | dev | test) ;; *) echo "usage: $0 [run|dev|test]" >&2 && exit 2 ;; esac
lock=dev
[ "$kind" = run ] && lock=run
python=${PYTHON:-python3}
release=$(. /etc/os-release 2>/dev/null && echo "${ID:-}${VERSION_ID:-}")

say() { echo "bootstrap: $*" >&2; }
die() { say "$*" && exit 1; }

# ---- system packages: asked for by what they give, so that another source of the same program is left alone

needed=() wished=()
need() { local package=$1 && shift && { "$@" >/dev/null 2>&1 || needed+=("$package"); }; }
wish() { local package=$1 && shift && { "$@" >/dev/null 2>&1 || wished+=("$package"); }; }
library() { ldconfig -p | grep -F "$1"; }

glib=libglib2.0-0t64 storage_daemon=qemu-utils
[ "$release" = debian12 ] && glib=libglib2.0-0 storage_daemon=qemu-system-common

look() {
    needed=() wished=()
    [ -x .venv/bin/python ] || need python3-venv "$python" -c 'import ensurepip, venv'
    [ "$kind" = dev ] && return
    need libgl1 library libGL.so.1
    need "$glib" library libgthread-2.0.so.0
    wish alsa-utils command -v arecord
    [ "$kind" = run ] && return
    need ffmpeg command -v ffmpeg
    need openssl command -v openssl
    need xxd command -v xxd
    need nodejs command -v node
    need npm command -v npm
    need libatomic1 library libatomic.so.1 # the node inside playwright
    wish chromium command -v chromium
    wish fonts-dejavu-core test -e /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf
    wish poppler-utils command -v pdftotext
    wish libnss3-tools command -v certutil # makes a browser trust the office's authority, as an administrator would
    wish dnsmasq-base command -v dnsmasq
    [ -d /run/systemd/system ] || wish cloud-init command -v cloud-init # where systemd runs it could set up the machine anew
    wish qemu-utils command -v qemu-img
    wish "$storage_daemon" command -v qemu-storage-daemon
    wish e2fsprogs command -v mkfs.ext4
    wish openssh-server test -x /usr/sbin/sshd # tests start their own; the system's need not run
    wish openssh-client command -v ssh-keygen
    wish mmdebstrap command -v mmdebstrap # a whole Debian, started by its own systemd: tests/lab
    wish systemd-container command -v systemd-nspawn
    wish qemu-system-x86 command -v qemu-system-x86_64 # the same Debian in a machine of its own: tests/machine
}

install_packages() {
    local as_root=()
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || return 0
        as_root=(sudo)
        [ -t 0 ] || as_root=(sudo -n)
    fi
    command -v apt-get >/dev/null || return 0
    say "installing ${needed[*]} ${wished[*]}"
    "${as_root[@]}" apt-get -qq update >&2 || say "apt-get update failed; going on with the lists that are there"
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get -qq install -y --no-install-recommends "${needed[@]}" "${wished[@]}" >/dev/null || say "apt-get install failed"
}

look
if [ $((${#needed[@]} + ${#wished[@]})) -gt 0 ]; then
    install_packages
    look
fi
if [ ${#wished[@]} -gt 0 ]; then
    say "going on without ${wished[*]}: what needs them says so. To have it:  apt-get install ${wished[*]}"
fi
if [ ${#needed[@]} -gt 0 ]; then
    die "these system packages are missing and could not be installed from here: ${needed[*]}
Ask whoever administers this machine for:  apt-get install ${needed[*]}"
fi

# ---- Python and node packages: exactly those of the locks, installed anew when a lock has changed

mapfile -t node_locks < <([ "$kind" = test ] && find tests web_ui -name package-lock.json -not -path '*/node_modules/*' | sort)
digest() { cat provisioning/bootstrap.sh pyproject.toml "$@" | sha256sum | cut -c 1-64; }
python_key="$PWD $(digest "provisioning/locks/$lock.txt")"
stamp=.venv/installed-$lock

fresh() { [ -e "$1" ] && [ "$(cat "$1")" = "$2" ]; }

if ! { fresh "$stamp" "$python_key" && .venv/bin/python -c ''; }; then
    if ! .venv/bin/python -c '' 2>/dev/null; then
        "$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' ||
            die "$("$python" -V) is not one of Python 3.11 to 3.13; name one:  PYTHON=python3.13 make ..."
        say "making .venv with $("$python" -V)"
        "$python" -m venv --clear .venv
    fi
    say "installing the packages pinned in provisioning/locks/$lock.txt"
    pip=(.venv/bin/python -m pip --disable-pip-version-check --no-input --quiet install)
    "${pip[@]}" --require-hashes --requirement "provisioning/locks/$lock.txt"
    "${pip[@]}" --no-deps --no-build-isolation --editable .
    echo "$python_key" >"$stamp"
fi

for node_lock in "${node_locks[@]}"; do
    folder=$(dirname "$node_lock")
    node_key=$(digest "$node_lock")
    fresh "$folder/node_modules/installed" "$node_key" && continue
    say "installing the packages pinned in $node_lock"
    npm ci --prefix "$folder" --no-audit --no-fund --ignore-scripts --loglevel=error >&2
    echo "$node_key" >"$folder/node_modules/installed"
done
