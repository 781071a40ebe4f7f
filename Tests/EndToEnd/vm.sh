#!/bin/bash
# In a VM under Secure Boot: the .ko.xz that mkdkms signed loads, the unsigned and one signed with an unknown key are
# rejected; and the engine's walk-through, from add to remove, with the kernel that runs there.
#   Tests/EndToEnd/vm.sh [CASE…]     CASE: load engine; none: all
# VMTEST names the VM tool; without one there is nothing to run.
. "$(dirname "$0")/lib.sh"

VMTEST=${VMTEST:-$REPO/../shared/tools/vmtest}
keys=$SCRATCH/keys

make_modules() {
    "$MKDKMS" key new "$keys/mok"
    "$MKDKMS" key new "$keys/foreign"
    "$MKDKMS" modules "$HELLO" -k "$K1" --compress none --no-sign -o "$SCRATCH/unsigned"
    "$MKDKMS" modules "$HELLO" -k "$K1" --compress xz --sign-key "$keys/mok/mok.key" \
        --sign-cert "$keys/mok/mok.pem" -o "$SCRATCH/signed"
    "$MKDKMS" modules "$HELLO" -k "$K1" --compress xz --sign-key "$keys/foreign/mok.key" \
        --sign-cert "$keys/foreign/mok.pem" -o "$SCRATCH/foreign"
    cp "$SCRATCH/unsigned/$K1/$ARCH/hello.ko" "$SCRATCH/hello-unsigned.ko"
    cp "$SCRATCH/foreign/$K1/$ARCH/hello.ko.xz" "$SCRATCH/hello-foreign.ko.xz"
    cp "$SCRATCH/signed/$K1/$ARCH/hello.ko.xz" "$SCRATCH/hello.ko.xz"
}

secure_boot() {
    "$VMTEST" load --kernel "$K1" --secure-boot --mok "$keys/mok/mok.pem" --reject "$SCRATCH/hello-unsigned.ko" \
        --reject "$SCRATCH/hello-foreign.ko.xz" --run 'grep -x 1.5.0 /sys/module/hello/version' "$SCRATCH/hello.ko.xz"
}

# engine_package: a .deb of the binary under both names, hello in /usr/src, and those libraries of the binary that no
# package owns; the packages of the others are listed in
# $SCRATCH/libraries.
engine_package() {
    local root=$SCRATCH/engine library owner
    mkdir -p "$root/DEBIAN" "$root/usr/bin" "$root/usr/src"
    cp "$MKDKMS" "$root/usr/bin/mkdkms"
    ln -s mkdkms "$root/usr/bin/dkms"
    cp -r "$HELLO" "$root/usr/src/"
    printf '%s\n' 'Package: mkdkms-under-test' 'Version: 1' "Architecture: $(dpkg --print-architecture)" \
        'Maintainer: Test <test@example.org>' 'Description: the engine under test' >"$root/DEBIAN/control"
    : >"$SCRATCH/libraries"
    while read -r library; do
        # With /usr merged, packages may list their files under the other name.
        owner=$(dpkg-query -S "$library" "/usr$library" 2>/dev/null | head -n 1 || true)
        if [ -n "$owner" ]; then
            printf '%s\n' "${owner%%:*}" >>"$SCRATCH/libraries"
        else
            install -D -m 0644 "$library" "$root$library"
        fi
    done < <(ldd "$MKDKMS" | awk '$2 == "=>" { print $3 }')
    dpkg-deb --root-owner-group -Znone -b "$root" "$SCRATCH/engine.deb"
    # The tool makes a root for each set of packages: one order, or it makes another.
    sort -u -o "$SCRATCH/libraries" "$SCRATCH/libraries"
}

walk_through() {
    [ -e "$keys/mok/mok.der" ] || "$MKDKMS" key new "$keys/mok"
    engine_package
    "$VMTEST" deb --kernel "$K1" --secure-boot --mok "$keys/mok/mok.pem" --timeout 1800 \
        --include "make,gcc,linux-headers-$K1,$(paste -s -d , "$SCRATCH/libraries")" \
        --file "$keys/mok/mok.key" --file "$keys/mok/mok.der" --file "$HERE/vm-walkthrough.sh" \
        "$SCRATCH/engine.deb" -- 'sh /run/vmtest/files/vm-walkthrough.sh' 2>&1 | tee "$SCRATCH/walk-through"
}

case_load() {
    check "modules of hello: unsigned, signed, signed by another" make_modules
    check "Secure Boot: the signed .ko.xz loads, the others are rejected" secure_boot
}

case_engine() {
    check "Secure Boot: add, build, install, modprobe, rmmod, uninstall, remove of hello in the VM" walk_through
    # What the guest said is the evidence.
    [ ! -e "$SCRATCH/walk-through" ] || sed 's/^/      | /' "$SCRATCH/walk-through"
}

if [ ! -x "$VMTEST" ]; then
    skip "Secure Boot" "no VM tool at $VMTEST"
elif needs_kernel "Secure Boot"; then
    # The tool keeps what it downloads in the caller's cache, not in this test's home.
    export VMTEST_CACHE=${VMTEST_CACHE:-$CACHE/vmtest}
    [ $# -gt 0 ] || set -- load engine
    for name in "$@"; do "case_$name"; done
fi
finish
