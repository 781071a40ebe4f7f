#!/bin/bash
# The bundle's install as a black box, in scratch roots: what it puts in place, what it refuses, and that
# --uninstall restores what was there. One line per case; the last line is the sum.
#
# Every case runs with each shell of SHELLS, split by commas (default: dash and busybox sh), on bundles that
# make-bundle.sh wrote by hand; with MKDKMS once more, with the first shell, on bundles that mkdkms made.
# shellcheck disable=SC2317  # The conditions are called by check.
set -u
here=$(cd "$(dirname "$0")" && pwd)
make_bundle=$here/bundle-install/make-bundle.sh
scratch=$(mktemp -d)
trap 'chmod -R u+rwX "$scratch" 2>/dev/null; rm -rf "$scratch"' EXIT
# A user without rights has to get to the bundle.
chmod 755 "$scratch"
passed=0 failed=0 skipped=0

pass() {
    passed=$((passed + 1))
    echo "ok   $shell_name: $1"
}

fault() {
    failed=$((failed + 1))
    echo "FAIL $shell_name: $1: $2"
    sed 's/^/       | /' "$scratch/out" 2>/dev/null | head -n 12
}

skip() {
    skipped=$((skipped + 1))
    echo "skip $shell_name: $1: $2"
}

finish() {
    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" -eq 0 ]
    exit
}

# check NAME CONDITION…: one case; the condition is a command.
check() {
    local name=$1
    shift
    if "$@"; then pass "$name"; else fault "$name" "not so: $*"; fi
}

# run STATUS BUNDLE ARGUMENT…: runs install with the shell at hand; true when it ends with STATUS.
run() {
    local want=$1 bundle=$2 got=0
    shift 2
    $shell_command "$bundle/install" "$@" >"$scratch/out" 2>&1 || got=$?
    [ "$got" -eq "$want" ] || {
        echo "(exit $got instead of $want)" >>"$scratch/out"
        return 1
    }
}

lacks() { ! grep -Eq -- "$1" "$scratch/out"; }

# What the lock of the process $1 says.
lock_of() { echo "$1 $(sed 's/^.*) //' "/proc/$1/stat" | cut -d ' ' -f 20)"; }

# Two runs, the second while the first is at its slowest in making the lock: the first ends well, the second is refused.
taking_turns() {
    local bundle=$1 root=$2 tool status=0
    mkdir -p "$scratch/slow"
    # A busybox has these built in, and then the first run is as fast as ever.
    for tool in mkdir ln; do
        cat >"$scratch/slow/$tool" <<TOOL
#!/bin/sh
$(command -v "$tool") "\$@" || exit
case "\$*" in */.lock) touch "$scratch/slow/made" && for i in \$(seq 600); do [ ! -e "$scratch/slow/refused" ] || break; sleep 0.1; done ;; esac
TOOL
        chmod 755 "$scratch/slow/$tool"
    done
    rm -f "$scratch/slow/made" "$scratch/slow/refused"
    PATH=$scratch/slow:$PATH $shell_command "$bundle/install" --root "$root" --kernel "$K1" >"$scratch/first" 2>&1 &
    local first=$!
    while [ ! -e "$scratch/slow/made" ] && kill -0 "$first" 2>/dev/null; do sleep 0.05; done
    if [ -e "$scratch/slow/made" ]; then
        run 1 "$bundle" --root "$root" --kernel "$K1" || status=1
        : >"$scratch/slow/refused"
    fi
    wait "$first" || status=1
    cat "$scratch/first" >>"$scratch/out"
    return "$status"
}

says() { grep -Eq -- "$1" "$scratch/out"; }

# Names, types, modes and contents of everything in a root; indexes only by name, for depmod writes them anew.
listing() {
    (cd "$1" && find . -printf '%y %m %p %l\n' | sort &&
        find . -type f ! -name 'modules.*.bin' -print0 | sort -z | xargs -0 -r sha256sum)
}

