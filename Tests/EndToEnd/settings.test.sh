#!/bin/bash
# mkdkms.yaml itself: what is wrong in it is told by line; the schema for editors says the same.
. "$(dirname "$0")/lib.sh"

SCHEMA=$REPO/docs/json/mkdkms.yaml.schema.json

oracle() { /usr/bin/python3 "$HERE/settings-schema.py" "$@"; }

# told_with STATUS LINE PATTERN YAML [OPTION…]: ends so, with the line of the file and a text that matches.
told_with() {
    printf '%s\n' "$4" >"$SCRATCH/wrong.yaml"
    refused "$1" "wrong\.yaml:$2: .*($3)" "$MKDKMS" "${VERB-deb}" "$HELLO" --dry-run --settings "$SCRATCH/wrong.yaml" "${@:5}"
}
told() { told_with 64 "$@"; }

# not_told STATUS PATTERN YAML [OPTION…]: ends so, with a text that matches, which is not the file's fault.
not_told() {
    printf '%s\n' "$3" >"$SCRATCH/wrong.yaml"
    refused "$1" "$2" "$MKDKMS" deb "$HELLO" --dry-run --settings "$SCRATCH/wrong.yaml" "${@:4}"
    lacks "$SCRATCH/err" 'wrong\.yaml'
}

wrong_keys() {
    told 1 'no key maintainr' 'maintainr: x'
    contains "$SCRATCH/err" 'hint: did you mean maintainer\?'
    told 2 'there already, in line 1' $'summary: a\nsummary: b'
    told 1 'has to be a text' 'summary: {a: b}'
    told 1 'true or false' 'no-sign: maybe'
    told 3 'no key requirs in rpm\.modules' $'rpm:\n  modules:\n    requirs: a'
    told 2 'there is no .*nowhere.conf' $'files:\n- {role: modprobe, source: nowhere.conf}'
    told 2 'no role udv' $'files:\n- {role: udv, source: x.rules}'
    told 3 'exclude each other' $'no-sign: true\nsummary: a\nrequire-signature: true'
    told 2 'no target debain in per-target' $'files:\n- {role: modprobe, content: x, name: x.conf, per-target: {debain: {ship: false}}}'
    told 2 'an item of requires is empty' $'deb:\n  requires: [null, aa]'
    told 2 'an item of requires is empty' $'rpm:\n  requires: ["", aa]'
    told 3 'an item of conflicts is empty' $'rpm:\n  dkms:\n    conflicts: [~]'
    told 3 'an item of kernel is empty' $'kernel:\n- all\n-'
    told 3 'an item of changes is empty' $'maintainer: A <a@b>\nchangelog:\n- {version: 1.0, date: 2026-01-01, changes: [x, ""]}'
    told 1 'DISTRO:VERSION' 'target: debain:12'
    contains "$SCRATCH/err" 'did you mean debian'
    # All at once.
    printf 'jobs: x\nfiles: 1\nfoo: 2\n' >"$SCRATCH/wrong.yaml"
    refused 64 'wrong\.yaml:1: ' "$MKDKMS" deb "$HELLO" --dry-run --settings "$SCRATCH/wrong.yaml"
    equal "$(grep -c 'wrong\.yaml:[123]: ' "$SCRATCH/err")" 3
    ends_with 64 "$MKDKMS" deb "$HELLO" --dry-run --json --settings "$SCRATCH/wrong.yaml" >"$SCRATCH/wrong.json"
    equal "$(jq -c '[.diagnostics[0].related[].line]' "$SCRATCH/wrong.json")" '[1,2,3]'
    refused 64 'cannot be read' "$MKDKMS" deb "$HELLO" --dry-run --settings "$SCRATCH/nowhere.yaml"
    printf 'a: &a [x]\nb: [*a, *a]\n' >"$SCRATCH/wrong.yaml"
    refused 1 'anchor is refused' "$MKDKMS" deb "$HELLO" --dry-run --settings "$SCRATCH/wrong.yaml"
}

