#!/bin/bash
# The kabi and kmp packages: what they say of their symbols, as kmod's own tools see them, and what their scriptlets have
# weak-modules and dracut do, in a small root where those two write down how they were called. No RHEL or SUSE system
# is used.
. "$(dirname "$0")/lib.sh"
. "$HERE/rpm-lint.sh"

out=$SCRATCH/out
KABI=kmod-two-modules-2.1-1.$ARCH.rpm
ROOT=$SCRATCH/root
NEWER=9.9.9-1.el10.$ARCH
export DEBFULLNAME='A Tester' DEBEMAIL=tester@example.org

make_packages() {
    "$MKDKMS" rpm "$TWO_MODULES" --kind kabi --kind kmp --kind kmod -k "$K1" --no-sign -o "$out"
    present "$out/$KABI" "$out/kmod-two-modules-$K1-2.1-1.$ARCH.rpm"
    mkdir "$SCRATCH/x"
    (cd "$SCRATCH/x" && rpm2cpio "$out/$KABI" | cpio -idm --quiet)
    rpm -qp --provides "$out/$KABI" >"$SCRATCH/provides"
    rpm -qp --requires "$out/$KABI" >"$SCRATCH/requires"
}

# The oracle is modprobe, which reads the versions out of the modules.
symbols() {
    local modules=$SCRATCH/x/lib/modules/$K1/extra/two-modules
    {
        modprobe --dump-modversions "$modules/two_core.ko"
        modprobe --dump-modversions "$modules/two_user.ko"
    } >"$SCRATCH/versions"
    # Every version that a module was built with is in Module.symvers, or comes from the other module.
    awk -v OFS='\t' '{ print $2, $1 }' "$SCRATCH/versions" | sort -u | while IFS=$'\t' read -r symbol crc; do
        if [ "$symbol" = two_core_next ]; then
            grep -qxF "ksym($symbol) = $crc" "$SCRATCH/provides"
        else
            grep -q "^$crc	$symbol	" "/lib/modules/$K1/build/Module.symvers"
            grep -qxF "kernel($symbol) = $crc" "$SCRATCH/requires"
        fi
    done
    equal "$(grep -c '^kernel(' "$SCRATCH/requires")" "$(awk '$2 != "two_core_next" { print $2 }' "$SCRATCH/versions" | sort -u | wc -l)"
    lacks "$SCRATCH/requires" '^ksym'
    contains "$SCRATCH/provides" '^kmod\(two_core\.ko\)$'
    contains "$SCRATCH/provides" '^kmod\(two_user\.ko\)$'
}

