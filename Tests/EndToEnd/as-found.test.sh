#!/bin/bash
# hello-as-found, the faults of a popular walk-through together, for a kernel other than the running one: built
# for the right kernel or refused, never packaged wrong; and no build ever changes a kernel's headers.
. "$(dirname "$0")/lib.sh"

# The fixture's tree in a folder named hello-1.5.0, as /usr/src would have it.
TREE=$SCRATCH/src/hello-1.5.0
source_folder=$(dirname "$(find "$FIXTURES/hello-as-found" -name dkms.conf 2>/dev/null | head -n 1)")
tree_copy "$source_folder" "$TREE"

fixture_is_faulty() {
    contains "$TREE/dkms.conf" 'KVERSION'
    contains "$TREE/dkms.conf" '^PACKAGE_VERSION="?0\.1'
    contains "$TREE/dkms.conf" '^CLEAN'
    contains "$TREE/dkms.conf" '^BUILD_MODULE_NAME'
    contains "$TREE/Makefile" 'KVER\b'
    contains "$TREE/Makefile" 'uname -r'
    contains "$TREE/Makefile" 'M=\$\(PWD\)'
    [ "$(uname -r)" != "$K1" ]
}

disagreement() {
    local out=$SCRATCH/disagree
    refused 1 '--package-version' "$MKDKMS" tarball "$TREE" -o "$out"
    contains "$SCRATCH/err" '0\.1'
    contains "$SCRATCH/err" '1\.5\.0'
    refused 1 '--package-version' "$MKDKMS" release "$TREE" -k "$K1" -o "$out"
    empty "$out"
}

# right_or_refused OUT COMMAND…: done, and each module in OUT is for its kernel; or refused by name, and nothing made.
# MADE says which.
right_or_refused() {
    local out=$1 status=0 module kernel
    MADE=
    shift
    "$@" 2>"$SCRATCH/err" || status=$?
    cat "$SCRATCH/err"
    if [ $status != 0 ]; then
        equal $status 1
        contains "$SCRATCH/err" '\[built-for-other-kernel\]'
        equal "$(find "$out" -name '*.ko*' -o -name '*.deb' -o -name '*.rpm' -o -name '*.tar.*' 2>/dev/null)" ""
        return
    fi
    MADE=yes
    while IFS= read -r module; do
        kernel=$(basename "$(dirname "$(dirname "$module")")")
        equal "$(vermagic_release "$module")" "$kernel"
    done < <(find "$out" -name '*.ko*')
    [ "$(find "$out" -type f | wc -l)" -gt 0 ] || fail "nothing was made"
}

# modules_right OUT COMMAND…: the same of `modules -k K1`, whose module is in OUT if it ends well.
modules_right() {
    right_or_refused "$@"
    [ -z "$MADE" ] || present "$1/$K1/$ARCH"/hello.ko*
}

modules() {
    modules_right "$SCRATCH/modules" "$MKDKMS" modules "$TREE" -k "$K1" ${K2:+-k "$K2"} \
        --package-version 1.5.0 -o "$SCRATCH/modules"
    [ -z "$MADE$K2" ] || present "$SCRATCH/modules/$K2/$ARCH"/hello.ko*
}

packaged_right() {
    local out=$SCRATCH/release deb
    right_or_refused "$out" "$MKDKMS" release "$TREE" -k "$K1" --package-version 1.5.0 -o "$out"
    [ -n "$MADE" ] || return 0
    deb=$(one "$out" "hello-modules-${K1}_1.5.0-1_*.deb")
    dpkg-deb -x "$deb" "$SCRATCH/x"
    equal "$(vermagic_release "$(one "$SCRATCH/x" 'hello.ko*')")" "$K1"
}

# What callers may leave in the environment reaches no make: each of these once sent a build astray.
polluted() {
    local out=$SCRATCH/polluted-$1
    shift
    modules_right "$out" env -u PWD "$@" "$MKDKMS" modules "$TREE" -k "$K1" --package-version 1.5.0 -o "$out"
}

headers_unchanged() {
    equal "$(headers_fingerprint)" "$FINGERPRINT"
    headers_verify
}

unprivileged_build() {
    mkdir -p "$SCRATCH/nobody/tmp"
    modules_right "$SCRATCH/nobody/out" as_nobody "$MKDKMS" modules "$TREE" -k "$K1" \
        --package-version 1.5.0 -o "$SCRATCH/nobody/out"
}

