# shellcheck shell=bash
# What the tests of a bundle's install stand on: scratch roots with two kernels, modules and bundles for them. Sourced after lib.sh.
#
#   shell_command shell_name   the shell that install runs with, and how cases call it
#   H1 H2                      the headers of K1 and K2
#   made                       the folder of the bundles at hand

# shellcheck disable=SC2034
shell_name=setup shell_command='' made=''
H1=$(realpath "/lib/modules/$K1/build")
H2=$(realpath "/lib/modules/$K2/build")

case_of() { check "$shell_name: $1" "${@:2}"; }

# run STATUS BUNDLE ARGUMENT…: runs install with the shell at hand, which ends with STATUS; what it prints is kept for `says`.
run() {
    local want=$1 bundle=$2 got=0
    shift 2
    $shell_command "$bundle/install" "$@" >"$SCRATCH/said" 2>&1 || got=$?
    cat "$SCRATCH/said"
    [ "$got" -eq "$want" ] || fail "exit $got instead of $want"
}

says() { contains "$SCRATCH/said" "$1"; }

# What the lock of the process $1 says.
lock_of() { echo "$1 $(sed 's/^.*) //' "/proc/$1/stat" | cut -d ' ' -f 20)"; }

# Two runs, the second while the first is at its slowest in making the lock: the first ends well, the second is refused.
taking_turns() {
    local bundle=$1 root=$2 tool status=0 second=1
    : >"$SCRATCH/second"
    mkdir -p "$SCRATCH/slow"
    # A busybox has these built in, and then the first run is as fast as ever.
    for tool in mkdir ln; do
        cat >"$SCRATCH/slow/$tool" <<TOOL
#!/bin/sh
$(command -v "$tool") "\$@" || exit
case "\$*" in */.lock) touch "$SCRATCH/slow/made" && for i in \$(seq 600); do [ ! -e "$SCRATCH/slow/refused" ] || break; sleep 0.1; done ;; esac
TOOL
        chmod 755 "$SCRATCH/slow/$tool"
    done
    rm -f "$SCRATCH/slow/made" "$SCRATCH/slow/refused"
    PATH=$SCRATCH/slow:$PATH $shell_command "$bundle/install" --root "$root" --kernel "$K1" >"$SCRATCH/first" 2>&1 &
    local first=$!
    while [ ! -e "$SCRATCH/slow/made" ] && kill -0 "$first" 2>/dev/null; do sleep 0.05; done
    if [ -e "$SCRATCH/slow/made" ]; then
        $shell_command "$bundle/install" --root "$root" --kernel "$K1" >"$SCRATCH/second" 2>&1 || second=$?
        : >"$SCRATCH/slow/refused"
    fi
    wait "$first" || status=$?
    cat "$SCRATCH/first" "$SCRATCH/second"
    equal "$status $second" '0 1'
}

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
        cp "$SCRATCH/$kernel/other.ko" "$root/lib/modules/$kernel/kernel/drivers/other.ko"
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

resolves_to() { equal "$(modinfo -b "$1" -k "$2" -n hello)" "$3"; }

# refuses_untouched STATUS BUNDLE ROOT ARGUMENT…: it ends with STATUS, and the root is as it was.
refuses_untouched() {
    local status=$1 bundle=$2 root=$3
    shift 3
    listing "$root" >"$SCRATCH/before"
    run "$status" "$bundle" --root "$root" "$@"
    as_listed "$SCRATCH/before" "$root"
}

# as_listed FILE ROOT: the root is as the listing in the file says.
as_listed() { alike "$1" <(listing "$2"); }

build_module() {
    local kernel=$1 headers=$2 name=$3 version=$4 folder=$SCRATCH/$1
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
    make -s -C "$headers" M="$folder/build-$name-$version" modules
    mkdir -p "$folder/$version"
    strip -g "$folder/build-$name-$version/$name.ko" -o "$folder/$version/$name.ko"
}

