#!/bin/bash
# What a conversion calls its package: as the one that came in, or so that dpkg and rpm put ours in its place. And the
# packages of a tree whose own name ends in -dkms.
. "$(dirname "$0")/lib.sh"
. "$HERE/root.sh"
. "$HERE/rpm-root.sh"

TREE=$SCRATCH/src/hello-1.5.0
tree_copy "$HELLO" "$TREE"
export DEBFULLNAME='A Tester' DEBEMAIL=tester@example.org

# hook VERB…: a script that has dkms do these for the module, and nothing where there is no dkms.
hook() {
    printf '#!/bin/sh\ncommand -v dkms >/dev/null || exit 0\n'
    printf 'dkms %s\n' "$@"
    echo 'exit 0'
}
INSTALL=(
    "add -m hello -v 1.5.0 >/dev/null 2>&1 || :"
    "build -m hello -v 1.5.0 -k $KR >/dev/null" "install -m hello -v 1.5.0 -k $KR >/dev/null"
)
REMOVE=("remove -m hello -v 1.5.0 --all >/dev/null")

# other_deb NAME VERSION: a package of others with the tree.
other_deb() {
    local root=$SCRATCH/in/$1
    mkdir -p "$root/DEBIAN" "$root/usr/src"
    cp -a "$TREE" "$root/usr/src/"
    hook "${INSTALL[@]}" >"$root/DEBIAN/postinst"
    hook "${REMOVE[@]}" >"$root/DEBIAN/prerm"
    chmod 0755 "$root/DEBIAN/postinst" "$root/DEBIAN/prerm"
    printf '%s\n' "Package: $1" "Version: $2" 'Architecture: all' 'Maintainer: B <b@example.org>' \
        'Description: driver of the Hello card' \
        >"$root/DEBIAN/control"
    dpkg-deb --root-owner-group -b "$root" "$SCRATCH/in/$1.deb"
}

# other_rpm NAME EPOCH RELEASE
other_rpm() {
    local top=$SCRATCH/in/top
    mkdir -p "$top"
    {
        printf '%s\n' "Name: $1" "Epoch: $2" 'Version: 1.5.0' "Release: $3" 'Summary: driver of the Hello card' 'License: GPL-2.0-only' \
            'BuildArch: noarch' '%description' 'hello' '%install' 'mkdir -p %{buildroot}/usr/src' \
            "cp -a $TREE %{buildroot}/usr/src/" '%post'
        hook "${INSTALL[@]}"
        echo '%preun'
        hook "${REMOVE[@]}"
        printf '%s\n' '%files' '/usr/src/hello-1.5.0'
    } >"$top/$1.spec"
    rpmbuild --quiet -bb --define "_topdir $top" --define "_rpmdir $SCRATCH/in" --define '_rpmfilename %%{NAME}.rpm' "$top/$1.spec"
}

make_debs() {
    other_deb hello-modules-dkms 1.5.0-1+deb12u1
    other_deb hello-kernel-source 1:1.5.0+dfsg-3
    other_deb hello-other-dkms 2:1.5.0-1
}

make_rpms() {
    other_rpm mlnx-hello_kernel-dkms 0 3.el9
    other_rpm dkms-hello 0 3.el9
    other_rpm hello-driver-source 2 3.el9
}

