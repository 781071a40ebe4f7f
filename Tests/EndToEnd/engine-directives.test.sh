#!/bin/bash
# shellcheck disable=SC2016 # $kernelver and the like are for dkms.conf to expand
# Directives of dkms.conf that dkms's own suite doesn't reach.
. "$(dirname "$0")/engine-cases.sh"

make_match() {
    source_of hello 1.5.0 "MAKE[0]=\"$(says_and_copies first)\"" "MAKE[1]=\"$(says_and_copies second)\"" \
        'MAKE_MATCH[1]="^6\.1\.0-[0-9]+-(amd64|nosuch)$"' "MAKE[2]=\"$(says_and_copies third)\"" 'MAKE_MATCH[2]="^0\."'
    builds
    contains "$log" "^$(if [[ $K1 =~ ^6\.1\.0-[0-9]+-amd64$ ]]; then echo second; else echo first; fi)$"
    # The last that matches.
    printf 'MAKE_MATCH[2]="^[0-9]"\n' >>"$SRC/dkms.conf"
    builds
    contains "$log" '^third$'
}

# dkms takes the MAKE of the module before, where none matches.
make_match_of_another() {
    source_of first 1 'MAKE[0]="echo of the first; cp built/$kernelver first.ko"'
    source_of second 1 'MAKE[0]="echo never"' 'MAKE_MATCH[0]="^0\."'
    printf 'obj-m := second.o\n' >/usr/src/second-1/Makefile
    cp "$HELLO/hello.c" /usr/src/second-1/second.c
    quietly engine add first/1
    quietly engine add second/1
    ends 0 engine autoinstall -k "$K1"
    lacks "$TREE/second/1/$K1/$ARCH/log/make.log" 'of the first|never'
    is_for "$K1" "/lib/modules/$K1/updates/dkms/second.ko"
}

# Without MAKE, kbuild runs on the build folder.
no_make() {
    source_of hello 1.5.0
    sed -i '/^MAKE/d' "$SRC/dkms.conf"
    printf 'obj-m := hello.o\n' >"$SRC/Makefile"
    cp "$HELLO/hello.c" "$SRC/"
    quietly engine build hello/1.5.0 -k "$K1" -j 2
    is_for "$K1" "$base/module/hello.ko"
    present "$base/module/Module.symvers"
    contains "$log" '^# command: make -j2 KERNELRELEASE='
}

patch_match() {
    source_of hello 1.5.0 'PATCH[0]="a.patch"' 'PATCH[1]="b.patch"' 'PATCH_MATCH[1]="^0\."' 'PATCH[2]="sub/c.patch"' \
        'PATCH_MATCH[2]="^[0-9]"' 'MAKE[0]="cat file; cp built/$kernelver hello.ko"'
    mkdir -p "$SRC/patches/sub"
    echo 1 >"$SRC/file"
    printf '%s\n' '--- x/file' '+++ y/file' '@@ -1 +1 @@' '-1' '+2' >"$SRC/patches/a.patch"
    printf '%s\n' '--- x/file' '+++ y/file' '@@ -1 +1 @@' '-2' '+3 patched' >"$SRC/patches/sub/c.patch"
    says 0 engine build hello/1.5.0 -k "$K1" <<TEXT
$added

$unsigned_prologue
Applying patch a.patch... done.
Applying patch sub/c.patch... done.
Building module(s)... done.
TEXT
    contains "$log" '^3 patched$'
    equal "$(cat "$SRC/file")" 1
}

# Patches and scripts of the administrator, in /etc/dkms/hello.
from_etc() {
    source_of hello 1.5.0 'PATCH[0]="a.patch"' 'PRE_BUILD="pre"' 'MAKE[0]="cat file; cp built/$kernelver hello.ko"'
    echo 1 >"$SRC/file"
    mkdir -p /etc/dkms/hello/patches
    printf '%s\n' '--- x/file' '+++ y/file' '@@ -1 +1 @@' '-1' '+2 from etc' >/etc/dkms/hello/patches/a.patch
    printf '#!/bin/sh\necho "script from etc in $PWD"\n' >/etc/dkms/hello/pre
    chmod +x /etc/dkms/hello/pre
    builds
    contains "$log" '^2 from etc$'
    contains "$log" '^script from etc in /etc/dkms/hello$'
    absent "$SRC/patches"
}

