# shellcheck shell=bash
# A Debian root with a kernel, its headers and dkms, made once by mmdebstrap, unpacked anew for each test file.
# Sourced after lib.sh by the files that install packages.

# The kernel that the root has: one with headers here and an image in the archive, the smallest flavour first.
root_kernel() {
    local kernel
    for kernel in $(printf '%s\n' "${KERNELS[@]}" | grep cloud) "${KERNELS[@]}"; do
        if apt-cache show "linux-image-$kernel" >/dev/null 2>&1; then
            printf '%s\n' "$kernel"
            return
        fi
    done
}

KR=$(root_kernel)
ROOT=$SCRATCH/root
ROOT_TAR=$CACHE/debian-root-$KR.tar

# The distribution and the mirrors that the host's own apt uses; its settings are only read.
make_root_tar() {
    [ ! -e "$ROOT_TAR" ] || return 0
    local sources=/etc/apt/sources.list.d/debian.sources codename
    [ -e "$sources" ] || sources=/etc/apt/sources.list
    codename=$(. /etc/os-release && printf '%s' "$VERSION_CODENAME")
    # The suffix .tar is what tells it to pack the root.
    mmdebstrap --quiet --variant=minbase --aptopt='APT::Install-Recommends "false"' \
        --include="dkms,kmod,xz-utils,openssl,linux-image-$KR,linux-headers-$KR" \
        "$codename" "${ROOT_TAR%.tar}.part.tar" "$sources" || return
    mv "${ROOT_TAR%.tar}.part.tar" "$ROOT_TAR"
}

make_root() {
    in_turn make_root_tar
    mkdir -p "$ROOT"
    tar -C "$ROOT" -xf "$ROOT_TAR"
    cp "$ROOT/lib/modules/$KR/modules.dep" "$SCRATCH/modules.dep"
}

# The same for a file of many installations, where an initramfs for each would be most of the time and is not looked at.
root_without_initramfs() {
    make_root
    echo update_initramfs=no >"$ROOT/etc/initramfs-tools/update-initramfs.conf"
}

# in_root COMMAND…: in the root, with mounts and processes of its own that end with the command.
in_root() {
    # shellcheck disable=SC2016 # the inner shell's words
    unshare --mount --pid --fork --kill-child bash -c '
        mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" && mount -t tmpfs tmpfs "$1/tmp" || exit 125
        cd / && exec chroot "$@"
    ' - "$ROOT" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
        DEBIAN_FRONTEND=noninteractive "$@"
}

# put FILE…: into the root's /packages, from where packages are installed.
put() {
    mkdir -p "$ROOT/packages"
    local file
    for file in "$@"; do cp "$file" "$ROOT/packages/"; done
}

# module_found NAME RELEASE: modinfo finds NAME in the root's kernel, it was built for it, and modules.dep knows it.
module_found() {
    in_root modinfo -k "$KR" "$1" | tee "$SCRATCH/modinfo"
    contains "$SCRATCH/modinfo" "^vermagic: +$KR "
    [ $# -lt 2 ] || contains "$SCRATCH/modinfo" "^version: +$2$"
    contains "$ROOT/lib/modules/$KR/modules.dep" "/$1\.ko[.a-z]*:"
}

# installed_by_dkms NAME VERSION: the root's dkms says so, and the module is found.
installed_by_dkms() {
    in_root dkms status | tee "$SCRATCH/status"
    contains "$SCRATCH/status" "^$1/${2//./\\.}, $KR, $ARCH: installed$"
    module_found hello "$2"
}

# nothing_left NAME VERSION: no trace of the module in the root, and the modules.dep of before. An empty extra/ may
# stay: it belongs to the kernel's package on the systems that use it, so no kmod package may own it.
nothing_left() {
    absent "$ROOT/usr/src/$1-$2" "$ROOT/var/lib/dkms/$1" "$ROOT/var/lib/mkdkms" "$ROOT/lib/modules/$KR/updates" \
        "$ROOT/lib/modules/$KR/extra/$1"
    same "$SCRATCH/modules.dep" "$ROOT/lib/modules/$KR/modules.dep"
}

# debhelper_deb TREE VERSION FOLDER [COMMAND…]: hello-dkms of that version into FOLDER, made of TREE by debhelper with the hooks
# of dh_dkms. The commands are further ones of debian/rules, which put more into debian/hello-dkms.
debhelper_deb() {
    local top=$SCRATCH/dh/$2/hello-1.5.0
    mkdir -p "$top/debian/source" "$3"
    tree_copy "$1" "$top/hello"
    cat >"$top/debian/control" <<'END'
Source: hello
Section: kernel
Priority: optional
Maintainer: A Tester <tester@example.org>
Build-Depends: debhelper-compat (= 13), dh-sequence-dkms
Standards-Version: 4.6.2

Package: hello-dkms
Architecture: all
Depends: ${misc:Depends}
Description: module that greets
 It says hello.
END
    printf 'hello (%s) unstable; urgency=medium\n\n  * First.\n\n -- A Tester <tester@example.org>  Fri, 01 Mar 2024 12:00:00 +0000\n' \
        "$2" >"$top/debian/changelog"
    printf '3.0 (native)\n' >"$top/debian/source/format"
    cat >"$top/debian/rules" <<'END'
#!/usr/bin/make -f
%:
	dh $@ --with dkms
override_dh_auto_configure override_dh_auto_build override_dh_auto_test override_dh_auto_install override_dh_auto_clean:
override_dh_dkms:
	dh_dkms -p hello-dkms -- hello/dkms.conf
override_dh_install:
	dh_install -p hello-dkms hello/Makefile hello/hello.c usr/src/hello-1.5.0
END
    [ $# -lt 4 ] || printf '\t%s\n' "${@:4}" >>"$top/debian/rules"
    chmod 0755 "$top/debian/rules"
    (cd "$top" && dpkg-buildpackage -b -d -us -uc >"$SCRATCH/dh.log" 2>&1) || { cat "$SCRATCH/dh.log"; return 1; }
    cp "$SCRATCH/dh/$2/hello-dkms_$2_all.deb" "$3/"
}

# needs_debian_root NAME: true, or a skip line and false.
needs_debian_root() {
    needs_mounts "$1" && needs_kernel "$1" || return 1
    [ -n "$KR" ] || { skip "$1" "the archive has no image of ${KERNELS[*]}"; return 1; }
}