# The name of a package for DKMS goes on, in the other format too; another one is taken the place of.
names_of_debs() {
    local work=$SCRATCH/names
    "$MKDKMS" deb "$SCRATCH/in/hello-modules-dkms.deb" --kind dkms --kind source -o "$work/1"
    only "$work/1" hello-modules-dkms_1.5.0-1+deb12u1_all.deb hello_1.5.0-1+deb12u1.dsc \
        hello_1.5.0.orig.tar.xz hello_1.5.0-1+deb12u1.debian.tar.xz
    "$MKDKMS" rpm "$SCRATCH/in/hello-modules-dkms.deb" --kind dkms --kind source --kind skeleton -o "$work/2"
    only "$work/2" hello-modules-dkms-1.5.0-1+deb12u1.noarch.rpm hello-modules-dkms-1.5.0-1+deb12u1.src.rpm \
        hello-modules-dkms.{spec,rpmlintrc} hello-1.5.0.tar.gz
    # Of a source package it is what is built of it that has the name.
    "$MKDKMS" deb "$work/1"/*.dsc --kind dkms -o "$work/3"
    same "$work/1/hello-modules-dkms_1.5.0-1+deb12u1_all.deb" "$work/3/hello-modules-dkms_1.5.0-1+deb12u1_all.deb"
    "$MKDKMS" rpm "$work/2"/*.src.rpm --kind dkms -o "$work/4"
    present "$work/4/hello-modules-dkms-1.5.0-1+deb12u1.noarch.rpm"
    "$MKDKMS" deb "$SCRATCH/in/hello-kernel-source.deb" --kind dkms -o "$work/7"
    only "$work/7" hello-dkms_1.5.0-3_all.deb
    # An untouched skeleton is made anew for the next revision.
    "$MKDKMS" deb "$SCRATCH/in/hello-modules-dkms.deb" --kind skeleton -o "$work/2"
    "$MKDKMS" deb "$SCRATCH/in/hello-modules-dkms.deb" --kind skeleton -R 2 -o "$work/2"
    "$MKDKMS" rpm "$SCRATCH/in/hello-modules-dkms.deb" --kind skeleton -R 2 -o "$work/2"
}

names_of_rpms() {
    local work=$SCRATCH/names
    "$MKDKMS" deb "$SCRATCH/in/dkms-hello.rpm" --kind dkms -o "$work/5"
    only "$work/5" dkms-hello_1.5.0-3_all.deb
    "$MKDKMS" arch "$SCRATCH/in/dkms-hello.rpm" -o "$work/6"
    present "$work/6/dkms-hello-1.5.0-3-any.pkg.tar.zst"
    # No .deb can be called so, nor be said to be in conflict with one that is.
    "$MKDKMS" deb "$SCRATCH/in/mlnx-hello_kernel-dkms.rpm" --kind dkms --kind source -o "$work/9"
    present "$work/9/mlnx-hello-kernel-dkms_1.5.0-3_all.deb"
    relations_of "$work/9/mlnx-hello-kernel-dkms_1.5.0-3_all.deb" >"$SCRATCH/relations"
    lacks "$SCRATCH/relations" _kernel
    contains "$SCRATCH/relations" '^hello-dkms \(<= 1\.5\.0-3\)$'
    "$MKDKMS" rpm "$SCRATCH/in/mlnx-hello_kernel-dkms.rpm" --kind dkms -o "$work/10"
    only "$work/10" mlnx-hello-kernel-dkms-1.5.0-3.el9.noarch.rpm
    rpm -qp --nosignature --obsoletes "$work/10"/*.rpm >"$SCRATCH/obsoletes"
    contains "$SCRATCH/obsoletes" '^mlnx-hello_kernel-dkms < (0:)?1\.5\.0-3\.el9\.1$'
    "$MKDKMS" rpm "$SCRATCH/in/hello-driver-source.rpm" --kind dkms -o "$work/8"
    only "$work/8" hello-dkms-1.5.0-3.el9.noarch.rpm
    rpm -qp --nosignature --obsoletes "$work/8"/*.rpm >"$SCRATCH/obsoletes"
    contains "$SCRATCH/obsoletes" '^hello-driver-source < 2:1\.5\.0-3\.el9\.1$'
}

# dpkg and rpm take ours for older where only that one has an epoch.
epochs() {
    "$MKDKMS" deb "$SCRATCH/in/hello-other-dkms.deb" --kind dkms -o "$SCRATCH/epochs" 2>"$SCRATCH/err"
    contains "$SCRATCH/err" 'warning: .*hello-other-dkms, has the epoch 2.*\[epoch-left-out\]'
    "$MKDKMS" rpm "$SCRATCH/in/hello-other-dkms.deb" --kind dkms -o "$SCRATCH/epochs" 2>"$SCRATCH/err"
    lacks "$SCRATCH/err" epoch-left-out
    "$MKDKMS" deb "$SCRATCH/in/hello-kernel-source.deb" --kind dkms -o "$SCRATCH/epochs" 2>"$SCRATCH/err"
    lacks "$SCRATCH/err" epoch-left-out
}

# What dpkg-buildpackage makes of the source has the name and the relations too.
rebuilt() {
    local work=$SCRATCH/rebuilt
    mkdir -p "$work"
    "$MKDKMS" deb "$SCRATCH/in/hello-kernel-source.deb" --kind dkms --kind source -o "$work/out"
    "$MKDKMS" deb "$SCRATCH/in/hello-modules-dkms.deb" --kind dkms --kind source -o "$work/out"
    [ ! -e "$SCRATCH/in/mlnx-hello_kernel-dkms.rpm" ] ||
        "$MKDKMS" deb "$SCRATCH/in/mlnx-hello_kernel-dkms.rpm" --kind dkms --kind source -R 4 -o "$work/out"
    local dsc name
    for dsc in "$work"/out/*.dsc; do
        name=${dsc##*/}
        dpkg-source --no-check -x "$dsc" "$work/${name%.dsc}"
        (cd "$work/${name%.dsc}" && dpkg-buildpackage -us -uc -b -d)
    done
    # dpkg-gencontrol sorts what is in a relation.
    local deb
    for deb in "$work"/out/*.deb; do
        deb=${deb##*/}
        alike <(relations_of "$work/$deb") <(relations_of "$work/out/$deb")
    done
}

