#!/usr/bin/env bash
# trixie.sh ROOT: a Debian trixie root like a box's, from this machine's own mirror; about two minutes, needs root.
#
# trixie-backports gives the two things that stock trixie lacks: libcamera 0.7, whose virtual camera sets the metadata
# of its frames (0.4 leaves them unset, and picamera2 drops the frames), and a kernel with gpio-sim. picamera2 and lgpio
# come from PyPI, for Raspberry Pi's own packages are not in Debian.
# Apart from trixie.py so that a root can be made and looked at by hand.
set -euo pipefail

root=$1
sources=$(grep -rhoE 'https?://[^ ]+/debian/?( |$)' /etc/apt/sources.list /etc/apt/sources.list.d 2>/dev/null || true)
mirror=${MIRROR:-$(sed -n '1s/ *$//p' <<<"$sources")}
[ -n "$mirror" ] || { echo "trixie.sh: no Debian mirror in this machine's apt sources" >&2 && exit 1; }

system=systemd-sysv,systemd-timesyncd,udev,dbus,polkitd,kmod,iproute2,e2fsprogs,procps,util-linux,openssl,curl,ca-certificates
network=network-manager,dnsmasq-base,iputils-ping
media=alsa-utils,ffmpeg,v4l-utils,gpiod,libgl1,libglib2.0-0t64
python=python3,python3-pip,python3-venv,python3-numpy,python3-pil,python3-av,python3-jinja2,python3-piexif,python3-prctl
python+=,python3-jsonschema,python3-libarchive-c,python3-tqdm,python3-colorzero,python3-setuptools,python3-wheel,python3-libgpiod
machine=initramfs-tools,zstd,busybox-static,wpasupplicant,iw,wireless-regdb,rfkill,nftables,fdisk,i2c-tools,evtest

# PyPI's parts are fetched by this machine's pip, so that the root needs no network; two of them as sources.
wheels=$(mktemp -d)/wheels
trap 'rm -rf "${wheels%/*}"' EXIT
mkdir "$wheels"
pip=(python3 -m pip --disable-pip-version-check --quiet download --no-deps --dest "$wheels")
"${pip[@]}" --python-version 313 --implementation cp --abi cp313 --abi none --only-binary=:all: \
    --platform manylinux_2_28_x86_64 --platform manylinux2014_x86_64 --platform any \
    simplejpeg videodev2 OpenEXR picamera2==0.3.38 gpiozero
PYPI=1 "${pip[@]}" --no-binary :all: PiDNG lgpio==0.2.2.0 # PYPI=1: lgpio with its C library inside

build='gcc libc6-dev python3-dev swig'
mmdebstrap --quiet --variant=apt --include="$system,$network,$media,$python,$machine" \
    --aptopt='APT::Install-Recommends "false"' \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --customize-hook="chroot \"\$1\" apt-get -qq install -y -t trixie-backports linux-image-amd64 python3-libcamera libcamera-ipa libcamera-tools >/dev/null" \
    --customize-hook="chroot \"\$1\" apt-get -qq install -y $build >/dev/null" \
    --customize-hook="copy-in $wheels /" \
    --customize-hook='chroot "$1" sh -ec "PYPI=1 pip install -q --root-user-action=ignore --break-system-packages --no-build-isolation --no-deps --no-index /wheels/*; rm -rf /wheels"' \
    --customize-hook="chroot \"\$1\" apt-get -qq purge -y --autoremove $build >/dev/null; chroot \"\$1\" apt-get clean" \
    trixie "$root" "deb $mirror trixie main" "deb $mirror trixie-backports main"

# A quieter start: nothing of this is a box's own.
for unit in e2scrub_reap.service e2scrub_all.timer apt-daily.timer apt-daily-upgrade.timer serial-getty@ttyS0.service \
    console-getty.service dpkg-db-backup.timer fstrim.timer; do
    ln -sf /dev/null "$root/etc/systemd/system/$unit"
done