# mkdkms_bundle NAME ARGUMENT…: unpacks what `mkdkms bundle ARGUMENT…` writes as $SCRATCH/own/NAME.
mkdkms_bundle() {
    local name=$1
    shift
    "$MKDKMS" bundle "$@" -o "$SCRATCH/own/out-$name"
    mkdir -p "$SCRATCH/own/unpacked-$name"
    tar -xJf "$SCRATCH/own/out-$name"/*.tar.xz -C "$SCRATCH/own/unpacked-$name"
    mv "$SCRATCH/own/unpacked-$name"/* "$SCRATCH/own/$name"
}

# The same bundles as those made by hand, and the modules in them where the cases compare with them.
mkdkms_bundles() {
    local old=$SCRATCH/own/source-1.4.0 kernel
    mkdir -p "$SCRATCH/own/$K1" "$SCRATCH/own/$K2"
    cp -R "$SCRATCH/source" "$old"
    sed -i 's/1\.5\.0/1.4.0/' "$old/hello.c" "$old/dkms.conf"
    mkdkms_bundle bundle "$SCRATCH/source" -k "$K1" -k "$K2" --sign-key "$SCRATCH/mok.key" \
        --sign-cert "$SCRATCH/mok.pem" --sign-hash sha256
    mkdkms_bundle bundle-old "$old" --package-version 1.4.0 -k "$K1" --no-sign
    mkdkms_bundle bundle-k2 "$SCRATCH/source" -k "$K2" --no-sign
    mkdkms_bundle bundle-source "$SCRATCH/source" -k "$K2" --no-sign --with-source
    for kernel in "$K1" "$K2"; do
        cp -R "$SCRATCH/own/bundle/modules/$kernel" "$SCRATCH/own/$kernel/1.5.0"
    done
    cp -R "$SCRATCH/own/bundle-old/modules/$K1" "$SCRATCH/own/$K1/1.4.0"
}

# The modules, keys and bundles by hand.
make_by_hand() {
    local module key make_bundle=$HERE/bundle-install/make-bundle.sh
    for module in "$K1 $H1 hello 1.5.0" "$K2 $H2 hello 1.5.0" "$K1 $H1 hello 1.4.0" "$K1 $H1 other 1" "$K2 $H2 other 1"; do
        # shellcheck disable=SC2086
        build_module $module
    done
    cp "$SCRATCH/$K1/1/other.ko" "$SCRATCH/$K1/other.ko"
    cp "$SCRATCH/$K2/1/other.ko" "$SCRATCH/$K2/other.ko"
    for key in mok stranger; do
        openssl req -new -x509 -newkey rsa:2048 -nodes -days 3650 -subj "/CN=$key" -keyout "$SCRATCH/$key.key" \
            -out "$SCRATCH/$key.pem" 2>/dev/null
    done
    chmod 644 "$SCRATCH/mok.pem"
    KEY=$SCRATCH/mok.key CERT=$SCRATCH/mok.pem "$make_bundle" "$SCRATCH/bundle" hello 1.5.0 \
        "$K1" "$H1" "$SCRATCH/$K1/1.5.0/hello.ko" "$K2" "$H2" "$SCRATCH/$K2/1.5.0/hello.ko"
    "$make_bundle" "$SCRATCH/bundle-old" hello 1.4.0 "$K1" "$H1" "$SCRATCH/$K1/1.4.0/hello.ko"
    "$make_bundle" "$SCRATCH/bundle-k2" hello 1.5.0 "$K2" "$H2" "$SCRATCH/$K2/1.5.0/hello.ko"
    mkdir "$SCRATCH/source"
    cp "$SCRATCH/$K1/build-hello-1.5.0/"{hello.c,Makefile} "$SCRATCH/source/"
    cat >"$SCRATCH/source/dkms.conf" <<'CONF'
PACKAGE_NAME=hello
PACKAGE_VERSION=1.5.0
BUILT_MODULE_NAME[0]=hello
DEST_MODULE_LOCATION[0]=/updates
MAKE[0]="make -C $kernel_source_dir M=$dkms_tree/$PACKAGE_NAME/$PACKAGE_VERSION/build"
CONF
    SOURCE=$SCRATCH/source "$make_bundle" "$SCRATCH/bundle-source" hello 1.5.0
}
