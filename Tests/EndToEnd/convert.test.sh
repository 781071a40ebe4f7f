#!/bin/bash
# A -dkms .deb to an .rpm and back: the same tree, the same run bits, the same metadata. The fixture, and packages of Debian.
. "$(dirname "$0")/lib.sh"
. "$REPO/Tests/apt-folder.sh"

TREE=$SCRATCH/src/hello-1.5.0
SUITE=bookworm
tree_copy "$HELLO" "$TREE"
printf '#!/bin/sh\nexit 0\n' >"$TREE/check.sh"
chmod 0755 "$TREE/check.sh"
touch -d '2024-03-01 12:00:00 UTC' "$TREE/check.sh" "$TREE"

# Mode and path of every file under /usr/src, from each format's own reader.
modes_of_deb() { dpkg-deb -c "$1" | awk '$6 ~ /^\.\/usr\/src\/./ {sub(/\/$/, "", $6); print $1, substr($6, 2)}' | sort; }
modes_of_rpm() { rpm -qp --nosignature --qf '[%{FILEMODES:perms} %{FILENAMES}\n]' "$1" | grep ' /usr/src/' | sort; }

unpack() {
    mkdir -p "$2"
    case $1 in
        *.deb) dpkg-deb -x "$1" "$2" ;;
        *.rpm) (cd "$2" && rpm2cpio "$1" | cpio -idm --quiet) ;;
    esac
}

there_and_back() {
    local work=$SCRATCH/hello
    # shellcheck disable=SC2016 # literal
    "$MKDKMS" deb "$TREE" --kind dkms -o "$work/1" --maintainer 'A Tester <tester@example.org>' \
        --homepage https://example.org/hello --summary 'Says "100%" $(hello)'
    "$MKDKMS" rpm "$(one "$work/1" '*.deb')" -o "$work/2"
    "$MKDKMS" deb "$(one "$work/2" '*.rpm')" --kind dkms -o "$work/3"
    cmp "$(one "$work/1" '*.deb')" "$(one "$work/3" '*.deb')"
    unpack "$(one "$work/2" '*.rpm')" "$work/tree"
    diff -r "$TREE" "$work/tree/usr/src/hello-1.5.0"
    alike <(modes_of_deb "$(one "$work/1" '*.deb')") <(modes_of_rpm "$(one "$work/2" '*.rpm')")
    modes_of_rpm "$(one "$work/2" '*.rpm')" >"$SCRATCH/modes"
    contains "$SCRATCH/modes" '^-rwxr-xr-x /usr/src/hello-1.5.0/check.sh$'
}

metadata() {
    local work=$SCRATCH/hello
    # shellcheck disable=SC2016 # literal
    equal "$(rpm -qp --nosignature --qf '%{PACKAGER}|%{URL}|%{SUMMARY}' "$(one "$work/2" '*.rpm')")" \
        'A Tester <tester@example.org>|https://example.org/hello|Says "100%" $(hello)'
    equal "$(dpkg-deb -f "$(one "$work/3" '*.deb')" Maintainer)" 'A Tester <tester@example.org>'
}

# A package whose relations are known, unknown and every package's own.
relations() {
    local work=$SCRATCH/relations
    mkdir -p "$work/root/DEBIAN" "$work/root/usr/src" "$work/root/etc/modprobe.d"
    cp -a "$TREE" "$work/root/usr/src/"
    echo 'options hello x=1' >"$work/root/etc/modprobe.d/hello.conf"
    printf '%s\n' 'Package: hello-dkms' 'Version: 1.5.0-1' 'Architecture: all' 'Maintainer: A Tester <tester@example.org>' \
        'Depends: dkms (>= 2.1), libc6-dev | libc-dev, libelf-dev (>= 0.150), perl:any, debconf (>= 0.5) | debconf-2.0' \
        'Description: hello' >"$work/root/DEBIAN/control"
    dpkg-deb --root-owner-group -b "$work/root" "$work/hello-dkms.deb"
    "$MKDKMS" rpm "$work/hello-dkms.deb" -o "$work/rpm" 2>"$work/err"
    contains "$work/err" 'warning: .*debconf \(>= 0.5\) \| debconf-2.0 \[relations-left-out\]'
    contains "$work/err" 'warning: .*etc/modprobe.d/hello.conf \[files-left-out\]'
    # What the settings give is none of it, wherever it goes on the other side.
    printf 'files:\n- {role: modprobe, content: options hello x=2, name: hello.conf}\n' >"$work/given.yaml"
    "$MKDKMS" rpm "$work/hello-dkms.deb" --settings "$work/given.yaml" --dry-run 2>"$work/err"
    lacks "$work/err" 'files-left-out'
    diff <(printf '%s\n' '(dkms or mkdkms)' /bin/sh 'elfutils-libelf-devel >= 0.150' glibc-devel perl | sort -u) \
        <(rpm -qp --nosignature --requires "$(one "$work/rpm" '*.rpm')" | grep -v '^rpmlib(' | sort -u)
    "$MKDKMS" deb "$(one "$work/rpm" '*.rpm')" --kind dkms -o "$work/deb"
    dpkg-deb -f "$(one "$work/deb" '*.deb')" Depends >"$work/depends"
    # In the order of their names there.
    contains "$work/depends" 'libelf-dev \(>= 0\.150\), libc6-dev, perl$'
}

