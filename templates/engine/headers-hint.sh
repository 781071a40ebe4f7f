# shellcheck shell=sh
# Which command installs the headers of a kernel. Sourced, never run.

# One field of os-release: os_release FIELD FILE
os_release() {
    # shellcheck disable=SC1090 # the file is written as shell assignments (os-release(5))
    (unset ID ID_LIKE && . "$2" && eval "printf '%s\n' \"\${$1-}\"") 2>/dev/null || :
}

# The package tool to speak of: apt, dnf, yum, zypper, pacman, apk, or nothing. UOS and Kylin have desktops made of
# .debs and servers made of .rpms under one ID: there, and where the ID says nothing, the tool that is there decides.
package_tool() {
    for id in $(os_release ID "$1") $(os_release ID_LIKE "$1"); do
        case "$id" in
        uos | kylin) break ;;
        debian | ubuntu | deepin) echo apt && return 0 ;;
        *suse* | sles*) echo zypper && return 0 ;;
        arch) echo pacman && return 0 ;;
        alpine) echo apk && return 0 ;;
        fedora | rhel | centos | openEuler | anolis)
            if command -v dnf >/dev/null 2>&1 || ! command -v yum >/dev/null 2>&1; then echo dnf; else echo yum; fi
            return 0
            ;;
        esac
    done
    for tool in apt dnf yum zypper pacman apk; do
        if command -v "$tool" >/dev/null 2>&1; then
            echo "$tool" && return 0
        fi
    done
}

# kernel-devel of a RHEL-like kernel. Its variants put +NAME behind the release (5.14.0-427.el9.x86_64+rt).
devel_package() {
    case "$1" in
    *+*) echo "kernel-${1##*+}-devel-${1%+*}" ;;
    *uek*) echo "kernel-uek-devel-$1" ;;
    *) echo "kernel-devel-$1" ;;
    esac
}

# SUSE's release names lack the rebuild count of the package version, which zypper wants, so rpm is asked first.
suse_devel_package() {
    version=$(rpm -qf --qf '%{VERSION}-%{RELEASE}\n' "/boot/vmlinuz-$1" 2>/dev/null) || version=${1%-*}
    echo "kernel-${1##*-}-devel=$(echo "$version" | head -n 1)"
}

# Arch names the package of a kernel in its folder; without the folder the end of the release tells.
arch_package() {
    if [ -r "$2/$1/pkgbase" ]; then
        echo "$(cat "$2/$1/pkgbase")-headers"
        return 0
    fi
    case "$1" in
    *-lts | *-zen) echo "linux-${1##*-}-headers" ;;
    *-hardened*) echo linux-hardened-headers ;;
    *) echo linux-headers ;;
    esac
}

# The command that installs the headers of kernel $1: headers_command KERNEL [OS-RELEASE [MODULES-FOLDER]]
headers_command() {
    tool=$(package_tool "${2:-/etc/os-release}")
    case "$tool" in
    apt)
        case "$1" in
        *-pve) echo "apt install proxmox-headers-$1" ;;
        *) echo "apt install linux-headers-$1" ;;
        esac
        ;;
    dnf | yum) echo "$tool install $(devel_package "$1")" ;;
    zypper) echo "zypper install $(suse_devel_package "$1")" ;;
    pacman) echo "pacman -S $(arch_package "$1" "${3:-/lib/modules}")" ;;
    apk) echo "apk add linux-${1##*-}-dev" ;;
    esac
}
