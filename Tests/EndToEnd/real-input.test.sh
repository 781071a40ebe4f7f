#!/bin/bash
# The trees of some of Debian's own -dkms packages, given as .deb, through every converter.
. "$(dirname "$0")/lib.sh"

PACKAGES=(v4l2loopback-dkms acpi-call-dkms ddcci-dkms openrazer-driver-dkms)
SIGN_FILE=$(sign_file)
keys=$SCRATCH/keys

# Kept between runs: the archive's file does not change.
fetch() {
    local folder=$CACHE/downloads
    mkdir -p "$folder"
    [ -n "$(find "$folder" -name "$1_*.deb")" ] || (cd "$folder" && apt-get -q -o APT::Sandbox::User=root download "$1")
    find "$folder" -name "$1_*.deb" | head -n 1 >"$SCRATCH/$1.path"
    dpkg-deb -x "$(cat "$SCRATCH/$1.path")" "$SCRATCH/$1.tree"
}

# conf_field PACKAGE FIELD
field() { jq -r ".$2" "$SCRATCH/$1.conf"; }

read_conf() {
    "$MKDKMS" conf "$(cat "$SCRATCH/$1.path")" -k "$K1" --json >"$SCRATCH/$1.conf"
    local name version
    name=$(field "$1" packageName) version=$(field "$1" packageVersion)
    present "$SCRATCH/$1.tree/usr/src/$name-$version/dkms.conf"
    # The oracle: bash reads the file as dkms does.
    # shellcheck disable=SC2016 # the inner shell's words
    env -i PATH="$PATH" kernelver="$K1" bash -c '. "$1"; printf "%s\n" "$PACKAGE_NAME" "$PACKAGE_VERSION" "${BUILT_MODULE_NAME[@]:-$PACKAGE_NAME}"' \
        - "$SCRATCH/$1.tree/usr/src/$name-$version/dkms.conf" >"$SCRATCH/expected"
    jq -r '.packageName, .packageVersion, .modules[].builtName' "$SCRATCH/$1.conf" | diff "$SCRATCH/expected" -
}

# Whether the tree fits this kernel at all: its own make command, run by bash alone, which is the oracle.
fits_kernel() {
    local name version tree
    name=$(field "$1" packageName) version=$(field "$1" packageVersion)
    tree=$SCRATCH/dkms/$name/$version/build
    mkdir -p "${tree%/build}"
    cp -r "$SCRATCH/$1.tree/usr/src/$name-$version" "$tree"
    # shellcheck disable=SC2016 # the inner shell's words
    (cd "$tree" && env -i PATH="$PATH" kernelver="$K1" kernel_source_dir="/lib/modules/$K1/build" arch="$ARCH" \
        dkms_tree="$SCRATCH/dkms" bash -c '. ./dkms.conf && eval "${MAKE[0]:-make -C $kernel_source_dir M=$PWD}"') \
        >"$SCRATCH/$1.make.log" 2>&1 </dev/null
}

# A build that fails for the compiler too: its first error is in the message, and no module is written.
fails_alike() {
    local compiler
    compiler=$(sed -nE 's/^.*[0-9]+: error: //p' "$SCRATCH/$1.make.log" | head -n 1)
    [ -n "$compiler" ] || { tail "$SCRATCH/$1.make.log"; fail "make failed without an error of the compiler"; }
    refused 1 'build-failed' "$MKDKMS" modules "$(cat "$SCRATCH/$1.path")" -k "$K1" --no-sign -o "$SCRATCH/$1.modules"
    grep -qF -- "$compiler" "$SCRATCH/err" || fail "the message lacks: $compiler"
    equal "$(find "$SCRATCH/$1.modules" -name '*.ko*')" ""
}

build() {
    "$MKDKMS" modules "$(cat "$SCRATCH/$1.path")" -k "$K1" --no-sign --compress none -o "$SCRATCH/$1.modules"
    local name
    for name in $(jq -r '.modules[].destName' "$SCRATCH/$1.conf"); do
        equal "$(vermagic_release "$SCRATCH/$1.modules/$K1/$ARCH/$name.ko")" "$K1"
    done
}

