#!/bin/bash
# The source package and the skeleton: what rpmbuild makes of them is the package that mkdkms writes itself, whatever
# characters its values have.
. "$(dirname "$0")/lib.sh"
. "$HERE/rpm-lint.sh"

out=$SCRATCH/out
RPM=hello-dkms-1.5.0-1.noarch.rpm
SRPM=hello-dkms-1.5.0-1.src.rpm
# Every character that sh, a spec file or a macro gives a meaning to.
# shellcheck disable=SC2016 # meant literally
ODD='Hello %{version} %% %post "two" $(id) `id` $HOME '"'one'"' \n \\ \%{x} ünd 驱动'
# shellcheck disable=SC2016 # meant literally
ODD_LICENSE='GPL %{x} "$(id)"' ODD_NAME='Ünd %{x} $(id) <a@example.org>' ODD_URL='https://example.org/100%25?a=%{x}'
export DEBFULLNAME='A Tester' DEBEMAIL=tester@example.org

make_all() {
    "$MKDKMS" rpm "$HELLO" --kind dkms --kind source --kind skeleton -o "$out"
    only "$out" "$RPM" "$SRPM" hello-dkms.{spec,rpmlintrc} hello-1.5.0.tar.gz
}

# build FOLDER ARGUMENT…: rpmbuild with all its folders below FOLDER.
build() {
    local top=$1
    shift
    rpmbuild --define "_topdir $top" "$@" >"$SCRATCH/rpmbuild.log" 2>&1 || { tail -n 30 "$SCRATCH/rpmbuild.log"; return 1; }
    lacks "$SCRATCH/rpmbuild.log" '^(warning|error):'
}

# facts FILE: all that the package promises; the compressor is the builder's choice.
facts() {
    local query
    for query in --requires --provides --conflicts --recommends --obsoletes --scripts --changelog '-l --dump'; do
        # shellcheck disable=SC2086 # two words
        rpm -qp $query "$1" | sed '/^rpmlib(PayloadIs/d'
    done
    rpm -qp --qf '%{NAME}|%{VERSION}|%{RELEASE}|%{ARCH}|%{SUMMARY}|%{LICENSE}|%{URL}|%{PACKAGER}|%{GROUP}|%{DESCRIPTION}\n' "$1"
}

# equal_content OURS THEIRS
equal_content() {
    facts "$1" >"$SCRATCH/ours"
    facts "$2" >"$SCRATCH/theirs"
    [ -s "$SCRATCH/ours" ]
    diff "$SCRATCH/ours" "$SCRATCH/theirs"
}

is_source() {
    rpm -K --nosignature "$out/$SRPM" >"$SCRATCH/said"
    grep -q 'digests OK' "$SCRATCH/said"
    equal "$(rpm -qp --qf '%{SOURCEPACKAGE} %{NAME} %{SOURCE}' "$out/$SRPM")" '1 hello-dkms hello-1.5.0.tar.gz'
    equal "$(rpm -qpl "$out/$SRPM" | tr '\n' ' ')" 'hello-1.5.0.tar.gz hello-dkms.spec '
    rpm2cpio "$out/$SRPM" | cpio -t --quiet | sort >"$SCRATCH/names"
    diff <(printf '%s\n' hello-1.5.0.tar.gz hello-dkms.spec) "$SCRATCH/names"
    mkdir "$SCRATCH/x"
    (cd "$SCRATCH/x" && rpm2cpio "$out/$SRPM" | cpio -idm --quiet)
    same "$SCRATCH/x/hello-dkms.spec" "$out/hello-dkms.spec"
    same "$SCRATCH/x/hello-1.5.0.tar.gz" "$out/hello-1.5.0.tar.gz"
    tar -xf "$out/hello-1.5.0.tar.gz" -C "$SCRATCH/x"
    diff -r "$HELLO" "$SCRATCH/x/hello-1.5.0"
}

rebuilds() {
    build "$SCRATCH/rebuilt" --rebuild "$out/$SRPM"
    equal_content "$out/$RPM" "$SCRATCH/rebuilt/RPMS/noarch/$RPM"
}

skeleton_builds() {
    build "$SCRATCH/built" --define "_sourcedir $out" -ba "$out/hello-dkms.spec"
    equal_content "$out/$RPM" "$SCRATCH/built/RPMS/noarch/$RPM"
    # rpmbuild's source package holds what ours does.
    diff <(rpm -qp --requires "$out/$SRPM" | grep -v PayloadIs) <(rpm -qp --requires "$SCRATCH/built/SRPMS/$SRPM" | grep -v PayloadIs)
}

