#!/bin/bash
# Every way a hello-dkms .rpm comes, changes and goes, by rpm with a real database in Debian roots, with dkms and with
# mkdkms: after each step the module tree and the status are what docs/package-paths.md promises, and rpm ends with 0.
# The kernel and the engine are rpms without files, over those that Debian's packages brought.
. "$(dirname "$0")/lib.sh"
. "$HERE/root.sh"
. "$HERE/paths.sh"
. "$HERE/common-paths.sh"
. "$HERE/rpm-stubs.sh"

# What `make test` has time for.
SHORT="dkms:other_versions dkms:from_hand_made_on_two mkdkms:odd_words mkdkms:failing_build
dkms:renamed_on_two mkdkms:renamed_and_failing dkms:former_names dkms:from_mkrpm_on_two"

RPMS=$SCRATCH/rpms

# package TREE RELEASE [OPTION…]
package() { "$MKDKMS" rpm "$SCRATCH/trees/$1"/* --kind dkms -R "$2" -o "$RPMS" "${@:3}"; }

make_rpms() {
    make_trees
    package first 1
    package second 2
    package newer 1
    package failing 3
    package first 4 --hooks strict
    package failing 5 --hooks strict
    package odd 1
    "$MKDKMS" rpm "$SCRATCH/trees/first"/* --kind kmod -k "$KR" -o "$RPMS"
    cp "$RPMS"/kmod-hello-[0-9]*.rpm "$RPMS/kmod.rpm"
    cp "$RPMS"/odd-*.rpm "$RPMS/odd.rpm"
    renamed rpm second 2 "$RPMS"
    renamed rpm failing 3 "$RPMS"
    renamed rpm newer 1 "$RPMS"
    renamed rpm failing-newer 3 "$RPMS"
}

make_stubs() {
    ENGINE=dkms
    stub_rpm system 'Provides: /bin/sh' 'Provides: /usr/sbin/depmod' "${no_files[@]}"
    stub_rpm kernel 'Provides: kernel-uname-r' "${no_files[@]}"
    stub_rpm dkms "${no_files[@]}"
    stub_rpm mkdkms "${no_files[@]}"
    make_hand_made
    # mkrpm's is called after the module alone: ours takes its place.
    hand_made hello 1.5.0 2dkms exit exit
    "$MKDKMS" rpm "$SCRATCH/hand/hello-1.5.0-1dkms.noarch.rpm" --kind dkms -R 6 -o "$RPMS"
}

# rpm with the root's own database; what it prints is kept in $SCRATCH/log.
rpm_in_root() {
    local status=0
    beside_root rpm --root "$ROOT" "$@" >"$SCRATCH/log" 2>&1 || status=$?
    cat "$SCRATCH/log"
    return "$status"
}

# Fails with rpm, and with a scriptlet that rpm only reports.
quietly() {
    rpm_in_root "$@"
    lacks "$SCRATCH/log" 'scriptlet failed|^error:'
}

start_database() {
    mkdir -p "$ROOT/var/lib/rpm" "$ROOT/var/lib/rpm-state"
    rpm_in_root --initdb
    quietly -i "$SCRATCH/stubs/system.rpm" "$SCRATCH/stubs/kernel.rpm" ${1:+"$SCRATCH/stubs/$1.rpm"}
}

# Layers with a database below those of the engines: rpm-ENGINE.
make_rpm_layers() {
    local engine
    for engine in $(path_engines) ${FULL:+mkdkms-as-dkms}; do
        [ ! -d "$LAYERS/rpm-$engine" ] || continue
        if [ "$engine" = mkdkms ]; then
            make_layer "rpm-$engine" "$engine" -- start_database mkdkms
        else
            make_layer "rpm-$engine" "$engine" -- start_database dkms
        fi
    done
    make_layer rpm-bare bare -- start_database
}

file_of() { printf '%s\n' "$RPMS/hello-dkms-$1.noarch.rpm"; }
install() { quietly -U --oldpackage --replacepkgs "$(file_of "$1")"; }
erase() { quietly -e hello-dkms; }
rename() {
    quietly -U "$RPMS/hello-modules-dkms-$1.noarch.rpm"
    equal "$(beside_root rpm --root "$ROOT" -qa 'hello*')" "hello-modules-dkms-$1.noarch"
}
purge_former() { empty "$ROOT/var/lib/rpm-state"; }
erase_renamed() { quietly -e hello-modules-dkms; }
untouched() { says_nothing rpm_in_root -V hello-dkms; }

# --- the paths -----------------------------------------------------------------------------------------

# The headers' own trigger, or the boot, then has the engine build for them.
headers_arrive() {
    mv "$ROOT/lib/modules/$KR/build" "$ROOT/lib/modules/$KR/hidden"
    install 1.5.0-1
    contains "$SCRATCH/log" "no headers for kernel $KR"
    mv "$ROOT/lib/modules/$KR/hidden" "$ROOT/lib/modules/$KR/build"
    only_added 1.5.0
    in_root "$ENGINE" autoinstall -k "$KR"
    installed_for 1.5.0 "$KR"
    erase
    clean_root
}

strict_hooks() {
    rpm_in_root -U "$(file_of 1.5.0-5)"
    contains "$SCRATCH/log" 'warning: %posttrans\(hello-dkms-1.5.0-5.noarch\) scriptlet failed, exit status 1'
    only_added 1.5.0
    quietly -U --oldpackage "$(file_of 1.5.0-4)"
    installed_for 1.5.0 "$KR"
    rpm_in_root -U "$(file_of 1.5.0-5)"
    contains "$SCRATCH/log" 'scriptlet failed, exit status 1'
    installed_for 1.5.0 "$KR"
    erase
    clean_root
}

engine_arrives() {
    quietly -i --nodeps "$(file_of 1.5.0-1)"
    contains "$SCRATCH/log" 'neither dkms nor mkdkms is installed'
    modules_are
    erase
    clean_root
    quietly -i --nodeps "$(file_of 1.5.0-1)"
    umount "$ROOT"
    # The engine comes beneath what the package left.
    mount -t overlay overlay -o "lowerdir=$LAYERS/debian,upperdir=$TOP/upper,workdir=$TOP/work" "$ROOT"
    modules_are
    in_root dkms autoinstall -k "$KR"
    installed_for 1.5.0 "$KR"
    erase
    modules_are
    absent "$ROOT/var/lib/dkms/hello" "$ROOT/var/lib/mkdkms" "$ROOT/usr/src/hello-1.5.0"
}

engine_goes_first() {
    install 1.5.0-1
    mv "$ROOT$(in_root sh -c "command -v $ENGINE")" "$ROOT/gone"
    quietly -U "$(file_of 1.5.0-2)"
    modules_are "$KR/$DKMS_PLACE/hello.ko=1.5.0"
    quietly -e hello-dkms
    modules_are
    absent "$ROOT/var/lib/dkms/hello" "$ROOT/var/lib/mkdkms" "$ROOT/usr/src/hello-1.5.0" "$ROOT/lib/modules/$KR/updates"
}

# from_hand_made RELEASE: of the same version; their %preun takes out what %post of ours would have made.
from_hand_made() {
    run_kernel "$KR"
    snapshot
    quietly -i "$SCRATCH/hand/hello-dkms-1.5.0-$1.noarch.rpm"
    installed_for 1.5.0 "$KR"
    install 1.5.0-2
    installed_for 1.5.0:second "$KR"
    erase
    clean_root
    quietly -i "$SCRATCH/hand/hello-dkms-1.5.0-$1.noarch.rpm"
    install 1.6.0-1
    installed_for 1.6.0 "$KR"
    erase
    clean_root
}

# Kernels that had the module by it have it again, and one whose build fails now keeps what it had.
from_hand_made_on_two() {
    run_kernel "$KR"
    snapshot
    quietly -i "$SCRATCH/hand/hello-dkms-1.5.0-1dkms.noarch.rpm"
    in_root dkms install -m hello -v 1.5.0 -k "$OLDER"
    install 1.5.0-2
    installed_for 1.5.0:second "$KR" "$OLDER"
    erase
    quietly -i "$SCRATCH/hand/hello-dkms-1.5.0-0.vendor.noarch.rpm"
    in_root dkms install -m hello -v 1.5.0 -k "$OLDER"
    install 1.5.0-3
    contains "$SCRATCH/log" 'WARNING: this revision of hello 1\.5\.0 could not be made'
    installed_for 1.5.0 "$KR" "$OLDER"
    erase
    clean_root
}

# The package of mkrpm has another name than ours.
from_mkrpm_on_two() {
    run_kernel "$KR"
    snapshot
    quietly -i "$SCRATCH/hand/hello-1.5.0-1dkms.noarch.rpm"
    in_root dkms install -m hello -v 1.5.0 -k "$OLDER"
    install 1.5.0-6
    equal "$(rpm_in_root -qa 'hello*')" hello-dkms-1.5.0-6.noarch
    installed_for 1.5.0 "$KR" "$OLDER"
    erase
    clean_root
}

# Of two packages with one tree there is never more than one, whichever comes first.
former_names() {
    install 1.5.0-6
    local former
    for former in 1dkms 2dkms; do
        ends_with 1 rpm_in_root -i "$SCRATCH/hand/hello-1.5.0-$former.noarch.rpm"
        contains "$SCRATCH/log" 'hello .*conflicts with .*hello-dkms-1\.5\.0-6|hello-dkms.* conflicts with hello'
        ends_with 1 rpm_in_root -U "$SCRATCH/hand/hello-1.5.0-$former.noarch.rpm"
    done
    equal "$(rpm_in_root -qa 'hello*')" hello-dkms-1.5.0-6.noarch
    installed_for 1.5.0 "$KR"
    erase
    clean_root
    # A newer one than is known is neither obsoleted nor stood beside.
    quietly -i --noscripts "$SCRATCH/hand/hello-1.5.0-2dkms.noarch.rpm"
    ends_with 1 rpm_in_root -U "$(file_of 1.5.0-6)"
    contains "$SCRATCH/log" 'conflicts with'
    equal "$(rpm_in_root -qa 'hello*')" hello-1.5.0-2dkms.noarch
    quietly -e --noscripts hello
    # Without a version in between: what came in is what goes.
    quietly -i "$SCRATCH/hand/hello-1.5.0-1dkms.noarch.rpm"
    ends_with 1 rpm_in_root -i "$(file_of 1.5.0-6)"
    install 1.5.0-6
    equal "$(rpm_in_root -qa 'hello*')" hello-dkms-1.5.0-6.noarch
    erase
    clean_root
}

switch_both_ways() {
    install 1.5.0-1
    ends_with 1 rpm_in_root -i "$RPMS/kmod.rpm"
    contains "$SCRATCH/log" 'hello-dkms conflicts with|conflicts with hello-dkms'
    installed_for 1.5.0 "$KR"
    erase
    quietly -i "$RPMS/kmod.rpm"
    modules_are "$KR/extra/hello/hello.ko=1.5.0"
    ends_with 1 rpm_in_root -i "$(file_of 1.5.0-1)"
    quietly -e "kmod-hello-$KR"
    install 1.5.0-1
    installed_for 1.5.0 "$KR"
    erase
    clean_root
}

odd_words() {
    quietly -i "$RPMS/odd.rpm"
    modules_are "$KR/$DKMS_PLACE/hello.ko=1.5.0"
    status_is "$ODD_NAME/$ODD_VERSION, $KR, $ARCH: installed"
    quietly -U --replacepkgs "$RPMS/odd.rpm"
    modules_are "$KR/$DKMS_PLACE/hello.ko=1.5.0"
    quietly -e "$(rpm -qp --qf '%{NAME}' "$RPMS/odd.rpm")"
    clean_root
}

# --- from here on, in order ----------------------------------------------------------------------------

all_paths() {
    common_paths
    path "strict hooks are reported by rpm, and keep what worked" "${LAYERS_NOW[@]}" -- strict_hooks
    path "kmod-hello-K and hello-dkms take turns" "${LAYERS_NOW[@]}" -- switch_both_ways
    path "a name and a version of odd characters" "${LAYERS_NOW[@]}" -- odd_words
    path "install without headers, which arrive later" "${LAYERS_NOW[@]}" -- headers_arrive
    [ "$engine" = mkdkms-as-dkms ] || path "the engine goes first" "${LAYERS_NOW[@]}" -- engine_goes_first
}

# They call dkms.
hand_made_paths() {
    path "upgrade from an rpm of mkrpm" "${LAYERS_NOW[@]}" -- from_hand_made 1dkms
    path "upgrade from an rpm made by hand" "${LAYERS_NOW[@]}" -- from_hand_made 0.vendor
    path "from an rpm of mkrpm of another name, with two kernels" older "${LAYERS_NOW[@]}" -- from_mkrpm_on_two
    path "former names: replaced or refused" "${LAYERS_NOW[@]}" -- former_names
    path "upgrade from those with two kernels" older "${LAYERS_NOW[@]}" -- from_hand_made_on_two
}

if ! needs_layers "paths of rpm packages"; then
    finish
    exit
fi
ROOT=$LAYERS/debian check "a Debian root with dkms and $KR" make_root
check "the packages of hello" make_rpms
check "stubs of the kernel and dkms, and packages made by others" make_stubs
check "packages of mkdkms, and of one that stands in for dkms" make_engine_packages
check "roots with each engine" make_engine_layers
check "a second kernel, $OLDER" make_layer older -- put_kernel "$OLDER"
check "rpm databases in them" make_rpm_layers
for engine in $(path_engines); do
    use_engine "$engine" rpm
    all_paths
    use_engine "$(stand_in "$engine")" rpm
    hand_made_paths
done
use_engine dkms rpm
path "without an engine, which arrives later" bare rpm-bare -- engine_arrives
finish_paths
