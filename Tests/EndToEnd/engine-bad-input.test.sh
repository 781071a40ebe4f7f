#!/bin/bash
# What goes wrong, and how dkms 3.4.3 says it: exit status and words, and what is left behind.
. "$(dirname "$0")/engine-lib.sh"

SRC=/usr/src/hello-1.5.0
added="Creating symlink $TREE/hello/1.5.0/source -> $SRC"
building="$unsigned_prologue
Building module(s)... done."
build_dir=$TREE/hello/1.5.0/build
base=$TREE/hello/1.5.0/$K1/$ARCH

# conf_without PATTERN [DIRECTIVE…]: hello's dkms.conf without the lines that match, and with others.
conf_without() {
    source_of hello 1.5.0 "${@:2}"
    [ -z "$1" ] || sed -i -E "/$1/d" "$SRC/dkms.conf"
}

# bad_conf TEXT…: `add` refuses with these lines, and nothing is in the tree.
bad_conf() {
    says 8 engine add hello/1.5.0 < <(
        printf '%s\n' "$@" ''
        echo 'Error! Bad conf file.'
        echo "File: $SRC/dkms.conf does not represent a valid dkms.conf file."
    )
    absent "$TREE/hello"
}

# --- add -----------------------------------------------------------------------------------------------

no_source() {
    says 2 engine add hello/1.5.0 <<TEXT

Error! Could not find module source directory.
Directory: $SRC does not exist.
TEXT
    says 2 engine build hello/1.5.0 -k "$K1" <<TEXT

Error! Could not find module source directory.
Directory: $SRC does not exist.
TEXT
    says 2 engine install hello/1.5.0 -k "$K1" <<TEXT

Error! Could not find module source directory.
Directory: $SRC does not exist.
TEXT
    absent "$TREE/hello"
}

no_conf() {
    mkdir -p "$SRC"
    says 4 engine add hello/1.5.0 <<TEXT

Error! Could not locate dkms.conf file.
File: $SRC/dkms.conf does not exist.
TEXT
    absent "$TREE/hello"
    # A folder without dkms.conf is taken for a module's name.
    says 1 engine add "$SRC" <<'TEXT'

Error! Arguments <module> and <module-version> are not specified.
Usage: add <module>/<module-version> or
       add -m <module>/<module-version> or
       add -m <module> -v <module-version>
TEXT
}

twice() {
    source_of hello 1.5.0
    quietly engine add hello/1.5.0
    local words
    for words in hello/1.5.0 "$SRC" "$SRC/dkms.conf"; do
        says 3 engine add "$words" <<'TEXT'

Error! DKMS tree already contains: hello/1.5.0
You cannot add the same module/version combo more than once.
TEXT
    done
}

not_added() {
    source_of hello 1.5.0
    local verb
    for verb in remove unbuild uninstall mktarball; do
        says 3 engine "$verb" hello/1.5.0 <<'TEXT'

Error! The module/version combo: hello/1.5.0 is not located in the DKMS tree.
TEXT
    done
}

bad_confs() {
    conf_without '^PACKAGE_NAME'
    bad_conf "dkms.conf: Error! No 'PACKAGE_NAME' directive specified."
    conf_without '^PACKAGE_VERSION'
    bad_conf "dkms.conf: Error! No 'PACKAGE_VERSION' directive specified."
    conf_without '^DEST_MODULE_LOCATION'
    bad_conf "dkms.conf: Error! No 'DEST_MODULE_LOCATION' directive specified for record #0."
    conf_without '' 'DEST_MODULE_LOCATION[0]="/elsewhere"'
    bad_conf "dkms.conf: Error! Directive 'DEST_MODULE_LOCATION' does not begin with" \
        "'/kernel', '/updates', or '/extra' in record #0."
    conf_without '' 'BUILT_MODULE_NAME[0]="hello.ko"'
    bad_conf "dkms.conf: Error! 'BUILT_MODULE_NAME' directive ends in '.o' or '.ko' in record #0." \
        "dkms.conf: Error! 'DEST_MODULE_NAME' directive ends in '.o' or '.ko' in record #0."
    conf_without '' 'DEST_MODULE_NAME[0]="hello.o"'
    bad_conf "dkms.conf: Error! 'DEST_MODULE_NAME' directive ends in '.o' or '.ko' in record #0."
    conf_without '' 'DEST_MODULE_LOCATION[1]="/updates"'
    bad_conf "dkms.conf: Error! No 'BUILT_MODULE_NAME' directive specified for record #1."
    conf_without '' 'BUILT_MODULE_NAME[2]="other"'
    bad_conf "dkms.conf: Error! No 'BUILT_MODULE_NAME' directive specified for record #1." \
        "dkms.conf: Error! No 'DEST_MODULE_LOCATION' directive specified for record #1." \
        "dkms.conf: Error! No 'DEST_MODULE_LOCATION' directive specified for record #2."
    conf_without '' 'AUTOINSTALL=maybe'
    bad_conf "dkms.conf: Error! Unsupported AUTOINSTALL value 'maybe'"
    conf_without '' 'NO_WEAK_MODULES=1' 'BUILD_DEPENDS_REBUILD=2' 'AUTOINSTALL=3'
    bad_conf "dkms.conf: Error! Unsupported AUTOINSTALL value '3'" \
        "dkms.conf: Error! Unsupported BUILD_DEPENDS_REBUILD value '2'" \
        "dkms.conf: Error! Unsupported NO_WEAK_MODULES value '1'"
    : >"$SRC/dkms.conf"
    bad_conf "dkms.conf: Error! No 'PACKAGE_NAME' directive specified." \
        "dkms.conf: Error! No 'PACKAGE_VERSION' directive specified."
}

