#!/bin/bash
# common.postinst, which packages call, against a stub of the engine, with dash and with busybox's sh and tools.
. "$(dirname "$0")/lib.sh"
. "$HERE/engine-root.sh"

postinst() { in_shell "$1" "$LIB/common.postinst" "${@:2}"; }

fresh() {
    reset
    postinst 0 hello 1.5.0 "/usr/share/hello" "" ""
    called "dkms add -m hello -v 1.5.0" \
        "dkms build -m hello -v 1.5.0 -k $RUNNING" "dkms install -m hello -v 1.5.0 -k $RUNNING" \
        "dkms build -m hello -v 1.5.0 -k $NEW" "dkms install -m hello -v 1.5.0 -k $NEW"
    diff - "$SCRATCH/out" <<END
Loading new hello/1.5.0 DKMS files...
Building for $RUNNING and $NEW

Building initial module hello/1.5.0 for $RUNNING

Building initial module hello/1.5.0 for $NEW
END
    # The copy that stands in for dkms's is the same.
    same "$LIB/common.postinst" "$ROOT/usr/lib/dkms/common.postinst"
}

arguments() {
    reset
    postinst 1 hello
    equal "$(cat "$SCRATCH/out")" $'Need NAME and VERSION defined\nARCH is optional'
    postinst 0 hello 1.5.0 "" x86_64
    contains "$SCRATCH/out" '^Building for architecture x86_64$'
    contains "$ENGINE_STUB/calls" "^dkms build -m hello -v 1.5.0 -k $RUNNING -a x86_64$"
}

# A kernel that is neither running nor newest keeps its module; an old version goes first.
upgrade() {
    reset
    with_module $OLD installed
    postinst 0 hello 1.5.0 "" "" 1.4.0
    contains "$SCRATCH/out" '^Removing old hello/1.5.0 DKMS files...$'
    contains "$SCRATCH/out" "^Building for $RUNNING, $NEW and $OLD$"
    equal "$(head -n 2 "$ENGINE_STUB/calls")" $'dkms remove -m hello -v 1.5.0 --all\ndkms add -m hello -v 1.5.0'
    contains "$ENGINE_STUB/calls" "^dkms install -m hello -v 1.5.0 -k $OLD$"
}

with_mkdkms() {
    reset
    touch "$ENGINE_STUB/broken-dkms"
    postinst 0 hello 1.5.0
    contains "$ENGINE_STUB/calls" "^mkdkms install -m hello -v 1.5.0 -k $NEW$"
    lacks "$ENGINE_STUB/calls" '^dkms '
    touch "$ENGINE_STUB/broken-mkdkms"
    postinst 0 hello 1.5.0
    contains "$SCRATCH/err" '^\* WARNING: neither dkms nor mkdkms is installed'
}

# tarballs TOOL: each kernel's is loaded, whatever its compression; nobody else's; what it brought is installed, not built.
tarballs() {
    local one=$SCRATCH/tarballs/hello-1.5.0-kernel$RUNNING-x86_64.dkms.tar.gz
    local two=$SCRATCH/tarballs/hello-1.5.0-kernel$BARE-x86_64.dkms.tar.xz
    reset
    [ "$1" = dkms ] || touch "$ENGINE_STUB/broken-dkms"
    touch "$one" "$two" "$SCRATCH/tarballs/hello-1.5.0.1-kernel$OLD-x86_64.dkms.tar.gz" "$SCRATCH/tarballs/hello-1.5.0.tar.gz"
    postinst 0 hello 1.5.0 "$SCRATCH/tarballs"
    called "$1 ldtarball --archive $one" "$1 ldtarball --archive $two --force" "$1 install -m hello -v 1.5.0 -k $RUNNING" \
        "$1 build -m hello -v 1.5.0 -k $NEW" "$1 install -m hello -v 1.5.0 -k $NEW"
    equal "$(cat "$ENGINE_STUB/tree/hello/1.5.0/$BARE/state")" built
    lacks "$SCRATCH/err" WARNING
}

