# shellcheck shell=bash
# The rows of packages, against the tools that write them elsewhere. Sourced by bench.sh, whose functions and folders it uses.

: "${work:?sourced by bench.sh}" "${cache:?}" "${hello:?}" "${repo:?}" "${cores:?}"

# three NAME PEER BOUND LABEL OUR-FILE PEER-FILE: wall, size and memory of two timed commands.
three() {
    local ours=$1 peer=$2 bound=$3 label=$4 our_size peer_size
    our_size=$(stat -c %s "$5")
    peer_size=$(stat -c %s "$6")
    row "$label: wall" "$(cat "$work/$ours.wall") s" "$(cat "$work/$peer.wall") s" \
        "$(ratio "$(cat "$work/$ours.wall")" "$(cat "$work/$peer.wall")")" '<=' "$bound"
    row "$label: size" "$our_size" "$peer_size" "$(ratio "$our_size" "$peer_size")" '<=' "$bound"
    row "$label: memory" "$(cat "$work/$ours.rss") MiB" "$(cat "$work/$peer.rss") MiB" \
        "$(ratio "$(cat "$work/$ours.rss")" "$(cat "$work/$peer.rss")")" '<=' "$bound"
}

# peer_spec STAGED: a spec that packs the files beneath usr/src of that folder, and nothing more.
peer_spec() {
    # Our rpm holds the tree alone, not the documentation of the .deb.
    rm -rf "${1:?}/DEBIAN" "${1:?}/usr/share"
    cat >"$work/peer.spec" <<SPEC
%define _build_id_links none
%define __os_install_post %{nil}
%define debug_package %{nil}
Name: peer-dkms
Version: 1
Release: 1
Summary: The same files by rpmbuild
License: MIT
BuildArch: noarch
AutoReqProv: no
%description
The same files by rpmbuild.
%install
rm -rf %{buildroot}
cp -al $1 %{buildroot}
%files
/usr/src/*
SPEC
}

# An hello package takes as long as the programs take to start, so the wall times are hyperfine's.
bench_hello() {
    local staged=$work/hello-staged
    "$MKDKMS" deb "$hello" --kind dkms --archive-compression xz:6 -q -o "$work/hello-deb" >/dev/null
    dpkg-deb -R "$work/hello-deb"/*.deb "$staged"
    pair hello-deb "sync" "$MKDKMS deb $hello --kind dkms --archive-compression xz:6 -q -o $work/hello-deb" \
        "dpkg-deb --root-owner-group -Zxz -b $staged $work/hello-peer.deb"
    small hello-deb "\`deb --kind dkms\` of hello, xz / \`dpkg-deb -Zxz\` of the staged files" \
        "$MKDKMS deb $hello --kind dkms --archive-compression xz:6 -q -o $work/hello-deb" \
        "dpkg-deb --root-owner-group -Zxz -b $staged $work/hello-peer.deb"
    peer_spec "$staged"
    set -- "$MKDKMS rpm $hello --kind dkms --archive-compression xz:6 -q -o $work/hello-rpm" \
        "rpmbuild -bb --define '_topdir $work/rpmbuild-hello' --define '_binary_payload w6.xzdio' $work/peer.spec"
    pair hello-rpm "sync" "$@"
    small hello-rpm "\`rpm --kind dkms\` of hello, xz / rpmbuild -bb w6.xzdio" "$@"
}

# small NAME LABEL OURS PEER: wall from `pair NAME`, memory of one run of each.
small() {
    timed "$1-ours" 3 sh -c "$3"
    timed "$1-peer" 3 sh -c "$4"
    row "$2: wall" "$(seconds "$work/$1.ours")" "$(seconds "$work/$1.peer")" \
        "$(ratio "$(cat "$work/$1.ours")" "$(cat "$work/$1.peer")")" '<=' 1.05
    row "$2: memory" "$(cat "$work/$1-ours.rss") MiB" "$(cat "$work/$1-peer.rss") MiB" \
        "$(ratio "$(cat "$work/$1-ours.rss")" "$(cat "$work/$1-peer.rss")")" '<=' 1.05
}

bench_nvidia() {
    fetch nvidia-open-kernel-dkms
    local tree compressor runs staged=$work/staged
    dpkg-deb -x "$(find "$cache" -maxdepth 1 -name 'nvidia-open-kernel-dkms_*.deb')" "$work/nvidia"
    tree=$(dirname "$(find "$work/nvidia/usr/src" -maxdepth 2 -name dkms.conf)")
    # Read once, so that no first run pays for the disk.
    find "$tree" -type f -exec cat {} + >/dev/null
    for compressor in zstd xz; do
        # zstd takes a second, where a median says more; xz takes more than a minute, where one run is enough.
        runs=1
        [ $compressor = xz ] || runs=5
        timed "deb-$compressor" $runs "$MKDKMS" deb "$tree" --kind dkms --archive-compression "${compressor/zstd/zst}" -q -o "$work/deb-$compressor"
        # The peer packs exactly what ours holds, control files included.
        rm -rf "$staged"
        dpkg-deb -R "$work/deb-$compressor"/*.deb "$staged"
        timed "dpkg-$compressor" $runs dpkg-deb --root-owner-group "-Z$compressor" -b "$staged" "$work/dpkg-$compressor.deb"
        three "deb-$compressor" "dpkg-$compressor" 1.05 "\`deb --kind dkms\`, $compressor / \`dpkg-deb -Z$compressor\`" \
            "$work/deb-$compressor"/*.deb "$work/dpkg-$compressor.deb"
    done
    timed rpm-xz 1 "$MKDKMS" rpm "$tree" --kind dkms --archive-compression xz:6 -j 2 -q -o "$work/rpm-xz"
    peer_spec "$staged"
    timed rpmbuild 1 rpmbuild -bb --define "_topdir $work/rpmbuild" --define '_binary_payload w6T2.xzdio' "$work/peer.spec"
    three rpm-xz rpmbuild 1.05 "\`rpm --kind dkms\`, xz / rpmbuild w6T2.xzdio" "$work/rpm-xz"/*.rpm "$work"/rpmbuild/RPMS/noarch/*.rpm
}

# small_files COUNT FOLDER: hello with so many headers beside it.
small_files() {
    mkdir -p "$2"
    cp "$hello"/* "$2/"
    awk -v n="$1" -v folder="$2" 'BEGIN {
        for (i = 0; i < n; i++) {
            if (i % 200 == 0) system("mkdir -p " folder "/part" i / 200)
            file = folder "/part" int(i / 200) "/header" i ".h"
            print "#define VALUE_" i " " i >file
            close(file)
        }
    }'
}

# Memory and time by the number of files: gzip, whose own memory is small and does not depend on the size.
bench_files() {
    local count kind
    for count in 20000 40000; do
        small_files $count "$work/files-$count/hello-1.5.0"
        for kind in deb rpm; do
            timed "$kind-$count" 5 "$MKDKMS" "$kind" "$work/files-$count/hello-1.5.0" --kind dkms --archive-compression gz:1 -q -o "$work/files"
            sort -n -k2 "$work/$kind-$count.times" | awk 'NR == 3 { print $2 }' >"$work/$kind-$count.kib"
        done
    done
    for kind in deb rpm; do
        row "\`$kind\`: time per file of 40,000 small files / of 20,000" "$(cat "$work/$kind-40000.wall") s" "$(cat "$work/$kind-20000.wall") s (ours)" \
            "$(awk -v a="$(cat "$work/$kind-40000.wall")" -v b="$(cat "$work/$kind-20000.wall")" 'BEGIN { printf "%.2f", a / b / 2 }')" '<=' 1.2
        row "\`$kind\`: memory per file beyond 20,000 (KiB)" "$(cat "$work/$kind-40000.kib") KiB" "$(cat "$work/$kind-20000.kib") KiB (ours)" \
            "$(awk -v a="$(cat "$work/$kind-40000.kib")" -v b="$(cat "$work/$kind-20000.kib")" 'BEGIN { printf "%.2f", (a - b) / 20000 }')" '<=' 1
    done
    rm -rf "$work"/files-*
}

# What each compressor makes of a large tree and of a small one, and how long unpacking takes: docs/compression.md.
bench_compressors() {
    fetch nvidia-open-kernel-dkms
    local tree setting size suffix unpack small report=$work/compression.rows
    [ -d "$work/nvidia" ] || dpkg-deb -x "$(find "$cache" -maxdepth 1 -name 'nvidia-open-kernel-dkms_*.deb')" "$work/nvidia"
    tree=$(dirname "$(find "$work/nvidia/usr/src" -maxdepth 2 -name dkms.conf)")
    find "$tree" -type f -exec cat {} + >/dev/null
    : >"$report"
    for setting in gz:6 gz:9 zst:3 zst:9 zst:19 xz:1 xz:6 xz:9; do
        rm -rf "$work/compressors"
        timed "compress-$setting" 1 "$MKDKMS" deb "$tree" --kind dkms --archive-compression "$setting" -q -o "$work/compressors"
        size=$(stat -c %s "$work/compressors"/*.deb)
        case $setting in gz*) suffix=gz ;; zst*) suffix=zst ;; *) suffix=xz ;; esac
        ar p "$work/compressors"/*.deb "data.tar.$suffix" >"$work/data.tar.$suffix"
        case $suffix in
            gz) timed unpack 3 gzip -dkf "$work/data.tar.gz" ;;
            zst) timed unpack 3 zstd -qdkf "$work/data.tar.zst" ;;
            xz) timed unpack 3 xz -dkf "$work/data.tar.xz" ;;
        esac
        unpack=$(cat "$work/unpack.wall")
        rm -rf "$work/compressors" "$work"/data.tar*
        "$MKDKMS" deb "$hello" --kind dkms --archive-compression "$setting" -q -o "$work/compressors" >/dev/null
        small=$(stat -c %s "$work/compressors"/*.deb)
        printf '| %s | %s s | %s MiB | %.1f MB | %s s | %s B |\n' "$setting" "$(cat "$work/compress-$setting.wall")" \
            "$(cat "$work/compress-$setting.rss")" "$(awk -v s="$size" 'BEGIN { print s / 1e6 }')" "$unpack" "$small" | tee -a "$report"
    done
    write_compression "$(du -sb --apparent-size "$tree" | awk '{ printf "%.0f MB", $1 / 1e6 }')" "$report"
}

# write_compression SIZE ROWS: the table into its document, between the two marks.
write_compression() {
    awk -v rows="$2" -v head="Measured on $cores cores over the source of nvidia-open-kernel-dkms ($1) and hello." '
        /^<!-- table -->/ {
            print; print ""; print head; print ""
            print "| `--archive-compression` | wall | memory | nvidia-open .deb | unpacking it | hello .deb |"
            print "|---|---|---|---|---|---|"
            while ((getline line <rows) > 0) print line
            print ""; skipping = 1; next
        }
        /^<!-- end -->/ { skipping = 0 }
        !skipping { print }' "$repo/docs/compression.md" >"$work/compression.md"
    mv "$work/compression.md" "$repo/docs/compression.md"
    say "wrote docs/compression.md"
}
