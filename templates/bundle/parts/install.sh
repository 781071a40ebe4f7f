# The whole installation, in order.

do_install() {
    make_work_folder
    find_kmod
    if [ -n "$HOOK" ] && [ -f "$RECORD/cert.pem" ]; then
        CERTIFICATE=$RECORD/cert.pem
    fi
    verify_bundle
    [ -d "$MODULES_ROOT" ] || fail "there is no $MODULES_ROOT" "give the folder of a system with --root"
    machine=$(uname -m)
    if [ -z "$ROOT" ] && [ "$machine" != "$ARCH" ]; then
        case "$ARCH/$machine" in
        i?86/i?86 | arm*/arm*) ;;
        *) fail "the bundle is for $ARCH, this machine is $machine" "get the bundle for $machine" ;;
        esac
    fi
    TARGETS=$(target_kernels) || exit $?
    # What another run is about to change can't be planned with; a dry run changes nothing, and only looks.
    if [ -z "$DRY_RUN" ]; then
        check_rights
        lock
    fi
    MEANT=" $(printf '%s' "$TARGETS" | tr '\n' ' ') "
    if [ -z "$ALL_KERNELS" ]; then
        # An older version goes as a whole, so the kernels that it serves are served again.
        for kernel in $(recorded_kernels); do
            [ "$(record_rows "$RECORD/kernel-$kernel" version | tail -n 1)" = "$VERSION" ] ||
                [ ! -d "$MODULES_ROOT/$kernel" ] || TARGETS="$TARGETS
$kernel"
        done
        TARGETS=$(printf '%s\n' "$TARGETS" | sort -u)
    fi
    plan
    if [ -n "$DRY_RUN" ]; then
        for kernel in $SERVED; do
            cut -f 3 "$WORK/plan-$kernel" | sed "s,^,would write $ROOT,"
        done
        return 0
    fi
    [ -d "$RECORD" ] || mkdir "$RECORD" || fail "cannot write to $STATE" "run as root"
    printf '%s' "${NEW_FOLDERS:+$NEW_FOLDERS
}" | add_rows "$RECORD/common" || exit 1
    # The kernels to come are served under the same condition as this one.
    if [ -n "$CERTIFICATE" ]; then
        replace_file "$RECORD/cert.pem" <"$WORK/cert.pem"
    else
        rm -f "$RECORD/cert.pem"
    fi
    keep_bundle
    for kernel in $SERVED; do
        install_kernel "$kernel"
    done
    for kernel in $(recorded_kernels); do
        if [ "$(record_rows "$RECORD/kernel-$kernel" version | tail -n 1)" != "$VERSION" ]; then
            uninstall_kernel "$kernel"
        fi
    done
    write_hooks
    for folder in "$STATE"/*; do
        [ "$folder" = "$HOME_OF_VERSION" ] || [ ! -d "$folder" ] || rm -rf "$folder"
    done
    mention_certificate
    [ -z "$refused" ] || exit 1
}
