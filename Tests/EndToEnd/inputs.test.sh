#!/bin/bash
# What TREE can be: each form of the same source gives the same dkms.conf value and the same source tarball.
. "$(dirname "$0")/lib.sh"

TREE=$SCRATCH/usr/src/hello-1.5.0
tree_copy "$HELLO" "$TREE"

# The value of dkms.conf without the place it was read from.
conf_of() { "$MKDKMS" conf "$@" --json | jq -S 'del(.path, .file, .source, .tree)'; }

reference() {
    conf_of "$TREE" >"$SCRATCH/conf.json"
    equal "$(jq -r .packageName "$SCRATCH/conf.json")" hello
    equal "$(jq -r .packageVersion "$SCRATCH/conf.json")" 1.5.0
    "$MKDKMS" tarball "$TREE" -o "$SCRATCH/reference"
    only "$SCRATCH/reference" hello-1.5.0-source-only.dkms.tar.gz
    mkdir "$SCRATCH/unpacked"
    tar -xzf "$SCRATCH/reference/hello-1.5.0-source-only.dkms.tar.gz" -C "$SCRATCH/unpacked"
    diff -r "$TREE" "$SCRATCH/unpacked/dkms_source_tree"
}

equivalent() {
    local out
    out=$(mktemp -d "$SCRATCH/out.XXXXXX")
    conf_of "$1" >"$out/conf.json"
    same "$SCRATCH/conf.json" "$out/conf.json"
    rm "$out/conf.json"
    "$MKDKMS" tarball "$1" -o "$out"
    same "$SCRATCH/reference/hello-1.5.0-source-only.dkms.tar.gz" "$out/hello-1.5.0-source-only.dkms.tar.gz"
}

# As if the newest file of the tree were the original's.
with_epoch() { SOURCE_DATE_EPOCH=$(stat -c %Y "$TREE/hello.c") "$@"; }

from_folder_itself() (
    cd "$TREE" || exit
    equivalent .
)

from_name_and_version() {
    # A mount namespace of its own: the machine's /usr/src stays as it is.
    # shellcheck disable=SC2016 # the inner shell's words
    unshare --mount bash -e -c '
        mount --bind "$1/usr/src" /usr/src
        shift
        . "$1"
        equivalent hello/1.5.0
    ' - "$SCRATCH" <(declare -p SCRATCH MKDKMS; declare -f equivalent conf_of same fail)
}

make_archives() {
    local work=$SCRATCH/archives
    mkdir -p "$work"
    tar -C "$SCRATCH/usr/src" -czf "$work/hello.tar.gz" hello-1.5.0
    tar -C "$SCRATCH/usr/src" -cJf "$work/hello.tar.xz" hello-1.5.0
    tar -C "$SCRATCH/usr/src" -c hello-1.5.0 | zstd -q >"$work/hello.tar.zst"
    tar -C "$SCRATCH/usr/src" -cjf "$work/hello.tar.bz2" hello-1.5.0
}

make_deb() {
    mkdir -p "$SCRATCH/deb/DEBIAN" "$SCRATCH/deb/usr/src"
    cp -a "$TREE" "$SCRATCH/deb/usr/src/"
    printf '%s\n' 'Package: hello-dkms' 'Version: 1.5.0-1' 'Architecture: all' \
        'Maintainer: A Tester <tester@example.org>' 'Description: hello' >"$SCRATCH/deb/DEBIAN/control"
    dpkg-deb --root-owner-group -b "$SCRATCH/deb" "$SCRATCH/archives/hello-dkms_1.5.0-1_all.deb"
}

make_rpm() {
    cat >"$SCRATCH/hello.spec" <<SPEC
Name: hello-dkms
Version: 1.5.0
Release: 1
Summary: hello
License: GPL-2.0-only
BuildArch: noarch
%description
hello
%install
mkdir -p %{buildroot}/usr/src
cp -a $TREE %{buildroot}/usr/src/
%files
/usr/src/hello-1.5.0
SPEC
    rpmbuild --quiet -bb --define "_topdir $SCRATCH/rpmbuild" --define "_rpmdir $SCRATCH/archives" \
        --define '_rpmfilename %%{NAME}.rpm' "$SCRATCH/hello.spec"
}