duplicates() {
    conf_without '' 'BUILT_MODULE_NAME[1]="hello"' 'DEST_MODULE_NAME[1]="other"' 'DEST_MODULE_LOCATION[1]="/extra"'
    bad_conf "dkms.conf: Error! Duplicate module 'hello' in 'BUILT_MODULE_NAME[1]'."
    conf_without '' 'BUILT_MODULE_NAME[1]="hello"' 'BUILT_MODULE_LOCATION[1]="sub"' 'DEST_MODULE_LOCATION[1]="/extra"'
    bad_conf "dkms.conf: Error! Duplicate module 'hello' in 'DEST_MODULE_NAME[1]'."
}

# A dkms.conf that went bad after `add`: the verbs that tidy up, and status, have to go on.
conf_spoilt_later() {
    conf_without ''
    quietly engine add hello/1.5.0
    sed -i '/^DEST_MODULE_LOCATION/d' "$SRC/dkms.conf"
    local verb
    for verb in build install; do
        says 8 engine "$verb" hello/1.5.0 -k "$K1" <<'TEXT'
dkms.conf: Error! No 'DEST_MODULE_LOCATION' directive specified for record #0.

Error! Bad conf file.
File:  does not represent a valid dkms.conf file.
TEXT
    done
    status_is <<<'hello/1.5.0: added'
    says 0 engine remove hello/1.5.0 --all <<<'Deleting module hello/1.5.0 completely from the DKMS tree.'
}

malformed_folder() {
    mkdir -p "$LAYERS/tree"
    printf 'PACKAGE_NAME=hello\n' >"$LAYERS/tree/dkms.conf"
    says 8 engine add "$LAYERS/tree" <<TEXT
dkms.conf: Error! No 'PACKAGE_VERSION' directive specified.

Error! Bad conf file.
File: $LAYERS/tree/dkms.conf does not represent a valid dkms.conf file.
TEXT
    absent "$TREE/hello"
}

zero_modules() {
    conf_without '_MODULE_' 'MAKE[0]=true'
    local warning='dkms.conf: Warning! Zero modules specified.'
    says 0 engine add hello/1.5.0 < <(printf '%s\n' "$warning" "$added")
    says 0 engine build hello/1.5.0 -k "$K1" < <(printf '%s\n' "$warning" "$building")
    says 0 engine install hello/1.5.0 -k "$K1" < <(printf '%s\n' "$warning" 'Running depmod... done.')
    status_is <<<"hello/1.5.0, $K1, $ARCH: installed"
    says 0 engine remove hello/1.5.0 -k "$K1" <<TEXT
Module hello/1.5.0 for kernel $K1 ($ARCH):
Before uninstall, this module version was ACTIVE on this kernel.
Running depmod... done.

Deleting module hello/1.5.0 completely from the DKMS tree.
TEXT
}

