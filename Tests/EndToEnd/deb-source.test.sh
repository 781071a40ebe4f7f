#!/bin/bash
# The source package and the editable folder: built by dpkg-buildpackage into the package that we write, clean to lintian.
. "$(dirname "$0")/lib.sh"

export DEBFULLNAME='A Tester' DEBEMAIL=tester@example.org
out=$SCRATCH/out
FILES=(hello_1.5.0-1.dsc hello_1.5.0.orig.tar.xz hello_1.5.0-1.debian.tar.xz)

# unpack DSC FOLDER: as `apt-get source` does.
unpack() {
    mkdir -p "$(dirname "$2")"
    dpkg-source --no-check -x "$1" "$2"
}

write_source() {
    "$MKDKMS" deb "$HELLO" --kind source --kind dkms --homepage https://example.org/hello -o "$out" >"$SCRATCH/list"
    only "$out" "${FILES[@]}" hello-dkms_1.5.0-1_all.deb
    equal "$(sed 's,.*/,,' "$SCRATCH/list" | sort | tr '\n' ' ')" \
        "$(printf '%s\n' "${FILES[@]}" hello-dkms_1.5.0-1_all.deb | sort | tr '\n' ' ')"
    unpack "$out/hello_1.5.0-1.dsc" "$SCRATCH/unpacked/hello-1.5.0"
    diff -r --exclude debian --exclude .pc "$HELLO" "$SCRATCH/unpacked/hello-1.5.0"
}

again() {
    "$MKDKMS" deb "$HELLO" --kind source --homepage https://example.org/hello -o "$SCRATCH/again" -j 1
    local file
    for file in "${FILES[@]}"; do same "$out/$file" "$SCRATCH/again/$file"; done
}

# Every revision names the one tarball of the authors: another content under its name would break those before.
shared_original() {
    cp -a "$HELLO" "$SCRATCH/hello-1.5.0"
    "$MKDKMS" deb "$SCRATCH/hello-1.5.0" --kind source -R 2 --homepage https://example.org/hello -o "$SCRATCH/again"
    echo '/* another */' >>"$SCRATCH/hello-1.5.0/hello.c"
    refused 1 'original-differs' "$MKDKMS" deb "$SCRATCH/hello-1.5.0" --kind source -R 3 -o "$SCRATCH/again"
    same "$out/hello_1.5.0.orig.tar.xz" "$SCRATCH/again/hello_1.5.0.orig.tar.xz"
    unpack "$SCRATCH/again/hello_1.5.0-1.dsc" "$SCRATCH/first"
}

refused_options() {
    refused 64 'bad-compression' "$MKDKMS" deb "$HELLO" --kind source --archive-compression zst -o "$SCRATCH/zst"
    MKDKMS_ARCHIVE_COMPRESSION=zst:3 refused 64 'zst' "$MKDKMS" deb "$HELLO" --kind skeleton --kind dkms -o "$SCRATCH/zst"
    empty "$SCRATCH/zst"
    "$MKDKMS" deb "$HELLO" --kind source --archive-compression gz -o "$SCRATCH/gz"
    only "$SCRATCH/gz" hello_1.5.0-1.dsc hello_1.5.0.orig.tar.gz hello_1.5.0-1.debian.tar.gz
    unpack "$SCRATCH/gz/hello_1.5.0-1.dsc" "$SCRATCH/gz/unpacked"
    refused 64 'no-carrier' "$MKDKMS" deb "$HELLO" --kind source --with-modules -o "$SCRATCH/carrier"
    refused 64 'hint: add --kind dkms' "$MKDKMS" deb "$HELLO" --kind modules -k "${K1:-x}" --with-modules -o "$SCRATCH/carrier"
    empty "$SCRATCH/carrier"
}

# lintian_clean FILE…: no tag at all, experimental and pedantic ones included.
lintian_clean() {
    lintian --allow-root -E --pedantic --tag-display-limit 0 "$@" | tee "$SCRATCH/lintian"
    [ ! -s "$SCRATCH/lintian" ] || fail "lintian has something to say"
}

# build FOLDER: dpkg-buildpackage there.
build() {
    mkdir -p "$HOME"
    (cd "$1" && dpkg-buildpackage -us -uc) >"$SCRATCH/build.log" 2>&1 || { tail -n 40 "$SCRATCH/build.log"; fail "it does not build"; }
}

