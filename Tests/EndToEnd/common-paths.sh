# shellcheck shell=bash
# The paths that both kinds of package go, in the words that each test file gives them. Sourced after paths.sh.
#   install VERSION-REVISION   in place of whatever is there; its output in $SCRATCH/log
#   erase                      without a trace
#   untouched                  installed, and every file as it came

install_reinstall_erase() {
    install 1.5.0-1
    installed_for 1.5.0 "$KR"
    untouched
    install 1.5.0-1
    installed_for 1.5.0 "$KR"
    erase
    status_is
    clean_root
}

other_versions() {
    install 1.5.0-1
    install 1.6.0-1
    installed_for 1.6.0 "$KR"
    install 1.5.0-1
    installed_for 1.5.0 "$KR"
    erase
    clean_root
}

other_revisions() {
    install 1.5.0-1
    install 1.5.0-2
    installed_for 1.5.0:second "$KR"
    install 1.5.0-1
    installed_for 1.5.0 "$KR"
    erase
    clean_root
}

# A chroot's running kernel is another system's: every kernel that is there is served.
chroot_with_two_kernels() {
    install 1.5.0-1
    installed_for 1.5.0 "$KR" "$OLDER"
    install 1.5.0-2
    installed_for 1.5.0:second "$KR" "$OLDER"
    erase
    clean_root
}

# The running and the newest kernel, and whichever had the module.
machine_with_two_kernels() {
    run_kernel "$KR"
    snapshot
    install 1.5.0-1
    installed_for 1.5.0 "$KR"
    in_root "$ENGINE" install -m hello -v 1.5.0 -k "$OLDER"
    install 1.5.0-2
    installed_for 1.5.0:second "$KR" "$OLDER"
    install 1.6.0-1
    installed_for 1.6.0 "$KR" "$OLDER"
    erase
    clean_root
}

runs_the_older_kernel() {
    run_kernel "$OLDER"
    snapshot
    install 1.5.0-1
    installed_for 1.5.0 "$KR" "$OLDER"
    erase
    clean_root
}

failing_build() {
    install 1.5.0-3
    contains "$SCRATCH/log" 'WARNING: hello 1\.5\.0 is NOT available'
    untouched
    only_added 1.5.0
    install 1.5.0-1
    installed_for 1.5.0 "$KR"
    install 1.5.0-3
    contains "$SCRATCH/log" 'WARNING: this revision of hello 1\.5\.0 could not be made'
    untouched
    installed_for 1.5.0 "$KR"
    install 1.5.0-2
    installed_for 1.5.0:second "$KR"
    erase
    clean_root
}

failing_then_gone() {
    install 1.5.0-3
    erase
    clean_root
}

# Another name is an upgrade too: whoever had the module has it again, and keeps what does not build any more.
#   rename VERSION-REVISION   installs hello-modules-dkms of that version in the place of hello-dkms
#   purge_former              what is still there of hello-dkms goes
#   erase_renamed             without a trace
renamed_on_two() {
    run_kernel "$KR"
    snapshot
    install 1.5.0-1
    in_root "$ENGINE" install -m hello -v 1.5.0 -k "$OLDER"
    rename 1.5.0-2
    installed_for 1.5.0:second "$KR" "$OLDER"
    purge_former
    installed_for 1.5.0:second "$KR" "$OLDER"
    erase_renamed
    clean_root
    install 1.5.0-1
    in_root "$ENGINE" install -m hello -v 1.5.0 -k "$OLDER"
    rename 1.6.0-1
    installed_for 1.6.0 "$KR" "$OLDER"
    purge_former
    installed_for 1.6.0 "$KR" "$OLDER"
    erase_renamed
    clean_root
}

renamed_and_failing() {
    run_kernel "$KR"
    snapshot
    install 1.5.0-1
    in_root "$ENGINE" install -m hello -v 1.5.0 -k "$OLDER"
    rename 1.5.0-3
    contains "$SCRATCH/log" 'WARNING: this revision of hello 1\.5\.0 could not be made'
    installed_for 1.5.0 "$KR" "$OLDER"
    purge_former
    installed_for 1.5.0 "$KR" "$OLDER"
    erase_renamed
    clean_root
    # What is written down of the new one goes with it, not with the old one.
    install 1.5.0-1
    rename 1.6.0-3
    only_added 1.6.0
    present "$ROOT/var/lib/mkdkms/failed/hello/1.6.0/$KR"
    purge_former
    only_added 1.6.0
    present "$ROOT/var/lib/mkdkms/failed/hello/1.6.0/$KR"
    erase_renamed
    clean_root
}

# The scripts run in any POSIX shell.
with_busybox() {
    cp "$(command -v busybox)" "$ROOT/usr/bin/busybox"
    ln -sfn busybox "$ROOT/usr/bin/sh"
    snapshot
    failing_build
}

# The paths that take no more than that.
common_paths() {
    path "install, reinstall, erase" "${LAYERS_NOW[@]}" -- install_reinstall_erase
    path "upgrade to another version and downgrade" "${LAYERS_NOW[@]}" -- other_versions
    path "upgrade of the release only, and back" "${LAYERS_NOW[@]}" -- other_revisions
    path "in a chroot with two kernels" older "${LAYERS_NOW[@]}" -- chroot_with_two_kernels
    path "a machine with two kernels: who had the module keeps it" older "${LAYERS_NOW[@]}" -- machine_with_two_kernels
    path "a machine that runs the older kernel" older "${LAYERS_NOW[@]}" -- runs_the_older_kernel
    path "another name: who had the module keeps it" older "${LAYERS_NOW[@]}" -- renamed_on_two
    path "another name, and a failing build" older "${LAYERS_NOW[@]}" -- renamed_and_failing
    path "a failing build, alone and after one that worked" "${LAYERS_NOW[@]}" -- failing_build
    path "a failing build, erased" "${LAYERS_NOW[@]}" -- failing_then_gone
    if command -v busybox >/dev/null; then
        path "a failing build under busybox's sh" "${LAYERS_NOW[@]}" -- with_busybox
    fi
}
