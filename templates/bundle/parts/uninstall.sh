# Restoring what was there before.

uninstall_kernel() {
    record=$RECORD/kernel-$1
    names=$(record_rows "$record" file | cut -f 1 | sed 's,.*/,,; s,\.ko.*,,' | sort -u)
    tell_weak_modules --remove-modules "$(record_rows "$record" file | cut -f 1 | sort -u)"
    remove_files "$1" ""
    remove_folders "$record"
    {
        grep -v "^override$TAB" "$record"
        printf 'state\tplanned\n'
    } | replace_file "$record" || exit 1
    write_overrides
    if had_no_index "$1"; then
        rm -f "$MODULES_ROOT/$1"/modules.alias "$MODULES_ROOT/$1"/modules.alias.bin "$MODULES_ROOT/$1"/modules.builtin.alias.bin \
            "$MODULES_ROOT/$1"/modules.builtin.bin "$MODULES_ROOT/$1"/modules.dep "$MODULES_ROOT/$1"/modules.dep.bin \
            "$MODULES_ROOT/$1"/modules.devname "$MODULES_ROOT/$1"/modules.softdep "$MODULES_ROOT/$1"/modules.symbols \
            "$MODULES_ROOT/$1"/modules.symbols.bin "$MODULES_ROOT/$1"/modules.weakdep
    else
        refresh_index "$1"
    fi
    refresh_initramfs "$1" "$names"
    rm -f "$record"
    say "kernel $1: $NAME removed"
}

# The digest of the names of all modules of kernel $1.
list_modules() {
    (cd "$MODULES_ROOT/$1" && find . -name '*.ko*' | sort | sha256sum | cut -d ' ' -f 1)
}

# Whether depmod had not run for kernel $1 before the bundle came, so that its index goes again. A running system
# keeps an index that modules need, whoever asked for it.
had_no_index() {
    before=$(record_rows "$RECORD/kernel-$1" index | head -n 1 | cut -f 2)
    [ -n "$before" ] && [ -d "$MODULES_ROOT/$1" ] && [ "$before" = "$(list_modules "$1")" ] || return 1
    [ -n "$ROOT" ] || [ -z "$(find "$MODULES_ROOT/$1" -name '*.ko*' | head -n 1)" ]
}

do_uninstall() {
    if [ ! -d "$RECORD" ]; then
        say "$NAME is not installed${ROOT:+ in $ROOT}; nothing to do"
        return 0
    fi
    if [ -n "$DRY_RUN" ]; then
        for kernel in ${KERNELS:-$(recorded_kernels)}; do
            record_rows "$RECORD/kernel-$kernel" file | cut -f 1 | sort -u | sed "s,^,would remove $ROOT,"
        done
        return 0
    fi
    check_rights
    make_work_folder
    find_kmod
    lock
    for kernel in ${KERNELS:-$(recorded_kernels)}; do
        if [ -f "$RECORD/kernel-$kernel" ]; then
            uninstall_kernel "$kernel"
        else
            say "kernel $kernel: $NAME is not installed for it"
        fi
    done
    # A single kernel's going leaves the rest, and the hooks for the next kernel.
    if [ -n "$HOOK" ] || [ -n "$(recorded_kernels)" ]; then
        return 0
    fi
    record_rows "$RECORD/common" file | cut -f 1 | sort -u | while read -r path; do
        rm -f "$ROOT$path" "$ROOT$path.new"
    done
    cp "$RECORD/common" "$WORK/common"
    # The lock goes with it: what is there from now on is another run's.
    LOCKED=
    rm -rf "${STATE:?}"
    remove_folders "$WORK/common"
    say "$NAME is uninstalled"
}
