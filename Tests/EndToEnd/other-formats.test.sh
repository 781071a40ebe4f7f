#!/bin/bash
# Packages for Arch and Alpine, and the driver disk, read by other programs than ours.
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
    # shellcheck disable=SC1003,SC2016 # dkms.conf's words
    printf '%s\n' 'MAKE[0]="make all \' '  KVER=$kernelver"' 'PATCH[0]="old.patch"' 'PATCH_MATCH[0]="^5"' 'PRE_BUILD="prepare.sh; touch pwned"' \
        'POST_INSTALL="after.sh"' >>"$tree/dkms.conf"
    printf '#!/bin/sh\n' | tee "$tree/prepare.sh" "$tree/after.sh" >/dev/null
    chmod 0755 "$tree/prepare.sh" "$tree/after.sh"
    "$MKDKMS" alpine "$tree" "${META[@]}" -o "$SCRATCH/alpine-notes"
    tar -xzf "$SCRATCH/alpine-notes"/*.tar.gz -C "$work" --strip-components=1
    # In its own words: for no kernel its variables would be empty.
    contains "$work/AKMBUILD" '^#   MAKE\[0\]="make all \\$'
    # shellcheck disable=SC2016 # dkms.conf's words
    contains "$work/AKMBUILD" '^#     KVER=\$kernelver"$'
    contains "$work/AKMBUILD" '^#   PATCH\[0\]: old.patch \(kernels that match \^5\)$'
    contains "$work/AKMBUILD" '^#   PRE_BUILD="prepare.sh; touch pwned"$'
    contains "$work/AKMBUILD" '^#   POST_INSTALL="after.sh"$'
    equal "$(grep -cv '^#' "$work/AKMBUILD")" "$(grep -c '^[a-z_]*=\|^$' "$work/AKMBUILD")"
}

# --- files beside the module ---------------------------------------------------------------------------

# Files of each role; two of one name, and a name that recipes would take for two words and a signature.
settings_with_files() {
    local folder=$SCRATCH/settings
    mkdir -p "$folder"
    printf 'options hello a=1\n' >"$folder/hello.conf"
    printf 'firmware\n' >"$folder/fw.bin"
    cat >"$folder/mkdkms.yaml" <<'YAML'
maintainer: Ann Lee <ann@example.org>
files:
  - {role: modprobe, source: hello.conf}
  - {role: modules-load, source: hello.conf}
  - {role: udev, content: 'KERNEL=="hello"', name: 60-hello.rules}
  - {role: firmware, source: fw.bin, name: "hello/a $(b) 'c'.sig"}
  - {role: config, content: "x = 1", destination: /etc/hello.ini, mode: 0640}
  - {role: plain, content: "#!/bin/sh", destination: /usr/bin/hello-tool, mode: 0755}
  - {role: plain, content: x, destination: /usr/share/hello/for-debian, per-target: {arch: {ship: false}, alpine: {ship: false}}}
YAML
}

# files_in ROOT MODPROBE UDEV FIRMWARE: exactly these beside the tree.
files_in() {
    local root=$1
    {
        printf '%s\n' "644 ./$2/hello.conf" '644 ./usr/lib/modules-load.d/hello.conf' "644 ./$3/60-hello.rules" \
            "644 ./$4/hello/a \$(b) 'c'.sig" '640 ./etc/hello.ini' '755 ./usr/bin/hello-tool'
    } | sort >"$SCRATCH/expected"
    (cd "$root" && find . -type f ! -path './usr/src/*' ! -name '.[A-Z]*' -printf '%m %p\n' | sort) | diff "$SCRATCH/expected" -
    same "$root/$2/hello.conf" "$SCRATCH/settings/hello.conf"
    same "$root/$4/hello/a \$(b) 'c'.sig" "$SCRATCH/settings/fw.bin"
}

arch_files() {
    local work=$SCRATCH/arch-files
    settings_with_files
    reproducible arch-with-files arch "$TREE" --settings "$SCRATCH/settings/mkdkms.yaml"
    mkdir -p "$work/root" "$work/src" "$work/pkg"
    tar --zstd -xpf "$SCRATCH/arch-with-files/hello-dkms-1.5.0-1-any.pkg.tar.zst" -C "$work/root"
    files_in "$work/root" usr/lib/modprobe.d usr/lib/udev/rules.d usr/lib/firmware
    contains "$work/root/.PKGINFO" '^backup = etc/hello\.ini$'
    tar -xzf "$SCRATCH/arch-with-files/hello-dkms-1.5.0-1.src.tar.gz" -C "$work"
    cd "$work/hello-dkms"
    # shellcheck disable=SC2016 # the inner shell's words
    env -i PATH="$PATH" srcdir="$work/src" pkgdir="$work/pkg" bash -e -c '. ./PKGBUILD
        for i in "${!source[@]}"; do
            printf "%s  %s\n" "${sha256sums[i]}" "${source[i]}" | sha256sum --quiet -c
            cp "${source[i]}" "$srcdir/"
        done
        tar -xzf "${source[0]}" -C "$srcdir"
        package
        [ "${backup[*]}" = etc/hello.ini ]'
    files_in "$work/pkg" usr/lib/modprobe.d usr/lib/udev/rules.d usr/lib/firmware
    # The recipe has what the package has.
    diff -r --no-dereference -x .MTREE -x .PKGINFO "$work/root" "$work/pkg"
}

alpine_files() {
    local work=$SCRATCH/alpine-files name
    settings_with_files
    reproducible alpine-with-files alpine "$TREE" --settings "$SCRATCH/settings/mkdkms.yaml"
    mkdir -p "$work/src" "$work/pkg"
    tar -xzf "$SCRATCH/alpine-with-files/hello-src-1.5.0-r1.apkbuild.tar.gz" -C "$work"
    cd "$work/hello-src"
    # shellcheck disable=SC2016 # the inner shell's words
    env -i PATH="$PATH" srcdir="$work/src" pkgdir="$work/pkg" busybox sh -e -c '. ./APKBUILD
        printf "%s" "$sha512sums" | grep . | sha512sum -c >/dev/null
        for name in $source; do cp "$name" "$srcdir/"; done
        tar -xzf hello-1.5.0.tar.gz -C "$srcdir"
        package'
    files_in "$work/pkg" etc/modprobe.d lib/udev/rules.d lib/firmware
}

# A program among the files: the packages are for its architecture.
files_with_a_program() {
    local folder=$SCRATCH/settings-program
    mkdir -p "$folder"
    cp /bin/true "$folder/tool"
    printf 'maintainer: A <a@example.org>\nfiles:\n  - {role: plain, source: tool, destination: /usr/bin/hello-tool}\n' >"$folder/mkdkms.yaml"
    "$MKDKMS" arch "$TREE" --settings "$folder/mkdkms.yaml" -o "$folder/out"
    "$MKDKMS" alpine "$TREE" --settings "$folder/mkdkms.yaml" -o "$folder/out"
    only "$folder/out" "hello-dkms-1.5.0-1-$ARCH.pkg.tar.zst" hello-dkms-1.5.0-1.src.tar.gz hello-src-1.5.0-r1.apkbuild.tar.gz
    tar -xzOf "$folder/out/hello-dkms-1.5.0-1.src.tar.gz" hello-dkms/PKGBUILD | grep -x "arch=($ARCH)" >/dev/null
    tar -xzOf "$folder/out/hello-src-1.5.0-r1.apkbuild.tar.gz" hello-src/APKBUILD | grep -x "arch=$ARCH" >/dev/null
}

disk() {
    reproducible disk driverdisk "$TREE" -k "$K1" --target el:9 --no-sign "${META[@]}"
    only "$SCRATCH/disk" dd-hello-1.5.0-1.el9.iso
    equal "$(blkid -p -s LABEL -o value "$SCRATCH/disk"/*.iso)" OEMDRV
    equal "$(blkid -p -s TYPE -o value "$SCRATCH/disk"/*.iso)" iso9660
}

# Two readers that don't share code with the writer's library.
disk_content() {
    local iso root=$SCRATCH/disk-root
    iso=$(find "$SCRATCH/disk" -name '*.iso')
    mkdir -p "$root"
    equal "$(isoinfo -R -x /rhdd3 -i "$iso")" 'Driver Update Disk version 3'
    isoinfo -R -l -i "$iso" >"$SCRATCH/isoinfo"
    contains "$SCRATCH/isoinfo" '^-r--r--r-- .* rhdd3 *$'
    contains "$SCRATCH/isoinfo" '^dr-xr-xr-x .* rpms *$'
    xorriso -osirrox on -indev "$iso" -extract / "$root" 2>"$SCRATCH/xorriso" || { cat "$SCRATCH/xorriso"; fail "xorriso"; }
    chmod -R u+w "$root"
    only "$root" rhdd3 rpms
    only "$root/rpms" "$ARCH"
    rpm -K --nosignature "$root/rpms/$ARCH"/*.rpm
    "$MKDKMS" rpm "$TREE" --kind kmod -k "$K1" --target el:9 --no-sign "${META[@]}" -o "$SCRATCH/kmod"
    local package
    for package in "$SCRATCH/kmod"/kmod-hello-[0-9]*.rpm; do same "$package" "$root/rpms/$ARCH/$(basename "$package")"; done
}

disk_repository() {
    local root=$SCRATCH/disk-root
    present "$root/rpms/$ARCH/repodata/repomd.xml"
    dnf -q --disableplugin='*' --setopt=reposdir=/dev/null --setopt=cachedir="$SCRATCH/dnf" --setopt=gpgcheck=0 \
        --repofrompath "oemdrv,file://$root/rpms/$ARCH" --repo oemdrv repoquery --forcearch "$ARCH" >"$SCRATCH/query"
    contains "$SCRATCH/query" '^kmod-hello-'
}

disk_in_tree() {
    refused 64 'output-in-tree' "$MKDKMS" driverdisk "$TREE" -k "$K1" --target el:9 --no-sign -o "$TREE/out"
    absent "$TREE/out"
}

# Without createrepo_c there is no disk, and the message says what to install.
disk_without_tool() {
    local bin=$SCRATCH/bin
    mkdir -p "$bin"
    local folder
    for folder in /usr/bin /usr/sbin; do
        find "$folder" -maxdepth 1 ! -name 'createrepo*' -exec ln -sf -t "$bin" {} + 2>/dev/null
    done
    PATH=$bin refused 1 'missing-program' "$MKDKMS" driverdisk "$TREE" -k "$K1" --target el:9 --no-sign -o "$SCRATCH/none"
    contains "$SCRATCH/err" 'hint: install it: .*createrepo_c'
    empty "$SCRATCH/none"
}

check "arch: a package and a recipe, the same at another hour" arch
check "arch: what pacman reads, and no install script" arch_package
check "arch: .MTREE lists every file with its digest" arch_mtree
check "arch: the PKGBUILD's package() gives the tree, values literally" arch_recipe
check "arch: a revision that pacman takes none of is refused" refused 64 'bad-revision' "$MKDKMS" arch "$TREE" -R 1.el9 -o "$SCRATCH/bad"
check "alpine: a recipe, the same at another hour" alpine
check "alpine: APKBUILD and AKMBUILD under busybox" alpine_recipe
check "alpine: make, patches and hooks are named in the AKMBUILD" alpine_notes
check "arch: files beside the module, in the package and in the recipe" arch_files
check "alpine: files beside the module" alpine_files
check "a program among them has its architecture" files_with_a_program
check "arch: a key that would sign nothing" refused 64 'arch has no use for --package-key' "$MKDKMS" arch "$TREE" --package-key nobody -o "$SCRATCH/bad"
check "alpine: a target of other packages" refused 64 'bad-target' "$MKDKMS" alpine "$TREE" --target debian:12 -o "$SCRATCH/bad"
check "driverdisk: needs a target" refused 64 'bad-target' "$MKDKMS" driverdisk "$TREE" -k "${K1:-none}" --target debian:12 -o "$SCRATCH/bad"
check "driverdisk: not for SUSE" refused 64 'Red Hat.*bad-target' "$MKDKMS" driverdisk "$TREE" -k "${K1:-none}" --target sles:15 -o "$SCRATCH/bad"
if needs_kernel "driverdisk"; then
    check "driverdisk: an ISO 9660 volume OEMDRV, the same at another hour and zone" disk
    check "driverdisk: isoinfo and xorriso read marker, packages and modes" disk_content
    if needs_program "driverdisk: dnf reads its repository" dnf; then
        check "driverdisk: dnf reads its repository" disk_repository
    fi
    check "driverdisk: not into the tree" disk_in_tree
    check "driverdisk: without createrepo_c a clear error" disk_without_tool
fi
finish
