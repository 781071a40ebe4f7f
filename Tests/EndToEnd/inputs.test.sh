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

check "a folder gives the fixture's name, version and exactly its files" reference
check "a folder by ." from_folder_itself
check "a dkms.conf" equivalent "$TREE/dkms.conf"
if needs_root "name/version"; then check "name/version, found under /usr/src" from_name_and_version; fi
check "archives made by tar" make_archives
for suffix in gz xz zst bz2; do
    check "a .tar.$suffix" equivalent "$SCRATCH/archives/hello.tar.$suffix"
done
check "a package made by dpkg-deb" make_deb
check "a .deb" equivalent "$SCRATCH/archives/hello-dkms_1.5.0-1_all.deb"
check "a package made by rpmbuild" make_rpm
check "an .rpm" equivalent "$SCRATCH/archives/hello-dkms.rpm"
if needs_root "a tarball of the distribution's dkms"; then
    check "a tarball made by the distribution's dkms" make_dkms_tarball
    # dkms gives the files of its tarballs the time at which they are packed.
    check "a .dkms.tar.gz" with_epoch equivalent "$SCRATCH/archives/hello.dkms.tar.gz"
fi
check "our own tarball back in" round_trip tarball
check "our own deb back in" round_trip deb
check "our own rpm back in" round_trip rpm
finish
