#!/bin/bash
# shellcheck disable=SC2016 # $kernelver and the like are for dkms.conf to expand
# Options, directives and settings of dkms that its own suite doesn't reach.
. "$(dirname "$0")/engine-lib.sh"

SRC=/usr/src/hello-1.5.0
added="Creating symlink $TREE/hello/1.5.0/source -> $SRC"
building="$unsigned_prologue
Building module(s)... done."
base=$TREE/hello/1.5.0/$K1/$ARCH
log=$base/log/make.log
installed_module=/lib/modules/$K1/updates/dkms/hello.ko

in_fresh() {
    fresh
    "$@"
    no_leftovers
}

# makes FILE: a MAKE that writes its words, and the module.
says_and_copies() { printf "echo %s; cp built/\$kernelver hello.ko" "$1"; }

# builds [OPTION…]: hello anew for K1; its log is there then.
builds() { quietly engine build hello/1.5.0 -k "$K1" --force "$@"; }

framework() { printf '%s\n' "$@" >/etc/dkms/framework.conf.d/test.conf; }

# --- options -------------------------------------------------------------------------------------------

directive() {
    source_of hello 1.5.0
    says 0 engine add hello/1.5.0 --directive 'POST_ADD=' --directive=AUTOINSTALL=no <<TEXT
DIRECTIVE: POST_ADD=""
DIRECTIVE: AUTOINSTALL="no"
$added
TEXT
    says 0 engine build hello/1.5.0 -k "$K1" --directive "MAKE=echo from the directive; cp built/$K1 hello.ko" <<TEXT
DIRECTIVE: MAKE="echo from the directive; cp built/$K1 hello.ko"
$building
TEXT
    contains "$log" '^from the directive$'
    says 0 engine install hello/1.5.0 -k "$K1" --directive BUILT_MODULE_NAME=hello <<TEXT
DIRECTIVE: BUILT_MODULE_NAME="hello"
Installing $installed_module
Running depmod... done.
TEXT
    ends 8 engine build hello/1.5.0 -k "$K1" --force --directive PACKAGE_NAME=
}

other_conf() {
    source_of hello 1.5.0
    sed "s,^MAKE.*,MAKE[0]=\"$(says_and_copies other)\"," "$SRC/dkms.conf" >"$LAYERS/other.conf"
    mv "$SRC/dkms.conf" "$SRC/not-the.conf"
    says 0 engine add hello/1.5.0 -c "$LAYERS/other.conf" <<<"$added"
    says 0 engine build hello/1.5.0 -k "$K1" -c "$LAYERS/other.conf" <<<"$building"
    contains "$log" '^other$'
    printf 'PACKAGE_NAME=hello\n' >"$LAYERS/bad.conf"
    says 8 engine build hello/1.5.0 -k "$K1" --force -c "$LAYERS/bad.conf" <<TEXT
dkms.conf: Error! No 'PACKAGE_VERSION' directive specified.

Error! Bad conf file.
File: $LAYERS/bad.conf does not represent a valid dkms.conf file.
TEXT
    says 4 engine build hello/1.5.0 -k "$K1" --force -c "$LAYERS/absent.conf" <<TEXT

Error! Could not locate dkms.conf file.
File: $LAYERS/absent.conf does not exist.
TEXT
}

# --config stands in for the kernel's: BUILD_EXCLUSIVE_CONFIG and the signature's hash look there.
kernel_config() {
    source_of hello 1.5.0 'BUILD_EXCLUSIVE_CONFIG="CONFIG_OF_A_TEST"'
    quietly engine add hello/1.5.0
    ends 77 engine build hello/1.5.0 -k "$K1"
    printf 'CONFIG_OF_A_TEST=y\n' >"$LAYERS/config"
    quietly engine build hello/1.5.0 -k "$K1" --config "$LAYERS/config"
    quietly engine unbuild hello/1.5.0 -k "$K1"
    ends 77 engine build hello/1.5.0 -k "$K1" --config=/dev/null
    # A config that isn't there excludes nothing.
    rm /etc/dkms/framework.conf.d/unsigned.conf
    framework 'try_sign_modules="true"'
    says 0 engine build hello/1.5.0 -k "$K1" --config="$LAYERS/none" <<TEXT
Kernel config $LAYERS/none not found, modules won't be signed

Building module(s)... done.
TEXT
    says 0 engine build hello/1.5.0 -k "$K1" --force --config="$LAYERS/config" <<TEXT
The kernel is built without module signing facility, modules won't be signed

Building module(s)... done.
TEXT
}

