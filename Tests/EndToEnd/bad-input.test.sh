#!/bin/bash
# Bad input: a clear error with a code and a hint, the right exit status, and nothing left behind: no file in the
# output folder, none in TMPDIR, the tree as it was, no process.
. "$(dirname "$0")/lib.sh"

out=$SCRATCH/out
export TMPDIR=$SCRATCH/tmp
mkdir -p "$TMPDIR"

# rejects STATUS PATTERN COMMAND…: refused so, and neither $out nor TMPDIR holds anything afterwards.
rejects() {
    rm -rf "$out"
    refused "$@"
    empty "$out"
    empty "$TMPDIR"
}

# tree NAME: a copy of hello to spoil.
tree() {
    rm -rf "$SCRATCH/trees/$1"
    tree_copy "$HELLO" "$SCRATCH/trees/$1"
    printf '%s\n' "$SCRATCH/trees/$1"
}

no_conf() {
    local folder
    folder=$(tree no-conf/hello-1.5.0)
    rm "$folder/dkms.conf"
    rejects 1 'dkms\.conf' "$MKDKMS" tarball "$folder" -o "$out"
    rejects 1 'dkms\.conf' "$MKDKMS" release "$folder" -k "$K1" -o "$out"
}

empty_conf() {
    local folder
    folder=$(tree empty-conf/hello-1.5.0)
    : >"$folder/dkms.conf"
    rejects 1 'PACKAGE_NAME' "$MKDKMS" deb "$folder" -o "$out"
    contains "$SCRATCH/err" 'PACKAGE_VERSION'
}

# All faults at once: whoever mends one does not have to run again to learn of the next.
invalid_conf() {
    local folder
    folder=$(tree invalid-conf/hello-1.5.0)
    printf '%s\n' 'PACKAGE_NAME="hello"' 'AUTOINSTALL="maybe"' 'BUILT_MODULE_NAME[0]="hello.ko"' \
        'DEST_MODULE_LOCATION[0]="/elsewhere"' 'BUILT_MODULE_NAME[1]="second"' >"$folder/dkms.conf"
    rejects 1 'PACKAGE_VERSION' "$MKDKMS" tarball "$folder" -o "$out"
    contains "$SCRATCH/err" 'AUTOINSTALL'
    # The path once.
    contains "$SCRATCH/err" "error: $folder/dkms.conf: this dkms.conf cannot be used: [0-9]+ faults \\[invalid-conf\\]\$"
    contains "$SCRATCH/err" 'BUILT_MODULE_NAME'
    contains "$SCRATCH/err" '/elsewhere|DEST_MODULE_LOCATION\[0\]|record #0'
    contains "$SCRATCH/err" 'DEST_MODULE_LOCATION.*(1|second)|record #1'
    ends_with 1 "$MKDKMS" conf "$folder" --json >"$SCRATCH/conf.json"
    [ "$(jq '[.diagnostics | .. | objects | select(has("code"))] | length' "$SCRATCH/conf.json")" -ge 4 ]
}

shell_error() {
    local folder
    folder=$(tree shell-error/hello-1.5.0)
    printf '%s\n' 'PACKAGE_NAME="hello' 'if [ -e /x ]; then' >"$folder/dkms.conf"
    rejects 1 'dkms\.conf' "$MKDKMS" tarball "$folder" -o "$out"
}

# A plain dkms.conf is read either way, to the same values; one that runs a program only with bash.
conf_shell() {
    local folder
    folder=$(tree conf-shell/hello-1.5.0)
    "$MKDKMS" conf "$folder" --no-shell --json >"$SCRATCH/plain.json"
    "$MKDKMS" conf "$folder" --shell --json >"$SCRATCH/shell.json"
    equal "$(jq -r .evaluator "$SCRATCH/plain.json" "$SCRATCH/shell.json" | tr '\n' ' ')" "plain shell "
    alike <(jq 'del(.evaluator)' "$SCRATCH/plain.json") <(jq 'del(.evaluator)' "$SCRATCH/shell.json")
    printf 'CLEAN="make KVER=%s"\n' "\$(uname -r)" >>"$folder/dkms.conf"
    equal "$("$MKDKMS" conf "$folder" --json 2>/dev/null | jq -r .evaluator)" shell
    rejects 1 "dkms\.conf:$(wc -l <"$folder/dkms.conf"):.*shell-needed" "$MKDKMS" conf "$folder" --no-shell
    ends_with 64 "$MKDKMS" conf "$folder" --no-shell --shell
}