# What a package says of itself in texts goes on as it is, there and back; what doesn't is told.
texts() {
    local work=$SCRATCH/texts input document
    mkdir -p "$work/root/DEBIAN" "$work/root/usr/src" "$work/root/usr/share/doc/hello-dkms"
    cp -a "$TREE" "$work/root/usr/src/"
    printf '%s\n' 'Package: hello-dkms' 'Version: 1.5.0-3' 'Architecture: all' 'Maintainer: A Tester <tester@example.org>' \
        'Section: contrib/kernel' 'Priority: optional' 'Depends: dkms' 'Description: hello, kernel' \
        ' A module that greets whoever loads it, at length.' ' .' ' It knows no other word.' >"$work/root/DEBIAN/control"
    cat >"$work/root/usr/share/doc/hello-dkms/copyright" <<'EOF'
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/

Files: *
Copyright: 2019 Nobody In Particular
License: GPL-2
 With a word of thanks.  On Debian systems its text is in
 /usr/share/common-licenses/GPL-2.
EOF
    printf 'hello (1.5.0-3) unstable; urgency=low\n\n  * Greet.\n\n -- A Tester <tester@example.org>  Tue, 14 Nov 2023 22:13:20 +0000\n' |
        gzip -9n >"$work/root/usr/share/doc/hello-dkms/changelog.Debian.gz"
    echo 'Read this.' >"$work/root/usr/share/doc/hello-dkms/README.Debian"
    echo 'As in the tree.' >"$work/root/usr/share/doc/hello-dkms/README.md"
    dpkg-deb --root-owner-group -b "$work/root" "$work/hello-dkms.deb"
    "$MKDKMS" deb "$work/hello-dkms.deb" --kind dkms --kind source -o "$work/deb" 2>"$work/err"
    contains "$work/err" 'lacks: usr/share/doc/hello-dkms/README.Debian \[files-left-out\]'
    "$MKDKMS" rpm "$work/hello-dkms.deb" --kind dkms -o "$work/rpm"
    "$MKDKMS" deb "$(one "$work/rpm" '*.rpm')" --kind dkms -o "$work/back" 2>"$work/err"
    lacks "$work/err" 'left-out'
    "$MKDKMS" deb "$work/deb"/*.dsc --kind dkms -o "$work/again"
    document=$work/root/usr/share/doc/hello-dkms/copyright
    for input in deb back again; do
        unpack "$(one "$work/$input" '*.deb')" "$work/$input.tree"
        same "$work/$input.tree/usr/share/doc/hello-dkms/copyright" "$document"
        dpkg-deb -f "$(one "$work/$input" '*.deb')" Description >"$work/$input.description"
        diff - "$work/$input.description" <<'EOF'
Hello, kernel
 A module that greets whoever loads it, at length.
 .
 It knows no other word.
 .
 This package holds the source of the kernel module, to be built by DKMS for
 each kernel whose headers are installed.
EOF
    done
    equal "$(dpkg-deb -f "$(one "$work/deb" '*.deb')" Section)" contrib/kernel
    equal "$(dpkg-deb -f "$(one "$work/again" '*.deb')" Section)" contrib/kernel
    unpack "$(one "$work/rpm" '*.rpm')" "$work/rpm.tree"
    same "$work/rpm.tree/usr/share/licenses/hello-dkms/copyright" "$document"
    rpm -qpL --nosignature "$(one "$work/rpm" '*.rpm')" >"$work/licenses"
    contains "$work/licenses" '^/usr/share/licenses/hello-dkms/copyright$'
    # Source packages of it have that text too, which the tree has not.
    "$MKDKMS" rpm "$work/hello-dkms.deb" --kind source --kind skeleton -o "$work/source"
    rpmbuild --quiet --rebuild --define "_topdir $work/top" --define "_rpmdir $work/rebuilt" "$(one "$work/source" '*.src.rpm')"
    unpack "$(one "$work/rebuilt" '*.rpm')" "$work/rebuilt.tree"
    same "$work/rebuilt.tree/usr/share/licenses/hello-dkms/copyright" "$document"
    same "$work/source/copyright" "$document"
    "$MKDKMS" deb "$(one "$work/source" '*.src.rpm')" --kind dkms -o "$work/of-source" 2>"$work/err"
    lacks "$work/err" 'left-out'
    unpack "$(one "$work/of-source" '*.deb')" "$work/of-source.tree"
    same "$work/of-source.tree/usr/share/doc/hello-dkms/copyright" "$document"
    # A licence that is given is another one than that text is of.
    "$MKDKMS" deb "$work/hello-dkms.deb" --kind dkms --license MIT -o "$work/given"
    unpack "$(one "$work/given" '*.deb')" "$work/given.tree"
    contains "$work/given.tree/usr/share/doc/hello-dkms/copyright" '^License: Expat$'
    lacks "$work/given.tree/usr/share/doc/hello-dkms/copyright" Nobody
}

texts_are_fine() {
    local work=$SCRATCH/texts
    lintian --allow-root --tag-display-limit 0 "$work/deb"/*.deb "$work/back"/*.deb "$work/own"/*.deb | tee "$work/lintian"
    [ ! -s "$work/lintian" ]
}

# The licence of an .rpm that its tree has not: Debian has no text of it either.
licence_of_an_rpm() {
    local work=$SCRATCH/texts
    mkdir -p "$work/top/SOURCES"
    tar -C "$SCRATCH/src" -czf "$work/top/SOURCES/hello-1.5.0.tar.gz" hello-1.5.0
    printf 'Do as you like.\n\nBut be nice.\n' >"$work/top/SOURCES/NICE"
    cat >"$work/hello-dkms.spec" <<'EOF'
Name: hello-dkms
Version: 1.5.0
Release: 1
Summary: Hello, kernel
License: LicenseRef-Nice
BuildArch: noarch
Source0: hello-1.5.0.tar.gz
Source1: NICE
%description
A module that greets whoever loads it.
%prep
%setup -q -n hello-1.5.0
cp %{SOURCE1} .
%install
mkdir -p %{buildroot}/usr/src/hello-1.5.0
cp -a Makefile dkms.conf hello.c %{buildroot}/usr/src/hello-1.5.0/
%files
%license NICE
/usr/src/hello-1.5.0
%post
getent passwd hello || useradd -r hello
dkms add -m hello -v 1.5.0
EOF
    rpmbuild --quiet -bb --define "_topdir $work/top" --define "_rpmdir $work/built" "$work/hello-dkms.spec"
    "$MKDKMS" deb "$(one "$work/built" '*.rpm')" --kind dkms -o "$work/own" --maintainer 'A Tester <tester@example.org>' 2>"$work/err"
    contains "$work/err" '%post \(getent passwd hello; useradd -r hello\) \[scripts-left-out\]'
    lacks "$work/err" 'files-left-out'
    unpack "$(one "$work/own" '*.deb')" "$work/own.tree"
    # Beside a licence that Debian has the text of, and with a revision that its changelog doesn't know.
    {
        sed 's/^License: .*/License: GPL-2.0-only AND LicenseRef-Nice/; s/^Release: .*/Release: 5/' "$work/hello-dkms.spec"
        printf '%s\n' '%changelog' '* Fri Mar 01 2024 A Tester <tester@example.org> - 1.5.0-3' '- Greet'
    } >"$work/both.spec"
    rpmbuild --quiet -bb --define "_topdir $work/top" --define "_rpmdir $work/both" "$work/both.spec"
    "$MKDKMS" deb "$(one "$work/both" '*.rpm')" --kind dkms -o "$work/both.out" --maintainer 'A Tester <tester@example.org>'
    equal "$(dpkg-deb -f "$(one "$work/both.out" '*.deb')" Version)" 1.5.0-5
    unpack "$(one "$work/both.out" '*.deb')" "$work/both.tree"
    diff <(sed -n '/^License:/,$p' "$work/both.tree/usr/share/doc/hello-dkms/copyright") - <<'EOF'