kernel_source_dir() {
    # shellcheck disable=SC2016 # the variable of dkms.conf
    source_of hello 1.5.0 'MAKE[0]="echo $kernel_source_dir; cp built/$kernelver hello.ko"'
    mv "/lib/modules/$K1/build" "$LAYERS/build"
    ends 21 engine build hello/1.5.0 -k "$K1"
    local headers
    headers=$(realpath "$LAYERS/build")
    says 0 engine build hello/1.5.0 -k "$K1" --kernelsourcedir "$headers" <<<"$building"
    contains "$log" "^$headers$"
}

trees() {
    local dkms=$LAYERS/d src=$LAYERS/s lib=$LAYERS/l
    mkdir -p "$dkms" "$src" "$lib/$K1"
    source_of hello 1.5.0
    mv "$SRC" "$src/"
    ln -s "$(realpath "/lib/modules/$K1/build")" "$lib/$K1/build"
    says 0 engine add hello/1.5.0 --dkmstree "$dkms" --sourcetree="$src" --installtree "$lib" <<TEXT
Creating symlink $dkms/hello/1.5.0/source -> $src/hello-1.5.0
TEXT
    says 0 engine install hello/1.5.0 -k "$K1" --dkmstree "$dkms" --sourcetree="$src" --installtree "$lib" <<TEXT
$building
Installing $lib/$K1/updates/dkms/hello.ko
Running depmod... done.
TEXT
    is_for "$K1" "$lib/$K1/updates/dkms/hello.ko"
    says 0 engine status --dkmstree="$dkms" --installtree "$lib" <<<"hello/1.5.0, $K1, $ARCH: installed"
    status_is </dev/null
    quietly engine remove hello/1.5.0 --all --dkmstree "$dkms" --sourcetree="$src" --installtree "$lib"
    absent "$dkms/hello"
    absent "$lib/$K1/updates"
    present "$src/hello-1.5.0/dkms.conf"
}

# With another install tree dkms runs depmod on /lib/modules all the same.
depmod_elsewhere() {
    local lib=$LAYERS/l
    mkdir -p "$lib/$K1"
    : >"$lib/$K1/modules.dep"
    : >"/lib/modules/$K1/modules.dep"
    ln -s "$(realpath "/lib/modules/$K1/build")" "$lib/$K1/build"
    source_of hello 1.5.0
    quietly engine install hello/1.5.0 -k "$K1" --installtree "$lib"
    contains "$lib/$K1/modules.dep" '^updates/dkms/hello\.ko:$'
    equal "$(cat "/lib/modules/$K1/modules.dep")" ""
}

framework_trees() {
    mkdir -p "$LAYERS/d" "$LAYERS/s" "$LAYERS/t"
    framework "dkms_tree=\"$LAYERS/d\"" "source_tree=\"$LAYERS/s\"" "tmp_location=\"$LAYERS/t\""
    source_of hello 1.5.0
    cp -r "$SRC" "$LAYERS/s/"
    says 0 engine add hello/1.5.0 <<TEXT
Creating symlink $LAYERS/d/hello/1.5.0/source -> $LAYERS/s/hello-1.5.0
TEXT
    status_is <<<'hello/1.5.0: added'
    # The command line wins; a later file wins over an earlier one.
    says 0 engine status --dkmstree "$TREE" </dev/null
    printf 'dkms_tree=%s\n' "$TREE" >/etc/dkms/framework.conf.d/zz.conf
    status_is </dev/null
    printf 'dkms_tree=/nonexistent\n' >/etc/dkms/framework.conf
    status_is </dev/null
    quietly engine add hello/1.5.0
    # Only known names are taken.
    printf 'module=other\naction=remove\n' >/etc/dkms/framework.conf
    status_is <<<'hello/1.5.0: added'
}

