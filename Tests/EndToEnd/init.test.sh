#!/bin/bash
# init: what it makes of Makefiles, debian/, specs and the templates of dkms 2; what it wrote is read back, and builds.
# shellcheck disable=SC2016 # $kernelver and the like are for dkms.conf
. "$(dirname "$0")/lib.sh"
. "$REPO/Tests/apt-folder.sh"

work=$SCRATCH/work

# bare FOLDER: hello without its dkms.conf.
bare() {
    mkdir -p "$(dirname "$1")"
    tree_copy "$HELLO" "$1"
    rm "$1/dkms.conf"
}

# fact KEY: its value and place in the last document.
fact() { jq -r --arg k "$1" '.facts[] | select(.key == $k) | "\(.value) | \(.origin):\(.line)"' "$SCRATCH/init.json"; }

# init FOLDER OPTION…: ends with 0, and its document, kept, is as the schema says.
init() {
    "$MKDKMS" init "$@" --json >"$SCRATCH/init.json" 2>"$SCRATCH/err" || { cat "$SCRATCH/err"; fail "init failed"; }
    /usr/bin/python3 "$HERE/validate.py" "$REPO/docs/json/init.schema.json" "$SCRATCH/init.json"
}

# reads_back FOLDER: a package is planned from both files, all of which a tree may say; lint has nothing to say, and nobody complains.
reads_back() {
    "$MKDKMS" deb "$1" --kind dkms --dry-run -o "$SCRATCH/none" >"$SCRATCH/plan" 2>"$SCRATCH/complaints" ||
        { cat "$SCRATCH/complaints" "$1/mkdkms.yaml"; fail "not read back"; }
    # That nobody is named is not for the file to say.
    lacks <(grep -v '\[no-maintainer\]$' "$SCRATCH/complaints") '(warning|error):'
    "$MKDKMS" lint "$1" || { cat "$1/dkms.conf"; fail "lint has something to say"; }
}

builds() {
    "$MKDKMS" modules "$1" -k "$K1" -o "$SCRATCH/modules-$2" --json >"$SCRATCH/modules.json"
    equal "$(jq -r '.units[0].modules | map(split("/")[-1]) | join(" ")' "$SCRATCH/modules.json")" "$2.ko"
}

from_makefile() {
    bare "$work/greeter"
    init "$work/greeter" --name hello
    equal "$(fact name)" 'hello | --name:null'
    equal "$(fact version)" "1.5.0 | hello.c:$(grep -n MODULE_VERSION "$HELLO/hello.c" | cut -d : -f 1)"
    equal "$(fact module)" 'hello | Makefile:null'
    equal "$(fact summary | cut -d '|' -f 1)" 'A module that greets '
    equal "$(fact license | cut -d '|' -f 1)" 'GPL-2.0-only '
    contains "$work/greeter/dkms.conf" '^PACKAGE_VERSION="1.5.0"$'
    lacks "$work/greeter/dkms.conf" '^MAKE'
    reads_back "$work/greeter"
    # The only module gives the name where nothing better is known.
    bare "$work/unnamed"
    init "$work/unnamed"
    equal "$(fact name)" 'hello | Makefile:null'
}

kernel_builds() { builds "$work/greeter" hello; }

