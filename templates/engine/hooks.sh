# shellcheck shell=sh
# What the kernel hooks, rpm's file trigger and common.postinst share. Sourced, never run.
MODULES=@MODDIR@
DKMS_CONFIG=@SYSCONFDIR@/dkms

# rpm runs scriptlets without /usr/local on PATH.
PATH=$PATH:@SBINDIR@:@BINDIR@
export PATH

# shellcheck source-path=SCRIPTDIR source=headers-hint.sh
. @LIBDIR@/headers-hint.sh

# A value of framework.conf, or the default: framework_value NAME DEFAULT
framework_value() {
    # A shell of its own: the file is shell for dkms, and a fault in it must not end a hook.
    (
        eval "$1=\$2"
        for file in "$DKMS_CONFIG/framework.conf" "$DKMS_CONFIG"/framework.conf.d/*.conf; do
            if [ -f "$file" ] && [ -r "$file" ]; then
                # shellcheck disable=SC1090
                . "$file" >/dev/null
            fi
        done
        eval "printf '%s\n' \"\$$1\""
    ) 2>/dev/null || printf '%s\n' "$2"
}

# dkms's switch for "go on after a failed build"; without it, a failure is also one of the package or kernel at hand.
is_strict() {
    [ "$(framework_value continue_on_error true)" != true ]
}

# Shows lines that nobody should overlook in the output of a package manager.
warning_block() {
    {
        echo "****************************************************************************"
        printf '* %s\n' "$@"
        echo "****************************************************************************"
    } >&2
}

has_headers() {
    [ -d "$MODULES/$1/build/include" ]
}

# Says that kernel $1 has no headers, and what installs them.
say_no_headers() {
    echo "mkdkms: kernel $1 has no headers here, so no modules were built for it." >&2
    command=$(headers_command "$1" /etc/os-release "$MODULES")
    if [ -n "$command" ]; then
        echo "mkdkms: to install its headers: $command" >&2
    else
        echo "mkdkms: install your distribution's package with the headers of $1." >&2
    fi
}

# A mkdkms without the engine has no status, and without modules there is nothing to do.
has_modules() {
    command -v mkdkms >/dev/null 2>&1 && [ -n "$(mkdkms status 2>/dev/null </dev/null)" ]
}

# Builds and installs the modules for kernel $1. A failure is shown; it is one of the caller under is_strict only.
serve_kernel() {
    has_modules || return 0
    if [ ! -e "$DKMS_CONFIG/no-autoinstall" ] && ! has_headers "$1"; then
        say_no_headers "$1"
        # What a tarball brought prebuilt for this kernel needs no headers.
        mkdkms status -k "$1" 2>/dev/null </dev/null | grep -q ': built' || return 0
    fi
    status=0
    mkdkms kernel_postinst -k "$1" </dev/null || status=$?
    case "$status" in
    0 | 77) return 0 ;;
    esac
    warning_block "WARNING: kernel $1 lacks modules that DKMS should have built for it:" \
        "         'mkdkms kernel_postinst -k $1' failed with status $status." \
        "Look at: mkdkms status -k $1" \
        "Retry:   mkdkms autoinstall -k $1"
    if is_strict; then
        return "$status"
    fi
}

# Takes the modules out of kernel $2 with verb $1. Never keeps a kernel from going or from being replaced.
clear_kernel() {
    if has_modules; then
        mkdkms "$1" -k "$2" </dev/null ||
            echo "mkdkms: $1 failed; modules may be left in $MODULES/$2" >&2
    fi
    return 0
}