# same_package OURS BUILT: files with their modes, scripts, and what the control file says.
same_package() {
    local side deb folder=$SCRATCH/compare
    rm -rf "$folder"
    for side in ours built; do
        deb=$1
        [ $side = ours ] || deb=$2
        mkdir -p "$folder/$side"
        dpkg-deb -R "$deb" "$folder/$side/x"
        # Compressed anew, with the same text in it.
        find "$folder/$side/x" -name '*.gz' -exec gzip -d {} +
        sed -i 's/^[0-9a-f]*  //; /changelog.Debian.gz$/d' "$folder/$side/x/DEBIAN/md5sums"
        (cd "$folder/$side/x" && find . -printf '%M %p %l\n' | sort) >"$folder/$side/list"
        dpkg-deb -f "$deb" Package Source Version Architecture Maintainer Depends Recommends Provides Conflicts \
            Breaks Replaces Section Priority Homepage Description |
            # What is built needs the other package of the release in whichever build of it.
            sed -E 's/([a-z-]+) \(>= ([^)]*)\), \1 \(<< \2\.1~\)/\1 (= \2)/' >"$folder/$side/control"
        rm "$folder/$side/x/DEBIAN/control"
    done
    diff "$folder/ours/list" "$folder/built/list"
    diff "$folder/ours/control" "$folder/built/control"
    diff -r "$folder/ours/x" "$folder/built/x"
}

build_source() {
    build "$SCRATCH/unpacked/hello-1.5.0"
    same_package "$out/hello-dkms_1.5.0-1_all.deb" "$SCRATCH/unpacked/hello-dkms_1.5.0-1_all.deb"
}

# Scripts, patches, a folder without anything in it, left-overs by name, a Makefile that must not run.
build_awkward() {
    local tree=$SCRATCH/awkward/two-modules-2.1 built=$SCRATCH/awkward/built
    tree_copy "$TWO_MODULES" "$tree"
    echo kept >"$tree/notes.orig"
    echo kept >"$tree/it's a \$(file) with #PACKAGE# in it"
    echo kept >"$tree/ChangeLog"
    mkdir -p "$tree/.github"
    echo kept >"$tree/.github/workflow"
    ln -s notes.orig "$tree/link"
    # shellcheck disable=SC2016 # make's words
    printf '%s\n' '$(error a build has no business here)' >>"$tree/Makefile"
    find "$tree" -exec touch -h -d '2024-03-01 12:00:00 UTC' {} +
    "$MKDKMS" deb "$tree" --kind source --kind dkms -R 3 -o "$SCRATCH/awkward/out"
    unpack "$SCRATCH/awkward/out/two-modules_2.1-3.dsc" "$built/tree"
    build "$built/tree"
    same_package "$SCRATCH/awkward/out/two-modules-dkms_2.1-3_all.deb" "$built/two-modules-dkms_2.1-3_all.deb"
}

