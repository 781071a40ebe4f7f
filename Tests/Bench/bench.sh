#!/bin/bash
# Measures mkdkms against the tools it stands in for, each pair in this one run, and writes docs/benchmarks.md.
#   MKDKMS=path Tests/Bench/bench.sh [ROW…]     none: all
#     ROW: start modules release sign; of packages: hello nvidia files compressors; of the DKMS engine: status install uninstall autoinstall conf suite
#     DKMS_SOURCE=path SUITE=path    see engine.sh
# A subset prints its rows and leaves docs/benchmarks.md as it is. Ends with 1 where a bound is missed.
set -euo pipefail

# The engine works on folders of the machine: in a mount namespace nothing of that stays.
if [ -z "${BENCH_NAMESPACE-}" ] && unshare --mount --propagation private true 2>/dev/null; then
    BENCH_NAMESPACE=1 exec unshare --mount --propagation private "$0" "$@"
fi

here=$(cd "$(dirname "$0")" && pwd)
repo=$(cd "$here/../.." && pwd)
. "$here/../apt-folder.sh"
MKDKMS=$(realpath "${MKDKMS:-$repo/.build/release/mkdkms}")
kernel=$("$repo/Tests/kernels" | head -n 1)
arch=$(uname -m)
cores=$(nproc)
hello=$repo/Fixtures/hello-1.5.0
cache=$repo/.test/bench
work=$(mktemp -d "${TMPDIR:-/tmp}/mkdkms-bench.XXXXXX")
trap 'machine_off; rm -rf "$work"' EXIT
export LC_ALL=C.UTF-8 HOME=$work/home XZ_OPT='' XZ_DEFAULTS=''
unset MAKEFLAGS MFLAGS MAKELEVEL
mkdir -p "$cache" "$HOME"
missed=0
rows=()

say() { printf 'bench: %s\n' "$*" >&2; }

# verdict MEASURED RELATION BOUND: prints `met` or `missed`; RELATION is <= or >=.
verdict() { awk -v a="$1" -v b="$3" -v r="$2" 'BEGIN { print (r == "<=" ? a <= b : a >= b) ? "met" : "missed" }'; }

ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.3f", a / b }'; }

# row WHAT OURS PEER MEASURED RELATION BOUND
row() {
    local met
    met=$(verdict "$4" "$5" "$6")
    [ "$met" = met ] || missed=$((missed + 1))
    rows+=("| $1 | $2 | $3 | $4 | $5 $6 | $met |")
    printf '%s\n' "${rows[-1]}"
}

# timed NAME RUNS COMMAND…: median wall seconds in NAME.wall, the largest max-RSS of any of its processes (MiB) in
# NAME.rss. The command overwrites what an earlier run of it made.
timed() {
    local name=$1 runs=$2 run
    shift 2
    say "$name, $runs runs: $*"
    : >"$work/$name.times"
    for run in $(seq "$runs"); do
        sync
        /usr/bin/time -f '%e %M' -a -o "$work/$name.times" "$@" >"$work/$name.log" 2>&1 || {
            say "run $run failed"
            tail -n 20 "$work/$name.log" >&2
            exit 1
        }
    done
    sort -n "$work/$name.times" | awk -v middle=$(((runs + 1) / 2)) 'NR == middle { print $1 }' >"$work/$name.wall"
    sort -n -k2 "$work/$name.times" | tail -n 1 | awk '{ printf "%.1f\n", $2 / 1024 }' >"$work/$name.rss"
}

# pair NAME PREPARE OURS PEER: hyperfine over two shell commands; medians in NAME.ours and NAME.peer (seconds).
pair() {
    hyperfine --style basic --warmup "${WARMUP:-1}" --runs "${RUNS:-10}" --export-json "$work/$1.json" \
        --prepare "$2" "$3" --prepare "$2" "$4" >&2
    jq '.results[0].median' "$work/$1.json" >"$work/$1.ours"
    jq '.results[1].median' "$work/$1.json" >"$work/$1.peer"
}

