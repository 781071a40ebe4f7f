# Makes udevd read its rules again where one runs; none does in a chroot, or while an image is made.
reload_udev() {
    if [ -S /run/udev/control ] && command -v udevadm >/dev/null 2>&1; then
        udevadm control --reload-rules || :
    fi
}
