# shellcheck shell=bash
# What the tests of the DKMS engine stand on: lib.sh, inside a mount namespace of the test's own in which
# /var/lib/dkms and /etc/dkms are empty, and /usr/src and /lib/modules show the machine's kernels but keep nothing.
# Sourced in place of lib.sh. `engine VERB…` runs the engine under test, `oracle VERB…` the real dkms.
#
#   ENGINE       the engine under test; default: a link named dkms to MKDKMS. May be a real dkms: what holds for
#                both runs then too, which is how the expectations here were made sure of.
#   DKMS_SOURCE  a checkout of dkms with the tag v3.4.3, or its unpacked tree: the oracle in place of the distribution's dkms
#   K3           a kernel that no machine has, for `fabricate`

if [ -z "${MKDKMS_TEST_NAMESPACE-}" ] && unshare --mount --propagation private true 2>/dev/null; then
    MKDKMS_TEST_NAMESPACE=1 exec unshare --mount --propagation private bash "$0" "$@"
fi
# shellcheck source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# Messages of the tools that are called count in comparisons too: one language, no terminal, no dkms settings.
unset ADDON_MODULES_DIR parallel_jobs sign_file mok_signing_key mok_certificate try_sign_modules post_transaction \
    build_environment verbose autoinstall_all_kernels modprobe_on_install symlink_modules
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

RUNNING=$(uname -r)
K3=$(printf '%s\n' "$K1" | sed -E 's/^([0-9.]+-)[0-9]/\19/')
LAYERS=$SCRATCH/layers
BUILT=$CACHE/engine
TREE=/var/lib/dkms
export RUNNING K3 TREE TMPDIR=$SCRATCH/tmp

ENGINE_GIVEN=${ENGINE-}
if [ -z "$ENGINE_GIVEN" ]; then
    mkdir -p "$SCRATCH/bin"
    ln -s "$MKDKMS" "$SCRATCH/bin/dkms"
    ENGINE=$SCRATCH/bin/dkms
fi
engine() { "$ENGINE" "$@"; }

# The real dkms is a script, ours is not.
is_real() { [ "$(head -c 2 "$ENGINE" 2>/dev/null)" = '#!' ]; }

# --- the oracle ----------------------------------------------------------------------------------------

# make_oracle: ORACLE is a runnable dkms, from DKMS_SOURCE or the distribution; false where there is none.
make_oracle() {
    ORACLE=/usr/sbin/dkms
    if [ -n "${DKMS_SOURCE-}" ]; then
        local source=$SCRATCH/dkms-source
        mkdir -p "$source"
        if [ -e "$DKMS_SOURCE/dkms.in" ]; then
            cp -r "$DKMS_SOURCE/." "$source/"
        else
            git -C "$DKMS_SOURCE" archive v3.4.3 | tar -x -C "$source"
        fi
        make -s -C "$source" dkms
        chmod +x "$source/dkms"
        ORACLE=$source/dkms
    fi
    [ -x "$ORACLE" ]
}
oracle() { "$ORACLE" "$@"; }

# --- the namespace -------------------------------------------------------------------------------------

# begin NAME: everything that a test of the engine needs is there; or a skip line, and the end of the file.
begin() {
    if needs_root "$1" && needs_kernel "$1"; then
        if [ ! -d "$REPO/Sources/Lifecycle" ] && [ -z "$ENGINE_GIVEN" ]; then
            skip "$1" "this checkout has no engine"
        elif [ -z "${MKDKMS_TEST_NAMESPACE-}" ] || ! (protect && fresh) 2>/dev/null; then
            skip "$1" "no mount namespace with overlays here"
        elif ! engine --version 2>/dev/null | grep -qx 'dkms-3\.4\.3'; then
            # Not a skip: a binary that has lost its engine has to fail here.
            check "$1: the engine answers to dkms --version" false
        else
            in_turn prebuild
            return
        fi
    fi
    finish
    exit
}