# A module whose symbols come from another package wants that package.
foreign_symbols() {
    local tree=$SCRATCH/foreign/uses-core-1.0
    mkdir -p "$tree"
    cat >"$tree/dkms.conf" <<'CONF'
PACKAGE_NAME="uses-core"
PACKAGE_VERSION="1.0"
BUILT_MODULE_NAME[0]="two_user"
DEST_MODULE_LOCATION[0]="/extra"
MAKE[0]="make KVERSION=$kernelver -C $kernel_source_dir M=$dkms_tree/uses-core/1.0/build KBUILD_EXTRA_SYMBOLS=$dkms_tree/uses-core/1.0/build/core.symvers modules"
CONF
    cp "$TWO_MODULES/user/two_user.c" "$TWO_MODULES/core/two_core.h" "$tree/"
    sed -i 's,"../core/two_core.h","two_core.h",' "$tree/two_user.c"
    printf '0x8709c145\ttwo_core_next\tcore/two_core\tEXPORT_SYMBOL_GPL\t\n' >"$tree/core.symvers"
    echo 'obj-m := two_user.o' >"$tree/Makefile"
    "$MKDKMS" rpm "$tree" --kind kabi -k "$K1" --no-sign -o "$SCRATCH/foreign/out"
    rpm -qp --requires "$SCRATCH/foreign/out"/*.rpm >"$SCRATCH/foreign/requires"
    contains "$SCRATCH/foreign/requires" '^ksym\(two_core_next\) = 0x8709c145$'
    contains "$SCRATCH/foreign/requires" '^kernel\(module_layout\) = 0x'
}

# The modules travel to a machine that has never seen their kernel: what was known when they were built goes with them.
symbols_without_headers() {
    local folder=$SCRATCH/foreign away=$SCRATCH/away
    "$MKDKMS" modules "$folder/uses-core-1.0" -k "$K1" --no-sign -o "$folder/built"
    "$MKDKMS" modules "$TWO_MODULES" -k "$K1" --no-sign -o "$SCRATCH/two-built"
    mkdir -p "$away"
    # packaged TREE FROM OUT: its requirements of symbols, in $SCRATCH/away/OUT.
    packaged() {
        # shellcheck disable=SC2016 # the inner shell's words
        unshare -m sh -ec 'mount --bind "$1/none" /lib/modules; mount --bind "$1/none" /usr/src; shift; exec "$@"' - "$away" \
            "$MKDKMS" rpm "$1" --kind kabi --from "$2" -o "$away/$3" 2>"$SCRATCH/err"
        cat "$SCRATCH/err"
        rpm -qp --requires "$away/$3"/*.rpm | grep -E '^k(ernel|sym)\(' >"$away/$3.requires"
    }
    mkdir -p "$away/none"
    packaged "$folder/uses-core-1.0" "$folder/built" foreign
    lacks "$SCRATCH/err" no-symvers
    diff "$away/foreign.requires" <(grep -E '^k(ernel|sym)\(' "$folder/requires")
    contains "$away/foreign.requires" '^ksym\(two_core_next\) = 0x8709c145$'
    packaged "$TWO_MODULES" "$SCRATCH/two-built" two
    diff "$away/two.requires" <(grep -E '^k(ernel|sym)\(' "$SCRATCH/requires")
    # Modules of an older mkdkms say nothing of it: nothing is made up, and that is said.
    sed -i 's/"foreignSymbols" *:/"other" :/' "$folder/built/$K1/$ARCH/unit.json"
    packaged "$folder/uses-core-1.0" "$folder/built" old
    contains "$SCRATCH/err" '^mkdkms: warning: .*\[no-symvers\]$'
    contains "$away/old.requires" '^kernel\(module_layout\) = 0x'
    equal "$(wc -l <"$away/old.requires")" 1
    # Where the kernel's headers are, they tell as before.
    "$MKDKMS" rpm "$folder/uses-core-1.0" --kind kabi --from "$folder/built" -o "$away/here" 2>"$SCRATCH/err"
    lacks "$SCRATCH/err" no-symvers
    rpm -qp --requires "$away/here"/*.rpm | grep -E '^k(ernel|sym)\(' | diff - "$away/foreign.requires"
}

depmod_file() {
    printf 'override %s * weak-updates/two-modules\n' two_core two_user | diff - "$SCRATCH/x/etc/depmod.d/kmod-two-modules.conf"
    equal "$(rpm -qp --configfiles "$out/$KABI")" /etc/depmod.d/kmod-two-modules.conf
    rpm -qp --qf '[%{FILENAMES} %{FILEFLAGS:fflags}\n]' "$out/$KABI" >"$SCRATCH/said"
    grep -qx '/etc/depmod.d/kmod-two-modules.conf cn' "$SCRATCH/said"
}

# --target chooses the compression, and what weak-modules could not read stays as it is.
compression() {
    "$MKDKMS" modules "$TWO_MODULES" -k "$K1" --no-sign -o "$SCRATCH/built"
    "$MKDKMS" rpm "$TWO_MODULES" --kind kabi --from "$SCRATCH/built" --compress xz -o "$SCRATCH/el9"
    rpm -qpl "$SCRATCH/el9/$KABI" >"$SCRATCH/said"
    grep -qx "/lib/modules/$K1/extra/two-modules/two_core.ko.xz" "$SCRATCH/said"
    "$MKDKMS" rpm "$TWO_MODULES" --kind kmp --from "$SCRATCH/built" --target opensuse:tumbleweed --compress zst -o "$SCRATCH/suse"
    rpm -qpl "$SCRATCH"/suse/*.rpm >"$SCRATCH/said"
    grep -qx "/usr/lib/modules/$K1/updates/two-modules/two_core.ko.zst" "$SCRATCH/said"
    # Without the build at hand the kernel's list is found by the kernel's name.
    alike <(rpm -qp --requires "$SCRATCH/el9/$KABI") "$SCRATCH/requires"
}

kmp_facts() {
    local flavour=${K1##*-} file name
    name=two-modules-kmp-$flavour
    file=$(echo "$out/$name"-*.rpm)
    equal "$(rpm -qp --qf '%{VERSION}' "$file")" "2.1_k$(echo "${K1%-"$flavour"}" | tr - _)"
    rpm -qp --provides "$file" >"$SCRATCH/kmp-provides"
    contains "$SCRATCH/kmp-provides" '^two-modules-kmp = 2\.1_k'
    contains "$SCRATCH/kmp-provides" '^multiversion\(kernel\)$'
    contains "$SCRATCH/kmp-provides" "^ksym\($flavour:two_core_next\) = 8709c145$"
    equal "$(rpm -qp --enhances "$file")" "kernel-$flavour"
    rpm -qp --requires "$file" >"$SCRATCH/said"
    grep -qx suse-kernel-rpm-scriptlets "$SCRATCH/said"
}

refusals() {
    refused 64 'no such kind|invalid|kind' "$MKDKMS" rpm "$TWO_MODULES" --kind akmod
    refused 64 'kernel' "$MKDKMS" rpm "$TWO_MODULES" --kind kabi
    # The other packages' distributions are named by the hint, and nothing is built before any of it is seen.
    refused 64 'bad-target' "$MKDKMS" rpm "$BROKEN" --kind kmod -k "$K1" --no-sign --target debian:12 -o "$SCRATCH/refused"
    contains "$SCRATCH/err" 'hint: give one of el:8, el:9'
    refused 64 'bad-target' "$MKDKMS" deb "$BROKEN" --kind modules -k "$K1" --no-sign --target el:9 -o "$SCRATCH/refused"
    contains "$SCRATCH/err" 'hint: give one of debian:11'
    # So are distributions with rpm that share modules in the other way.
    refused 64 'el:9 has no packages of the kind kmp \[bad-target\]' \
        "$MKDKMS" rpm "$BROKEN" --kind kmod --kind kmp -k "$K1" --no-sign --target el:9 -o "$SCRATCH/refused"
    contains "$SCRATCH/err" 'hint: give --kind kabi, or .*: sles:15'
    refused 64 'sles:15 has no packages of the kind kabi \[bad-target\]' \
        "$MKDKMS" rpm "$BROKEN" --kind kabi -k "$K1" --no-sign --target sles:15 -o "$SCRATCH/refused"
    contains "$SCRATCH/err" 'hint: give --kind kmp, or .*: el:8'
    [ -z "$K2" ] || refused 64 'one-kernel' "$MKDKMS" rpm "$BROKEN" --kind kabi -k "$K1" -k "$K2" --no-sign -o "$SCRATCH/refused"
    empty "$SCRATCH/refused"
}

# A root of busybox: a shell, the tools that scriptlets use, two kernels and programs that write down their calls.
small_root() {
    local library name
    mkdir -p "$ROOT"/{bin,sbin,usr/sbin,usr/bin,boot,tmp,etc,var/lib/rpm,dev,proc,lib}
    cp /bin/busybox "$ROOT/bin/busybox"
    for library in $(ldd /bin/busybox 2>/dev/null | grep -oE '/[^ ]+'); do
        mkdir -p "$ROOT${library%/*}"
        cp -L "$library" "$ROOT$library"
    done
    for name in sh cat mkdir rm rmdir unlink basename sort grep mktemp echo printf tr ln ls dirname; do ln -sf busybox "$ROOT/bin/$name"; done
    cat >"$ROOT/usr/sbin/weak-modules" <<'STUB'
#!/bin/sh
modules=$(cat)
for folder in /lib/modules/9.9.9-*; do
    for module in $modules; do
        name=${module##*/} package=${module%/*}
        package=${package##*/}
        case "$1" in
        --add-modules) mkdir -p "$folder/weak-updates/$package" && ln -sf "$module" "$folder/weak-updates/$package/$name" ;;
        --remove-modules) rm -f "$folder/weak-updates/$package/$name"; rmdir "$folder/weak-updates/$package" 2>/dev/null ;;
        esac
    done
