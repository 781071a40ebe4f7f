#!/bin/bash
# Two runs in different folders, as different users, at another time zone, umask and number of cores: the same bytes.
. "$(dirname "$0")/lib.sh"

keys=$SCRATCH/keys
kernels=(-k "$K1" ${K2:+-k "$K2"})

# make_all OUT TREE JOBS: every kind of artifact that there is.
make_all() {
    local out=$1 tree=$2 jobs=$3
    local signing=(--sign-key "$keys/mok.key" --sign-cert "$keys/mok.pem" --sign-hash sha256)
    "$MKDKMS" release "$tree" "${kernels[@]}" -j "$jobs" "${signing[@]}" -o "$out/release"
    "$MKDKMS" tarball "$tree" "${kernels[@]}" -j "$jobs" "${signing[@]}" -o "$out/tarball"
    "$MKDKMS" tarball "$tree" "${kernels[@]}" -j "$jobs" "${signing[@]}" --binaries-only -o "$out/binaries"
    "$MKDKMS" modules "$tree" "${kernels[@]}" -j "$jobs" "${signing[@]}" --compress xz -o "$out/modules"
    "$MKDKMS" bundle "$tree" "${kernels[@]}" -j "$jobs" "${signing[@]}" --with-source --from "$out/modules" -o "$out/bundle"
    "$MKDKMS" deb "$tree" "${kernels[@]}" -j "$jobs" "${signing[@]}" --archive-compression zst -o "$out/deb"
    "$MKDKMS" rpm "$tree" "${kernels[@]}" -j "$jobs" "${signing[@]}" --archive-compression zst -o "$out/rpm"
}

first() {
    umask 022
    TZ=UTC make_all "$SCRATCH/first" "$SCRATCH/one/hello-1.5.0" 1
}

second() {
    mkdir -p "$SCRATCH/second"
    chown nobody: "$SCRATCH/second"
    as_nobody env TZ=Asia/Shanghai LC_ALL=C USER=someone LOGNAME=someone DEBFULLNAME="${DEBFULLNAME-}" \
        bash -c "set -e; umask 077; cd /; $(declare -p MKDKMS keys kernels); $(declare -f make_all)
            make_all '$SCRATCH/second' '$SCRATCH/some/other/longer folder/hello-1.5.0' 2"
}

# Files that tell of the run itself, its logs and times, are not artifacts.
artifacts() {
    (cd "$1" && find . -type f ! -name make.log ! -name unit.json ! -name index.json | sort | xargs -r -d '\n' sha256sum)
}

identical() {
    alike <(artifacts "$SCRATCH/first/$1") <(artifacts "$SCRATCH/second/$1")
}

# The six kinds, by name: none is missing from what was compared.
all_kinds() {
    local pattern
    for pattern in '*-source-only.dkms.tar.gz' '*-bundle-*.tar.xz' '*-dkms_*_all.deb' '*-modules-*.deb' \
        '*-dkms-*.noarch.rpm' 'kmod-*.rpm' SHA256SUMS; do
        [ -n "$(find "$SCRATCH/first/release" -name "$pattern")" ] || fail "release made no $pattern"
    done
    (cd "$SCRATCH/first/release" && sha256sum --quiet -c SHA256SUMS)
}

# SOURCE_DATE_EPOCH takes the place of the newest file's time.
source_date_epoch() {
    cp -r "$SCRATCH/one/hello-1.5.0" "$SCRATCH/touched-hello"
    mkdir -p "$SCRATCH/touched"
    mv "$SCRATCH/touched-hello" "$SCRATCH/touched/hello-1.5.0"
    find "$SCRATCH/touched" -exec touch {} +
    local kind tree
    for tree in one touched; do
        for kind in tarball deb rpm; do
            SOURCE_DATE_EPOCH=1700000000 "$MKDKMS" "$kind" "$SCRATCH/$tree/hello-1.5.0" -o "$SCRATCH/epoch-$tree"
        done
    done
    diff -r "$SCRATCH/epoch-one" "$SCRATCH/epoch-touched"
    equal "$(find "$SCRATCH/epoch-one" -type f | wc -l)" 3
}

# clone NAME DAY MASK: the tree as git checks it out somewhere, with a changelog of its version; files of many days.
clone() {
    local folder=$SCRATCH/clones/$1/hello-1.5.0 file time=0
    mkdir -p "${folder%/*}"
    (umask "$3" && cp -r --no-preserve=mode,timestamps "$HELLO" "$folder" && mkdir "$folder/docs" && echo more >"$folder/docs/more" &&
        ln -s README.md "$folder/LIESMICH")
    for file in $(find "$folder" -mindepth 1 | sort ${4:+"$4"}); do
        time=$((time + 1))
        touch -h -d "$2 UTC +$time hours" "$file"
    done
}

make_of_clone() {
    (cd "$SCRATCH/clones/$1" && umask "$2" && "$MKDKMS" release hello-1.5.0 "${kernels[@]}" --no-sign -o "$SCRATCH/of-$1" &&
        "$MKDKMS" deb hello-1.5.0 --kind source -o "$SCRATCH/of-$1" && "$MKDKMS" rpm hello-1.5.0 --kind source -o "$SCRATCH/of-$1" &&
        "$MKDKMS" arch hello-1.5.0 -o "$SCRATCH/of-$1")
}

