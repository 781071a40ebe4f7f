#!/bin/bash
# What calls the engine, against a stub of it: kernel hooks, the kernel-install plugin, dkms_autoinstaller, and the command
# that installs headers, each with dash and with busybox's sh and tools.
. "$(dirname "$0")/lib.sh"
. "$HERE/engine-root.sh"

# --- kernel hooks ---

hook_builds() {
    reset && with_module
    in_shell 0 "$KERNEL_D/$1.d/dkms-mkdkms" $NEW "/boot/vmlinuz-$NEW"
    called "mkdkms kernel_postinst -k $NEW"
}

hook_names_headers() {
    reset && with_module
    in_shell 0 "$KERNEL_D/postinst.d/dkms-mkdkms" $BARE
    not_called
    contains "$SCRATCH/err" "^mkdkms: kernel $BARE has no headers here"
    contains "$SCRATCH/err" "$(hint "$(cat /etc/os-release)" $BARE)"
    # What was built elsewhere for it needs none.
    with_module $BARE built
    in_shell 0 "$KERNEL_D/postinst.d/dkms-mkdkms" $BARE
    called "mkdkms kernel_postinst -k $BARE"
}

hook_is_silent() {
    reset
    in_shell 0 "$KERNEL_D/postinst.d/dkms-mkdkms" $BARE
    silent
    in_shell 0 "$KERNEL_D/prerm.d/dkms-mkdkms" $BARE
    silent
    with_module
    in_shell 0 "$KERNEL_D/postinst.d/dkms-mkdkms"
    silent
    touch "$ENGINE_STUB/broken-mkdkms"
    in_shell 0 "$KERNEL_D/postinst.d/dkms-mkdkms" $NEW
    silent
    # A hook whose package is gone, as dpkg leaves it until purged.
    rm "$ENGINE_STUB/broken-mkdkms"
    mv "$LIB/hooks.sh" "$LIB/gone.sh"
    in_shell 0 "$KERNEL_D/postinst.d/dkms-mkdkms" $NEW
    silent
    mv "$LIB/gone.sh" "$LIB/hooks.sh"
    not_called
}

hook_failure() {
    reset && with_module
    echo 11 >"$ENGINE_STUB/fail/kernel_postinst"
    in_shell 0 "$KERNEL_D/postinst.d/dkms-mkdkms" $NEW
    contains "$SCRATCH/err" "^\* WARNING: kernel $NEW lacks modules"
    contains "$SCRATCH/err" "'mkdkms kernel_postinst -k $NEW' failed with status 11"
    contains "$SCRATCH/err" "^\* Retry:   mkdkms autoinstall -k $NEW"
    echo 'continue_on_error=""' >>"$ROOT/etc/dkms/framework.conf"
    in_shell 11 "$KERNEL_D/header_postinst.d/dkms-mkdkms" $NEW
    contains "$SCRATCH/err" "^\* WARNING"
    # framework.conf.d comes after, and a fault in a file is no fault of the hook.
    mkdir "$ROOT/etc/dkms/framework.conf.d"
    echo 'continue_on_error=true' >"$ROOT/etc/dkms/framework.conf.d/a.conf"
    in_shell 0 "$KERNEL_D/postinst.d/dkms-mkdkms" $NEW
    echo 'array=(a b)' >"$ROOT/etc/dkms/framework.conf.d/b.conf"
    in_shell 0 "$KERNEL_D/postinst.d/dkms-mkdkms" $NEW
    rm "$ENGINE_STUB/fail/kernel_postinst"
    echo 77 >"$ENGINE_STUB/fail/kernel_postinst-$NEW"
    in_shell 0 "$KERNEL_D/postinst.d/dkms-mkdkms" $NEW
    lacks "$SCRATCH/err" WARNING
}

# The engine says so itself.
hook_no_autoinstall() {
    reset && with_module
    touch "$ROOT/etc/dkms/no-autoinstall"
    in_shell 0 "$KERNEL_D/postinst.d/dkms-mkdkms" $BARE
    called "mkdkms kernel_postinst -k $BARE"
    lacks "$SCRATCH/err" headers
}

