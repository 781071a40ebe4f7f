#!/bin/bash
# Packages for Arch and Alpine, read by other programs than ours.
. "$(dirname "$0")/lib.sh"

TREE=$SCRATCH/src/hello-1.5.0
tree_copy "$HELLO" "$TREE"
# shellcheck disable=SC2016 # literal
SUMMARY='Says "100%" $(touch pwned) `x` \ '"it's é"
META=(--maintainer 'A Tester <tester@example.org>' --homepage https://example.org/hello --summary "$SUMMARY")

# reproducible NAME VERB ARGUMENT…: the same bytes again, at another time, in another zone.
reproducible() {
    local name=$1
    shift
    "$MKDKMS" "$@" -o "$SCRATCH/$name"
    sleep 1.1
    TZ=Asia/Tokyo "$MKDKMS" "$@" -o "$SCRATCH/$name-again"
    diff -r "$SCRATCH/$name" "$SCRATCH/$name-again"
}

arch() {
    reproducible arch arch "$TREE" -R 2 "${META[@]}"
    only "$SCRATCH/arch" hello-dkms-1.5.0-2-any.pkg.tar.zst hello-dkms-1.5.0-2.src.tar.gz
}

arch_package() {
    local root=$SCRATCH/arch-root
    mkdir "$root"
    tar --zstd -xf "$SCRATCH/arch/hello-dkms-1.5.0-2-any.pkg.tar.zst" -C "$root"
    only "$root" .MTREE .PKGINFO usr
    diff -r "$TREE" "$root/usr/src/hello-1.5.0"
    contains "$root/.PKGINFO" '^pkgname = hello-dkms$'
    contains "$root/.PKGINFO" '^pkgver = 1\.5\.0-2$'
    contains "$root/.PKGINFO" '^arch = any$'
    contains "$root/.PKGINFO" '^depend = dkms$'
    grep -qxF "pkgdesc = $SUMMARY" "$root/.PKGINFO" || fail "the summary is not literal"
    [ ! -e "$root/.INSTALL" ]
}

# bsdtar reads an mtree as an archive: every file with its size and mode.
arch_mtree() {
    local root=$SCRATCH/arch-root
    (cd "$root" && zcat .MTREE >"$SCRATCH/mtree")
    contains "$SCRATCH/mtree" '^#mtree$'
    contains "$SCRATCH/mtree" "sha256digest=$(sha256sum "$TREE/hello.c" | cut -d ' ' -f 1)"
    command -v bsdtar >/dev/null || fail "Tests/setup test installs bsdtar"
    (cd "$root" && bsdtar -tf "$SCRATCH/mtree") | sed 's,^\./,,; s,/$,,' | sort >"$SCRATCH/listed"
    (cd "$root" && find . -mindepth 1 ! -name .MTREE -printf '%P\n' | sort) | diff "$SCRATCH/listed" -
}

arch_recipe() {
    local work=$SCRATCH/recipe
    mkdir -p "$work/src" "$work/pkg"
    tar -xzf "$SCRATCH/arch/hello-dkms-1.5.0-2.src.tar.gz" -C "$work"
    cd "$work/hello-dkms"
    bash -n PKGBUILD
    # What makepkg does: the recipe is sourced, its sources checked and unpacked, and package() run.
    # shellcheck disable=SC2016 # the inner shell's words
    env -i PATH="$PATH" srcdir="$work/src" pkgdir="$work/pkg" bash -e -c '. ./PKGBUILD
        printf "%s\n" "$pkgdesc" >"$1/desc"
        printf "%s  %s\n" "${sha256sums[0]}" "${source[0]}" | sha256sum --quiet -c
        tar -xzf "${source[0]}" -C "$srcdir"
        package' - "$work"
    equal "$(cat "$work/desc")" "$SUMMARY"
    diff -r "$TREE" "$work/pkg/usr/src/hello-1.5.0"
    absent "$work/hello-dkms/pwned"
}

alpine() {
    reproducible alpine alpine "$TREE" "${META[@]}"
    only "$SCRATCH/alpine" hello-src-1.5.0-r1.apkbuild.tar.gz
}

alpine_recipe() {
    local work=$SCRATCH/alpine-recipe
    mkdir -p "$work/src" "$work/pkg"
    tar -xzf "$SCRATCH/alpine/hello-src-1.5.0-r1.apkbuild.tar.gz" -C "$work"
    cd "$work/hello-src"
    busybox sh -n APKBUILD
    busybox sh -n AKMBUILD
    tar -xzf hello-1.5.0.tar.gz -C "$work/src"
    cp AKMBUILD "$work/src/"
    # shellcheck disable=SC2016 # the inner shell's words
    env -i PATH="$PATH" srcdir="$work/src" pkgdir="$work/pkg" busybox sh -e -c '. ./APKBUILD
        printf "%s\n" "$pkgdesc" >"$1/desc"
        printf "%s" "$sha512sums" | grep . | sha512sum --quiet -c
        package' - "$work"
    equal "$(cat "$work/desc")" "$SUMMARY"
    # shellcheck disable=SC2016 # the inner shell's words
    equal "$(busybox sh -c '. "$1"; echo "$modname $modver $built_modules"' - "$work/pkg/usr/src/hello-1.5.0/AKMBUILD")" \
        'hello 1.5.0 hello.ko'
    rm "$work/pkg/usr/src/hello-1.5.0/AKMBUILD"
    diff -r "$TREE" "$work/pkg/usr/src/hello-1.5.0"
}

# What akms does not do by itself stands in the AKMBUILD, as comments even where a directive has lines or shell in it.
alpine_notes() {
    local tree=$SCRATCH/noted work=$SCRATCH/alpine-noted
    tree_copy "$HELLO" "$tree"
    mkdir -p "$tree/patches" "$work"
    : >"$tree/patches/old.patch"
    # shellcheck disable=SC2016 # dkms.conf's words
    printf '%s\n' 'MAKE[0]="make all"' 'PATCH[0]="old.patch"' 'PATCH_MATCH[0]="^5"' 'PRE_BUILD="prepare.sh; touch pwned"' \
        'POST_INSTALL="after.sh"' >>"$tree/dkms.conf"
    printf '#!/bin/sh\n' | tee "$tree/prepare.sh" "$tree/after.sh" >/dev/null
    chmod 0755 "$tree/prepare.sh" "$tree/after.sh"
    "$MKDKMS" alpine "$tree" "${META[@]}" -o "$SCRATCH/alpine-notes"
    tar -xzf "$SCRATCH/alpine-notes"/*.tar.gz -C "$work" --strip-components=1
    contains "$work/AKMBUILD" '^#   MAKE\[0\]: make all$'
    contains "$work/AKMBUILD" '^#   PATCH\[0\]: old.patch \(kernels that match \^5\)$'
    contains "$work/AKMBUILD" '^#   PRE_BUILD: prepare.sh; touch pwned$'
    contains "$work/AKMBUILD" '^#   POST_INSTALL: after.sh$'
    equal "$(grep -cv '^#' "$work/AKMBUILD")" "$(grep -c '^[a-z_]*=\|^$' "$work/AKMBUILD")"
}

check "arch: a package and a recipe, the same at another hour" arch
check "arch: what pacman reads, and no install script" arch_package
check "arch: .MTREE lists every file with its digest" arch_mtree
check "arch: the PKGBUILD's package() gives the tree, values literally" arch_recipe
check "arch: a revision that pacman takes none of is refused" refused 64 'bad-revision' "$MKDKMS" arch "$TREE" -R 1.el9 -o "$SCRATCH/bad"
check "alpine: a recipe, the same at another hour" alpine
check "alpine: APKBUILD and AKMBUILD under busybox" alpine_recipe
check "alpine: make, patches and hooks are named in the AKMBUILD" alpine_notes
finish