# Modules in folders of their own, that only a Makefile with a variable for the kernel leads to.
from_subfolders() {
    mkdir -p "$work/two/src/one"
    printf 'NAME := one\nobj-$(CONFIG_ONE) += $(NAME).o\n' >"$work/two/src/one/Makefile"
    printf 'KVER ?= $(shell uname -r)\nKSRC ?= /lib/modules/$(KVER)/build\nall:\n\t$(MAKE) -C $(KSRC) M=$(CURDIR)/src/one CONFIG_ONE=m modules\n' >"$work/two/Makefile"
    printf '#include <linux/module.h>\n#define ONE_VERSION "0.9"\nMODULE_VERSION(ONE_VERSION);\nMODULE_LICENSE("Dual MIT/GPL");\n' >"$work/two/src/one/one.c"
    printf 'MODULE_AUTHOR("Ann \\"A\\" Lee <ann@example.org>");\nMODULE_AUTHOR("Bob Poe <bob@example.org>");\nMODULE_DESCRIPTION("One: 100%% \x27of\x27 $(it) \xc3\xa9");\n' >>"$work/two/src/one/one.c"
    init "$work/two"
    equal "$(fact version)" '0.9 | src/one/one.c:3'
    equal "$(fact make)" 'make KVER=$kernelver KSRC=$kernel_source_dir | Makefile:null'
    equal "$(fact maintainer)" 'Bob Poe <bob@example.org> | src/one/one.c:6'
    equal "$(fact license | cut -d '|' -f 1)" 'GPL-2.0-only OR MIT '
    contains "$work/two/dkms.conf" '^BUILT_MODULE_LOCATION\[0\]="src/one"$'
    reads_back "$work/two"
    grep -qF "One: 100% 'of' \$(it) é" "$work/two/mkdkms.yaml"
}
kernel_builds_subfolder() { builds "$work/two" one; }

# A Makefile that makes nothing unless its own rule sets the configuration and a flag: both are passed on.
from_rule() {
    bare "$work/rule"
    printf 'KDIR ?= /lib/modules/$(shell uname -r)/build\nobj-$(CONFIG_HELLO) := hello.o\nall:\n\t$(MAKE) -C $(KDIR) M=$(CURDIR) V=1 CONFIG_HELLO=m KCPPFLAGS=-DHELLO_FLAG modules\n' >"$work/rule/Makefile"
    sed -i '1i #ifndef HELLO_FLAG\n#error the flag is missing\n#endif' "$work/rule/hello.c"
    init "$work/rule"
    equal "$(fact make | cut -d '|' -f 1)" \
        'make -C $kernel_source_dir M=$dkms_tree/$PACKAGE_NAME/$PACKAGE_VERSION/build CONFIG_HELLO=m KCPPFLAGS=-DHELLO_FLAG modules '
    reads_back "$work/rule"
    # Nobody sets it: it is set for kbuild, or there would be no module.
    bare "$work/unset"
    printf 'obj-$(CONFIG_HELLO) += hello.o\n' >"$work/unset/Kbuild"
    rm "$work/unset/Makefile"
    init "$work/unset"
    contains "$work/unset/dkms.conf" '/build CONFIG_HELLO=m modules"$'
    reads_back "$work/unset"
}
kernel_builds_rule() { builds "$work/rule" hello && builds "$work/unset" hello; }