# One item a line.
relations_of() {
    local field
    for field in Package Version Provides Conflicts Replaces; do dpkg-deb -f "$1" "$field" | sed 's/, /\n/g' | sort; done
}

linted_debs() {
    local work=$SCRATCH/names
    lintian --allow-root --tag-display-limit 0 "$work/1/hello-modules-dkms_1.5.0-1+deb12u1_all.deb" "$work/7"/*.deb \
        ${has_rpms:+"$work/9"/*.deb} | tee "$SCRATCH/lintian"
    lacks "$SCRATCH/lintian" '^[EW]:'
}

linted_rpms() {
    local work=$SCRATCH/names
    rpmlint "$work/8"/*.rpm "$work/2"/*.noarch.rpm 2>&1 | tee "$SCRATCH/rpmlint" || true
    contains "$SCRATCH/rpmlint" '[1-9][0-9]* packages and 0 specfiles checked'
    lacks "$SCRATCH/rpmlint" 'obsolet|provide'
}

# installed 'PACKAGE VERSION': it alone is installed of those with the tree, by dpkg's word, and its module is there.
installed() {
    # shellcheck disable=SC2016 # dpkg-query's words
    equal "$(in_root dpkg-query -W -f '${db:Status-Status} ${Package} ${Version}\n' '*hello*' | grep '^installed ')" "installed $1"
    installed_by_dkms hello 1.5.0
}

# The same name: an upgrade like any other.
upgraded_deb() {
    "$MKDKMS" deb "$SCRATCH/in/hello-modules-dkms.deb" --kind dkms -R 2 -o "$SCRATCH/debs"
    put "$SCRATCH/in"/*.deb "$SCRATCH/debs"/*.deb "$SCRATCH/names"/7/*.deb
    "$MKDKMS" deb "$HELLO" --kind dkms -R 1 -o "$SCRATCH/tree"
    put "$SCRATCH"/tree/*.deb
    in_root dpkg -i /packages/hello-modules-dkms.deb
    installed 'hello-modules-dkms 1.5.0-1+deb12u1'
    in_root dpkg -i /packages/hello-modules-dkms_1.5.0-2_all.deb
    installed 'hello-modules-dkms 1.5.0-2'
    # One made of the tree itself is the same thing under the usual name: not beside it, but replaced by it.
    ends_with 1 in_root dpkg -i /packages/hello-dkms_1.5.0-1_all.deb
    installed 'hello-modules-dkms 1.5.0-2'
    in_root dpkg -P hello-modules-dkms
    in_root dpkg -i /packages/hello-dkms_1.5.0-1_all.deb
    in_root dpkg -i /packages/hello-modules-dkms_1.5.0-2_all.deb
    installed 'hello-modules-dkms 1.5.0-2'
    in_root dpkg -P hello-modules-dkms hello-dkms
    nothing_left hello 1.5.0
}

# Another name: what came in goes, in the same run.
replaced_deb() {
    in_root dpkg -i /packages/hello-kernel-source.deb
    installed 'hello-kernel-source 1:1.5.0+dfsg-3'
    in_root dpkg -i /packages/hello-dkms_1.5.0-3_all.deb
    installed 'hello-dkms 1.5.0-3'
    in_root dpkg -P hello-dkms
    in_root dpkg -P hello-kernel-source
    nothing_left hello 1.5.0
}

upgraded_rpm() {
    "$MKDKMS" rpm "$SCRATCH/in/dkms-hello.rpm" --kind dkms -R 4.el9 -o "$SCRATCH/rpms"
    rpm_quietly -U "$SCRATCH/in/dkms-hello.rpm"
    installed_by_dkms hello 1.5.0
    rpm_quietly -U "$SCRATCH/rpms/dkms-hello-1.5.0-4.el9.noarch.rpm"
    equal "$(rpm_in_root -qa '*hello*')" dkms-hello-1.5.0-4.el9.noarch
    installed_by_dkms hello 1.5.0
    rpm_quietly -e dkms-hello
    nothing_left hello 1.5.0
}

replaced_rpm() {
    rpm_quietly -U "$SCRATCH/in/hello-driver-source.rpm"
    installed_by_dkms hello 1.5.0
    rpm_quietly -U "$SCRATCH/names/8"/*.rpm
    equal "$(rpm_in_root -qa '*hello*')" hello-dkms-1.5.0-3.el9.noarch
    installed_by_dkms hello 1.5.0
    rpm_quietly -e hello-dkms
    nothing_left hello 1.5.0
}

# --- a tree that is called as its package -------------------------------------------------------------------------------

suffixed_tree() {
    local tree=$SCRATCH/suffixed/jool-dkms-1.5.0
    tree_copy "$HELLO" "$tree"
    sed -i -E 's/^PACKAGE_NAME=.*/PACKAGE_NAME="jool-dkms"/' "$tree/dkms.conf"
    printf 'files:\n  - {role: modprobe, content: options hello a=1, name: jool.conf}\n' >"$SCRATCH/suffixed/settings.yaml"
}