# A root with two kernels that have modules of their own, an index, and a dpkg database.
make_root() {
    local root=$1 kernel
    rm -rf "$root"
    mkdir -p "$root/etc/kernel/postinst.d" "$root/var/lib/dpkg/info" "$root/boot"
    for kernel in "$K1" "$K2"; do
        local headers=$H1
        [ "$kernel" = "$K1" ] || headers=$H2
        mkdir -p "$root/lib/modules/$kernel/kernel/drivers" "$root/usr/src/linux-headers-$kernel"
        cp "$headers/Module.symvers" "$root/usr/src/linux-headers-$kernel/"
        ln -s "/usr/src/linux-headers-$kernel" "$root/lib/modules/$kernel/build"
        cp "$scratch/$kernel/other.ko" "$root/lib/modules/$kernel/kernel/drivers/other.ko"
        : >"$root/lib/modules/$kernel/modules.order"
        : >"$root/lib/modules/$kernel/modules.builtin"
        depmod -b "$root" "$kernel" 2>/dev/null
    done
    echo "/lib/modules/$K1/kernel/drivers/other.ko" >"$root/var/lib/dpkg/info/linux-image.list"
}

# Another kernel in the root, with the symbols of K1 changed by a sed script.
add_kernel() {
    local root=$1 kernel=$2 script=$3
    mkdir -p "$root/lib/modules/$kernel" "$root/usr/src/linux-headers-$kernel"
    sed "$script" "$H1/Module.symvers" >"$root/usr/src/linux-headers-$kernel/Module.symvers"
    ln -sfn "/usr/src/linux-headers-$kernel" "$root/lib/modules/$kernel/build"
}

resolves_to() { [ "$(modinfo -b "$1" -k "$2" -n hello 2>/dev/null)" = "$3" ]; }

# Installs and compares the root afterwards with what it was before; true when nothing changed.
refuses_untouched() {
    local status=$1 bundle=$2 root=$3
    shift 3
    listing "$root" >"$scratch/before"
    run "$status" "$bundle" --root "$root" "$@" || return 1
    listing "$root" >"$scratch/after"
    cmp -s "$scratch/before" "$scratch/after" || {
        diff "$scratch/before" "$scratch/after" >>"$scratch/out"
        return 1
    }
}

build_module() {
    local kernel=$1 headers=$2 name=$3 version=$4 folder=$scratch/$1
    mkdir -p "$folder/build-$name-$version"
    cat >"$folder/build-$name-$version/$name.c" <<SOURCE
#include <linux/module.h>
#include <linux/slab.h>
static void *memory;
static int __init start(void) { memory = kmalloc(16, GFP_KERNEL); printk("$name\n"); return memory ? 0 : -ENOMEM; }
static void __exit stop(void) { kfree(memory); }
module_init(start);
module_exit(stop);
MODULE_LICENSE("GPL");
MODULE_VERSION("$version");
SOURCE
    echo "obj-m := $name.o" >"$folder/build-$name-$version/Makefile"
    make -s -C "$headers" M="$folder/build-$name-$version" modules >"$scratch/make.log" 2>&1 || return 1
    mkdir -p "$folder/$version"
    strip -g "$folder/build-$name-$version/$name.ko" -o "$folder/$version/$name.ko"
}