version_override() {
    source_of hello 1.5.0
    quietly engine build hello/1.5.0 -k "$K1"
    original updates/vendor 1.6.0
    ends 6 engine install hello/1.5.0 -k "$K1"
    says 0 engine install hello/1.5.0 -k "$K1" --force-version-override <<TEXT
Found pre-existing /lib/modules/$K1/updates/vendor/hello.ko, archiving for uninstallation
Installing $installed_module
Running depmod... done.
TEXT
    # It is no --force: an installed module stays.
    says 0 engine install hello/1.5.0 -k "$K1" --force-version-override <<TEXT
Module hello/1.5.0 already installed on kernel $K1 ($ARCH), skip. You may override by specifying --force.
TEXT
    quietly engine uninstall hello/1.5.0 -k "$K1"
    same "$(built "$K1" 1.6.0)" "/lib/modules/$K1/updates/vendor/hello.ko"
}

no_depmod() {
    source_of hello 1.5.0
    : >"/lib/modules/$K1/modules.dep"
    says 0 engine install hello/1.5.0 -k "$K1" --no-depmod <<TEXT
$added

$building
Installing $installed_module
Running depmod... done.
TEXT
    equal "$(cat "/lib/modules/$K1/modules.dep")" ""
    quietly engine uninstall hello/1.5.0 -k "$K1" --no-depmod
    quietly engine install hello/1.5.0 -k "$K1"
    contains "/lib/modules/$K1/modules.dep" '^updates/dkms/hello\.ko:$'
    # Where it was the last module, no stale index stays.
    quietly engine uninstall hello/1.5.0 -k "$K1"
    absent "/lib/modules/$K1/modules.dep" "/lib/modules/$K1/modules.symbols.bin"
}

# In dkms 3.4.3 what comes after depmod hides its status; it meant to roll back.
depmod_fails() {
    source_of hello 1.5.0
    quietly engine build hello/1.5.0 -k "$K1"
    original kernel/drivers/misc 1.4.0
    : >"/lib/modules/$K1/modules.dep"
    printf '#!/bin/sh\nexit 9\n' >"$LAYERS/depmod"
    chmod +x "$LAYERS/depmod"
    PATH=$LAYERS:$PATH ends 6 engine install hello/1.5.0 -k "$K1"
    contains "$SCRATCH/said" '^Error! Problems with depmod detected\. +Automatically uninstalling this module\.$'
    contains "$SCRATCH/said" '^Install Failed \(depmod problems\)\. Module rolled back to built state\.$'
    status_is <<<"hello/1.5.0, $K1, $ARCH: built"
    absent "/lib/modules/$K1/updates"
    same "$(built "$K1" 1.4.0)" "/lib/modules/$K1/kernel/drivers/misc/hello.ko"
}

symlinks() {
    source_of hello 1.5.0
    quietly engine install hello/1.5.0 -k "$K1" --symlink-modules
    equal "$(readlink "$installed_module")" "$base/module/hello.ko"
    status_is <<<"hello/1.5.0, $K1, $ARCH: installed"
    quietly engine uninstall hello/1.5.0 -k "$K1"
    absent "$installed_module"
    present "$base/module/hello.ko"
    framework 'symlink_modules="yes"'
    quietly engine install hello/1.5.0 -k "$K1"
    equal "$(readlink "$installed_module")" "$base/module/hello.ko"
}

arch_label() {
    source_of hello 1.5.0
    says 0 engine build hello/1.5.0 -k "$K1" -a somearch <<TEXT
$added

$building
TEXT
    status_is <<<"hello/1.5.0, $K1, somearch: built"
    says 0 engine status -k "$K1" -a "$ARCH" <<<'hello/1.5.0: added'
    says 0 engine remove hello/1.5.0 -k "$K1" -a somearch <<TEXT
Module hello/1.5.0 is not installed for kernel $K1 (somearch). Skipping...

Deleting module hello/1.5.0 completely from the DKMS tree.
TEXT
}

