#!/bin/bash
# Every kind of rpm of hello under rpmlint.
. "$(dirname "$0")/lib.sh"
. "$HERE/rpm-lint.sh"

out=$SCRATCH/out
export DEBFULLNAME='A Tester' DEBEMAIL=tester@example.org

# make_kinds COMPRESSION: all of them, each for a distribution that has it.
make_kinds() {
    "$MKDKMS" rpm "$HELLO" --target el:9 --kind dkms --kind source --kind skeleton --kind kmod --kind kabi -k "$K1" --no-sign \
        --compress "$1" --homepage https://example.org/hello -o "$out/$1"
    "$MKDKMS" rpm "$HELLO" --target opensuse:16 --kind kmp -k "$K1" --no-sign --compress "$1" \
        --homepage https://example.org/hello -o "$out/$1"
    equal "$(find "$out/$1" -name '*.rpm' | wc -l)" 6
}

# The filters are those that lie beside the spec file, and rpmlint finds them there by itself.
finds_the_filters() {
    local options=(-c "$HERE/rpmlint.toml")
    diff <(tail -n +2 "$out/none/hello-dkms.rpmlintrc") "$REPO/templates/rpm-source/rpmlintrc"
    rpmlint "${options[@]}" "$out/none/hello-dkms.spec" >"$SCRATCH/found" 2>&1 || true
    contains "$SCRATCH/found" 'specfiles checked; 0 errors, 0 warnings'
    mkdir "$SCRATCH/alone"
    cp "$out/none/hello-dkms.spec" "$SCRATCH/alone/"
    rpmlint "${options[@]}" "$SCRATCH/alone/hello-dkms.spec" >"$SCRATCH/unfiltered" 2>&1 || true
    contains "$SCRATCH/unfiltered" 'invalid-url'
}

if ! needs_program "rpmlint" rpmlint || ! needs_kernel "rpmlint"; then
    finish
    exit
fi
for compression in none xz; do
    check "every kind, modules in $compression" make_kinds "$compression"
    for file in "$out/$compression"/*.{rpm,spec}; do
        check "rpmlint ${file##*/}: no error and no warning" silent "$file"
    done
done
check "rpmlint finds the filters beside the spec file" finds_the_filters
finish
