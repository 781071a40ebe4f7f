# Drives dkms, any version since 2.8, or mkdkms, which takes the same verbs; both keep what they know in
# /var/lib/dkms. A kernel whose module cannot be made is marked by a folder with the log in it.
NAME=@NAME@
VERSION=@VERSION@
TREE="/var/lib/dkms/$NAME"
MARKS="/var/lib/mkdkms/failed/$NAME/$VERSION"
# The kernels that had the module before it was taken out for an upgrade or a reinstallation, one per line.
SERVED="/var/lib/mkdkms/served/$NAME"
# What was installed of this version before another revision of it came: the folders K/A of the DKMS tree.
KEPT="/var/lib/mkdkms/kept/$NAME/$VERSION"

note() {
    echo "$NAME $VERSION: $*"
}

# Sets TOOL to the program that keeps the DKMS tree, empty where there is none.
find_tool() {
    TOOL=
    for candidate in dkms mkdkms; do
        # A mkdkms without the engine has no status.
        if command -v "$candidate" >/dev/null 2>&1 && "$candidate" status >/dev/null 2>&1; then
            TOOL=$candidate
            return 0
        fi
    done
}

is_known() {
    [ -n "$("$TOOL" status -m "$NAME" -v "$VERSION" 2>/dev/null || :)" ]
}

# Where the module is installed, as lines of K/A.
installed_places() {
    # M/V, K, A: installed; before dkms 2.8.6 M, V, K, A: installed.
    "$TOOL" status -m "$NAME" -v "$VERSION" 2>/dev/null |
        awk -F ', ' '/: installed/ { sub(/:.*/, "", $NF); print $(NF - 1) "/" $NF }' || :
}

# A kernel that has the module keeps it, even where a new installation would not have served it.
remember_kernels() {
    had=$(installed_places | sed 's,/.*,,')
    if [ -n "$had" ]; then
        mkdir -p "${SERVED%/*}"
        echo "$had" >>"$SERVED"
    fi
}

# Copies what is installed out of the DKMS tree, for the case that its successor does not build. A copy of an earlier
# run that was cut short stays where the tree has nothing any more.
keep_modules() {
    if [ -z "$TOOL" ]; then
        return 0
    fi
    installed_places | while read -r place; do
        if [ -d "$TREE/$VERSION/$place/module" ]; then
            mkdir -p "$KEPT/${place%/*}"
            rm -rf "${KEPT:?}/$place" "$KEPT/.new"
            cp -a "$TREE/$VERSION/$place" "$KEPT/.new" && mv "$KEPT/.new" "$KEPT/$place"
        fi
    done || note "not all of what is installed could be kept aside; continuing" >&2
}

forget_modules() {
    rm -rf "${KEPT%/*}"
}

forget_kernels() {
    rm -f "$SERVED"
    rmdir "${SERVED%/*}" 2>/dev/null || :
}

# Takes the module out of all kernels and out of the DKMS tree.
unregister() {
    rm -rf "${MARKS:?}"
    if [ -n "$TOOL" ] && is_known; then
        remember_kernels
        "$TOOL" remove -m "$NAME" -v "$VERSION" --all </dev/null ||
            note "'$TOOL remove' failed; look at: $TOOL status -m $NAME" >&2
    fi
    forget_empty_folders
}

# Removes what dkms leaves: folders that nothing is in any more.
forget_empty_folders() {
    rmdir "${KEPT%/*}" "${KEPT%/*/*}" 2>/dev/null || :
    rmdir "$MARKS" "/var/lib/mkdkms/failed/$NAME" /var/lib/mkdkms/failed /var/lib/mkdkms 2>/dev/null || :
    rmdir "$TREE/original_module" "$TREE" 2>/dev/null || :
    for folder in /lib/modules/*/updates /lib/modules/*/extra; do
        rmdir "$folder/dkms" "$folder" 2>/dev/null || :
    done
}