# A dkms.conf that never ends is ended; one that prints or fails half-way does no harm.
conf_exits() {
    local folder
    folder=$(tree exits/hello-1.5.0)
    printf '%s\n' 'echo noise' 'exit 3' >"$folder/dkms.conf"
    rejects 1 'dkms\.conf|exit' "$MKDKMS" tarball "$folder" -o "$out"
}

no_such_tree() {
    rejects 1 'no-such-thing' "$MKDKMS" tarball "$SCRATCH/no-such-thing" -o "$out"
    rejects 1 'nosuch' "$MKDKMS" tarball nosuch/9.9 -o "$out"
}

unknown_kernel() {
    rejects 1 '9\.9\.9-none' "$MKDKMS" bundle "$HELLO" -k 9.9.9-none -o "$out"
    rejects 1 '9\.9\.9-none' "$MKDKMS" deb "$HELLO" --kind modules -k 9.9.9-none -o "$out"
}

no_kernel_given() {
    local verb
    for verb in bundle modules "deb --kind modules" "rpm --kind kmod"; do
        # shellcheck disable=SC2086 # a verb and its options
        rejects 64 "${K1//./\\.}" "$MKDKMS" $verb "$HELLO" -o "$out"
        contains "$SCRATCH/err" '-k'
    done
}

# A kernel that is installed but whose headers are not: a mount namespace has one.
no_headers() {
    # shellcheck disable=SC2016 # the inner shell's words
    rejects 1 'headers' unshare --mount bash -e -c '
        mount -t tmpfs tmpfs /lib/modules
        mkdir -p "/lib/modules/6.1.0-99-amd64/kernel"
        exec "$@"' - "$MKDKMS" modules "$HELLO" -k 6.1.0-99-amd64 -o "$out"
    contains "$SCRATCH/err" '6\.1\.0-99-amd64'
    mkdir -p "$SCRATCH/empty-headers"
    rejects 1 'headers' "$MKDKMS" modules "$HELLO" -k "$SCRATCH/empty-headers" -o "$out"
}

compile_failure() {
    local log
    rm -rf "$out"
    refused 1 'error:' "$MKDKMS" modules "$BROKEN" -k "$K1" -o "$out"
    # The first error of the compiler, and a log that is there to be read.
    contains "$SCRATCH/err" '\.c:[0-9]+:[0-9]+: (fatal )?error: '
    log=$(grep -oE '/[^ ]*make\.log' "$SCRATCH/err" | head -n 1)
    [ -n "$log" ] || fail "no path of a log is shown"
    contains "$log" 'error: '
    equal "$(find "$out" -name '*.ko*')" ""
    rejects_release "$BROKEN"
}

rejects_release() {
    rm -rf "$SCRATCH/broken-release"
    ends_with 1 "$MKDKMS" deb "$1" --kind modules -k "$K1" -o "$SCRATCH/broken-release"
    equal "$(find "$SCRATCH/broken-release" -name '*.deb' 2>/dev/null)" ""
}

# One kernel's failure never hides the others.
one_kernel_fails() {
    local folder
    folder=$(tree half/hello-1.5.0)
    # shellcheck disable=SC2016 # make's own words
    printf 'ifeq ($(KERNELRELEASE),%s)\nccflags-y += -DDOES_NOT_BUILD\nendif\n' "$K2" >>"$folder/Makefile"
    printf '#ifdef DOES_NOT_BUILD\n#error "not for this kernel"\n#endif\n' >>"$folder/hello.c"
    rm -rf "$out"
    refused 1 'not for this kernel' "$MKDKMS" deb "$folder" --kind modules -k "$K2" -k "$K1" -o "$out"
    contains "$SCRATCH/err" "${K2//./\\.}"
    equal "$(find "$out" -name '*-modules-[0-9]*.deb' -printf '%f\n' | sed 's/_.*//')" "hello-modules-$K1"
    rm -rf "$out"
}

module_missing() {
    local folder
    folder=$(tree missing/hello-1.5.0)
    sed -i 's/^BUILT_MODULE_NAME\[0\]=.*/BUILT_MODULE_NAME[0]="nothere"/' "$folder/dkms.conf"
    rm -rf "$out"
    refused 1 'nothere' "$MKDKMS" deb "$folder" --kind modules -k "$K1" -o "$out"
    equal "$(find "$out" -name '*.deb' 2>/dev/null)" ""
}