deprecated_directives() {
    conf_without '' 'CLEAN="make clean"' 'REMAKE_INITRD=yes' 'MODULES_CONF[0]=x' 'MODULES_CONF_OBSOLETES[0]=x' \
        'MODULES_CONF_ALIAS_TYPE[0]=x' 'MODULES_CONF_OBSOLETE_ONLY[0]=x' 'OBSOLETE_BY=99.0'
    says 0 engine add hello/1.5.0 <<TEXT
Deprecated feature: CLEAN ($SRC/dkms.conf)
Deprecated feature: REMAKE_INITRD ($SRC/dkms.conf)
Deprecated feature: MODULES_CONF ($SRC/dkms.conf)
Deprecated feature: MODULES_CONF_OBSOLETES ($SRC/dkms.conf)
Deprecated feature: MODULES_CONF_ALIAS_TYPE ($SRC/dkms.conf)
Deprecated feature: MODULES_CONF_OBSOLETE_ONLY ($SRC/dkms.conf)
Deprecated feature: OBSOLETE_BY ($SRC/dkms.conf): use BUILD_EXCLUSIVE_KERNEL_MAX instead
$added
TEXT
    conf_without '' 'CLEAN=true' 'REMAKE_INITRD='
    quietly engine remove hello/1.5.0 --all
    says 0 engine add hello/1.5.0 <<TEXT
Deprecated feature: REMAKE_INITRD ($SRC/dkms.conf)
$added
TEXT
    # What an administrator's file sets is told with that file.
    conf_without ''
    quietly engine remove hello/1.5.0 --all
    mkdir -p /etc/dkms
    printf 'REMAKE_INITRD=yes\nMODULES_CONF[0]=x\n' >/etc/dkms/hello.conf
    says 0 engine add hello/1.5.0 <<TEXT
Deprecated feature: REMAKE_INITRD (/etc/dkms/hello.conf)
Deprecated feature: MODULES_CONF (/etc/dkms/hello.conf)
$added
TEXT
    rm /etc/dkms/hello.conf
}

# --- build ---------------------------------------------------------------------------------------------

no_headers() {
    source_of hello 1.5.0
    quietly engine add hello/1.5.0
    mkdir -p "/lib/modules/$K3"
    local verb kernel hint
    for verb in build install; do
        for kernel in "$K3" 9.9.9-none; do
            hint=
            # For a kernel that is there, ours says how to get them.
            is_real || [ ! -d "/lib/modules/$kernel" ] || hint=$'\nInstall them with: apt install linux-headers-'$kernel
            says 21 engine "$verb" hello/1.5.0 -k "$kernel" <<TEXT

Error! Your kernel headers for kernel $kernel cannot be found at /lib/modules/$kernel/build or /lib/modules/$kernel/source.
Please install your distribution's kernel headers package matching $kernel, or use the --kernelsourcedir option to tell DKMS where it's located.$hint
TEXT
        done
    done
    status_is <<<'hello/1.5.0: added'
}

make_fails() {
    source_of hello 1.5.0 'MAKE[0]="make nothing-that-is-there"'
    printf 'nothing-that-is-there:\n\techo oops; exit 7\n' >"$SRC/Makefile"
    says 10 engine install hello/1.5.0 -k "$K1" -j 1 <<TEXT
$added

$unsigned_prologue
Building module(s)...(bad exit status: 2)
Failed command:
make -j1 KERNELRELEASE=$K1 nothing-that-is-there

Error! Bad return status for module build on kernel: $K1 ($ARCH)
Consult $build_dir/make.log for more information.
TEXT
    contains "$build_dir/make.log" '^oops$'
    contains "$build_dir/make.log" '^# exit code: 2$'
    status_is <<<'hello/1.5.0: added'
    absent "$TREE/hello/1.5.0/$K1"
    # The next try starts anew.
    sed -i 's/ exit 7/ cp built\/* hello.ko/' "$SRC/Makefile"
    sed -i "s,built/\*,built/$K1," "$SRC/Makefile"
    quietly engine build hello/1.5.0 -k "$K1"
    status_is <<<"hello/1.5.0, $K1, $ARCH: built"
}

module_missing() {
    source_of hello 1.5.0 'BUILT_MODULE_NAME[0]="nothere"' 'BUILT_MODULE_LOCATION[0]="sub"'
    says 7 engine build hello/1.5.0 -k "$K1" <<TEXT
$added

$building

Error! Build of sub/nothere.ko failed for: $K1 ($ARCH)
Make sure the name and location of the generated module are correct,
or consult $build_dir/make.log for more information.
TEXT
    status_is <<<'hello/1.5.0: added'
    absent "$TREE/hello/1.5.0/$K1"
}

