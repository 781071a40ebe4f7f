// swift-format-ignore-file
// Made by `make templates` from templates/rpm-common/; edit those files, not this one.

extension EmbeddedTemplates {
    static let rpmCommon: [(name: String, text: String)] = [
        (
            name: "rpm-common/post",
            text: #"""
# Makes udev read the rules of this package, and asks %posttrans for each initramfs that its files can be part of.
# What kinds of files the package has, and the modules that they are for.
ROLES=@ROLES@
MODULES=@MODULES@
REQUESTS=/var/lib/rpm-state/mkdkms-initramfs

@INCLUDE shared/udev.sh@

case " $ROLES " in
*" udev "*) reload_udev ;;
esac
case " $ROLES " in
*" modprobe "* | *" firmware "* | *" dracut "*)
    for image in /boot/initramfs-*.img; do
        kernel=${image#/boot/initramfs-}
        kernel=${kernel%.img}
        if [ -e "/lib/modules/$kernel/modules.dep" ]; then
            mkdir -p "$REQUESTS"
            echo "$MODULES" >>"$REQUESTS/$kernel"
        fi
    done
    ;;
esac
exit 0

"""#
        ),
        (
            name: "rpm-common/posttrans",
            text: #"""
# Whichever package of the transaction gets here first makes each initramfs that was asked for; the others find no
# request left. A request names the modules of all of them.
@INCLUDE shared/initramfs.sh@

REQUESTS=/var/lib/rpm-state/mkdkms-initramfs
for request in "$REQUESTS"/*; do
    if [ -f "$request" ]; then
        MODULES=$(cat "$request")
        unlink "$request"
        refresh_initramfs "${request##*/}"
    fi
done
rmdir "$REQUESTS" 2>/dev/null
exit 0

"""#
        ),
        (
            name: "rpm-common/postun",
            text: #"""
# Makes udev forget the rules of this package.
@INCLUDE shared/udev.sh@

reload_udev
exit 0

"""#
        ),
    ]
}