License: GPL-2 and LicenseRef-Nice
 On Debian systems its text is in /usr/share/common-licenses/GPL-2.
 .
 Of the others:
 .
 Do as you like.
 .
 But be nice.
EOF
    diff <(sed -n '/^License:/,$p' "$work/own.tree/usr/share/doc/hello-dkms/copyright") - <<'EOF'
License: LicenseRef-Nice
 Its text:
 .
 Do as you like.
 .
 But be nice.
EOF
}

# What mkdkms made itself, with a package of files beside the module: source packages too tell what gets lost of it.
own_packages() {
    local work=$SCRATCH/own input
    mkdir -p "$work"
    cat >"$work/settings.yaml" <<'YAML'
files:
  - {role: modprobe, content: options hello a=1, name: hello.conf}
  - {role: udev, content: 'KERNEL=="hello"', name: 60-hello.rules}
deb: {requires: ["libelf-dev (>= 0.150)", nowhere]}
rpm: {requires: ["elfutils-libelf-devel >= 0.150", nowhere, "per%cent"]}
YAML
    "$MKDKMS" deb "$TREE" --kind dkms --kind source --settings "$work/settings.yaml" -o "$work/made"
    "$MKDKMS" rpm "$TREE" --kind dkms --kind source --settings "$work/settings.yaml" -o "$work/made"
    for input in hello_1.5.0-1.dsc hello-dkms-1.5.0-1.src.rpm hello-dkms_1.5.0-1_all.deb hello-dkms-1.5.0-1.noarch.rpm; do
        "$MKDKMS" rpm "$work/made/$input" --kind dkms -o "$work/rpm/$input" 2>"$work/$input.rpm.err"
        "$MKDKMS" deb "$work/made/$input" --kind dkms -o "$work/deb/$input" 2>"$work/$input.deb.err"
    done
    cd "$work"
    contains hello_1.5.0-1.dsc.deb.err \
        'lacks: etc/modprobe.d/hello.conf, lib/udev/rules.d/60-hello.rules \[files-left-out\]'
    contains hello-dkms-1.5.0-1.src.rpm.rpm.err \
        'lacks: usr/lib/modprobe.d/hello.conf, usr/lib/udev/rules.d/60-hello.rules \[files-left-out\]'
    # What the settings give is no loss: all of it, or some.
    "$MKDKMS" deb made/hello-dkms-1.5.0-1.src.rpm --kind dkms --settings settings.yaml --dry-run 2>given.err
    lacks given.err 'files-left-out'
    sed '/udev/d' settings.yaml >some.yaml
    "$MKDKMS" deb made/hello_1.5.0-1.dsc --kind dkms --settings some.yaml --dry-run 2>given.err
    contains given.err 'lacks: lib/udev/rules.d/60-hello.rules \[files-left-out\]'
    # Each said once; within one format all is carried.
    equal "$(grep -c '\[' hello_1.5.0-1.dsc.deb.err hello-dkms-1.5.0-1.src.rpm.rpm.err | tr '\n' ' ')" \
        'hello_1.5.0-1.dsc.deb.err:1 hello-dkms-1.5.0-1.src.rpm.rpm.err:1 '
    lacks hello-dkms_1.5.0-1_all.deb.deb.err warning
    lacks hello-dkms-1.5.0-1.noarch.rpm.rpm.err warning
    equal "$(cat hello_1.5.0-1.dsc.rpm.err hello-dkms-1.5.0-1.src.rpm.deb.err | grep -oE '\[[a-z-]+\]$' | sort | uniq -c | xargs)" \
        '2 [files-left-out] 2 [relations-left-out]'
    contains hello-dkms-1.5.0-1.src.rpm.deb.err ': nowhere, per%cent \[relations-left-out\]'
    # The package of the files is of the same release, and no unknown one.
    contains hello-dkms_1.5.0-1_all.deb.rpm.err ': nowhere \[relations-left-out\]'
    contains hello-dkms_1.5.0-1_all.deb.rpm.err 'needs the files of hello-common, .* \[files-left-out\]'
    for input in deb/*.dsc deb/*.deb; do
        equal "$(dpkg-deb -f "$input"/*.deb Depends)" \
            'dkms (>= 2.8) | mkdkms, hello-common (= 1.5.0-1), libelf-dev (>= 0.150), nowhere'
    done
    for input in rpm/*.rpm; do
        equal "$(rpm -qp --nosignature --requires "$input"/*.rpm | grep -vE '^rpmlib|^/bin/sh|^\(' | xargs)" \
            'elfutils-libelf-devel >= 0.150 hello-common = 1.5.0-1 nowhere per%cent'
    done
    for input in rpm/*.dsc rpm/*.deb; do
        equal "$(rpm -qp --nosignature --requires "$input"/*.rpm | grep -vE '^rpmlib|^/bin/sh|^\(' | xargs)" 'elfutils-libelf-devel >= 0.150'
    done
    # With files of its own it needs its own package of them.
    "$MKDKMS" deb made/hello-dkms_1.5.0-1_all.deb --kind dkms -R 2 --settings settings.yaml -o again 2>err
    lacks err warning
    dpkg-deb -f again/hello-dkms_1.5.0-2_all.deb Depends >depends
    contains depends 'hello-common \(= 1.5.0-2\)'
    lacks depends 'hello-common \(= 1.5.0-1\)'
}

# Finished modules need nothing of what a build or a hook of the source does.
relations_of_modules() {
    local work=$SCRATCH/relations name
    "$MKDKMS" deb "$work/hello-dkms.deb" --kind modules -k "$K1" --no-sign -o "$work/modules" 2>"$work/modules.err"
    "$MKDKMS" rpm "$work/hello-dkms.deb" --kind kmod -k "$K1" --no-sign -o "$work/modules" 2>>"$work/modules.err"
    dpkg-deb -f "$(one "$work/modules" 'hello-modules-[0-9]*.deb')" Depends >"$work/needed"
    rpm -qp --nosignature --requires "$(one "$work/modules" 'kmod-hello-[0-9]*.rpm')" >>"$work/needed"
    contains "$work/needed" 'linux-image-'
    contains "$work/needed" 'kernel-uname-r'
    for name in perl libc libelf glibc elfutils debconf; do lacks "$work/needed" "$name"; done
    lacks "$work/modules.err" 'relations-left-out'
}

# --- Debian's own packages -------------------------------------------------------------------------------------------

fetch() {
    local folder=$CACHE/convert
    mkdir -p "$folder"
    [ -n "$(find "$folder" -name "$1_*.deb")" ] || {
        apt_folder "$folder/apt" "$SUITE"
        (cd "$folder" && apt_in "$folder/apt" apt-get download "$1")
    }
    one "$folder" "$1_*.deb"
}

# What dpkg lists is what rpm lists, but for run bits on files that are no programs (lint of both sides wants them off).
convert() {
    local deb work=$SCRATCH/$1
    deb=$(one "$CACHE/convert" "$1_*.deb")
    "$MKDKMS" rpm "$deb" --kind dkms -o "$work/rpm" --archive-compression zst:1 2>"$work.err"
    unpack "$deb" "$work/before"
    unpack "$(one "$work/rpm" '*.rpm')" "$work/after"
    diff -r --no-dereference "$work/before/usr/src" "$work/after/usr/src"
    rpm -K --nosignature "$(one "$work/rpm" '*.rpm')"
    local mode path other
    modes_of_rpm "$(one "$work/rpm" '*.rpm')" >"$work/modes"
    while read -r mode path; do
        case $mode in -*x*) ;; *) continue ;; esac
        case $(head -c 2 "$work/before$path" | tr -d '\0') in '#!' | $'\x7fE') ;; *) continue ;; esac
        other=$(awk -v path="$path" '$2 == path {print $1}' "$work/modes")
        equal "$path $other" "$path -rwxr-xr-x"
        echo "$path" >>"$work/programs"
    done < <(modes_of_deb "$deb")
}

# requires PACKAGE NAME…: the .rpm's own requirements are exactly these.
requires() {
    local rpm
    rpm=$(one "$SCRATCH/$1/rpm" '*.rpm')
    shift
    diff <(printf '%s\n' /bin/sh "$@" | sort -u) \
        <(rpm -qp --nosignature --requires "$rpm" | grep -v '^rpmlib(' | sort -u)
}

# as_before FILE FILE FIELD: each item of the field is in that of the other package, but for what ours says of dkms and of itself.
as_before() {
    comm -23 <(dpkg-deb -f "$1" "$3" | sed 's/, /\n/g' | grep -vE '^(dkms|zfs-modules)( |$)' | sort) \
        <(dpkg-deb -f "$2" "$3" | sed 's/, /\n/g' | sort)
}

# To a .deb again all of it goes on.
within_debian() {
    local field deb made
    deb=$(one "$CACHE/convert" "$1_*.deb" | head -n 1)
    "$MKDKMS" deb "$deb" --kind dkms -o "$SCRATCH/$1/same" --archive-compression zst:1 2>"$SCRATCH/err"
    lacks "$SCRATCH/err" relations-left-out
    made=$(one "$SCRATCH/$1/same" '*.deb')
    for field in Pre-Depends Depends Recommends Suggests Enhances Provides Conflicts Breaks Replaces; do
        equal "$(as_before "$deb" "$made" "$field")" ''
    done
    equal "$(dpkg-deb -f "$made" Depends | grep -o 'dkms [^,]*')" "$2"
}

# The hooks are ours: what a tree's own package did there is not carried.
hooks() {
    local rpm
    rpm=$(one "$SCRATCH/$1/rpm" '*.rpm')
    rpm -qp --nosignature --scripts "$rpm" >"$SCRATCH/scripts"
    contains "$SCRATCH/scripts" "$2"
    lacks "$SCRATCH/scripts" 'debconf|db_get|py3compile'
}

and_back() {
    local work=$SCRATCH/$1
    "$MKDKMS" deb "$(one "$work/rpm" '*.rpm')" --kind dkms -o "$work/deb" --archive-compression zst:1
    unpack "$(one "$work/deb" '*.deb')" "$work/again"
    diff -r --no-dereference "$work/before/usr/src" "$work/again/usr/src"
    alike "$work/modes" <(modes_of_deb "$(one "$work/deb" '*.deb')")
}

check "hello: .deb to .rpm to .deb is the same file, tree and run bits" there_and_back
check "hello: maintainer, homepage and summary, literally" metadata
check "relations: known ones translated, others dropped with a warning" relations
if needs_program "texts" rpmbuild; then check "texts: copyright, section and description go on, the rest is told" texts; fi
if needs_program "texts: of a licence" rpmbuild; then check "texts: the licence that an .rpm brings; foreign work of its scripts" licence_of_an_rpm; fi
if needs_program "texts: lintian" lintian; then check "texts: lintian has nothing against them" texts_are_fine; fi
check "relations and files: of mkdkms's own packages and source packages" own_packages
if needs_kernel "relations: none of them on finished modules"; then
    check "relations: none of them on finished modules" relations_of_modules
fi

debian_package() {
    local package=$1 version=$2
    local engine=$3
    shift 3
    if ! (set -e; fetch "$package") >"$SCRATCH/fetch" 2>&1; then
        skip "$package" "apt cannot fetch it: $(tail -n 1 "$SCRATCH/fetch")"
        return
    fi
    check "$package: .rpm with the same tree, programs stay programs, rpm -K" convert "$package"
    check "$package: requires what an .rpm can" requires "$package" "$@"
    check "$package: to a .deb again with all that it said" within_debian "$package" "$engine | mkdkms"
    check "$package: hooks are ours" hooks "$package" "$version"
    check "$package: and back to a .deb" and_back "$package"
}
# left_out PACKAGE PATTERN: what the conversion says of the package's scripts; nothing for an empty one.
left_out() {
    if [ -n "$2" ]; then contains "$SCRATCH/$1.err" "$2.* \[scripts-left-out\]"; else lacks "$SCRATCH/$1.err" 'scripts-left-out'; fi
    same "$SCRATCH/$1/after/usr/share/licenses/$1/copyright" "$SCRATCH/$1/before/usr/share/doc/$1/copyright"
}
debian_package zfs-dkms zfs 'dkms (>= 2.8)' '(dkms or mkdkms)' file glibc-devel perl
debian_package lttng-modules-dkms lttng-modules 'dkms (>= 2.8)' '(dkms or mkdkms)'
debian_package nvidia-kernel-dkms nvidia-current 'dkms (>= 3.0.3-4~)' '(dkms >= 3.0.11 or mkdkms)'
for package in zfs-dkms lttng-modules-dkms nvidia-kernel-dkms; do
    [ -e "$SCRATCH/$package.err" ] || continue
    work=
    [ $package != zfs-dkms ] ||
        work='config \(.*db_input critical zfs-dkms/.*postinst \(.*db_get.*postrm \(.*db_purge\), prerm \(rm -f /etc/zfs/zpool.cache\)'
    check "$package: its copyright as it is, and what its scripts did besides" left_out $package "$work"
done
finish