patches() {
    source_of hello 1.5.0 'PATCH[0]="absent.patch"'
    quietly engine add hello/1.5.0
    says 5 engine build hello/1.5.0 -k "$K1" <<TEXT
$unsigned_prologue

Error! Patch absent.patch as specified in dkms.conf cannot be
found in $build_dir/patches/.
TEXT
    source_of hello 1.5.0 'PATCH[0]="sub/../../escape.patch"'
    says 5 engine build hello/1.5.0 -k "$K1" <<TEXT
$unsigned_prologue

Error! Patch sub/../../escape.patch as specified in dkms.conf contains '..' path component.
TEXT
    source_of hello 1.5.0 'PATCH[0]="wrong.patch"'
    mkdir -p "$SRC/patches"
    printf '%s\n' '--- a/file' '+++ b/file' '@@ -1 +1 @@' '-nothing like it' '+else' >"$SRC/patches/wrong.patch"
    echo content >"$SRC/file"
    says 6 engine build hello/1.5.0 -k "$K1" <<TEXT
$unsigned_prologue
Applying patch wrong.patch...(bad exit status: 1)
Failed command:
patch -p1 < ./patches/wrong.patch

Error! Application of patch wrong.patch failed.
Consult $build_dir/make.log for more information.
TEXT
    status_is <<<'hello/1.5.0: added'
    equal "$(cat "$SRC/file")" content
}

empty_source() {
    source_of hello 1.5.0
    quietly engine add hello/1.5.0
    rm -r "$SRC/built"
    says 8 engine build hello/1.5.0 -k "$K1" <<TEXT

Error! The directory $TREE/hello/1.5.0/source does not appear to have module source located within it.
Build halted.
TEXT
}

excluded() {
    local directive
    for directive in 'BUILD_EXCLUSIVE_KERNEL="^2\."' 'BUILD_EXCLUSIVE_KERNEL_MAX=5.0' 'BUILD_EXCLUSIVE_KERNEL_MIN=99' \
        'BUILD_EXCLUSIVE_ARCH=vax' 'BUILD_EXCLUSIVE_CONFIG="!CONFIG_MODULES"' 'BUILD_EXCLUSIVE_CONFIG="CONFIG_NO_SUCH"'; do
        source_of hello 1.5.0 "$directive"
        [ -e "$TREE/hello" ] || quietly engine add hello/1.5.0
        says 77 engine install hello/1.5.0 -k "$K1" <<TEXT
Warning: The $base/dkms.conf
for module hello/1.5.0 includes BUILD_EXCLUSIVE directives
which do not match this kernel/arch/config for any modules.
This indicates that it should not be built.
TEXT
    done
    status_is <<<'hello/1.5.0: added'
    says 0 engine autoinstall -k "$K1" <<TEXT
$unsigned_prologue
Autoinstall of module hello/1.5.0 for kernel $K1 ($ARCH)
Warning: The $base/dkms.conf
for module hello/1.5.0 includes BUILD_EXCLUSIVE directives
which do not match this kernel/arch/config for any modules.
This indicates that it should not be built.

Autoinstall on $K1 was skipped for module(s) hello.
TEXT
    # Excluded modules are uninstalled without a word.
    says 0 engine uninstall hello/1.5.0 -k "$K1" </dev/null
}

dependencies() {
    source_of hello 1.5.0 'BUILD_DEPENDS[0]=base' 'BUILD_DEPENDS[1]=other'
    quietly engine add hello/1.5.0
    says 13 engine build hello/1.5.0 -k "$K1" <<TEXT
$unsigned_prologue

Error! Aborting build of module hello/1.5.0 for kernel $K1 ($ARCH) due to missing BUILD_DEPENDS: base other.
You may override by specifying --force.
TEXT
    source_of base 1
    quietly engine install base/1 -k "$K1"
    says 0 engine build hello/1.5.0 -k "$K1" --force <<TEXT
$unsigned_prologue
Warning: Trying to build module hello/1.5.0 for kernel $K1 ($ARCH) despite of missing BUILD_DEPENDS: other.
Building module(s)... done.
TEXT
    quietly engine unbuild hello/1.5.0 -k "$K1"
    says 0 engine autoinstall -k "$K1" <<TEXT
Autoinstall on $K1 succeeded for module(s) base.
hello/1.5.0 autoinstall deferred: BUILD_DEPENDS not registered with DKMS: other.
Autoinstall on $K1 deferred module(s) hello/1.5.0 due to BUILD_DEPENDS not yet registered with DKMS.
These may be provided externally or by a package not yet configured; autoinstall will retry on the next trigger.
TEXT
    source_of other 1 'AUTOINSTALL=no'
    quietly engine add other/1
    says 11 engine autoinstall -k "$K1" <<TEXT
Autoinstall on $K1 succeeded for module(s) base.
hello/1.5.0 autoinstall failed due to missing dependencies: other.

Error! One or more modules failed to install during autoinstall.
Refer to previous errors for more information.
TEXT
}