status_arguments() {
    source_of hello 1.4.0
    source_of hello 1.5.0
    source_of other 1
    quietly engine install hello/1.5.0 -k "$K1"
    quietly engine build hello/1.4.0 -k "$K1"
    quietly engine add other/1
    [ -z "$K2" ] || quietly engine build hello/1.5.0 -k "$K2"
    local old="hello/1.4.0, $K1, $ARCH: built" new="hello/1.5.0, $K1, $ARCH: installed"
    says 0 engine status hello/1.4.0 <<<"$old"
    says 0 engine status -m hello -v 1.4.0 <<<"$old"
    says 0 engine status -m hello -k "$K1" < <(printf '%s\n' "$old" "$new")
    says 0 engine status hello/1.5.0 -k "$K1/$ARCH" <<<"$new"
    says 0 engine status -k "$K1" < <(printf '%s\n' "$old" "$new" 'other/1: added')
    says 0 engine status other <<<'other/1: added'
    says 0 engine status -v 1 <<<'other/1: added'
    says 0 engine status nosuch </dev/null
    says 0 engine status nosuch/1 -k "$K1" </dev/null
    # A module that isn't built for the kernel asked for is added.
    says 0 engine status other/1 -k "$K3" <<<'other/1: added'
    says 0 engine status hello/1.5.0 -k "$K3" <<<'hello/1.5.0: added'
}

rpm_safe_upgrade() {
    source_of hello 1.5.0
    # Scripts of one rpm transaction: their grandparent is the same process.
    cat >"$LAYERS/transaction" <<'SCRIPT'
#!/bin/bash
/bin/sh -c '"$1" add hello/1.5.0 --rpm_safe_upgrade; exit $?' - "$1"
/bin/sh -c '"$1" remove hello/1.5.0 --all --rpm_safe_upgrade; exit $?' - "$1"
exit $?
SCRIPT
    says 0 bash "$LAYERS/transaction" "$ENGINE" <<TEXT
$added
Warning: Remove cancelled because --rpm_safe_upgrade scenario detected.
TEXT
    status_is <<<'hello/1.5.0: added'
    says 0 engine remove hello/1.5.0 --all --rpm_safe_upgrade <<<'Deleting module hello/1.5.0 completely from the DKMS tree.'
    find "$TMPDIR" -name 'dkms_rpm_safe_upgrade_lock.*' -delete
}

force_list() {
    source_of hello 1.5.0
    quietly engine build hello/1.5.0 -k "$K1"
    original updates/vendor 1.6.0
    mkdir -p "$LAYERS/share/modules_to_force_install"
    [ -d /usr/share/dkms ] || return 0
    mount --bind "$LAYERS/share" /usr/share/dkms
    echo hello_version-override >/usr/share/dkms/modules_to_force_install/a
    says 0 engine install hello/1.5.0 -k "$K1" <<TEXT
Forcing version override of hello
Found pre-existing /lib/modules/$K1/updates/vendor/hello.ko, archiving for uninstallation
Installing $installed_module
Running depmod... done.
TEXT
    quietly engine uninstall hello/1.5.0 -k "$K1"
    echo hello >/usr/share/dkms/modules_to_force_install/a
    ends 0 engine install hello/1.5.0 -k "$K1"
    contains "$SCRATCH/said" '^Forcing installation of hello$'
}

# --- directives ----------------------------------------------------------------------------------------

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

# --- settings ------------------------------------------------------------------------------------------

build_environment() {
    source_of hello 1.5.0 'MAKE[0]="env; cp built/$kernelver hello.ko"'
    printf 'export A_TEST_VARIABLE="of the build"\necho noise\n' >"$LAYERS/environment"
    framework "build_environment=\"$LAYERS/environment\""
    says 0 engine build hello/1.5.0 -k "$K1" <<TEXT
$added

$building
TEXT
    contains "$log" '^A_TEST_VARIABLE=of the build$'
}

post_transaction() {
    source_of hello 1.5.0
    framework "post_transaction=\"echo transacted\""
    quietly engine add hello/1.5.0
    says 0 engine build hello/1.5.0 -k "$K1" <<<"$building"
    says 0 engine install hello/1.5.0 -k "$K1" <<TEXT
Installing $installed_module
Running depmod... done.
Executing post-transaction command... done.
TEXT
    contains "$TREE/post_transaction.log" '^transacted$'
    contains "$TREE/post_transaction.log" '^# command: echo transacted$'
    says 0 engine uninstall hello/1.5.0 -k "$K1" <<TEXT
Module hello/1.5.0 for kernel $K1 ($ARCH):
Before uninstall, this module version was ACTIVE on this kernel.
Deleting $installed_module
Running depmod... done.
Executing post-transaction command... done.
TEXT
    framework 'post_transaction="exit 4"'
    ends 0 engine install hello/1.5.0 -k "$K1"
    contains "$SCRATCH/said" '^Executing post-transaction command\.\.\.\(bad exit status: 4\)$'
}

