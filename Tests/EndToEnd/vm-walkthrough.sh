#!/bin/sh
# What users are taught to do with a module, in the guest of a VM: the engine builds it for the kernel that runs, signs it
# with the enrolled key, and that kernel loads it. Run by vm.sh, with the key and its certificate beside this file.
set -eu

here=$(dirname "$0")
kernel=$(uname -r)
arch=$(uname -m)
source=/usr/src/hello-1.5.0

step() {
    echo "+ $*"
    "$@"
}
fail() {
    echo "FAIL: $*"
    exit 1
}
status_is() {
    step dkms status
    [ "$(dkms status)" = "$1" ] || fail "status is not: $1"
}

# The key that the engine looks for; without one it makes its own, which nobody has enrolled.
mkdir -p /var/lib/dkms
cp "$here/mok.key" /var/lib/dkms/mok.key
cp "$here/mok.der" /var/lib/dkms/mok.pub
chmod 0600 /var/lib/dkms/mok.key

step mkdkms add -m hello -v 1.5.0
[ "$(readlink /var/lib/dkms/hello/1.5.0/source)" = $source ] || fail "no link to $source"
status_is 'hello/1.5.0: added'
step dkms build -m hello -v 1.5.0
status_is "hello/1.5.0, $kernel, $arch: built"
step dkms install -m hello -v 1.5.0
status_is "hello/1.5.0, $kernel, $arch: installed"

step modinfo hello
[ "$(modinfo -F version hello)" = 1.5.0 ] || fail "another version"
[ "$(modinfo -F vermagic hello | cut -d ' ' -f 1)" = "$kernel" ] || fail "built for another kernel"
[ "$(modinfo -F sig_id hello)" = 'PKCS#7' ] || fail "not signed"
case $(modinfo -F filename hello) in
    /lib/modules/"$kernel"/updates/dkms/hello.ko*) ;;
    *) fail "not in updates/dkms" ;;
esac
step modprobe hello
step cat /sys/module/hello/version
grep -qx 1.5.0 /sys/module/hello/version || fail "another version is loaded"
dmesg | grep -q 'hello, ' || fail "the module did not greet"
step rmmod hello

step dkms uninstall -m hello -v 1.5.0
status_is "hello/1.5.0, $kernel, $arch: built"
! modprobe hello 2>/dev/null || fail "it is still found after uninstall"
step mkdkms remove -m hello -v 1.5.0 --all
status_is ''
[ ! -e /var/lib/dkms/hello ] || fail "left behind: /var/lib/dkms/hello"
for file in hello.c Makefile dkms.conf; do
    [ -e "$source/$file" ] || fail "gone: $source/$file"
done
echo "walk-through done on $kernel"