# Files of mkdkms.yaml for which debhelper has rules of its own: modes, conffiles, documents, names.
build_with_files() {
    local folder=$SCRATCH/beside package settings
    mkdir -p "$folder"
    printf '#!/bin/sh\n' >"$folder/tool"
    cp "$(type -P true)" "$folder/program-of-ours"
    cat >"$folder/files.yaml" <<'END'
deb:
  recommends: [hello-tools]
  common: {breaks: ["hello-dkms (<< 1.4)"], replaces: ["hello-modules-old (<< 1.4)"]}
files:
  - {role: config, content: secret, destination: /etc/hello/secret.conf, mode: 0640}
  - {role: config, content: ours, destination: /etc/hello/plain.conf, conffile: false}
  - {role: config, content: state, destination: /usr/lib/hello/outside.conf}
  - {role: plain, source: tool, destination: /usr/lib/hello/tool, mode: 0750}
  - {role: plain, source: tool, destination: "/usr/lib/hello/it's a $(name) #PACKAGE#.so", mode: 0755}
  - {role: plain, source: tool, destination: /usr/bin/hello-data, mode: 0644}
  - {role: plain, source: tool, destination: /usr/share/doc/hello-common/README}
  - {role: plain, source: tool, destination: /usr/share/doc/hello-common/examples/copyright}
  - {role: plain, source: tool, destination: /usr/share/doc/hello-dkms/NEWS}
  - {role: plain, source: tool, destination: /usr/share/man/man1/hello.1}
  - {role: plain, source: tool, destination: /usr/src/hello-data/hello.c}
  - {role: udev, content: 'KERNEL=="hello"', name: 60-hello.rules}
  - {role: modprobe, content: options hello a=1, name: hello.conf}
END
    # One with a program is for one architecture, whose debhelper would strip it and look for its libraries.
    cp "$folder/files.yaml" "$folder/program.yaml"
    echo '  - {role: plain, source: program-of-ours, destination: /usr/bin/hello-program, mode: 0755}' >>"$folder/program.yaml"
    for settings in files program; do
        rm -rf "${folder:?}/$settings"
        "$MKDKMS" deb "$HELLO" --kind source --kind dkms --settings "$folder/$settings.yaml" "$@" -o "$folder/$settings"
        unpack "$folder/$settings/hello_1.5.0-1.dsc" "$folder/$settings/built/tree"
        # Neither the modes that the tarball came out with nor those that the builder's own files have are in what is built.
        (umask 077 && build "$folder/$settings/built/tree")
        for package in "$folder/$settings"/*.deb; do
            same_package "$package" "$folder/$settings/built/${package##*/}"
        done
        equal "$(find "$folder/$settings/built" -name '*.deb' | wc -l)" 2
    done
    dpkg-deb -f "$folder"/program/built/hello-dkms_*.deb Depends >"$SCRATCH/depends"
    contains "$SCRATCH/depends" 'hello-common \(>= 1\.5\.0-1\), hello-common \(<< 1\.5\.0-1\.1~\)'
    lintian --allow-root --tag-display-limit 0 "$folder/program/hello_1.5.0-1.dsc" >"$SCRATCH/lintian" || true
    lacks "$SCRATCH/lintian" binnmuable
    # Read again it is of this version, and so of the packages that are made of it.
    (cd "$folder" && "$MKDKMS" deb program/hello_1.5.0-1.dsc --kind dkms -o again)
    dpkg-deb -f "$folder"/again/hello-dkms_*.deb Depends >"$SCRATCH/depends"
    contains "$SCRATCH/depends" 'hello-common \(= 1\.5\.0-1\)'
    dpkg-deb -c "$folder"/program/hello-common_*.deb >"$SCRATCH/list"
    contains "$SCRATCH/list" '^-rw-r----- .* \./etc/hello/secret\.conf$'
    contains "$SCRATCH/list" '^-rwxr-xr-x .* \./usr/bin/hello-program$'
    dpkg-deb -I "$folder"/program/built/hello-common_*.deb conffiles >"$SCRATCH/conffiles"
    contains "$SCRATCH/conffiles" '^/usr/lib/hello/outside\.conf$'
    lacks "$SCRATCH/conffiles" '/plain\.conf'
}