# Never run by autoinstall and the kernel hooks of dkms.
post_transaction_of_hooks() {
    source_of hello 1.5.0
    framework "post_transaction=\"echo transacted\""
    quietly engine add hello/1.5.0
    local verb
    for verb in autoinstall kernel_postinst; do
        ends 0 engine "$verb" -k "$K1"
        contains "$SCRATCH/said" '^Executing post-transaction command\.\.\. done\.$'
        quietly engine unbuild hello/1.5.0 -k "$K1"
    done
}

parallel_jobs() {
    source_of hello 1.5.0 'MAKE[0]="make all"'
    # shellcheck disable=SC2016 # make's own words
    printf 'all:\n\tcp built/$(KERNELRELEASE) hello.ko\n' >"$SRC/Makefile"
    framework 'parallel_jobs=5'
    builds
    contains "$log" "^# command: make -j5 KERNELRELEASE=$K1 all$"
    builds -j 3
    contains "$log" "^# command: make -j3 KERNELRELEASE=$K1 all$"
    rm /etc/dkms/framework.conf.d/test.conf
    parallel_jobs=4 builds
    contains "$log" "^# command: make -j4 KERNELRELEASE=$K1 all$"
}

no_autoinstall() {
    source_of hello 1.5.0
    quietly engine add hello/1.5.0
    : >/etc/dkms/no-autoinstall
    says 0 engine autoinstall -k "$K1" <<<'Automatic installation of modules has been disabled.'
    says 0 engine kernel_postinst -k "$K1" <<<'Automatic installation of modules has been disabled.'
}

# compressed SUFFIX TEST-COMMAND…: what the kernel's own modules end in is what ours end in.
compressed() {
    source_of hello 1.5.0
    mkdir -p "/lib/modules/$K1/kernel/drivers"
    : >"/lib/modules/$K1/kernel/drivers/some.ko.$1"
    says 0 engine install hello/1.5.0 -k "$K1" <<TEXT
$added

$building
Installing $installed_module.$1
Running depmod... done.
TEXT
    "${@:2}" "$installed_module.$1"
    # modinfo of some distributions reads no .gz.
    if [ "$1" = gz ]; then
        gzip -dc "$installed_module.gz" >"$LAYERS/plain.ko"
        is_for "$K1" "$LAYERS/plain.ko"
    else
        is_for "$K1" "$installed_module.$1"
    fi
    status_is <<<"hello/1.5.0, $K1, $ARCH: installed"
    says 0 engine uninstall hello/1.5.0 -k "$K1" <<TEXT
Module hello/1.5.0 for kernel $K1 ($ARCH):
Before uninstall, this module version was ACTIVE on this kernel.
Deleting $installed_module.$1
Running depmod... done.
TEXT
    absent "/lib/modules/$K1/updates"
}
kernel_reads_xz() { xz --robot --list -vv "$1" | grep -q 'CRC32'; }

generate_mok() {
    says 0 engine generate_mok <<TEXT
Signing key: $TREE/mok.key
Public certificate (MOK): $TREE/mok.pub
Certificate or key are missing, generating self signed certificate for MOK...
TEXT
    openssl x509 -inform DER -in "$TREE/mok.pub" -noout -text >"$SCRATCH/certificate"
    contains "$SCRATCH/certificate" 'Subject: CN ?= ?DKMS module signing key'
    contains "$SCRATCH/certificate" 'Public-Key: \(2048 bit\)'
    contains "$SCRATCH/certificate" 'Code Signing'
    equal "$(stat -c %a "$TREE/mok.key")" 600
    equal "$(openssl x509 -inform DER -in "$TREE/mok.pub" -noout -pubkey)" "$(openssl pkey -in "$TREE/mok.key" -pubout)"
    local before
    before=$(sha256sum "$TREE"/mok.*)
    says 0 engine generate_mok <<TEXT
Signing key: $TREE/mok.key
Public certificate (MOK): $TREE/mok.pub
TEXT
    equal "$(sha256sum "$TREE"/mok.*)" "$before"
    # shellcheck disable=SC2016 # a variable of framework.conf
    framework "mok_signing_key=$LAYERS/a.key" "mok_certificate=$LAYERS/a.pub"
    ends 0 engine generate_mok
    present "$LAYERS/a.key" "$LAYERS/a.pub"
}