# What an option of the file leads to is told at its line; where the value is another's it is none of the file's.
wrong_options() {
    make_key "$SCRATCH/pairs" mok
    make_key "$SCRATCH/pairs" other
    local key=$'sign-key: pairs/mok.key\nsign-cert: '
    told_with 1 2 'cannot read .*nowhere\.key' $'sign-cert: pairs/mok.pem\nsign-key: nowhere.key'
    told_with 1 2 'cannot read .*nowhere\.pem' "${key}nowhere.pem"
    told_with 1 2 'holds no X\.509 certificate' "${key}pairs/mok.key"
    told_with 1 2 "doesn't belong to the certificate" "${key}pairs/other.pem"
    told_with 64 2 'go together' $'summary: a\nsign-key: pairs/mok.key'
    told_with 64 2 'nowhere is not a folder' $'summary: a\ntemplate-dir: nowhere'
    told_with 1 2 'cannot read .*nowhere' $'summary: a\nfrom: nowhere'
    told_with 1 2 'holds no modules' $'summary: a\nfrom: pairs'
    told_with 64 2 'lz4' $'summary: a\narchive-compression: lz4'
    told_with 64 2 'md17' $'summary: a\nsign-hash: md17'
    told_with 1 2 'nowhere' $'summary: a\nkernel: /nowhere'
    told_with 1 2 'nowhere' $'from: pairs\nkernel: ./nowhere'
    told_with 64 2 'cannot be the revision' $'summary: a\nrelease: "1_2"'
    : >"$SCRATCH/file"
    printf 'summary: a\noutput: %s\n' "$HELLO/out" >"$SCRATCH/wrong.yaml"
    refused 64 'wrong\.yaml:2: .*lies in the tree' "$MKDKMS" deb "$HELLO" --settings "$SCRATCH/wrong.yaml"
    printf 'summary: a\noutput: file/below\n' >"$SCRATCH/wrong.yaml"
    refused 1 'wrong\.yaml:2: .*file is no folder' "$MKDKMS" deb "$HELLO" --settings "$SCRATCH/wrong.yaml"
    not_told 64 'cannot be the revision' 'release: 2' -R 1_2
    refused 1 '^mkdkms: error: [^:]*file is no folder' "$MKDKMS" deb "$HELLO" --settings "$SCRATCH/wrong.yaml" -o "$SCRATCH/file"
    not_told 1 'cannot read /nowhere' "${key}pairs/mok.pem" --sign-key /nowhere
    MKDKMS_SIGN_CERT=/nowhere not_told 1 'cannot read /nowhere' "${key}pairs/mok.pem"
    not_told 64 '/nowhere is not a folder' 'template-dir: pairs' --template-dir /nowhere
    not_told 1 'cannot read /nowhere' 'from: pairs' --from /nowhere
}

# What only a spec file or only a package with such files has no place for.
no_place() {
    VERB=rpm told_with 1 2 'begins with %post' $'summary: a\ndescription: |\n  It greets.\n\n  %post is text' --kind skeleton
    VERB=rpm told_with 1 4 'begins with %files' \
        $'maintainer: A <a@b>\nchangelog:\n- {version: 1.5.0-2, date: 2026-01-02, changes: x}\n- {version: 1.4.0, date: 2026-01-01, changes: "* a\\n%files y"}' --kind source
    VERB=rpm told_with 1 3 '/opt/\[x\]' $'files:\n- {role: plain, content: x, destination: /opt/x}\n- {role: plain, content: x, destination: "/opt/[x]"}' --kind skeleton
    local place
    for place in doc/hello-common/copyright doc/hello-common/changelog.Debian.gz/x doc; do
        told_with 1 2 'the package .*itself' $'files:\n- {role: plain, content: x, destination: /usr/share/'"$place}"
        contains "$SCRATCH/err" '\[bad-destination\]$'
    done
    VERB=rpm told_with 1 2 'the package has itself' $'files:\n- {role: plain, content: x, destination: /usr/share/doc/hello-common/README}'
    VERB=arch told_with 1 2 'where the package itself has' $'files:\n- {role: plain, content: x, destination: /usr/src/hello-1.5.0/hello.c/x}'
}