hook_clears() {
    reset && with_module
    in_shell 0 "$KERNEL_D/preinst.d/dkms-mkdkms" $NEW
    in_shell 0 "$KERNEL_D/prerm.d/dkms-mkdkms" $OLD
    # What could not be built again stays.
    in_shell 0 "$KERNEL_D/preinst.d/dkms-mkdkms" $BARE
    called "mkdkms kernel_preinst -k $NEW" "mkdkms kernel_prerm -k $OLD"
    echo 14 >"$ENGINE_STUB/fail/kernel_prerm"
    in_shell 0 "$KERNEL_D/prerm.d/dkms-mkdkms" $OLD
    contains "$SCRATCH/err" '^mkdkms: kernel_prerm failed; modules may be left'
}

# run-parts, which Debian's kernels call, takes the names, and dracut and initramfs-tools come after them.
hook_names() {
    reset && with_module
    equal "$(run-parts --test "$KERNEL_D/postinst.d")" "$KERNEL_D/postinst.d/dkms-mkdkms"
    equal "$(printf '%s\n' initramfs-tools dracut dkms-mkdkms dkms | sort | tr '\n' ' ')" \
        'dkms dkms-mkdkms dracut initramfs-tools '
    ends_with 0 env PATH="$PROGRAMS:$PATH" run-parts --exit-on-error --arg=$NEW "$KERNEL_D/postinst.d"
    called "mkdkms kernel_postinst -k $NEW"
}

plugin() {
    local file=$ROOT/plugins/40-mkdkms.install
    reset && with_module
    in_shell 0 "$file" add $NEW /boot/x/$NEW /lib/modules/$NEW/vmlinuz
    in_shell 0 "$file" remove $OLD /boot/x/$OLD
    in_shell 0 "$file" frobnicate $OLD
    called "mkdkms kernel_postinst -k $NEW" "mkdkms kernel_prerm -k $OLD"
    # Whatever happens, and however strict: kernel-install takes 77 for "stop here", all else for a failure.
    echo 'continue_on_error=""' >>"$ROOT/etc/dkms/framework.conf"
    echo 11 >"$ENGINE_STUB/fail/kernel_postinst"
    in_shell 0 "$file" add $NEW /boot/x/$NEW
    contains "$SCRATCH/err" "^\* WARNING: kernel $NEW lacks modules"
    echo 77 >"$ENGINE_STUB/fail/kernel_postinst"
    in_shell 0 "$file" add $NEW /boot/x/$NEW
    in_shell 0 "$file" add $BARE /boot/x/$BARE
    contains "$SCRATCH/err" "^mkdkms: kernel $BARE has no headers here"
}

autoinstaller() {
    local file=$ROOT/usr/lib/dkms/dkms_autoinstaller
    reset
    in_shell 0 "$file" start $BARE
    equal "$(cat "$SCRATCH/out" "$SCRATCH/err")" "Automatic installation of modules for kernel $BARE was skipped since the \
kernel headers for this kernel do not seem to be installed."
    not_called
    in_shell 0 "$file" start $NEW
    in_shell 0 "$file" start
    in_shell 0 "$file" stop
    called "dkms autoinstall --kernelver $NEW" "dkms autoinstall --kernelver $RUNNING"
    echo 11 >"$ENGINE_STUB/fail/autoinstall"
    in_shell 1 "$file" start $NEW
    in_shell 2 "$file"
    equal "$(cat "$SCRATCH/out")" "Usage: $file {start}"
}

# --- the command that installs headers ---

# hint OS-RELEASE KERNEL [PROGRAM…]: the command, on a machine where of the package tools only these are.
hint() {
    local tools=$SCRATCH/tools program shell=("$(command -v dash)")
    [ "$SHELL_NAME" = dash ] || shell=("$(command -v busybox)" sh)
    rm -rf "$tools" && mkdir "$tools"
    for program in head cat; do ln -s "$(command -v $program)" "$tools/$program"; done
    for program in "${@:3}"; do printf '#!/bin/sh\nexit 1\n' >"$tools/$program" && chmod 0755 "$tools/$program"; done
    printf '%s\n' "$1" >"$SCRATCH/os-release"
    # shellcheck disable=SC2016 # expanded inside
    PATH=$tools "${shell[@]}" -c '. "$1" && headers_command "$2" "$3" "$4"' - \
        "$LIB/headers-hint.sh" "$2" "$SCRATCH/os-release" "$ROOT/lib/modules"
}

