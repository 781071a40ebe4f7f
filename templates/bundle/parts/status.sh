# Looking.

do_status() {
    if [ -z "$(recorded_kernels)" ]; then
        say "$NAME is not installed${ROOT:+ in $ROOT}"
        return 0
    fi
    printf '%-10s %-28s %-12s %s\n' VERSION KERNEL MODULES STATE
    for kernel in $(recorded_kernels); do
        record=$RECORD/kernel-$kernel
        state=installed
        if [ -n "$(record_rows "$record" state)" ]; then
            state="interrupted: run install again"
        elif [ ! -d "$MODULES_ROOT/$kernel" ]; then
            state="the kernel is gone: run install --uninstall --kernel $kernel"
        else
            for path in $(record_rows "$record" file | cut -f 1); do
                if [ ! -e "$ROOT$path" ]; then
                    state="missing $path: run install again"
                elif ! is_ours "$path" "$kernel"; then
                    state="changed $path: move it away and run install again"
                fi
            done
        fi
        printf '%-10s %-28s %-12s %s\n' "$(record_rows "$record" version | tail -n 1)" "$kernel" \
            "$(record_rows "$record" set | tail -n 1 | cut -f 2)" "$state"
    done
}
