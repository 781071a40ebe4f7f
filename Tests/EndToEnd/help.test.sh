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
# no_use VERB OPTION [VALUE]: not in its help, and refused with the verbs that take it.
no_use() {
    "$MKDKMS" "$1" --help >"$SCRATCH/help"
    lacks "$SCRATCH/help" "^ +(-[a-zA-Z], )?$2( |\$)"
    usage_fault "$1" "$HELLO" "${@:2}"
    contains "$SCRATCH/err" "^mkdkms: error: mkdkms $1 has no use for $2 \[usage\]$"
    contains "$SCRATCH/err" '^hint: leave it out: it is for mkdkms .*deb.*'
}
no_use_of() {
    no_use modules --dry-run
    no_use modules --from "$SCRATCH"
    no_use arch --package-key nobody
    no_use arch --kernel all
    no_use arch --no-sign
    no_use alpine --package-key nobody
    no_use alpine --archive-compression xz
    no_use alpine --hooks strict
    no_use driverdisk --hooks strict
    local verb
    for verb in inspect conf lint doctor; do
        "$MKDKMS" $verb --help >"$SCRATCH/help"
        lacks "$SCRATCH/help" '--(verbose|progress)'
    done
}
# One list of options serves all verbs: what says nothing of an artifact is taken, though not listed.
one_list() {
    local verb options=(-R 2 --maintainer 'A <a@example.org>' --license MIT --archive-compression xz --template-dir "$SCRATCH"
        --verbose --progress none -q)
    for verb in tarball bundle modules deb rpm; do
        "$MKDKMS" $verb "$HELLO" -k "$K1" --no-sign "${options[@]}" -o "$SCRATCH/one-$verb" >"$SCRATCH/paths"
        contains "$SCRATCH/paths" "^$SCRATCH/one-$verb/"
    done
    "$MKDKMS" bundle --help >"$SCRATCH/help"
    lacks "$SCRATCH/help" '--maintainer'
    "$MKDKMS" conf "$HELLO" --verbose --progress none >"$SCRATCH/conf"
    contains "$SCRATCH/conf" hello
}
check "options that a verb has no use for are neither listed nor taken" no_use_of
if needs_kernel "one list of options"; then
    check "options of packages are taken by every verb that makes something" one_list
fi
check "a missing argument ends with 64" usage_fault inspect
check "an unknown --kind ends with 64" usage_fault deb --kind frob "$HELLO" -o "$SCRATCH/out-kind"
finish
