#!/bin/bash
# mktarball and ldtarball: names, layout and words as dkms's; and where dkms 3.x loses modules (several kernels, binaries
# only, --force), what has to come of them.
. "$(dirname "$0")/engine-lib.sh"

out=$LAYERS/out
default_folder=$TREE/hello/1.5.0/tarball
K1A="hello/1.5.0, $K1, $ARCH"

in_fresh() {
    fresh
    mkdir -p "$out"
    source_of hello 1.5.0 'POST_ADD="words with blanks"'
    mkdir /usr/src/hello-1.5.0/.hidden
    echo x >/usr/src/hello-1.5.0/.hidden/file
    ln -s dkms.conf /usr/src/hello-1.5.0/link
    chmod 0755 /usr/src/hello-1.5.0/built
    "$@"
    no_leftovers
}

build_for() {
    local kernel
    for kernel in "$@"; do quietly engine build hello/1.5.0 -k "$kernel"; done
}

members() { tar -tzf "$1" | sed 's,^\./,,; s,/$,,' | grep -v '^\.\?$' | sort; }

# forget: neither the tree nor /usr/src knows hello.
forget() {
    quietly engine remove hello/1.5.0 --all
    rm -rf /usr/src/hello-1.5.0
    absent "$TREE/hello"
}

marking() { printf 'Marking modules for %s (%s) for archiving...\n' "$1" "$ARCH"; }

with_source() {
    build_for "$K1"
    says 0 engine mktarball hello/1.5.0 -k "$K1" <<TEXT
$(marking "$K1")

Marking $TREE/hello/1.5.0/source for archiving...

Tarball location: $default_folder//hello-1.5.0-kernel$K1-$ARCH.dkms.tar.gz
TEXT
    only "$default_folder" "hello-1.5.0-kernel$K1-$ARCH.dkms.tar.gz"
    members "$default_folder/hello-1.5.0-kernel$K1-$ARCH.dkms.tar.gz" | tee "$SCRATCH/members"
    local member
    for member in dkms_source_tree/dkms.conf dkms_source_tree/.hidden/file dkms_source_tree/link "dkms_main_tree/$K1/$ARCH/log/make.log" \
        "dkms_main_tree/$K1/$ARCH/module/hello.ko"; do
        grep -qxF "$member" "$SCRATCH/members" || fail "no member $member"
    done
    lacks "$SCRATCH/members" '^dkms_binaries_only'
    equal "$(grep -c '^dkms_main_tree/[^/]*$' "$SCRATCH/members")" "$(($(grep -c dkms_dbversion "$SCRATCH/members") + 1))"
    # A tarball in the tree is no kernel: `remove` still takes the module out.
    status_is <<<"$K1A: built"
    says 0 engine remove hello/1.5.0 --all <<TEXT
Module hello/1.5.0 is not installed for kernel $K1 ($ARCH). Skipping...

Deleting module hello/1.5.0 completely from the DKMS tree.
TEXT
}

source_only() {
    quietly engine add hello/1.5.0 || true
    says 0 engine mktarball hello/1.5.0 --source-only --archive "$out/s.dkms.tar.gz" <<TEXT

Marking $TREE/hello/1.5.0/source for archiving...

Tarball location: $out/s.dkms.tar.gz
TEXT
    members "$out/s.dkms.tar.gz" | tee "$SCRATCH/members"
    contains "$SCRATCH/members" '^dkms_main_tree$'
    lacks "$SCRATCH/members" '\.ko$|make\.log'
    says 0 engine mktarball hello/1.5.0 --source-only <<TEXT

Marking $TREE/hello/1.5.0/source for archiving...

Tarball location: $default_folder//hello-1.5.0-source-only.dkms.tar.gz
TEXT
    cp -r /usr/src/hello-1.5.0 "$LAYERS/before"
    forget
    says 0 engine ldtarball "$out/s.dkms.tar.gz" <<TEXT

Loading tarball for hello/1.5.0
Creating symlink $TREE/hello/1.5.0/source -> /usr/src/hello-1.5.0

Warning: The post_add script is not executable.
TEXT
    status_is <<<'hello/1.5.0: added'
    diff -r --no-dereference "$LAYERS/before" /usr/src/hello-1.5.0
}

