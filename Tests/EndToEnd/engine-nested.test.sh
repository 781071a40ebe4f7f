#!/bin/bash
# dkms called by what dkms runs, and what a killed run leaves to the verbs that name no module.
# shellcheck source=Tests/EndToEnd/engine-lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/engine-lib.sh"

begin "runs within runs"

# nested NAME TEXT: a script of the source in $SOURCE, which finds the engine as $ENGINE.
nested() {
    printf '#!/bin/sh\n%s\n' "$2" >"$SOURCE/$1"
    chmod 0755 "$SOURCE/$1"
}

# in_time WORD…: the engine ends with 0, and by itself.
in_time() {
    local status=0
    timeout 60 "$ENGINE" "$@" >"$SCRATCH/said" 2>&1 || status=$?
    cat "$SCRATCH/said"
    [ $status = 0 ] || fail "engine $* ended with $status"
}

older_version() {
    source_of hello 1.4.0
    quietly engine install hello/1.4.0 -k "$K1"
    source_of hello 1.5.0 'POST_INSTALL="post"'
    SOURCE=/usr/src/hello-1.5.0
    nested post "$ENGINE remove hello/1.4.0 --all"
    in_time install hello/1.5.0 -k "$K1"
    lacks "$SCRATCH/said" 'Recovering'
    status_is <<<"hello/1.5.0, $K1, $ARCH: installed"
    present "/lib/modules/$K1/updates/dkms/hello.ko"
}

within_make() {
    source_of hello 1.5.0 "MAKE[0]=\"$ENGINE uninstall hello/1.5.0 -k $K2; cp built/\$kernelver hello.ko\""
    quietly engine add hello/1.5.0
    in_time build hello/1.5.0 -k "$K1"
    status_is <<<"hello/1.5.0, $K1, $ARCH: built"
}

there_and_back() {
    source_of one 1 'POST_INSTALL="post"'
    SOURCE=/usr/src/one-1
    nested post "$ENGINE install two/1 -k $K1"
    source_of two 1 'POST_INSTALL="post"'
    SOURCE=/usr/src/two-1
    nested post "$ENGINE build one/1 -k $K1"
    in_time install one/1 -k "$K1"
    engine status >"$SCRATCH/status"
    contains "$SCRATCH/status" "^one/1, $K1, $ARCH: installed\$"
    contains "$SCRATCH/status" "^two/1, $K1, $ARCH: installed\$"
}

# Two runs, each in a script of its module, which asks for the other's: one of them gives up, and both end.
circle() {
    local module other runs=() run
    for module in one two; do
        other=$([ $module = one ] && echo two || echo one)
        source_of $module 1 'POST_INSTALL="post"'
        SOURCE=/usr/src/$module-1
        # Each asks when both are at work.
        nested post "touch $SCRATCH/at-work-$module
for i in \$(seq 600); do [ ! -e $SCRATCH/at-work-$other ] || break; sleep 0.1; done
$ENGINE build $other/1 -k $K1 2>>$SCRATCH/nested.log"
        quietly engine add $module/1
    done
    : >"$SCRATCH/nested.log"
    for module in one two; do
        timeout 90 "$ENGINE" install $module/1 -k "$K1" >"$SCRATCH/run.$module" 2>&1 &
        runs+=($!)
    done
    for run in "${runs[@]}"; do wait "$run" || fail "a run ended with $?"; done
    cat "$SCRATCH"/run.* "$SCRATCH/nested.log"
    equal "$(grep -c 'is locked by a run that itself waits for this one' "$SCRATCH/nested.log")" 1
    engine status >"$SCRATCH/status"
    contains "$SCRATCH/status" "^one/1, $K1, $ARCH: installed\$"
    contains "$SCRATCH/status" "^two/1, $K1, $ARCH: installed\$"
    absent "$TREE/.mkdkms"
}

after_add() {
    source_of hello 1.5.0 'POST_ADD="post"'
    SOURCE=/usr/src/hello-1.5.0
    nested post "$ENGINE build hello/1.5.0 -k $K1"
    in_time add hello/1.5.0
    status_is <<<"hello/1.5.0, $K1, $ARCH: built"
}

# A removal that is killed when everything is done but depmod: whoever comes next, the boot unit too, puts it right.
killed_removal() {
    source_of hello 1.5.0 'AUTOINSTALL=yes' 'POST_REMOVE="gone"'
    SOURCE=/usr/src/hello-1.5.0
    # shellcheck disable=SC2016 # for the script to expand
    nested gone 'kill -KILL $PPID'
    quietly engine install hello/1.5.0 -k "$K1"
    "$ENGINE" uninstall hello/1.5.0 -k "$K1" >/dev/null 2>&1 || true
    [ -n "$(find "$TREE/.mkdkms" -name 'journal*')" ] || fail "the removal left nothing to mend"
    in_time autoinstall -k "$K1"
    contains "$SCRATCH/said" '^Recovering from an interrupted uninstall of hello/1\.5\.0 '
    status_is <<<"hello/1.5.0, $K1, $ARCH: installed"
    absent "$TREE/.mkdkms"
}

# However often a key is lost, no certificate that a machine may trust is.
lost_keys() {
    local round
    for round in 1 2 3; do
        quietly engine generate_mok
        cp "$TREE/mok.pub" "$SCRATCH/certificate-$round"
        rm "$TREE/mok.key"
    done
    for round in 1 2; do
        cat "$TREE"/mok.pub.old* | cmp -s - "$SCRATCH/certificate-$round" ||
            cmp -s "$TREE/mok.pub.old" "$SCRATCH/certificate-$round" ||
            cmp -s "$TREE/mok.pub.old.1" "$SCRATCH/certificate-$round" || fail "certificate $round is lost"
    done
    quietly engine generate_mok
    [ "$(stat -c %a "$TREE/mok.key")" = 600 ] || fail "the key can be read by others"
    openssl x509 -inform DER -in "$TREE/mok.pub" -noout -pubkey >"$SCRATCH/public"
    openssl pkey -in "$TREE/mok.key" -pubout | cmp -s - "$SCRATCH/public" || fail "the certificate is another key's"
}

case_of() { check "$1" in_fresh "${@:2}"; }
in_fresh() {
    fresh
    "$@"
}

if is_real; then
    skip "runs within runs" "dkms itself has no locks and no journal"
else
    case_of "POST_INSTALL removes an older version of its own module" older_version
    case_of "MAKE calls dkms for its own module" within_make
    case_of "one module's script installs another whose script asks for the first" there_and_back
    case_of "two modules whose scripts ask for each other, at once" circle
    case_of "POST_ADD builds" after_add
    case_of "autoinstall mends a removal that was killed" killed_removal
    case_of "lost keys" lost_keys
fi
finish
