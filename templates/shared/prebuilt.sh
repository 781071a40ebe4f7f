# Modules that the package carries ready-made; stands below dkms-build.sh. Each tarball is for one kernel, as
# `dkms ldtarball` reads it; dkms's own common.postinst loads the one whose name says no kernel.
PREBUILT=/usr/share/@PACKAGE@
PREBUILT_LOADED=

# Puts all of them into the DKMS tree, once, where they count as built: for kernels that are to come, too.
load_prebuilt() {
    if [ -n "$PREBUILT_LOADED" ]; then
        return 0
    fi
    PREBUILT_LOADED=yes
    for archive in "$PREBUILT/$NAME-$VERSION"*.dkms.tar.gz; do
        tar -C "$TREE/$VERSION" --strip-components=2 --no-same-owner --exclude='*/dkms_dbversion' \
            -xzf "$archive" ./dkms_main_tree ||
            note "the modules in $archive could not be unpacked" >&2
    done
}

# A kernel whose modules are here needs no headers, and building them then is finding them built.
has_headers() {
    load_prebuilt
    for folder in "$TREE/$VERSION/$1"/*/module; do
        if [ -d "$folder" ]; then
            return 0
        fi
    done
    [ -e "/lib/modules/$1/build/include" ]
}
