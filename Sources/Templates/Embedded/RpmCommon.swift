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

@INCLUDE shared/udev.sh@
@INCLUDE shared/requests.sh@

case " $ROLES " in
*" udev "*) reload_udev ;;
esac
case " $ROLES " in
*" modprobe "* | *" firmware "* | *" dracut "*)
    for image in /boot/initramfs-*.img; do
        kernel=${image#/boot/initramfs-}
        kernel=${kernel%.img}
        if [ -e "/lib/modules/$kernel/modules.dep" ]; then
            request_initramfs "$kernel"
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
# Makes each initramfs that was asked for.
@INCLUDE shared/answers.sh@

answer_requests
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