done
echo "weak-modules $*: $(echo $modules)" >>/calls
STUB
    printf '#!/bin/sh\necho "depmod $*" >>/calls\n' >"$ROOT/usr/sbin/depmod"
    printf '#!/bin/sh\necho "dracut $*" >>/calls\n' >"$ROOT/usr/bin/dracut"
    printf '#!/bin/sh\necho usr/lib/modules/x/two_core.ko.xz; echo usr/lib/modules/x/hello.ko\n' >"$ROOT/usr/bin/lsinitrd"
    chmod +x "$ROOT"/usr/sbin/* "$ROOT"/usr/bin/{dracut,lsinitrd}
    for name in "$K1" "$NEWER" ${K2:+"$K2"}; do
        mkdir -p "$ROOT/lib/modules/$name"
        : >"$ROOT/lib/modules/$name/modules.dep"
        : >"$ROOT/boot/initramfs-$name.img"
    done
    : >"$ROOT/lib/modules/$K1/symvers.gz"
    : >"$ROOT/boot/System.map-$K1"
    : >"$ROOT/lib/modules/$NEWER/symvers.xz"
    [ -z "$K2" ] || : >"$ROOT/lib/modules/$K2/symvers.gz"
    mknod "$ROOT/dev/null" c 1 3
    rpm --root "$ROOT" --initdb
    chroot "$ROOT" /bin/sh -c 'echo works' | grep -qx works
}

rpm_in_root() {
    : >"$ROOT/calls"
    rpm --root "$ROOT" "$@" --nodeps 2>&1 | tee "$SCRATCH/rpm.log"
    lacks "$SCRATCH/rpm.log" 'scriptlet failed|^error:'
    cat "$ROOT/calls"
}

count() { grep -cE -- "$1" "$ROOT/calls" || true; }

# Two packages in one transaction: each is linked, and the initramfs of each kernel is made once.
install_two() {
    "$MKDKMS" rpm "$HELLO" --kind kabi -k "$K1" --no-sign -o "$SCRATCH/hello"
    rpm_in_root -i "$out/$KABI" "$SCRATCH"/hello/*.rpm
    contains "$ROOT/calls" "^depmod -aeF /boot/System.map-$K1 $K1$"
    contains "$ROOT/calls" "^weak-modules --add-modules --no-initramfs: /lib/modules/$K1/extra/two-modules/two_core.ko /lib/modules/$K1/extra/two-modules/two_user.ko$"
    contains "$ROOT/calls" "^weak-modules --add-modules --no-initramfs: /lib/modules/$K1/extra/hello/hello.ko$"
    equal "$(count "^dracut .*-$K1\.img $K1$")" 1
    equal "$(count "^dracut .*-$NEWER\.img $NEWER$")" 1
    equal "$(count '^dracut')" 2
    absent "$ROOT/var/lib/rpm-state/mkdkms-initramfs"
    says_nothing rpm --root "$ROOT" -V --nodeps kmod-two-modules
}

# The modules of the new release lie where the old ones did: the links to them stay.
upgrade_release() {
    "$MKDKMS" rpm "$TWO_MODULES" --kind kabi -R 2 -k "$K1" --no-sign -o "$SCRATCH/second"
    rpm_in_root -U "$SCRATCH/second/kmod-two-modules-2.1-2.$ARCH.rpm"
    equal "$(count '^weak-modules --add-modules')" 1
    equal "$(count '^weak-modules --remove-modules')" 0
    equal "$(readlink "$ROOT/lib/modules/$NEWER/weak-updates/two-modules/two_core.ko")" "/lib/modules/$K1/extra/two-modules/two_core.ko"
    equal "$(count '^dracut')" 2
}

# The next one is built for another kernel: the links go over to its modules.
upgrade_kernel() {
    "$MKDKMS" rpm "$TWO_MODULES" --kind kabi -R 3 -k "$K2" --no-sign -o "$SCRATCH/third"
    rpm_in_root -U "$SCRATCH/third/kmod-two-modules-2.1-3.$ARCH.rpm"
    equal "$(count "^weak-modules --remove-modules .*/$K1/extra/two-modules/two_core.ko")" 1
    equal "$(readlink "$ROOT/lib/modules/$NEWER/weak-updates/two-modules/two_core.ko")" "/lib/modules/$K2/extra/two-modules/two_core.ko"
    absent "$ROOT/var/lib/rpm-state/kmod-two-modules.relink"
}