make_key() {
    [ -e "$work/mok.key" ] || openssl req -new -x509 -nodes -days 30 -newkey rsa:2048 -subj /CN=bench \
        -addext extendedKeyUsage=codeSigning -keyout "$work/mok.key" -out "$work/mok.pem" 2>/dev/null
    [ -d "$work/from" ] || "$MKDKMS" modules "$hello" -k "$kernel" --no-sign --compress none -o "$work/from" 2>/dev/null
}

sign_file() {
    local candidate
    for candidate in "/lib/modules/$kernel/build/scripts/sign-file" /usr/lib/linux-kbuild-"${kernel%%.*}".*/scripts/sign-file; do
        [ ! -x "$candidate" ] || { printf '%s\n' "$candidate"; return; }
    done
}

seconds() { printf '%.3f s' "$(cat "$1")"; }

# The build itself: what mkdkms adds to the make that both run.
bench_modules() {
    local build=/lib/modules/$kernel/build
    pair modules "rm -rf $work/out $work/bare $HOME/.cache && cp -r $hello $work/bare" \
        "$MKDKMS modules $hello -k $kernel --no-sign -q -o $work/out" \
        "make -C $work/bare -j$cores KVERSION=$kernel KDIR=$build modules"
    row "\`modules\` of hello / bare make" "$(seconds "$work/modules.ours")" "$(seconds "$work/modules.peer")" \
        "$(ratio "$(cat "$work/modules.ours")" "$(cat "$work/modules.peer")")" '<=' 1.10
}

# Six artifacts with signing and compression; beside it, what one package by the usual tools takes.
bench_release() {
    make_key
    mkdir -p "$work/debianized/hello-1.5.0/debian/source"
    cp -r "$hello/." "$work/debianized/hello-1.5.0/"
    (
        cd "$work/debianized/hello-1.5.0"
        printf '3.0 (native)\n' >debian/source/format
        printf 'hello (1.5.0) unstable; urgency=low\n\n  * Bench.\n\n -- Bench <bench@example.org>  Fri, 01 Mar 2024 12:00:00 +0000\n' >debian/changelog
        # shellcheck disable=SC2016 # debhelper's substitution
        printf '%s\n' 'Source: hello' 'Section: kernel' 'Priority: optional' 'Maintainer: Bench <bench@example.org>' \
            'Build-Depends: debhelper-compat (= 13), dh-sequence-dkms' 'Standards-Version: 4.6.2' '' 'Package: hello-dkms' \
            'Architecture: all' 'Depends: ${misc:Depends}' 'Description: bench' ' A package to measure.' >debian/control
        printf '#!/usr/bin/make -f\n%%:\n\tdh $@\noverride_dh_auto_clean override_dh_auto_configure override_dh_auto_build override_dh_auto_test override_dh_auto_install:\noverride_dh_install:\n\tdh_install hello.c Makefile usr/src/hello-1.5.0/\noverride_dh_dkms:\n\tdh_dkms -V 1.5.0 -- dkms.conf\n' >debian/rules
        chmod +x debian/rules
    )
    RUNS=5 pair release "rm -rf $work/out" \
        "$MKDKMS release $hello --from $work/from --sign-key $work/mok.key --sign-cert $work/mok.pem --sign-hash sha256 --compress xz -q -o $work/out" \
        "cd $work/debianized/hello-1.5.0 && dpkg-buildpackage -b -us -uc -d"
    row "\`release --from\` of hello, six artifacts, signed, .ko.xz (s) / dpkg-buildpackage of one" \
        "$(seconds "$work/release.ours")" "$(seconds "$work/release.peer")" "$(printf '%.3f' "$(cat "$work/release.ours")")" '<=' 0.3
}

