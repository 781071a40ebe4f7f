// swift-format-ignore-file
// Made by `make templates` from templates/deb-common/; edit those files, not this one.

extension EmbeddedTemplates {
    static let debCommon: [(name: String, text: String)] = [
        (
            name: "deb-common/postinst",
            text: #"""
#!/bin/sh
# Makes udev read the rules of this package.
set -e

@INCLUDE shared/udev.sh@
@MOVED@
case "$1" in
configure | abort-upgrade | abort-remove | abort-deconfigure)
    reload_udev
    ;;
esac

exit 0

"""#
        ),
        (
            name: "deb-common/postrm",
            text: #"""
#!/bin/sh
# Makes udev forget the rules of this package.
set -e

@INCLUDE shared/udev.sh@
@MOVED@
case "$1" in
remove | disappear)
    reload_udev
    ;;
esac

exit 0

"""#
        ),
        (
            name: "deb-common/preinst",
            text: #"""
#!/bin/sh
# Moves conffiles aside that are somewhere else from now on.
set -e
@MOVED@
exit 0

"""#
        ),
    ]
}