# One of the two is missing: dkms overwrites the other.
half_a_key() {
    quietly engine generate_mok
    rm "$TREE/mok.pub"
    cp "$TREE/mok.key" "$LAYERS/kept"
    engine generate_mok || true
    same "$LAYERS/kept" "$TREE/mok.key"
}

signing() {
    source_of hello 1.5.0
    quietly engine add hello/1.5.0
    rm /etc/dkms/framework.conf.d/unsigned.conf
    make_key "$LAYERS" own
    # shellcheck disable=SC2016 # a variable of framework.conf
    framework 'try_sign_modules="true"' "mok_signing_key=\"$LAYERS/own.key\"" "mok_certificate=\"$LAYERS/own.der\"" \
        'sign_file="/lib/modules/$kernelver/build/scripts/sign-file"'
    says 0 engine build hello/1.5.0 -k "$K1" <<TEXT
Sign command: /lib/modules/$K1/build/scripts/sign-file
Signing key: $LAYERS/own.key
Public certificate (MOK): $LAYERS/own.der

Building module(s)... done.
Signing module $TREE/hello/1.5.0/build/hello.ko
TEXT
    equal "$(modinfo -F signer "$base/module/hello.ko")" 'own module signing key'
    framework 'try_sign_modules="true"' 'sign_file="/nonexistent/sign-file"'
    says 0 engine build hello/1.5.0 -k "$K1" --force <<'TEXT'
Sign command: /nonexistent/sign-file
Binary /nonexistent/sign-file not found, modules won't be signed

Building module(s)... done.
TEXT
    equal "$(modinfo -F signer "$base/module/hello.ko")" ''
    framework ''
    says 0 engine build hello/1.5.0 -k "$K1" --force <<'TEXT'
Running in chroot, modules won't be signed

Building module(s)... done.
TEXT
}

# signed_by CERTIFICATE FILE: the signature at the end of a module is over the bytes before it.
signed_by() {
    python3 - "$2" "$SCRATCH/body" "$SCRATCH/message" <<'PYTHON'
import struct, sys
module = open(sys.argv[1], "rb").read()
marker = b"~Module signature appended~\n"
assert module.endswith(marker), "no signature"
block = len(module) - len(marker) - 12
length = struct.unpack(">I", module[block + 8 : block + 12])[0]
open(sys.argv[2], "wb").write(module[: block - length])
open(sys.argv[3], "wb").write(module[block - length : block])
PYTHON
    openssl x509 -inform DER -in "$1" -out "$SCRATCH/certificate.pem"
    openssl cms -verify -binary -inform DER -in "$SCRATCH/message" -content "$SCRATCH/body" -out /dev/null \
        -certfile "$SCRATCH/certificate.pem" -nointern -noverify
}

# What POST_BUILD changes is signed again, unless the script has signed it itself.
post_build_changes() {
    local module=$base/module/hello.ko
    source_of hello 1.5.0 'POST_BUILD="post"'
    printf '#!/bin/sh\nsed -i s/author=/AUTHOR=/ ../%s/%s/module/hello.ko\n' "$K1" "$ARCH" >"$SRC/post"
    chmod +x "$SRC/post"
    quietly engine add hello/1.5.0
    rm /etc/dkms/framework.conf.d/unsigned.conf
    make_key "$LAYERS" own
    framework 'try_sign_modules="true"' "mok_signing_key=\"$LAYERS/own.key\"" "mok_certificate=\"$LAYERS/own.der\""
    quietly engine build hello/1.5.0 -k "$K1"
    grep -q AUTHOR= "$module"
    signed_by "$LAYERS/own.der" "$module"
    make_key "$LAYERS" other
    cat >>"$SRC/post" <<END
/lib/modules/$K1/build/scripts/sign-file sha256 $LAYERS/other.key $LAYERS/other.der ../$K1/$ARCH/module/hello.ko
END
    quietly engine build hello/1.5.0 -k "$K1" --force
    equal "$(modinfo -F signer "$module")" 'other module signing key'
}