# A bare name for --archive goes into the tree; the suffix chooses the compression.
archive_names() {
    build_for "$K1"
    says 0 engine mktarball hello/1.5.0 -k "$K1" --archive=mine.tar.xz <<TEXT
$(marking "$K1")

Marking $TREE/hello/1.5.0/source for archiving...

Tarball location: $default_folder//mine.tar.xz
TEXT
    xz -t "$default_folder/mine.tar.xz"
    says 0 engine mktarball hello/1.5.0 -k "$K1" --archive "$out/new/deeper/x.tar.zst" <<TEXT
$(marking "$K1")

Marking $TREE/hello/1.5.0/source for archiving...

Tarball location: $out/new/deeper/x.tar.zst
TEXT
    zstd -qt "$out/new/deeper/x.tar.zst"
}

load() {
    build_for "$K1"
    quietly engine mktarball hello/1.5.0 -k "$K1" --archive "$out/t.dkms.tar.gz"
    cp "$TREE/hello/1.5.0/$K1/$ARCH/module/hello.ko" "$out/hello.ko"
    forget
    says 0 engine ldtarball --archive "$out/t.dkms.tar.gz" <<TEXT

Loading tarball for hello/1.5.0
Loading $TREE/hello/1.5.0/$K1/$ARCH...
Creating symlink $TREE/hello/1.5.0/source -> /usr/src/hello-1.5.0

Warning: The post_add script is not executable.
TEXT
    status_is <<<"$K1A: built"
    same "$out/hello.ko" "$TREE/hello/1.5.0/$K1/$ARCH/module/hello.ko"
    present "$TREE/hello/1.5.0/$K1/$ARCH/log/make.log"
    quietly engine install hello/1.5.0 -k "$K1"
    status_is <<<"$K1A: installed"
    says 8 engine ldtarball "$out/t.dkms.tar.gz" <<'TEXT'

Error! hello/1.5.0 is already added!
Aborting.
TEXT
    status_is <<<"$K1A: installed"
}

# `add ARCHIVE` is ldtarball with another name.
add_archive() {
    build_for "$K1"
    quietly engine mktarball hello/1.5.0 -k "$K1" --archive "$out/t.dkms.tar.gz"
    forget
    says 0 engine add "$out/t.dkms.tar.gz" <<TEXT

Loading tarball for hello/1.5.0
Loading $TREE/hello/1.5.0/$K1/$ARCH...
Creating symlink $TREE/hello/1.5.0/source -> /usr/src/hello-1.5.0

Warning: The post_add script is not executable.
TEXT
    status_is <<<"$K1A: built"
}

# Not made by mktarball: the first dkms.conf in it is the module's.
plain_archive() {
    tar -C /usr/src -czf "$out/plain.tar.gz" hello-1.5.0
    rm -rf /usr/src/hello-1.5.0
    says 0 engine ldtarball "$out/plain.tar.gz" <<TEXT
Creating symlink $TREE/hello/1.5.0/source -> /usr/src/hello-1.5.0

Warning: The post_add script is not executable.
TEXT
    status_is <<<'hello/1.5.0: added'
    present /usr/src/hello-1.5.0/.hidden/file
}

several_made() {
    build_for "$K1" "$K2"
    says 0 engine mktarball hello/1.5.0 -k "$K2" -k "$K1" <<TEXT
$(marking "$K2")
$(marking "$K1")

Marking $TREE/hello/1.5.0/source for archiving...

Tarball location: $default_folder//hello-1.5.0-kernel$K2-$ARCH-kernel$K1-$ARCH.dkms.tar.gz
TEXT
    quietly engine mktarball hello/1.5.0 --all --archive "$out/all.tar.gz"
    members "$out/all.tar.gz" | grep -E '\.ko$' | diff - <(printf "dkms_main_tree/%s/$ARCH/module/hello.ko\n" "$K1" "$K2" | sort)
    # Beyond 200 letters the name counts no kernels.
    local long="" part
    for part in a b c d; do long+=".$part$(printf '%040d' 0)"; done
    cp -r "$TREE/hello/1.5.0/$K1" "$TREE/hello/1.5.0/9$long"
    ends 0 engine mktarball hello/1.5.0 -k "9$long" -k "$K1"
    contains "$SCRATCH/said" "^Tarball location: $default_folder//hello-1\.5\.0-manykernels\.dkms\.tar\.gz$"
}

