#!/bin/bash
# Where a module goes depends on what /etc/os-release says the machine is: the rule of dkms 3.4.3, for the
# distributions that people have, with and without ID_LIKE. What dkms doesn't know keeps DEST_MODULE_LOCATION.
. "$(dirname "$0")/engine-lib.sh"

RAW=kernel/drivers/misc

# goes_to FOLDER OS-RELEASE-LINE…: installed there and nowhere else, taken for installed, and gone again.
goes_to() {
    local folder=$1 place
    shift
    fresh
    os_release "$@"
    source_of hello 1.5.0 "DEST_MODULE_LOCATION[0]=\"/$RAW\""
    ends 0 engine install hello/1.5.0 -k "$K1"
    place=$(find "/lib/modules/$K1/" -name 'hello.ko*' -printf '%P\n')
    equal "$place" "$folder/hello.ko"
    contains "$SCRATCH/said" "^Installing /lib/modules/$K1/$folder/hello\.ko$"
    status_is <<<"hello/1.5.0, $K1, $ARCH: installed"
    ends 0 engine uninstall hello/1.5.0 -k "$K1"
    contains "$SCRATCH/said" "^Deleting /lib/modules/$K1/$folder/hello\.ko$"
    absent "/lib/modules/$K1/${folder%%/*}"
    status_is <<<"hello/1.5.0, $K1, $ARCH: built"
    no_leftovers
}

environment_wins() {
    fresh
    os_release ID=fedora
    source_of hello 1.5.0
    ADDON_MODULES_DIR=addon ends 0 engine install hello/1.5.0 -k "$K1"
    present "/lib/modules/$K1/addon/hello.ko"
    ADDON_MODULES_DIR=addon ends 0 engine remove hello/1.5.0 --all
    absent "/lib/modules/$K1/addon"
}

# A weak-modules that keeps what it is called with.
with_weak_modules() {
    fresh
    os_release "$@"
    overlay "$(realpath /usr/sbin)"
    printf '#!/bin/sh\necho "$*" >>%s\ncat >>%s\n' "$LAYERS/weak" "$LAYERS/weak" >/usr/sbin/weak-modules
    chmod +x /usr/sbin/weak-modules
    : >"$LAYERS/weak"
}

weak_modules() {
    with_weak_modules ID=centos 'ID_LIKE="rhel fedora"'
    source_of hello 1.5.0
    says 0 engine install hello/1.5.0 -k "$K1" <<TEXT
Creating symlink $TREE/hello/1.5.0/source -> /usr/src/hello-1.5.0

$unsigned_prologue
Building module(s)... done.
Installing /lib/modules/$K1/extra/hello.ko
Adding linked weak modules...
Running depmod... done.
TEXT
    says 0 engine uninstall hello/1.5.0 -k "$K1" <<TEXT
Module hello/1.5.0 for kernel $K1 ($ARCH):
Before uninstall, this module version was ACTIVE on this kernel.
Removing linked weak modules...
Deleting /lib/modules/$K1/extra/hello.ko
Running depmod... done.
TEXT
    diff "$LAYERS/weak" - <<TEXT
--no-initramfs --add-modules
/lib/modules/$K1/extra/hello.ko
--no-initramfs --remove-modules
/lib/modules/$K1/extra/hello.ko
TEXT
}

no_weak_modules() {
    with_weak_modules ID=centos 'ID_LIKE="rhel fedora"'
    source_of hello 1.5.0 'NO_WEAK_MODULES=yes'
    quietly engine install hello/1.5.0 -k "$K1"
    is_for "$K1" "/lib/modules/$K1/extra/hello.ko"
    quietly engine remove hello/1.5.0 --all
    says_nothing cat "$LAYERS/weak"
}

begin "distributions"
check "debian" goes_to updates/dkms ID=debian
check "ubuntu" goes_to updates/dkms ID=ubuntu ID_LIKE=debian
check "linuxmint, like ubuntu" goes_to updates/dkms ID=linuxmint 'ID_LIKE="ubuntu debian"'
check "fedora" goes_to extra ID=fedora
check "rhel, like fedora" goes_to extra 'ID="rhel"' 'ID_LIKE="fedora"'
check "centos, like rhel" goes_to extra 'ID="centos"' 'ID_LIKE="rhel fedora"'
check "rocky, like rhel" goes_to extra 'ID="rocky"' 'ID_LIKE="rhel centos fedora"'
check "openEuler" goes_to "$RAW" 'ID="openEuler"'
check "openEuler, like rhel" goes_to extra 'ID="openEuler"' 'ID_LIKE="rhel fedora centos"'
check "anolis, like rhel" goes_to extra 'ID="anolis"' 'ID_LIKE="rhel fedora centos"'
check "uos" goes_to "$RAW" ID=uos
check "uos, like debian" goes_to updates/dkms ID=uos ID_LIKE=debian
check "kylin" goes_to "$RAW" ID=kylin
check "kylin, like debian" goes_to updates/dkms ID=kylin ID_LIKE=debian
check "kylin, like fedora" goes_to extra 'ID="kylin"' 'ID_LIKE="fedora"'
check "opensuse-leap" goes_to updates 'ID="opensuse-leap"' 'ID_LIKE="suse opensuse"'
check "opensuse without ID_LIKE" goes_to updates 'ID="opensuse"'
check "sles" goes_to updates 'ID="sles"' 'ID_LIKE="suse"'
check "arch" goes_to updates/dkms ID=arch
check "manjaro, like arch" goes_to updates/dkms ID=manjaro ID_LIKE=arch
check "alpine" goes_to "$RAW" ID=alpine
check "gentoo" goes_to "$RAW" "ID='gentoo'"
check "an empty ID_LIKE hides the ID" goes_to "$RAW" ID=fedora 'ID_LIKE=""'
check "what is close only counts from its start" goes_to "$RAW" ID=mydebian
check "ADDON_MODULES_DIR" environment_wins
check "weak-modules on what is like rhel" weak_modules
check "NO_WEAK_MODULES" no_weak_modules
finish