cases() {
    local root=$scratch/root bundle=$made/bundle work=$scratch/work place file status
    place=lib/modules/$K1/updates/hello/hello.ko

    make_root "$root"
    listing "$root" >"$scratch/pristine"
    check "installs a verified bundle" run 0 "$bundle" --root "$root" --kernel "$K1" --cert "$scratch/mok.pem"
    check "the module is in place" cmp -s "$root/$place" "$made/$K1/1.5.0/hello.ko"
    check "modinfo finds it" resolves_to "$root" "$K1" "$root/$place"
    check "the reason of the choice is said" says "same release and module_layout CRC 0x"
    check "the other kernel has nothing" test ! -e "$root/lib/modules/$K2/updates"
    check "the bundle is kept" cmp -s "$bundle/install" "$root/var/lib/mkdkms/bundles/hello/1.5.0/install"
    check "a kernel hook is left" grep -q "/var/lib/mkdkms/bundles/hello/1.5.0/install --hook add" \
        "$root/etc/kernel/postinst.d/bundle-mkdkms-hello"
    check "status shows it" run 0 "$bundle" --root "$root" --status
    check "status names kernel and state" says "1\.5\.0 +$K1 +exact +installed"
    check "installing again is fine" run 0 "$bundle" --root "$root" --kernel "$K1"
    check "the kept install serves the next kernel" \
        run 0 "$root/var/lib/mkdkms/bundles/hello/1.5.0" --root "$root" --hook add --kernel "$K2"
    check "which then has its own build" cmp -s "$root/lib/modules/$K2/updates/hello/hello.ko" "$made/$K2/1.5.0/hello.ko"
    check "a kernel that goes is left" \
        run 0 "$root/var/lib/mkdkms/bundles/hello/1.5.0" --root "$root" --hook remove --kernel "$K2"
    check "its module is gone" test ! -e "$root/lib/modules/$K2/updates"
    check "uninstall works from the kept copy" run 0 "$root/var/lib/mkdkms/bundles/hello/1.5.0" --root "$root" --uninstall
    listing "$root" >"$scratch/after"
    diff "$scratch/pristine" "$scratch/after" >"$scratch/out"
    check "uninstall restores everything" cmp -s "$scratch/pristine" "$scratch/after"
    check "uninstall of nothing is fine" run 0 "$bundle" --root "$root" --uninstall

    check "all kernels at once" run 0 "$bundle" --root "$root" --all-kernels
    check "each has its own build" cmp -s "$root/lib/modules/$K2/updates/hello/hello.ko" "$made/$K2/1.5.0/hello.ko"
    check "and all go again" run 0 "$bundle" --root "$root" --uninstall
    listing "$root" >"$scratch/after"
    check "without a trace" cmp -s "$scratch/pristine" "$scratch/after"

    check "dry run touches nothing" refuses_untouched 0 "$bundle" "$root" --kernel "$K1" --dry-run
    check "dry run says what it would do" says "would write .*hello.ko"
    check "without a kernel there must be one" refuses_untouched 64 "$bundle" "$root"
    check "an unknown kernel is refused" refuses_untouched 1 "$bundle" "$root" --kernel 9.9.9
    check "an unknown option is wrong usage" refuses_untouched 64 "$bundle" "$root" --no-such-option
    check "a name that is no release is wrong usage" refuses_untouched 64 "$bundle" "$root" --kernel ../../x

    for file in "modules/$K1/hello.ko" manifest.json kernels.tsv SHA256SUMS install SHA256SUMS.p7s mok.der; do
        rm -rf "$work"
        cp -R "$bundle" "$work"
        flip "$work/$file"
        check "flipped byte in $file is refused" \
            refuses_untouched 1 "$work" "$root" --kernel "$K1" --cert "$scratch/mok.pem"
    done
    rm -rf "$work"
    cp -R "$bundle" "$work"
    flip "$work/modules/$K1/hello.ko"
    check "damage is refused without --cert too" refuses_untouched 1 "$work" "$root" --kernel "$K1"
    check "and named" says "modules/$K1/hello.ko"
    rm -rf "$work"
    cp -R "$bundle" "$work"
    echo >"$work/extra"
    check "a file that is not listed is refused" refuses_untouched 1 "$work" "$root" --kernel "$K1"
    rm "$work/extra" "$work/manifest.json"
    check "a missing file is refused" refuses_untouched 1 "$work" "$root" --kernel "$K1"
    check "and named too" says "missing: manifest.json"
    check "another certificate is refused" \
        refuses_untouched 1 "$bundle" "$root" --kernel "$K1" --cert "$scratch/stranger.pem"
    rm -rf "$work"
    cp -R "$bundle" "$work"
    openssl cms -sign -binary -noattr -md sha256 -in "$work/SHA256SUMS" -signer "$scratch/stranger.pem" \
        -inkey "$scratch/stranger.key" -outform DER -out "$work/SHA256SUMS.p7s"
    check "a stranger's signature that brings its certificate is refused" \
        refuses_untouched 1 "$work" "$root" --kernel "$K1" --cert "$scratch/mok.pem"
    check "a DER certificate is as good" run 0 "$bundle" --root "$root" --kernel "$K1" --cert "$bundle/mok.der" --dry-run
    rm -rf "$work"
    cp -R "$bundle" "$work"
    rm "$work/SHA256SUMS.p7s"
    check "no signature is refused with --cert" \
        refuses_untouched 1 "$work" "$root" --kernel "$K1" --cert "$scratch/mok.pem"

    sed -i 's/^0x[0-9a-f]*\tmodule_layout\t/0xdeadbeef\tmodule_layout\t/' \
        "$root/usr/src/linux-headers-$K1/Module.symvers"
    check "same name, other module_layout CRC: refused" refuses_untouched 1 "$bundle" "$root" --kernel "$K1"
    check "with both CRCs" says "0xdeadbeef.* were built for 0x[0-9a-f]+: a different kernel of the same name"
    check "also among all kernels" run 1 "$bundle" --root "$root" --all-kernels
    check "which serves the others" test -e "$root/lib/modules/$K2/updates/hello/hello.ko"
    make_root "$root"
    rm -r "$root/usr/src/linux-headers-$K1"
    check "without symvers the kernel's own modules tell" run 0 "$bundle" --root "$root" --kernel "$K1"
    check "the CRC" says "same release and module_layout CRC"
    make_root "$root"
    rm -r "$root/usr/src/linux-headers-$K1" "$root/lib/modules/$K1/kernel"
    check "with neither the release decides" run 0 "$bundle" --root "$root" --kernel "$K1"
    check "and that is said" says "unknown here .* the release alone decided"

    make_root "$root"
    add_kernel "$root" 6.1.0-99-amd64 ''
    check "a kernel with the same CRCs is served" run 0 "$bundle" --root "$root" --kernel 6.1.0-99-amd64
    check "with the build whose symbols fit" \
        cmp -s "$root/lib/modules/6.1.0-99-amd64/updates/hello/hello.ko" "$made/$K1/1.5.0/hello.ko"
    check "and the reason" says "built for $K1, and every symbol CRC it needs is the same"
    add_kernel "$root" 6.1.0-98-amd64 's/^0x[0-9a-f]*\tkfree\t/0x12345678\tkfree\t/'
    check "one other CRC and it is refused" run 1 "$bundle" --root "$root" --kernel 6.1.0-98-amd64
    check "with the symbol" says "symbol kfree has CRC 0x12345678"
    make_root "$root"
    add_kernel "$root" 6.1.0-97-amd64 '/\tkfree\t/d'
    check "a missing symbol too" run 1 "$bundle" --root "$root" --kernel 6.1.0-97-amd64

    make_root "$root"
    mkdir -p "$root/lib/modules/$K1/updates/hello"
    echo "somebody's" >"$root/$place"
    echo "/$place" >"$root/var/lib/dpkg/info/vendor-hello.list"
    check "a package's file is never overwritten" refuses_untouched 1 "$bundle" "$root" --kernel "$K1"
    check "and its package named" says "vendor-hello"
    make_root "$root"
    cp "$made/$K1/1.4.0/hello.ko" "$root/lib/modules/$K1/kernel/drivers/hello.ko"
    depmod -b "$root" "$K1" 2>/dev/null
    listing "$root" >"$scratch/pristine2"
    check "an in-tree module of that name stays" run 0 "$bundle" --root "$root" --kernel "$K1"
    check "untouched" cmp -s "$root/lib/modules/$K1/kernel/drivers/hello.ko" "$made/$K1/1.4.0/hello.ko"
    check "but the bundle's wins" resolves_to "$root" "$K1" "$root/$place"
    check "by an override line" grep -q '^override hello .* updates/hello$' "$root/etc/depmod.d/mkdkms-hello.conf"
    check "uninstall" run 0 "$bundle" --root "$root" --uninstall
    listing "$root" >"$scratch/after"
    diff "$scratch/pristine2" "$scratch/after" >"$scratch/out"
    check "gives the in-tree module back" cmp -s "$scratch/pristine2" "$scratch/after"

    make_root "$root"
    check "an older version" run 0 "$made/bundle-old" --root "$root" --kernel "$K1"
    check "is replaced" run 0 "$bundle" --root "$root" --kernel "$K1"
    check "in place" cmp -s "$root/$place" "$made/$K1/1.5.0/hello.ko"
    check "and its bundle goes" test ! -e "$root/var/lib/mkdkms/bundles/hello/1.4.0"
    check "one uninstall is enough" run 0 "$bundle" --root "$root" --uninstall
    listing "$root" >"$scratch/after"
    diff "$scratch/pristine" "$scratch/after" >"$scratch/out"
    check "for everything" cmp -s "$scratch/pristine" "$scratch/after"
    run 0 "$made/bundle-old" --root "$root" --kernel "$K1"
    check "a kernel that only the older serves is not lost silently" \
        refuses_untouched 1 "$made/bundle-k2" "$root" --kernel "$K2"
    check "but with --force" run 0 "$made/bundle-k2" --root "$root" --kernel "$K2" --force
    check "its module goes" test ! -e "$root/$place"

    # Cut short after each step: the file renamed but nothing else, or only the record written.
    make_root "$root"
    run 0 "$bundle" --root "$root" --kernel "$K1"
    printf 'state\tplanned\n' >>"$root/var/lib/mkdkms/bundles/hello/.record/kernel-$K1"
    rm "$root/$place" "$root/lib/modules/$K1/modules.dep"
    echo half >"$root/lib/modules/$K1/updates/hello/.hello.ko.mkdkms-new"
    # The number of a process that runs, but not the one that took the lock.
    echo "$$ 1" >"$root/var/lib/mkdkms/bundles/hello/.lock"
    run 0 "$bundle" --root "$root" --status
    check "an interrupted run is seen" says "interrupted"
    check "and repaired by the next" run 0 "$bundle" --root "$root" --kernel "$K1"
    check "with the module" resolves_to "$root" "$K1" "$root/$place"
    echo half >"$root/lib/modules/$K1/updates/hello/.hello.ko.mkdkms-new"
    check "or undone" run 0 "$bundle" --root "$root" --uninstall
    listing "$root" >"$scratch/after"
    diff "$scratch/pristine" "$scratch/after" >"$scratch/out"
    check "without a trace of it" cmp -s "$scratch/pristine" "$scratch/after"
    # What is written down can't be, as on a full disk.
    make_root "$root"
    mkdir -p "$root/var/lib/mkdkms/bundles/hello/.record/kernel-$K1.new/x"
    check "a record that can't be written ends the run" run 1 "$bundle" --root "$root" --kernel "$K1"
    check "and is told" says "cannot write $root/var/lib/mkdkms/bundles/hello/.record/kernel-$K1"
    rm -r "$root/var/lib/mkdkms/bundles/hello/.record/kernel-$K1.new"
    check "the next run mends it" run 0 "$bundle" --root "$root" --kernel "$K1"
    check "and it can be undone" run 0 "$bundle" --root "$root" --uninstall
    check "to the last module" test ! -e "$root/lib/modules/$K1/updates"
    make_root "$root"
    run 0 "$bundle" --root "$root" --kernel "$K1"
    echo changed >"$root/$place"
    check "a file changed since" run 0 "$bundle" --root "$root" --uninstall
    check "stays" grep -q changed "$root/$place"

    make_root "$root"
    mkdir -p "$root/var/lib/mkdkms/bundles/hello"
    lock_of $$ >"$root/var/lib/mkdkms/bundles/hello/.lock"
    check "beside another run it ends" refuses_untouched 1 "$bundle" "$root" --kernel "$K1"
    check "before it plans anything" lacks "same release"
    check "and says whose turn it is" says "another run of install is at work \(process $$\)"
    echo >"$root/var/lib/mkdkms/bundles/hello/.lock"
    check "a lock without a name is of no run" run 0 "$bundle" --root "$root" --kernel "$K1"
    make_root "$root"
    check "the lock is whole as soon as it is there" taking_turns "$bundle" "$root"

    rm -rf "$root"
    mkdir -p "$root/lib/modules/$K1"
    listing "$root" >"$scratch/bare"
    check "a bare root with one kernel needs no -k" run 0 "$bundle" --root "$root"
    check "and is bare again" run 0 "$bundle" --root "$root" --uninstall
    listing "$root" >"$scratch/after"
    diff "$scratch/bare" "$scratch/after" >"$scratch/out"
    check "to the last file" cmp -s "$scratch/bare" "$scratch/after"

    make_root "$root"
    if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
        local plain=$shell_command
        # The folder for temporary files of whoever runs this may be closed to others.
        install -d -m 0700 -o 65534 -g 65534 "$scratch/temporary"
        shell_command="env TMPDIR=$scratch/temporary setpriv --reuid 65534 --regid 65534 --clear-groups $plain"
        check "a user without rights is told so" refuses_untouched 1 "$bundle" "$root" --kernel "$K1"
        check "with what to do" says "run as root"
        chown -R 65534:65534 "$root"
        check "a root of his own is fine" run 0 "$bundle" --root "$root" --kernel "$K1"
        shell_command=$plain
    else
        skip "a user without rights" "needs root and setpriv"
    fi

    make_root "$root"
    status=missing
    if [ -e "$H1/scripts/Makefile.build" ] || [ -e "$H1/Makefile" ]; then status=there; fi
    if [ "$status" = there ] && command -v make >/dev/null; then
        mkdir -p "$root/lib/modules/6.1.0-source"
        rm -r "$root/lib/modules/$K1"
        mkdir "$root/lib/modules/$K1"
        ln -s "../../..$H1" "$root/lib/modules/$K1/build"
        mkdir -p "$root/usr/src"
        rm -rf "$root/usr/src/linux-headers-$K1"
        ln -sfn "$H1" "$root/usr/src/linux-headers-$K1"
        check "the source is built where nothing prebuilt fits" \
            run 0 "$made/bundle-source" --root "$root" --kernel "$K1"
        check "for that kernel" test "$(modinfo -F vermagic "$root/$place" 2>/dev/null | cut -d ' ' -f 1)" = "$K1"
        check "without headers that is refused" run 1 "$made/bundle-source" --root "$root" --kernel 6.1.0-source
        check "with the reason" says "headers are missing"
    else
        skip "the source fallback" "needs make and headers"
    fi
}

