# shellcheck shell=bash
# What the tests of installation and upgrade paths stand on: a new root for each path, put together from layers that are
# made once; the exact list of modules and of left-overs after each step. Sourced after lib.sh and root.sh.
#
#   KR OLDER   the kernels of a root: Debian's, and in the layer `older` a second one that sorts before it
#   FULL=1       every path with every engine, as `make paths` does; else those that SHORT names as ENGINE:FUNCTION, or WALK
#   ENGINES      what drives the DKMS tree: dkms (Debian's) and mkdkms; with FULL=1 mkdkms standing in as dkms too
#   DKMS_TREES   unpacked and made source trees of other dkms versions, which take their turn as well

LAYERS=$SCRATCH/layers
TOP=$LAYERS/.top
# shellcheck disable=SC2034
OLDER=$(printf '%s\n' "$KR" | sed -E 's/^([0-9.]+-)[0-9]+/\19/')
# Where both engines put modules on Debian.
DKMS_PLACE=updates/dkms
export DEBFULLNAME='A Tester' DEBEMAIL=tester@example.org

# --- roots ---------------------------------------------------------------------------------------------

# needs_layers NAME: true, or a skip line and false.
needs_layers() {
    needs_debian_root "$1" || return 1
    mkdir -p "$LAYERS"
    if ! mount -t tmpfs tmpfs "$LAYERS" 2>/dev/null; then
        skip "$1" "no mounts here"
        return 1
    fi
    mkdir -p "$LAYERS/debian" "$LAYERS/packages/packages" "$TOP/upper" "$TOP/work" "$SCRATCH/probe"
    if ! mount -t overlay overlay \
        -o "lowerdir=$LAYERS/debian,upperdir=$TOP/upper,workdir=$TOP/work" "$SCRATCH/probe" 2>/dev/null; then
        skip "$1" "no overlays here"
        return 1
    fi
    umount "$SCRATCH/probe"
}

# fresh_root LAYER…: ROOT is a new root over these layers, the last one uppermost.
fresh_root() {
    local lower=$LAYERS/debian layer
    drop_root
    for layer in packages "$@"; do lower=$LAYERS/$layer:$lower; done
    mkdir -p "$TOP/upper" "$TOP/work" "$ROOT"
    mount -t overlay overlay -o "lowerdir=$lower,upperdir=$TOP/upper,workdir=$TOP/work" "$ROOT"
    snapshot
}

drop_root() {
    if mountpoint -q "$ROOT"; then umount "$ROOT"; fi
    rm -rf "${TOP:?}"/upper "${TOP:?}"/work
}

# make_layer NAME LAYER… -- COMMAND…: what the command changes in a root over these layers becomes the layer NAME.
make_layer() {
    local name=$1 below=()
    shift
    while [ "$1" != -- ]; do below+=("$1"); shift; done
    shift
    fresh_root "${below[@]}"
    "$@"
    umount "$ROOT"
    mv "$TOP/upper" "$LAYERS/$name"
}

# Debian's rpm keeps a database in the user's home.
echo '%_dbpath /var/lib/rpm' >"$HOME/.rpmmacros"

# beside_root COMMAND…: on this machine, with what scriptlets need mounted in the root while it runs.
beside_root() {
    # shellcheck disable=SC2016 # the inner shell's words
    unshare --mount --pid --fork --kill-child bash -c '
        mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" && mount -t tmpfs tmpfs "$1/tmp" || exit 125
        shift && exec "$@"
    ' - "$ROOT" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME="$HOME" LC_ALL=C.UTF-8 "$@"
}

# Kernel $1: Debian's headers, with a release of their own, and one module, so that it has indexes.
put_kernel() {
    local module headers=$ROOT/usr/src/linux-headers modules=$ROOT/lib/modules
    cp -a "$headers-$KR" "$headers-$1"
    printf '#define UTS_RELEASE "%s"\n' "$1" >"$headers-$1/include/generated/utsrelease.h"
    printf '%s\n' "$1" >"$headers-$1/include/config/kernel.release"
    grep -rlF --include=Makefile --include=.kernelvariables --include=auto.conf -- "$KR" "$headers-$1" |
        xargs -r sed -i "s/$KR/$1/g"
    mkdir -p "$modules/$1/kernel"
    module=$(find "$modules/$KR/kernel/lib" -name '*.ko*' | sort | head -n 1)
    cp "$module" "$modules/$1/kernel/"
    ln -s "/usr/src/linux-headers-$1" "$modules/$1/build"
    cp -a "$modules/$KR"/modules.{order,builtin,builtin.modinfo} "$modules/$1/"
    cp "$ROOT/boot/config-$KR" "$ROOT/boot/config-$1"
    cp "$ROOT/boot/System.map-$KR" "$ROOT/boot/System.map-$1"
    in_root depmod -a "$1"
}

