#!/bin/bash
# Our engine and a real dkms take turns on one tree: what one added, built, installed or archived, the other goes on
# with, and both report the same. The real one is the distribution's, or v3.4.3 of DKMS_SOURCE.
. "$(dirname "$0")/engine-lib.sh"

# Each run of letters says who does add, build, install, uninstall, unbuild and remove: e(ngine) or o(racle).
TURNS="eoeoeo oeoeoe eeooeo ooeeoe"

by() {
    case $1 in
        e) engine "${@:2}" ;;
        o) oracle "${@:2}" ;;
    esac
}

# State lines without what dkms says in brackets, whose words changed over time.
states_of() { by "$1" status | sed -E 's/ \(.*//; s/ +$//'; }

# both_say TEXT: status of both, and nothing else.
both_say() {
    equal "$(states_of e)" "$1"
    equal "$(states_of o)" "$1"
}

K1A="hello/1.5.0, $K1, $ARCH"

take_turns() {
    local turns=$1
    source_of hello 1.5.0
    quietly by "${turns:0:1}" add hello/1.5.0
    both_say 'hello/1.5.0: added'
    quietly by "${turns:1:1}" build hello/1.5.0 -k "$K1"
    both_say "$K1A: built"
    is_for "$K1" "$TREE/hello/1.5.0/$K1/$ARCH/module/hello.ko"
    quietly by "${turns:2:1}" install hello/1.5.0 -k "$K1"
    both_say "$K1A: installed"
    same "$TREE/hello/1.5.0/$K1/$ARCH/module/hello.ko" "/lib/modules/$K1/updates/dkms/hello.ko"
    # Neither sees anything to be done, or anything out of order.
    by e status | tee "$SCRATCH/status"
    by o status | tee -a "$SCRATCH/status"
    lacks "$SCRATCH/status" '\('
    quietly by e autoinstall -k "$K1"
    quietly by o autoinstall -k "$K1"
    quietly by "${turns:3:1}" uninstall hello/1.5.0 -k "$K1"
    both_say "$K1A: built"
    absent "/lib/modules/$K1/updates" "$TREE/hello/kernel-$K1-$ARCH"
    quietly by "${turns:4:1}" unbuild hello/1.5.0 -k "$K1"
    both_say 'hello/1.5.0: added'
    quietly by "${turns:5:1}" remove hello/1.5.0 --all
    both_say ''
    absent "$TREE/hello"
    present /usr/src/hello-1.5.0/dkms.conf
}

# From built straight to nothing, and from installed; with a second kernel that the other one built for.
short_cuts() {
    source_of hello 1.5.0
    quietly by "$1" install hello/1.5.0 -k "$K1"
    quietly by "$2" build hello/1.5.0 -k "${K2:-$K1}"
    quietly by "$2" remove hello/1.5.0 --all
    both_say ''
    absent "$TREE/hello" "/lib/modules/$K1/updates"
    quietly by "$2" install hello/1.5.0 -k "$K1"
    quietly by "$1" unbuild hello/1.5.0 -k "$K1"
    both_say 'hello/1.5.0: added'
    quietly by "$2" autoinstall -k "$K1"
    both_say "$K1A: installed"
    quietly by "$1" install hello/1.5.0 -k "$K1" --force
    both_say "$K1A: installed"
    quietly by "$1" remove hello/1.5.0 --all
}

