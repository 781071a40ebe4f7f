#!/bin/bash
# What a package says of others goes on when mkdkms makes a package of it: all of it within one format, what has a name on
# the other side in the other one; what is left out is named. dpkg-deb and rpm say what is in the result.
. "$(dirname "$0")/lib.sh"

TREE=$SCRATCH/src/hello-1.5.0
tree_copy "$HELLO" "$TREE"
export DEBFULLNAME='A Tester' DEBEMAIL=tester@example.org
FIELDS=(Pre-Depends Depends Recommends Suggests Enhances Provides Conflicts Breaks Replaces)
TAGS=(requires recommends suggests enhances supplements provides conflicts obsoletes)

# said_by_deb FILE: each field of it, one item a line.
said_by_deb() {
    local field
    for field in "${FIELDS[@]}"; do dpkg-deb -f "$1" "$field" | sed 's/, /\n/g' | sort | sed -n "/./s/^/$field: /p"; done
}

# said_by_rpm FILE: the same, without what rpmbuild and the scripts of ours add.
said_by_rpm() {
    local tag
    for tag in "${TAGS[@]}"; do rpm -qp --nosignature "--$tag" "$1" | sort -u | sed -n "/./s/^/$tag: /p"; done |
        grep -vE '^requires: (rpmlib\(|/bin/sh$)'
}

# purposes FILE: what its scripts need, and what it is installed after; rpmbuild's own left out.
purposes() {
    rpm -qp --nosignature --qf '[%{REQUIREFLAGS:deptype}: %{REQUIRENAME} %{REQUIREFLAGS:depflags} %{REQUIREVERSION}\n]' "$1" |
        sed 's/ *$//' | grep -vE '^(manual|rpmlib|[a-z,]*interp[a-z,]*): ' | sort || true
    rpm -qp --nosignature --qf '[order %{ORDERFLAGS:deptype}: %{ORDERNAME} %{ORDERFLAGS:depflags} %{ORDERVERSION}\n]' "$1" |
        sed 's/ *$//' | grep -v '(none)' | sort || true
}

# make_deb FOLDER NAME LINE…: the tree as a package with these further lines of control.
make_deb() {
    mkdir -p "$1/root/DEBIAN" "$1/root/usr/src"
    cp -a "$TREE" "$1/root/usr/src/"
    printf '%s\n' "Package: $2" 'Version: 1.5.0-3' 'Architecture: all' 'Maintainer: B <b@example.org>' "${@:3}" \
        'Description: driver of the Hello card' >"$1/root/DEBIAN/control"
    dpkg-deb --root-owner-group -b "$1/root" "$1/$2.deb"
}

make_input() {
    make_deb "$SCRATCH/in" hello-dkms 'Pre-Depends: kmod (>= 20-1~)' \
        'Depends: dkms (>= 3.0.9), libelf-dev (>= 0.150), debconf (>= 0.5) | debconf-2.0' \
        'Recommends: linux-headers-amd64 | linux-headers, zstd, hello-tools (>= 1.4)' 'Suggests: hello-doc, mokutil' \
        'Enhances: hello-card' 'Provides: hello-modules (= 1.5.0-3), hello-api (= 1.5.0-3), hello-abi (= 7)' \
        'Conflicts: hello-dkms, hello-oss, dwarves (<< 1.20-2)' 'Breaks: hello-tools (<< 1.2~)' \
        'Replaces: hello-modules, hello-oss (<= 1.1-1)'
}