autoinstall_fails() {
    source_of broken 1 'MAKE[0]="exit 3"'
    source_of hello 1.5.0
    quietly engine add broken/1
    quietly engine add hello/1.5.0
    says 11 engine autoinstall -k "$K1" <<TEXT
$unsigned_prologue
Autoinstall of module broken/1 for kernel $K1 ($ARCH)
Building module(s)...(bad exit status: 3)
Failed command:
exit 3

Error! Bad return status for module build on kernel: $K1 ($ARCH)
Consult $TREE/broken/1/build/make.log for more information.

Autoinstall of module hello/1.5.0 for kernel $K1 ($ARCH)
Building module(s)... done.
Installing /lib/modules/$K1/updates/dkms/hello.ko
Running depmod... done.

Autoinstall on $K1 succeeded for module(s) hello.
Autoinstall on $K1 failed for module(s) broken(10).

Error! One or more modules failed to install during autoinstall.
Refer to previous errors for more information.
TEXT
}

script() {
    printf '#!/bin/sh\n%s\n' "$2" >"$SRC/$1"
    chmod +x "$SRC/$1"
}

build_scripts() {
    source_of hello 1.5.0 'PRE_BUILD="pre with words"'
    script pre 'echo "called with $*"; exit 42'
    quietly engine add hello/1.5.0
    says 42 engine build hello/1.5.0 -k "$K1" <<TEXT
$unsigned_prologue
Running the pre_build script...(bad exit status: 42)
Failed command:
cd $build_dir/ && $build_dir/pre with words
Consult $build_dir/make.log for more information.
TEXT
    contains "$build_dir/make.log" '^called with with words$'
    status_is <<<'hello/1.5.0: added'
    source_of hello 1.5.0 'POST_BUILD="post"'
    script post 'exit 43'
    says 43 engine build hello/1.5.0 -k "$K1" <<TEXT
$building
Running the post_build script...(bad exit status: 43)
Failed command:
cd $build_dir/ && $build_dir/post
Consult $build_dir/make.log for more information.
TEXT
}

# shellcheck disable=SC2016 # for the scripts to expand
install_scripts() {
    source_of hello 1.5.0 'PRE_INSTALL="pre a b"' 'POST_INSTALL="post"' 'POST_REMOVE=gone' 'POST_ADD=added'
    script pre 'echo "pre: $* in $PWD"; exit 5'
    script post 'echo "post in $PWD"; exit 6'
    script gone 'echo gone; exit 7'
    script added 'echo added; exit 8'
    # What POST_ADD returns is what `add` returns.
    says 8 engine add hello/1.5.0 <<TEXT
$added
Running the post_add script:
added
TEXT
    says 101 engine install hello/1.5.0 -k "$K1" <<TEXT
$building
Running the pre_install script:
pre: a b in $(realpath $TREE/hello/1.5.0)/source

Error! pre_install failed, aborting install.
You may override by specifying --force.
TEXT
    status_is <<<"hello/1.5.0, $K1, $ARCH: built"
    says 0 engine install hello/1.5.0 -k "$K1" --force <<TEXT
Running the pre_install script:
pre: a b in $(realpath $TREE/hello/1.5.0)/source
Installing /lib/modules/$K1/updates/dkms/hello.ko
Running the post_install script:
post in $(realpath $TREE/hello/1.5.0)/source
Running depmod... done.
TEXT
    says 0 engine remove hello/1.5.0 --all <<TEXT
Module hello/1.5.0 for kernel $K1 ($ARCH):
Before uninstall, this module version was ACTIVE on this kernel.
Deleting /lib/modules/$K1/updates/dkms/hello.ko
Running the post_remove script:
gone
Running depmod... done.

Deleting module hello/1.5.0 completely from the DKMS tree.
TEXT
}

script_not_executable() {
    source_of hello 1.5.0 'PRE_BUILD=absent' 'POST_ADD=absent' 'PRE_INSTALL=absent'
    says 0 engine add hello/1.5.0 <<TEXT
$added

Warning: The post_add script is not executable.
TEXT
    says 0 engine install hello/1.5.0 -k "$K1" <<TEXT
$unsigned_prologue

Warning: The pre_build script is not executable.
Building module(s)... done.

Warning: The pre_install script is not executable.
Installing /lib/modules/$K1/updates/dkms/hello.ko
Running depmod... done.
TEXT
}

already_built() {
    source_of hello 1.5.0
    quietly engine build hello/1.5.0 -k "$K1"
    says 0 engine build hello/1.5.0 -k "$K1" <<TEXT
Module hello/1.5.0 already built for kernel $K1 ($ARCH), skip. You may override by specifying --force.
TEXT
    says 0 engine build hello/1.5.0 -k "$K1" --force <<<"$building"
}

