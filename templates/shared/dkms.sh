# Drives dkms, any version since 2.8, or mkdkms, which takes the same verbs; both keep what they know in
# /var/lib/dkms. A kernel whose module cannot be made is marked by a folder with the log in it.
NAME=@NAME@
VERSION=@VERSION@
HOOKS=@HOOKS@
TREE="/var/lib/dkms/$NAME"
MARKS="/var/lib/mkdkms/failed/$NAME/$VERSION"
# The kernels that had the module before it was taken out for an upgrade or a reinstallation, one per line.
SERVED="/var/lib/mkdkms/served/$NAME"
# What was installed of this version before another revision of it came: the folders K/A of the DKMS tree.
KEPT="/var/lib/mkdkms/kept/$NAME/$VERSION"

note() {
    echo "$NAME $VERSION: $*"
}

# Whether this package is to fail with the module, as one made by debhelper does.
is_strict() {
    [ "$HOOKS" = strict ]
}

# Sets TOOL to the program that keeps the DKMS tree, empty where there is none.
find_tool() {
    TOOL=
    if command -v dkms >/dev/null 2>&1; then
        TOOL=dkms
    elif command -v mkdkms >/dev/null 2>&1 && mkdkms status >/dev/null 2>&1 </dev/null; then
        # One without the engine has no status.
        TOOL=mkdkms
    fi
}

# Registers the source tree. Either program wants the root of the DKMS tree to be there, which only dkms's package brings.
register() {
    mkdir -p "${TREE%/*}"
    "$TOOL" add -m "$NAME" -v "$VERSION" </dev/null >/dev/null
}

is_known() {
    [ -n "$("$TOOL" status -m "$NAME" -v "$VERSION" 2>/dev/null || :)" ]
}

# Where version $1 of the module is installed, or any version without $1, as lines of K/A. dkms calls installed what its
# link of that kernel leads to, whatever its version prints of it.
installed_places() {
    for link in "$TREE"/kernel-*; do
        if [ -L "$link" ] && [ -d "$link/module" ]; then
            place=$(readlink "$link")
            if [ -z "${1-}" ] || [ "${place%%/*}" = "$1" ]; then
                echo "${place#*/}"
            fi
        fi
    done
}

# A kernel that has the module, of any version, keeps it, even where a new installation would not have served it.
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
    installed_places "$VERSION" | while read -r place; do
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
    remember_kernels
    if [ -z "$TOOL" ]; then
        unregister_by_hand
    elif is_known; then
        "$TOOL" remove -m "$NAME" -v "$VERSION" --all </dev/null ||
            note "'$TOOL remove' failed; look at: $TOOL status -m $NAME" >&2
    fi
    forget_empty_folders
}

# The same where dkms went before this package: a file of a kernel that is equal to the one in the DKMS tree is what
# dkms installed.
unregister_by_hand() {
    for made in "$TREE/$VERSION"/*/*/module/*.ko*; do
        if [ -f "$made" ]; then
            place=${made%/*/module/*}
            find "/lib/modules/${place##*/}/" -type f -name "${made##*/}" -exec cmp -s "$made" {} \; -exec rm -f {} \; ||
                note "not all of its files could be removed; continuing" >&2
        fi
    done
    for link in "$TREE"/kernel-*; do
        place=$(readlink "$link") || continue
        if [ "${place%%/*}" = "$VERSION" ]; then
            rm -f "$link"
            kernel=${place#*/}
            # Without an index the kernel is gone too, and its folder must not come back.
            if [ -e "/lib/modules/${kernel%/*}/modules.dep" ]; then
                depmod -a "${kernel%/*}" || :
            fi
        fi
    done
    rm -rf "${TREE:?}/${VERSION:?}"
    rmdir "$TREE/original_module" "$TREE" "${TREE%/*}" 2>/dev/null || :
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