from_debian() {
    bare "$work/deb"
    mkdir "$work/deb/debian"
    cat >"$work/deb/debian/control" <<'END'
Source: hello-driver
Maintainer: Ann Lee <ann@example.org>
Homepage: https://hello.example.org/
Build-Depends: debhelper-compat (= 13), dh-sequence-dkms

Package: hello-tools
Architecture: any
Description: tools

Package: hello-dkms
Architecture: all
Depends: ${misc:Depends}, dkms (>= 2.8), libelf-dev (>= 0.150) | libelf-devel,
 hello-tools
Recommends: hello-doc
Description: driver of the "Hello" card
 It greets: 100% of $(everybody).
 .
   * a list
END
    cat >"$work/deb/debian/changelog" <<'END'
hello-driver (1:1.5.0+dfsg-2) unstable; urgency=medium

  * Greet in "Unicode",
    everywhere.
  [ Bob ]
  * Fix C:\path.

 -- Bob Poe <bob@example.org>  Thu, 01 Jan 2026 00:30:00 +0100

hello-driver (1.4-1) unstable; urgency=medium

  * Greet.

 -- Ann Lee <ann@example.org>  Mon, 01 Sep 2025 23:59:59 -0200
END
    mkdir "$work/deb/fw"
    echo 'options hello loud=1' >"$work/deb/debian/hello-dkms.modprobe"
    echo 'SUBSYSTEM=="misc", KERNEL=="hello", MODE="0660"' >"$work/deb/debian/hello-dkms.udev"
    echo x >"$work/deb/fw/hello.bin"
    printf 'fw/hello.bin lib/firmware/hello/\nfw/* usr/share\nMakefile usr/share/doc\n' >"$work/deb/debian/hello-dkms.install"
    cp -r "$work/deb" "$work/dh"
    init "$work/deb"
    equal "$(fact name)" 'hello | debian/control:10'
    equal "$(fact version)" '1.5.0 | debian/changelog:1'
    equal "$(fact maintainer)" 'Ann Lee <ann@example.org> | debian/control:2'
    equal "$(jq -r '[.facts[] | select(.key == "deb.requires") | .value] | join(", ")' "$SCRATCH/init.json")" \
        'libelf-dev (>= 0.150) | libelf-devel, hello-tools'
    jq -r .ownSettings "$SCRATCH/init.json" | tr -d '\n' | grep -E '^deb: +dkms: +requires: +- .libelf-dev' >/dev/null
    contains "$work/deb/mkdkms.yaml" 'date: "2025-12-31T23:30:00Z"'
    contains "$work/deb/mkdkms.yaml" 'date: "2025-09-02T01:59:59Z"'
    grep -qF '"Greet in \"Unicode\", everywhere."' "$work/deb/mkdkms.yaml"
    grep -qF 'It greets: 100% of $(everybody).' "$work/deb/mkdkms.yaml"
    equal "$(jq -r '[.facts[] | select(.key == "files") | .value] | join(", ")' "$SCRATCH/init.json")" \
        'firmware: fw/hello.bin, modprobe: debian/hello-dkms.modprobe, udev: debian/hello-dkms.udev'
    reads_back "$work/deb"
    # What a tree may not ask for is told, in the words of a file that may.
    lacks "$work/deb/mkdkms.yaml" '^(deb|rpm):'
    jq -r .ownSettings "$SCRATCH/init.json" >"$SCRATCH/own.yaml"
    "$MKDKMS" deb "$work/deb" --kind dkms --settings "$SCRATCH/own.yaml" -o "$SCRATCH/own"
    # The revision is that of the changelog.
    equal "$(dpkg-deb -f "$SCRATCH/own/hello-dkms_1.5.0-2_all.deb" Depends)" \
        'dkms (>= 2.8) | mkdkms, hello-common (= 1.5.0-2), libelf-dev (>= 0.150) | libelf-devel, hello-tools'
    equal "$(dpkg-deb -f "$SCRATCH/own/hello-dkms_1.5.0-2_all.deb" Recommends)" 'hello-doc'
    dpkg-deb --fsys-tarfile "$SCRATCH/own/hello-dkms_1.5.0-2_all.deb" | tar -xO ./usr/share/doc/hello-dkms/changelog.Debian.gz |
        zcat >"$SCRATCH/changelog"
    equal "$(dpkg-parsechangelog -l "$SCRATCH/changelog" -o 1 -c 1 -S Version)" 1.4-1
    "$MKDKMS" deb "$work/deb" --target debian:13 -o "$SCRATCH/common" 2>/dev/null
    dpkg-deb --fsys-tarfile "$SCRATCH"/common/hello-common_*.deb | tar -t >"$SCRATCH/files"
    contains "$SCRATCH/files" '^\./usr/lib/modprobe\.d/hello-dkms\.conf$'
    contains "$SCRATCH/files" '^\./usr/lib/udev/rules\.d/60-hello-dkms\.rules$'
    contains "$SCRATCH/files" '^\./(usr/)?lib/firmware/hello/hello\.bin$'
    # What debhelper's dkms file says is taken whole.
    sed 's/"1.5.0"/"#MODULE_VERSION#"/; s,/updates,/extra,' "$HELLO/dkms.conf" >"$work/dh/debian/hello-dkms.dkms"
    init "$work/dh"
    diff <(sed 's,/updates,/extra,' "$HELLO/dkms.conf") "$work/dh/dkms.conf"
    reads_back "$work/dh"
}