# sections FILE: those of its debugging information.
debug_sections() { readelf -S --wide "$1" | grep -c '\.debug_info' || true; }

strip_directive() {
    # The kernel's configuration decides whether there is anything to strip: the compiler is told.
    # shellcheck disable=SC2016 # make's own words
    source_of hello 1.5.0 'MAKE[0]="make -C $kernel_source_dir M=$dkms_tree/hello/1.5.0/build EXTRA_CFLAGS=-g modules"' \
        'BUILT_MODULE_NAME[1]=second' 'DEST_MODULE_LOCATION[1]=/extra' 'STRIP[1]=no'
    printf 'obj-m := hello.o second.o\nccflags-y += -g\n' >"$SRC/Makefile"
    cp "$HELLO/hello.c" "$SRC/"
    cp "$HELLO/hello.c" "$SRC/second.c"
    builds
    equal "$(debug_sections "$base/module/hello.ko")" 0
    [ "$(debug_sections "$base/module/second.ko")" -gt 0 ] || fail "stripped all the same"
    # STRIP[0] counts where there is no other.
    sed -i 's/^STRIP.*/STRIP[0]="n"/' "$SRC/dkms.conf"
    builds
    [ "$(debug_sections "$base/module/hello.ko")" -gt 0 ] || fail "hello is stripped"
    [ "$(debug_sections "$base/module/second.ko")" -gt 0 ] || fail "second is stripped"
}

module_locations() {
    source_of hello 1.5.0 'MAKE[0]="mkdir -p a/b; cp built/$kernelver a/b/hello.ko; cp built/$kernelver plain.ko"' \
        'BUILT_MODULE_LOCATION[0]="a/b"' 'DEST_MODULE_NAME[0]="renamed"' 'BUILT_MODULE_NAME[1]=plain' 'DEST_MODULE_LOCATION[1]=/kernel/x'
    says 0 engine install hello/1.5.0 -k "$K1" <<TEXT
$added

$building
Installing /lib/modules/$K1/updates/dkms/renamed.ko
Installing /lib/modules/$K1/updates/dkms/plain.ko
Running depmod... done.
TEXT
    only "$base/module" renamed.ko plain.ko
    says 0 engine uninstall hello/1.5.0 -k "$K1" <<TEXT
Module hello/1.5.0 for kernel $K1 ($ARCH):
Before uninstall, this module version was ACTIVE on this kernel.
Deleting /lib/modules/$K1/updates/dkms/renamed.ko
Deleting /lib/modules/$K1/updates/dkms/plain.ko
Running depmod... done.
TEXT
}

# One module of two is not for this kernel: the other is built and installed alone.
partly_excluded() {
    source_of hello 1.5.0 'BUILT_MODULE_NAME[1]=second' 'DEST_MODULE_LOCATION[1]=/extra' 'BUILD_EXCLUSIVE_KERNEL[1]="^0\."'
    says 0 engine install hello/1.5.0 -k "$K1" <<TEXT
$added

$building
Installing $installed_module
Running depmod... done.
TEXT
    only "$base/module" hello.ko
    status_is <<<"hello/1.5.0, $K1, $ARCH: installed"
}

overrides() {
    local file number=0
    source_of hello 1.5.0
    quietly engine add hello/1.5.0
    for file in hello hello-1.5.0 "hello-1.5.0-$K1" "hello-1.5.0-$K1-$ARCH" "hello--$K1" "hello--$K1-$ARCH"; do
        number=$((number + 1))
        printf 'MAKE[0]="%s"\n' "$(says_and_copies "override-$number")" >"/etc/dkms/$file.conf"
        builds
        contains "$log" "^override-$number$"
    done
    printf 'MAKE[0]="exit 9"\n' >/etc/dkms/hello-1.4.0.conf
    printf 'MAKE[0]="exit 9"\n' >"/etc/dkms/hello-1.5.0-$K3.conf"
    builds
    # An override adds to what is there.
    rm /etc/dkms/hello*.conf
    printf 'AUTOINSTALL=no\n' >/etc/dkms/hello.conf
    quietly engine unbuild hello/1.5.0 -k "$K1"
    says 0 engine autoinstall -k "$K1" </dev/null
}