keeps_edits() {
    cp -r "$out" "$SCRATCH/edited"
    "$MKDKMS" rpm "$HELLO" --kind skeleton -o "$SCRATCH/edited"
    # Another release is no edit.
    "$MKDKMS" rpm "$HELLO" --kind skeleton -R 2.el9 -o "$SCRATCH/edited"
    equal "$(rpmspec -q --srpm --qf '%{RELEASE}' "$SCRATCH/edited/hello-dkms.spec")" 2.el9
    "$MKDKMS" rpm "$HELLO" --kind skeleton -o "$SCRATCH/edited"
    same "$out/hello-dkms.spec" "$SCRATCH/edited/hello-dkms.spec"
    # Nor is another option, or another tree.
    "$MKDKMS" rpm "$HELLO" --kind skeleton --summary 'Another thing' -o "$SCRATCH/edited"
    equal "$(rpmspec -q --srpm --qf '%{SUMMARY}' "$SCRATCH/edited/hello-dkms.spec")" 'Another thing'
    "$MKDKMS" rpm "$HELLO" --kind skeleton -o "$SCRATCH/edited"
    echo '# mine' >>"$SCRATCH/edited/hello-dkms.spec"
    refused 1 'edited-skeleton' "$MKDKMS" rpm "$HELLO" --kind skeleton -o "$SCRATCH/edited"
    equal "$(tail -n 1 "$SCRATCH/edited/hello-dkms.spec")" '# mine'
    # What else was asked for is not written either.
    echo mine >"$SCRATCH/edited/hello-1.5.0.tar.gz"
    refused 1 'edited-skeleton' "$MKDKMS" rpm "$HELLO" -R 2 --kind skeleton --kind source --kind dkms -o "$SCRATCH/edited"
    equal "$(cat "$SCRATCH/edited/hello-1.5.0.tar.gz")" mine
    only "$SCRATCH/edited" "$RPM" "$SRPM" hello-dkms.{spec,rpmlintrc} hello-1.5.0.tar.gz
}

# files_beside FOLDER: settings with files of every flag, and a program where one is asked for.
files_beside() {
    mkdir -p "$1/firmware/sub"
    echo data >"$1/firmware/sub/fw with blanks.bin"
    printf 'options hello a=1\n' >"$1/hello.conf"
    cat >"$1/mkdkms.yaml" <<'YAML'
maintainer: Ann Lee <ann@example.org>
files:
  - {role: modprobe, source: hello.conf}
  - {role: udev, content: 'KERNEL=="hello"', name: 60-hello.rules}
  - {role: firmware, source: firmware, name: hello}
  - {role: config, content: "x = 100%", destination: /etc/hello/hello.ini, mode: 0640}
  - {role: plain, content: "#!/bin/sh", destination: /usr/lib/hello/tool, mode: 0755}
rpm: {common: {requires: [coreutils], conflicts: ["old < 2"]}}
YAML
}

# The set of packages that rpmbuild makes of the source package is the one that is written without it.
builds_common() {
    local folder=$SCRATCH/beside
    files_beside "$folder"
    "$MKDKMS" rpm "$HELLO" --settings "$folder/mkdkms.yaml" --kind dkms --kind source --kind skeleton -o "$folder/out"
    only "$folder/out" "$RPM" "$SRPM" hello-common-1.5.0-1.noarch.rpm hello-dkms.{spec,rpmlintrc} hello-1.5.0.tar.gz hello-common-1.5.0.tar.gz
    build "$folder/rebuilt" --rebuild "$folder/out/$SRPM"
    only "$folder/rebuilt/RPMS/noarch" "$RPM" hello-common-1.5.0-1.noarch.rpm
    local name
    for name in "$RPM" hello-common-1.5.0-1.noarch.rpm; do
        equal_content "$folder/out/$name" "$folder/rebuilt/RPMS/noarch/$name"
        equal "$(rpm -qp --qf '%{SOURCERPM}' "$folder/out/$name")" "$(rpm -qp --qf '%{SOURCERPM}' "$folder/rebuilt/RPMS/noarch/$name")"
    done
    build "$folder/built" --define "_sourcedir $folder/out" -ba "$folder/out/hello-dkms.spec"
    equal_content "$folder/out/hello-common-1.5.0-1.noarch.rpm" "$folder/built/RPMS/noarch/hello-common-1.5.0-1.noarch.rpm"
    explained "$folder/out/$SRPM"
    # It is a TREE as any other.
    "$MKDKMS" rpm "$folder/out/$SRPM" --kind dkms -o "$folder/again"
    present "$folder/again/$RPM"
}

