#!/usr/bin/env bash
# build.sh amd64|arm64 FOLDER: FOLDER/fieldreel_<version>_<arch>.deb, the same bytes each time from the same commit.
#
# /opt/fieldreel is a Python environment of our code and exactly the packages of provisioning/locks/run.txt, taken as
# wheels by their hashes: nothing is compiled, so one machine builds for both kinds. It stands on the system's Python
# 3.13 and sees the system's packages, for picamera2 and libcamera belong to the board's kernel. What it bundles and
# Debian has too (cryptography 43 there, without HPKE) comes first.
# Apart from the Makefile so that an image build can run it.
set -euo pipefail
cd "$(dirname "$0")/../.."

arch=${1:?usage: build.sh amd64|arm64 FOLDER} out=${2:?usage: build.sh amd64|arm64 FOLDER}
case $arch in amd64) machine=x86_64 ;; arm64) machine=aarch64 ;; *) echo "build.sh: amd64 or arm64" >&2 && exit 2 ;; esac
python=.venv/bin/python
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' pyproject.toml | head -1)
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)} PYTHONDONTWRITEBYTECODE=1 TZ=UTC LC_ALL=C.UTF-8
umask 022

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/tree opt=$work/tree/opt/fieldreel
packages=$opt/lib/python3.13/site-packages
mkdir -p "$packages" "$opt/bin" "$tree/DEBIAN" "$out"
pip=("$python" -m pip --disable-pip-version-check --no-input --quiet)

# ---- packages: what the lock pins for Python 3.13 on this kind of machine

"$python" provisioning/deb/pins.py "$machine" <provisioning/locks/run.txt >"$work/pins.txt"
platforms=(--platform any)
for glibc in 17 24 26 27 28 31 34 35 36 38 39 40 41; do platforms+=(--platform "manylinux_2_${glibc}_$machine"); done
"${pip[@]}" install --target "$packages" --no-deps --no-compile --require-hashes --only-binary=:all: \
    --ignore-requires-python --python-version 3.13 --implementation cp --abi cp313 --abi abi3 --abi none "${platforms[@]}" \
    --platform "manylinux2014_$machine" --requirement "$work/pins.txt"

# ---- our code, as a wheel of what is in the repository

mkdir "$work/source"
git ls-files -z appliance web_ui pyproject.toml README.md LICENSE | xargs -0 cp --parents -t "$work/source"
"${pip[@]}" wheel --no-deps --no-build-isolation --wheel-dir "$work" "$work/source"
"${pip[@]}" install --target "$packages" --no-deps --no-compile --no-index "$work"/fieldreel-*.whl

# ---- the environment around them

if [ -d "$packages/bin" ]; then
    mv "$packages"/bin/rclone "$opt/bin/"
    rm -r "$packages/bin"
fi
ln -s /usr/bin/python3.13 "$opt/bin/python"
printf 'home = /usr/bin\ninclude-system-site-packages = true\nversion = 3.13\n' >"$opt/pyvenv.cfg"
cat >"$opt/bin/fieldreel" <<'PROGRAM'
#!/opt/fieldreel/bin/python -I
import sys

from appliance.__main__ import main

sys.exit(main())
PROGRAM
find "$packages" \( -name direct_url.json -o -name REQUESTED -o -name INSTALLER \) -delete
# The scripts that pip made are not taken along, and name the Python of this checkout: their hashes would, too.
find "$packages" -name RECORD -exec sed -i '/\/\(direct_url.json\|REQUESTED\|INSTALLER\),/d; /^\.\.\/\.\.\/bin\//d' {} +
find "$packages" -name __pycache__ -prune -exec rm -rf {} +

# ---- the system around the environment

put() { install -D -m 644 -t "$tree/$1" "${@:2}"; }
put usr/lib/systemd/system systemd/*.service systemd/*.socket systemd/*.timer systemd/*.path
for kind in system.conf journald.conf coredump.conf; do put "usr/lib/systemd/$kind.d" systemd/$kind.d/*; done
for kind in sysusers tmpfiles sysctl; do put "usr/lib/$kind.d" systemd/$kind.d/*; done
put usr/lib/udev/rules.d provisioning/udev/*.rules
put usr/share/polkit-1/rules.d provisioning/polkit/*.rules
put etc/fieldreel provisioning/deb/config.toml
put usr/share/fieldreel provisioning/firewall/fieldreel.nft
put usr/share/doc/fieldreel README.md CHANGELOG.md
install -D -m 644 LICENSE "$tree/usr/share/doc/fieldreel/copyright"
mkdir -p "$tree/usr/bin"
ln -s /opt/fieldreel/bin/fieldreel "$tree/usr/bin/fieldreel"

# ---- the package

chmod -R u=rwX,go=rX "$tree"
chmod 755 "$opt"/bin/fieldreel "$opt"/bin/rclone
size=$(du -sk --apparent-size "$tree" | cut -f1)
sed -e "s/@VERSION@/$version/; s/@ARCH@/$arch/; s/@SIZE@/$size/" provisioning/deb/control >"$tree/DEBIAN/control"
echo /etc/fieldreel/config.toml >"$tree/DEBIAN/conffiles"
for script in postinst prerm postrm; do install -m 755 provisioning/deb/$script "$tree/DEBIAN/$script"; done
(cd "$tree" && find . -path ./DEBIAN -prune -o -type f -printf '%P\0' | sort -z | xargs -0 md5sum >DEBIAN/md5sums)
find "$tree" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
dpkg-deb --root-owner-group -Zzstd --build "$tree" "$out/fieldreel_${version}_$arch.deb" >/dev/null
echo "$out/fieldreel_${version}_$arch.deb"