# The kernel's own module, archived by one, put back by the other: where it was, byte for byte. Debian's dkms 3.0
# neither archives nor restores, and deletes what a newer one archived; on other distributions it does as the others.
original_between() {
    local place=updates/dkms
    case $oracle_version in
        [12].* | 3.0.*)
            os_release ID=fedora
            place=extra
            ;;
    esac
    source_of hello 1.5.0 'DEST_MODULE_LOCATION[0]="/kernel/drivers/misc"'
    original kernel/drivers/misc 1.4.0
    quietly by "$1" install hello/1.5.0 -k "$K1"
    both_say "$K1A: installed"
    by e status >"$SCRATCH/status"
    contains "$SCRATCH/status" '\(Original modules exist\)$'
    present "/lib/modules/$K1/$place/hello.ko"
    absent "/lib/modules/$K1/kernel/drivers/misc/hello.ko"
    same "$(built "$K1" 1.4.0)" "$TREE/hello/original_module/$K1/$ARCH/hello.ko"
    quietly by "$2" "$3" hello/1.5.0 -k "$K1"
    same "$(built "$K1" 1.4.0)" "/lib/modules/$K1/kernel/drivers/misc/hello.ko"
    absent "/lib/modules/$K1/$place" "$TREE/hello/original_module"
}

# A new version over an old one that the other installed: the original module stays with the first.
upgrade_between() {
    MODULE_VERSION=1.5.0 source_of hello 1.5.0 'DEST_MODULE_LOCATION[0]="/kernel/drivers/misc"'
    MODULE_VERSION=1.6.0 source_of hello 1.6.0 'DEST_MODULE_LOCATION[0]="/kernel/drivers/misc"'
    original kernel/drivers/misc 1.4.0
    quietly by "$1" install hello/1.5.0 -k "$K1"
    quietly by "$2" install hello/1.6.0 -k "$K1"
    both_say "hello/1.5.0, $K1, $ARCH: built
hello/1.6.0, $K1, $ARCH: installed"
    equal "$(modinfo -F version "/lib/modules/$K1/updates/dkms/hello.ko")" 1.6.0
    quietly by "$1" remove hello/1.6.0 --all
    same "$(built "$K1" 1.4.0)" "/lib/modules/$K1/kernel/drivers/misc/hello.ko"
    quietly by "$2" remove hello/1.5.0 --all
    both_say ''
}

# What one made a tarball of, the other loads.
tarball_between() {
    source_of hello 1.5.0
    quietly by "$1" build hello/1.5.0 -k "$K1"
    quietly by "$1" mktarball hello/1.5.0 -k "$K1" --archive "$LAYERS/hello.dkms.tar.gz"
    quietly by "$1" remove hello/1.5.0 --all
    rm -r /usr/src/hello-1.5.0
    quietly by "$2" ldtarball "$LAYERS/hello.dkms.tar.gz"
    both_say "$K1A: built"
    quietly by "$1" install hello/1.5.0 -k "$K1"
    both_say "$K1A: installed"
    quietly by "$2" remove hello/1.5.0 --all
}

# A source folder that vanished is broken for both.
broken_for_both() {
    source_of hello 1.5.0
    quietly by "$1" add hello/1.5.0
    rm -r /usr/src/hello-1.5.0
    engine status 2>/dev/null | grep -x 'hello/1\.5\.0: broken' >/dev/null
    ends 4 by e build hello/1.5.0 -k "$K1"
    ends 4 by o build hello/1.5.0 -k "$K1"
}

in_fresh() {
    fresh
    "$@"
    no_leftovers
}

begin "taking turns with dkms"
if ! make_oracle; then
    skip "taking turns with dkms" "no dkms here"
    finish
    exit
fi
oracle_version=$(oracle --version | sed 's/^dkms[-: ]*//')
echo "      dkms $oracle_version"
for turns in $TURNS; do
    check "add, build, install, uninstall, unbuild, remove by $turns" in_fresh take_turns "$turns"
done
for pair in "e o" "o e"; do
    # shellcheck disable=SC2086 # two words
    set -- $pair
    check "short cuts by $pair" in_fresh short_cuts "$1" "$2"
    for verb in uninstall unbuild remove; do
        check "the original module: archived by $1, back by $verb of $2" in_fresh original_between "$1" "$2" "$verb"
    done
    check "an upgrade over what the other installed, by $pair" in_fresh upgrade_between "$1" "$2"
    check "a tarball by $1, loaded by $2" in_fresh tarball_between "$1" "$2"
    check "a source that vanished, added by $1" in_fresh broken_for_both "$1"
done
finish