# fetch PACKAGE: its .deb in the cache, from this Debian with contrib, non-free and security updates.
fetch() {
    [ -z "$(find "$cache" -maxdepth 1 -name "$1_*.deb")" ] || return 0
    apt_folder "$cache/apt" "$(. /etc/os-release && printf '%s' "$VERSION_CODENAME")"
    (cd "$cache" && apt_in "$cache/apt" apt-get download "$1")
}

bench_sign() {
    make_key
    local number signer
    signer=$(sign_file)
    mkdir -p "$work/many"
    for number in $(seq 200); do cp "$work/from/$kernel/$arch/hello.ko" "$work/many/m$number.ko"; done
    cat >"$work/loop" <<LOOP
set -e
for module in $work/copy/*.ko; do
    $signer sha256 $work/mok.key $work/mok.pem \$module
    xz --check=crc32 --lzma2=dict=1MiB \$module
done
LOOP
    RUNS=5 pair sign "rm -rf $work/out $work/copy && cp -r $work/many $work/copy" \
        "$MKDKMS sign $work/copy/*.ko --sign-key $work/mok.key --sign-cert $work/mok.pem --sign-hash sha256 --compress xz -q -o $work/out" \
        "bash $work/loop"
    row "200 .ko signed and xz-compressed: loop of sign-file and xz / \`sign\` (times faster)" \
        "$(seconds "$work/sign.ours")" "$(seconds "$work/sign.peer")" \
        "$(ratio "$(cat "$work/sign.peer")" "$(cat "$work/sign.ours")")" '>=' 8
}

bench_start() {
    hyperfine --style basic -N --warmup 5 --runs 100 --export-json "$work/start.json" "$MKDKMS --version" /bin/true >&2
    jq '.results[0].median' "$work/start.json" >"$work/start.ours"
    jq '.results[1].median' "$work/start.json" >"$work/start.peer"
    row "\`--version\` − \`/bin/true\` (ms)" \
        "$(awk '{ printf "%.2f ms", $1 * 1000 }' "$work/start.ours")" "$(awk '{ printf "%.2f ms", $1 * 1000 }' "$work/start.peer")" \
        "$(paste "$work/start.ours" "$work/start.peer" | awk '{ printf "%.2f", ($1 - $2) * 1000 }')" '<=' 10
}

# shellcheck source=packages.sh
. "$here/packages.sh"
# shellcheck source=engine.sh
. "$here/engine.sh"

write_report() {
    {
        cat <<REPORT
# Benchmarks

Written by \`make bench\`; every row is measured in one run on one machine: mkdkms and the named peer, each on
the same input. Wall times are medians, those of xz over the large tree, of \`status\` by dkms and of its test suite single runs; memory is the largest max-RSS of any process.
Expect wall times on a shared machine to vary by a tenth.

- mkdkms: $("$MKDKMS" --version)
- machine: $arch, $cores cores; kernel headers $kernel
- peers: $(dpkg-query -W -f '${Package} ${Version}, ' dpkg rpm xz-utils zstd make gcc kmod | sed 's/, $//'), ${peer_name-}

| what | mkdkms | peer | measured | bound | |
|---|---|---|---|---|---|
REPORT
        printf '%s\n' "${rows[@]}"
    } >"$work/benchmarks.md"
    mv "$work/benchmarks.md" "$repo/docs/benchmarks.md"
    say "wrote docs/benchmarks.md"
}

if [ $# -gt 0 ]; then
    for name in "$@"; do "bench_$name"; done
else
    for name in start modules release sign hello nvidia files; do "bench_$name"; done
    if [ -n "${BENCH_NAMESPACE-}" ]; then
        for name in status install uninstall autoinstall conf suite; do "bench_$name"; done
    else
        say "left out: the rows of the engine, which need root and a mount namespace"
    fi
    write_report
fi
[ "$missed" = 0 ] || { say "$missed bounds are missed"; exit 1; }