signed() {
    "$MKDKMS" modules "$(cat "$SCRATCH/$1.path")" -k "$K1" --compress none --sign-key "$keys/mok.key" \
        --sign-cert "$keys/mok.pem" --sign-hash "$2" -o "$SCRATCH/$1.signed-$2"
    local module count=0
    for module in "$SCRATCH/$1.modules/$K1/$ARCH"/*.ko; do
        strip -g "$module" -o "$SCRATCH/expected.ko"
        "$SIGN_FILE" "$2" "$keys/mok.key" "$keys/mok.pem" "$SCRATCH/expected.ko"
        same "$SCRATCH/expected.ko" "$SCRATCH/$1.signed-$2/$K1/$ARCH/$(basename "$module")"
        count=$((count + 1))
    done
    equal "$count" "$(jq '.modules | length' "$SCRATCH/$1.conf")"
}

# The source travels whole: what the package has under /usr/src is what each source kind carries.
source_kinds() {
    local tree work name
    name=$(field "$1" packageName)-$(field "$1" packageVersion)
    tree=$SCRATCH/$1.tree/usr/src/$name
    work=$SCRATCH/$1.source
    "$MKDKMS" tarball "$(cat "$SCRATCH/$1.path")" -o "$work"
    "$MKDKMS" deb "$(cat "$SCRATCH/$1.path")" --kind dkms -o "$work"
    "$MKDKMS" rpm "$(cat "$SCRATCH/$1.path")" --kind dkms -o "$work"
    mkdir -p "$work/tar" "$work/deb" "$work/rpm"
    tar -xzf "$work"/*-source-only.dkms.tar.gz -C "$work/tar"
    dpkg-deb -x "$work"/*.deb "$work/deb"
    (cd "$work/rpm" && rpm2cpio "$work"/*.rpm | cpio -idm --quiet)
    diff -r "$tree" "$work/tar/dkms_source_tree"
    diff -r "$tree" "$work/deb/usr/src/$name"
    diff -r "$tree" "$work/rpm/usr/src/$name"
}

from_modules() {
    local package=$1 work=$SCRATCH/$1.out verb
    for verb in tarball bundle "deb --kind modules" "rpm --kind kmod"; do
        # shellcheck disable=SC2086 # a verb and its options
        "$MKDKMS" $verb "$(cat "$SCRATCH/$package.path")" -k "$K1" --from "$SCRATCH/$package.modules" -o "$work"
    done
    # Two of them follow the newest kernel.
    equal "$(find "$work" -type f | wc -l)" 6
    "$MKDKMS" release "$(cat "$SCRATCH/$package.path")" --from "$SCRATCH/$package.modules" -o "$SCRATCH/$package.release"
    equal "$(find "$SCRATCH/$package.release" -type f ! -name SHA256SUMS ! -name index.json | wc -l)" 6
    (cd "$SCRATCH/$package.release" && sha256sum --quiet -c SHA256SUMS)
}

# Each tool reads its own format; inspect reads them all and counts the modules.
readable() {
    local work=$SCRATCH/$1.release artifact modules
    modules=$(jq '.modules | length' "$SCRATCH/$1.conf")
    for artifact in "$work"/*.deb; do dpkg-deb -I "$artifact" && dpkg-deb -c "$artifact"; done >/dev/null
    rpm -K --nosignature "$work"/*.rpm
    for artifact in "$work"/*.deb "$work"/*.rpm "$work"/*.tar.*; do
        "$MKDKMS" inspect "$artifact" --json >"$SCRATCH/inspect.json"
        case $artifact in
            *-modules-*.deb | */kmod-*.rpm | *-bundle-*) equal "$(jq '.modules | length' "$SCRATCH/inspect.json")" "$modules" ;;
        esac
    done
}

if ! needs_kernel "real input"; then
    finish
    exit
fi
make_key "$keys" mok
for package in "${PACKAGES[@]}"; do
    check "$package: fetched" fetch "$package"
    check "$package: dkms.conf as bash reads it" read_conf "$package"
    check "$package: tarball, deb and rpm carry the source whole" source_kinds "$package"
    if ! fits_kernel "$package"; then
        check "$package: $K1 has another API than it needs, and the compiler's error says so" fails_alike "$package"
        skip "$package: the kinds with modules" "its own make fails for $K1 too"
        continue
    fi
    check "$package: modules for $K1" build "$package"
    if [ -n "$SIGN_FILE" ]; then
        for hash in sha256 sha512; do
            check "$package: signed as by sign-file, $hash" signed "$package" "$hash"
        done
    fi
    check "$package: every converter and release from the modules" from_modules "$package"
    check "$package: dpkg-deb, rpm and inspect read the release" readable "$package"
done
finish