# A failing `build --force` of dkms loses the good build.
forced_build_fails() {
    source_of hello 1.5.0
    quietly engine build hello/1.5.0 -k "$K1"
    source_of hello 1.5.0 'MAKE[0]="exit 3"'
    ends 10 engine build hello/1.5.0 -k "$K1" --force
    status_is <<<"hello/1.5.0, $K1, $ARCH: built"
    same "$(built "$K1" 1.5.0)" "$base/module/hello.ko"
}

# --- install and beyond --------------------------------------------------------------------------------

no_such_kernel() {
    source_of hello 1.5.0
    quietly engine build hello/1.5.0 -k "$K1"
    mv "$TREE/hello/1.5.0/$K1" "$TREE/hello/1.5.0/9.9.9-none"
    says 6 engine install hello/1.5.0 -k 9.9.9-none <<'TEXT'

Error! The directory /lib/modules/9.9.9-none doesn't exist.
You cannot install a module onto a non-existent kernel.
TEXT
}

built_module_gone() {
    source_of hello 1.5.0
    quietly engine build hello/1.5.0 -k "$K1"
    rm "$base/module/hello.ko"
    status_is <<<"hello/1.5.0, $K1, $ARCH: built (Built modules are missing in the kernel modules folder)"
    says 6 engine install hello/1.5.0 -k "$K1" <<TEXT

Error! Missing module hello in $base/module
TEXT
}

installed_module_differs() {
    source_of hello 1.5.0
    quietly engine install hello/1.5.0 -k "$K1"
    echo more >>"/lib/modules/$K1/updates/dkms/hello.ko"
    status_is <<<"hello/1.5.0, $K1, $ARCH: installed (Differences between built and installed modules)"
    rm "/lib/modules/$K1/updates/dkms/hello.ko"
    status_is <<<"hello/1.5.0, $K1, $ARCH: installed (Differences between built and installed modules)"
    says 0 engine uninstall hello/1.5.0 -k "$K1" <<TEXT
Module hello/1.5.0 for kernel $K1 ($ARCH):
Before uninstall, this module version was ACTIVE on this kernel.
Module hello.ko was not found within /lib/modules/$K1/
Running depmod... done.
TEXT
}

versions() {
    source_of hello 1.5.0
    quietly engine build hello/1.5.0 -k "$K1"
    original kernel/drivers/misc 1.6.0
    says 6 engine install hello/1.5.0 -k "$K1" <<TEXT

Error! Module version 1.5.0 for hello.ko
is not newer than what is already found in kernel $K1 (1.6.0).
You may override by specifying --force.

Error! Installation aborted.
TEXT
    original kernel/drivers/misc 1.5.0
    says 6 engine install hello/1.5.0 -k "$K1" <<TEXT
Module /lib/modules/$K1/kernel/drivers/misc/hello.ko already installed at version 1.5.0, override by specifying --force

Error! Installation aborted.
TEXT
    status_is <<<"hello/1.5.0, $K1, $ARCH: built"
    says 0 engine install hello/1.5.0 -k "$K1" --force <<TEXT
Found pre-existing /lib/modules/$K1/kernel/drivers/misc/hello.ko, archiving for uninstallation
Installing /lib/modules/$K1/updates/dkms/hello.ko
Running depmod... done.
TEXT
    status_is <<<"hello/1.5.0, $K1, $ARCH: installed (Original modules exist)"
    says 0 engine uninstall hello/1.5.0 -k "$K1" <<TEXT
Module hello/1.5.0 for kernel $K1 ($ARCH):
Before uninstall, this module version was ACTIVE on this kernel.
Deleting /lib/modules/$K1/updates/dkms/hello.ko
Restoring archived original module /lib/modules/$K1/kernel/drivers/misc/hello.ko
Running depmod... done.
TEXT
    same "$(built "$K1" 1.5.0)" "/lib/modules/$K1/kernel/drivers/misc/hello.ko"
    absent "$TREE/hello/original_module"
}

# Whatever becomes of them meanwhile, both are back in the end.
several_originals() {
    source_of hello 1.5.0
    quietly engine build hello/1.5.0 -k "$K1"
    original kernel/drivers/a 1.4.0
    original kernel/drivers/b 1.4.0
    ends 0 engine install hello/1.5.0 -k "$K1"
    quietly engine remove hello/1.5.0 --all
    same "$(built "$K1" 1.4.0)" "/lib/modules/$K1/kernel/drivers/a/hello.ko"
    same "$(built "$K1" 1.4.0)" "/lib/modules/$K1/kernel/drivers/b/hello.ko"
}

