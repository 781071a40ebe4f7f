// swift-format-ignore-file
// Made by `make templates` from templates/deb-dkms/; edit those files, not this one.

extension EmbeddedTemplates {
    static let debDkms: [(name: String, text: String)] = [
        (
            name: "deb-dkms/postinst",
            text: #"""
#!/bin/sh
# Registers the module source with DKMS and builds it for the kernels that are here.
set -e

@INCLUDE shared/dkms.sh@
@INCLUDE shared/dkms-build.sh@
PACKAGE=@PACKAGE@
# Stands for the work that was left when neither dkms nor mkdkms was here.
WAITING="/var/lib/mkdkms/waiting/$NAME"

forget_waiting() {
    rm -f "$WAITING"
    rmdir "${WAITING%/*}" /var/lib/mkdkms 2>/dev/null || :
}
@PREBUILT@
case "$1" in
configure | abort-upgrade | abort-remove | abort-deconfigure)
    find_tool
    if [ -n "$TOOL" ]; then
        forget_waiting
        serve_anew
    else
        mkdir -p "${WAITING%/*}"
        : >"$WAITING"
        note "neither dkms nor mkdkms is installed, so the module was not built; it will be when one of them" \
            "comes, or with: dpkg-reconfigure $PACKAGE" >&2
        FAILURES=1
    fi
    refuse_failures
    ;;
triggered)
    # A program of that name came, went or was upgraded.
    find_tool
    if [ -n "$TOOL" ] && [ -e "$WAITING" ]; then
        forget_waiting
        serve_anew
        refuse_failures
    fi
    ;;
esac

exit 0

"""#
        ),
        (
            name: "deb-dkms/postrm",
            text: #"""
#!/bin/sh
# Clears what is left of the module when its source is gone.
set -e

NAME=@NAME@
VERSION=@VERSION@
TREE="/var/lib/dkms/$NAME"
STATE=/var/lib/mkdkms

@INCLUDE shared/kin.sh@

forget_state() {
    rm -rf "$STATE/kept/${NAME:?}" "$STATE/failed/${NAME:?}"
    rm -f "$STATE/waiting/$NAME" "$STATE/served/$NAME"
    rmdir "$STATE/kept" "$STATE/failed" "$STATE/waiting" "$STATE/served" "$STATE" 2>/dev/null || :
}

# Whether a package of another name has the module now, as one that took this one's place: dpkg keeps its script here.
is_taken_over() {
    info=${DPKG_ADMINDIR:-}/info
    own=$info/${DPKG_MAINTSCRIPT_PACKAGE:-}.postinst
    [ -n "$(
        grep -lsF "$STATE/" "$info"/*.postinst | while read -r script; do
            if [ "$script" != "$own" ] && is_kin "$script"; then
                echo "$script"
            fi
        done
    )" ]
}

case "$1" in
upgrade)
    # A package of the same name that has no use for what prerm wrote down would never clear it.
    if [ -e "$COMING/control" ] && ! is_kin "$COMING/postinst"; then
        forget_state
    fi
    ;;
remove | purge | disappear)
    if [ ! -e "/usr/src/$NAME-$VERSION/dkms.conf" ]; then
        rm -rf "${TREE:?}/$VERSION"
        # The link to the version that was installed for a kernel now leads nowhere.
        for link in "$TREE"/kernel-*; do
            if [ -L "$link" ] && [ ! -e "$link" ]; then
                rm -f "$link"
            fi
        done
        rmdir "$TREE" 2>/dev/null || :
        # What a package of another name has written down is its own, be it of this version or another one.
        if ! is_taken_over; then
            forget_state
        fi
    fi
    ;;
esac

exit 0

"""#
        ),
        (
            name: "deb-dkms/prerm",
            text: #"""
#!/bin/sh
# Takes the module out of DKMS before its source goes.
set -e

@INCLUDE shared/dkms.sh@
@INCLUDE shared/kin.sh@

# Whether the package that comes, of version $1, is another revision of this one.
is_revision() {
    old=$(dpkg-query -W -f '${Version}' "${DPKG_MAINTSCRIPT_PACKAGE:-}" 2>/dev/null) || return 1
    [ -n "$1" ] && [ "${old%-*}" = "${1%-*}" ]
}

# Whether the package that comes is one of this module under the name $1.
is_successor() {
    grep -qsxF "Package: $1" "$COMING/control" && is_kin "$COMING/postinst"
}

# What the arguments, which are those of the script, say of the module: `gone`, `replaced` by another version, or `remade`
# from another revision of the same one, or by this package itself when it is configured again.
outlook_of() {
    case "$1 ${2:-}" in
    upgrade*) if is_revision "${2:-}"; then echo remade; else echo replaced; fi ;;
    "remove in-favour")
        if ! is_successor "${3:-}"; then
            echo gone
        elif sets_alike "$COMING/postinst" VERSION; then
            echo remade
        else
            echo replaced
        fi
        ;;
    deconfigure*) echo remade ;;
    *) echo gone ;;
    esac
}

# The arguments are those of the script.
take_out() {
    if [ "$1" = deconfigure ] && [ "${3:-}" = @COMMON@ ]; then
        # The files that this revision carried itself move there; what dpkg does next says what becomes of the module.
        return 0
    fi
    find_tool
    outlook=$(outlook_of "$@")
    if [ "$outlook" = remade ]; then
        if [ -z "$TOOL" ] && [ "$1" != deconfigure ]; then
            # Nobody could make the module again: what is installed is of the same version and stays.
            return 0
        fi
        keep_modules
    else
        forget_modules
    fi
    unregister
    if [ "$outlook" = gone ]; then
        forget_kernels
    fi
    forget_empty_folders
}

case "$1" in
remove | upgrade | deconfigure)
    take_out "$@"
    ;;
esac

exit 0

"""#
        ),
    ]
}
