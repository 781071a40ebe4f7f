# Builds the module for the kernels of this machine; stands below dkms.sh.
AUTOINSTALL=@AUTOINSTALL@
FAILURES=0

has_headers() {
    [ -e "/lib/modules/$1/build/include" ]
}

# The kernels of this machine, oldest first.
all_kernels() {
    for folder in /lib/modules/*; do
        if [ -d "$folder" ]; then
            basename "$folder"
        fi
    done | sort -V
}

wants_all_kernels() {
    cat /etc/dkms/framework.conf /etc/dkms/framework.conf.d/*.conf 2>/dev/null |
        grep -Eq "^[[:space:]]*autoinstall_all_kernels=[\"']?[^\"'[:space:]#]"
}

# The kernels to serve now: the running and the newest one, and those that had the module before; all of them
# where framework.conf asks for it, or where the running kernel is not one of this root, as in a chroot.
chosen_kernels() {
    running=$(uname -r)
    if wants_all_kernels || [ ! -d "/lib/modules/$running" ]; then
        all_kernels
        return 0
    fi
    newest=$(all_kernels | while read -r kernel; do
        if [ -e "/boot/config-$kernel" ] || [ -d "/lib/modules/$kernel/kernel" ]; then
            echo "$kernel"
        fi
    done | tail -n 1)
    echo "$running"
    {
        echo "$newest"
        cat "$SERVED" 2>/dev/null
    } | sort -u | while read -r kernel; do
        if [ -n "$kernel" ] && [ "$kernel" != "$running" ] && [ -d "/lib/modules/$kernel" ]; then
            echo "$kernel"
        fi
    done
}

# Says loudly that kernel $1 was left without the module, because step $2 ended with status $3.
report_failure() {
    FAILURES=$((FAILURES + 1))
    log="$MARKS/$1/output.log"
    for candidate in "$TREE/$VERSION/build/make.log" "$TREE/$VERSION/$1"/*/log/make.log; do
        # The next kernel's build replaces this log, so it is kept with the mark.
        if [ "$2" = build ] && [ -f "$candidate" ]; then
            cp -f "$candidate" "$MARKS/$1/make.log" && log="$MARKS/$1/make.log"
            break
        fi
    done
    {
        echo "****************************************************************************"
        echo "* WARNING: $NAME $VERSION is NOT available for kernel $1:"
        echo "*          '$TOOL $2' failed with status $3. The package itself is installed."
        echo "* Log:     $log"
        if [ "$2" = build ]; then
            echo "*          (make.log of the build)"
        fi
        sed -n 's/^.*\(error:.*\)$/* Error:   \1/p' "$log" 2>/dev/null | head -n 1
        echo "* Retry:   $TOOL install -m $NAME -v $VERSION -k $1"
        echo "****************************************************************************"
    } >&2
}

# Runs '$TOOL $2' for kernel $1, quietly; 0 when it worked, 77 when the module excludes this kernel.
run_step() {
    step_status=0
    "$TOOL" "$2" -m "$NAME" -v "$VERSION" -k "$1" >"$MARKS/$1/output.log" 2>&1 </dev/null || step_status=$?
    # Before 3.0.3 an excluded kernel had no status of its own, only this message.
    if [ "$step_status" -ne 0 ] && grep -q BUILD_EXCLUSIVE "$MARKS/$1/output.log"; then
        step_status=77
    fi
    return "$step_status"
}

# Builds and installs the module for kernel $1; says what it did and never fails.
serve_kernel() {
    case "$1" in
    *BOOT*) return 0 ;;
    esac
    if ! has_headers "$1"; then
        note "no headers for kernel $1, so the module was not built for it; install its kernel" \
            "headers package and run: $TOOL install -m $NAME -v $VERSION -k $1"
        return 0
    fi
    mkdir -p "$MARKS/$1"
    for step in build install; do
        serve_status=0
        run_step "$1" "$step" || serve_status=$?
        case "$serve_status" in
        0) ;;
        77)
            note "kernel $1 is excluded by the module's dkms.conf"
            break
            ;;
        *)
            report_failure "$1" "$step" "$serve_status"
            return 0
            ;;
        esac
    done
    if [ "$serve_status" -eq 0 ]; then
        note "installed for kernel $1"
    fi
    rm -rf "${MARKS:?}/$1"
}

# Registers the source tree and serves the chosen kernels.
serve_kernels() {
    if ! "$TOOL" add -m "$NAME" -v "$VERSION" >/dev/null </dev/null; then
        FAILURES=$((FAILURES + 1))
        {
            echo "****************************************************************************"
            echo "* WARNING: '$TOOL add' refused $NAME $VERSION, so no kernel has the module."
            echo "* Retry:   $TOOL add -m $NAME -v $VERSION"
            echo "****************************************************************************"
        } >&2
        return 0
    fi
    if [ -z "$AUTOINSTALL" ]; then
        note "registered; its dkms.conf asks for no automatic build"
        return 0
    fi
    if [ -e /etc/dkms/no-autoinstall ]; then
        note "registered; automatic builds are switched off by /etc/dkms/no-autoinstall"
        return 0
    fi
    kernels=$(chosen_kernels)
    if [ -z "$kernels" ]; then
        note "no kernel is installed here, nothing to build"
    fi
    for kernel in $kernels; do
        serve_kernel "$kernel"
    done
    forget_kernels
    forget_empty_folders
}
