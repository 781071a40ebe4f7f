#!/bin/bash
# Loads what mkdkms signed in a VM under Secure Boot: the signed .ko.xz loads, the unsigned and one signed with
# an unknown key are rejected. VMTEST names the VM tool; without one there is nothing to run.
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

if [ ! -x "$VMTEST" ]; then
    skip "Secure Boot" "no VM tool at $VMTEST"
elif needs_kernel "Secure Boot"; then
    # The tool keeps what it downloads in the caller's cache, not in this test's home.
    export VMTEST_CACHE=${VMTEST_CACHE:-$CACHE/vmtest}
    check "modules of hello: unsigned, signed, signed by another" make_modules
    check "Secure Boot: the signed .ko.xz loads, the others are rejected" secure_boot
fi
finish