crlf() {
    source_of hello 1.5.0
    sed -i 's/$/\r/' "$SRC/dkms.conf"
    says 0 engine install hello/1.5.0 -k "$K1" <<TEXT
$added

$building
Installing $installed_module
Running depmod... done.
TEXT
    status_is <<<"hello/1.5.0, $K1, $ARCH: installed"
}

sparse() {
    source_of hello 1.5.0 'BUILT_MODULE_NAME[2]="third"' 'DEST_MODULE_LOCATION[2]="/extra"' 'BUILT_MODULE_NAME[1]="second"' \
        'DEST_MODULE_LOCATION[1]="/extra"' 'MAKE[0]="sh ./make-all $kernelver"'
    printf 'for name in hello second third; do cp "built/$1" "$name.ko"; done\n' >"$SRC/make-all"
    builds
    only "$base/module" hello.ko second.ko third.ko
    # A scalar is slot 0.
    source_of hello 1.5.0 'BUILT_MODULE_NAME=hello' 'DEST_MODULE_LOCATION=/updates' "MAKE=\"$(says_and_copies scalar)\""
    sed -i '/\[0\]/d' "$SRC/dkms.conf"
    builds
    contains "$log" '^scalar$'
}

# dkms loses what comes after a hole in PATCH.
sparse_patches() {
    source_of hello 1.5.0 'PATCH[3]="a.patch"' 'MAKE[0]="cat file; cp built/$kernelver hello.ko"'
    mkdir -p "$SRC/patches"
    echo 1 >"$SRC/file"
    printf '%s\n' '--- x/file' '+++ y/file' '@@ -1 +1 @@' '-1' '+2 patched' >"$SRC/patches/a.patch"
    builds
    contains "$log" '^2 patched$'
}

conf_in_shell() {
    cat >"$LAYERS/conf" <<'CONF'
PACKAGE_NAME="hello"
PACKAGE_VERSION="1.5.0"
count=0
for one in hello; do
    BUILT_MODULE_NAME[$count]="$one"
    DEST_MODULE_LOCATION[$count]="/extra"
    count=$((count + 1))
done
case "$kernelver" in
    [0-9]*) MAKE[0]="echo for $kernelver on $arch in ${dkms_tree}/${PACKAGE_NAME}/${PACKAGE_VERSION}/build; cp built/$kernelver hello.ko" ;;
esac
[ -e /etc/os-release ] && AUTOINSTALL=yes
CONF
    source_of hello 1.5.0
    cp "$LAYERS/conf" "$SRC/dkms.conf"
    builds
    contains "$log" "^for $K1 on $ARCH in $TREE/hello/1\.5\.0/build$"
}

hook_environment() {
    source_of hello 1.5.0 'PRE_BUILD=pre' 'MAKE[0]="env; cp built/$kernelver hello.ko"'
    # shellcheck disable=SC2016 # for the script to expand
    printf '#!/bin/sh\necho "pre: $module $module_version $kernelver $arch"\n' >"$SRC/pre"
    chmod +x "$SRC/pre"
    CFLAGS=-nonsense CC=nonsense LDFLAGS=-nonsense builds
    contains "$log" "^pre: hello 1\.5\.0 $K1 $ARCH$"
    contains "$log" "^kernelver=$K1$"
    lacks "$log" '^(CFLAGS|CC|LDFLAGS)=-?nonsense'
}

begin "directives"
case_of "MAKE_MATCH" make_match
ours "MAKE_MATCH: no MAKE of another module" in_fresh make_match_of_another
case_of "no MAKE" no_make
case_of "PATCH_MATCH" patch_match
case_of "patches and scripts in /etc/dkms/M" from_etc
case_of "STRIP" strip_directive
case_of "BUILT_MODULE_LOCATION, DEST_MODULE_NAME" module_locations
case_of "BUILD_EXCLUSIVE_* of one module" partly_excluded
case_of "overrides in /etc/dkms" overrides
case_of "a dkms.conf with CRLF" crlf
case_of "sparse arrays and scalars" sparse
ours "sparse PATCH" in_fresh sparse_patches
case_of "a dkms.conf that needs a shell" conf_in_shell
case_of "what hooks and make see" hook_environment
finish