all_excluded() {
    local folder
    folder=$(tree excluded/hello-1.5.0)
    printf 'BUILD_EXCLUSIVE_KERNEL="^2\\.6\\."\n' >>"$folder/dkms.conf"
    rm -rf "$out"
    ends_with 77 "$MKDKMS" modules "$folder" -k "$K1" -o "$out"
    equal "$(find "$out" -name '*.ko*' 2>/dev/null)" ""
}

key_mismatch() {
    rejects 1 'match' "$MKDKMS" modules "$HELLO" -k "$K1" --sign-key "$keys/mok.key" --sign-cert "$keys/other.pem" -o "$out"
    cp "$SCRATCH/plain.ko" "$SCRATCH/mismatch.ko"
    refused 1 'match' "$MKDKMS" sign "$SCRATCH/mismatch.ko" --sign-key "$keys/mok.key" --sign-cert "$keys/other.pem"
    same "$SCRATCH/plain.ko" "$SCRATCH/mismatch.ko"
}

unreadable_key() {
    head -c 512 /dev/urandom >"$keys/noise.key"
    openssl pkey -in "$keys/mok.key" -aes256 -passout pass:secret -out "$keys/locked.key"
    local key
    for key in noise.key locked.key absent.key; do
        rejects 1 "$key" "$MKDKMS" modules "$HELLO" -k "$K1" --sign-key "$keys/$key" --sign-cert "$keys/mok.pem" -o "$out"
    done
    rejects 1 'noise\.key' "$MKDKMS" modules "$HELLO" -k "$K1" --sign-key "$keys/mok.key" --sign-cert "$keys/noise.key" -o "$out"
}

forbidden_key() {
    cp "$keys/mok.key" "$keys/forbidden.key"
    chmod 000 "$keys/forbidden.key"
    refused 1 'forbidden\.key' as_nobody "$MKDKMS" modules "$HELLO" -k "$K1" --sign-key "$keys/forbidden.key" \
        --sign-cert "$keys/mok.pem" -o "$SCRATCH/nobody/out"
    empty "$SCRATCH/nobody/out"
}

not_a_module() {
    head -c 4096 /dev/urandom >"$SCRATCH/noise.ko"
    cp "$SCRATCH/noise.ko" "$SCRATCH/noise.kept"
    refused 1 'noise\.ko' "$MKDKMS" sign "$SCRATCH/noise.ko" --sign-key "$keys/mok.key" --sign-cert "$keys/mok.pem"
    same "$SCRATCH/noise.kept" "$SCRATCH/noise.ko"
    head -c 700 "$SCRATCH/plain.ko" >"$SCRATCH/cut.ko"
    refused 1 'cut\.ko' "$MKDKMS" inspect "$SCRATCH/cut.ko"
}

# Archives that want to write elsewhere, written by Python, which does not mind.
make_hostile_archives() {
    mkdir -p "$SCRATCH/hostile"
    python3 - "$HELLO" "$SCRATCH/hostile" <<'PYTHON'
import io, sys, tarfile
hello, out = sys.argv[1:]
def member(tar, name, data=b"x\n", kind=tarfile.REGTYPE, target=""):
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.size = kind, target, len(data) if kind == tarfile.REGTYPE else 0
    tar.addfile(info, io.BytesIO(data))
def archive(name, spoil):
    with tarfile.open(f"{out}/{name}.tar.gz", "w:gz") as tar:
        tar.add(hello, "hello-1.5.0")
        spoil(tar)
archive("parent", lambda tar: member(tar, "hello-1.5.0/../../escaped"))
archive("absolute", lambda tar: member(tar, sys.argv[2] + "/escaped"))
def through_link(tar):
    member(tar, "hello-1.5.0/link", kind=tarfile.SYMTYPE, target="../..")
    member(tar, "hello-1.5.0/link/escaped")
archive("symlink", through_link)
def through_absolute_link(tar):
    member(tar, "hello-1.5.0/link", kind=tarfile.SYMTYPE, target=sys.argv[2])
    member(tar, "hello-1.5.0/link/escaped")
archive("absolute-symlink", through_absolute_link)
archive("hardlink", lambda tar: member(tar, "hello-1.5.0/hard", kind=tarfile.LNKTYPE, target="../../../../etc/passwd"))
archive("device", lambda tar: member(tar, "hello-1.5.0/device", kind=tarfile.CHRTYPE))
PYTHON
    # The same inside a .deb: dpkg-deb's own tar is replaced.
    local folder=$SCRATCH/hostile/deb
    mkdir -p "$folder"
    printf '2.0\n' >"$folder/debian-binary"
    printf '%s\n' 'Package: hello-dkms' 'Version: 1.5.0-1' 'Architecture: all' 'Maintainer: A <a@example.org>' \
        'Description: x' >"$folder/control"
    tar -C "$folder" -czf "$folder/control.tar.gz" ./control
    cp "$SCRATCH/hostile/parent.tar.gz" "$folder/data.tar.gz"
    (cd "$folder" && ar rc ../escaping.deb debian-binary control.tar.gz data.tar.gz)
}

