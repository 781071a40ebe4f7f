#!/bin/bash
# The .rpms as rpm's own tools see them: digests, installation with scriptlets into a root, -V, -e, cpio,
# createrepo_c, rpmlint.
. "$(dirname "$0")/lib.sh"
. "$HERE/root.sh"
. "$HERE/rpm-root.sh"
. "$HERE/rpm-lint.sh"

out=$SCRATCH/out
DKMS_RPM=hello-dkms-1.5.0-1.noarch.rpm
KMOD_RPM=kmod-hello-$KR-1.5.0-1.$ARCH.rpm

make_rpms() {
    export DEBFULLNAME='A Tester' DEBEMAIL=tester@example.org
    "$MKDKMS" rpm "$HELLO" -k "$KR" -o "$out"
    only "$out" "$DKMS_RPM" "$KMOD_RPM"
    "$MKDKMS" rpm "$HELLO" --kind dkms -R 2 -o "$SCRATCH/second"
    present "$SCRATCH/second/hello-dkms-1.5.0-2.noarch.rpm"
    tree_copy "$HELLO" "$SCRATCH/failing/hello-1.5.0"
    sed -i '1i #error "not for this machine"' "$SCRATCH/failing/hello-1.5.0/hello.c"
    "$MKDKMS" rpm "$SCRATCH/failing/hello-1.5.0" --kind dkms -R 3 -o "$SCRATCH/second"
}