unversioned() {
    MODULE_VERSION=none source_of hello 1.5.0
    quietly engine build hello/1.5.0 -k "$K1"
    original kernel/drivers/misc none
    # The srcversion is the same, so there is no version to tell.
    says 6 engine install hello/1.5.0 -k "$K1" <<TEXT
Module /lib/modules/$K1/kernel/drivers/misc/hello.ko already installed (unversioned module), override by specifying --force

Error! Installation aborted.
TEXT
}

two_versions() {
    source_of hello 1.4.0
    source_of hello 1.5.0
    quietly engine install hello/1.4.0 -k "$K1"
    quietly engine build hello/1.5.0 -k "$K1"
    status_is < <(printf '%s\n' "hello/1.4.0, $K1, $ARCH: installed" "hello/1.5.0, $K1, $ARCH: built")
    says 0 engine install hello/1.5.0 -k "$K1" <<TEXT
Installing /lib/modules/$K1/updates/dkms/hello.ko
Running depmod... done.
TEXT
    status_is < <(printf '%s\n' "hello/1.4.0, $K1, $ARCH: built" "hello/1.5.0, $K1, $ARCH: installed")
    says 6 engine install hello/1.4.0 -k "$K1" <<TEXT

Error! Module version 1.4.0 for hello.ko
is not newer than what is already found in kernel $K1 (1.5.0).
You may override by specifying --force.

Error! Installation aborted.
TEXT
    says 0 engine remove hello/1.4.0 --all <<TEXT
Module hello/1.4.0 is not installed for kernel $K1 ($ARCH). Skipping...

Deleting module hello/1.4.0 completely from the DKMS tree.
TEXT
    status_is <<<"hello/1.5.0, $K1, $ARCH: installed"
}

obsolete() {
    source_of hello 1.5.0 'OBSOLETE_BY=6.0'
    says 77 engine install hello/1.5.0 -k "$K1" <<TEXT
Deprecated feature: OBSOLETE_BY ($SRC/dkms.conf): use BUILD_EXCLUSIVE_KERNEL_MAX instead
$added

Warning: The $base/dkms.conf
for module hello/1.5.0 includes BUILD_EXCLUSIVE directives
which do not match this kernel/arch/config for any modules.
This indicates that it should not be built.
TEXT
}

broken() {
    source_of hello 1.5.0
    quietly engine add hello/1.5.0
    rm -r "$SRC"
    says 0 engine status <<'TEXT'
hello/1.5.0: broken

Error! hello/1.5.0: Missing the module source directory or the symbolic link pointing to it.
Manual intervention is required!
TEXT
    local verb
    for verb in build install uninstall unbuild remove mktarball; do
        says 4 engine "$verb" hello/1.5.0 -k "$K1" <<'TEXT'

Error! hello/1.5.0 is broken!
Missing the source directory or the symbolic link pointing to it.
Manual intervention is required!
TEXT
    done
    says 2 engine add hello/1.5.0 <<TEXT

Error! Could not find module source directory.
Directory: $SRC does not exist.
TEXT
    says 0 engine autoinstall -k "$K1" <<'TEXT'

Error! hello/1.5.0 is broken! Missing the source directory or the symbolic link pointing to it.
Manual intervention is required!
TEXT
    # The link is missing, the source is there: `add` mends it.
    source_of hello 1.5.0
    rm "$TREE/hello/1.5.0/source"
    says 4 engine build hello/1.5.0 -k "$K1" <<'TEXT'

Error! hello/1.5.0 is broken!
Missing the source directory or the symbolic link pointing to it.
Manual intervention is required!
TEXT
    says 0 engine add hello/1.5.0 <<<"$added"
    status_is <<<'hello/1.5.0: added'
}

not_root() {
    source_of hello 1.5.0
    says 1 as_nobody "$ENGINE" add hello/1.5.0 <<TEXT

Error! No write access to DKMS tree at $TREE
TEXT
    quietly engine add hello/1.5.0
    local verb
    for verb in build unbuild remove; do
        says 1 as_nobody "$ENGINE" "$verb" hello/1.5.0 -k "$K1" <<TEXT

Error! No write access to DKMS tree at $TREE
TEXT
    done
    for verb in install uninstall; do
        says 1 as_nobody "$ENGINE" "$verb" hello/1.5.0 -k "$K1" <<'TEXT'

Error! You must be root to use this command.
TEXT
    done
    for verb in autoinstall match kernel_preinst kernel_postinst kernel_prerm; do
        says 1 as_nobody "$ENGINE" "$verb" -k "$K1" <<'TEXT'

Error! You must be root to use this command.
TEXT
    done
    says 0 as_nobody "$ENGINE" status <<<'hello/1.5.0: added'
    # With a tree of one's own, without root.
    mkdir -p "$SCRATCH/nobody/tree"
    chown nobody: "$SCRATCH/nobody/tree"
    quietly as_nobody "$ENGINE" build hello/1.5.0 -k "$K1" --dkmstree "$SCRATCH/nobody/tree"
    says 0 as_nobody "$ENGINE" status --dkmstree "$SCRATCH/nobody/tree" <<<"hello/1.5.0, $K1, $ARCH: built"
}

