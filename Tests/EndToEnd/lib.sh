# shellcheck shell=bash
# What every end-to-end test file stands on. A *.test.sh sources this file, runs cases with `check`, and
# ends with `finish`. A case is a command, mostly a function of the test file, run in a subshell under
# `set -e`: its first failing command fails it, and what it printed is shown.
#
#   MKDKMS   the binary under test              FIXTURES  the module source trees
#   K1 K2    kernels with installed headers     SCRATCH   a folder of this file's own, removed at the end
#   CACHE    downloads and roots kept between runs (.test/)

set -uo pipefail
export LC_ALL=C.UTF-8 TZ=UTC DEBIAN_FRONTEND=noninteractive
umask 022
unset MAKEFLAGS MAKELEVEL MFLAGS SOURCE_DATE_EPOCH GIT_DIR DEBFULLNAME DEBEMAIL EMAIL GNUPGHOME XDG_CACHE_HOME XDG_CONFIG_HOME
# Every option has a variable.
for name in "${!MKDKMS_@}"; do [ "$name" = MKDKMS_TEST_NAMESPACE ] || unset "$name"; done

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
REPO=$(cd "$HERE/../.." && pwd)
CACHE=$REPO/.test
ARCH=$(uname -m)
SCRATCH=$(mktemp -d "${TMPDIR:-/tmp}/mkdkms-test.XXXXXX")
chmod 0755 "$SCRATCH"
mkdir -p "$CACHE" "$SCRATCH/home"
export HOME=$SCRATCH/home

MKDKMS=$(realpath -m "${MKDKMS:-$REPO/.build/release/mkdkms}")
FIXTURES=${FIXTURES:-$REPO/Fixtures}
HELLO=$FIXTURES/hello-1.5.0
BROKEN=$FIXTURES/broken-1.0
TWO_MODULES=$FIXTURES/two-modules-2.1
OS_DEPENDENT=$FIXTURES/os-dependent-1.0
export ARCH HELLO BROKEN TWO_MODULES OS_DEPENDENT
mapfile -t KERNELS < <("$REPO/Tests/kernels")
K1=${KERNELS[0]-} K2=${KERNELS[1]-}

passed=0 failed=0 skipped=0

clean_up() {
    local mounts
    mounts=$(awk -v top="$SCRATCH/" 'index($2, top) == 1 {print $2}' /proc/self/mounts | sort -r)
    [ -z "$mounts" ] || printf '%s\n' "$mounts" | xargs -r umount -l
    [ -n "${KEEP-}" ] || rm -rf "$SCRATCH"
}
trap clean_up EXIT

# check NAME COMMAND…: one case, one line.
check() {
    local name=$1 status
    shift
    (
        set -e
        "$@"
    ) >"$SCRATCH/.output" 2>&1 </dev/null
    status=$?
    if [ $status = 0 ]; then
        passed=$((passed + 1))
        printf 'ok    %s\n' "$name"
    else
        failed=$((failed + 1))
        printf 'FAIL  %s (status %s)\n' "$name" "$status"
        tail -n 60 "$SCRATCH/.output" | cut -c 1-400 | sed 's/^/      | /'
    fi
}

# skip NAME REASON: a case that this machine can't run, with the reason.
skip() {
    skipped=$((skipped + 1))
    printf 'skip  %s: %s\n' "$1" "$2"
}

# Prints the counts; the file's status says whether a case failed.
finish() {
    printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
    [ "$failed" = 0 ]
}

# --- what cases assert ---------------------------------------------------------------------------------

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

# ends_with STATUS COMMAND…: the command ends with exactly that status; its stderr is kept in $SCRATCH/err.
ends_with() {
    local expected=$1 status=0
    shift
    "$@" 2>"$SCRATCH/err" || status=$?
    cat "$SCRATCH/err" >&2
    [ "$status" = "$expected" ] || fail "exit status $status where $expected was expected: $*"
}

# refused STATUS PATTERN COMMAND…: ends so, with an error that has a code, a hint, and matches PATTERN.
refused() {
    local status=$1 pattern=$2
    shift 2
    ends_with "$status" "$@"
    grep -qE '^mkdkms: error: .+ \[[a-z0-9]+(-[a-z0-9]+)*\]$' "$SCRATCH/err" || fail "no 'mkdkms: error: TEXT [code]'"
    grep -qE '^ *hint: .+' "$SCRATCH/err" || fail "no 'hint: TEXT'"
    grep -qiE -- "$pattern" "$SCRATCH/err" || fail "stderr says nothing of /$pattern/"
    lacks "$SCRATCH/err" 'Fatal error|Swift runtime failure|Stack dump'
}