# Modules that use each other: a kernel that the bundle wasn't built for can still have all that they need of it.
two_modules_cases() {
    local root=$scratch/root kernel=6.1.0-99-amd64
    if ! mkdkms_bundle two "$here/../../Fixtures/two-modules-2.1" -k "$K1" -k "$K2" --no-sign >"$scratch/out" 2>&1; then
        fault "two modules" "mkdkms cannot make the bundle"
        return
    fi
    make_root "$root"
    add_kernel "$root" "$kernel" ''
    listing "$root" >"$scratch/pristine"
    check "two modules that use each other fit a kernel of the same CRCs" \
        run 0 "$made/two" --root "$root" --kernel "$kernel"
    check "both are there" cmp -s "$root/lib/modules/$kernel/updates/two-modules/two_user.ko" \
        "$made/two/modules/$K1/two_user.ko"
    check "and depmod finds the one for the other" grep -q '^updates/two-modules/two_user.ko: updates/two-modules/two_core.ko' \
        "$root/lib/modules/$kernel/modules.dep"
    check "all kernels at once get both" run 0 "$made/two" --root "$root" --all-kernels
    check "and lose both" run 0 "$made/two" --root "$root" --uninstall
    check "the folder too" test ! -e "$root/lib/modules/$kernel/updates"
}

