# shellcheck shell=bash
# The rows of the DKMS engine, against dkms itself. Sourced by bench.sh, whose `row`, `ratio`, `say` and folders it uses.
#   DKMS_SOURCE  a checkout of dkms v3.4.3, or its unpacked tree: the peer in place of the distribution's dkms
#   SUITE        a checkout of dkms v3.4.3, whose own test suite is then timed as well
# Rows run in the mount namespace that bench.sh made: the machine's /usr/src, /lib/modules, /var/lib/dkms and /etc/dkms
# are shown, and nothing that is written to them is kept.

: "${work:?sourced by bench.sh}" "${kernel:?}" "${arch:?}" "${cache:?}" "${hello:?}" "${cores:?}" "${repo:?}"
layers=$work/layers
build=/lib/modules/$kernel/build
bench_kernels=("${kernel%%-*}-901-bench" "${kernel%%-*}-902-bench" "${kernel%%-*}-903-bench")

# --- the machine to measure on -------------------------------------------------------------------------

# make_dkms TREE FOLDER: a runnable dkms of that checkout or unpacked tree.
make_dkms() {
    mkdir -p "$2"
    if [ -e "$1/dkms.in" ]; then cp -r "$1/." "$2/"; else git -C "$1" archive v3.4.3 | tar -x -C "$2"; fi
    make -s -C "$2" dkms dkms_autoinstaller
    chmod +x "$2/dkms" "$2/dkms_autoinstaller"
}

# An image's modules for depmod to read, without its boot files.
fetch_image() {
    local image=$cache/image-$kernel
    [ ! -d "$image" ] || return 0
    fetch "linux-image-$kernel" || return 0
    mkdir -p "$image.part"
    dpkg-deb --fsys-tarfile "$(find "$cache" -maxdepth 1 -name "linux-image-${kernel}_*.deb")" |
        tar -x -C "$image.part" ./lib/modules
    mv "$image.part" "$image"
}

