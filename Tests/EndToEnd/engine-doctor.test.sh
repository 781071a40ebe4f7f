#!/bin/bash
# What doctor finds wrong, each fault made on purpose, and whether its remedy mends it.
# shellcheck source=Tests/EndToEnd/engine-lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/engine-lib.sh"

begin "doctor"

doctor() { "$MKDKMS" doctor "$@"; }

# finds CODE ARGUMENT…: ends with 2 and names that code.
finds() {
    local code=$1 status=0
    shift
    doctor "$@" >"$SCRATCH/doctor" 2>&1 || status=$?
    cat "$SCRATCH/doctor"
    [ $status = 2 ] || fail "exit status $status where 2 was expected"
    contains "$SCRATCH/doctor" "\\[$code\\]\$"
}

well() {
    doctor "$@" >"$SCRATCH/doctor" 2>&1 || { cat "$SCRATCH/doctor"; fail "findings where none were expected"; }
}

life() {
    finds not-added hello -k "$K1"
    contains "$SCRATCH/doctor" 'mend it with: mkdkms install hello/1\.5\.0'
    quietly engine add hello/1.5.0
    finds not-built hello -k "$K1"
    quietly engine build hello/1.5.0 -k "$K1"
    finds not-installed hello/1.5.0 -k "$K1"
    quietly engine install hello/1.5.0 -k "$K1"
    well hello -k "$K1"
    well -k "$K1"
}

files() {
    quietly engine install hello/1.5.0 -k "$K1"
    local installed=/lib/modules/$K1/updates/dkms/hello.ko
    rm "$installed"
    finds file-missing -k "$K1"
    quietly engine install hello/1.5.0 -k "$K1" --force
    well -k "$K1"
    cp "$(built "$K2" 1.5.0)" "$installed"
    finds built-for-other-kernel -k "$K1"
    contains "$SCRATCH/doctor" "was built for $K2 instead of $K1"
    quietly engine install hello/1.5.0 -k "$K1" --force
    well -k "$K1"
}

no_headers() {
    quietly engine add hello/1.5.0
    mkdir -p /lib/modules/6.1.0-77-amd64/kernel
    finds headers-missing hello -k 6.1.0-77-amd64
    contains "$SCRATCH/doctor" 'mend it with: .*6\.1\.0-77-amd64'
    engine status >"$SCRATCH/said" 2>&1
    contains "$SCRATCH/said" "^Warning: Kernel 6\.1\.0-77-amd64 has no headers here"
    contains "$SCRATCH/said" "^Install them with: .*6\.1\.0-77-amd64"
    local status=0
    engine autoinstall -k 6.1.0-77-amd64 >"$SCRATCH/said" 2>&1 || status=$?
    [ $status = 21 ] || fail "autoinstall without headers ended with $status"
    contains "$SCRATCH/said" "^Install them with: .*6\.1\.0-77-amd64"
}

failed_build() {
    source_of broken 1 'MAKE[0]="echo broken.c:1:2: error: nothing works; exit 3"'
    ends 10 engine install broken/1 -k "$K1"
    finds build-failed broken -k "$K1"
    contains "$SCRATCH/doctor" 'broken\.c:1:2: error: nothing works'
}

# A name that nobody knows is no wrong usage: the command line is understood.
unknown() {
    quietly engine add hello/1.5.0
    local status=0
    doctor helo >"$SCRATCH/doctor" 2>&1 || status=$?
    [ $status = 1 ] || fail "an unknown module ended with $status"
    contains "$SCRATCH/doctor" 'error: neither .* knows a module helo \[unknown-module\]$'
    contains "$SCRATCH/doctor" '^hint: was hello meant\? '
    status=0
    doctor hello/9 >"$SCRATCH/doctor" 2>&1 || status=$?
    [ $status = 1 ] || fail "an unknown version ended with $status"
    contains "$SCRATCH/doctor" 'knows hello, but not in version 9 '
    contains "$SCRATCH/doctor" '^hint: versions there: 1\.5\.0$'
}

document() {
    quietly engine add hello/1.5.0
    doctor -k "$K1" --json >"$SCRATCH/doctor.json" || true
    engine status --json >"$SCRATCH/status.json"
    "$REPO/Tests/EndToEnd/validate.py" "$REPO/docs/json/doctor.schema.json" "$SCRATCH/doctor.json"
    "$REPO/Tests/EndToEnd/validate.py" "$REPO/docs/json/status.schema.json" "$SCRATCH/status.json"
    [ "$(jq -r '.findings[0].code' "$SCRATCH/doctor.json")" = not-built ] || fail "another code"
    [ "$(jq -r '.modules[0].state' "$SCRATCH/status.json")" = added ] || fail "another state"
}

case_of() { check "$1" in_fresh "${@:2}"; }
in_fresh() {
    fresh
    source_of hello 1.5.0
    "$@"
}

case_of "from a source that was never added to an installed module" life
case_of "a file that is gone, or another kernel's" files
case_of "a kernel without headers" no_headers
case_of "a build that failed" failed_build
case_of "an unknown module" unknown
case_of "documents" document
finish