# The root becomes a machine that runs kernel $1; else it is a chroot, whose kernel is another system's.
run_kernel() {
    mv "$ROOT/usr/bin/uname" "$ROOT/usr/bin/uname.real"
    # shellcheck disable=SC2016 # expanded by that program
    printf '#!/bin/sh\n[ "$*" = -r ] && echo %s || exec uname.real "$@"\n' "$1" >"$ROOT/usr/bin/uname"
    chmod 0755 "$ROOT/usr/bin/uname"
}

# --- engines -------------------------------------------------------------------------------------------

# The files of mkdkms with its hooks, and the libraries that a binary under test may need, in folder $1.
stage_mkdkms() {
    local library
    env -u HOOKS -u DKMS make -s -C "$REPO" install MKDKMS="$MKDKMS" DESTDIR="$1" PREFIX=/usr HOOKS=debian "${@:2}"
    mkdir -p "$1/usr/lib/mkdkms/libraries" "$1/etc/ld.so.conf.d" "$1/var/lib/dkms"
    ldd "$MKDKMS" | sed -nE 's/.* => (\/[^ ]+) .*/\1/p' | while read -r library; do
        case "${library##*/}" in
            libc.so.* | libm.so.* | ld-linux*) ;;
            *) cp -L "$library" "$1/usr/lib/mkdkms/libraries/" ;;
        esac
    done
    echo /usr/lib/mkdkms/libraries >"$1/etc/ld.so.conf.d/mkdkms.conf"
}

# stub_deb NAME FOLDER [FIELD…]: a .deb of these files in the root's /packages.
stub_deb() {
    mkdir -p "$2/DEBIAN"
    {
        printf 'Package: %s\nVersion: 3.4.3\nArchitecture: all\nMaintainer: A Tester <tester@example.org>\n' "$1"
        printf '%s\n' "${@:3}"
        printf 'Description: stands for %s\n' "$1"
    } >"$2/DEBIAN/control"
    printf '#!/bin/sh\nldconfig\n' | tee "$2/DEBIAN/postinst" >"$2/DEBIAN/postrm"
    chmod 0755 "$2/DEBIAN/postinst" "$2/DEBIAN/postrm"
    dpkg-deb -Znone -b "$2" "$LAYERS/packages/packages/$1.deb"
}

# As a package of mkdkms would be, and as one that stands in for dkms.
make_engine_packages() {
    stage_mkdkms "$SCRATCH/mkdkms"
    stub_deb mkdkms "$SCRATCH/mkdkms" 'Depends: kmod, make, gcc, patch, binutils'
    [ -n "${FULL-}" ] || return 0
    stage_mkdkms "$SCRATCH/mkdkms-as-dkms" DKMS=1
    stub_deb mkdkms-as-dkms "$SCRATCH/mkdkms-as-dkms" 'Depends: kmod, make, gcc, patch, binutils' 'Provides: dkms (= 3.4.3)' \
        'Conflicts: dkms, mkdkms'
}

remove_dkms() { in_root dpkg -P dkms; }

put_mkdkms() {
    in_root dpkg -P dkms
    in_root dpkg -i "/packages/$1.deb"
}

# A dkms of another version over Debian's: its script and what it cannot do without, from source tree $1.
put_other_dkms() {
    local script=$1/dkms postinst=$1/dkms_common.postinst
    cp "$script" "$ROOT/usr/sbin/dkms"
    [ -e "$postinst" ] || postinst=$ROOT/usr/lib/dkms/common.postinst
    chmod 0755 "$ROOT/usr/sbin/dkms"
    [ "$postinst" = "$ROOT/usr/lib/dkms/common.postinst" ] || cp "$postinst" "$ROOT/usr/lib/dkms/common.postinst"
    # What it has taken on itself since: its version of the tree's layout, its settings.
    [ ! -e "$1/dkms_dbversion" ] || cp "$1/dkms_dbversion" "$ROOT/var/lib/dkms/"
}