make_dkms_tarball() {
    cp -a "$SCRATCH/usr" "$SCRATCH/dkms-in"
    mkdir -p "$SCRATCH/dkms"
    local trees=(--dkmstree "$SCRATCH/dkms" --sourcetree "$SCRATCH/dkms-in/src")
    dkms add -m hello -v 1.5.0 "${trees[@]}"
    dkms mktarball -m hello -v 1.5.0 --source-only --archive "$SCRATCH/archives/hello.dkms.tar.gz" "${trees[@]}"
}

# What mkdkms itself writes is input to it too: nothing is lost on the way.
round_trip() {
    "$MKDKMS" "$@" "$TREE" -o "$SCRATCH/round/$1"
    local made
    made=$(find "$SCRATCH/round/$1" -type f \( -name '*.dkms.tar.*' -o -name '*.deb' -o -name '*.rpm' \))
    equivalent "$made"
}

# What is wrong in an unpacked tree is said of the input, with the path inside: the folder it was unpacked into is gone.
named_as_the_input() {
    local work=$SCRATCH/faulty input shown
    mkdir -p "$work/DEBIAN" "$work/usr/src"
    cp -a "$TREE" "$work/usr/src/"
    cp "$SCRATCH/deb/DEBIAN/control" "$work/DEBIAN/"
    : >"$work/usr/src/hello-1.5.0/hello.o"
    printf '%s\n' '-----BEGIN PRIVATE KEY-----' MIIB '-----END PRIVATE KEY-----' >"$work/usr/src/hello-1.5.0/mok.key"
    printf '%s\n' 'PRE_BUILD="nowhere.sh"' 'echo said >&2' >>"$work/usr/src/hello-1.5.0/dkms.conf"
    tar -C "$work/usr/src" -czf "$SCRATCH/faulty.tar.gz" hello-1.5.0
    tar -C "$work/usr/src/hello-1.5.0" -czf "$SCRATCH/flat.tar.gz" .
    dpkg-deb --root-owner-group -b "$work" "$SCRATCH/faulty_1_all.deb"
    for input in faulty_1_all.deb:usr/src/hello-1.5.0/ faulty.tar.gz:hello-1.5.0/ flat.tar.gz:; do
        shown=$SCRATCH/${input%[/:]}
        "$MKDKMS" tarball "$SCRATCH/${input%%:*}" -o "$SCRATCH/faulty-out" 2>"$SCRATCH/err"
        contains "$SCRATCH/err" "warning: $SCRATCH/${input}mok.key: .*\[private-key\]$"
        contains "$SCRATCH/err" "warning: hello.o in $shown is left out.*\[left-overs\]$"
        contains "$SCRATCH/err" "warning: $SCRATCH/${input}dkms.conf:[0-9]*: .*\[hook-missing\]$"
        contains "$SCRATCH/err" "warning: $SCRATCH/${input}dkms.conf: .*said \[conf-message\]$"
        lacks "$SCRATCH/err" 'mkdkms-input'
        # lint's own places are seen from the tree.
        "$MKDKMS" lint "$SCRATCH/${input%%:*}" >"$SCRATCH/findings" || true
        contains "$SCRATCH/findings" '^mok.key:1: error: '
        lacks "$SCRATCH/findings" 'faulty|flat|mkdkms-input'
    done
    printf 'sumary: hello\n' >"$work/usr/src/hello-1.5.0/mkdkms.yaml"
    dpkg-deb --root-owner-group -b "$work" "$SCRATCH/faulty_1_all.deb"
    refused 1 'bad-settings' "$MKDKMS" tarball "$SCRATCH/faulty_1_all.deb" -o "$SCRATCH/faulty-out"
    contains "$SCRATCH/err" "$SCRATCH/faulty_1_all.deb:usr/src/hello-1.5.0/mkdkms.yaml"
    lacks "$SCRATCH/err" 'mkdkms-input'
}

