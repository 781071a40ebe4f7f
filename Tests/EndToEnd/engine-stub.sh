#!/bin/bash
# Stands in for mkdkms and dkms where the callers of the engine are tested: writes down what it was called with, answers as
# the engine would, and fails where a test asks for it. Under $ENGINE_STUB:
#   calls             one line a call: name and arguments; `status` is left out
#   fail/VERB[-K]     the status that VERB (for kernel K) ends with
#   no-source         tarballs are taken for such without source
#   tree/M/V/         a DKMS tree, reduced to source, and K/state with the word that status shows
set -u
top=$ENGINE_STUB
name=$(basename "$0")
[ ! -e "$top/broken-$name" ] || exit 127
verb=$1
[ "$verb" = status ] || printf '%s\n' "$name $*" >>"$top/calls"
module='' version='' kernel='' archive='' force=''
shift
while [ $# -gt 0 ]; do
    case "$1" in
        -m) module=$2 && shift ;;
        -v) version=$2 && shift ;;
        -k | --kernelver) kernel=$2 && shift ;;
        --archive) archive=$2 && shift ;;
        --force) force=yes ;;
    esac
    shift
done

for wish in "$top/fail/$verb-$kernel" "$top/fail/$verb"; do
    if [ -e "$wish" ]; then
        echo "$name: $verb fails as wished" >&2
        exit "$(cat "$wish")"
    fi
done

# One line for each kernel of each version.
show_status() {
    local folder state m v k
    for folder in "$top/tree"/*/*/; do
        [ -d "$folder" ] || continue
        v=$(basename "$folder") m=$(basename "$(dirname "$folder")")
        [ "${module:-$m}/${version:-$v}" = "$m/$v" ] || continue
        [ -n "$kernel" ] || compgen -G "$folder*/state" >/dev/null || echo "$m/$v: added"
        for state in "$folder"*/state; do
            [ -e "$state" ] || continue
            k=$(basename "$(dirname "$state")")
            [ "${kernel:-$k}" = "$k" ] && echo "$m/$v, $k, x86_64: $(cat "$state")"
        done
    done
    return 0
}

put() {
    mkdir -p "$top/tree/$module/$version/$kernel/x86_64/module"
    echo "$1" >"$top/tree/$module/$version/$kernel/state"
}

add() {
    mkdir -p "$top/tree/$module/$version"
    ln -sfn "$top/src/$module-$version" "$top/tree/$module/$version/source"
}

# M-V-kernelK-A.dkms.tar.gz, M-V-source-only.dkms.tar.gz, M-V.dkms.tar.gz
load() {
    local file
    file=$(basename "${archive%.dkms.tar.*}")
    module=${file%%-*} file=${file#*-}
    version=${file%%-*} kernel=${file#*-}
    if [ -e "$top/tree/$module/$version/source" ] && [ -z "$force" ]; then
        exit 8
    fi
    add
    case "$kernel" in
        kernel*)
            kernel=${kernel#kernel}
            kernel=${kernel%-*}
            put built
            ;;
    esac
    # What dkms does after it has loaded one without source, or one more.
    if [ -e "$top/no-source" ]; then
        rm "$top/tree/$module/$version/source"
        cp -r "$top/src/$module-$version" "$top/tree/$module/$version/source"
        [ "$name" != dkms ] || exit 1
    fi
    [ "$name" != dkms ] || [ -z "$force" ] || exit 3
}

case "$verb" in
    --generate-completion-script) echo "# completion" ;;
    status) show_status ;;
    add) add ;;
    build) put built ;;
    install) put installed ;;
    remove) rm -rf "${top:?}/tree/$module/$version" ;;
    ldtarball) load ;;
esac
exit 0