match_arguments() {
    says 1 engine match -k "$K1" <<'TEXT'

Error! Invalid number of parameters passed.
Usage: match --templatekernel=<kernel-version> -k <kernel-version>
   or: match --templatekernel=<kernel-version> -k <kernel-version> <module>
TEXT
    says 2 engine match -k "$K1" --templatekernel "$K1" <<'TEXT'

Error! The templatekernel and the specified kernel version are the same.
TEXT
    says 3 engine match -k "$K1" --templatekernel "$K3" nosuch <<'TEXT'

Error! The module: nosuch is not located in the DKMS tree.
TEXT
}

tarball_arguments() {
    source_of hello 1.5.0
    quietly engine add hello/1.5.0
    says 6 engine mktarball hello/1.5.0 -k "$K1" <<TEXT

Error! No modules built for $K1 ($ARCH).
Modules must already be in the built state before using mktarball.
TEXT
    says 2 engine ldtarball --archive "$LAYERS/absent.tar.gz" <<TEXT

Error! $LAYERS/absent.tar.gz does not exist.
TEXT
    says 2 engine ldtarball <<'TEXT'

Error!  does not exist.
TEXT
    mkdir -p "$LAYERS/empty/dkms_main_tree"
    tar -C "$LAYERS/empty" -czf "$LAYERS/no-source.tar.gz" .
    says 7 engine ldtarball "$LAYERS/no-source.tar.gz" <<TEXT

Error! No valid dkms.conf in dkms_source_tree or dkms_binaries_only.
$LAYERS/no-source.tar.gz is not a valid DKMS tarball.
TEXT
    rmdir "$LAYERS/empty/dkms_main_tree"
    echo x >"$LAYERS/empty/file"
    tar -C "$LAYERS/empty" -czf "$LAYERS/no-conf.tar.gz" .
    says 3 engine ldtarball "$LAYERS/no-conf.tar.gz" <<'TEXT'

Error! Tarball does not appear to be a correctly formed DKMS archive. No dkms.conf found within it.
TEXT
    no_leftovers
}

begin "bad input"
case_of() { check "$1" in_fresh "${@:2}"; }
in_fresh() {
    fresh
    "$@"
    no_leftovers
}
case_of "no source: 2" no_source
case_of "no dkms.conf: 4" no_conf
case_of "added twice: 3" twice
case_of "not added: 3" not_added
case_of "a bad dkms.conf: 8 and every fault" bad_confs
case_of "two modules of one name: 8" duplicates
case_of "a dkms.conf that went bad later" conf_spoilt_later
case_of "a folder whose dkms.conf is bad" malformed_folder
case_of "a dkms.conf without modules" zero_modules
case_of "directives of the past" deprecated_directives
case_of "no headers: 21" no_headers
case_of "make fails: 10" make_fails
case_of "a module is missing after make: 7" module_missing
case_of "patches: 5 and 6" patches
case_of "a source folder with nothing in it: 8" empty_source
case_of "BUILD_EXCLUSIVE_*: 77" excluded
case_of "BUILD_DEPENDS: 13, deferred, 11" dependencies
case_of "autoinstall goes on after a failure, and ends with 11" autoinstall_fails
case_of "PRE_BUILD and POST_BUILD: their own status" build_scripts
case_of "PRE_INSTALL: 101; the other scripts" install_scripts
case_of "scripts that can't be run" script_not_executable
case_of "built already" already_built
ours "a failing build --force keeps the good build" in_fresh forced_build_fails
case_of "a kernel that is not there: 6" no_such_kernel
case_of "a built module that is gone: 6" built_module_gone
case_of "an installed module that was changed, or is gone" installed_module_differs
case_of "a kernel's own module of the same or a newer version: 6" versions
case_of "several modules of the name in the kernel" several_originals
case_of "a module without a version" unversioned
case_of "two versions of a module" two_versions
case_of "OBSOLETE_BY" obsolete
case_of "broken: 4" broken
case_of "without root: 1" not_root
case_of "match: 1, 2, 3" match_arguments
case_of "tarballs: 2, 3, 6, 7" tarball_arguments
finish
