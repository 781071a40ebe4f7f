#!/bin/bash
# dkms loads our tarballs: source-only and with binaries, into trees of its own, and says what state they are in.
# DKMS names another dkms than the distribution's (Tests/EndToEnd/interop.sh does).
. "$(dirname "$0")/lib.sh"

DKMS=${DKMS:-dkms}
DKMS_VERSION=$("$DKMS" --version 2>/dev/null | sed 's/^dkms[-: ]*//')
out=$SCRATCH/out

# in_trees NAME VERB…: dkms on a dkms tree and a source tree of this case's own.
in_trees() {
    local trees=$SCRATCH/trees/$1
    shift
    mkdir -p "$trees/dkms" "$trees/src" "$trees/tmp"
    # ldtarball of 3.x ends with 1 or 3 after loading some kinds: what status says afterwards counts.
    TMPDIR=$trees/tmp "$DKMS" "$@" --dkmstree "$trees/dkms" --sourcetree "$trees/src"
}

# Up to 2.8.5 the separator of status was a comma: `hello, 1.5.0, K, A: built`.
says() {
    in_trees "$1" status -m hello -v 1.5.0 | tee "$SCRATCH/status"
    grep -qE "^hello(/|, )1\.5\.0${2:+, $2, $ARCH}: $3" "$SCRATCH/status" || fail "status does not say: $2 $3"
}

load() { in_trees "$1" ldtarball "$2" "${@:3}" || printf 'dkms ended with %s\n' $?; }

make_tarballs() {
    "$MKDKMS" tarball "$HELLO" -o "$out"
    "$MKDKMS" tarball "$HELLO" -k "$K1" ${K2:+-k "$K2"} -o "$out"
    "$MKDKMS" tarball "$HELLO" -k "$K1" --binaries-only -o "$out/binaries"
    present "$out/hello-1.5.0-source-only.dkms.tar.gz" "$out/hello-1.5.0-kernel$K1-$ARCH.dkms.tar.gz"
}

layout() {
    tar -tzf "$out/hello-1.5.0-kernel$K1-$ARCH.dkms.tar.gz" | sed 's,^\./,,; s,/$,,' >"$SCRATCH/members"
    local member
    for member in dkms_source_tree/dkms.conf dkms_source_tree/hello.c dkms_main_tree/dkms_dbversion \
        "dkms_main_tree/$K1/$ARCH/log/make.log"; do
        grep -qxF "$member" "$SCRATCH/members" || fail "no member $member"
    done
    contains "$SCRATCH/members" "^dkms_main_tree/$K1/$ARCH/module/hello\.ko(\.(xz|gz|zst))?$"
    tar -tzf "$out/binaries/hello-1.5.0-kernel$K1-$ARCH.dkms.tar.gz" | sed 's,^\./,,; s,/$,,' >"$SCRATCH/members"
    for member in PACKAGE_NAME PACKAGE_VERSION dkms.conf; do
        grep -qxF "dkms_binaries_only/$member" "$SCRATCH/members" || fail "no member $member"
    done
    lacks "$SCRATCH/members" '^dkms_source_tree'
}

source_only() {
    load source "$out/hello-1.5.0-source-only.dkms.tar.gz"
    says source "" added
    diff -r "$HELLO" "$SCRATCH/trees/source/src/hello-1.5.0"
}

with_binaries() {
    load binaries "$out/hello-1.5.0-kernel$K1-$ARCH.dkms.tar.gz"
    says binaries "$K1" built
    diff -r "$HELLO" "$SCRATCH/trees/binaries/src/hello-1.5.0"
    local module
    module=$(find "$SCRATCH/trees/binaries/dkms/hello/1.5.0/$K1/$ARCH/module" -name 'hello.ko*')
    equal "$(vermagic_release "$module")" "$K1"
}

second_kernel() {
    load binaries "$out/hello-1.5.0-kernel$K2-$ARCH.dkms.tar.gz" --force
    says binaries "$K1" built
    says binaries "$K2" built
}

binaries_only() {
    load source "$out/binaries/hello-1.5.0-kernel$K1-$ARCH.dkms.tar.gz" --force
    says source "$K1" built
}

one_file() {
    "$MKDKMS" tarball "$HELLO" -k "$K1" -k "$K2" --one-file -o "$out/one" 2>"$SCRATCH/err"
    contains "$SCRATCH/err" '^mkdkms: warning: '
    equal "$(find "$out/one" -type f | wc -l)" 1
    load one "$(find "$out/one" -type f)"
    says one "($K1|$K2)" built
}

# A build left over in dkms's tree is what `dkms install` then takes: it installs the very module that we shipped.
installs() {
    local installed
    mkdir -p "$SCRATCH/modules/$K1"
    in_trees binaries install -m hello -v 1.5.0 -k "$K1" --installtree "$SCRATCH/modules" --no-depmod 2>&1 || true
    installed=$(find "$SCRATCH/modules/$K1" -name 'hello.ko*')
    [ -n "$installed" ] || fail "nothing was installed"
    same "$installed" "$SCRATCH/trees/binaries/dkms/hello/1.5.0/$K1/$ARCH/module/$(basename "$installed")"
}

if ! needs_root "dkms $DKMS_VERSION" || ! needs_kernel "dkms $DKMS_VERSION"; then
    finish
    exit
fi
check "tarballs of hello, source-only, per kernel, binaries-only" make_tarballs
check "their layout is dkms's own" layout
check "dkms $DKMS_VERSION loads the source-only tarball: added" source_only
check "dkms $DKMS_VERSION loads the tarball with binaries: built" with_binaries
check "dkms $DKMS_VERSION loads binaries only beside the source: built" binaries_only
if needs_two_kernels "a second kernel's tarball"; then
    check "dkms $DKMS_VERSION loads a second kernel's tarball: both built" second_kernel
    check "dkms $DKMS_VERSION loads --one-file, which warns" one_file
fi
check "dkms $DKMS_VERSION installs the loaded module as it is" installs
finish
