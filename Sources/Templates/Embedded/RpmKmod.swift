// swift-format-ignore-file
// Made by `make templates` from templates/rpm-kmod/; edit those files, not this one.

extension EmbeddedTemplates {
    static let rpmKmod: [(name: String, text: String)] = [
        (
            name: "rpm-kmod/post",
            text: #"""
# Tells the kernel's module index about the modules of this package.
@INCLUDE shared/kmod.sh@

if [ -e /boot/System.map-@KERNEL@ ]; then
    depmod -aeF /boot/System.map-@KERNEL@ @KERNEL@ >/dev/null || :
elif [ -d /lib/modules/@KERNEL@ ]; then
    depmod -a @KERNEL@ || :
fi
tell_weak_modules --add-modules
# %posttrans makes the initramfs once, however many packages of the transaction ask for it.
mkdir -p "$STATE/mkdkms-initramfs"
echo "$MODULES" >>"$STATE/mkdkms-initramfs/"@KERNEL@
exit 0

"""#
        ),
        (
            name: "rpm-kmod/posttrans",
            text: #"""
# The first package of the transaction to get here makes the initramfs; the others find no request left.
# The request names the modules of all of them.
@INCLUDE shared/initramfs.sh@

REQUESTS=/var/lib/rpm-state/mkdkms-initramfs
if [ -e "$REQUESTS/"@KERNEL@ ]; then
    MODULES=$(cat "$REQUESTS/"@KERNEL@)
    rm -f "$REQUESTS/"@KERNEL@
    refresh_initramfs @KERNEL@
fi
rmdir "$REQUESTS" 2>/dev/null
exit 0

"""#
        ),
        (
            name: "rpm-kmod/postun",
            text: #"""
# Takes the modules of this package out of the kernel's module index.
@INCLUDE shared/kmod.sh@
@INCLUDE shared/initramfs.sh@

# Without an index the kernel is gone too, and its folder must not come back.
if [ -e /lib/modules/@KERNEL@/modules.dep ]; then
    if [ -e /boot/System.map-@KERNEL@ ]; then
        depmod -aeF /boot/System.map-@KERNEL@ @KERNEL@ >/dev/null || :
    else
        depmod -a @KERNEL@ || :
    fi
fi
if [ "$1" -eq 0 ]; then
    if [ -e "$STATE/"@PACKAGE@.modules ]; then
        tell_weak_modules --remove-modules
        rm -f "$STATE/"@PACKAGE@.modules
    fi
    if [ -e /lib/modules/@KERNEL@/modules.dep ]; then
        refresh_initramfs @KERNEL@ || :
    fi
fi
exit 0

"""#
        ),
        (
            name: "rpm-kmod/preun",
            text: #"""
# weak-modules wants the names of modules that are gone by the time it is told, so they are written down.
MODULES=@MODULES@
STATE=/var/lib/rpm-state

if [ "$1" -eq 0 ] && [ -x /usr/sbin/weak-modules ]; then
    mkdir -p "$STATE"
    echo "$MODULES" >"$STATE/"@PACKAGE@.modules
fi
exit 0

"""#
        ),
    ]
}