# All that a project can say of itself and ship, as packages that are written and as those that are built.
lintian_of_a_project() {
    local folder=$SCRATCH/project
    mkdir -p "$folder"
    cat >"$folder/settings.yaml" <<'END'
maintainer: Acme Co., Ltd. (drivers) <drivers@debian.org>
homepage: https://hello.debian.net/
description: |
  The card greets whoever opens it, in words of up to 日本語 letters.

  .hello files are read by it; files of the name hello are not, however long the line is that says so.

  * lists
  * stay
changelog:
  - {version: 1.5.0, date: 2026-03-01, changes: [Greet., "Say $(this) as it is, and much more than the eighty columns of a line."]}
  - {version: 1.4.0-1, date: 2025-03-01, changes: [Be there.]}
files:
  - {role: config, content: word=hello, destination: /etc/hello/hello.conf}
  - {role: udev, content: 'KERNEL=="hello"', name: 60-hello.rules}
  - {role: modprobe, content: options hello a=1, name: hello.conf}
  - {role: modules-load, content: hello, name: hello.conf}
  - {role: firmware, content: abc, name: hello.fw}
  - {role: dracut, content: 'add_drivers+=" hello "', name: hello.conf}
END
    "$MKDKMS" deb "$HELLO" --kind source --kind dkms --settings "$folder/settings.yaml" -o "$folder"
    lintian_clean "$folder"/*.deb "$folder"/*.dsc
    if command -v dh_dkms >/dev/null; then
        unpack "$folder/hello_1.5.0-1.dsc" "$folder/built/tree"
        build "$folder/built/tree"
        lintian_clean "$folder"/built/*.changes
    fi
}

# With scripts that drop what an earlier package had in /etc and this one has elsewhere.
build_with_moved_conffile() {
    build_with_files --target debian:13
    present "$SCRATCH/beside/program/built/tree/debian/hello-common.preinst"
}

skeleton() {
    local folder=$SCRATCH/skeleton
    "$MKDKMS" deb "$HELLO" --kind skeleton --homepage https://example.org/hello -o "$folder"
    only "$folder" hello-1.5.0 hello_1.5.0.orig.tar.xz
    diff -r --exclude debian "$HELLO" "$folder/hello-1.5.0"
    # The same again changes nothing; what somebody has edited is not lost.
    "$MKDKMS" deb "$HELLO" --kind skeleton --homepage https://example.org/hello -o "$folder"
    build "$folder/hello-1.5.0"
    same_package "$out/hello-dkms_1.5.0-1_all.deb" "$folder/hello-dkms_1.5.0-1_all.deb"
    # What tells edits from what was written is no part of any package.
    tar -tf "$folder/hello_1.5.0-1.debian.tar.xz" >"$SCRATCH/listed"
    contains "$SCRATCH/listed" '^debian/source/format$'
    lacks "$SCRATCH/listed" 'local-options'
    # Neither what a build has left there nor another revision is an edit.
    "$MKDKMS" deb "$HELLO" --kind skeleton --kind dkms --homepage https://example.org/hello -R 2 -o "$folder"
    mv "$folder/hello-dkms_1.5.0-2_all.deb" "$SCRATCH/second.deb"
    build "$folder/hello-1.5.0"
    same_package "$SCRATCH/second.deb" "$folder/hello-dkms_1.5.0-2_all.deb"
    # Nor is another option; another tree wants another version, for the authors' tarball is told first.
    "$MKDKMS" deb "$HELLO" --kind skeleton --homepage https://example.org/other -o "$folder"
    contains "$folder/hello-1.5.0/debian/control" '^Homepage: https://example.org/other$'
    mkdir "$SCRATCH/changed"
    tree_copy "$HELLO" "$SCRATCH/changed/hello-1.5.0"
    echo '/* another */' >>"$SCRATCH/changed/hello-1.5.0/hello.c"
    refused 1 'original-differs' "$MKDKMS" deb "$SCRATCH/changed/hello-1.5.0" --kind skeleton -o "$folder"
    contains "$SCRATCH/err" 'hint: .*remove the tarball'
    contains "$folder/hello-1.5.0/debian/control" '^Homepage: https://example.org/other$'
    rm "$folder/hello_1.5.0.orig.tar.xz"
    "$MKDKMS" deb "$SCRATCH/changed/hello-1.5.0" --kind skeleton --homepage https://example.org/hello -o "$folder"
    same "$SCRATCH/changed/hello-1.5.0/hello.c" "$folder/hello-1.5.0/hello.c"
    build "$folder/hello-1.5.0"
    echo '# mine' >>"$folder/hello-1.5.0/debian/rules"
    refused 1 'edited-skeleton' \
        "$MKDKMS" deb "$HELLO" --kind skeleton --homepage https://example.org/hello -o "$folder"
    contains "$folder/hello-1.5.0/debian/rules" '^# mine$'
}