# use_engine NAME [rpm]: ENGINE is its command, LAYERS_NOW the layers that have it, with an rpm database on top.
use_engine() {
    # shellcheck disable=SC2034
    ENGINE_NAME=$1 ENGINE=dkms LAYERS_NOW=("$1" ${2:+"$2-$1"})
    [ "$1" != mkdkms ] || ENGINE=mkdkms
}

path_engines() {
    local tree
    # shellcheck disable=SC2086 # names without blanks
    printf '%s\n' ${ENGINES-dkms mkdkms ${FULL:+mkdkms-as-dkms}}
    for tree in ${DKMS_TREES-}; do printf '%s\n' "${tree##*/}"; done
}

# What packages made for dkms find in the place of engine $1.
stand_in() {
    if [ "$1" = mkdkms ]; then echo mkdkms-as-dkms; else echo "$1"; fi
}

make_engine_layers() {
    local tree
    mkdir -p "$LAYERS/dkms"
    make_layer bare -- remove_dkms
    make_layer mkdkms -- put_mkdkms mkdkms
    [ -z "${FULL-}" ] || make_layer mkdkms-as-dkms -- put_mkdkms mkdkms-as-dkms
    for tree in ${DKMS_TREES-}; do make_layer "${tree##*/}" -- put_other_dkms "$tree"; done
}

# --- what is there -------------------------------------------------------------------------------------

module_files() { (cd "$ROOT/lib/modules" && find . -name '*.ko*' -printf '%P\n' | sort); }

# Names, kinds and modes of all that a transaction may touch, and the content of the module indexes; but for the databases of
# packages, and what an engine keeps for itself.
root_content() {
    (
        cd "$ROOT" || exit
        find . -xdev \( -path ./proc -o -path ./dev -o -path ./tmp -o -path ./packages -o -path ./var/cache -o -path ./var/log \
            -o -path ./var/lib/dpkg -o -path ./var/lib/apt -o -path ./var/lib/rpm -o -path ./var/lib/dnf \
            -o -path ./var/lib/dkms/.mkdkms -o -name 'mok.*' -o -path ./etc/dnf -o -path ./etc/ld.so.cache -o -path ./run/lock -o -path ./run/mount \) \
            -prune -o -printf '%p %y %m %l\n'
        sha256sum lib/modules/*/modules.dep lib/modules/*/modules.symbols lib/modules/*/modules.alias
    ) | sort
}

snapshot() {
    module_files >"$SCRATCH/module-files"
    root_content >"$SCRATCH/root-content"
}

# Nothing is left of a package: the root is what it was when it was made or snapshot.
clean_root() { diff "$SCRATCH/root-content" <(root_content) || fail "the root is not what it was"; }

# modules_are [K/PATH=VERSION[:MARK]]…: beyond the kernels' own there are exactly these modules, built for the kernel of
# their folder, of that version and with that mark of a revision, and modules.dep knows each.
modules_are() {
    local item place kernel wanted
    diff <({ cat "$SCRATCH/module-files"; for item in "$@"; do printf '%s\n' "${item%%=*}"; done; } | sort) <(module_files) ||
        fail "not these modules: $*"
    for item in "$@"; do
        place=${item%%=*} wanted=${item#*=} kernel=${item%%/*}
        equal "$(vermagic_release "$ROOT/lib/modules/$place")" "$kernel"
        equal "$(modinfo -F version "$ROOT/lib/modules/$place")" "${wanted%%:*}"
        equal "$(modinfo -F revision_mark "$ROOT/lib/modules/$place")" "$(printf '%s' "$wanted" | cut -s -d : -f 2)"
        contains "$ROOT/lib/modules/$kernel/modules.dep" "^${place#*/}:"
    done
}