suffixed() {
    local work=$SCRATCH/suffixed out=$SCRATCH/suffixed/out
    local options=("$work/jool-dkms-1.5.0" --settings "$work/settings.yaml" --no-sign -o "$out")
    "$MKDKMS" deb "${options[@]}" -k "$KR" --kind dkms --kind modules --kind source
    "$MKDKMS" rpm "${options[@]}" -k "$KR" --kind dkms --kind kmod --kind source
    find "$out" -printf '%f\n'
    present "$out"/{jool-dkms_1.5.0-1_all,jool-common_1.5.0-1_all,"jool-modules-${KR}_1.5.0-1_$(dpkg --print-architecture)"}.deb \
        "$out/jool_1.5.0-1.dsc" "$out"/jool-{dkms,common}-1.5.0-1.noarch.rpm "$out/jool-dkms-1.5.0-1.src.rpm" \
        "$out/kmod-jool-$KR-1.5.0-1.$ARCH.rpm"
    none_below "$out" '*dkms-dkms*'
    # To dkms it is what dkms.conf says.
    rpm -qpl "$out/jool-dkms-1.5.0-1.noarch.rpm" | grep -x /usr/src/jool-dkms-1.5.0/dkms.conf >/dev/null
    dpkg-deb -f "$out/jool-modules-${KR}"_*.deb Conflicts | grep -x jool-dkms >/dev/null
    # And back: the package that comes in has the name that it keeps.
    "$MKDKMS" rpm "$out/jool-dkms_1.5.0-1_all.deb" --kind dkms -o "$work/back"
    only "$work/back" jool-dkms-1.5.0-1.noarch.rpm
    says_nothing rpm -qp --nosignature --obsoletes "$work/back"/*.rpm
}

suffixed_installed() {
    put "$SCRATCH"/suffixed/out/jool-{dkms,common}_*.deb
    in_root sh -c 'dpkg -i /packages/jool-*.deb'
    installed_by_dkms jool-dkms 1.5.0
    in_root dpkg -P jool-dkms jool-common
    nothing_left jool-dkms 1.5.0
}

check "packages of others with the tree" make_debs
check "a conversion keeps the name of a package for DKMS, and takes another's place" names_of_debs
check "an epoch that is left out is said" epochs
has_rpms=
if needs_program "packages of others that are .rpms" rpmbuild; then
    has_rpms=1
    check "packages of others that are .rpms" make_rpms
    check "…their names go on, as far as a .deb can have them" names_of_rpms
    if needs_program "what rpmlint says" rpmlint; then check "rpmlint has nothing against the relations" linted_rpms; fi
fi
if needs_program "what lintian says" lintian; then check "lintian has nothing against the relations" linted_debs; fi
if needs_program "source packages" dpkg-buildpackage dh_dkms; then
    check "dpkg-buildpackage makes the same of the source packages" rebuilt
fi
check "a tree that is called jool-dkms" suffixed_tree
check "its packages are called so once" suffixed
if needs_debian_root "installation"; then
    check "a Debian root" root_without_initramfs
    check "dpkg -i over the one that came in: an upgrade" upgraded_deb
    check "dpkg -i over one of another name: replaced" replaced_deb
    check "jool-dkms is installed under its name" suffixed_installed
    if [ -n "$has_rpms" ]; then
        check "rpm in that root" start_rpm
        check "rpm -U over the one that came in: an upgrade" upgraded_rpm
        check "rpm -U over one of another name: obsoleted" replaced_rpm
    fi
fi
finish