# A program among the files: the package is for its architecture, the one with the source still for any.
builds_programs() {
    local folder=$SCRATCH/programs
    files_beside "$folder"
    cp /bin/true "$folder/hello-tool"
    sed -i '/^files:/a\  - {role: plain, source: hello-tool, destination: /usr/bin/hello-tool}' "$folder/mkdkms.yaml"
    "$MKDKMS" rpm "$HELLO" --settings "$folder/mkdkms.yaml" --kind dkms --kind source -o "$folder/out"
    only "$folder/out" "$RPM" "$SRPM" "hello-common-1.5.0-1.$ARCH.rpm"
    build "$folder/rebuilt" --rebuild "$folder/out/$SRPM"
    equal_content "$folder/out/$RPM" "$folder/rebuilt/RPMS/noarch/$RPM"
    equal_content "$folder/out/hello-common-1.5.0-1.$ARCH.rpm" "$folder/rebuilt/RPMS/$ARCH/hello-common-1.5.0-1.$ARCH.rpm"
    equal "$(find "$folder/rebuilt/RPMS" -name '*.rpm' | wc -l)" 2
}

odd_values() {
    "$MKDKMS" rpm "$HELLO" --kind dkms --kind source --summary "$ODD" --license "$ODD_LICENSE" \
        --maintainer "$ODD_NAME" --homepage "$ODD_URL" -o "$SCRATCH/odd"
    build "$SCRATCH/odd-rebuilt" --rebuild "$SCRATCH/odd/$SRPM"
    local file
    for file in "$SCRATCH/odd/$RPM" "$SCRATCH/odd/$SRPM" "$SCRATCH/odd-rebuilt/RPMS/noarch/$RPM"; do
        equal "$(rpm -qp --qf '%{SUMMARY}' "$file")" "$ODD"
        equal "$(rpm -qp --qf '%{LICENSE}' "$file")" "$ODD_LICENSE"
        equal "$(rpm -qp --qf '%{PACKAGER}' "$file")" "$ODD_NAME"
        equal "$(rpm -qp --qf '%{URL}' "$file")" "$ODD_URL"
    done
    equal_content "$SCRATCH/odd/$RPM" "$SCRATCH/odd-rebuilt/RPMS/noarch/$RPM"
}