check "a folder gives the fixture's name, version and exactly its files" reference
check "a folder by ." from_folder_itself
check "a dkms.conf" equivalent "$TREE/dkms.conf"
if needs_mounts "name/version"; then check "name/version, found under /usr/src" from_name_and_version; fi
check "archives made by tar" make_archives
for suffix in gz xz zst bz2; do
    check "a .tar.$suffix" equivalent "$SCRATCH/archives/hello.tar.$suffix"
done
check "a package made by dpkg-deb" make_deb
check "a .deb" equivalent "$SCRATCH/archives/hello-dkms_1.5.0-1_all.deb"
check "a package made by rpmbuild" make_rpm
check "warnings about an unpacked tree name the input and the path in it" named_as_the_input
check "an .rpm" equivalent "$SCRATCH/archives/hello-dkms.rpm"
if needs_root "a tarball of the distribution's dkms"; then
    check "a tarball made by the distribution's dkms" make_dkms_tarball
    # dkms gives the files of its tarballs the time at which they are packed.
    check "a .dkms.tar.gz" with_epoch equivalent "$SCRATCH/archives/hello.dkms.tar.gz"
fi
check "our own tarball back in" round_trip tarball
check "our own deb back in" round_trip deb
check "our own rpm back in" round_trip rpm

# --- source packages -----------------------------------------------------------------------------------------------

# The tree before its patch: hello.c says something else, and dkms.conf has no second line.
unpatched_tree() {
    mkdir -p "$SCRATCH/source/hello-1.5.0"
    cp -a "$TREE/." "$SCRATCH/source/hello-1.5.0/"
    sed -i 's/^MODULE_DESCRIPTION.*/MODULE_DESCRIPTION("to be patched");/' "$SCRATCH/source/hello-1.5.0/hello.c"
    touch -r "$TREE/hello.c" "$SCRATCH/source/hello-1.5.0/hello.c" "$SCRATCH/source/hello-1.5.0"
    (cd "$SCRATCH/source" && diff -u hello-1.5.0/hello.c "$TREE/hello.c" |
        sed -E '1,2s,^(---|\+\+\+) [^\t]*,\1 a/hello.c,' >"$SCRATCH/source/description.patch") || true
    [ -s "$SCRATCH/source/description.patch" ] || fail "the fixture has no MODULE_DESCRIPTION to patch"
}

debian_folder() {
    mkdir -p debian/source
    printf '%s\n' "$1" >debian/source/format
    # shellcheck disable=SC2016 # dpkg's own words
    printf '%s\n' 'Source: hello' 'Maintainer: A Tester <tester@example.org>' 'Section: kernel' 'Standards-Version: 4.6.2' \
        'Build-Depends: debhelper-compat (= 13)' 'Homepage: https://example.org/hello' '' \
        'Package: hello-dkms' 'Architecture: all' 'Depends: ${misc:Depends}, libelf-dev (>= 0.150), nowhere-known' \
        'Description: driver that says hello' ' Long words.' >debian/control
    printf 'hello (%s) unstable; urgency=low\n\n  * Packaged.\n\n -- A Tester <tester@example.org>  Fri, 01 Mar 2024 12:00:00 +0000\n' \
        "$2" >debian/changelog
    printf '#!/usr/bin/make -f\n%%:\n\tdh $@\n' >debian/rules
    chmod 0755 debian/rules
    find debian -exec touch -d '2024-03-01 12:00:00 UTC' {} +
}

make_quilt() {
    local work=$SCRATCH/quilt
    mkdir -p "$work"
    cp -a "$SCRATCH/source/hello-1.5.0" "$work/"
    tar -C "$SCRATCH/source" -cJf "$work/hello_1.5.0.orig.tar.xz" hello-1.5.0
    (
        cd "$work/hello-1.5.0" || exit
        debian_folder '3.0 (quilt)' 1.5.0-1
        mkdir debian/patches
        cp "$SCRATCH/source/description.patch" debian/patches/
        printf '# what follows\ndescription.patch # with a comment\n' >debian/patches/series
        dpkg-source -b .
    )
    present "$work/hello_1.5.0-1.dsc"
}

make_native() {
    mkdir -p "$SCRATCH/native"
    cp -a "$TREE" "$SCRATCH/native/"
    (cd "$SCRATCH/native/hello-1.5.0" && debian_folder '3.0 (native)' 1.5.0 && dpkg-source -b .)
}

