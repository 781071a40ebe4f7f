#!/bin/bash
# The .rpms in dnf's transactions, several packages at once, in a root that says it is of Red Hat's kin. No system of Red Hat
# or SUSE is here: kernel, kernel-devel, dkms and mkdkms are stubs that bring the last file of what Debian's packages
# have put there, and weak-modules and dracut write down their calls.
. "$(dirname "$0")/lib.sh"
. "$HERE/root.sh"
. "$HERE/paths.sh"
. "$HERE/rpm-stubs.sh"

# What `make test` has time for.
SHORT="dkms:one_life dkms:from_mkrpm dkms:renamed_by_dnf"

RPMS=$SCRATCH/repository
DKMS_PLACE=extra
# What a release of theirs looks like: rpmbuild takes no version with two hyphens.
RED_HAT=6.1.0-56.el9.$ARCH

# package TREE RELEASE [OPTION…]
package() { "$MKDKMS" rpm "$SCRATCH/trees/$1"/* --kind dkms -R "$2" -o "$RPMS" "${@:3}"; }

# Its headers where this machine's programs can use them: what they lead to has its place here too.
take_headers() {
    local link target
    cp -a "$LAYERS/red-hat/usr/src/linux-headers-$RED_HAT" "$SCRATCH/headers"
    for link in "$SCRATCH/headers"/*; do
        target=$(readlink "$link") || continue
        ln -sfn "$(realpath -m "/usr/src/headers/$target")" "$link"
    done
}

make_repository() {
    make_trees
    take_headers
    package first 1
    package second 2
    package newer 1
    package failing 3
    package failing 5 --hooks strict
    # Not of the repository, where it would take the place of hello-dkms at each upgrade.
    renamed rpm second 2 "$SCRATCH/renamed"
    "$MKDKMS" rpm "$SCRATCH/trees/first"/* --kind kmod -k "$SCRATCH/headers" --target el:9 -o "$RPMS"
    ENGINE=dkms
    make_hand_made
    cp "$SCRATCH/hand/hello-1.5.0-1dkms.noarch.rpm" "$RPMS/"
    stub_rpm system 'Provides: /bin/sh' 'Provides: /usr/sbin/depmod' "${no_files[@]}"
    stub_rpm kernel "Provides: kernel-uname-r = $RED_HAT" "${no_files[@]}"
    stub_rpm kernel-devel '%description' 'A stub.' '%install' "mkdir -p %{buildroot}/lib/modules/$RED_HAT" \
        "ln -s /usr/src/linux-headers-$RED_HAT %{buildroot}/lib/modules/$RED_HAT/build" '%files' "/lib/modules/$RED_HAT/build"
    program_rpm dkms /usr/sbin/dkms
    program_rpm mkdkms /usr/bin/mkdkms
    cp "$SCRATCH/stubs"/*.rpm "$RPMS/"
    createrepo_c --quiet "$RPMS"
}

# program_rpm NAME PATH: the program there, which is the one that the root has beside it.
program_rpm() {
    stub_rpm "$1" 'Requires: kernel-devel' '%description' 'A stub.' '%install' "mkdir -p %{buildroot}${2%/*}" \
        "printf '#!/bin/sh\nexec $2.real \"\$@\"\n' >%{buildroot}$2" '%files' "%attr(0755,root,root) $2"
}

# What a root of Red Hat's kin has.
become_red_hat() {
    put_kernel "$RED_HAT"
    rm -r "$ROOT/lib/modules/$KR" "$ROOT/lib/modules/$RED_HAT/build"
    printf 'ID="almalinux"\nID_LIKE="rhel centos fedora"\nVERSION_ID="9.4"\n' >"$ROOT/etc/os-release"
    # dkms 2 asks here.
    printf 'DISTRIB_ID=CentOS\nDISTRIB_RELEASE=9.4\n' >"$ROOT/etc/lsb-release"
    rm -f "$ROOT/usr/sbin/update-initramfs" "$ROOT/usr/bin/lsinitramfs"
    # shellcheck disable=SC2016 # expanded by those programs
    printf '#!/bin/sh\n{ echo "weak-modules $*"; cat; } >>/var/log/calls\n' >"$ROOT/usr/sbin/weak-modules"
    # shellcheck disable=SC2016
    printf '#!/bin/sh\necho "dracut $*" >>/var/log/calls\n' >"$ROOT/usr/bin/dracut"
    printf '#!/bin/sh\necho "-rw-r--r-- 1 root root 1 Mar  1 12:00 usr/lib/modules/%s/extra/hello/hello.ko"\n' "$RED_HAT" >"$ROOT/usr/bin/lsinitrd"
    chmod 0755 "$ROOT/usr/sbin/weak-modules" "$ROOT/usr/bin/dracut" "$ROOT/usr/bin/lsinitrd"
    printf 'x\n' >"$ROOT/boot/initramfs-$RED_HAT.img"
}

# The database, and the place of the program that arrives with its stub.
start_database() {
    local program
    for program in usr/sbin/dkms usr/bin/mkdkms; do
        [ ! -e "$ROOT/$program" ] || mv "$ROOT/$program" "$ROOT/$program.real"
    done
    mkdir -p "$ROOT/var/lib/rpm" "$ROOT/var/lib/rpm-state" "$ROOT/var/lib/dkms"
    beside_root rpm --root "$ROOT" --initdb
    beside_root rpm --root "$ROOT" -i "$SCRATCH/stubs/system.rpm" "$SCRATCH/stubs/kernel.rpm"
}

# dnf with nothing but that repository; what it prints is kept in $SCRATCH/log.
dnf_in_root() {
    local status=0
    beside_root dnf -y --installroot="$ROOT" --releasever=9 --noplugins --disablerepo='*' --repofrompath="paths,file://$RPMS" \
        --enablerepo=paths --setopt=reposdir=/nowhere --setopt=gpgcheck=0 --setopt=install_weak_deps=0 \
        --setopt="cachedir=$SCRATCH/dnf-cache" --setopt="varsdir=/nowhere" "$@" >"$SCRATCH/log" 2>&1 || status=$?
    cat "$SCRATCH/log"
    return "$status"
}
quietly() {
    dnf_in_root "$@"
    lacks "$SCRATCH/log" 'scriptlet failed|[Ee]rror'
}

# --- the paths -----------------------------------------------------------------------------------------

one_life() {
    quietly install "$ENGINE" hello-dkms-1.5.0-1
    installed_for 1.5.0 "$KR"
    quietly reinstall hello-dkms-1.5.0-1
    installed_for 1.5.0 "$KR"
    quietly upgrade hello-dkms-1.5.0-2
    installed_for 1.5.0:second "$KR"
    quietly upgrade hello-dkms-1.6.0-1
    installed_for 1.6.0 "$KR"
    quietly downgrade hello-dkms-1.5.0-1
    installed_for 1.5.0 "$KR"
    # The engine leaves in the same transaction, after the package that needs it.
    quietly remove "$ENGINE"
    ends_with 1 beside_root rpm --root "$ROOT" -q hello-dkms
    clean_root
}

# Each is one transaction: rpm installs the one while the other is still there.
swaps() {
    local calls=$ROOT/var/log/calls
    quietly install "$ENGINE" hello-dkms-1.5.0-2
    : >"$calls"
    quietly swap hello-dkms "kmod-hello-$KR"
    modules_are "$KR/extra/hello/hello.ko.xz=1.5.0"
    status_is
    contains "$calls" '^weak-modules --add-modules --no-initramfs$'
    contains "$calls" "/lib/modules/$KR/extra/hello/hello.ko"
    equal "$(grep -c "^dracut --force /boot/initramfs-$KR.img $KR$" "$calls")" 1
    : >"$calls"
    quietly swap "kmod-hello-$KR" hello-dkms-1.5.0-2
    installed_for 1.5.0:second "$KR"
    contains "$calls" '^weak-modules --remove-modules --no-initramfs$'
    absent "$ROOT/var/lib/dkms/hello/original_module"
    quietly remove hello-dkms
    modules_are
    absent "$ROOT/lib/modules/$KR/extra" "$ROOT/var/lib/dkms/hello" "$ROOT/var/lib/mkdkms" "$ROOT/usr/src/hello-1.5.0"
}

from_mkrpm() {
    quietly install "$ENGINE" hello-1.5.0-1dkms
    installed_for 1.5.0 "$KR"
    quietly swap hello hello-dkms-1.5.0-1
    installed_for 1.5.0 "$KR"
    quietly remove hello-dkms
    modules_are
    absent "$ROOT/lib/modules/$KR/extra" "$ROOT/var/lib/dkms/hello" "$ROOT/var/lib/mkdkms" "$ROOT/usr/src/hello-1.5.0"
}

# dnf looks for what a package obsoletes by itself, and brings none back that is obsoleted.
renamed_by_dnf() {
    quietly install "$ENGINE" hello-dkms-1.5.0-1
    quietly install "$SCRATCH/renamed/hello-modules-dkms-1.5.0-2.noarch.rpm"
    installed_for 1.5.0:second "$KR"
    dnf_in_root install hello-dkms-1.5.0-1 || true
    equal "$(beside_root rpm --root "$ROOT" -qa 'hello*')" hello-modules-dkms-1.5.0-2.noarch
    installed_for 1.5.0:second "$KR"
    quietly remove hello-modules-dkms
    modules_are
    absent "$ROOT/lib/modules/$KR/extra" "$ROOT/var/lib/dkms/hello" "$ROOT/var/lib/mkdkms" "$ROOT/usr/src/hello-1.5.0"
    empty "$ROOT/var/lib/rpm-state"
}

failing_build() {
    quietly install "$ENGINE" hello-dkms-1.5.0-1
    dnf_in_root upgrade hello-dkms-1.5.0-3
    contains "$SCRATCH/log" 'WARNING: this revision of hello 1\.5\.0 could not be made'
    lacks "$SCRATCH/log" 'scriptlet failed'
    installed_for 1.5.0 "$KR"
    dnf_in_root upgrade hello-dkms-1.5.0-5
    contains "$SCRATCH/log" 'scriptlet failed, exit status 1'
    installed_for 1.5.0 "$KR"
    quietly remove hello-dkms
    modules_are
    absent "$ROOT/lib/modules/$KR/extra" "$ROOT/var/lib/dkms/hello" "$ROOT/var/lib/mkdkms"
}

# --- from here on, in order ----------------------------------------------------------------------------

if ! needs_program "paths of rpm packages under dnf" dnf; then
    finish
    exit
fi
if ! needs_layers "paths of rpm packages under dnf"; then
    finish
    exit
fi
ROOT=$LAYERS/debian check "a Debian root with dkms and $KR" make_root
check "packages of mkdkms" make_engine_packages
check "roots with each engine" make_engine_layers
check "a root of Red Hat's kin, with kernel $RED_HAT" make_layer red-hat -- become_red_hat
check "a repository of hello and of stubs" make_repository
KR=$RED_HAT
for engine in $(path_engines); do
    [ "$engine" != mkdkms-as-dkms ] || continue
    use_engine "$engine" dnf
    LAYERS_NOW=(red-hat "${LAYERS_NOW[@]}")
    check "$engine: its rpm database" make_layer "dnf-$engine" red-hat "$engine" -- start_database
    path "install, reinstall, upgrade, downgrade, remove with the engine" "${LAYERS_NOW[@]}" -- one_life
    path "hello-dkms and kmod-hello-K swapped" "${LAYERS_NOW[@]}" -- swaps
    path "hello-dkms replaced by hello-modules-dkms" "${LAYERS_NOW[@]}" -- renamed_by_dnf
    path "a failing build, and one under strict hooks" "${LAYERS_NOW[@]}" -- failing_build
    # It calls dkms.
    [ "$engine" = mkdkms ] || path "an rpm of mkrpm swapped for ours" "${LAYERS_NOW[@]}" -- from_mkrpm
done
finish_paths