# Text that is broken into lines at every place there is: none begins with what is more than a word to rpmbuild or dpkg.
prose() {
    local folder=$SCRATCH/prose start=A
    mkdir "$folder"
    {
        printf 'maintainer: A <a@example.org>\nchangelog:\n  - version: 1.5.0\n    date: 2026-03-01\n    changes:\n'
        while [ ${#start} -le 80 ]; do
            # shellcheck disable=SC2016 # meant literally
            printf "      - '%s'\n" "$start"' %files # * %if 1 of \%{x} -- A <a@b>  Mon, 01 Jan 2024 00:00:00 +0000 .x #if %endif '\\
            start+=a
        done
    } >"$folder/mkdkms.yaml"
    sed -n "s/^      - '\(.*\)'$/\1/p" "$folder/mkdkms.yaml" >"$folder/lines"
    { printf 'description: |\n'; sed 's/^/  /; s/$/\n/' "$folder/lines"; } >>"$folder/mkdkms.yaml"
    "$MKDKMS" rpm "$HELLO" --settings "$folder/mkdkms.yaml" --kind dkms --kind source -o "$folder/out"
    "$MKDKMS" deb "$HELLO" --settings "$folder/mkdkms.yaml" -o "$folder/out"
    build "$folder/rebuilt" --rebuild "$folder/out/$SRPM"
    equal_content "$folder/out/$RPM" "$folder/rebuilt/RPMS/noarch/$RPM"
    tr -s '[:space:]' ' ' <"$folder/lines" >"$folder/words"
    sed 's/^/- /' "$folder/lines" | tr -s '[:space:]' ' ' >"$folder/items"
    rpm -qp --qf '%{DESCRIPTION}' "$folder/rebuilt/RPMS/noarch/$RPM" | tr -s '[:space:]' ' ' >"$SCRATCH/said"
    grep -qFf "$folder/words" "$SCRATCH/said"
    rpm -qp --qf '[%{CHANGELOGTEXT}\n]' "$folder/rebuilt/RPMS/noarch/$RPM" | tr -s '[:space:]' ' ' | cmp - "$folder/items"
    dpkg-deb -f "$folder/out/hello-dkms_1.5.0-1_all.deb" Description >"$SCRATCH/said"
    lacks "$SCRATCH/said" '^ [-.*#%].'
    sed 's/^ \.$//' "$SCRATCH/said" | tr -s '[:space:]' ' ' >"$folder/said"
    grep -qFf "$folder/words" "$folder/said"
    dpkg-deb --fsys-tarfile "$folder/out/hello-dkms_1.5.0-1_all.deb" |
        tar -xO ./usr/share/doc/hello-dkms/changelog.Debian.gz | zcat >"$folder/changelog"
    dpkg-parsechangelog --all -l "$folder/changelog" -S Changes 2>"$SCRATCH/err" | sed '1,3d; s/^ *\*/-/' |
        tr -s '[:space:]' ' ' | cmp - "$folder/items"
    equal "$(cat "$SCRATCH/err")" ''
    # What somebody begins a line with can't be said in a spec file, and is in a package that needs none.
    printf 'maintainer: A <a@example.org>\ndescription: |\n  - item\n  # more\n' >"$folder/mkdkms.yaml"
    refused 1 'mkdkms.yaml:2: .*comment .*unquotable-value' "$MKDKMS" rpm "$HELLO" --settings "$folder/mkdkms.yaml" --kind skeleton -o "$folder/no"
    "$MKDKMS" rpm "$HELLO" --settings "$folder/mkdkms.yaml" --kind dkms -o "$folder/out"
    rpm -qp --qf '%{DESCRIPTION}' "$folder/out/$RPM" | grep -qx '# more'
}

# File names, run bits and links that a tree may have.
odd_tree() {
    local tree=$SCRATCH/odd-tree/hello-1.5.0
    tree_copy "$HELLO" "$tree"
    mkdir "$tree/a folder"
    echo x >"$tree/a folder/with %{x} and [glob]*"
    printf '#!/bin/sh\n' >"$tree/run.sh"
    chmod +x "$tree/run.sh"
    ln -s run.sh "$tree/link"
    "$MKDKMS" rpm "$tree" --kind dkms --kind source -o "$SCRATCH/odd-tree/out"
    build "$SCRATCH/odd-tree/rebuilt" --rebuild "$SCRATCH/odd-tree/out/$SRPM"
    equal_content "$SCRATCH/odd-tree/out/$RPM" "$SCRATCH/odd-tree/rebuilt/RPMS/noarch/$RPM"
    rpm -qpl "$SCRATCH/odd-tree/out/$RPM" >"$SCRATCH/said"
    grep -qF '/a folder/with %{x} and [glob]*' "$SCRATCH/said"
}

# What the root of the tree has to read lies where the system looks for it, in packages of modules too.
documented() {
    local tree=$SCRATCH/documented/hello-1.5.0 folder=$SCRATCH/documented file
    tree_copy "$HELLO" "$tree"
    mkdir "$tree/docs"
    for file in README.md COPYING LICENSE-MIT docs/NEWS 'README %{x}' licensed.c; do echo "text of $file" >"$tree/$file"; done
    chmod +x "$tree/README.md"
    "$MKDKMS" rpm "$tree" --kind dkms --kind source --kind kmod -k "$K1" --no-sign -o "$folder/out"
    build "$folder/rebuilt" --rebuild "$folder/out/$SRPM"
    equal_content "$folder/out/$RPM" "$folder/rebuilt/RPMS/noarch/$RPM"
    for file in "$folder/out/$RPM" "$folder/out/kmod-hello-${K1//-/_}"*.rpm "$folder/out/kmod-hello-$K1"*.rpm; do
        [ -e "$file" ] || continue
        local name
        name=$(rpm -qp --qf '%{NAME}' "$file")
        equal "$(rpm -qp --docfiles "$file")" "/usr/share/doc/$name/README.md"
        equal "$(rpm -qp --licensefiles "$file" | tr '\n' ' ')" "/usr/share/licenses/$name/COPYING /usr/share/licenses/$name/LICENSE-MIT "
        equal "$(rpm2cpio "$file" | cpio -i --to-stdout --quiet "./usr/share/licenses/$name/COPYING")" 'text of COPYING'
        explained "$file"
        lacks "$SCRATCH/rpmlint" 'no-documentation'
        echo "$name" >>"$SCRATCH/documented/names"
    done
    equal "$(wc -l <"$SCRATCH/documented/names")" 2
    "$MKDKMS" rpm "$tree" --kind dkms --target opensuse:16 -o "$folder/suse"
    equal "$(rpm -qp --docfiles "$folder/suse/"*.rpm)" /usr/share/doc/packages/hello-dkms/README.md
}

fences() {
    local tree=$SCRATCH/fenced/hello-1.5.0
    tree_copy "$HELLO" "$tree"
    printf '%s\n' 'BUILD_EXCLUSIVE_KERNEL_MIN="4.18"' 'BUILD_EXCLUSIVE_KERNEL_MAX="6.8"' 'BUILD_DEPENDS[0]="jool-dkms"' 'BUILD_DEPENDS[1]="zfs"' \
        >>"$tree/dkms.conf"
    "$MKDKMS" rpm "$tree" --kind dkms --kind source -o "$SCRATCH/fenced/out"
    equal "$(rpm -qp --conflicts "$SCRATCH/fenced/out/$RPM")" 'kernel-uname-r > 6.8.999'
    equal "$(rpm -qp --requires "$SCRATCH/fenced/out/$RPM" | grep dkms)" '(dkms >= 3.0.11 or mkdkms)'
    rpm -qp --recommends "$SCRATCH/fenced/out/$RPM" >"$SCRATCH/recommends"
    equal "$(grep dkms "$SCRATCH/recommends" | xargs)" 'jool-dkms zfs-dkms'
    contains "$SCRATCH/recommends" '^\(kernel-devel-uname-r >= 4\.18 if kernel-core\)$'
    build "$SCRATCH/fenced/rebuilt" --rebuild "$SCRATCH/fenced/out/$SRPM"
    equal_content "$SCRATCH/fenced/out/$RPM" "$SCRATCH/fenced/rebuilt/RPMS/noarch/$RPM"
}

pre_release() {
    local tree=$SCRATCH/rc/hello-1.5.0_rc1
    tree_copy "$HELLO" "$tree"
    sed -i 's/1\.5\.0/1.5.0_rc1/' "$tree/dkms.conf"
    "$MKDKMS" rpm "$tree" --kind dkms --kind source -o "$SCRATCH/rc/out"
    only "$SCRATCH/rc/out" 'hello-dkms-1.5.0~rc1-1.noarch.rpm' 'hello-dkms-1.5.0~rc1-1.src.rpm'
    build "$SCRATCH/rc/rebuilt" --rebuild "$SCRATCH/rc/out/hello-dkms-1.5.0~rc1-1.src.rpm"
    equal_content "$SCRATCH/rc/out/hello-dkms-1.5.0~rc1-1.noarch.rpm" "$SCRATCH"/rc/rebuilt/RPMS/noarch/*.rpm
}

the_same_again() {
    tree_copy "$HELLO" "$SCRATCH/again/hello-1.5.0"
    "$MKDKMS" rpm "$SCRATCH/again/hello-1.5.0" --kind source -j 1 -o "$SCRATCH/again/one"
    (umask 077 && "$MKDKMS" rpm "$SCRATCH/again/hello-1.5.0" --kind source -j 2 -o "$SCRATCH/again/two")
    same "$SCRATCH/again/one/$SRPM" "$SCRATCH/again/two/$SRPM"
}

dry_run() {
    "$MKDKMS" rpm "$HELLO" --kind source --kind skeleton --dry-run -o "$SCRATCH/dry" >"$SCRATCH/outline"
    contains "$SCRATCH/outline" "^$SRPM$"
    contains "$SCRATCH/outline" '^ +hello-dkms\.spec$'
    absent "$SCRATCH/dry"
}

check "dkms, source and skeleton of hello" make_all
check "rpm reads the source package: spec, tarball, no more" is_source
check "a dry run writes nothing" dry_run
check "the same bytes again" the_same_again
check "rpmlint $SRPM: nothing that docs/lint.md doesn't explain" explained "$out/$SRPM"
check "rpmlint hello-dkms.spec: nothing that docs/lint.md doesn't explain" explained "$out/hello-dkms.spec"
check "an edited spec file is not written over" keeps_edits
if needs_program "rpmbuild of the source package" rpmbuild; then
    check "rpmbuild --rebuild makes our package of it" rebuilds
    check "rpmbuild -ba of the skeleton makes both packages" skeleton_builds
    check "documentation and licences of the tree are %doc and %license" documented
    check "values with %, quotes, \$(…), backslashes and more come out literally" odd_values
    check "text comes out literally wherever its lines are broken" prose
    check "file names, run bits and links of a tree" odd_tree
    check "kernel fences of BUILD_EXCLUSIVE_KERNEL_MIN and _MAX" fences
    check "1.5.0_rc1 is 1.5.0~rc1" pre_release
    check "files beside the module are in the source package too" builds_common
    check "a program among them has its architecture" builds_programs
fi
finish
