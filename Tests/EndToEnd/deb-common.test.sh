#!/bin/bash
# Files that were in another package before hello-common has them: dpkg and apt in a Debian root let them move.
. "$(dirname "$0")/lib.sh"
. "$HERE/root.sh"

export DEBFULLNAME='A Tester' DEBEMAIL=tester@example.org
DEB_ARCH=$(dpkg --print-architecture)
RULES=lib/udev/rules.d/60-hello.rules
MODPROBE=etc/modprobe.d/hello.conf

# with_files FOLDER YAML [OPTION…]: the .debs of a release that has the two files beside the module, for the root.
with_files() {
    printf '%s\n' "$2" "files:" "  - {role: modprobe, content: options hello from=common, name: hello.conf}" \
        "  - {role: udev, content: 'KERNEL==\"hello\", ENV{FROM}=\"${WORD-common}\"', name: 60-hello.rules, conffile: ${KEPT-false}}" \
        >"$SCRATCH/$1.yaml"
    mkdir -p "$ROOT/packages"
    "$MKDKMS" deb "$HELLO" --settings "$SCRATCH/$1.yaml" --no-sign -o "$ROOT/packages/$1" "${@:3}"
}

# hand_made NAME VERSION: the two files as a package that others made.
hand_made() {
    local folder=$SCRATCH/hand/$1
    mkdir -p "$folder/DEBIAN" "$folder/${RULES%/*}" "$folder/${MODPROBE%/*}"
    printf '#!/bin/sh\ndepmod -a %s\n' "$KR" >"$folder/DEBIAN/postinst"
    chmod 0755 "$folder/DEBIAN/postinst"
    echo 'options hello from=other' >"$folder/$MODPROBE"
    echo 'KERNEL=="hello", ENV{FROM}="other"' >"$folder/$RULES"
    echo "/$MODPROBE" >"$folder/DEBIAN/conffiles"
    printf '%s\n' "Package: $1" "Version: $2" 'Architecture: all' 'Maintainer: B <b@example.org>' 'Description: made by others' \
        >"$folder/DEBIAN/control"
    mkdir -p "$ROOT/packages/hand"
    dpkg-deb --root-owner-group -b "$folder" "$ROOT/packages/hand/$1_$2.deb"
}

# The hello-dkms of debhelper, with the files in it, of the version that ours has.
debhelper_made() {
    debhelper_deb "$HELLO" "$1" "$ROOT/packages/hand" \
        "mkdir -p debian/hello-dkms/${MODPROBE%/*} debian/hello-dkms/${RULES%/*}" \
        "echo options hello from=other >debian/hello-dkms/$MODPROBE" \
        "echo 'KERNEL==\"hello\", ENV{FROM}=\"other\"' >debian/hello-dkms/$RULES"
}

apt_in_root() {
    in_root apt-get -q -y -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts=/dev/null -o APT::Sandbox::User=root \
        -o Dpkg::Use-Pty=0 "$@"
}

# shellcheck disable=SC2016 # dpkg-query's own
state_of() { in_root dpkg-query -W -f '${db:Status-Status} ${Version}' "$1"; }

# The files are hello-common's, as it has them, and nothing is amiss.
files_moved() {
    equal "$(in_root dpkg -S "/$RULES" "/$MODPROBE" | sort | xargs)" "hello-common: /$MODPROBE hello-common: /$RULES"
    contains "$ROOT/$RULES" 'common'
    says_nothing in_root dpkg --audit
    # shellcheck disable=SC2046 # names of packages
    equal "$(in_root dpkg -V $(ours))" "${1-}"
}