# --- kernel hooks, match, dependencies -----------------------------------------------------------------

kernel_hooks() {
    source_of hello 1.5.0
    source_of manual 1 'AUTOINSTALL=no'
    quietly engine install hello/1.5.0 -k "$K1"
    quietly engine install manual/1 -k "$K1"
    # Before a kernel's upgrade: what autoinstall brings back goes.
    says 0 engine kernel_preinst -k "$K1" <<TEXT
dkms: removing module hello/1.5.0 for kernel $K1 ($ARCH)
Module hello/1.5.0 for kernel $K1 ($ARCH):
Before uninstall, this module version was ACTIVE on this kernel.
Deleting $installed_module
Running depmod... done.
TEXT
    status_is < <(printf '%s\n' 'hello/1.5.0: added' "manual/1, $K1, $ARCH: installed")
    says 0 engine kernel_postinst -k "$K1" <<TEXT
$unsigned_prologue
Autoinstall of module hello/1.5.0 for kernel $K1 ($ARCH)
Building module(s)... done.
Installing $installed_module
Running depmod... done.

Autoinstall on $K1 succeeded for module(s) manual hello.
TEXT
    says 0 engine kernel_prerm -k "$K1" <<TEXT
dkms: removing module hello/1.5.0 for kernel $K1 ($ARCH)
Module hello/1.5.0 for kernel $K1 ($ARCH):
Before uninstall, this module version was ACTIVE on this kernel.
Deleting $installed_module

dkms: removing module manual/1 for kernel $K1 ($ARCH)
Module manual/1 for kernel $K1 ($ARCH):
Before uninstall, this module version was ACTIVE on this kernel.
Deleting /lib/modules/$K1/updates/dkms/manual.ko

Running depmod... done.
TEXT
    status_is < <(printf '%s\n' 'hello/1.5.0: added' 'manual/1: added')
    absent "/lib/modules/$K1/updates" "$TREE/depmod-pending-$K1-$ARCH"
    says 0 engine kernel_prerm -k "$K1" </dev/null
}

newest_version() {
    source_of hello 1.4.0
    source_of hello 1.5.0
    MODULE_VERSION=1.6.0 source_of hello 1.10.0
    local version
    for version in 1.10.0 1.4.0 1.5.0; do quietly engine add "hello/$version"; done
    quietly engine autoinstall -k "$K1"
    status_is < <(printf '%s\n' "hello/1.10.0, $K1, $ARCH: installed" 'hello/1.4.0: added' 'hello/1.5.0: added')
}

match() {
    source_of hello 1.5.0
    source_of other 1
    says 0 engine match --templatekernel "$K1" -k "$K2" <<TEXT

Matching modules in kernel: $K2 ($ARCH)
to the configuration of kernel: $K1 ($ARCH)

There is nothing to be done for this match.
TEXT
    quietly engine install hello/1.5.0 -k "$K1"
    quietly engine install other/1 -k "$K1"
    says 0 engine match --templatekernel="$K1" -k "$K2" <<TEXT

Matching modules in kernel: $K2 ($ARCH)
to the configuration of kernel: $K1 ($ARCH)
Module:  hello
Version: 1.5.0
$unsigned_prologue
Building module(s)... done.
Installing /lib/modules/$K2/updates/dkms/hello.ko
Running depmod... done.
Module:  other
Version: 1
$unsigned_prologue
Building module(s)... done.
Installing /lib/modules/$K2/updates/dkms/other.ko
Running depmod... done.
TEXT
    is_for "$K2" "/lib/modules/$K2/updates/dkms/hello.ko"
    quietly engine unbuild hello/1.5.0 -k "$K2"
    quietly engine unbuild other/1 -k "$K2"
    quietly engine match other --templatekernel "$K1" -k "$K2"
    says 0 engine status -k "$K2" < <(printf '%s\n' 'hello/1.5.0: added' "other/1, $K2, $ARCH: installed")
}

