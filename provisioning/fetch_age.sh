#!/usr/bin/env bash
# Prints the path of an `age` that reads post-quantum keys (1.3 or newer): the one on PATH, else one from Debian.
#
# Debian 12 has 1.1 and Debian 13 has 1.2, which refuse such keys. The one of the coming release runs on both; it is
# taken with apt from the mirrors this machine uses, checked against the digests below, unpacked to .cache/age, and
# never installed. Apart from bootstrap.sh because nothing but tests and a recovery rehearsal needs it.
set -euo pipefail
cd "$(dirname "$0")/.."

suite=forky
declare -A pinned=( # age 1.3.2-1
    [amd64]=ef3b46000103bb3a3ab0376c47b147c07a8459a21f2ca88a15ad0bc6c8dfddf6
    [arm64]=c30a961455158e5b906c4e8fae8c1d2f5a7abffa1771c84c6284beb78dd926d3
)
private=$PWD/.cache/apt-forky
unpacked=$PWD/.cache/age

die() { echo "fetch_age: $*" >&2 && exit 1; }

new_enough() { # BINARY
    local version
    version=$("$1" --version 2>/dev/null) || return 1
    printf '1.3\n%s\n' "${version#v}" | sort -C -V
}

for found in "$(command -v age || true)" "$unpacked/usr/bin/age"; do
    if [ -x "$found" ] && new_enough "$found"; then
        echo "$found"
        exit 0
    fi
done

for tool in apt-get dpkg dpkg-deb; do
    command -v $tool >/dev/null || die "no age 1.3 or newer on PATH, and without $tool none can be had from Debian"
done
architecture=$(dpkg --print-architecture)
digest=${pinned[$architecture]:-}
[ -n "$digest" ] || die "no age is pinned for $architecture; put one of 1.3 or newer on PATH"
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
[ -e $keyring ] || die "$keyring is missing: this machine is no Debian"

# ---- this machine's own mirrors, likely names first (apt-get indextargets tells nothing before an apt-get update)

addresses() {
    find /etc/apt/sources.list /etc/apt/sources.list.d -type f \( -name '*.list' -o -name '*.sources' \) -exec cat {} + 2>/dev/null |
        awk '$1 == "deb" || $1 == "URIs:" { for (i = 2; i <= NF; i++) if ($i ~ /^[a-z+]+:\//) print $i }'
}
mapfile -t mirrors < <(
    addresses | sed 's|/*$||' | grep -v security | awk '!seen[$0]++ { print ($0 ~ /\/debian$/ ? 0 : 1), $0 }' |
        sort -s -k 1,1 | cut -d ' ' -f 2
)
[ ${#mirrors[@]} -gt 0 ] || die "this machine's apt knows no mirror of Debian"

# ---- apt with lists and cache of its own, so that nothing of this machine's changes

mkdir -p "$private/state/lists/partial" "$private/cache/archives/partial"
options=(
    -q -o "Dir::Etc::sourcelist=$private/sources.list" -o Dir::Etc::sourceparts=/dev/null
    -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null
    -o "Dir::State=$private/state" -o Dir::State::status=/dev/null -o "Dir::Cache=$private/cache"
    -o Acquire::Check-Valid-Until=false -o Acquire::Languages=none -o Acquire::Retries=1 -o Acquire::http::Timeout=30
    -o "APT::Sandbox::User=$(id -un)" -o APT::Update::Error-Mode=any
)
cd "$private"
for mirror in "${mirrors[@]}"; do
    rm -f ./*.deb
    echo "deb [signed-by=$keyring] $mirror $suite main" >sources.list
    if apt-get "${options[@]}" update >&2 && apt-get "${options[@]}" download age >&2; then
        break
    fi
done
[ -e "$(echo age_*.deb)" ] || die "the mirrors of this machine did not give the package age of $suite"
echo "$digest  $(echo age_*.deb)" | sha256sum --check --quiet - >&2 ||
    die "the package age of $suite is not the pinned one; put an age of 1.3 or newer on PATH"
rm -rf "$unpacked"
dpkg-deb -x age_*.deb "$unpacked"
new_enough "$unpacked/usr/bin/age" || die "the package age of $suite does not run here"
echo "$unpacked/usr/bin/age"