# Packages of an older revision know nothing of the newer ones, and no version is there twice.
older_revision() {
    local folder=$SCRATCH/older
    cat >"$SCRATCH/older.yaml" <<'END'
maintainer: Ann Lee <ann@example.org>
changelog:
  - {version: 1.5.0-2, date: 2026-03-02, changes: [Second.]}
  - {version: 1.5.0-1, date: 2026-03-01, changes: [First.]}
  - {version: 1.4.0, date: 2025-03-01, changes: [Older.]}
END
    "$MKDKMS" deb "$HELLO" --settings "$SCRATCH/older.yaml" --kind dkms --kind skeleton -o "$folder"
    "$MKDKMS" deb "$HELLO" --settings "$SCRATCH/older.yaml" --kind dkms --kind skeleton -R 1 -o "$folder"
    local package revision=2 expected='1.5.0-2 1.5.0-1 1.4.0-1'
    for package in "$folder/hello-dkms_1.5.0-2_all.deb" "$folder/hello-dkms_1.5.0-1_all.deb"; do
        dpkg-deb --fsys-tarfile "$package" | tar -xO ./usr/share/doc/hello-dkms/changelog.Debian.gz | zcat >"$SCRATCH/changelog"
        equal "$(dpkg-parsechangelog -l "$SCRATCH/changelog" -S Version)" "1.5.0-$revision"
        equal "$(sed -nE 's/^hello \((.*)\) .*/\1/p' "$SCRATCH/changelog" | xargs)" "$expected"
        revision=1 expected='1.5.0-1 1.4.0-1'
    done
    same "$SCRATCH/changelog" "$folder/hello-1.5.0/debian/changelog"
}

# Values that mean something to a shell, make, a control file or a changelog come out as they are.
# shellcheck disable=SC2016 # none of it is for this shell
literal_values() {
    local folder=$SCRATCH/literal summary='Ünï "quoted" %n $(id) `id` \n @NAME@ ${x} ${} ${misc:Depends}'
    "$MKDKMS" deb "$HELLO" --kind source --kind dkms --summary "$summary" --maintainer 'Zoë "Z" $(x) ${y} O'"'"'Neil <z@example.org>' \
        -o "$folder"
    equal "$(dpkg-deb -f "$folder/hello-dkms_1.5.0-1_all.deb" Description | head -n 1)" "$summary"
    unpack "$folder/hello_1.5.0-1.dsc" "$folder/built/tree"
    build "$folder/built/tree"
    same_package "$folder/hello-dkms_1.5.0-1_all.deb" "$folder/built/hello-dkms_1.5.0-1_all.deb"
}

versions() {
    local version expected
    while read -r version expected; do
        "$MKDKMS" deb "$HELLO" --package-version "$version" --kind source -o "$SCRATCH/versions"
        present "$SCRATCH/versions/hello_$expected-1.dsc" "$SCRATCH/versions/hello_$expected.orig.tar.xz"
        unpack "$SCRATCH/versions/hello_$expected-1.dsc" "$SCRATCH/versions/unpacked/$expected"
        grep -F "/usr/src/hello-$version" "$SCRATCH/versions/unpacked/$expected/debian/rules"
    done <<'END'
v1.5.0 1.5.0
1.5.0_rc1 1.5.0~rc1
1.5.0+64k 1.5.0+64k
END
}

dry_run() {
    "$MKDKMS" deb "$HELLO" --kind source --kind skeleton --dry-run -o "$SCRATCH/dry" >"$SCRATCH/plan"
    absent "$SCRATCH/dry"
    contains "$SCRATCH/plan" '^hello_1\.5\.0-1\.dsc$'
    contains "$SCRATCH/plan" '^ +debian/rules$'
}

check "--kind source: a .dsc whose tarballs unpack to the tree" write_source
check "the same bytes again" again
check "options that the kind cannot follow are refused" refused_options
check "an original that others name is never replaced by another" shared_original
check "a dry run names the files and writes none" dry_run
check "an older revision begins with its own entry" older_revision
check "versions are such as dpkg sorts" versions
if needs_program "lintian" lintian; then
    check "lintian -E --pedantic has nothing to say of the .dsc" lintian_clean "$out/hello_1.5.0-1.dsc"
    check "nor of a project with many words and files" lintian_of_a_project
fi
if needs_program "building the source package" dh_dkms dpkg-buildpackage; then
    check "dpkg-buildpackage makes our package of it" build_source
    check "so it does of a tree with awkward files" build_awkward
    check "so it does of files beside the module, with their modes and conffiles" build_with_files
    check "so it does where a conffile has moved" build_with_moved_conffile
    check "so it does in the editable folder, which is not written over" skeleton
    check "values with special characters come out literally" literal_values
    check "lintian -E --pedantic has nothing to say of what was built" \
        lintian_clean "$SCRATCH"/unpacked/hello-dkms_1.5.0-1_all.deb "$SCRATCH"/unpacked/hello_1.5.0-1_*.changes
fi
finish