from_spec() {
    bare "$work/spec"
    cat >"$work/spec/hello.spec" <<'END'
%global project hello
%define upstream 1.5.0
Name: %{project}-dkms
Version: %{upstream}
Release: 1%{?dist}
Summary: Driver of the Hello card, version %{version}, 100%% of %{?nothing}it
License: GPLv2+
URL: https://example.org/%{project}
Packager: Ann Lee <ann@example.org>
Requires: dkms >= 2.8, elfutils-libelf-devel >= 0.150
Requires: %{unknown}

%description
Greets, 50%% of the time.

Twice.

%package tools
Summary: other

%description tools
Not this.

%changelog
* Thu Jan 01 2026 Ann Lee <ann@example.org> - 1.5.0-1
- Greet twice at 100%%
  and loudly, with %%{name}
* Mon Sep 01 2025 Ann Lee <ann@example.org> - 1:1.4-1
- Greet
END
    init "$work/spec"
    equal "$(fact name)" 'hello | hello.spec:3'
    equal "$(fact summary)" 'Driver of the Hello card, version 1.5.0, 100% of it | hello.spec:6'
    equal "$(fact license)" 'GPL-2.0-or-later | hello.spec:7'
    equal "$(fact rpm.requires)" 'elfutils-libelf-devel >= 0.150 | hello.spec:10'
    contains "$work/spec/mkdkms.yaml" '"Greet twice at 100% and loudly, with %\{name\}"'
    contains "$work/spec/mkdkms.yaml" 'version: "1.4-1"'
    contains "$work/spec/mkdkms.yaml" 'Greets, 50% of the time'
    lacks "$work/spec/mkdkms.yaml" 'Not this|unknown|^rpm:'
    reads_back "$work/spec"
}

# Files in the form of those that dkms 2 copies and fills in: nothing of what is open in them gets into ours.
from_dkms2() {
    bare "$work/hello-1.5.0"
    mkdir -p "$work/hello-1.5.0/hello-dkms-mkdeb/debian"
    cat >"$work/hello-1.5.0/hello-dkms-mkdeb/debian/control" <<'END'
Source: DEBIAN_PACKAGE-dkms
Maintainer: Somebody Else <else@example.org>

Package: DEBIAN_PACKAGE-dkms
Architecture: DEBIAN_BUILD_ARCH
Depends: dkms (>= 1.95), ${misc:Depends}, hello-firmware
Description: DEBIAN_PACKAGE driver
END
    printf 'DEBIAN_PACKAGE-dkms (MODULE_VERSION) stable; urgency=low\n\n  * Packaged.\n\n -- Somebody Else <else@example.org>  DATE_STAMP\n' \
        >"$work/hello-1.5.0/hello-dkms-mkdeb/debian/changelog"
    printf 'Summary: %%{module_name} driver\nName: %%{module_name}\nVersion: %%{version}\nLicense: GPLv2\nRequires: dkms >= 1.95\n\n%%description\nOf %%{module_name}.\n' \
        >"$work/hello-1.5.0/hello-dkms-mkrpm.spec"
    init "$work/hello-1.5.0"
    equal "$(fact name)" 'hello | hello-1.5.0:null'
    equal "$(fact deb.requires)" 'hello-firmware | hello-dkms-mkdeb/debian/control:6'
    equal "$(fact license)" 'GPL-2.0-only | hello-dkms-mkrpm.spec:4'
    lacks "$work/hello-1.5.0/mkdkms.yaml" 'DEBIAN_PACKAGE|MODULE_VERSION|DATE_STAMP|%|Somebody'
    reads_back "$work/hello-1.5.0"
}