# Changes the middle byte of a file.
flip() {
    local size offset byte
    size=$(stat -c %s "$1")
    offset=$((size / 2))
    byte=$(od -An -tu1 -j "$offset" -N 1 "$1" | tr -d ' ')
    # shellcheck disable=SC2059
    printf "\\$(printf %o $((byte ^ 1)))" | dd of="$1" bs=1 seek="$offset" conv=notrunc status=none
}

# mkdkms_bundle NAME ARGUMENT…: unpacks what `mkdkms bundle ARGUMENT…` writes as $scratch/own/NAME.
mkdkms_bundle() {
    local name=$1
    shift
    "$MKDKMS" bundle "$@" -o "$scratch/own/out-$name" &&
        mkdir -p "$scratch/own/unpacked-$name" &&
        tar -xJf "$scratch/own/out-$name"/*.tar.xz -C "$scratch/own/unpacked-$name" &&
        mv "$scratch/own/unpacked-$name"/* "$scratch/own/$name"
}

# The same bundles as those made by hand, and the modules in them where the cases compare with them.
mkdkms_bundles() {
    local old=$scratch/own/source-1.4.0 kernel
    mkdir -p "$scratch/own/$K1" "$scratch/own/$K2"
    cp -R "$scratch/source" "$old"
    sed -i 's/1\.5\.0/1.4.0/' "$old/hello.c" "$old/dkms.conf"
    mkdkms_bundle bundle "$scratch/source" -k "$K1" -k "$K2" --sign-key "$scratch/mok.key" \
        --sign-cert "$scratch/mok.pem" --sign-hash sha256 &&
        mkdkms_bundle bundle-old "$old" --package-version 1.4.0 -k "$K1" --no-sign &&
        mkdkms_bundle bundle-k2 "$scratch/source" -k "$K2" --no-sign &&
        mkdkms_bundle bundle-source "$scratch/source" -k "$K2" --no-sign --with-source || return 1
    for kernel in "$K1" "$K2"; do
        cp -R "$scratch/own/bundle/modules/$kernel" "$scratch/own/$kernel/1.5.0"
    done
    cp -R "$scratch/own/bundle-old/modules/$K1" "$scratch/own/$K1/1.4.0"
}

shell_name=setup shell_command='' made=''
headers=$(find /lib/modules -mindepth 2 -maxdepth 2 -name build -exec test -e '{}/Module.symvers' \; -print | sort | head -n 2)
if [ "$(echo "$headers" | grep -c .)" -lt 2 ]; then
    skip "everything" "needs the headers of two kernels in /lib/modules"
    finish
fi
for tool in make gcc openssl depmod modinfo modprobe; do
    command -v "$tool" >/dev/null || {
        skip "everything" "needs $tool"
        finish
    }
done
H1=$(readlink -f "$(echo "$headers" | sed -n 1p)")
H2=$(readlink -f "$(echo "$headers" | sed -n 2p)")
K1=$(basename "$(dirname "$(echo "$headers" | sed -n 1p)")")
K2=$(basename "$(dirname "$(echo "$headers" | sed -n 2p)")")
for module in "$K1 $H1 hello 1.5.0" "$K2 $H2 hello 1.5.0" "$K1 $H1 hello 1.4.0" "$K1 $H1 other 1" "$K2 $H2 other 1"; do
    # shellcheck disable=SC2086
    build_module $module || {
        cp "$scratch/make.log" "$scratch/out"
        fault "setup" "cannot build $module"
        finish
    }
done
cp "$scratch/$K1/1/other.ko" "$scratch/$K1/other.ko"
cp "$scratch/$K2/1/other.ko" "$scratch/$K2/other.ko"
for key in mok stranger; do
    openssl req -new -x509 -newkey rsa:2048 -nodes -days 3650 -subj "/CN=$key" -keyout "$scratch/$key.key" \
        -out "$scratch/$key.pem" 2>/dev/null
done
chmod 644 "$scratch/mok.pem"
KEY=$scratch/mok.key CERT=$scratch/mok.pem "$make_bundle" "$scratch/bundle" hello 1.5.0 \
    "$K1" "$H1" "$scratch/$K1/1.5.0/hello.ko" "$K2" "$H2" "$scratch/$K2/1.5.0/hello.ko"
"$make_bundle" "$scratch/bundle-old" hello 1.4.0 "$K1" "$H1" "$scratch/$K1/1.4.0/hello.ko"
"$make_bundle" "$scratch/bundle-k2" hello 1.5.0 "$K2" "$H2" "$scratch/$K2/1.5.0/hello.ko"
mkdir "$scratch/source"
cp "$scratch/$K1/build-hello-1.5.0/"{hello.c,Makefile} "$scratch/source/"
cat >"$scratch/source/dkms.conf" <<'CONF'
PACKAGE_NAME=hello
PACKAGE_VERSION=1.5.0
BUILT_MODULE_NAME[0]=hello
DEST_MODULE_LOCATION[0]=/updates
MAKE[0]="make -C $kernel_source_dir M=$dkms_tree/$PACKAGE_NAME/$PACKAGE_VERSION/build"
CONF
SOURCE=$scratch/source "$make_bundle" "$scratch/bundle-source" hello 1.5.0

if [ -n "${SHELLS:-}" ]; then
    mapfile -t shells < <(tr ',' '\n' <<<"$SHELLS")
else
    shells=("dash" "busybox sh")
fi
for shell_command in "${shells[@]}"; do
    shell_name=$shell_command
    made=$scratch
    if command -v "${shell_command%% *}" >/dev/null; then
        cases
    else
        skip "everything" "${shell_command%% *} is not installed"
    fi
done
shell_command=${shells[0]}
shell_name="$shell_command, made by mkdkms"
if [ -z "${MKDKMS:-}" ]; then
    skip "everything" "MKDKMS names no binary"
elif ! command -v "${shell_command%% *}" >/dev/null; then
    skip "everything" "${shell_command%% *} is not installed"
elif mkdkms_bundles >"$scratch/out" 2>&1; then
    made=$scratch/own
    cases
    two_modules_cases
else
    fault "setup" "mkdkms cannot make the bundles"
fi
finish