# A target without such packages is meant for other verbs, and one of these packages is as if there were none.
target_of_others() {
    printf 'maintainer: A <a@example.org>\ntarget: fedora:41\n' >"$SCRATCH/target.yaml"
    "$MKDKMS" deb "$OS_DEPENDENT" --settings "$SCRATCH/target.yaml" -o "$SCRATCH/target" 2>"$SCRATCH/err"
    contains "$SCRATCH/err" 'note: .*target\.yaml:2: fedora:41 has no packages of this kind.* \[other-target\]$'
    contains "$SCRATCH/err" 'hint: .*--target debian:13$'
    "$MKDKMS" deb "$OS_DEPENDENT" --maintainer 'A <a@example.org>' -o "$SCRATCH/target/without"
    same "$SCRATCH/target"/*.deb "$SCRATCH/target/without"/*.deb
    MKDKMS_TARGET=debian:13 "$MKDKMS" arch "$HELLO" --dry-run 2>"$SCRATCH/err"
    contains "$SCRATCH/err" 'note: debian:13 has no packages of this kind'
    # Some packages of a release are of each family, and a bundle is for any.
    "$MKDKMS" release "$HELLO" --settings "$SCRATCH/target.yaml" --dry-run 2>"$SCRATCH/err"
    lacks "$SCRATCH/err" 'other-target'
    "$MKDKMS" tarball "$HELLO" --settings "$SCRATCH/target.yaml" --dry-run 2>"$SCRATCH/err"
    lacks "$SCRATCH/err" 'other-target'
    # Where none is for it, the note names one of each.
    MKDKMS_TARGET=arch "$MKDKMS" release "$HELLO" --dry-run 2>"$SCRATCH/err"
    contains "$SCRATCH/err" 'note: arch has no packages of this kind.* \[other-target\]$'
    contains "$SCRATCH/err" 'hint: .*--target debian:13 or --target el:9$'
    # What the command line says is meant.
    refused 64 bad-target "$MKDKMS" release "$HELLO" --target arch --dry-run
    "$MKDKMS" release "$HELLO" --target el:9 --dry-run
    refused 64 bad-target "$MKDKMS" deb "$HELLO" --target fedora:41 --dry-run
    VERB=driverdisk told_with 64 2 'Red Hat' $'summary: a\ntarget: debian:12' -k "$K1" --no-sign
}

# A changelog that goes on in the wrong direction, and a licence in other words than SPDX's.
warned() {
    printf '%s\n' "$2" >"$SCRATCH/odd.yaml"
    "$MKDKMS" deb "$HELLO" --dry-run --settings "$SCRATCH/odd.yaml" "${@:3}" 2>"$SCRATCH/err"
    if [ -n "$1" ]; then contains "$SCRATCH/err" "^mkdkms: warning: .*$1"; else lacks "$SCRATCH/err" 'not-spdx|changelog-order'; fi
}
odd_values() {
    local log=$'maintainer: A <a@b>\nchangelog:\n- {version: 1.4.0, date: 2026-01-01, changes: x}\n'
    warned 'odd\.yaml:4: .* 1\.5\.0-1 below 1\.4\.0-1, .*\[changelog-order\]$' "$log- {version: 1.5.0, date: 2026-01-01, changes: y}"
    warned 'odd\.yaml:4: .* 1\.4\.0-1 below 1\.4\.0~rc1-1, ' "${log/1.4.0/1.4.0~rc1}- {version: 1.4.0, date: 2026-01-01, changes: y}"
    warned '' "$log- {version: 1.4.0~rc1, date: 2026-01-01, changes: y}"
    warned 'odd\.yaml:2: the licence "GPL" is no SPDX expression \[not-spdx\]$' $'summary: a\nlicense: GPL'
    contains "$SCRATCH/err" '^hint: say GPL-2\.0-only or GPL-2\.0-or-later$'
    warned '"MIT OR GPLv2\+" is no SPDX expression: "GPLv2\+" is' 'license: MIT OR GPLv2+'
    contains "$SCRATCH/err" '^hint: say MIT OR GPL-2\.0-or-later$'
    warned '' 'license: (GPL-2.0-only WITH Linux-syscall-note) OR MIT'
    warned '' 'license: LicenseRef-Hello'
    warned '' 'license: GPL' --license MIT
    warned 'the licence "Hello" is no SPDX expression' 'license: MIT' --license Hello
    lacks "$SCRATCH/err" 'odd\.yaml'
}

# Two files of one place, which only the target says.
one_destination() {
    local modprobe=$'files:\n- {role: modprobe, content: a, name: a.conf}\n- '
    told_with 1 3 '/etc/modprobe\.d/a\.conf has a file already, that of line 2' \
        "$modprobe{role: plain, content: b, destination: /etc/modprobe.d/a.conf}" --target debian:12
    told_with 1 3 '/usr/lib/modprobe\.d/a\.conf has a file already' \
        "$modprobe{role: plain, content: b, destination: /lib/modprobe.d/a.conf}" --target debian:13
    told_with 1 3 '/etc/modprobe\.d/a\.conf/b needs a folder' \
        "$modprobe{role: plain, content: b, destination: /etc/modprobe.d/a.conf/b}" --target debian:12
}

# What our reader says of a file, the schema says too, whose parser and validator are others'.
same_verdicts() {
    local index=0 text status
    mkdir "$SCRATCH/verdicts"
    printf x >"$SCRATCH/verdicts/x.conf"
    while IFS= read -r text; do
        index=$((index + 1))
        printf '%b\n' "$text" >"$SCRATCH/verdicts/$index.yaml"
        status=0
        "$MKDKMS" deb "$HELLO" --dry-run --settings "$SCRATCH/verdicts/$index.yaml" >/dev/null 2>"$SCRATCH/err" || status=$?
        if [ "$status" = 0 ]; then echo "yes $SCRATCH/verdicts/$index.yaml"; else echo "no $SCRATCH/verdicts/$index.yaml"; fi
    done <<'END' | sort >"$SCRATCH/ours"
summary: a
summary: "a: \\u00e9"
summary: [a]
summary: true story
# nothing
release: 1
release: "1~rc1"
jobs: 4
jobs: four
jobs: -1
compress: zst
compress: bz2
no-sign: true
no-sign: "true"
maintainer: Ann <ann@example.org>
maintainer: Ann
homepage: example.org
kernel-package: [a]
kernel-package: linux-image-{kernel}-x
kernel-package: a b
kernel-package: linux-{kernle}
deb:
deb: {requires: , dkms: }
rpm: {modules: {requires: }}
changelog: []
changelog: [{version: 1.0, date: 2026-01-01, author: A <a@b>, changes: x}]
changelog: [{version: 1.0, date: 2026-01-01, author: A <a@b>}]
changelog: [{version: 1.0, date: yesterday, author: A <a@b>, changes: x}]
changelog: [{version: v1, date: 2026-01-01, author: A <a@b>, changes: x}]
changelog: [{version: 1.0, date: 2026-01-01, autor: A <a@b>, changes: x}]
deb: {requires: [aa, bb]}
deb: {requires: [null, aa]}
deb: {requires: [""]}
rpm: {dkms: {requires: [aa, ~]}}
kernel: [all, null]
changelog: [{version: 1.0, date: 2026-01-01, author: A <a@b>, changes: [x, null]}]
changelog: [{version: 1.0, date: 2026-01-01, author: A <a@b>, changes: [x, ""]}]
deb: {requires: "a, b"}
deb: {common: {requires: aa}}
deb: {common: {common: {}}}
deb: {dkms: {requires: [aa]}, modules: {breaks: bb}, meta: {replaces: cc}}
deb: {source: {requires: aa}}
rpm: {modules: {require: aa}}
rpm: {kmod: {}}
rpm: {requires: {a: b}}
files: [{role: modprobe, source: x.conf}]
files: [{role: modprobe, source: x.conf, content: y}]
files: [{role: modprobe}]
files: [{role: modprobes, source: x.conf}]
files: [{source: x.conf}]
files: [{role: config, source: x.conf, destination: etc/x}]
files: [{role: config, source: x.conf, destination: /etc/x, mode: 0640}]
files: [{role: config, source: x.conf, destination: /etc/x, mode: rw}]
files: [{role: config, source: x.conf, destination: /etc/x, conffile: yes please}]
files: [{role: config, source: x.conf, destination: /etc/x, per-target: {debian: {ship: false}}}]
files: [{role: config, source: x.conf, destination: /etc/x, per-target: {debian: {sheep: false}}}]
unknown: 1
[a]
a: b: c
END
    oracle "$SCHEMA" "$SCRATCH/verdicts"/*.yaml | tee "$SCRATCH/reasons" | sed 's/: .*//' | sort >"$SCRATCH/theirs"
    diff "$SCRATCH/ours" "$SCRATCH/theirs"
    [ "$(grep -c ^yes "$SCRATCH/ours")" -gt 12 ] && [ "$(grep -c ^no "$SCRATCH/ours")" -gt 20 ]
}