hostile_archive() {
    rejects 1 "$(basename "$1")|escaped|link|device|hard" "$MKDKMS" tarball "$1" -o "$out"
    absent "$SCRATCH/escaped" "$SCRATCH/hostile/escaped" "$TMPDIR/escaped" /tmp/escaped
}

make_good_ones() {
    "$MKDKMS" tarball "$HELLO" -o "$SCRATCH/good"
    "$MKDKMS" deb "$HELLO" --kind dkms -o "$SCRATCH/good"
    "$MKDKMS" rpm "$HELLO" --kind dkms -o "$SCRATCH/good"
    equal "$(find "$SCRATCH/good" -type f | wc -l)" 3
}

# Cut at several places, and with bytes overwritten in the payload.
spoilt() {
    local good size copy cut
    good=$(find "$SCRATCH/good" -name "*$1")
    size=$(stat -c %s "$good")
    copy=$SCRATCH/spoilt$1
    for cut in 0 1 10 $((size / 3)) $((size / 2)) $((size - 9)); do
        head -c "$cut" "$good" >"$copy"
        rejects 1 "spoilt" "$MKDKMS" tarball "$copy" -o "$out"
    done
    cp "$good" "$copy"
    printf '\xff\x00\xff\x00\xff\x00\xff\x00' | dd of="$copy" bs=1 seek=$((size * 3 / 4)) conv=notrunc status=none
    rejects 1 "spoilt" "$MKDKMS" tarball "$copy" -o "$out"
    refused 1 "spoilt" "$MKDKMS" inspect "$copy"
}

noise() {
    local name
    for name in noise.deb noise.rpm noise.tar.xz noise.dkms.tar.gz; do
        head -c 20000 /dev/urandom >"$SCRATCH/$name"
        rejects 1 "$name" "$MKDKMS" tarball "$SCRATCH/$name" -o "$out"
        refused 1 "$name" "$MKDKMS" inspect "$SCRATCH/$name"
    done
}

full_disk() {
    local folder
    folder=$(tree full/hello-1.5.0)
    head -c 3000000 /dev/urandom >"$folder/firmware.bin"
    mkdir -p "$SCRATCH/small"
    mount -t tmpfs -o size=512k tmpfs "$SCRATCH/small"
    refused 1 'space|full' "$MKDKMS" "$@" "$folder" -o "$SCRATCH/small"
    empty "$SCRATCH/small"
    empty "$TMPDIR"
    umount "$SCRATCH/small"
}

unwritable_output() {
    mkdir -p "$SCRATCH/closed"
    chmod 0555 "$SCRATCH/closed"
    refused 1 'closed' as_nobody "$MKDKMS" tarball "$HELLO" -o "$SCRATCH/closed"
    refused 1 'closed' as_nobody "$MKDKMS" tarball "$HELLO" -o "$SCRATCH/closed/deeper"
    empty "$SCRATCH/closed"
    : >"$SCRATCH/a-file"
    rejects 1 'a-file' "$MKDKMS" tarball "$HELLO" -o "$SCRATCH/a-file"
    rejects 1 'a-file' "$MKDKMS" tarball "$HELLO" -o "$SCRATCH/a-file/deeper"
}

# interrupted SIGNAL WHOM: a build that would sleep for minutes is stopped by SIGNAL to the process or its group.
interrupted() {
    local folder pid status=0 nap
    # A number that no other process sleeps for.
    nap=$((300 + BASHPID % 1000)).$BASHPID
    folder=$(tree "slow-$1/hello-1.5.0")
    printf '#!/bin/sh\nexec sleep %s\n' "$nap" >"$folder/nap"
    chmod +x "$folder/nap"
    printf 'PRE_BUILD="nap"\n' >>"$folder/dkms.conf"
    rm -rf "$out"
    # A job in the background of a script ignores SIGINT unless told otherwise.
    setsid env --default-signal=INT,TERM "$MKDKMS" release "$folder" -k "$K1" ${K2:+-k "$K2"} -o "$out" 2>"$SCRATCH/err" &
    pid=$!
    within 120 pgrep -f "[s]leep $nap"
    if [ "$2" = group ]; then kill "-$1" -- "-$pid"; else kill "-$1" "$pid"; fi
    timeout 60 tail --pid="$pid" -f /dev/null || { kill -KILL -- "-$pid"; fail "still running after 60 s"; }
    wait "$pid" || status=$?
    cat "$SCRATCH/err"
    equal "$status" "$3"
    within 10 no_process -f "[s]leep $nap"
    equal "$(find "$out" -type f 2>/dev/null)" ""
    empty "$TMPDIR"
}

