# Makes the initramfs of a kernel again where, and only where, it holds one of the modules.
initramfs_names_module() {
    for module in $MODULES; do
        name=$(basename "$module")
        if grep -Fq "/${name%%.ko*}.ko" "$1"; then
            return 0
        fi
    done
    return 1
}

refresh_initramfs() {
    if command -v update-initramfs >/dev/null 2>&1 && [ -e "/boot/initrd.img-$1" ]; then
        lister="lsinitramfs /boot/initrd.img-$1"
        maker="update-initramfs -u -k $1"
    elif command -v dracut >/dev/null 2>&1 && [ -e "/boot/initramfs-$1.img" ]; then
        lister="lsinitrd /boot/initramfs-$1.img"
        maker="dracut --force /boot/initramfs-$1.img $1"
    else
        return 0
    fi
    listing=$(mktemp)
    if $lister >"$listing" 2>/dev/null && initramfs_names_module "$listing"; then
        $maker || echo "The initramfs of kernel $1 could not be made again; run: $maker" >&2
    fi
    unlink "$listing"
}