# The dependents of a module that came in another version are built again.
rebuild() {
    source_of base 1
    source_of hello 1.5.0 'BUILD_DEPENDS[0]="base"' 'BUILD_DEPENDS_REBUILD="yes"'
    quietly engine install base/1 -k "$K1"
    quietly engine install hello/1.5.0 -k "$K1"
    equal "$(cat "$base/.dep_base")" 1
    MODULE_VERSION=1.6.0 source_of base 2
    ends 0 engine install base/2 -k "$K1"
    contains "$SCRATCH/said" '^Rebuilding module hello/1\.5\.0 due to updated dependencies$'
    equal "$(cat "$base/.dep_base")" 2
    engine status >"$SCRATCH/status"
    contains "$SCRATCH/status" "^base/2, $K1, $ARCH: installed$"
    contains "$SCRATCH/status" "^hello/1\.5\.0, $K1, $ARCH: installed$"
}

dependency_order() {
    source_of a-last 1 'BUILD_DEPENDS[0]="b-mid"' 'BUILD_DEPENDS[1]="c-first"'
    source_of b-mid 1 'BUILD_DEPENDS[0]="c-first"'
    source_of c-first 1
    local name
    for name in a-last b-mid c-first; do quietly engine add "$name/1"; done
    ends 0 engine autoinstall -k "$K1"
    grep -E '^Autoinstall of module' "$SCRATCH/said" | cut -d ' ' -f 4 | diff - <(printf '%s\n' c-first/1 b-mid/1 a-last/1)
    contains "$SCRATCH/said" "^Autoinstall on $K1 succeeded for module\(s\) c-first b-mid a-last\.$"
}

begin "options, directives, settings"
check "--directive" in_fresh directive
check "-c" in_fresh other_conf
check "--config" in_fresh kernel_config
check "--kernelsourcedir" in_fresh kernel_source_dir
check "--dkmstree, --sourcetree, --installtree" in_fresh trees
ours "depmod acts on the install tree" in_fresh depmod_elsewhere
check "trees and their order in framework.conf" in_fresh framework_trees
check "--force-version-override" in_fresh version_override
check "--no-depmod, and what depmod leaves" in_fresh no_depmod
ours "depmod fails: rolled back, 6" in_fresh depmod_fails
check "--symlink-modules" in_fresh symlinks
check "--arch is a label" in_fresh arch_label
check "status with arguments" in_fresh status_arguments
check "--rpm_safe_upgrade" in_fresh rpm_safe_upgrade
check "modules_to_force_install" in_fresh force_list
check "MAKE_MATCH" in_fresh make_match
ours "MAKE_MATCH: no MAKE of another module" in_fresh make_match_of_another
check "no MAKE" in_fresh no_make
check "PATCH_MATCH" in_fresh patch_match
check "patches and scripts in /etc/dkms/M" in_fresh from_etc
check "STRIP" in_fresh strip_directive
check "BUILT_MODULE_LOCATION, DEST_MODULE_NAME" in_fresh module_locations
check "BUILD_EXCLUSIVE_* of one module" in_fresh partly_excluded
check "overrides in /etc/dkms" in_fresh overrides
check "a dkms.conf with CRLF" in_fresh crlf
check "sparse arrays and scalars" in_fresh sparse
ours "sparse PATCH" in_fresh sparse_patches
check "a dkms.conf that needs a shell" in_fresh conf_in_shell
check "what hooks and make see" in_fresh hook_environment
check "build_environment" in_fresh build_environment
check "post_transaction" in_fresh post_transaction
ours "post_transaction of autoinstall and kernel_postinst" in_fresh post_transaction_of_hooks
check "parallel_jobs" in_fresh parallel_jobs
check "no-autoinstall" in_fresh no_autoinstall
check "modules as the kernel's: .gz" in_fresh compressed gz gzip -t
check "modules as the kernel's: .xz, with CRC32" in_fresh compressed xz kernel_reads_xz
check "modules as the kernel's: .zst" in_fresh compressed zst zstd -qt
check "generate_mok" in_fresh generate_mok
ours "half a key pair is never overwritten" in_fresh half_a_key
check "a signing key and tool of one's own" in_fresh signing
ours "what POST_BUILD changes is signed again" in_fresh post_build_changes
check "kernel_preinst, kernel_postinst, kernel_prerm" in_fresh kernel_hooks
check "autoinstall takes the newest version" in_fresh newest_version
if needs_two_kernels match; then check "match" in_fresh match; fi
check "BUILD_DEPENDS_REBUILD" in_fresh rebuild
check "autoinstall in the order of BUILD_DEPENDS" in_fresh dependency_order
finish