contains() { grep -qE -- "$2" "$1" || { head -c 4000 "$1"; fail "no /$2/ in $1"; }; }
# lacks FILE PATTERN: the file is there, and has no such line.
lacks() {
    local status=0
    grep -E -- "$2" "$1" || status=$?
    [ "$status" = 1 ] || fail "/$2/ is in $1, or can't be looked for there"
}
# lacks_below FOLDER ARGUMENT…: the folder is there, and grep with these arguments finds nothing in its files.
lacks_below() {
    local status=0
    grep -r "${@:2}" "$1" || status=$?
    [ "$status" = 1 ] || fail "grep ${*:2}: found below $1, or it can't be read"
}
# says_nothing COMMAND…: it ends well, and without a word on stdout.
says_nothing() {
    "$@" >"$SCRATCH/words" || { cat "$SCRATCH/words"; fail "exit status $?: $*"; }
    [ ! -s "$SCRATCH/words" ] || { cat "$SCRATCH/words"; fail "it says something: $*"; }
}
equal() { [ "$1" = "$2" ] || fail "'$1' is not '$2'"; }
same() { cmp -- "$1" "$2"; }
# alike FILE FILE: the same lines in both, and at least one; either may be a <(COMMAND), whose failure would go unnoticed.
alike() {
    cat "$1" >"$SCRATCH/alike"
    [ -s "$SCRATCH/alike" ] || fail "nothing to compare in the first"
    diff "$SCRATCH/alike" "$2"
}
present() { local path; for path in "$@"; do [ -e "$path" ] || fail "missing: $path"; done; }
absent() { local path; for path in "$@"; do if [ -e "$path" ] || [ -L "$path" ]; then fail "left behind: $path"; fi; done; }

# empty FOLDER: holds nothing, or was never made.
empty() {
    [ -d "$1" ] || return 0
    [ -z "$(ls -A "$1")" ] || { ls -lAR "$1"; fail "left behind in $1"; }
}

# only FOLDER NAME…: the folder holds exactly these names.
only() {
    local folder=$1
    shift
    diff <(printf '%s\n' "$@" | sort) <(find "$folder" -mindepth 1 -maxdepth 1 -printf '%f\n' | sort)
}

# one FOLDER PATTERN: prints the path of the one file of such a name below the folder.
one() {
    local found
    mapfile -t found < <(find "$1" -type f -name "$2")
    [ "${#found[@]}" = 1 ] || fail "${#found[@]} files $2 below $1 where one was expected: ${found[*]}"
    printf '%s\n' "${found[0]}"
}

# none_below FOLDER PATTERN: the folder is there, and nothing of such a name below it.
none_below() {
    local found
    found=$(find "$1" -name "$2") || fail "$1 can't be searched"
    [ -z "$found" ] || fail "below $1: $found"
}

# within SECONDS COMMAND…: the command ends well, at the latest after so long; it is asked again and again until then.
within() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        [ "$SECONDS" -lt "$end" ] || fail "still not so: $*"
        sleep 0.1
    done
}

# no_process ARGUMENT…: pgrep with these arguments knows of none.
no_process() {
    local status=0
    pgrep -a "$@" || status=$?
    [ "$status" = 1 ]
}

# in_turn COMMAND…: files that run side by side make what they share in CACHE one after the other.
in_turn() {
    local lock status=0
    exec {lock}>"$CACHE/.turn"
    flock "$lock"
    "$@" || status=$?
    exec {lock}>&-
    return "$status"
}

# --- kernels, keys, users ------------------------------------------------------------------------------

is_root() { [ "$(id -u)" = 0 ]; }

# needs_kernel NAME, needs_two_kernels NAME, needs_root NAME, needs_mounts NAME: true, or a skip line for NAME and false.
needs_kernel() { [ -n "$K1" ] || { skip "$1" "no installed kernel headers"; return 1; }; }
needs_two_kernels() { [ -n "$K2" ] || { skip "$1" "headers of one kernel only"; return 1; }; }
needs_root() { is_root || { skip "$1" "needs root"; return 1; }; }

needs_mounts() {
    needs_root "$1" || return 1
    # Containers have a root that may not.
    unshare --mount --pid --fork true 2>/dev/null || { skip "$1" "no mount namespaces here"; return 1; }
}

# needs_program NAME PROGRAM…: true, or a skip line for NAME and false.
needs_program() {
    local name=$1 program
    shift
    for program in "$@"; do
        command -v "$program" >/dev/null || { skip "$name" "$program is not installed"; return 1; }
    done
}