# A Makefile that asks for the headers to be written, as an empty M= would have kbuild do.
hostile() {
    local tree=$SCRATCH/hostile/hostile-1.0 status=0
    tree_copy "$HELLO" "$tree"
    sed -i 's/^PACKAGE_NAME=.*/PACKAGE_NAME="hostile"/; s/^PACKAGE_VERSION=.*/PACKAGE_VERSION="1.0"/' "$tree/dkms.conf"
    sed -i '/^MAKE\[0\]/d; /^PRE_BUILD/d' "$tree/dkms.conf"
    # shellcheck disable=SC2016 # the variables of dkms.conf
    printf '%s\n' 'MAKE[0]="make -C $kernel_source_dir M= modules_prepare; touch $kernel_source_dir/touched; make -C $kernel_source_dir M=\$PWD modules"' \
        >>"$tree/dkms.conf"
    "$MKDKMS" modules "$tree" -k "$K1" -o "$SCRATCH/hostile-out" || status=$?
    echo "status $status"
    # It has been kept from it.
    contains "$SCRATCH/hostile-out/$K1/$ARCH/make.log" "^touch: .*/touched'?: "
    headers_unchanged
}

if ! needs_kernel "hello-as-found"; then
    finish
    exit
fi
FINGERPRINT=$(headers_fingerprint)
check "the fixture has the faults, and $K1 is not the running kernel" fixture_is_faulty
# One that settles nothing is said: who reads the source knows another version than the packages have.
settles_nothing() {
    local tree=$SCRATCH/settled/hello-1.5.0 version
    tree_copy "$HELLO" "$tree"
    sed -i 's/"1.5.0"/"0.1"/' "$tree/dkms.conf"
    for version in 0.1 1.5.0 9.9; do
        "$MKDKMS" deb "$tree" --package-version "$version" -o "$SCRATCH/settled" 2>"$SCRATCH/err.$version"
        dpkg-deb -x "$SCRATCH/settled/hello-dkms_$version-1_all.deb" "$SCRATCH/settled/root"
        # dkms refuses a folder of another version than its dkms.conf.
        grep -qx "PACKAGE_VERSION='$version'" "$SCRATCH/settled/root/usr/src/hello-$version/dkms.conf"
    done
    contains "$SCRATCH/err.9.9" '^mkdkms: warning: package-version is 9\.9, which is not 0\.1, the version of .*/dkms\.conf, nor 1\.5\.0, .*\[other-version\]$'
    lacks "$SCRATCH/err.0.1" other-version
    lacks "$SCRATCH/err.1.5.0" other-version
    "$MKDKMS" conf "$tree" --package-version 1.5.0 >/dev/null
    "$MKDKMS" deb "$HELLO" --package-version 2.0 --dry-run 2>"$SCRATCH/err"
    contains "$SCRATCH/err" 'package-version is 2\.0, which is not 1\.5\.0, the version of [^ ]*/dkms\.conf \[other-version\]$'
}

check "--package-version of neither dkms.conf nor folder is told" settles_nothing
check "PACKAGE_VERSION 0.1 in hello-1.5.0 is an error until --package-version" disagreement
check "modules for each kernel, or built-for-other-kernel" modules
check "dpkg -V of the header packages" headers_unchanged
check "release carries the right kernel's module, or nothing is made" packaged_right
check "MAKEFLAGS, sub_make_done and MAKELEVEL don't reach the build" polluted make \
    MAKEFLAGS='n --no-print-directory' sub_make_done=1 MAKELEVEL=3 KBUILD_EXTMOD=/nonexistent
check "CC, KVER, M and O don't reach the build" polluted cc CC=false KVER="$(uname -r)" M=/nonexistent O=/nonexistent \
    CFLAGS=-nonsense LDFLAGS=-nonsense ARCH=arm64 CROSS_COMPILE=none-
check "PWD naming the headers doesn't mislead" polluted pwd PWD="/lib/modules/$K1/build"
check "dpkg -V and a full listing of the headers after these" headers_unchanged
if needs_root "an unprivileged build"; then check "an unprivileged build" unprivileged_build; fi
check "a tree that writes into the headers changes nothing there" hostile
finish
