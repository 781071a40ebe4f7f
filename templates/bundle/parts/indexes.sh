# What depends on the modules: depmod, weak-modules, the initramfs.

# /etc/depmod.d holds the lines of all kernels, or the file is not there.
write_overrides() {
    file=/etc/depmod.d/mkdkms-$NAME.conf
    lines=$(for kernel in $(recorded_kernels); do record_rows "$RECORD/kernel-$kernel" override; done)
    if [ -n "$lines" ]; then
        make_folder /etc/depmod.d "$RECORD/common"
        printf '# %s %s, a bundle of prebuilt modules\n%s\n' "$NAME" "$VERSION" "$lines" | replace_file "$ROOT$file" || exit 1
    else
        rm -f "$ROOT$file" "$ROOT$file.new"
    fi
}

# Runs depmod for kernel $1 with the configuration of the system in $ROOT.
refresh_index() {
    [ -d "$MODULES_ROOT/$1" ] || return 0
    set -- "$1" -b "${ROOT:-/}"
    if [ -n "$ROOT" ] && "$DEPMOD" --version 2>/dev/null | grep -q kmod; then
        # Without a -C of its own depmod would read the configuration of the machine that it runs on.
        mkdir -p "$WORK/none"
        set -- "$@" -C "$WORK/none"
        for folder in /etc/depmod.d /run/depmod.d /usr/local/lib/depmod.d /lib/depmod.d; do
            if [ -d "$ROOT$folder" ]; then
                set -- "$@" -C "$ROOT$folder"
            fi
        done
    fi
    kernel=$1
    shift
    if ! "$DEPMOD" -a "$@" "$kernel" >"$WORK/depmod" 2>&1; then
        cat "$WORK/depmod" >&2
        fail "depmod failed for kernel $kernel" "run it by hand: depmod -a $kernel; then run install again"
    fi
}

tell_weak_modules() {
    if [ -z "$ROOT" ] && [ -x /usr/sbin/weak-modules ]; then
        printf '%s\n' "$2" | /usr/sbin/weak-modules "$1" --no-initramfs >/dev/null 2>&1 ||
            warn "weak-modules $1 failed; other kernels may lack the links"
    fi
}

# Makes the initramfs of kernel $1 again where it holds one of the modules named in $2.
refresh_initramfs() {
    [ -z "$ROOT" ] || return 0
    if [ -e "/boot/initrd.img-$1" ] && command -v update-initramfs >/dev/null 2>&1; then
        lsinitramfs "/boot/initrd.img-$1" >"$WORK/initramfs" 2>/dev/null
        set -- "$1" "$2" update-initramfs -u -k "$1"
    elif [ -e "/boot/initramfs-$1.img" ] && command -v dracut >/dev/null 2>&1; then
        lsinitrd "/boot/initramfs-$1.img" >"$WORK/initramfs" 2>/dev/null
        set -- "$1" "$2" dracut --force "/boot/initramfs-$1.img" "$1"
    else
        return 0
    fi
    for name in $2; do
        pattern=$(printf '%s' "$name" | sed 's/[-_]/[-_]/g')
        if grep -Eq "/$pattern\.ko" "$WORK/initramfs"; then
            shift 2
            "$@" >/dev/null 2>&1 || warn "the initramfs could not be made again; run: $*"
            return 0
        fi
    done
}
