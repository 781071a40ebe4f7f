# The kernel hooks that are left behind.

# Has the system call the kept install whenever a kernel comes or goes.
write_hooks() {
    me=/var/lib/mkdkms/bundles/$NAME/$VERSION/install
    safe=$(printf '%s' "$NAME" | tr '.+~' '___')
    # Before initramfs-tools and dracut in the order of names.
    debian="/etc/kernel/postinst.d/bundle-mkdkms-$safe"
    kernel_install="/etc/kernel/install.d/45-mkdkms-$safe.install"
    if [ -d "$ROOT/usr/lib/kernel/install.d" ] && [ ! -d "$ROOT/etc/kernel/postinst.d" ]; then
        write_hook "$kernel_install" "case \"\$1\" in
add | remove) $me --hook \"\$1\" --kernel \"\$2\" ;;
esac"
    else
        write_hook "$debian" "$me --hook add --kernel \"\$1\""
        write_hook "/etc/kernel/prerm.d/bundle-mkdkms-$safe" "$me --hook remove --kernel \"\$1\""
        if [ -f "$HOME_OF_VERSION/source/dkms.conf" ]; then
            write_hook "/etc/kernel/header_postinst.d/bundle-mkdkms-$safe" "$me --hook add --kernel \"\$1\""
        fi
    fi
}

write_hook() {
    if [ -e "$ROOT$1" ] && ! record_rows "$RECORD/common" file | cut -f 1 | grep -Fqx "$1"; then
        warn "$ROOT$1 is not of this bundle and stays; new kernels are not served by themselves"
        return 0
    fi
    make_folder "${1%/*}" "$RECORD/common"
    printf '#!/bin/sh\n# Serves kernels that come and go with %s %s. Never stops the installation of a kernel.\n%s\nexit 0\n' \
        "$NAME" "$VERSION" "$2" | replace_file "$WORK/hook" || exit 1
    # It is written down before it is there.
    printf 'file\t%s\t%s\n' "$1" "$(digest "$WORK/hook")" | add_rows "$RECORD/common" || exit 1
    replace_file "$ROOT$1" 755 <"$WORK/hook"
}

mention_certificate() {
    for file in mok.der mok.pem; do
        if [ -f "$BUNDLE/$file" ] && [ -z "$HOOK" ]; then
            say "The modules are signed. Where Secure Boot is on, enroll the certificate once, then reboot and confirm:"
            say "  mokutil --import /var/lib/mkdkms/bundles/$NAME/$VERSION/$file"
            return 0
        fi
    done
}
