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

# Says loudly that step $2 ended with status $3 for kernel $1, and puts back what the kernel had.
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
    restored=
    if put_back "$1"; then
        restored=yes
    fi
    {
        echo "****************************************************************************"
        if [ -n "$restored" ]; then
            echo "* WARNING: this revision of $NAME $VERSION could not be made for kernel $1:"
            echo "*          '$TOOL $2' failed with status $3. The package itself is installed, and"
            echo "*          the kernel has the module again that was built for it before."
        else
            echo "* WARNING: $NAME $VERSION is NOT available for kernel $1:"
            echo "*          '$TOOL $2' failed with status $3. The package itself is installed."
        fi
        echo "* Log:     $log"
        if [ "$2" = build ]; then
            echo "*          (make.log of the build)"
        fi
        sed -n 's/^.*\(error:.*\)$/* Error:   \1/p' "$log" 2>/dev/null | head -n 1
        if [ -n "$restored" ]; then
            echo "* Retry:   $TOOL build --force -m $NAME -v $VERSION -k $1"
            echo "*          $TOOL install --force -m $NAME -v $VERSION -k $1"
        else
            echo "* Retry:   $TOOL install -m $NAME -v $VERSION -k $1"
        fi
        echo "****************************************************************************"
    } >&2
}

# Runs '$TOOL $2' for kernel $1, quietly, with its output in $3; 0 when it worked, 77 when the module excludes this
# kernel.
run_step() {
    step_status=0
    "$TOOL" "$2" -m "$NAME" -v "$VERSION" -k "$1" >"$MARKS/$1/$3" 2>&1 </dev/null || step_status=$?
    # Before 3.0.3 an excluded kernel had no status of its own, only this message.
    if [ "$step_status" -ne 0 ] && grep -q BUILD_EXCLUSIVE "$MARKS/$1/$3"; then
        step_status=77
    fi
    return "$step_status"
}

# Has kernel $1 use the module again that keep_modules put aside: what is in the DKMS tree counts as built, and any
# version installs it without a build. Fails where there is none, or where it is refused.
put_back() {
    for kept in "$KEPT/$1"/*; do
        [ -d "$kept/module" ] || return 1
        place="$TREE/$VERSION/$1/${kept##*/}"
        rm -rf "$place"
        mkdir -p "$MARKS/$1" "${place%/*}"
        cp -a "$kept" "$place" || return 1
        if ! run_step "$1" install restored.log; then
            rm -rf "$place"
            rmdir "${place%/*}" 2>/dev/null || :
            return 1
        fi
    done
}

# Puts back what is still aside, for the kernels that nothing was built for.
put_back_others() {
    for folder in "$KEPT"/*; do
        kernel=${folder##*/}
        if [ -d "$folder" ] && [ ! -e "$MARKS/$kernel" ]; then
            if put_back "$kernel"; then
                note "kernel $kernel keeps the module that was built for it before"
            fi
            rm -rf "${MARKS:?}/$kernel"
        fi
    done
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
        run_step "$1" "$step" output.log || serve_status=$?
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
    rm -rf "${MARKS:?}/$1" "${KEPT:?}/$1"
}

# Registers the source tree and serves the chosen kernels.
serve_kernels() {
    if ! register; then
        FAILURES=$((FAILURES + 1))
        {
            echo "****************************************************************************"
            echo "* WARNING: '$TOOL add' refused $NAME $VERSION, so no kernel has the module."
            echo "* Retry:   $TOOL add -m $NAME -v $VERSION"
            echo "****************************************************************************"
        } >&2
        return 0
    fi
    kernels=
    if [ -z "$AUTOINSTALL" ]; then
        note "registered; its dkms.conf asks for no automatic build"
    elif [ -e /etc/dkms/no-autoinstall ]; then
        note "registered; automatic builds are switched off by /etc/dkms/no-autoinstall"
    else
        kernels=$(chosen_kernels)
        if [ -z "$kernels" ]; then
            note "no kernel is installed here, nothing to build"
        fi
    fi
    for kernel in $kernels; do
        serve_kernel "$kernel"
    done
    put_back_others
    forget_kernels
    forget_empty_folders
}

# Makes the module anew: the source may have changed under the same version, so what was made of it before goes first.
serve_anew() {
    keep_modules
    # What follows says how each kernel fared.
    unregister >/dev/null
    serve_kernels
    if is_known; then
        forget_modules
        forget_empty_folders
    fi
}

# A module that does not build leaves the package usable for the other kernels: no broken transaction, unless that is
# what was asked for.
refuse_failures() {
    if is_strict && [ "$FAILURES" -ne 0 ]; then
        exit 1
    fi
}