hints() {
    reset
    equal "$(hint ID=debian $NEW)" "apt install linux-headers-$NEW"
    equal "$(hint $'ID=linuxmint\nID_LIKE="ubuntu debian"' 6.8.0-41-generic)" "apt install linux-headers-6.8.0-41-generic"
    equal "$(hint ID=debian 6.8.12-1-pve)" "apt install proxmox-headers-6.8.12-1-pve"
    equal "$(hint ID=uos 4.19.0-amd64-desktop apt)" "apt install linux-headers-4.19.0-amd64-desktop"
    equal "$(hint ID=kylin 5.4.18-53-generic apt)" "apt install linux-headers-5.4.18-53-generic"
    equal "$(hint $'ID="kylin"\nVERSION_ID="V10"' 4.19.90-24.4.v2101.ky10.x86_64 dnf yum)" \
        "dnf install kernel-devel-4.19.90-24.4.v2101.ky10.x86_64"
    equal "$(hint ID=uos 4.19.90-2305.1.0.0199.56.uel20.x86_64 dnf)" \
        "dnf install kernel-devel-4.19.90-2305.1.0.0199.56.uel20.x86_64"
    equal "$(hint 'ID="openEuler"' 5.10.0-136.12.0.86.oe2203sp1.x86_64)" \
        "dnf install kernel-devel-5.10.0-136.12.0.86.oe2203sp1.x86_64"
    equal "$(hint ID=fedora 6.8.9-300.fc40.x86_64)" "dnf install kernel-devel-6.8.9-300.fc40.x86_64"
    equal "$(hint $'ID="rocky"\nID_LIKE="rhel centos fedora"' 5.14.0-427.el9.x86_64+rt dnf)" \
        "dnf install kernel-rt-devel-5.14.0-427.el9.x86_64"
    equal "$(hint 'ID="centos"' 3.10.0-1160.el7.x86_64 yum)" "yum install kernel-devel-3.10.0-1160.el7.x86_64"
    equal "$(hint $'ID="ol"\nID_LIKE="fedora"' 5.15.0-3.60.5.1.el9uek.x86_64)" \
        "dnf install kernel-uek-devel-5.15.0-3.60.5.1.el9uek.x86_64"
    equal "$(hint $'ID="sles"\nID_LIKE="suse"' 6.4.0-150600.23.25-default)" \
        "zypper install kernel-default-devel=6.4.0-150600.23.25"
    equal "$(hint 'ID="opensuse-leap"' 6.4.0-150600.23.25-azure rpm)" "zypper install kernel-azure-devel=6.4.0-150600.23.25"
    equal "$(hint ID=arch 6.10.3-arch1-2)" "pacman -S linux-headers"
    equal "$(hint ID=arch 6.6.44-1-lts)" "pacman -S linux-lts-headers"
    mkdir -p "$ROOT/lib/modules/6.10.3-custom"
    echo linux-rt >"$ROOT/lib/modules/6.10.3-custom/pkgbase"
    equal "$(hint ID=arch 6.10.3-custom)" "pacman -S linux-rt-headers"
    equal "$(hint ID=alpine 6.6.71-0-lts)" "apk add linux-lts-dev"
    equal "$(hint ID=gentoo 6.6.1-gentoo)" ""
    equal "$(hint "" 6.6.1-x apk)" "apk add linux-x-dev"
}

check "installed in a scratch root" install_all
for SHELL_NAME in "${SHELLS[@]}"; do
    check "$SHELL_NAME: a new kernel is built for" hook_builds postinst
    check "$SHELL_NAME: new headers are built for" hook_builds header_postinst
    check "$SHELL_NAME: missing headers are named with their command" hook_names_headers
    check "$SHELL_NAME: nothing to do, nothing said" hook_is_silent
    check "$SHELL_NAME: a failure is shown, and is the kernel's only if asked for" hook_failure
    check "$SHELL_NAME: no-autoinstall is left to the engine" hook_no_autoinstall
    check "$SHELL_NAME: modules leave with their kernel" hook_clears
    check "$SHELL_NAME: kernel-install plugin" plugin
    check "$SHELL_NAME: dkms_autoinstaller" autoinstaller
    check "$SHELL_NAME: the command for headers, per distribution" hints
done
check "hooks have names that run-parts takes, before the initramfs" hook_names
finish