several_loaded() {
    fabricate "$K3"
    build_for "$K1" "$K2" "$K3"
    local kernel
    for kernel in "$K1" "$K2" "$K3"; do
        cp "$TREE/hello/1.5.0/$kernel/$ARCH/module/hello.ko" "$out/$kernel.ko"
        is_for "$kernel" "$out/$kernel.ko"
    done
    quietly engine mktarball hello/1.5.0 --all --archive "$out/three.dkms.tar.gz"
    forget
    ends 0 engine ldtarball "$out/three.dkms.tar.gz"
    engine status | sort >"$SCRATCH/status"
    diff "$SCRATCH/status" <(printf "hello/1.5.0, %s, $ARCH: built\n" "$K1" "$K2" "$K3" | sort)
    cp "$SCRATCH/said" "$out/said"
    for kernel in "$K1" "$K2" "$K3"; do
        contains "$out/said" "^Loading $TREE/hello/1\.5\.0/$kernel/$ARCH\.\.\.$"
        same "$out/$kernel.ko" "$TREE/hello/1.5.0/$kernel/$ARCH/module/hello.ko"
        quietly engine install hello/1.5.0 -k "$kernel"
        is_for "$kernel" "/lib/modules/$kernel/updates/dkms/hello.ko"
    done
}

# forced KERNEL…: over what is there, `ldtarball --force` loads anew, each kernel's own.
forced() {
    build_for "$K1" "$K2"
    quietly engine mktarball hello/1.5.0 --all --archive "$out/two.dkms.tar.gz"
    echo spoilt >"$TREE/hello/1.5.0/$K1/$ARCH/module/hello.ko"
    echo changed >/usr/src/hello-1.5.0/note
    ends 0 engine ldtarball --force "$out/two.dkms.tar.gz"
    engine status | sort >"$SCRATCH/status"
    diff "$SCRATCH/status" <(printf "hello/1.5.0, %s, $ARCH: built\n" "$K1" "$K2" | sort)
    local kernel
    for kernel in "$K1" "$K2"; do is_for "$kernel" "$TREE/hello/1.5.0/$kernel/$ARCH/module/hello.ko"; done
    absent /usr/src/hello-1.5.0/note
}

binaries_made() {
    build_for "$K1"
    says 0 engine mktarball hello/1.5.0 -k "$K1" --binaries-only --archive "$out/b.dkms.tar.gz" <<TEXT
$(marking "$K1")

Creating tarball structure to specifically accommodate binaries.

Tarball location: $out/b.dkms.tar.gz
TEXT
    members "$out/b.dkms.tar.gz" | tee "$SCRATCH/members"
    lacks "$SCRATCH/members" '^dkms_source_tree'
    local member
    for member in PACKAGE_NAME PACKAGE_VERSION dkms.conf; do
        grep -qxF "dkms_binaries_only/$member" "$SCRATCH/members" || fail "no member $member"
    done
    equal "$(tar -xzOf "$out/b.dkms.tar.gz" ./dkms_binaries_only/PACKAGE_NAME)" hello
    equal "$(tar -xzOf "$out/b.dkms.tar.gz" ./dkms_binaries_only/PACKAGE_VERSION)" 1.5.0
}

# Without a source on the machine dkms loads the module, and then knows nothing of it.
binaries_loaded() {
    quietly binaries_made
    forget
    says 0 engine ldtarball "$out/b.dkms.tar.gz" <<TEXT

Loading tarball for hello/1.5.0
Creating $TREE/hello/1.5.0/source
Copying dkms.conf to $TREE/hello/1.5.0/source ...
Loading $TREE/hello/1.5.0/$K1/$ARCH...
TEXT
    status_is <<<"$K1A: built"
    says 0 engine install hello/1.5.0 -k "$K1" <<TEXT
Installing /lib/modules/$K1/updates/dkms/hello.ko
Running depmod... done.
TEXT
    status_is <<<"$K1A: installed"
    says 0 engine uninstall hello/1.5.0 -k "$K1" <<TEXT
Module hello/1.5.0 for kernel $K1 ($ARCH):
Before uninstall, this module version was ACTIVE on this kernel.
Deleting /lib/modules/$K1/updates/dkms/hello.ko
Running depmod... done.
TEXT
    status_is <<<"$K1A: built"
    # There is nothing to build from for another kernel, and it says so.
    ends 8 engine build hello/1.5.0 -k "${K2:-$K3}"
    contains "$SCRATCH/said" '^Build halted\.$'
    quietly engine install hello/1.5.0 -k "$K1"
    quietly engine remove hello/1.5.0 --all
    absent "$TREE/hello" "/lib/modules/$K1/updates"
    status_is </dev/null
}