# What an engine of an earlier case may still be writing must not reach the machine's own folders, not even between
# two mounts: below the overlays they are read-only for this namespace.
protect() {
    local folder
    for folder in "$TREE" /etc/dkms /usr/src /lib/modules; do
        folder=$(realpath "$folder")
        mount --bind "$folder" "$folder"
        mount -o remount,bind,ro "$folder"
        if (: >"$folder/.mkdkms-test") 2>/dev/null; then
            rm -f "$folder/.mkdkms-test"
            return 1
        fi
    done
}

# Mounts of this file are told from the machine's by their source.
our_mounts() { awk '$1 == "mkdkms-test" {print $2}' /proc/self/mounts | tac; }

overlay() {
    local layer=$LAYERS/${1//\//_}
    mkdir -p "$layer/upper" "$layer/work"
    mount -t overlay mkdkms-test -o "lowerdir=$1,upperdir=$layer/upper,workdir=$layer/work" "$1"
}

# fresh: nothing added, built or installed, no settings but that modules stay unsigned.
fresh() {
    our_mounts | xargs -r -n 1 umount -l
    rm -rf "${TMPDIR:?}"
    mkdir -p "$TMPDIR"
    mkdir -p "$LAYERS"
    mount -t tmpfs mkdkms-test "$LAYERS"
    mount -t tmpfs mkdkms-test "$TREE"
    mount -t tmpfs mkdkms-test /etc/dkms
    chmod 0755 "$TREE" /etc/dkms
    overlay /usr/src
    overlay /lib/modules
    mkdir -p /etc/dkms/framework.conf.d
    printf 'try_sign_modules="false"\n' >/etc/dkms/framework.conf.d/unsigned.conf
}

# os_release LINE…: what the machine says it is, until the next `fresh`.
os_release() {
    printf '%s\n' "$@" >"$LAYERS/os-release"
    mount --bind "$LAYERS/os-release" "$(realpath /etc/os-release)"
}

# fabricate K…: headers of K1 under another release name.
fabricate() {
    local kernel build
    for kernel in "$@"; do
        build=/usr/src/linux-headers-$kernel
        cp -a "$(realpath "/lib/modules/$K1/build")" "$build"
        sed -i "s/$K1/$kernel/g" "$build/include/generated/utsrelease.h" "$build/include/config/kernel.release"
        mkdir -p "/lib/modules/$kernel"
        ln -s "$build" "/lib/modules/$kernel/build"
    done
}

# --- modules -------------------------------------------------------------------------------------------

# prebuild: hello in three versions and one without any, for each kernel, built once by make alone and kept.
prebuild() {
    local kernel version digest folder
    digest=$(cat "$HELLO"/* | sha256sum | cut -c 1-16)
    BUILT=$CACHE/engine/$digest
    for kernel in "${KERNELS[@]:0:2}"; do
        for version in 1.4.0 1.5.0 1.6.0 none; do
            [ ! -e "$BUILT/$kernel/$version" ] || continue
            folder=$SCRATCH/prebuild/$kernel-$version
            mkdir -p "$BUILT/$kernel"
            tree_copy "$HELLO" "$folder"
            sed -i "/MODULE_VERSION/s/1\.5\.0/$version/" "$folder/hello.c"
            [ "$version" != none ] || sed -i '/MODULE_VERSION/d' "$folder/hello.c"
            make -s -C "/lib/modules/$kernel/build" M="$folder" modules >"$SCRATCH/prebuild.log" 2>&1 || {
                cat "$SCRATCH/prebuild.log"
                exit 1
            }
            strip -g "$folder/hello.ko"
            mv "$folder/hello.ko" "$BUILT/$kernel/$version.part"
            mv "$BUILT/$kernel/$version.part" "$BUILT/$kernel/$version"
        done
    done
}

# built KERNEL VERSION: the path of hello as prebuilt; of a fabricated kernel its name is all that is different.
built() {
    if [ ! -e "$BUILT/$1/$2" ]; then
        mkdir -p "$LAYERS/built/$1"
        sed "s/vermagic=$K1 /vermagic=$1 /" "$BUILT/$K1/$2" >"$LAYERS/built/$1/$2"
        printf '%s\n' "$LAYERS/built/$1/$2"
    else
        printf '%s\n' "$BUILT/$1/$2"
    fi
}

# source_of NAME VERSION [DIRECTIVE…]: /usr/src/NAME-VERSION, whose modules are copied rather than compiled: a
# second is too long where a case is about something else. A DIRECTIVE of the same name wins over what is here.
source_of() {
    local name=$1 version=$2 tree=/usr/src/$1-$2 kernel module_version=$2
    shift 2
    [ -e "$BUILT/$K1/$module_version" ] || module_version=1.5.0
    mkdir -p "$tree/built"
    for kernel in "${KERNELS[@]:0:2}" "$K3"; do
        cp "$(built "$kernel" "${MODULE_VERSION:-$module_version}")" "$tree/built/$kernel"
    done
    {
        printf '%s\n' "PACKAGE_NAME=\"$name\"" "PACKAGE_VERSION=\"$version\"" 'AUTOINSTALL="yes"' \
            "MAKE[0]=\"cp built/\$kernelver $name.ko\"" "BUILT_MODULE_NAME[0]=\"$name\"" \
            'DEST_MODULE_LOCATION[0]="/extra"'
        [ $# = 0 ] || printf '%s\n' "$@"
    } >"$tree/dkms.conf"
}

# original FOLDER [VERSION]: a hello that came with K1, in that folder of its tree.
original() {
    mkdir -p "/lib/modules/$K1/$1"
    cp "$(built "$K1" "${2:-1.4.0}")" "/lib/modules/$K1/$1/hello.ko"
}

# --- what cases assert ---------------------------------------------------------------------------------

# What may differ from run to run: where the program lies, the dots that dkms prints every three seconds, names
# of temporary folders.
normalised() {
    sed -E 's,^Usage: .*dkms \[action\],Usage: dkms [action],; s/\.{3,}( done\.|\(bad exit status)/...\1/; s/(\.tmp_[a-z0-9_]+_)[A-Za-z0-9]{6}/\1XXXXXX/g' "$@"
}

# says STATUS COMMAND… <TEXT: ends with STATUS, and prints exactly TEXT, both streams in their order.
says() {
    local expected=$1 status=0
    shift
    cat >"$SCRATCH/expected"
    "$@" >"$SCRATCH/output" 2>&1 </dev/null || status=$?
    normalised "$SCRATCH/output" >"$SCRATCH/said"
    diff -u --label expected --label said "$SCRATCH/expected" "$SCRATCH/said" || fail "other words (status $status): $*"
    [ "$status" = "$expected" ] || fail "exit status $status where $expected was expected: $*"
}

# ends STATUS COMMAND…: ends so; what it printed is kept in $SCRATCH/said.
ends() {
    local expected=$1 status=0
    shift
    "$@" >"$SCRATCH/output" 2>&1 </dev/null || status=$?
    normalised "$SCRATCH/output" | tee "$SCRATCH/said"
    [ "$status" = "$expected" ] || fail "exit status $status where $expected was expected: $*"
}

quietly() { ends 0 "$@" >/dev/null || { cat "$SCRATCH/said"; fail "failed: $*"; }; }

# status_is <TEXT: `status` ends with 0 and prints that.
status_is() { says 0 engine status; }

# is_for KERNEL FILE.ko…: the module there was built for that kernel.
is_for() { equal "$(vermagic_release "$2")" "$1"; }

# no_leftovers: no staging folder, no temporary file; of our own folder in the tree, locks alone stay.
no_leftovers() {
    local left
    left=$(find "$TREE" /lib/modules/ \( -name '.tmp_*' -o -name '.mkdkms?*' -o -name '*.part' -o -path '*/.mkdkms/*/*' \) \
        ! \( -path '*/.mkdkms/locks/*' -size 0 \) 2>/dev/null)
    [ -z "$left" ] || fail "left behind: $left"
    empty "$TMPDIR"
}

# ours NAME COMMAND…: a case in which we mean to differ from dkms, which fails there: OURS=1 shows it.
ours() {
    if is_real && [ -z "${OURS-}" ]; then skip "$1" "dkms differs here"; else check "$@"; fi
}

unsigned_prologue="Module signing is disabled by policy, modules won't be signed
"
export unsigned_prologue