# Folders and variables with names that bash would run, as part of dkms.conf or of the command in it.
from_strangers() {
    local tree=$work/strange folder='$(touch pwned)`touch pwned`"; touch pwned; "'
    mkdir -p "$tree/$folder"
    printf 'obj-m := one.o\n' >"$tree/$folder/Makefile"
    printf '$(touch${IFS}pwned)X = /lib/modules/x/build\nall:\n\ttrue\n' >"$tree/Makefile"
    printf '#include <linux/module.h>\nMODULE_VERSION("1.0");\nMODULE_LICENSE("GPL");\n' >"$tree/$folder/one.c"
    init "$tree"
    contains "$SCRATCH/err" 'warning: .*touch pwned.*\[unusable-folder\]'
    (cd "$tree" && kernelver=1 kernel_source_dir=k dkms_tree=t bash -c '. ./dkms.conf
        printf "%s\n" "${BUILT_MODULE_LOCATION[0]}"
        make() { printf "%s\n" "$@"; }
        eval "${MAKE[0]}"') >"$SCRATCH/read"
    grep -qxF "$folder" "$SCRATCH/read"
    grep -qxF "M=t/one/1.0/build/$folder" "$SCRATCH/read"
    # Both ways of reading it see the same, and refuse it.
    refused 1 'blanks or special characters' "$MKDKMS" conf "$tree"
    refused 1 'blanks or special characters' "$MKDKMS" conf "$tree" --shell
    none_below "$tree" pwned
    rm "$tree/dkms.conf"
    refused 1 'bad-package-name' "$MKDKMS" init "$tree" --name 'a"$(touch pwned)' --dry-run
}

# time_of COUNT: makes a tree of so many files that all have to be read, and prints the milliseconds that init takes there.
time_of() {
    local tree=$work/large-$1 folder file
    for folder in $(seq 1 $(($1 / 50))); do
        mkdir -p "$tree/d$folder/debian"
        printf 'obj-$(CONFIG_M%s) += m%s.o\n' "$folder" "$folder" >"$tree/d$folder/Makefile"
        for file in $(seq 1 49); do
            printf '#include "x.h"\nMODULE_VERSION(V%s_%s);\nMODULE_LICENSE("GPL");\n#define V%s_%s "1.0"\n' \
                "$folder" "$file" "$folder" "$file" >"$tree/d$folder/f$file.c"
        done
        printf 'Source: m%s\n\nPackage: m-dkms\nDescription: m\n' "$folder" >"$tree/d$folder/debian/control"
    done
    local TIMEFORMAT='%U %S'
    { time "$MKDKMS" init "$tree" --name large --dry-run >"$SCRATCH/large.out" 2>"$SCRATCH/large.err"; } 2>"$SCRATCH/large.time"
    awk '{ printf "%d\n", ($1 + $2) * 1000 }' "$SCRATCH/large.time"
    contains "$SCRATCH/large.out" "^    BUILT_MODULE_NAME\[$(($1 / 50 - 1))\]="
}

# Four times the files take four times as long, and not sixteen times.
in_large_trees() {
    local small large
    small=$(time_of 2000)
    large=$(time_of 8000)
    echo "2000 files: $small ms, 8000 files: $large ms"
    [ "$large" -lt $((small * 7 + 500)) ] || fail "the time grows faster than the tree"
}

overwrites_nothing() {
    tree_copy "$HELLO" "$work/kept"
    init "$work/kept"
    equal "$(jq -c '[.files[] | .state]' "$SCRATCH/init.json")" '["kept","written"]'
    same "$work/kept/dkms.conf" "$HELLO/dkms.conf"
    cp "$work/kept/mkdkms.yaml" "$SCRATCH/yaml"
    refused 1 'file-exists' "$MKDKMS" init "$work/kept"
    same "$work/kept/mkdkms.yaml" "$SCRATCH/yaml"
    rm "$work/kept/dkms.conf"
    init "$work/kept"
    equal "$(jq -c '[.files[] | .state]' "$SCRATCH/init.json")" '["written","kept"]'
    same "$work/kept/mkdkms.yaml" "$SCRATCH/yaml"
}

dry_run() {
    bare "$work/dry"
    "$MKDKMS" init "$work/dry" --dry-run >"$SCRATCH/shown"
    contains "$SCRATCH/shown" "^$work/dry/dkms.conf: planned\$"
    contains "$SCRATCH/shown" '^    PACKAGE_NAME="hello"$'
    contains "$SCRATCH/shown" '^version +hello.c:[0-9]+ +1\.5\.0$'
    absent "$work/dry/dkms.conf" "$work/dry/mkdkms.yaml"
}

says_what_lacks() {
    bare "$work/lacks"
    sed -i '/MODULE_VERSION/d' "$work/lacks/hello.c"
    refused 1 'no-version' "$MKDKMS" init "$work/lacks"
    sed -i 's/^obj-m.*//' "$work/lacks/Makefile"
    refused 1 'no-modules' "$MKDKMS" init "$work/lacks" --module-version 1
    refused 1 'bad-package-version' "$MKDKMS" init "$work/lacks" --module-version 'a"$(id)'
    refused 1 'no-input' "$MKDKMS" init "$work/nowhere"
    absent "$work/lacks/dkms.conf" "$work/lacks/mkdkms.yaml"
    # Two places with two versions: the first holds, and both are named.
    bare "$work/hello-1.6"
    init "$work/hello-1.6"
    contains "$SCRATCH/err" '1\.6 here and 1\.5\.0 in hello.c.*\[versions-disagree\]'
}

check "a bare Makefile tree" from_makefile
check "modules in subfolders, names in variables" from_subfolders
check "what a Makefile's own rule passes" from_rule
check "a debian/ folder, with or without a dkms file of debhelper" from_debian
check "a spec" from_spec
check "the templates of dkms 2" from_dkms2
check "names that bash would run" from_strangers
check "a tree of 8000 files takes four times as long as one of 2000" in_large_trees
check "nothing is overwritten" overwrites_nothing
check "--dry-run writes nothing" dry_run
check "what is missing, and what disagrees, is said" says_what_lacks
# --- Debian's own packages: what init makes of their trees is what they ship ---------------------------------------------

# debian_tree PACKAGE: unpacks the tree into $work/debian, its dkms.conf beside it.
debian_tree() {
    local folder=$CACHE/init
    mkdir -p "$folder"
    [ -n "$(find "$folder" -name "$1_*.deb")" ] || {
        apt_folder "$folder/apt" bookworm
        (cd "$folder" && apt_in "$folder/apt" apt-get download "$1")
    }
    mkdir -p "$work/unpacked" "$work/debian"
    dpkg-deb -x "$(find "$folder" -name "$1_*.deb" | head -n 1)" "$work/unpacked"
    cp -r "$work/unpacked"/usr/src/* "$work/debian/"
}

# As dkms itself evaluates it: name, version and modules with their folders, in the order of their names.
modules_of() {
    "$MKDKMS" conf "$1" --json | jq -r '"\(.packageName) \(.packageVersion)",
        ([.modules[] | "\(.builtLocation | sub("^\\./";"") | sub("/$"; ""))/\(.builtName)"] | sort[])'
}

as_shipped() {
    local tree
    tree=$(find "$work/debian" -mindepth 1 -maxdepth 1 -type d -name "$2")
    modules_of "$tree" >"$SCRATCH/shipped"
    rm "$tree/dkms.conf"
    init "$tree"
    modules_of "$tree" >"$SCRATCH/drafted"
    diff "$SCRATCH/shipped" "$SCRATCH/drafted"
    equal "$(sed -n 's/^MAKE\[0\]=//p' "$tree/dkms.conf")" "$3"
    "$MKDKMS" lint "$tree"
}

# debian_package PACKAGE FOLDER MAKE: with MAKE[0] as init writes it, empty for dkms's own rule.
debian_package() {
    if ! (set -e; debian_tree "$1") >"$SCRATCH/fetch" 2>&1; then
        skip "$1" "apt cannot fetch it: $(tail -n 1 "$SCRATCH/fetch")"
        return
    fi
    check "$1: name, version, modules and folders as shipped" as_shipped "$@"
}
kbuild='make -C $kernel_source_dir M=$dkms_tree/$PACKAGE_NAME/$PACKAGE_VERSION/build'
debian_package r8168-dkms 'r8168-*' ''
debian_package v4l2loopback-dkms 'v4l2loopback-*' ''
debian_package openrazer-driver-dkms 'openrazer-driver-*' '"make KERNELDIR=$kernel_source_dir"'
debian_package acpi-call-dkms 'acpi-call-*' ''
debian_package ddcci-dkms 'ddcci-*' "\"$kbuild/ddcci modules && $kbuild/ddcci-backlight modules\""
debian_package nat-rtsp-dkms 'nat-rtsp-*' ''

if needs_kernel "what init wrote builds"; then
    check "what init wrote builds for $K1" kernel_builds
    check "so it does in a subfolder" kernel_builds_subfolder
    check "so it does with what a rule passes" kernel_builds_rule
fi
finish