# With its source on the machine, the binaries join it.
binaries_with_source() {
    quietly binaries_made
    quietly engine remove hello/1.5.0 --all
    says 0 engine ldtarball "$out/b.dkms.tar.gz" <<TEXT

Loading tarball for hello/1.5.0
Loading $TREE/hello/1.5.0/$K1/$ARCH...
Creating symlink $TREE/hello/1.5.0/source -> /usr/src/hello-1.5.0

Warning: The post_add script is not executable.
TEXT
    status_is <<<"$K1A: built"
}

# Old versions of dkms refuse a tarball without it.
database_version() {
    build_for "$K1"
    quietly engine mktarball hello/1.5.0 -k "$K1" --archive "$out/t.tar.gz"
    equal "$(tar -xzOf "$out/t.tar.gz" ./dkms_main_tree/dkms_dbversion)" 2.0.0
}

same_bytes() {
    build_for "$K1"
    quietly engine mktarball hello/1.5.0 -k "$K1" --archive "$out/1.tar.gz"
    sleep 1.1
    touch "$TREE/hello/1.5.0/$K1"
    (umask 077 && quietly engine mktarball hello/1.5.0 -k "$K1" --archive "$out/2.tar.gz")
    same "$out/1.tar.gz" "$out/2.tar.gz"
}

# Members that would leave their folder, and what is no archive.
hostile() {
    python3 - "$out" <<'PYTHON'
import io, sys, tarfile
out = sys.argv[1]
conf = b'PACKAGE_NAME=evil\nPACKAGE_VERSION=1\nBUILT_MODULE_NAME=evil\nDEST_MODULE_LOCATION=/extra\n'
def add(tar, name, data=b"x", kind=tarfile.REGTYPE, target=""):
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.size = kind, target, len(data) if kind == tarfile.REGTYPE else 0
    tar.addfile(info, io.BytesIO(data))
with tarfile.open(out + "/escape.tar.gz", "w:gz") as tar:
    add(tar, "./dkms_main_tree", kind=tarfile.DIRTYPE)
    add(tar, "./dkms_source_tree/dkms.conf", conf)
    add(tar, "./dkms_source_tree/../../../../../../../../../../tmp/mkdkms-escaped")
    add(tar, "./dkms_source_tree/link", kind=tarfile.SYMTYPE, target="/tmp")
    add(tar, "./dkms_source_tree/link/mkdkms-escaped")
PYTHON
    engine ldtarball "$out/escape.tar.gz" >"$SCRATCH/said" 2>&1 && echo loaded
    cat "$SCRATCH/said"
    absent /tmp/mkdkms-escaped
    head -c 5000 /dev/urandom >"$out/noise.tar.gz"
    if engine ldtarball "$out/noise.tar.gz"; then fail "noise was loaded"; fi
    engine status
}

begin "tarballs"
check "mktarball: source and binaries" in_fresh with_source
check "--source-only, and loaded again" in_fresh source_only
check "--archive: a name, a path, a compression" in_fresh archive_names
check "ldtarball: loaded, built, installed; twice is 8" in_fresh load
check "add ARCHIVE" in_fresh add_archive
check "an archive that mktarball did not make" in_fresh plain_archive
check "--binaries-only" in_fresh binaries_made
check "--binaries-only joins a source that is there" in_fresh binaries_with_source
ours "--binaries-only without a source: loads, shows, installs, uninstalls" in_fresh binaries_loaded
ours "dkms_dbversion, for dkms 2" in_fresh database_version
ours "the same bytes each time" in_fresh same_bytes
check "hostile and broken archives" in_fresh hostile
if needs_two_kernels "several kernels"; then
    check "several kernels in one tarball" in_fresh several_made
    ours "three kernels are all loaded" in_fresh several_loaded
    ours "--force loads over what is there" in_fresh forced
fi
finish