make_old_format() {
    local work=$SCRATCH/old
    mkdir -p "$work"
    tar -C "$SCRATCH/source" -czf "$work/hello_1.5.0.orig.tar.gz" hello-1.5.0
    cp -a "$TREE" "$work/"
    (cd "$work/hello-1.5.0" && debian_folder 1.0 1.5.0-1 && dpkg-source -b .)
    present "$work/hello_1.5.0-1.diff.gz"
}

# dpkg-source's own unpacking is the oracle for the content.
as_dpkg_source() {
    local out=$SCRATCH/oracle.${1//[^a-z]/_}
    dpkg-source --no-check -x "$1" "$out"
    rm -rf "$out/debian" "$out/.pc"
    diff -r "$out" "$TREE"
    equivalent "$1"
}

dsc_metadata() {
    "$MKDKMS" deb "$SCRATCH/quilt/hello_1.5.0-1.dsc" --kind dkms -o "$SCRATCH/dsc-deb" 2>"$SCRATCH/err"
    dpkg-deb -f "$SCRATCH/dsc-deb"/*.deb >"$SCRATCH/control"
    contains "$SCRATCH/control" '^Maintainer: A Tester <tester@example.org>$'
    contains "$SCRATCH/control" '^Homepage: https://example.org/hello$'
    contains "$SCRATCH/control" '^Description: Driver that says hello$'
    contains "$SCRATCH/control" '^Depends: .*libelf-dev \(>= 0.150\)'
    "$MKDKMS" lint "$SCRATCH/quilt/hello_1.5.0-1.dsc"
}

damaged_dsc() {
    local work=$SCRATCH/damaged
    cp -r "$SCRATCH/quilt" "$work"
    rm -rf "$work/hello-1.5.0"
    spoil "$work/hello_1.5.0.orig.tar.xz" 40
    refused 1 'bad-digest' "$MKDKMS" conf "$work/hello_1.5.0-1.dsc"
    rm "$work/hello_1.5.0.orig.tar.xz"
    refused 1 'missing-source' "$MKDKMS" conf "$work/hello_1.5.0-1.dsc"
    sed -i 's, hello_1.5.0.orig, ../hello_1.5.0.orig,' "$work/hello_1.5.0-1.dsc"
    refused 1 'bad-dsc' "$MKDKMS" conf "$work/hello_1.5.0-1.dsc"
}

# A patch that leads out of the tree is refused before patch(1) sees it.
hostile_patch() {
    local work=$SCRATCH/hostile
    mkdir -p "$work"
    cp -a "$SCRATCH/source/hello-1.5.0" "$work/"
    cp "$SCRATCH/quilt/hello_1.5.0.orig.tar.xz" "$work/"
    (cd "$work/hello-1.5.0" && debian_folder '3.0 (quilt)' 1.5.0-1 && dpkg-source -b .)
    mkdir -p "$work/new/debian/patches"
    tar -C "$work/new" -xf "$work/hello_1.5.0-1.debian.tar.xz"
    mkdir -p "$work/tmp"
    refuses_patch '--- a/../../evil' '+++ b/../../evil' '@@ -0,0 +1 @@' '+evil'
    # Lines may end as in DOS too.
    refuses_patch 'diff --git a/evil b/evil'$'\r' 'new file mode 120000'$'\r' '--- /dev/null'$'\r' '+++ b/evil'$'\r' \
        '@@ -0,0 +1 @@'$'\r' '+/etc/passwd'
    none_below "$SCRATCH" evil
}

# refuses_patch LINE…: a source package with a patch of these lines is not taken.
refuses_patch() {
    local work=$SCRATCH/hostile
    printf '%s\n' "$@" >"$work/new/debian/patches/evil.patch"
    echo evil.patch >"$work/new/debian/patches/series"
    tar -C "$work/new" -cJf "$work/hello_1.5.0-1.debian.tar.xz" debian
    printf '%s\n' 'Format: 3.0 (quilt)' 'Source: hello' 'Version: 1.5.0-1' 'Checksums-Sha256:' >"$work/evil.dsc"
    (cd "$work" && for file in hello_1.5.0.orig.tar.xz hello_1.5.0-1.debian.tar.xz; do
        printf ' %s %s %s\n' "$(sha256sum "$file" | cut -d ' ' -f 1)" "$(stat -c %s "$file")" "$file"
    done >>evil.dsc)
    refused 1 'unsafe-patch' env TMPDIR="$work/tmp" "$MKDKMS" conf "$work/evil.dsc"
}

# source_rpm NAME PREP-LINE…: a .src.rpm whose %prep has these lines.
source_rpm() {
    local top=$SCRATCH/rpm-$1
    mkdir -p "$top/SOURCES" "$top/SPECS"
    tar -C "$SCRATCH/source" -czf "$top/SOURCES/hello-1.5.0.tar.gz" hello-1.5.0
    cp "$SCRATCH/source/description.patch" "$top/SOURCES/"
    {
        printf '%s\n' '%global upstream hello' 'Name: hello-dkms' 'Version: 1.5.0' 'Release: 1%{?dist}' 'Summary: Says hello' \
            'License: GPL-2.0-only' 'URL: https://example.org/hello' 'BuildArch: noarch' \
            "${PREAMBLE-%{nil\}}" 'Source0: https://example.org/%{upstream}-%{version}.tar.gz' 'Patch0: description.patch' \
            '%description' 'hello' '%prep'
        printf '%s\n' "${@:2}"
        printf '%s\n' '%build' '%install' '%files'
    } >"$top/SPECS/hello-dkms.spec"
    rpmbuild --quiet -bs --define "_topdir $top" "$top/SPECS/hello-dkms.spec"
    mv "$top/SRPMS"/*.src.rpm "$SCRATCH/$1.src.rpm"
}

make_source_rpms() {
    source_rpm autosetup '%autosetup -n %{upstream}-%{version} -p1'
    source_rpm setup '# a comment' '%setup -q -n hello-%{version}' '%patch0 -p1'
    # rpmbuild reads no tag in a macro that nobody calls.
    PREAMBLE=$'%global unused() %{expand:\nSource9223372036854775807: last\nSource: next\n}' \
        source_rpm numbered '%autosetup -n hello-1.5.0 -p1'
    source_rpm shell '%autosetup -n hello-1.5.0 -p1' 'sed -i s/a/b/ hello.c'
}

rpm_metadata() {
    "$MKDKMS" rpm "$SCRATCH/autosetup.src.rpm" --kind dkms -o "$SCRATCH/srpm-rpm"
    equal "$(rpm -qp --nosignature --qf '%{SUMMARY}|%{URL}|%{LICENSE}' "$SCRATCH/srpm-rpm"/*.rpm)" \
        'Says hello|https://example.org/hello|GPL-2.0-only'
}

check "a tree and a patch that makes it the fixture" unpatched_tree
check "source packages made by dpkg-source: 3.0 (quilt)" make_quilt
check "…3.0 (native)" make_native
check "…1.0" make_old_format
check "a .dsc of 3.0 (quilt), its series applied" as_dpkg_source "$SCRATCH/quilt/hello_1.5.0-1.dsc"
check "a .dsc of 3.0 (native)" as_dpkg_source "$SCRATCH/native/hello_1.5.0.dsc"
check "a .dsc of 1.0, its diff applied" as_dpkg_source "$SCRATCH/old/hello_1.5.0-1.dsc"
check "a .dsc gives its metadata" dsc_metadata
check "a .dsc whose files are others, gone or elsewhere is refused" damaged_dsc
check "a patch out of the tree is refused" hostile_patch
check "source packages made by rpmbuild" make_source_rpms
check "a .src.rpm with %autosetup" equivalent "$SCRATCH/autosetup.src.rpm"
check "a .src.rpm with %setup and %patch" equivalent "$SCRATCH/setup.src.rpm"
check "a .src.rpm gives its metadata" rpm_metadata
check "a .src.rpm with a source of a number too high is refused" \
    refused 1 'unsupported-spec' "$MKDKMS" conf "$SCRATCH/numbered.src.rpm"
check "a .src.rpm whose %prep runs a shell is refused" refused 1 'unsupported-spec' "$MKDKMS" conf "$SCRATCH/shell.src.rpm"
finish