erase() {
    rpm_in_root -e kmod-two-modules
    equal "$(count '^weak-modules --remove-modules .*two_core.ko .*two_user.ko')" 1
    contains "$ROOT/calls" "^dracut .*-$NEWER\.img $NEWER$"
    absent "$ROOT/lib/modules/$NEWER/weak-updates/two-modules" "$ROOT/lib/modules/$K1/extra/two-modules" \
        "$ROOT/etc/depmod.d/kmod-two-modules.conf"
    rpm_in_root -e kmod-hello
    empty "$ROOT/var/lib/rpm-state"
}

# SUSE's scripts are told all that they ask for; without them the index of modules is brought up to date.
kmp_scriptlets() {
    local flavour=${K1##*-} folder=$ROOT/usr/lib/module-init-tools/kernel-scriptlets step
    mkdir -p "$folder"
    for step in pre post preun postun posttrans; do
        # shellcheck disable=SC2016 # the stub's words
        printf '#!/bin/sh\necho "%s $*" >>/calls\n' "$step" >"$folder/kmp-$step"
        chmod +x "$folder/kmp-$step"
    done
    rpm_in_root -i "$out/two-modules-kmp-$flavour"-*.rpm
    for step in pre post posttrans; do
        contains "$ROOT/calls" "^$step --name two-modules-kmp-$flavour --version 2\.1_k[^ ]+ --release 1 --kernelrelease ${K1%-"$flavour"} --flavor $flavour --usrmerged [01]"
    done
    lacks "$ROOT/calls" '^depmod'
    rpm_in_root -e "two-modules-kmp-$flavour"
    contains "$ROOT/calls" '^preun .* 0$'
    contains "$ROOT/calls" '^postun .* 0$'
    rm -rf "$folder"
    rpm_in_root -i "$out/two-modules-kmp-$flavour"-*.rpm
    contains "$ROOT/calls" "^depmod -aeF /boot/System.map-$K1 $K1$"
    rpm_in_root -e "two-modules-kmp-$flavour"
}

if ! needs_kernel "kabi packages"; then
    finish
    exit
fi
check "kabi, kmp and kmod packages of two modules" make_packages
check "kernel() and ksym() are the versions that modprobe shows" symbols
check "a symbol that the kernel lacks is required as ksym()" foreign_symbols
if needs_mounts "modules without headers"; then
    check "--from knows where symbols come from without the kernel's headers" symbols_without_headers
fi
check "the depmod override is a configuration file" depmod_file
check "--target and --compress decide how the modules are compressed" compression
check "a KMP says what SUSE's do" kmp_facts
check "no kernel, two kernels for one package, an unknown kind, another target: refused before a build" refusals
for file in "$out"/*.rpm; do
    [ ! -e "$file" ] || check "rpmlint ${file##*/}: nothing that docs/lint.md doesn't explain" explained "$file"
done
if needs_root "scriptlets"; then
    check "a small root with two kernels" small_root
    check "two packages in one transaction: linked, and each initramfs made once" install_two
    check "an upgrade of the release leaves the links" upgrade_release
    ! needs_two_kernels "an upgrade to another kernel" || check "an upgrade to another kernel moves the links" upgrade_kernel
    check "erased, it leaves nothing" erase
    check "a KMP's scriptlets call SUSE's" kmp_scriptlets
fi
finish
