// swift-format-ignore-file
// Made by `make templates` from templates/rpm-kmod/; edit those files, not this one.

extension EmbeddedTemplates {
    static let rpmKmod: [(name: String, text: String)] = [
        (
            name: "rpm-kmod/post",
            text: #"""
# Tells the kernel's module index about the modules of this package.
@INCLUDE shared/kmod.sh@
@INCLUDE shared/requests.sh@

if [ -e /boot/System.map-@KERNEL@ ]; then
    depmod -aeF /boot/System.map-@KERNEL@ @KERNEL@ >/dev/null || :
elif [ -d /lib/modules/@KERNEL@ ]; then
    depmod -a @KERNEL@ || :
fi
tell_weak_modules --add-modules
request_initramfs @KERNEL@
exit 0

"""#
        ),
        (
            name: "rpm-kmod/posttrans",
            text: #"""
# Makes each initramfs that was asked for.
@INCLUDE shared/answers.sh@

answer_requests
exit 0

"""#
        ),
        (
            name: "rpm-kmod/postun",
            text: #"""
# Takes the modules of this package out of the kernel's module index.
@INCLUDE shared/kmod.sh@
@INCLUDE shared/state.sh@
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
@INCLUDE shared/state.sh@

if [ "$1" -eq 0 ] && [ -x /usr/sbin/weak-modules ]; then
    mkdir -p "$STATE"
    echo "$MODULES" >"$STATE/"@PACKAGE@.modules
fi
exit 0

"""#
        ),
    ]
}
