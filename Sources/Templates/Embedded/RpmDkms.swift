// swift-format-ignore-file
// Made by `make templates` from templates/rpm-dkms/; edit those files, not this one.

extension EmbeddedTemplates {
    static let rpmDkms: [(name: String, text: String)] = [
        (
            name: "rpm-dkms/post",
            text: #"""
# Runs while the package that this one replaces, and every other that goes in the same transaction, is still there. So
# the module is only registered here; %posttrans builds it. The marker tells the %preun of this module's older package,
# whatever its name, that the module goes on, and in which version.
@INCLUDE shared/dkms.sh@

mkdir -p /var/lib/rpm-state
echo @PACKAGE@ "$VERSION" >"/var/lib/rpm-state/mkdkms-$NAME.successor"
# The %preun of a package made by others takes out what is installed without a copy or a note of it.
remember_kernels
keep_modules
find_tool
# From here on a kernel of the same transaction has the module built by its own hooks.
if [ -n "$TOOL" ] && ! is_known; then
    register 2>/dev/null
fi
exit 0

"""#
        ),
        (
            name: "rpm-dkms/posttrans",
            text: #"""
# Runs when all that the transaction replaces is gone: what an older or hand-made package took out in its %preun is made
# again, no newer version is in the way of an older one, and no file of a kmod package of dkms's.
@INCLUDE shared/dkms.sh@
@INCLUDE shared/dkms-build.sh@

rm -f "/var/lib/rpm-state/mkdkms-$NAME.successor"
find_tool
if [ -n "$TOOL" ]; then
    serve_anew
else
    # Registered as either would do it: the boot after one of them has come builds it, as does the next kernel.
    mkdir -p "$TREE/$VERSION/build"
    ln -sfn "/usr/src/$NAME-$VERSION" "$TREE/$VERSION/source"
    note "neither dkms nor mkdkms is installed, so the module was not built; install one, and boot or run:" \
        "dkms install -m $NAME -v $VERSION" >&2
    forget_kernels
    forget_modules
    forget_empty_folders
    FAILURES=1
fi
# rpm cannot undo a transaction: even a failure asked for is only reported by it.
refuse_failures
exit 0

"""#
        ),
        (
            name: "rpm-dkms/preun",
            text: #"""
# $1 is the number of instances of the package that remain: 0 when it is erased, more when it is replaced. One that another
# package of this module takes the place of, under a name of its own, is erased too.
@INCLUDE shared/dkms.sh@

MARKER="/var/lib/rpm-state/mkdkms-$NAME.successor"
find_tool
successor=
replacement=
if [ -e "$MARKER" ]; then
    read -r successor replacement <"$MARKER"
fi
if [ "$1" -eq 0 ] && [ "$successor" = @PACKAGE@ ]; then
    # Its own, left by a transaction that was cut short.
    rm -f "$MARKER"
    successor=
    replacement=
fi
if [ "$replacement" != "$VERSION" ]; then
    unregister
fi
if [ "$1" -eq 0 ] && [ -z "$successor" ]; then
    forget_kernels
    forget_modules
    forget_empty_folders
fi
exit 0

"""#
        ),
    ]
}
