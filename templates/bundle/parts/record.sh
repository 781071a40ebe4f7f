# The record of what is installed.
#
# .record/common and .record/kernel-K, lines of words split by tabs, paths as the system in $ROOT sees them:
#   version V | set SET CHOICE | file PATH SHA256 | dir PATH | override LINE | index none | state planned

recorded_kernels() {
    for record in "$RECORD"/kernel-*; do
        if [ -f "$record" ]; then
            printf '%s\n' "${record##*/kernel-}"
        fi
    done
}

record_rows() {
    if [ -f "$1" ]; then
        awk -F '\t' -v kind="$2" '$1 == kind' "$1" | cut -f 2-
    fi
}

# Whether the file $1 (as the system sees it) is, as it is now, one that an earlier run put there for kernel $2.
is_ours() {
    record_rows "$RECORD/kernel-$2" file | grep -Fqx "$1$TAB$(digest "$ROOT$1")"
}

# The package that owns $1, as far as the databases in $ROOT tell; empty for none.
owner_of() {
    for path in "$1" "/usr$1" "${1#/usr}"; do
        list=$(grep -Flx -- "$path" "$ROOT"/var/lib/dpkg/info/*.list 2>/dev/null | head -n 1)
        if [ -n "$list" ]; then
            list=${list##*/}
            printf '%s\n' "${list%.list}"
            return 0
        fi
        if [ -d "$ROOT/var/lib/rpm" ] || [ -d "$ROOT/usr/lib/sysimage/rpm" ]; then
            if package=$(rpm --root "${ROOT:-/}" -qf "$path" 2>/dev/null); then
                printf '%s\n' "$package" | head -n 1
                return 0
            fi
        fi
    done
}

# Makes folder $1 with all above it and notes in record $2 those that were not there.
make_folder() {
    [ ! -d "$ROOT$1" ] || return 0
    case "$1" in
    */*/*) make_folder "${1%/*}" "$2" ;;
    esac
    if ! printf 'dir\t%s\n' "$1" >>"$2" || ! mkdir "$ROOT$1"; then
        fail "cannot make the folder $ROOT$1" "run as root, or check that the file system is writable"
    fi
}

# Adds the lines that come in to file $1. Both this and replace_file run in a subshell where they are fed by a pipe.
add_rows() {
    cat >>"$1" || fail "cannot write $1" "check the space there, then run again"
}

# Gives file $1 the content that comes in, all that comes or nothing, and the mode $2.
replace_file() {
    if ! cat >"$1.new" || ! chmod "${2:-644}" "$1.new" || ! mv -f "$1.new" "$1"; then
        rm -f "$1.new"
        fail "cannot write $1" "check the space there, then run again"
    fi
}

# Removes the folders that record $1 says were made, deepest first, where nothing else is in them.
remove_folders() {
    record_rows "$1" dir | sort -r | while read -r folder; do
        rmdir "$ROOT$folder" 2>/dev/null
    done
}
