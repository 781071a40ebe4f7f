# shellcheck shell=bash
# A scratch root with mkdkms's hooks installed and the stub of the engine first on PATH, and the shells that they are tested
# with. Sourced after lib.sh.
ROOT=$SCRATCH/root
LIB=$ROOT/usr/lib/mkdkms
KERNEL_D=$ROOT/etc/kernel
PROGRAMS=$SCRATCH/programs
BUSYBOX=$SCRATCH/busybox
OLD=6.1.0-9-amd64 RUNNING=6.1.0-56-amd64 NEW=6.1.0-100-amd64
BARE=6.1.0-60-amd64
mkdir -p "$PROGRAMS" "$BUSYBOX"
cp "$HERE/engine-stub.sh" "$PROGRAMS/mkdkms"
chmod 0755 "$PROGRAMS/mkdkms"
ln -s mkdkms "$PROGRAMS/dkms"
# shellcheck disable=SC2016 # expanded by that program
printf '#!/bin/sh\n[ "$1" = -r ] && echo %s || exec /bin/uname "$@"\n' $RUNNING >"$PROGRAMS/uname"
printf '#!/bin/sh\n' >"$PROGRAMS/systemctl"
chmod 0755 "$PROGRAMS"/*
export KERNEL_D ENGINE_STUB=$SCRATCH/stub

# Every folder under ROOT, so that what is installed looks nowhere else.
install_all() {
    env -u HOOKS PATH="$PROGRAMS:$PATH" make -s -C "$REPO" install MKDKMS="$PROGRAMS/mkdkms" HOOKS=debian,systemd DKMS=1 \
        PREFIX="$ROOT/usr" SYSCONFDIR="$ROOT/etc" LIBDIR="$LIB" DKMSLIBDIR="$ROOT/usr/lib/dkms" \
        UNITDIR="$ROOT/units" KERNELINSTALLDIR="$ROOT/plugins" MODDIR="$ROOT/lib/modules"
}

# A new machine: kernels with headers, one without, no module, nothing recorded.
reset() {
    local kernel
    rm -rf "$ENGINE_STUB" "$ROOT/lib/modules" "$ROOT/etc/dkms" "$SCRATCH/tarballs"
    mkdir -p "$ENGINE_STUB/fail" "$ENGINE_STUB/tree" "$ENGINE_STUB/src/hello-1.5.0" "$ROOT/etc/dkms" "$SCRATCH/tarballs"
    : >"$ENGINE_STUB/calls"
    for kernel in $OLD $RUNNING $NEW; do
        mkdir -p "$ROOT/lib/modules/$kernel/kernel" "$ROOT/lib/modules/$kernel/build/include"
    done
    mkdir -p "$ROOT/lib/modules/$BARE/kernel"
    echo 'AUTOINSTALL="yes"' >"$ENGINE_STUB/src/hello-1.5.0/dkms.conf"
    printf 'dkms_tree=%s\nsource_tree=%s\n' "$ENGINE_STUB/tree" "$ENGINE_STUB/src" >"$ROOT/etc/dkms/framework.conf"
}

# A module that is registered: with_module [KERNEL STATE]
with_module() {
    mkdir -p "$ENGINE_STUB/tree/hello/1.5.0/${1-}"
    ln -sfn "$ENGINE_STUB/src/hello-1.5.0" "$ENGINE_STUB/tree/hello/1.5.0/source"
    [ $# = 0 ] || echo "$2" >"$ENGINE_STUB/tree/hello/1.5.0/$1/state"
}

# in_shell STATUS SCRIPT ARGUMENT…: with the shell under test; stdout and stderr in $SCRATCH/out and $SCRATCH/err.
in_shell() {
    local expected=$1
    shift
    if [ "$SHELL_NAME" = busybox ]; then
        ends_with "$expected" env PATH="$PROGRAMS:$BUSYBOX:$PATH" busybox sh "$@" >"$SCRATCH/out"
    else
        ends_with "$expected" env PATH="$PROGRAMS:$PATH" dash "$@" >"$SCRATCH/out"
    fi
    cat "$SCRATCH/out"
}

# called LINE…: exactly these calls, in this order.
called() { diff <(printf '%s\n' "$@") "$ENGINE_STUB/calls"; }
not_called() { [ ! -s "$ENGINE_STUB/calls" ] || fail "called: $(cat "$ENGINE_STUB/calls")"; }
silent() { says_nothing cat "$SCRATCH/out" "$SCRATCH/err"; }

# The shells under test: for SHELL_NAME in "${SHELLS[@]}".
SHELLS=(dash)
if command -v busybox >/dev/null; then
    SHELLS+=(busybox)
    busybox --install -s "$BUSYBOX"
    rm -f "$BUSYBOX/busybox" "$BUSYBOX/run-parts"
else
    skip "with busybox" "busybox is not installed"
fi