# The same version again is an upgrade of the tree's own packages, which say their names and versions themselves.
deb_to_deb() {
    "$MKDKMS" deb "$SCRATCH/in/hello-dkms.deb" --kind dkms --kind source -R 4 -o "$SCRATCH/deb" 2>"$SCRATCH/err"
    lacks "$SCRATCH/err" 'warning: .*relations'
    cat >"$SCRATCH/expected" <<'END'
Pre-Depends: kmod (>= 20-1~)
Depends: debconf (>= 0.5) | debconf-2.0
Depends: dkms (>= 3.0.9) | mkdkms
Depends: libelf-dev (>= 0.150)
Recommends: hello-tools (>= 1.4)
Recommends: zstd
Suggests: hello-doc
Suggests: mokutil
Enhances: hello-card
Provides: hello-abi (= 7)
Provides: hello-api (= 1.5.0-4)
Provides: hello-modules (= 1.5.0-4)
Conflicts: dwarves (<< 1.20-2)
Conflicts: hello-oss
Breaks: hello-tools (<< 1.2~)
Replaces: hello-oss (<= 1.1-1)
END
    said_by_deb "$SCRATCH/deb/hello-dkms_1.5.0-4_all.deb" | diff "$SCRATCH/expected" -
    # Its source package says the same, and what is made of that.
    "$MKDKMS" deb "$SCRATCH/deb"/*.dsc --kind dkms -o "$SCRATCH/deb/again"
    same "$SCRATCH/deb/hello-dkms_1.5.0-4_all.deb" "$SCRATCH/deb/again/hello-dkms_1.5.0-4_all.deb"
}

deb_to_rpm() {
    "$MKDKMS" rpm "$SCRATCH/in/hello-dkms.deb" --kind dkms -o "$SCRATCH/rpm" 2>"$SCRATCH/err"
    cat >"$SCRATCH/expected" <<'END'
requires: (dkms >= 3.0.9 or mkdkms)
requires: elfutils-libelf-devel >= 0.150
requires: kmod >= 20
recommends: zstd
suggests: mokutil
provides: hello-dkms = 1.5.0-3
provides: hello-kmod = 1.5.0-3
conflicts: dwarves < 1.20
END
    said_by_rpm "$SCRATCH/rpm"/*.rpm | diff "$SCRATCH/expected" -
    # Once before it is installed, and once as long as it is.
    equal "$(purposes "$SCRATCH/rpm"/*.rpm)" 'pre: kmod >= 20'
    contains <(rpm -qp --nosignature --qf '[%{REQUIREFLAGS:deptype} %{REQUIRENAME}\n]' "$SCRATCH/rpm"/*.rpm) '^manual kmod$'
    equal "$(grep -c 'relations-left-out' "$SCRATCH/err")" 1
    contains "$SCRATCH/err" ": Depends: debconf \(>= 0\.5\) \| debconf-2\.0; Recommends: hello-tools \(>= 1\.4\); Suggests: hello-doc; \
Enhances: hello-card; Provides: hello-api \(= 1\.5\.0-3\), hello-abi \(= 7\); Conflicts: hello-oss; Breaks: hello-tools \(<< 1\.2~\); \
Replaces: hello-oss \(<= 1\.1-1\) \[relations-left-out\]$"
    "$MKDKMS" rpm "$SCRATCH/deb"/*.dsc --kind dkms -R 3 -o "$SCRATCH/rpm/of-source"
    diff "$SCRATCH/expected" <(said_by_rpm "$SCRATCH/rpm/of-source"/*.rpm)
}

# Where the settings say what the package is to say, nothing else is taken from another one than its dkms, and nothing missed.
settled() {
    printf 'rpm: {dkms: {suggests: [hello-doc]}}\n' >"$SCRATCH/settings.yaml"
    "$MKDKMS" rpm "$SCRATCH/in/hello-dkms.deb" --kind dkms --settings "$SCRATCH/settings.yaml" -o "$SCRATCH/settled" 2>"$SCRATCH/err"
    lacks "$SCRATCH/err" relations-left-out
    diff <(said_by_rpm "$SCRATCH/settled"/*.rpm) - <<'END'
requires: (dkms >= 3.0.9 or mkdkms)
suggests: hello-doc
provides: hello-dkms = 1.5.0-3
provides: hello-kmod = 1.5.0-3
END
}

# The name that came before the one that came in is replaced still, and the package is not in conflict with itself: dpkg
# installs it, and its own packages of modules stay out.
twice_renamed() {
    make_deb "$SCRATCH/former" hello-source 'Provides: hello-modules' 'Conflicts: hello-modules' 'Replaces: hello-modules'
    "$MKDKMS" deb "$SCRATCH/former/hello-source.deb" --kind dkms -o "$SCRATCH/former/1"
    "$MKDKMS" deb "$SCRATCH/former/1"/*.deb --kind dkms -R 4 -o "$SCRATCH/former/2"
    diff <(said_by_deb "$SCRATCH/former/2"/*.deb) - <<'END'
Depends: dkms (>= 2.8) | mkdkms
Provides: hello-modules (= 1.5.0-4)
Provides: hello-source (= 1.5.0-4)
Conflicts: hello-source
Replaces: hello-source (<= 1.5.0-3)
END
    "$MKDKMS" rpm "$SCRATCH/former/hello-source.deb" --kind dkms -o "$SCRATCH/former/3"
    "$MKDKMS" rpm "$SCRATCH/former/3"/*.rpm --kind dkms -R 4 -o "$SCRATCH/former/4"
    diff <(said_by_rpm "$SCRATCH/former/4"/*.rpm) - <<'END'
requires: (dkms or mkdkms)
provides: hello-dkms = 1.5.0-4
provides: hello-kmod = 1.5.0-4
provides: hello-source = 1.5.0-3.1
conflicts: hello-source
obsoletes: hello-source < 1.5.0-3.1
END
}

# A field may be folded anywhere, between the alternatives of one item too.
folded() {
    make_deb "$SCRATCH/folded" hello-dkms $'Depends: dkms,\n hello-tools |\n zstd (>= 1.4) ,\n kmod'
    "$MKDKMS" deb "$SCRATCH/folded/hello-dkms.deb" --kind dkms -R 4 -o "$SCRATCH/folded/out"
    equal "$(dpkg-deb -f "$SCRATCH/folded/out"/*.deb Depends)" 'dkms (>= 2.8) | mkdkms, hello-tools | zstd (>= 1.4), kmod'
}

# Of what is built of a source package only the one for DKMS speaks for the module.
beside_others() {
    local folder=$SCRATCH/beside/hello-1.5.0
    mkdir -p "$SCRATCH/beside"
    cp -a "$TREE" "$folder"
    mkdir -p "$folder/debian/source"
    echo '3.0 (native)' >"$folder/debian/source/format"
    printf 'hello (1.5.0) unstable; urgency=medium\n\n  * Made.\n\n -- B <b@example.org>  Fri, 01 Mar 2024 12:00:00 +0000\n' >"$folder/debian/changelog"
    # shellcheck disable=SC2016 # for the tools of a build
    printf '%s\n' 'Source: hello' 'Maintainer: B <b@example.org>' '' 'Package: hello-tools-dkms-helper' 'Architecture: all' \
        'Depends: helper-only' 'Conflicts: hello-cli' 'Description: helper' '' 'Package: hello-dkms' 'Architecture: all' \
        'Depends: dkms, perl:any, hello-data (>= ${source:Upstream-Version}), ${misc:Depends}' 'Breaks: hello-old' 'Description: driver' \
        >"$folder/debian/control"
    (cd "$SCRATCH/beside" && dpkg-source -b hello-1.5.0)
    "$MKDKMS" deb "$SCRATCH/beside/hello_1.5.0.dsc" --kind dkms -o "$SCRATCH/beside/out"
    diff <(said_by_deb "$SCRATCH/beside/out"/*.deb) - <<'END'
Depends: dkms (>= 2.8) | mkdkms
Depends: hello-data (>= 1.5.0)
Depends: perl:any
Provides: hello-modules (= 1.5.0-1)
Breaks: hello-old
END
}

# A spec writes its own version without the epoch, which ours has not.
epoch() {
    sed 's/^Name:/Epoch: 1\n&/' "$SCRATCH/top/hello-dkms.spec" >"$SCRATCH/top/epoch.spec"
    rpmbuild --quiet -bb --define "_topdir $SCRATCH/top" --define "_sourcedir $SCRATCH/top/SOURCES" --define "_rpmdir $SCRATCH/epoch" \
        --define '_rpmfilename %%{NAME}.rpm' "$SCRATCH/top/epoch.spec"
    "$MKDKMS" rpm "$SCRATCH/epoch/hello-dkms.rpm" --kind dkms -R 9 -o "$SCRATCH/epoch/out"
    said_by_rpm "$SCRATCH/epoch/out"/*.rpm >"$SCRATCH/said"
    contains "$SCRATCH/said" '^provides: hello-api = 1.5.0-9$'
}

make_rpm_input() {
    mkdir -p "$SCRATCH/top/SOURCES"
    tar -C "$SCRATCH/src" -czf "$SCRATCH/top/SOURCES/hello-1.5.0.tar.gz" hello-1.5.0
    cat >"$SCRATCH/top/hello-dkms.spec" <<'END'
%global api 7
Name: hello-dkms
Version: 1.5.0
Release: 3
Summary: driver of the Hello card
License: GPL-2.0-only
BuildArch: noarch
AutoReqProv: no
Source0: hello-1.5.0.tar.gz
Requires: dkms >= 3.1, elfutils-libelf-devel >= 0.150
Requires(post): hello-tools >= 1.4
Requires(pre,postun): xz >= 5
Requires(post): zstd
OrderWithRequires: hello-first
OrderWithRequires(post): hello-second >= 2
Recommends: (kernel-devel if kernel-core) (zstd if kmod) xz
Suggests: hello-doc
Supplements: modalias(pci:v00001234*)
Enhances: hello-card
Provides: hello-kmod = %{version}-%{release} hello-api = %{version}-%{release} hello-abi = %{api}
Conflicts: kmod-hello, hello-oss, dwarves < 1.20
Obsoletes: hello-oss <= 1.1
%description
hello
%prep
%setup -q -n hello-%{version}
%install
mkdir -p %{buildroot}/usr/src
cp -a . %{buildroot}/usr/src/hello-%{version}
%files
/usr/src/hello-%{version}
END
    rpmbuild --quiet -ba --define "_topdir $SCRATCH/top" --define "_sourcedir $SCRATCH/top/SOURCES" --define "_rpmdir $SCRATCH/in" \
        --define "_srcrpmdir $SCRATCH/in" --define '_rpmfilename %%{NAME}.rpm' "$SCRATCH/top/hello-dkms.spec"
}

rpm_to_rpm() {
    local input
    cat >"$SCRATCH/purposes" <<'END'
post: hello-tools >= 1.4
post: zstd
pre,postun: xz >= 5
order manual: hello-first
order post: hello-second >= 2
END
    cat >"$SCRATCH/expected" <<'END'
requires: (dkms >= 3.1 or mkdkms)
requires: elfutils-libelf-devel >= 0.150
requires: hello-tools >= 1.4
requires: xz >= 5
requires: zstd
recommends: (zstd if kmod)
recommends: xz
suggests: hello-doc
enhances: hello-card
supplements: modalias(pci:v00001234*)
provides: hello-abi = 7
provides: hello-api = 1.5.0-4
provides: hello-dkms = 1.5.0-4
provides: hello-kmod = 1.5.0-4
conflicts: dwarves < 1.20
conflicts: hello-oss
conflicts: kmod-hello
obsoletes: hello-oss <= 1.1
END
    for input in hello-dkms.rpm hello-dkms-1.5.0-3.src.rpm; do
        "$MKDKMS" rpm "$SCRATCH/in/$input" --kind dkms --kind source -R 4 -o "$SCRATCH/rpms/$input" 2>"$SCRATCH/err"
        lacks "$SCRATCH/err" 'warning: .*relations'
        said_by_rpm "$SCRATCH/rpms/$input"/*.noarch.rpm | diff "$SCRATCH/expected" -
        purposes "$SCRATCH/rpms/$input"/*.noarch.rpm | diff "$SCRATCH/purposes" -
        # What rpmbuild makes of our spec says the same.
        rpmbuild --quiet --rebuild --define "_topdir $SCRATCH/rebuilt" --define '_rpmfilename %%{NAME}.rpm' \
            "$SCRATCH/rpms/$input"/*.src.rpm
        said_by_rpm "$SCRATCH/rebuilt/RPMS/hello-dkms.rpm" | diff "$SCRATCH/expected" -
        purposes "$SCRATCH/rebuilt/RPMS/hello-dkms.rpm" | diff "$SCRATCH/purposes" -
    done
}

rpm_to_deb() {
    "$MKDKMS" deb "$SCRATCH/in/hello-dkms.rpm" --kind dkms -o "$SCRATCH/debs" 2>"$SCRATCH/err"
    diff <(said_by_deb "$SCRATCH/debs"/*.deb) - <<'END'
Pre-Depends: xz-utils (>= 5)
Depends: dkms (>= 3.1) | mkdkms
Depends: libelf-dev (>= 0.150)
Depends: zstd
Recommends: xz-utils
Provides: hello-modules (= 1.5.0-3)
Conflicts: dwarves (<< 1.20)
END
    contains "$SCRATCH/err" ": Requires\(post\): hello-tools >= 1\.4; Recommends: \(zstd if kmod\); Suggests: hello-doc; Enhances: hello-card; \
Supplements: modalias\(pci:v00001234\*\); Provides: hello-abi = 7, hello-api = 1\.5\.0-3; Conflicts: hello-oss, kmod-hello; \
Obsoletes: hello-oss <= 1\.1; OrderWithRequires: hello-first; OrderWithRequires\(post\): hello-second >= 2 \[relations-left-out\]\$"
}

# What one of ours asks of dkms goes there and back; a bound that has no word there is named.
engine() {
    make_deb "$SCRATCH/engine" hello-dkms 'Depends: dkms (>> 3.0.11-2), dkms (<< 4) | mkdkms' 'Recommends: gcc (>= 4:12)'
    "$MKDKMS" deb "$SCRATCH/engine/hello-dkms.deb" --kind dkms -o "$SCRATCH/engine/deb" 2>"$SCRATCH/err"
    lacks "$SCRATCH/err" relations-left-out
    equal "$(dpkg-deb -f "$SCRATCH/engine/deb"/*.deb Depends)" 'dkms (>> 3.0.11-2) | mkdkms, dkms (<< 4) | mkdkms'
    equal "$(dpkg-deb -f "$SCRATCH/engine/deb"/*.deb Recommends)" 'gcc (>= 4:12)'
    "$MKDKMS" rpm "$SCRATCH/engine/deb"/*.deb --kind dkms -o "$SCRATCH/engine/rpm" 2>"$SCRATCH/err"
    contains "$SCRATCH/err" 'Depends: dkms \(>> 3\.0\.11-2\) \| mkdkms but for dkms >= 3\.0\.11, dkms \(<< 4\) \| mkdkms but for dkms \[relations-left-out\]'
    "$MKDKMS" rpm "$SCRATCH/engine/rpm"/*.rpm --kind dkms -R 9 -o "$SCRATCH/engine/again" 2>"$SCRATCH/err"
    lacks "$SCRATCH/err" relations-left-out
    diff <(said_by_rpm "$SCRATCH/engine/again"/*.rpm) - <<'END'
requires: (dkms >= 3.0.11 or mkdkms)
recommends: gcc >= 12
provides: hello-dkms = 1.5.0-9
provides: hello-kmod = 1.5.0-9
END
    "$MKDKMS" deb "$SCRATCH/engine/again"/*.rpm --kind dkms -o "$SCRATCH/engine/back" 2>"$SCRATCH/err"
    lacks "$SCRATCH/err" relations-left-out
    equal "$(dpkg-deb -f "$SCRATCH/engine/back"/*.deb Depends)" 'dkms (>= 3.0.11) | mkdkms'
}

# tiny NAME VERSION: an .rpm of nothing, in $SCRATCH/tiny.
tiny() {
    mkdir -p "$SCRATCH/tiny"
    printf '%s\n' "Name: $1" "Version: $2" 'Release: 1' 'Summary: x' 'License: MIT' 'BuildArch: noarch' '%description' x '%files' >"$SCRATCH/tiny/$1.spec"
    rpmbuild --quiet -bb --define "_topdir $SCRATCH/tiny" --define "_rpmdir $SCRATCH/tiny" \
        --define '_rpmfilename %%{NAME}-%%{VERSION}.rpm' "$SCRATCH/tiny/$1.spec"
}

# missed FILE: what rpm misses, in $SCRATCH/missed, where this is all that is installed beside ours.
missed() {
    rpm --dbpath "$SCRATCH/tiny/db" -i --test --justdb --nosignature "$1" "$SCRATCH/engine/again"/*.rpm >"$SCRATCH/missed" 2>&1 || true
    contains "$SCRATCH/missed" '/bin/sh is needed by hello-dkms'
}

# An older dkms will not do, a newer one or mkdkms will.
what_will_do() {
    tiny dkms 3.0.10
    tiny dkms 3.1
    tiny mkdkms 0.1
    missed "$SCRATCH/tiny/dkms-3.0.10.rpm"
    contains "$SCRATCH/missed" '\(dkms >= 3.0.11 or mkdkms\) is needed by hello-dkms'
    missed "$SCRATCH/tiny/dkms-3.1.rpm"
    lacks "$SCRATCH/missed" 'mkdkms\) is needed'
    missed "$SCRATCH/tiny/mkdkms-0.1.rpm"
    lacks "$SCRATCH/missed" 'mkdkms\) is needed'
}

# What the settings say as the package does itself is there once.
doubles() {
    printf '%s\n' 'deb: {provides: [hello-modules (= 1.5.0-1), hello-api]}' 'rpm: {provides: [hello-kmod = 1.5.0-1, hello-api]}' \
        >"$SCRATCH/doubles.yaml"
    "$MKDKMS" release "$TREE" --settings "$SCRATCH/doubles.yaml" -o "$SCRATCH/doubles"
    equal "$(dpkg-deb -f "$SCRATCH/doubles"/hello-dkms_*.deb Provides)" 'hello-modules (= 1.5.0-1), hello-api'
    equal "$(rpm -qp --nosignature --provides "$SCRATCH/doubles"/hello-dkms-*.noarch.rpm | sort)" \
        $'hello-api\nhello-dkms = 1.5.0-1\nhello-kmod = 1.5.0-1'
}

check "a .deb that says something in every field" make_input
check ".deb to .deb: all of it, in the same versions" deb_to_deb
check "folded fields" folded
if needs_program "a .dsc of several packages" dpkg-source; then
    check "a .dsc of several packages: what the one for DKMS says" beside_others
fi
if needs_program "to .rpm" rpm; then
    check ".deb to .rpm: what has a name there, the rest is named" deb_to_rpm
    check "…unless the settings say what it is to be" settled
    check "the name before last is replaced still" twice_renamed
    check "the dkms that is asked for: the newer of both, there and back" engine
    check "no name is provided twice" doubles
fi
if needs_program "of .rpm" rpmbuild; then
    check "an older dkms will not do, a newer one or mkdkms will" what_will_do
    check "an .rpm and its source that say something in every tag" make_rpm_input
    check ".rpm to .rpm: all of it, in the same versions" rpm_to_rpm
    check ".rpm to .deb: what has a name there, the rest is named" rpm_to_deb
    check "an .rpm with an epoch" epoch
fi
finish