# status_is [LINE]…: exactly these lines, in any order.
status_is() {
    in_root "$ENGINE" status >"$SCRATCH/status"
    diff <(if [ $# -gt 0 ]; then printf '%s\n' "$@" | sort; fi) <(sort "$SCRATCH/status") || fail "not the status: $*"
}

# installed_for VERSION[:MARK] KERNEL…: the module tree and the status say so.
installed_for() {
    local kernel version=$1 modules=() lines=()
    shift
    for kernel in "$@"; do
        modules+=("$kernel/$DKMS_PLACE/hello.ko=$version")
        lines+=("hello/${version%%:*}, $kernel, $ARCH: installed")
    done
    modules_are "${modules[@]}"
    status_is "${lines[@]}"
}

# Registered, and built for no kernel.
only_added() {
    modules_are
    status_is "hello/$1: added"
}

# --- trees of the module -------------------------------------------------------------------------------

# make_tree FOLDER VERSION [MARK]: hello of that version below FOLDER; the mark tells revisions of a version apart.
make_tree() {
    local tree=$1/hello-$2
    tree_copy "$HELLO" "$tree"
    sed -i "s/1\.5\.0/$2/" "$tree/dkms.conf" "$tree/hello.c"
    [ $# -lt 3 ] || echo "MODULE_INFO(revision_mark, \"$3\");" >>"$tree/hello.c"
    find "$tree" -exec touch -h -d '2024-03-01 12:00:00 UTC' {} +
}

make_trees() {
    make_tree "$SCRATCH/trees/first" 1.5.0
    make_tree "$SCRATCH/trees/second" 1.5.0 second
    make_tree "$SCRATCH/trees/newer" 1.6.0
    make_tree "$SCRATCH/trees/failing" 1.5.0
    make_tree "$SCRATCH/trees/failing-newer" 1.6.0
    sed -i '1i #error "not for this machine"' "$SCRATCH/trees/failing/hello-1.5.0/hello.c" \
        "$SCRATCH/trees/failing-newer/hello-1.6.0/hello.c"
    local odd=$SCRATCH/trees/odd/$ODD_NAME-$ODD_VERSION
    tree_copy "$HELLO" "$odd"
    sed -i -e "s/^PACKAGE_NAME=.*/PACKAGE_NAME=\"$ODD_NAME\"/" -e "s/^PACKAGE_VERSION=.*/PACKAGE_VERSION=\"$ODD_VERSION\"/" \
        "$odd/dkms.conf"
}

# renamed KIND TREE REVISION FOLDER: hello of that tree as a package of that kind, a conversion of one that is called
# hello-modules-dkms: it takes the place of hello-dkms.
renamed() {
    local folder=$SCRATCH/renamed/$2
    if [ ! -d "$folder" ]; then
        mkdir -p "$folder/DEBIAN" "$folder/usr/src"
        cp -a "$SCRATCH/trees/$2"/* "$folder/usr/src/"
        printf '%s\n' 'Package: hello-modules-dkms' 'Version: 1-1' 'Architecture: all' 'Maintainer: B <b@example.org>' \
            'Description: driver of the Hello card' >"$folder/DEBIAN/control"
        dpkg-deb --root-owner-group -b "$folder" "$folder.deb"
    fi
    "$MKDKMS" "$1" "$folder.deb" --kind dkms -R "$3" -o "$4"
}

# All the characters that a name and a version may have.
ODD_NAME=Odd_Mod+x.y-z
ODD_VERSION=v1.5.0~rc1+b.2
export ODD_NAME ODD_VERSION

# path NAME LAYER… -- FUNCTION ARGUMENT…: one case, in a root of its own, if it is one of this run's.
path() {
    local name=$1 layers=()
    shift
    while [ "$1" != -- ]; do layers+=("$1"); shift; done
    shift
    case " ${WALK:-${FULL:+all} $SHORT} " in
        " all "* | *" $ENGINE_NAME:$1 "*) check "$ENGINE_NAME: $name" on_fresh_root "${layers[@]}" -- "$@" ;;
        *) left_out=$((left_out + 1)) ;;
    esac
}
left_out=0

# Says how many paths were not of this run.
finish_paths() {
    drop_root
    [ "$left_out" = 0 ] || printf '      %s more: make paths\n' "$left_out"
    finish
}

on_fresh_root() {
    local layers=()
    while [ "$1" != -- ]; do layers+=("$1"); shift; done
    shift
    fresh_root "${layers[@]}"
    "$@"
}
