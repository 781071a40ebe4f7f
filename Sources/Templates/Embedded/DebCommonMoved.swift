// swift-format-ignore-file
// Made by `make templates` from templates/deb-common-moved/; edit those files, not this one.

extension EmbeddedTemplates {
    static let debCommonMoved: [(name: String, text: String)] = [
        (
            name: "deb-common-moved/postinst",
            text: #"""
#!/bin/sh
# Makes udev read the rules of this package, and drops conffiles that are somewhere else now.
set -e

@INCLUDE shared/udev.sh@
@INCLUDE shared/conffiles.sh@

drop_conffiles "$@"
case "$1" in
configure | abort-upgrade | abort-remove | abort-deconfigure)
    reload_udev
    ;;
esac

exit 0

"""#
        ),
        (
            name: "deb-common-moved/postrm",
            text: #"""
#!/bin/sh
# Makes udev forget the rules of this package, and puts conffiles back where an upgrade failed.
set -e

@INCLUDE shared/udev.sh@
@INCLUDE shared/conffiles.sh@

drop_conffiles "$@"
case "$1" in
remove | disappear)
    reload_udev
    ;;
esac

exit 0

"""#
        ),
        (
            name: "deb-common-moved/preinst",
            text: #"""
#!/bin/sh
# Moves conffiles aside that are somewhere else from now on.
set -e

@INCLUDE shared/conffiles.sh@

drop_conffiles "$@"
exit 0

"""#
        ),
    ]
}
