# Where a module goes.

# Sets PLACE for the file $2 (a path beneath /lib/modules/K) of kernel $1: there, or under updates/NAME when
# somebody else's file has that name. Fails when both are taken.
place() {
    for PLACE in "/lib/modules/$1/$2" "/lib/modules/$1/updates/$NAME/${2##*/}"; do
        if [ ! -e "$ROOT$PLACE" ] && [ ! -L "$ROOT$PLACE" ] && ! compressed_twin "$PLACE" "$1"; then
            return 0
        fi
        if [ -f "$ROOT$PLACE" ] && [ ! -L "$ROOT$PLACE" ] && is_ours "$PLACE" "$1"; then
            return 0
        fi
    done
    owner=$(owner_of "$PLACE")
    complain "$ROOT$PLACE exists and is not of this bundle${owner:+: it belongs to the package $owner}" \
        "remove ${owner:+the package }${owner:-that file} first if the bundle is to replace it"
    return 1
}

# Whether the same module lies beside $1 under another suffix and is not ours; modprobe could take either.
compressed_twin() {
    stem=${1%.ko*}.ko
    for twin in "$stem" "$stem.gz" "$stem.xz" "$stem.zst"; do
        if [ "$twin" != "$1" ] && [ -e "$ROOT$twin" ] && ! is_ours "$twin" "$2"; then
            return 0
        fi
    done
    return 1
}

# Whether kernel $1 has a module called $2 at another place than $3; then depmod must be told which one wins.
has_rival() {
    pattern=$(printf '%s' "$2" | sed 's/[-_]/[-_]/g')
    find "$MODULES_ROOT/$1" -name "$pattern.ko*" ! -path "$ROOT$3" 2>/dev/null | grep -q .
}