# The kernel's own sign-file; empty where its headers ship none.
sign_file() {
    local build=/lib/modules/$K1/build candidate
    for candidate in "$build/scripts/sign-file" /usr/lib/linux-kbuild-"${K1%%.*}".*/scripts/sign-file; do
        [ ! -x "$candidate" ] || { printf '%s\n' "$candidate"; return; }
    done
}

# The library of SoftHSM's tokens; empty where it isn't installed.
softhsm_library() {
    local folder
    for folder in /usr/lib/softhsm /usr/lib/"$ARCH"-linux-gnu/softhsm /usr/lib64/softhsm /usr/lib64/pkcs11; do
        [ ! -e "$folder/libsofthsm2.so" ] || { printf '%s\n' "$folder/libsofthsm2.so"; return; }
    done
}

# token_stub FILE: makes the library of token-stub.c there.
token_stub() { gcc -shared -fPIC -I "$REPO/Sources/System/CPkcs11" -o "$1" "$HERE/token-stub.c" -ldl; }

# make_key FOLDER NAME: an RSA-2048 key NAME.key and its certificate NAME.pem, NAME.der, made by openssl alone.
make_key() {
    mkdir -p "$1"
    openssl req -new -x509 -nodes -days 3650 -newkey rsa:2048 -sha256 -subj "/CN=$2 module signing key" \
        -addext 'basicConstraints=critical,CA:FALSE' -addext 'keyUsage=digitalSignature' \
        -addext 'extendedKeyUsage=codeSigning' -keyout "$1/$2.key" -out "$1/$2.pem" 2>/dev/null
    openssl x509 -in "$1/$2.pem" -outform DER -out "$1/$2.der"
}

# as_nobody COMMAND…: as an unprivileged user with a home and a temporary folder of its own.
as_nobody() {
    mkdir -p "$SCRATCH/nobody/tmp"
    chown -R nobody: "$SCRATCH/nobody"
    setpriv --reuid nobody --regid nogroup --clear-groups --inh-caps=-all \
        env HOME="$SCRATCH/nobody" TMPDIR="$SCRATCH/nobody/tmp" XDG_CACHE_HOME="$SCRATCH/nobody/cache" "$@"
}

# spoil FILE [OFFSET]: the byte there, or that in the middle, has another value than before; below zero counts from the end.
spoil() {
    local size at byte
    size=$(stat -c %s "$1")
    at=${2-$((size / 2))}
    [ "$at" -ge 0 ] || at=$((size + at))
    ((at >= 0 && at < size)) || fail "no byte $at in the $size of $1"
    byte=$(od -An -tu1 -j "$at" -N 1 "$1")
    # shellcheck disable=SC2059 # the format is the byte
    printf "\\$(printf %03o $((byte ^ 1)))" | dd of="$1" bs=1 seek="$at" conv=notrunc status=none
}

# tree_copy FIXTURE FOLDER: a copy whose times are whole seconds, the same wherever and whenever it is made.
tree_copy() {
    mkdir -p "$(dirname "$2")"
    cp -r "$1" "$2"
    chmod -R u=rwX,go=rX "$2"
    find "$2" -exec touch -h -d '2024-03-01 12:00:00 UTC' {} +
}

# vermagic_release FILE.ko…: the release that each module says it was built for.
vermagic_release() { modinfo -F vermagic "$1" | cut -d ' ' -f 1; }

# headers_fingerprint: one digest over name, mode, size, time and kind of all that the headers consist of.
headers_fingerprint() {
    find /usr/src/linux-* /usr/lib/linux-kbuild-* /lib/modules/ -xdev \
        -printf '%p %y %m %s %T@ %l\n' 2>/dev/null | sort | sha256sum
}

# header_packages: the packages that own the headers of K1 and K2.
header_packages() {
    local kernel
    for kernel in "$K1" ${K2:+"$K2"}; do
        dpkg-query -S "$(realpath "/lib/modules/$kernel/build")/.config" \
            "$(realpath "/lib/modules/$kernel/source")/Makefile" 2>/dev/null
    done | cut -d : -f 1 | sort -u
    dpkg-query -W -f '${Package}\n' 'linux-kbuild-*' 2>/dev/null
}

# Every package that owns kernel headers still has the content that it came with.
headers_verify() {
    local packages status=0
    mapfile -t packages < <(header_packages)
    [ "${#packages[@]}" -gt 0 ] || fail "no package owns the headers of $K1"
    dpkg -V "${packages[@]}" >"$SCRATCH/verified" || status=$?
    # It tells by 1 that it has found something.
    [ "$status" -le 1 ] || fail "dpkg -V ended with $status"
    # Slim images drop documentation on purpose: only what a build could have touched counts.
    lacks <(grep -v ' /usr/share/' "$SCRATCH/verified") .
}