# The packages of a release do not take each other's files.
not_in_the_source() {
    printf 'files: [{role: plain, content: x, destination: /usr/src/hello-1.5.0/dkms.conf}]\n' >"$SCRATCH/source.yaml"
    refused 1 'bad-destination' "$MKDKMS" deb "$HELLO" --settings "$SCRATCH/source.yaml" -o "$SCRATCH/source"
}

# Every key of an option is one: its verb's help has it.
keys_are_options() {
    "$MKDKMS" deb --help >"$SCRATCH/help"
    jq -r '.properties | to_entries[] | select((.value.description // "") | startswith("--")) | .key' "$SCHEMA" >"$SCRATCH/keys"
    [ "$(wc -l <"$SCRATCH/keys")" -gt 12 ]
    while IFS= read -r key; do
        contains "$SCRATCH/help" "--$key\\b"
        jq -r ".properties[\"$key\"].description" "$SCHEMA" | grep -E "^--$key: " >/dev/null
    done <"$SCRATCH/keys"
}

# Where no finished modules are packed nobody is asked for it without need.
build_needs() {
    local options=(--settings "$SCRATCH/needs.yaml" -k "$K1" --no-sign --dry-run -o "$SCRATCH/needs")
    printf 'deb:\n  requires: [libelf-dev]\nrpm:\n  requires: [elfutils-libelf-devel]\n' >"$SCRATCH/needs.yaml"
    "$MKDKMS" deb "$HELLO" --kind modules "${options[@]}" 2>"$SCRATCH/modules"
    equal "$(grep -c 'build-relation' "$SCRATCH/modules")" 1
    contains "$SCRATCH/modules" 'needs.yaml:2: .* libelf-dev too.*\[build-relation\]'
    "$MKDKMS" rpm "$HELLO" --kind kmod "${options[@]}" 2>"$SCRATCH/modules"
    contains "$SCRATCH/modules" 'needs.yaml:4: .* elfutils-libelf-devel too.*\[build-relation\]'
    "$MKDKMS" deb "$HELLO" --kind dkms --kind source --settings "$SCRATCH/needs.yaml" --dry-run 2>"$SCRATCH/source"
    lacks "$SCRATCH/source" 'build-relation'
}

check "wrong files are refused, by line, all at once" wrong_keys
check "wrong keys, folders and texts of options are told by line" wrong_options
check "two files of one place are told by line" one_destination
check "texts and places that a package can't have are told by line" no_place
check "a changelog and a licence that others will find fault with are told by line" odd_values
if needs_kernel "a target of other packages"; then check "a target of other packages" target_of_others; fi
check "a schema for editors and python's yaml have the same verdicts" same_verdicts
check "no file replaces one of the module's source" not_in_the_source
check "what a build needs is told of where finished modules would ask for it" build_needs
check "the keys of options are the options" keys_are_options
finish
