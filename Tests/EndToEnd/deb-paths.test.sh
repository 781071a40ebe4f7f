#!/bin/bash
# Every way a hello-dkms .deb comes, changes and goes, in Debian roots, with dkms and with mkdkms: after each step the
# module tree, the status and dpkg's exit code are what docs/package-paths.md promises.
. "$(dirname "$0")/lib.sh"
. "$HERE/root.sh"
. "$HERE/paths.sh"
. "$HERE/common-paths.sh"

# What `make test` has time for.
SHORT="dkms:other_versions dkms:from_debhelper mkdkms:odd_words mkdkms:failing_build mkdkms:switch_both_ways
dkms:renamed_on_two mkdkms:renamed_and_failing dkms:reconfigured_on_two"

PACKAGES=$LAYERS/packages/packages
UPDATES_KR=$KR/updates

# deb TREE REVISION [OPTION…]
deb() { "$MKDKMS" deb "$SCRATCH/trees/$1"/* --kind dkms -R "$2" -o "$PACKAGES" "${@:3}"; }

make_debs() {
    make_trees
    deb first 1
    deb second 2
    deb newer 1
    deb failing 3
    deb first 4 --hooks strict
    deb failing 5 --hooks strict
    deb odd 1
    "$MKDKMS" deb "$SCRATCH/trees/first"/* --kind modules -k "$KR" -o "$PACKAGES"
    cp "$PACKAGES/hello-modules-${KR}_"*.deb "$PACKAGES/modules.deb"
    cp "$PACKAGES"/odd-*.deb "$PACKAGES/odd.deb"
    mkdir -p "$SCRATCH/stranger"
    stub_deb stranger "$SCRATCH/stranger" 'Conflicts: hello-dkms' 'Replaces: hello-dkms'
    mkdir -p "$SCRATCH/breaker"
    stub_deb breaker "$SCRATCH/breaker" 'Breaks: hello-dkms (<< 1.5.0-2)'
    renamed deb second 2 "$PACKAGES"
    renamed deb failing 3 "$PACKAGES"
    renamed deb newer 1 "$PACKAGES"
    renamed deb failing-newer 3 "$PACKAGES"
}

# Debian's own packages of the versions that the root has, kept between runs.
download() {
    local package version file
    for package in dkms "linux-headers-$KR"; do
        version=$(dpkg-query --admindir "$LAYERS/debian/var/lib/dpkg" -W -f '${Version}' "$package")
        file=$CACHE/$package-$version.deb
        if [ ! -e "$file" ]; then
            mkdir -p "$SCRATCH/download"
            (cd "$SCRATCH/download" && apt-get -q download "$package=$version")
            mv "$SCRATCH/download"/*.deb "$file"
        fi
        cp "$file" "$PACKAGES/$package.deb"
    done
}

# dpkg in the root; what it prints is kept in $SCRATCH/log.
dpkg_in_root() {
    local status=0
    in_root dpkg "$@" >"$SCRATCH/log" 2>&1 || status=$?
    cat "$SCRATCH/log"
    return "$status"
}
install() { dpkg_in_root -i "/packages/hello-dkms_$1_all.deb"; }
# state_is STATE [PACKAGE]
# shellcheck disable=SC2016 # dpkg-query's own
state_is() { equal "$(in_root dpkg-query -W -f '${db:Status-Status}' "${2-hello-dkms}")" "$1"; }

erase() { dpkg_in_root -P hello-dkms; }
rename() {
    dpkg_in_root -i "/packages/hello-modules-dkms_$1_all.deb"
    state_is installed hello-modules-dkms
    state_is config-files
}
purge_former() { erase; }
erase_renamed() { dpkg_in_root -P hello-modules-dkms; }
untouched() {
    state_is installed
    says_nothing in_root dpkg -V hello-dkms
}

# --- the paths -----------------------------------------------------------------------------------------

headers_arrive() {
    dpkg_in_root -P --force-depends "linux-headers-$KR"
    install 1.5.0-1
    contains "$SCRATCH/log" "no headers for kernel $KR"
    only_added 1.5.0
    dpkg_in_root -i "/packages/linux-headers-$KR.deb"
    installed_for 1.5.0 "$KR"
    dpkg_in_root -P hello-dkms
    clean_root
}

strict_hooks() {
    ends_with 1 install 1.5.0-5
    state_is half-configured
    only_added 1.5.0
    install 1.5.0-4
    state_is installed
    installed_for 1.5.0 "$KR"
    ends_with 1 install 1.5.0-5
    state_is half-configured
    installed_for 1.5.0 "$KR"
    ends_with 1 dpkg_in_root --configure -a
    installed_for 1.5.0 "$KR"
    dpkg_in_root -P hello-dkms
    clean_root
}

# engine_arrives ENGINE-PACKAGE: dpkg is told not to mind that there is none, as an image builder might.
engine_arrives() {
    local arrival=$1
    dpkg_in_root -i --force-depends /packages/hello-dkms_1.5.0-1_all.deb
    contains "$SCRATCH/log" 'neither dkms nor mkdkms is installed'
    state_is installed
    modules_are
    dpkg_in_root -P hello-dkms
    clean_root
    dpkg_in_root -i --force-depends /packages/hello-dkms_1.5.0-1_all.deb
    dpkg_in_root -i "/packages/$arrival.deb"
    installed_for 1.5.0 "$KR"
    # The work is done once: what an administrator takes out stays out.
    in_root "$ENGINE" remove -m hello -v 1.5.0 --all
    dpkg_in_root -i "/packages/$arrival.deb"
    modules_are
    dpkg_in_root -P hello-dkms
    dpkg_in_root -P "$arrival"
    rm -rf "$ROOT/var/lib/dkms/.mkdkms"
    status_absent
}

# Without an engine the strict package stays unconfigured, as dh_dkms's does.
strict_without_engine() {
    ends_with 1 dpkg_in_root -i --force-depends /packages/hello-dkms_1.5.0-4_all.deb
    state_is half-configured
    dpkg_in_root -P --force-depends hello-dkms
    clean_root
}

status_absent() { absent "$ROOT/var/lib/dkms/hello" "$ROOT/var/lib/mkdkms" "$ROOT/usr/src/hello-1.5.0" "$ROOT/lib/modules/$KR/updates"; }

engine_goes_first() {
    local package=$1
    install 1.5.0-1
    dpkg_in_root -P --force-depends "$package"
    # A revision finds nobody who could make it again.
    dpkg_in_root -i --force-depends /packages/hello-dkms_1.5.0-2_all.deb
    modules_are "$UPDATES_KR/dkms/hello.ko=1.5.0"
    dpkg_in_root -P hello-dkms
    modules_are
    status_absent
}

from_debhelper() {
    install 1.5.0-0
    installed_for 1.5.0 "$KR"
    install 1.5.0-2
    installed_for 1.5.0:second "$KR"
    install 1.5.0-0
    installed_for 1.5.0 "$KR"
    install 1.6.0-1
    installed_for 1.6.0 "$KR"
    dpkg_in_root -P hello-dkms
    clean_root
}

to_debhelper() {
    install 1.5.0-1
    install 1.5.0-0
    installed_for 1.5.0 "$KR"
    dpkg_in_root -P hello-dkms
    clean_root
}

apt_in_root() {
    in_root apt-get -q -y -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts=/dev/null -o APT::Sandbox::User=root \
        -o Dpkg::Use-Pty=0 "$@"
}

switch_both_ways() {
    install 1.5.0-1
    apt_in_root install --allow-downgrades /packages/modules.deb
    state_is config-files
    modules_are "$UPDATES_KR/hello/hello.ko=1.5.0"
    status_is
    apt_in_root install /packages/hello-dkms_1.5.0-2_all.deb
    state_is config-files "hello-modules-$KR"
    installed_for 1.5.0:second "$KR"
    dpkg_in_root -P hello-dkms "hello-modules-$KR"
    clean_root
}

# dpkg has it deconfigured for a package that breaks it, and configures it again when that one is gone.
reconfigured_on_two() {
    run_kernel "$KR"
    snapshot
    install 1.5.0-1
    in_root "$ENGINE" install -m hello -v 1.5.0 -k "$OLDER"
    ends_with 1 dpkg_in_root -i --auto-deconfigure /packages/breaker.deb
    contains "$SCRATCH/log" 'De-configuring hello-dkms'
    modules_are
    dpkg_in_root -P breaker
    dpkg_in_root --configure -a
    installed_for 1.5.0 "$KR" "$OLDER"
    erase
    clean_root
}

# One that is not of this module comes in its place: the module is gone.
replaced_by_a_stranger() {
    install 1.5.0-1
    dpkg_in_root -i /packages/stranger.deb
    state_is config-files
    erase
    dpkg_in_root -P stranger
    clean_root
}

odd_words() {
    dpkg_in_root -i /packages/odd.deb
    modules_are "$UPDATES_KR/dkms/hello.ko=1.5.0"
    status_is "$ODD_NAME/$ODD_VERSION, $KR, $ARCH: installed"
    dpkg_in_root -i /packages/odd.deb
    modules_are "$UPDATES_KR/dkms/hello.ko=1.5.0"
    dpkg_in_root -P "$(dpkg-deb -f "$PACKAGES/odd.deb" Package)"
    clean_root
}

# --- from here on, in order ----------------------------------------------------------------------------

# remove leaves what purge would too: there is no configuration.
removed_then_purged() {
    install 1.5.0-1
    dpkg_in_root -r hello-dkms
    state_is config-files
    clean_root
    dpkg_in_root -P hello-dkms
    clean_root
}

all_paths() {
    common_paths
    path "remove, then purge" "${LAYERS_NOW[@]}" -- removed_then_purged
    path "strict hooks fail configure, and keep what worked" "${LAYERS_NOW[@]}" -- strict_hooks
    path "hello-modules-K and hello-dkms take turns by apt" "${LAYERS_NOW[@]}" -- switch_both_ways
    path "deconfigured, and configured again: who had the module keeps it" older "${LAYERS_NOW[@]}" -- reconfigured_on_two
    path "a package of something else takes its place" "${LAYERS_NOW[@]}" -- replaced_by_a_stranger
    path "a name and a version of odd characters" "${LAYERS_NOW[@]}" -- odd_words
    if [ -e "$PACKAGES/linux-headers-$KR.deb" ]; then
        path "install without headers, which arrive later" "${LAYERS_NOW[@]}" -- headers_arrive
    fi
    if [ -e "$PACKAGES/$ENGINE_NAME.deb" ]; then
        path "without an engine, which arrives later" bare -- engine_arrives "$ENGINE_NAME"
        path "the engine is purged first" "${LAYERS_NOW[@]}" -- engine_goes_first "$ENGINE_NAME"
    fi
}

# They call common.postinst, which comes with dkms and with what stands in for it.
debhelper_paths() {
    [ -e "$PACKAGES/hello-dkms_1.5.0-0_all.deb" ] || return 0
    path "upgrade from a .deb of dh_dkms, back, and to another version" "${LAYERS_NOW[@]}" -- from_debhelper
    path "purged after a .deb of dh_dkms took its place" "${LAYERS_NOW[@]}" -- to_debhelper
}

if ! needs_layers "paths of Debian packages"; then
    finish
    exit
fi
ROOT=$LAYERS/debian check "a Debian root with dkms and $KR" make_root
check "the packages of hello" make_debs
check "packages of mkdkms, and of one that stands in for dkms" make_engine_packages
if needs_program "hello-dkms made by dh_dkms" dh_dkms; then
    check "hello-dkms made by dh_dkms, revision 0" debhelper_deb "$SCRATCH/trees/first/hello-1.5.0" 1.5.0-0 "$PACKAGES"
fi
check "the archive's dkms and linux-headers-$KR" download
check "roots with each engine, and a second kernel" make_engine_layers
check "a second kernel, $OLDER" make_layer older -- put_kernel "$OLDER"

for engine in $(path_engines); do
    use_engine "$engine"
    all_paths
    use_engine "$(stand_in "$engine")"
    debhelper_paths
done
use_engine none
path "strict hooks without an engine" bare -- strict_without_engine
finish_paths
