# Putting files in place, so that a run that is cut short can be repaired or undone.

check_rights() {
    [ -d "$MODULES_ROOT" ] || fail "there is no $MODULES_ROOT" "give the folder of a system with --root"
    for folder in "$MODULES_ROOT" "$(nearest_folder "$STATE")"; do
        [ -w "$folder" ] || fail "$folder is not writable for $(id -un 2>/dev/null || id -u)" "run as root"
    done
}

# When process $1 started, as the kernel counts; empty where /proc does not tell. A number alone may be another
# process's by now.
started() {
    sed 's/^.*) //' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 20
}

# Whether process $1, started at $2, still runs.
is_at_work() {
    if [ -n "${2:-}" ]; then
        [ "$(started "$1")" = "$2" ]
    else
        kill -0 "$1" 2>/dev/null
    fi
}

# One run at a time; a lock whose process is gone is taken over. The lock is a second name of a file that says
# already whose it is, so that it is never there without saying so.
lock() {
    LOCKED=
    NEW_FOLDERS=$(missing_state_folders)
    trap unlock EXIT
    attempts=0
    until { mkdir -p "$STATE" && printf '%s %s\n' "$$" "$(started $$)" >"$STATE/.lock.$$" &&
        ln "$STATE/.lock.$$" "$STATE/.lock"; } 2>/dev/null; do
        attempts=$((attempts + 1))
        [ "$attempts" -le 20 ] || fail "cannot write to $STATE" "run as root"
        holder=$(cat "$STATE/.lock" 2>/dev/null) || continue
        # shellcheck disable=SC2086  # Two words.
        if [ -n "$holder" ] && is_at_work $holder; then
            fail "another run of install is at work (process ${holder%% *})" "wait for it to end, then run again"
        fi
        # Another run may have taken it over since it was read: what is moved away must be what was read.
        mv "$STATE/.lock" "$STATE/.stale.$$" 2>/dev/null || continue
        [ "$(cat "$STATE/.stale.$$")" = "$holder" ] || ln "$STATE/.stale.$$" "$STATE/.lock" 2>/dev/null
        rm -f "$STATE/.stale.$$"
    done
    LOCKED=yes
    rm -f "$STATE/.lock.$$"
}

# Leaves neither lock nor work folder nor, where nothing was put in place, the folders that lock made.
unlock() {
    rm -rf "$WORK"
    rm -f "$STATE/.lock.$$"
    [ -z "$LOCKED" ] || rm -f "$STATE/.lock"
    printf '%s\n' "$NEW_FOLDERS" | cut -f 2 | while read -r folder; do
        [ -z "$folder" ] || rmdir "$ROOT$folder" 2>/dev/null || break
    done
}

# Notes which folders above the state folder are new, the deepest first, before lock makes them.
missing_state_folders() {
    folder=/var/lib/mkdkms/bundles/$NAME
    while [ -n "$folder" ] && [ ! -d "$ROOT$folder" ]; do
        printf 'dir\t%s\n' "$folder"
        folder=${folder%/*}
    done
}

# Whether this is the copy that an earlier run kept.
is_kept() {
    [ -d "$HOME_OF_VERSION" ] && [ "$BUNDLE" = "$(cd "$HOME_OF_VERSION" && pwd -P)" ]
}

# Keeps this bundle in the system, whole, for the kernels to come and for --uninstall.
keep_bundle() {
    if is_kept; then
        return 0
    fi
    rm -rf "$STATE/.new" "$STATE/.old"
    cp -R "$BUNDLE" "$STATE/.new" || fail "cannot copy the bundle to $STATE" "check the space there"
    if ! (cd "$STATE/.new" && sha256sum -c SHA256SUMS >/dev/null 2>&1); then
        rm -rf "$STATE/.new"
        fail "the copy of the bundle in $STATE is damaged" "check that disk, then run again"
    fi
    [ ! -e "$HOME_OF_VERSION" ] || mv "$HOME_OF_VERSION" "$STATE/.old"
    mv "$STATE/.new" "$HOME_OF_VERSION" || fail "cannot write to $STATE" "check the rights there, then run again"
    rm -rf "$STATE/.old"
}

install_kernel() {
    record=$RECORD/kernel-$1
    [ -f "$record" ] || : >"$record"
    if ! record_rows "$record" version | grep -q . && [ ! -e "$MODULES_ROOT/$1/modules.dep" ]; then
        printf 'index\tnone\t%s\n' "$(list_modules "$1")" | add_rows "$record" || exit 1
    fi
    # What is going to be there is written down first, so that a run that is cut short can be undone.
    {
        printf 'state\tplanned\nversion\t%s\n' "$VERSION"
        awk -F '\t' '{ print "file\t" $3 "\t" $4 }' "$WORK/plan-$1"
    } | add_rows "$record" || exit 1
    while IFS=$TAB read -r _ from path sum name; do
        make_folder "${path%/*}" "$record"
        staged=$ROOT${path%/*}/.${path##*/}.mkdkms-new
        if ! cp "$from" "$staged" || ! chmod 644 "$staged" || [ "$(digest "$staged")" != "$sum" ]; then
            rm -f "$staged"
            fail "cannot write $ROOT$path" "check the space and the disk, then run again"
        fi
        mv -f "$staged" "$ROOT$path" || fail "cannot write $ROOT$path" "run again"
    done <"$WORK/plan-$1" || exit 1
    settle_kernel "$1"
}

# Removes what record $1 of kernel $1 lists beyond the plan, writes the record anew and refreshes the indexes.
settle_kernel() {
    record=$RECORD/kernel-$1
    remove_files "$1" "$WORK/plan-$1"
    {
        printf 'version\t%s\n' "$VERSION"
        cat "$WORK/head-$1"
        awk -F '\t' '{ print "file\t" $3 "\t" $4 }' "$WORK/plan-$1"
        while IFS=$TAB read -r _ _ path _ name; do
            if has_rival "$1" "$name" "$path"; then
                folder=${path#"/lib/modules/$1/"}
                # The kernel is a regular expression there.
                printf 'override\toverride %s %s %s\n' "$name" "$(printf '%s' "$1" | sed 's/[.+]/\\&/g')" "${folder%/*}"
            fi
        done <"$WORK/plan-$1"
        awk -F '\t' '$1 == "dir" || $1 == "index"' "$record" | sort -u
        printf 'state\tplanned\n'
    } | replace_file "$record" || exit 1
    write_overrides
    names=$(cut -f 5 "$WORK/plan-$1")
    refresh_index "$1"
    tell_weak_modules --add-modules "$(cut -f 3 "$WORK/plan-$1")"
    refresh_initramfs "$1" "$names"
    grep -v "^state$TAB" "$record" | replace_file "$record" || exit 1
    say "kernel $1: installed $(cut -f 3 "$WORK/plan-$1" | tr '\n' ' ')"
}

# Removes the recorded files of kernel $1, except those that the plan $2 has just put there.
remove_files() {
    record_rows "$RECORD/kernel-$1" file | cut -f 1 | sort -u | while read -r path; do
        rm -f "$ROOT${path%/*}/.${path##*/}.mkdkms-new"
        if [ -n "$2" ] && cut -f 3 "$2" | grep -Fqx "$path"; then
            continue
        fi
        [ -e "$ROOT$path" ] || continue
        if is_ours "$path" "$1" && [ -z "$(owner_of "$path")" ]; then
            rm -f "$ROOT$path"
        else
            warn "$ROOT$path was changed since it was installed, so it stays"
        fi
    done
}