# clones TIME COMMAND…: two clones of one commit have other times and, by their umask, other modes; what is made of them after
# COMMAND is of TIME.
clones() {
    local time_said=$1
    shift
    clone old '2021-01-01 08:00' 022
    clone new '2031-05-05 17:00' 002 -r
    [ "$(stat -c %a "$SCRATCH/clones/old/hello-1.5.0/hello.c")" != "$(stat -c %a "$SCRATCH/clones/new/hello-1.5.0/hello.c")" ]
    "$@"
    make_of_clone old 022
    make_of_clone new 002
    alike <(artifacts "$SCRATCH/of-old") <(artifacts "$SCRATCH/of-new")
    [ "$(find "$SCRATCH/of-old" -type f | wc -l)" -ge 12 ]
    for file in "$SCRATCH"/of-old/*_all.deb; do
        dpkg-deb --fsys-tarfile "$file" | TZ=UTC tar -tv --full-time | awk '{print $4, $5}' | sort -u >"$SCRATCH/times"
        equal "$(cat "$SCRATCH/times")" "$time_said"
    done
    equal "$(rpm -qp --qf '[%{FILEMTIMES}\n]' "$SCRATCH"/of-old/hello-dkms-1.5.0-1.noarch.rpm | sort -u)" \
        "$(date -d "$time_said UTC" +%s)"
}

with_changelog() {
    local clone
    for clone in old new; do
        printf 'changelog:\n- version: "1.5.0"\n  date: 2024-02-03\n  author: Ann <ann@example.org>\n  changes: Greet.\n- version: "1.4"\n  date: 2023-02-03\n  author: Ann <ann@example.org>\n  changes: Begin.\n' \
            >"$SCRATCH/clones/$clone/mkdkms.yaml"
    done
}

of_changelog() { clones '2024-02-03 00:00:00' with_changelog; }

of_debian_changelog() {
    clones '2023-11-14 22:13:20' with_debian
}

with_debian() {
    local clone
    for clone in old new; do
        mkdir "$SCRATCH/clones/$clone/hello-1.5.0/debian"
        printf 'hello (1.5.0-1) unstable; urgency=low\n\n  * Greet.\n\n -- Ann <ann@example.org>  Tue, 14 Nov 2023 22:13:20 +0000\n' \
            >"$SCRATCH/clones/$clone/hello-1.5.0/debian/changelog"
    done
}

of_variable() { SOURCE_DATE_EPOCH=1700000000 clones '2023-11-14 22:13:20' true; }

# --from takes what modules wrote and gives the bytes of a release that builds by itself.
from_modules() {
    local signing=(--sign-key "$keys/mok.key" --sign-cert "$keys/mok.pem" --sign-hash sha256)
    "$MKDKMS" modules "$SCRATCH/one/hello-1.5.0" "${kernels[@]}" --no-sign --compress none -o "$SCRATCH/from"
    "$MKDKMS" release "$SCRATCH/one/hello-1.5.0" --from "$SCRATCH/from" "${signing[@]}" -o "$SCRATCH/from-release"
    alike <(artifacts "$SCRATCH/first/release") <(artifacts "$SCRATCH/from-release")
}

# All of it is unpacked first: compressed, neither would be found.
no_key_inside() {
    local file folder=$SCRATCH/inside number=0
    while IFS= read -r file; do
        number=$((number + 1))
        mkdir -p "$folder/$number"
        case $file in
            *.deb) dpkg-deb -R "$file" "$folder/$number" ;;
            *.rpm) (cd "$folder/$number" && rpm2cpio "$file" | cpio -idm --quiet) ;;
            *.tar.*) tar -xf "$file" -C "$folder/$number" ;;
            *) cp "$file" "$folder/$number/" ;;
        esac
    done < <(find "$SCRATCH/first" -type f)
    find "$folder" -name '*.ko.xz' -exec xz -d {} +
    equal "$(find "$folder" -name '*.ko.*')" ''
    find "$folder" -name '*.ko' | tee "$SCRATCH/modules"
    # In modules/, the tarballs, the bundle, the .deb and the .rpm, each twice: by its own verb and by release.
    [ "$(wc -l <"$SCRATCH/modules")" -ge 9 ] || fail "too few modules to look at"
    lacks_below "$folder" -F -e "$(sed -n 3p "$keys/mok.key")"
    lacks_below "$folder" --include='*.ko' -F "$SCRATCH"
}

if ! needs_kernel "reproducible artifacts" || ! needs_root "reproducible artifacts"; then
    finish
    exit
fi
make_key "$keys" mok
# Both users have to read it; it signs nothing but these tests.
chmod 0644 "$keys/mok.key"
tree_copy "$HELLO" "$SCRATCH/one/hello-1.5.0"
tree_copy "$HELLO" "$SCRATCH/some/other/longer folder/hello-1.5.0"
check "every kind, as root, -j 1" first
check "every kind, as nobody, elsewhere, -j 2" second
check "release made all six kinds and true SHA256SUMS" all_kinds
for kind in release tarball binaries modules bundle deb rpm; do
    check "byte for byte the same: $kind" identical "$kind"
done
check "SOURCE_DATE_EPOCH overrides the files' times" source_date_epoch
for case in of_variable of_changelog of_debian_changelog; do
    rm -rf "$SCRATCH/clones" "$SCRATCH/of-old" "$SCRATCH/of-new"
    check "two clones give the same bytes: ${case//_/ }" "$case"
done
check "release --from gives the same as release" from_modules
check "no private key and no build folder inside" no_key_inside
finish
