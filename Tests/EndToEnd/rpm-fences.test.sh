#!/bin/bash
# Kernels that dkms.conf excludes, as rpm and dnf see the package: a newer one is held back, and every one that is allowed
# comes in. The kernels are stubs.
. "$(dirname "$0")/lib.sh"
. "$HERE/rpm-stubs.sh"

ROOT=$SCRATCH/root
RPMS=$SCRATCH/repository
echo '%_dbpath /var/lib/rpm' >"$HOME/.rpmmacros"

# fenced NAME DIRECTIVE…: hello with these, as NAME-dkms.
fenced() {
    local tree=$SCRATCH/trees/$1-1.5.0
    tree_copy "$HELLO" "$tree"
    sed -i "s/^PACKAGE_NAME=.*/PACKAGE_NAME=\"$1\"/" "$tree/dkms.conf"
    printf '%s\n' "${@:2}" >>"$tree/dkms.conf"
    "$MKDKMS" rpm "$tree" --kind dkms -o "$RPMS"
}

# kernel VERSION: what a kernel of Fedora says of itself.
kernel() { stub_rpm "kernel-core=$1" "Provides: kernel-uname-r = $1-300.fc40.$ARCH" "${no_files[@]}"; }

make_packages() {
    local version
    fenced limited 'BUILD_EXCLUSIVE_KERNEL_MIN="4.18"' 'BUILD_EXCLUSIVE_KERNEL_MAX="6.8"'
    fenced branch 'BUILD_EXCLUSIVE_KERNEL="^5\.15\."'
    fenced free
    for version in 4.10.3 5.15.0 5.15.148 5.16.1 6.1.90 6.8.0 6.8.12 6.9.0 6.10.3; do kernel "$version"; done
    # What the packages and their scriptlets need; nothing of it is run.
    stub_rpm system 'Provides: dkms = 3.1' 'Provides: /bin/sh' "${no_files[@]}"
    cp "$SCRATCH/stubs"/*.rpm "$RPMS/"
    createrepo_c --quiet "$RPMS"
}

rpm_in_root() { rpm --root "$ROOT" "$@"; }
add() { rpm_in_root -i --noscripts "$@"; }
package() { one "$RPMS" "$1-dkms-*.rpm"; }

new_root() {
    rm -rf "$ROOT"
    mkdir -p "$ROOT/var/lib/rpm"
    rpm_in_root --initdb
    add "$SCRATCH/stubs/system.rpm"
}

# under_rpm NAME ALLOWED -- REFUSED: rpm takes the one kernels beside NAME-dkms, and none of the other ones with it.
under_rpm() {
    local name=$1 version rpm
    rpm=$(package "$name")
    shift
    new_root
    add "$rpm"
    while [ "$1" != -- ]; do
        add --oldpackage "$SCRATCH/stubs/kernel-core=$1.rpm"
        shift
    done
    shift
    for version in "$@"; do
        ends_with 1 add "$SCRATCH/stubs/kernel-core=$version.rpm"
        contains "$SCRATCH/err" "kernel-uname-r > [0-9.]+ conflicts with \\(installed\\) $name-dkms-1\\.5\\.0"
        # The other way round as well.
        new_root
        add "$SCRATCH/stubs/kernel-core=$version.rpm"
        ends_with 1 add "$rpm"
        rpm_in_root -e kernel-core
        add "$rpm"
    done
}

# An older dkms than the directives need is none; mkdkms always does.
engines() {
    local engine
    stub_rpm shell 'Provides: /bin/sh' "${no_files[@]}"
    for engine in dkms=3.0.10 dkms=3.0.11 dkms=3.2.1 mkdkms=0.1; do
        stub_rpm "$engine" "${no_files[@]}"
        rm -rf "$ROOT"
        mkdir -p "$ROOT/var/lib/rpm"
        rpm_in_root --initdb
        add "$SCRATCH/stubs/shell.rpm" "$SCRATCH/stubs/$engine.rpm"
        add "$(package free)"
        if [ "$engine" = dkms=3.0.10 ]; then
            ends_with 1 add "$(package limited)"
            contains "$SCRATCH/err" '\(dkms >= 3\.0\.11 or mkdkms\) is needed by limited-dkms'
        else
            add "$(package limited)"
        fi
    done
}

dnf_in_root() {
    dnf -y --installroot="$ROOT" --releasever=40 --noplugins --disablerepo='*' --repofrompath="fences,file://$RPMS" \
        --enablerepo=fences --setopt=reposdir=/nowhere --setopt=gpgcheck=0 --setopt=tsflags=noscripts --setopt=best=0 \
        --setopt="cachedir=$SCRATCH/dnf-cache" --setopt="varsdir=/nowhere" "$@"
}

# kernels_after NAME: which kernels are there when dnf has upgraded a machine with NAME-dkms and 6.1.90.
kernels_after() {
    new_root
    dnf_in_root install "$1-dkms" kernel-core-6.1.90
    dnf_in_root upgrade
    rpm_in_root -q "$1-dkms"
    rpm_in_root -q --qf '%{VERSION}\n' kernel-core | sort -V | tail -n 1 >"$SCRATCH/newest"
}

under_dnf() {
    kernels_after free
    equal "$(cat "$SCRATCH/newest")" 6.10.3
    kernels_after limited
    equal "$(cat "$SCRATCH/newest")" 6.8.12
}

if ! needs_root "kernel fences" || ! needs_program "kernel fences" rpmbuild createrepo_c; then
    finish
    exit
fi
check "packages with fences, and kernels" make_packages
check "rpm: BUILD_EXCLUSIVE_KERNEL_MAX=6.8" under_rpm limited 4.10.3 6.1.90 6.8.0 6.8.12 -- 6.9.0 6.10.3
check "rpm: BUILD_EXCLUSIVE_KERNEL=^5\\.15\\." under_rpm branch 4.10.3 5.15.0 5.15.148 -- 5.16.1 6.10.3
check "rpm: no fence" under_rpm free 4.10.3 6.10.3 --
check "rpm: a dkms that knows the directives, or mkdkms" engines
if needs_program "kernel fences under dnf" dnf; then
    check "dnf upgrade: the newest kernel, but not one that the module is not for" under_dnf
fi
finish
