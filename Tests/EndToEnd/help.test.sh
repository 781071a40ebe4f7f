#!/bin/bash
# --version, --help of every verb with an example, and what usage faults end with.
. "$(dirname "$0")/lib.sh"

version() {
    "$MKDKMS" --version >"$SCRATCH/version"
    grep -qE '^(mkdkms )?[0-9]+\.[0-9]+\.[0-9]+' "$SCRATCH/version"
    equal "$(wc -l <"$SCRATCH/version")" 1
}

overview() {
    "$MKDKMS" --help >"$SCRATCH/help"
    local verb
    for verb in conf tarball bundle deb rpm arch alpine driverdisk modules release inspect sign key doctor lint init templates; do
        contains "$SCRATCH/help" "^ +$verb( |\$)"
    done
}

# The help of a verb names it and shows at least one command line that starts with it.
verb_help() {
    # shellcheck disable=SC2086 # "key new" is two words
    "$MKDKMS" $1 --help >"$SCRATCH/help"
    contains "$SCRATCH/help" "mkdkms $1"
    grep -qiE 'examples?:?' "$SCRATCH/help" || fail "no example"
    [ "$(grep -cE "mkdkms $1 " "$SCRATCH/help")" -ge 1 ] || fail "no command line of 'mkdkms $1' is shown"
}

usage_fault() {
    ends_with 64 "$MKDKMS" "$@" >"$SCRATCH/out"
    [ -s "$SCRATCH/err" ] || fail "nothing on stderr"
    [ ! -s "$SCRATCH/out" ] || fail "a usage fault printed to stdout"
}

check "--version prints one line" version
check "--help lists every verb" overview
for verb in conf tarball bundle deb rpm arch alpine driverdisk modules release inspect sign "key new" "key show" doctor \
    lint init "templates list" "templates show" "templates export"; do
    check "$verb --help has an example" verb_help "$verb"
done
engine_help() {
    "$MKDKMS" "$1" --help >"$SCRATCH/help"
    contains "$SCRATCH/help" 'Usage: .*\[action\] \[options\]'
    contains "$SCRATCH/help" '^Example: mkdkms install '
}
for verb in add build unbuild install uninstall remove status autoinstall match mktarball ldtarball generate_mok \
    kernel_preinst kernel_postinst kernel_prerm; do
    check "$verb --help has the engine's options and an example" engine_help "$verb"
done
check "an unknown verb ends with 64" usage_fault frobnicate
meant() { usage_fault "$1"; contains "$SCRATCH/err" "^hint: was $2 meant\\?"; }
check "a misspelt verb ends with 64, and the nearest one is told" meant relaese release
check "one of the engine's too" meant autoinstal autoinstall
check "an unknown option ends with 64" usage_fault tarball --frobnicate "$HELLO"
check "a missing argument ends with 64" usage_fault inspect
check "an unknown --kind ends with 64" usage_fault deb --kind frob "$HELLO" -o "$SCRATCH/out-kind"
finish
