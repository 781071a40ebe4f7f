#!/bin/bash
# A dkms.conf that chooses its destination by /etc/os-release and /etc/os-version: the target's files decide.
. "$(dirname "$0")/lib.sh"

TREE=$OS_DEPENDENT
TARGETS=(uos:20 openeuler:22.03 debian:12)

# What bash makes of the file with the target's identity in place of this machine's: the oracle.
expected() {
    local fake=$SCRATCH/os/$1
    mkdir -p "$fake"
    case $1 in
        uos:20)
            printf '%s\n' 'NAME="UnionTech OS Desktop"' 'ID=uos' 'VERSION_ID="20"' >"$fake/os-release"
            printf '%s\n' '[Version]' 'SystemName=UnionTech OS Desktop' 'EditionName=d' 'MajorVersion=20' >"$fake/os-version"
            ;;
        openeuler:22.03) printf '%s\n' 'NAME="openEuler"' 'ID="openEuler"' 'VERSION_ID="22.03"' >"$fake/os-release" ;;
        debian:12) printf '%s\n' 'NAME="Debian GNU/Linux"' 'ID=debian' 'VERSION_ID="12"' >"$fake/os-release" ;;
    esac
    sed "s,/etc/os-release,$fake/os-release,g; s,/etc/os-version,$fake/os-version,g" "$TREE/dkms.conf" >"$fake/dkms.conf"
    # shellcheck disable=SC2016 # the inner shell's words
    env -i PATH="$PATH" kernelver="$K1" bash -c '. "$1" 2>/dev/null; printf "%s\n" "${DEST_MODULE_LOCATION[0]}"' - "$fake/dkms.conf"
}

fixture_depends() {
    contains "$TREE/dkms.conf" '/etc/os-release'
    contains "$TREE/dkms.conf" '/etc/os-version'
    equal "$(for target in "${TARGETS[@]}"; do expected "$target"; done | sort -u | wc -l)" 3
}

destination() {
    "$MKDKMS" conf "$TREE" -k "$K1" --target "$1" --json >"$SCRATCH/conf.json"
    equal "$(jq -r '.modules[0].destLocation' "$SCRATCH/conf.json")" "$(expected "$1")"
}

prebuilt_refused() {
    local out=$SCRATCH/refused
    refused 1 '--target' "$MKDKMS" "$@" "$TREE" -k "$K1" -o "$out"
    contains "$SCRATCH/err" '\[host-dependent-conf\]'
    empty "$out"
}

source_kinds() {
    local out=$SCRATCH/source
    "$MKDKMS" tarball "$TREE" -o "$out"
    "$MKDKMS" deb "$TREE" --kind dkms -o "$out"
    "$MKDKMS" rpm "$TREE" --kind dkms -o "$out"
    equal "$(find "$out" -type f | wc -l)" 3
}

prebuilt_with_target() {
    local out=$SCRATCH/target
    "$MKDKMS" bundle "$TREE" -k "$K1" --target "$1" -o "$out/$1"
    equal "$(find "$out/$1" -name '*-bundle-*.tar.xz' | wc -l)" 1
}

if ! needs_kernel "os-dependent"; then
    finish
    exit
fi
check "the fixture chooses three destinations for three systems" fixture_depends
for target in "${TARGETS[@]}"; do
    check "--target $target: the destination that its os-release gives" destination "$target"
done
check "bundle refuses without a target" prebuilt_refused bundle
check "deb --kind modules refuses without a target" prebuilt_refused deb --kind modules
check "rpm --kind kmod refuses without a target" prebuilt_refused rpm --kind kmod
check "source kinds need no target" source_kinds
check "bundle for uos:20" prebuilt_with_target uos:20
finish
