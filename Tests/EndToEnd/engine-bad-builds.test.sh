#!/bin/bash
# What goes wrong in a build, and how dkms 3.4.3 says it.
. "$(dirname "$0")/engine-cases.sh"

build_dir=$TREE/hello/1.5.0/build

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

begin "bad builds"
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
finish