# shellcheck disable=SC2016 # dpkg-query's own
ours() { in_root dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' 'hello-*' | sed -n 's/^ii  *//p'; }

purge_all() {
    # shellcheck disable=SC2046,SC2016 # names of packages; dpkg-query's own
    in_root dpkg -P $(in_root dpkg-query -W -f '${Package}\n' 'hello-*')
    absent "$ROOT/$RULES" "$ROOT/$MODPROBE"
    nothing_left hello 1.5.0
}

# Both of one version, and an administrator's change on top.
from_debhelper() {
    debhelper_made 1.5.0-1
    in_root dpkg -i /packages/hand/hello-dkms_1.5.0-1_all.deb
    contains "$ROOT/$RULES" other
    module_found hello 1.5.0
    echo 'options hello from=administrator' >"$ROOT/$MODPROBE"
    with_files plain ''
    in_root dpkg --force-confold -i /packages/plain/hello-common_1.5.0-1_all.deb /packages/plain/hello-dkms_1.5.0-1_all.deb
    files_moved "??5?????? c /$MODPROBE"
    contains "$ROOT/$MODPROBE" administrator
    module_found hello 1.5.0
    purge_all
}

# The other way round hello-common keeps its files, which is what its Replaces means.
back_to_debhelper() {
    in_root dpkg -i /packages/plain/hello-common_1.5.0-1_all.deb /packages/plain/hello-dkms_1.5.0-1_all.deb
    in_root dpkg -i /packages/hand/hello-dkms_1.5.0-1_all.deb
    files_moved
    module_found hello 1.5.0
    purge_all
}

# With the settings' words for it from a package that mkdkms cannot guess; dpkg refuses without.
from_modules() {
    local old=hello-modules-$KR
    hand_made "$old" 1.4.0-1
    in_root dpkg -i "/packages/hand/${old}_1.4.0-1.deb"
    with_files modules '' --kind modules -k "$KR"
    ends_with 1 in_root dpkg -i /packages/modules/hello-common_1.5.0-1_all.deb
    contains "$SCRATCH/err" 'trying to overwrite'
    with_files told "deb: {common: {replaces: ['$old (<< 1.5)'], breaks: ['$old (<< 1.5)']}}" --kind modules -k "$KR"
    ends_with 1 in_root dpkg -i /packages/told/hello-common_1.5.0-1_all.deb
    contains "$SCRATCH/err" "would break $old"
    apt_in_root install "/packages/told/hello-common_1.5.0-1_all.deb" "/packages/told/${old}_1.5.0-1_$DEB_ARCH.deb"
    equal "$(state_of "$old")" 'installed 1.5.0-1'
    files_moved
    module_found hello 1.5.0
    # An older one does not come back beside it: apt takes hello-common out first.
    apt_in_root install --allow-downgrades "/packages/hand/${old}_1.4.0-1.deb"
    contains "$ROOT/$RULES" other
    equal "$(state_of hello-common)" 'config-files 1.5.0-1'
    purge_all
}

# hello-dkms is deconfigured for hello-common: its module outlives that, and a successor that does not build.
deconfigured() {
    local broken=$SCRATCH/broken/hello-1.5.0 digest
    "$MKDKMS" deb "$HELLO" --kind dkms -R 1 -o "$ROOT/packages/before"
    in_root dpkg -i /packages/before/hello-dkms_1.5.0-1_all.deb
    module_found hello 1.5.0
    digest=$(sha256sum <"$ROOT$(in_root modinfo -k "$KR" -n hello)")
    tree_copy "$HELLO" "$broken"
    sed -i '1i #error "not for this machine"' "$broken/hello.c"
    HELLO=$broken with_files breaking 'deb: {common: {breaks: ["hello-dkms (<< 1.5.0-2)"]}}' --kind dkms -R 2
    # As apt does it.
    in_root dpkg --unpack --auto-deconfigure /packages/breaking/hello-common_1.5.0-2_all.deb 2>&1 | tee "$SCRATCH/log"
    contains "$SCRATCH/log" 'De-configuring hello-dkms'
    module_found hello 1.5.0
    in_root dpkg --unpack /packages/breaking/hello-dkms_1.5.0-2_all.deb
    in_root dpkg --configure -a 2>&1 | tee "$SCRATCH/log"
    contains "$SCRATCH/log" 'WARNING: this revision of hello 1\.5\.0 could not be made'
    files_moved
    module_found hello 1.5.0
    equal "$(sha256sum <"$ROOT$(in_root modinfo -k "$KR" -n hello)")" "$digest"
    purge_all
}

# The same version for a newer target: what the older one's had in /etc would hide what is below /usr.
same_version_moved() {
    with_files twelve '' --target debian:12
    with_files thirteen '' --target debian:13
    in_root dpkg -i /packages/twelve/hello-common_1.5.0-1_all.deb
    present "$ROOT/$MODPROBE"
    in_root dpkg -i /packages/thirteen/hello-common_1.5.0-1_all.deb
    absent "$ROOT/$MODPROBE"
    present "$ROOT/usr/lib/modprobe.d/hello.conf"
    in_root dpkg -i /packages/thirteen/hello-common_1.5.0-1_all.deb
    in_root dpkg -P hello-common
    absent "$ROOT/usr/lib/modprobe.d/hello.conf"
}

install_common() { in_root dpkg "${@:2}" -i "/packages/$1/hello-common_1.5.0-1_all.deb"; }

# only_rules NAME…: these are all that there is of the rules.
only_rules() { diff <(printf '%s\n' "$@") <(cd "$ROOT/${RULES%/*}" && printf '%s\n' 60-hello.rules*); }

# A conffile that goes from /lib to /usr/lib, which are one folder: what the administrator has made of it stays, and dpkg has
# nothing to ask (it would end here) but what it always asks.
same_file_moved() {
    KEPT=true with_files lib '' --target debian:12
    KEPT=true with_files usr '' --target debian:13
    KEPT=true WORD=newer with_files newer '' --target debian:13
    install_common lib
    install_common newer
    contains "$ROOT/$RULES" newer
    install_common lib
    echo '# mine' >"$ROOT/$RULES"
    local folder
    for folder in usr lib usr; do
        install_common "$folder"
        equal "$(cat "$ROOT/$RULES")" '# mine'
        only_rules 60-hello.rules
    done
    equal "$(in_root dpkg -V hello-common)" "??5?????? c /usr/$RULES"
    ends_with 1 install_common newer
    contains "$SCRATCH/err" 'conffile prompt'
    in_root dpkg --force-confold --configure hello-common
    equal "$(cat "$ROOT/$RULES")" '# mine'
    only_rules 60-hello.rules 60-hello.rules.dpkg-dist
    purge_all
    only_rules '60-hello.rules*'
}

if ! needs_debian_root "files that move into hello-common"; then
    finish
    exit
fi
check "a Debian root with dkms and $KR" root_without_initramfs
if needs_program "from the hello-dkms of debhelper" dh_dkms; then
    check "from the hello-dkms of debhelper, of the same version" from_debhelper
    check "and back to that" back_to_debhelper
fi
check "from hello-modules-K, as the settings say" from_modules
check "Breaks: the module outlives it" deconfigured
check "a conffile that moves below /usr within one version" same_version_moved
check "a conffile that moves from /lib to /usr/lib stays as the administrator made it" same_file_moved
finish