digests() {
    rpm -K --nosignature -v "$out"/*.rpm | tee "$SCRATCH/digests"
    lacks "$SCRATCH/digests" 'BAD|NOT OK|NOTFOUND'
    contains "$SCRATCH/digests" 'Header SHA256 digest: OK'
    contains "$SCRATCH/digests" 'Payload SHA256 digest: OK'
}

fields() {
    equal "$(rpm -qp --qf '%{NAME} %{VERSION} %{RELEASE} %{ARCH} %{OS}' "$out/$DKMS_RPM")" 'hello-dkms 1.5.0 1 noarch linux'
    equal "$(rpm -qp --qf '%{NAME} %{VERSION} %{RELEASE} %{ARCH}' "$out/$KMOD_RPM")" "kmod-hello-$KR 1.5.0 1 $ARCH"
    rpm -qp --requires "$out/$DKMS_RPM" | tee "$SCRATCH/requires"
    contains "$SCRATCH/requires" 'rpmlib\(CompressedFileNames\)'
    rpm -qp --provides "$out/$KMOD_RPM" | grep -F "kmod-hello-$KR = 1.5.0-1" >/dev/null
    [ -n "$(rpm -qp --qf '%{SUMMARY}%{DESCRIPTION}%{LICENSE}' "$out/$KMOD_RPM")" ]
    equal "$(rpm -qp --qf '[%{FILEUSERNAME}:%{FILEGROUPNAME}\n]' "$out"/*.rpm | sort -u)" root:root
}

payload() {
    local name
    for name in "$DKMS_RPM" "$KMOD_RPM"; do
        rpm2cpio "$out/$name" >"$SCRATCH/payload.cpio"
        cpio -t --quiet <"$SCRATCH/payload.cpio" | sed 's,^\.\?/,,' | sort >"$SCRATCH/in-cpio"
        rpm -qpl "$out/$name" | sed 's,^/,,' | sort >"$SCRATCH/in-header"
        diff "$SCRATCH/in-header" "$SCRATCH/in-cpio"
        [ -s "$SCRATCH/in-cpio" ]
    done
    mkdir -p "$SCRATCH/x"
    (cd "$SCRATCH/x" && rpm2cpio "$out/$DKMS_RPM" | cpio -idm --quiet)
    diff -r "$HELLO" "$SCRATCH/x/usr/src/hello-1.5.0"
}

# Folders that other packages own (/usr, /lib/modules, …) stay theirs.
owns_no_shared_folder() {
    rpm -qpl "$out"/*.rpm | tee "$SCRATCH/list"
    contains "$SCRATCH/list" '^/usr/src/hello-1\.5\.0$'
    lacks "$SCRATCH/list" '^/(usr|lib|etc|var)?(/(src|lib|share|modules))*$'
    lacks "$SCRATCH/list" "^/(usr/)?lib/modules/$KR(/(extra|updates))?\$"
}

repository() {
    mkdir -p "$SCRATCH/repository"
    cp "$out"/*.rpm "$SCRATCH/repository/"
    createrepo_c --quiet "$SCRATCH/repository"
    zcat "$SCRATCH"/repository/repodata/*primary.xml.gz >"$SCRATCH/primary.xml"
    contains "$SCRATCH/primary.xml" 'packages="2"'
    contains "$SCRATCH/primary.xml" '<name>hello-dkms</name>'
}

install_dkms() {
    rpm_quietly -i "$out/$DKMS_RPM"
    installed_by_dkms hello 1.5.0
    says_nothing rpm_in_root -V --nodeps hello-dkms
}

# The new package's %post runs before the old one's %preun: the module has to survive it.
upgrade_dkms() {
    rpm_quietly -U "$SCRATCH/second/hello-dkms-1.5.0-2.noarch.rpm"
    equal "$(rpm_in_root -q --qf '%{RELEASE}' hello-dkms)" 2
    installed_by_dkms hello 1.5.0
    says_nothing rpm_in_root -V --nodeps hello-dkms
}

# The module that worked outlives a release that does not build.
failing_release() {
    local module digest
    module=$ROOT$(in_root modinfo -k "$KR" -n hello)
    digest=$(sha256sum <"$module")
    rpm_in_root -U --nodeps "$SCRATCH/second/hello-dkms-1.5.0-3.noarch.rpm" 2>&1 | tee "$SCRATCH/rpm.log"
    lacks "$SCRATCH/rpm.log" 'scriptlet failed|^error:'
    contains "$SCRATCH/rpm.log" 'WARNING: this revision of hello 1\.5\.0 could not be made'
    equal "$(rpm_in_root -q --qf '%{RELEASE}' hello-dkms)" 3
    installed_by_dkms hello 1.5.0
    equal "$(sha256sum <"$module")" "$digest"
    absent "$ROOT/var/lib/mkdkms/kept"
}

erase_dkms() {
    rpm_in_root -q hello-dkms
    rpm_quietly -e hello-dkms
    nothing_left hello 1.5.0
}

install_kmod() {
    rpm_quietly -i "$out/$KMOD_RPM"
    module_found hello 1.5.0
    says_nothing rpm_in_root -V --nodeps "kmod-hello-$KR"
}

erase_kmod() {
    rpm_in_root -q "kmod-hello-$KR"
    rpm_quietly -e "kmod-hello-$KR"
    nothing_left hello 1.5.0
}

if ! needs_debian_root "rpm packages"; then
    finish
    exit
fi
check "the rpms of hello" make_rpms
check "rpm -K: header and payload digests" digests
check "names, versions, dependencies, owners" fields
check "rpm2cpio | cpio -t lists what the header lists" payload
check "no shared folder is owned" owns_no_shared_folder
check "createrepo_c takes both" repository
check "rpmlint $DKMS_RPM: nothing that docs/lint.md doesn't explain" explained "$out/$DKMS_RPM"
check "rpmlint $KMOD_RPM: nothing that docs/lint.md doesn't explain" explained "$out/$KMOD_RPM"
check "a root with dkms and $KR" make_root
check "an rpm database in it" start_rpm
check "rpm -i hello-dkms: built and installed; rpm -V is silent" install_dkms
check "rpm -U to release 2 keeps the module" upgrade_dkms
check "rpm -U to a release that does not build leaves the module that worked" failing_release
check "rpm -e hello-dkms leaves nothing" erase_dkms
check "rpm -i kmod-hello-$KR: modinfo -k finds it; rpm -V is silent" install_kmod
check "rpm -e kmod-hello-$KR leaves nothing" erase_kmod
finish