# overlay FOLDER [UNDER]: FOLDER, with what is in UNDER put upon it.
overlay() {
    local layer=$layers/${1//\//_}
    mkdir -p "$layer/upper" "$layer/work"
    mount -t overlay mkdkms-bench -o "lowerdir=${2:+$2:}$1,upperdir=$layer/upper,workdir=$layer/work" "$1"
}

# machine: nothing added or installed; signing with a key that is there; modules.dep of all the kernel's modules.
machine() {
    [ -n "${BENCH_NAMESPACE-}" ] || { say "the rows of the engine need root and a mount namespace"; exit 1; }
    fetch_image
    machine_off
    mkdir -p "$layers"
    mount -t tmpfs mkdkms-bench "$layers"
    mkdir -p /var/lib/dkms /etc/dkms
    mount -t tmpfs -o mode=0755 mkdkms-bench /var/lib/dkms
    mount -t tmpfs -o mode=0755 mkdkms-bench /etc/dkms
    overlay /usr/src
    if [ -d "$cache/image-$kernel" ]; then
        overlay /lib/modules "$cache/image-$kernel/lib/modules"
    else
        overlay /lib/modules
        say "no package linux-image-$kernel to be had: depmod finds nothing but what is installed"
    fi
    mkdir -p /etc/dkms/framework.conf.d "$layers/bin"
    printf 'try_sign_modules="true"\n' >/etc/dkms/framework.conf.d/bench.conf
    openssl req -new -x509 -nodes -days 30 -subj '/CN=DKMS module signing key' -newkey rsa:2048 -outform DER \
        -addext extendedKeyUsage=codeSigning -keyout /var/lib/dkms/mok.key -out /var/lib/dkms/mok.pub 2>/dev/null
    ln -sf "$MKDKMS" "$layers/bin/dkms"
    engine=$layers/bin/dkms
    peer=/usr/sbin/dkms
    if [ -n "${DKMS_SOURCE-}" ]; then
        [ -d "$work/dkms" ] || make_dkms "$DKMS_SOURCE" "$work/dkms"
        peer=$work/dkms/dkms
    fi
    peer_name="dkms $("$peer" --version | sed 's/^dkms-//')"
    modules=$(find "/lib/modules/$kernel/" -name '*.ko*' | wc -l)
    : >"/lib/modules/$kernel/modules.dep"
    depmod -a "$kernel"
}

machine_off() { awk '$1 == "mkdkms-bench" { print $2 }' /proc/self/mounts | tac | xargs -r -n 1 umount -l; }

# source_of NAME: hello under that name in /usr/src, and added.
source_of() {
    mkdir -p "/usr/src/$1-1.5.0" "/var/lib/dkms/$1/1.5.0"
    cp "$hello/Makefile" "/usr/src/$1-1.5.0/"
    sed -i "s/hello\.o/$1.o/" "/usr/src/$1-1.5.0/Makefile"
    cp "$hello/hello.c" "/usr/src/$1-1.5.0/$1.c"
    sed "s/\"hello\"/\"$1\"/" "$hello/dkms.conf" >"/usr/src/$1-1.5.0/dkms.conf"
    ln -sfn "/usr/src/$1-1.5.0" "/var/lib/dkms/$1/1.5.0/source"
}

# --- measuring -----------------------------------------------------------------------------------------

# clock FILE COMMAND…: its wall seconds as one more line of FILE.
clock() {
    local file=$1 start
    shift
    start=${EPOCHREALTIME/./}
    "$@" >"$work/clock.log" 2>&1 </dev/null || {
        say "failed: $*"
        tail -n 20 "$work/clock.log" >&2
        exit 1
    }
    printf '%d\n' $((${EPOCHREALTIME/./} - start)) >>"$file"
}

# median FILE: of microseconds, in seconds.
median() {
    sort -n "$1" | awk '{ v[NR] = $1 } END { m = int((NR + 1) / 2); printf "%.6f\n", (NR % 2 ? v[m] : (v[m] + v[m + 1]) / 2) / 1e6 }'
}

# rounds NAME RUNS PREPARE OURS PEER: functions, one after the other in every round and the other way round in the next,
# each after `PREPARE ours` or `PREPARE peer`; the machine's drift is the same for both. Medians in NAME.ours and
# NAME.peer, that of the rounds' differences in NAME.difference (seconds).
rounds() {
    local name=$1 side sides=(ours peer)
    say "$name, $2 rounds"
    rm -f "$work/$name".*.times
    for _ in $(seq "$2"); do
        for side in "${sides[@]}"; do
            "$3" "$side" >"$work/prepare.log" 2>&1 || { cat "$work/prepare.log" >&2; exit 1; }
            if [ "$side" = ours ]; then clock "$work/$name.ours.times" "$4"; else clock "$work/$name.peer.times" "$5"; fi
        done
        sides=("${sides[1]}" "${sides[0]}")
    done
    for side in ours peer; do median "$work/$name.$side.times" >"$work/$name.$side"; done
    paste "$work/$name.ours.times" "$work/$name.peer.times" | awk '{ print $1 - $2 }' >"$work/$name.difference.times"
    median "$work/$name.difference.times" >"$work/$name.difference"
}

# times_faster WHAT NAME BOUND
times_faster() {
    row "$1" "$(seconds "$work/$2.ours")" "$(seconds "$work/$2.peer")" \
        "$(awk -v a="$(cat "$work/$2.peer")" -v b="$(cat "$work/$2.ours")" 'BEGIN { printf "%.2f", a / b }')" '>=' "$3"
}

# --- status --------------------------------------------------------------------------------------------

# installed_modules FIRST LAST: modules of these numbers, installed for three kernels: what dkms leaves behind of it.
installed_modules() {
    local number name tree k files folders
    for number in $(seq "$1" "$2"); do
        name=bench$number tree=/var/lib/dkms/bench$number files=() folders=("/usr/src/bench$number-1.5.0")
        for k in "${bench_kernels[@]}"; do
            folders+=("$tree/1.5.0/$k/$arch/module")
            files+=("$tree/1.5.0/$k/$arch/module/$name.ko" "/lib/modules/$k/updates/dkms/$name.ko")
        done
        mkdir -p "${folders[@]}"
        tee "${files[@]}" <"$work/from/$kernel/$arch/hello.ko" >/dev/null
        sed "s/\"hello\"/\"$name\"/" "$hello/dkms.conf" >"/usr/src/$name-1.5.0/dkms.conf"
        ln -s "/usr/src/$name-1.5.0" "$tree/1.5.0/source"
        for k in "${bench_kernels[@]}"; do ln -s "1.5.0/$k/$arch" "$tree/kernel-$k-$arch"; done
    done
}

ours_status() { "$engine" status; }
peer_status() { "$peer" status; }

# Both have to say the same of every row, or there is nothing to compare.
bench_status() {
    local k count
    make_key
    machine
    for k in "${bench_kernels[@]}"; do mkdir -p "/lib/modules/$k/updates/dkms"; done
    rm -f "$work"/status.*
    for _ in $(seq 20); do clock "$work/status.0" ours_status; done
    for count in 180 2001; do
        if [ $count = 180 ]; then installed_modules 1 60; else installed_modules 61 667; fi
        ours_status >"$work/status.text"
        [ "$(grep -c ': installed$' "$work/status.text")" = $count ] || { say "not $count rows are installed"; exit 1; }
        for _ in $(seq 10); do clock "$work/status.$count" ours_status; done
        [ $count = 180 ] || continue
        say "status by $peer_name"
        clock "$work/status.by-dkms" peer_status
        diff <(sort "$work/clock.log") <(sort "$work/status.text") >&2 || { say "dkms says something else"; exit 1; }
    done
    for k in 0 180 2001 by-dkms; do median "$work/status.$k" >"$work/status.$k.median"; done
    cp "$work/status.180.median" "$work/status.ours"
    cp "$work/status.by-dkms.median" "$work/status.peer"
    times_faster "\`status\`, 60 modules x 3 kernels, all installed: $peer_name / ours (times faster)" status 500
    cat "$work"/status.{0,180,2001}.median | paste -s | awk '{ a = ($2 - $1) / 180; b = ($3 - $1) / 2001; printf "%.1f %.1f %.3f\n", a * 1e6, b * 1e6, b / a }' >"$work/status.cost"
    read -r small large k <"$work/status.cost"
    row "\`status\`: cost of a row at 2001 rows / at 180 rows, without start-up" "$large µs" "$small µs (ours, 180 rows)" "$k" '<=' 1.5
}

# --- the life of one module ----------------------------------------------------------------------------

prepare_install() {
    rm -rf /var/lib/dkms/hello "/lib/modules/$kernel/updates" "$layers/bare"
    [ "$1" = ours ] || cp -r "$hello" "$layers/bare"
}
ours_install() {
    "$engine" add hello/1.5.0 && "$engine" build hello/1.5.0 -k "$kernel" && "$engine" install hello/1.5.0 -k "$kernel"
}
bare_install() {
    make -C "$layers/bare" -j"$cores" "KVERSION=$kernel" "KDIR=$build" modules && depmod -a "$kernel"
}

bench_install() {
    machine
    source_of hello
    rounds install "${RUNS:-7}" prepare_install ours_install bare_install
    row "\`add\`, \`build\`, \`install\` of hello, signed / bare make and bare depmod ($modules modules)" \
        "$(seconds "$work/install.ours")" "$(seconds "$work/install.peer")" \
        "$(ratio "$(cat "$work/install.ours")" "$(cat "$work/install.peer")")" '<=' 1.15
}

installed_hello() {
    [ -e "/var/lib/dkms/hello/kernel-$kernel-$arch" ] || "$engine" install hello/1.5.0 -k "$kernel" --no-depmod
}
ours_uninstall() { PATH=$layers/clocked:$PATH "$engine" uninstall hello/1.5.0 -k "$kernel"; }

# What `uninstall` takes beyond the depmod that it runs itself, which a program of that name clocks: two depmods of four
# thousand modules differ from each other by more than that.
bench_uninstall_itself() {
    mkdir -p "$layers/clocked"
    cat >"$layers/clocked/depmod" <<END
#!/bin/bash
start=\${EPOCHREALTIME/./}
$(command -v depmod) "\$@"
status=\$?
echo \$((\${EPOCHREALTIME/./} - start)) >>'$work/uninstall.depmod.times'
exit \$status
END
    chmod +x "$layers/clocked/depmod"
    rm -f "$work"/uninstall.*
    for _ in $(seq "${RUNS:-15}"); do
        installed_hello >/dev/null
        clock "$work/uninstall.ours.times" ours_uninstall
    done
    paste "$work/uninstall.ours.times" "$work/uninstall.depmod.times" | awk 'NF == 2 { print $1 - $2 }' >"$work/uninstall.difference.times"
    [ "$(wc -l <"$work/uninstall.difference.times")" = "${RUNS:-15}" ] || { say "uninstall did not run depmod once each time"; exit 1; }
    for side in ours depmod difference; do median "$work/uninstall.$side.times" >"$work/uninstall.$side"; done
    row "\`uninstall\` − the depmod in it ($modules modules), median of the differences (ms)" \
        "$(seconds "$work/uninstall.ours")" "$(seconds "$work/uninstall.depmod")" \
        "$(awk '{ printf "%.1f", $1 * 1000 }' "$work/uninstall.difference")" '<=' 30
}

ours_uninstall_only() { "$engine" uninstall hello/1.5.0 -k "$kernel" --no-depmod; }
peer_uninstall_only() { "$peer" uninstall hello/1.5.0 -k "$kernel" --no-depmod; }

bench_uninstall() {
    machine
    source_of hello
    installed_hello >/dev/null
    bench_uninstall_itself
    rounds no-depmod "${RUNS:-7}" installed_hello ours_uninstall_only peer_uninstall_only
    times_faster "\`uninstall --no-depmod\`: $peer_name / ours (times faster)" no-depmod 20
}

# --- many modules --------------------------------------------------------------------------------------

eight_added() {
    local number
    rm -rf "/lib/modules/$kernel/updates"
    for number in 1 2 3 4 5 6 7 8; do
        rm -rf "/var/lib/dkms/hello$number"
        source_of "hello$number"
    done
}
ours_autoinstall() { "$engine" autoinstall -k "$kernel"; }
peer_autoinstall() { "$peer" autoinstall -k "$kernel"; }

bench_autoinstall() {
    machine
    rounds autoinstall "${RUNS:-3}" eight_added ours_autoinstall peer_autoinstall
    times_faster "\`autoinstall\` of 8 independent modules on $cores cores: $peer_name / ours (times faster)" autoinstall 1.6
}

ours_reads() { "$engine" autoinstall -k "$kernel"; }
ours_reads_none() { "$engine" autoinstall -k "$kernel" --dkmstree "$layers/installed"; }

# A thousand files, each in a subshell of one bash, as dkms has it. Ours has no loop of its own: `autoinstall` reads the
# dkms.conf of each module that is added, and looks at nothing but the link of those that are installed already.
bench_conf() {
    local number count=1000 folder tree
    machine
    rm -f "$work"/conf.*
    for number in $(seq $count); do
        folder=/usr/src/bench$number-1.5.0
        mkdir -p "$folder"
        sed "s/\"hello\"/\"bench$number\"/; s/^AUTOINSTALL=.*/AUTOINSTALL=\"no\"/" "$hello/dkms.conf" >"$folder/dkms.conf"
        for tree in /var/lib/dkms "$layers/installed"; do
            mkdir -p "$tree/bench$number/1.5.0"
            ln -s "$folder" "$tree/bench$number/1.5.0/source"
        done
        mkdir -p "$layers/installed/bench$number/1.5.0/$kernel/$arch/module"
        ln -s "1.5.0/$kernel/$arch" "$layers/installed/bench$number/kernel-$kernel-$arch"
    done
    [ "$("$engine" status --dkmstree "$layers/installed" -k "$kernel" | grep -c ': installed')" = $count ] ||
        { say "the modules do not count as installed"; exit 1; }
    # shellcheck disable=SC2016 # for the bash that is measured
    printf '%s\n' 'kernelver=$1 kernel_source_dir=$2' 'for conf in /usr/src/bench*/dkms.conf; do (. "$conf"); done' >"$work/read-all"
    for _ in $(seq 15); do
        clock "$work/conf.all" ours_reads
        clock "$work/conf.none" ours_reads_none
        clock "$work/conf.bash" bash "$work/read-all" "$kernel" "$build"
    done
    cat <(median "$work/conf.none") <(median "$work/conf.all") <(median "$work/conf.bash") | paste -s |
        awk -v n=$count '{ printf "%.1f %.1f %.2f\n", ($2 - $1) / n * 1e6, $3 / n * 1e6, $3 / ($2 - $1) }' >"$work/conf.cost"
    read -r number folder count <"$work/conf.cost"
    row "a plain dkms.conf: sourced in a subshell of one bash / read by \`autoinstall\`, that of 1000 added modules − that of 1000 installed ones (times faster)" \
        "$number µs" "$folder µs" "$count" '>=' 20
}

# --- the upstream suite --------------------------------------------------------------------------------

bench_suite() {
    [ -n "${SUITE-}" ] || { say "suite: left out, SUITE names no checkout of dkms v3.4.3"; return; }
    machine_off
    make_dkms "$SUITE" "$work/suite-dkms"
    rm -f "$work"/suite.*
    say "the suite, by mkdkms and by dkms"
    clock "$work/suite.ours.times" env -u BLOCK MKDKMS="$MKDKMS" SUITE="$SUITE" "$repo/Tests/Conformance/run"
    clock "$work/suite.peer.times" env -u BLOCK DKMS="$work/suite-dkms/dkms" SUITE="$SUITE" "$repo/Tests/Conformance/run"
    for side in ours peer; do median "$work/suite.$side.times" >"$work/suite.$side"; done
    row "the suite of dkms 3.4.3: ours / dkms 3.4.3" "$(seconds "$work/suite.ours")" "$(seconds "$work/suite.peer")" \
        "$(ratio "$(cat "$work/suite.ours")" "$(cat "$work/suite.peer")")" '<=' 0.60
}