keys=$SCRATCH/keys
make_key "$keys" mok
make_key "$keys" other
# A script's variable that is not set is no name of a file, a kernel or a version.
empty_arguments() {
    refused 64 'argument 2 of the command line is empty' "$MKDKMS" deb ''
    local option
    for option in -k -o -R --settings --from --package-version --sign-key --target; do
        refused 64 "the value of $option is empty" "$MKDKMS" deb "$HELLO" "$option" ''
    done
    "$MKDKMS" deb "$HELLO" -o '' --json >"$SCRATCH/empty.json" 2>/dev/null || [ $? = 64 ]
    equal "$(jq -r '.schema + " " + .diagnostics[0].code' "$SCRATCH/empty.json")" 'mkdkms.deb/1 usage'
    absent "$SCRATCH/hello-dkms_1.5.0-1_all.deb"
}

# Nor is dkms.conf to blame for a version that it doesn't have.
settled_version() {
    local version
    for version in 'a b' a/b ../x; do
        refused 64 'error: ".*" cannot be the version of a module .bad-package-version' "$MKDKMS" tarball "$HELLO" --package-version "$version" -o "$SCRATCH/no"
    done
    refused 64 bad-package-version "$MKDKMS" lint "$HELLO" --package-version a/b
    printf 'package-version: a/b\n' >"$SCRATCH/version.yaml"
    refused 64 'version\.yaml:1: .*bad-package-version' "$MKDKMS" deb "$HELLO" --settings "$SCRATCH/version.yaml" -o "$SCRATCH/no"
    absent "$SCRATCH/no"
}

check "an empty argument is told with its place" empty_arguments
check "a --package-version that no module can have" settled_version
check "no dkms.conf" no_conf
check "an empty dkms.conf" empty_conf
check "an invalid dkms.conf: all its faults at once" invalid_conf
check "a dkms.conf that is no shell" shell_error
check "a dkms.conf that exits" conf_exits
check "conf --no-shell and --shell" conf_shell
check "a TREE that is not there" no_such_tree
check "an unknown kernel" unknown_kernel
check "archives that reach outside themselves are made" make_hostile_archives
for archive in parent absolute symlink absolute-symlink hardlink device; do
    check "an archive with a member that escapes: $archive" hostile_archive "$SCRATCH/hostile/$archive.tar.gz"
done
check "a .deb with a member that escapes" hostile_archive "$SCRATCH/hostile/escaping.deb"
check "good artifacts to spoil" make_good_ones
for suffix in .tar.gz .deb .rpm; do
    check "truncated and corrupt $suffix" spoilt "$suffix"
done
check "files of noise" noise
if needs_mounts "a full disk"; then
    for verb in tarball "deb --kind dkms" "rpm --kind dkms"; do
        # shellcheck disable=SC2086 # a verb and its options
        check "a full disk: $verb" full_disk $verb
    done
fi
if needs_root "an output folder that can't be written"; then
    check "an output folder that can't be written" unwritable_output
fi
if needs_kernel "builds of bad trees"; then
    check "no -k where one is needed" no_kernel_given
    if needs_mounts "a kernel without headers"; then check "a kernel without headers" no_headers; fi
    check "a compile failure: first error, log, exit 1" compile_failure
    if needs_two_kernels "one kernel of two fails"; then check "one kernel of two fails: the other's deb is made" one_kernel_fails; fi
    check "a module missing after the build" module_missing
    check "every kernel excluded: 77" all_excluded
    "$MKDKMS" modules "$HELLO" -k "$K1" --no-sign --compress none -o "$SCRATCH/modules" 2>/dev/null
    cp "$SCRATCH/modules/$K1/$ARCH/hello.ko" "$SCRATCH/plain.ko"
    check "a key that does not match the certificate" key_mismatch
    check "keys that can't be read" unreadable_key
    if needs_root "a key without permission"; then check "a key without permission" forbidden_key; fi
    check "sign and inspect of what is no module" not_a_module
    check "Ctrl-C: 130, no artifact, no process" interrupted INT group 130
    check "SIGINT to mkdkms alone: the same" interrupted INT process 130
fi
finish