one_tarball() {
    reset
    touch "$SCRATCH/tarballs/hello-1.5.0.dkms.tar.gz"
    postinst 0 hello 1.5.0 "$SCRATCH/tarballs"
    equal "$(head -n 1 "$ENGINE_STUB/calls")" "dkms ldtarball --archive $SCRATCH/tarballs/hello-1.5.0.dkms.tar.gz"
    lacks "$ENGINE_STUB/calls" ' add '
    reset
    touch "$SCRATCH/tarballs/hello-1.5.0.dkms.tar.gz"
    echo 7 >"$ENGINE_STUB/fail/ldtarball"
    postinst 2 hello 1.5.0 "$SCRATCH/tarballs"
    contains "$SCRATCH/err" "^\* Unable to load DKMS tarball $SCRATCH/tarballs/hello-1.5.0.dkms.tar.gz.$"
}

# binaries_only TOOL: dkms ends with 1 although it has loaded them.
binaries_only() {
    local one=$SCRATCH/tarballs/hello-1.5.0-kernel$RUNNING-x86_64.dkms.tar.gz
    reset
    touch "$one" "$ENGINE_STUB/no-source"
    [ "$1" = dkms ] || touch "$ENGINE_STUB/broken-dkms"
    postinst 0 hello 1.5.0 "$SCRATCH/tarballs"
    contains "$SCRATCH/out" '^This package appears to be a binaries-only package$'
    contains "$SCRATCH/out" "^ you will not be able to build against kernel $NEW$"
    called "$1 ldtarball --archive $one" "$1 install -m hello -v 1.5.0 -k $RUNNING"
    lacks "$SCRATCH/err" WARNING
}

not_automatic() {
    local value
    for value in '' 'AUTOINSTALL=""' 'AUTOINSTALL=no'; do
        reset
        echo "$value" >"$ENGINE_STUB/src/hello-1.5.0/dkms.conf"
        postinst 0 hello 1.5.0
        equal "$(tail -n 1 "$SCRATCH/out")" "Not building the hello module which does not have AUTOINSTALL enabled."
        called "dkms add -m hello -v 1.5.0"
    done
    reset
    touch "$ROOT/etc/dkms/no-autoinstall"
    postinst 0 hello 1.5.0
    equal "$(cat "$SCRATCH/out")" 'autoinstall for dkms modules has been disabled.'
    not_called
}

no_headers() {
    reset
    rm -r "$ROOT/lib/modules/$RUNNING/build" "$ROOT/lib/modules/$NEW/build"
    postinst 0 hello 1.5.0
    called "dkms add -m hello -v 1.5.0"
    contains "$SCRATCH/out" "^Module build for kernel $RUNNING was skipped since the$"
    contains "$SCRATCH/out" '^kernel headers for this kernel do not seem to be installed.$'
    contains "$SCRATCH/err" "to install its headers: .+$RUNNING"
    rm -r "$ROOT/lib/modules"
    postinst 0 hello 1.5.0
    contains "$SCRATCH/out" '^WARNING: No kernel headers were found, skipping module build.$'
    contains "$SCRATCH/out" "To get the headers for the running kernel \($RUNNING\):$"
    contains "$SCRATCH/out" "^         [a-z]+ .*$RUNNING"
}

# The kernel that runs is the host's: all with headers at first, the newest on an upgrade.
chroot_of_another() {
    reset
    rm -r "$ROOT/lib/modules/$RUNNING"
    postinst 0 hello 1.5.0
    contains "$SCRATCH/out" "^It is likely that $RUNNING belongs to a chroot's host$"
    contains "$SCRATCH/out" "^Building for $OLD and $NEW$"
    rm -r "$ENGINE_STUB/tree/hello"
    postinst 0 hello 1.5.0 "" "" 1.4.0
    contains "$SCRATCH/out" "^Building for $NEW$"
    echo 'autoinstall_all_kernels="yes"' >>"$ROOT/etc/dkms/framework.conf"
    rm -r "$ENGINE_STUB/tree/hello"
    postinst 0 hello 1.5.0 "" "" 1.4.0
    contains "$SCRATCH/out" "^Building for $OLD and $NEW$"
}

