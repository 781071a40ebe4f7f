// swift-format-ignore-file
// Made by `make templates` from templates/deb-modules/; edit those files, not this one.

extension EmbeddedTemplates {
    static let debModules: [(name: String, text: String)] = [
        (
            name: "deb-modules/postinst",
            text: #"""
#!/bin/sh
# Tells the kernel's module index about the modules of this package.
set -e

KERNEL=@KERNEL@
MODULES=@MODULES@

@INCLUDE shared/depmod.sh@
@INCLUDE shared/initramfs.sh@

case "$1" in
configure | abort-upgrade | abort-remove | abort-deconfigure)
    # A kernel that is not here gets its index, with these modules in it, when it comes.
    if [ -d "/lib/modules/$KERNEL/kernel" ] || [ -e "/lib/modules/$KERNEL/modules.builtin" ]; then
        refresh_index
        refresh_initramfs "$KERNEL"
    fi
    ;;
esac

exit 0

"""#
        ),
        (
            name: "deb-modules/postrm",
            text: #"""
#!/bin/sh
# Takes the modules of this package out of the kernel's module index.
set -e

NAME=@NAME@
KERNEL=@KERNEL@
MODULES=@MODULES@

@INCLUDE shared/depmod.sh@
@INCLUDE shared/initramfs.sh@

case "$1" in
remove | purge | upgrade | disappear | abort-install)
    rmdir "/lib/modules/$KERNEL/updates/$NAME" "/lib/modules/$KERNEL/updates" 2>/dev/null || :
    # Without an index the kernel is gone too, and its folder must not come back.
    if [ -e "/lib/modules/$KERNEL/modules.dep" ]; then
        refresh_index
        if [ "$1" = remove ]; then
            refresh_initramfs "$KERNEL"
        fi
    fi
    ;;
esac

exit 0

"""#
        ),
    ]
}