boot_kernels() {
    reset
    mkdir -p "$ROOT/lib/modules/6.1.0-200-BOOT/kernel" "$ROOT/lib/modules/6.1.0-200-BOOT/build/include"
    postinst 0 hello 1.5.0
    contains "$SCRATCH/out" '^Module build and install for 6.1.0-200-BOOT was skipped as $'
    lacks "$ENGINE_STUB/calls" BOOT
}

# One kernel's failure is shown and costs no other kernel, nor the package, unless framework.conf says so.
failing_build() {
    reset
    echo 10 >"$ENGINE_STUB/fail/build-$RUNNING"
    postinst 0 hello 1.5.0
    contains "$SCRATCH/err" "^\* WARNING: 'dkms build' of hello 1.5.0 for kernel $RUNNING failed with status 10.$"
    contains "$SCRATCH/err" "^\* Log:     $ENGINE_STUB/tree/hello/1.5.0/build/make.log$"
    contains "$SCRATCH/err" "^\* Retry:   dkms install -m hello -v 1.5.0 -k $RUNNING$"
    equal "$(tail -n 1 "$SCRATCH/out")" "Builds for the following kernel(s) failed: $RUNNING"
    contains "$ENGINE_STUB/calls" "^dkms install -m hello -v 1.5.0 -k $NEW$"
    reset
    echo 'continue_on_error=""' >>"$ROOT/etc/dkms/framework.conf"
    echo 10 >"$ENGINE_STUB/fail/build-$RUNNING"
    postinst 10 hello 1.5.0
    lacks "$ENGINE_STUB/calls" "$NEW"
    contains "$SCRATCH/err" '^\* WARNING'
}

failing_steps() {
    reset
    echo 6 >"$ENGINE_STUB/fail/install-$NEW"
    postinst 0 hello 1.5.0
    contains "$SCRATCH/err" "^\* WARNING: 'dkms install' of hello 1.5.0 for kernel $NEW failed with status 6.$"
    reset
    echo 8 >"$ENGINE_STUB/fail/add"
    postinst 0 hello 1.5.0
    contains "$SCRATCH/err" "^\* WARNING: 'dkms add' failed with status 8.$"
    called "dkms add -m hello -v 1.5.0"
    reset
    with_module
    echo 5 >"$ENGINE_STUB/fail/remove"
    postinst 0 hello 1.5.0
    contains "$SCRATCH/err" "^\* WARNING: 'dkms remove' failed with status 5.$"
    reset
    echo 77 >"$ENGINE_STUB/fail/build-$RUNNING"
    postinst 0 hello 1.5.0
    lacks "$SCRATCH/err" WARNING
    lacks "$SCRATCH/out" failed
    contains "$ENGINE_STUB/calls" "^dkms install -m hello -v 1.5.0 -k $NEW$"
}

check "installed in a scratch root" install_all
for SHELL_NAME in "${SHELLS[@]}"; do
    check "$SHELL_NAME: first installation" fresh
    check "$SHELL_NAME: its arguments" arguments
    check "$SHELL_NAME: upgrade" upgrade
    check "$SHELL_NAME: drives mkdkms where there is no dkms" with_mkdkms
    check "$SHELL_NAME: a tarball per kernel, by dkms" tarballs dkms
    check "$SHELL_NAME: a tarball per kernel, by mkdkms" tarballs mkdkms
    check "$SHELL_NAME: one tarball, and a bad one" one_tarball
    check "$SHELL_NAME: binaries only, by dkms" binaries_only dkms
    check "$SHELL_NAME: binaries only, by mkdkms" binaries_only mkdkms
    check "$SHELL_NAME: AUTOINSTALL empty" not_automatic
    check "$SHELL_NAME: no headers" no_headers
    check "$SHELL_NAME: in a chroot" chroot_of_another
    check "$SHELL_NAME: BOOT kernels" boot_kernels
    check "$SHELL_NAME: a failing build" failing_build
    check "$SHELL_NAME: other failing steps" failing_steps
done
finish
