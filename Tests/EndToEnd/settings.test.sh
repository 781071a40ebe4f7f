#!/bin/bash
# mkdkms.yaml: every key, in packages that dpkg and rpm install; what is wrong told by line; the file of a tree.
. "$(dirname "$0")/lib.sh"
. "$HERE/root.sh"

SCHEMA=$REPO/docs/json/mkdkms.yaml.schema.json
work=$SCRATCH/project
out=$work/out
DEB_ARCH=$(dpkg --print-architecture)

oracle() { /usr/bin/python3 "$HERE/settings-schema.py" "$@"; }

# A project with a settings file that has every key that there is.
write_project() {
    mkdir -p "$work/firmware/deep" "$work/keys" "$work/templates"
    printf 'options hello greeting=1\n' >"$work/hello.conf"
    printf 'SUBSYSTEM=="misc", KERNEL=="hello", MODE="0660"\n' >"$work/60-hello.rules"
    head -c 5000 /dev/zero >"$work/firmware/hello.bin"
    printf 'small' >"$work/firmware/deep/hello.fw"
    printf '#!/bin/sh\nexec cat /etc/hello/hello.conf\n' >"$work/hello-show"
    chmod 0755 "$work/hello-show"
    make_key "$work/keys" mok
    cat >"$work/all.yaml" <<END
maintainer: Ann Lee <ann@debian.org>
license: GPL-2.0-only
summary: Greets 100% of "everybody" for \$(nothing), with a \\ and an é
homepage: https://hello.debian.net/
description: |
  The Hello driver greets. It says 'quotes', "quotes", \`id\`, \$(id), %{name}, %%d, \\n and 日本 as they are.

  It knows one word.
changelog:
  - version: 1.5.0
    date: 2026-03-01
    changes: [Greet in "Unicode" at 100%., "Say \$(id), \`id\` and \\\\ as they are."]
  - {version: 1.4.0-1, date: "2025-03-01T08:30:00Z", author: Bob Poe <bob@debian.org>, changes: [Greet.]}
files:
  - {role: modprobe, source: hello.conf}
  - {role: udev, source: 60-hello.rules}
  - {role: firmware, source: firmware, name: hello}
  - {role: modules-load, content: hello, name: hello.conf}
  - {role: dracut, content: 'add_drivers+=" hello "', name: 50-hello.conf, mode: 0644}
  - {role: config, content: "word=hello", destination: /etc/hello/hello.conf, conffile: true}
  - role: plain
    source: hello-show
    destination: /usr/bin/hello-show
    mode: "0755"
    per-target:
      deb: {destination: /usr/lib/hello/, mode: 755, conffile: false, ship: true}
      rpm: {destination: /usr/libexec/hello/}
deb:
  requires: [libc6]
  recommends: [hello-tools | hello-more]
  suggests: hello-doc
  provides: [greeter]
  conflicts: ["ungreeter (<< 2)"]
  breaks: ["old-reader (<< 2)"]
  replaces: [old-greeter]
  dkms: {requires: [hello-cc], recommends: [], suggests: [], provides: [], conflicts: [], breaks: [], replaces: []}
  modules: {requires: [kmod], recommends: [], suggests: [], provides: [], conflicts: [], breaks: [], replaces: []}
  meta: {requires: [], recommends: [], suggests: [], provides: [], conflicts: [], breaks: [], replaces: [old-meta]}
  common: {requires: [], recommends: [udev], suggests: [], provides: [], conflicts: [], breaks: [], replaces: []}
rpm:
  requires: ["glibc >= 2.17"]
  recommends: [hello-tools]
  suggests: hello-doc
  provides: [greeter = 2]
  conflicts: [ungreeter < 2]
  breaks: [old-reader < 2]
  replaces: [old-greeter]
  dkms: {requires: [elfutils-libelf-devel >= 0.150], recommends: [], suggests: [], provides: [], conflicts: [], breaks: [], replaces: []}
  modules: {requires: [kmod], recommends: [], suggests: [], provides: [], conflicts: [], breaks: [], replaces: []}
  meta: {requires: [], recommends: [], suggests: [], provides: [], conflicts: [], breaks: [], replaces: [old-meta < 2]}
  common: {requires: [], recommends: [systemd-udev], suggests: [], provides: [], conflicts: [], breaks: [], replaces: []}
kernel-package: linux-image-{kernel}
archive-compression: gz:6
cache-dir: cache
compress: none
from: built
hooks: lenient
jobs: 2
kernel: [$KR]
no-sign: true
output: out
package-key: packages@example.org
package-version: 1.5.0
release: 2
require-signature: false
sign-cert: keys/mok.pem
sign-hash: sha256
sign-key: keys/mok.key
target: debian:12
template-dir: templates
timeout: 600
END
    oracle --every "$SCHEMA" "$work/all.yaml"
    # The key is nobody's: what it signs is seen in other files.
    sed -i '/^package-key:/d' "$work/all.yaml"
}

make_packages() {
    "$MKDKMS" modules "$HELLO" -k "$KR" --package-version 1.5.0 --no-sign -o "$work/built"
    "$MKDKMS" deb "$HELLO" --settings "$work/all.yaml"
    MKDKMS_TARGET=el:9 "$MKDKMS" rpm "$HELLO" --settings "$work/all.yaml"
    only "$out" hello-common_1.5.0-2_all.deb hello-dkms_1.5.0-2_all.deb "hello-modules-${KR}_1.5.0-2_$DEB_ARCH.deb" \
        hello-common-1.5.0-2.noarch.rpm hello-dkms-1.5.0-2.noarch.rpm "kmod-hello-$KR-1.5.0-2.$ARCH.rpm"
    ar t "$out/hello-common_1.5.0-2_all.deb" | tee "$SCRATCH/members"
    contains "$SCRATCH/members" '^data\.tar\.gz$'
    dpkg-deb -c "$out"/hello-modules-*.deb | tee "$SCRATCH/list"
    contains "$SCRATCH/list" '/hello\.ko$'
    # The same again, byte for byte.
    MKDKMS_OUTPUT=$SCRATCH/again "$MKDKMS" deb "$HELLO" --settings "$work/all.yaml"
    MKDKMS_OUTPUT=$SCRATCH/again MKDKMS_TARGET=el:9 "$MKDKMS" rpm "$HELLO" --settings "$work/all.yaml"
    diff -r "$out" "$SCRATCH/again"
}

# Options beat the environment, and that beats the file; the file of the current folder needs no option.
precedence() {
    mkdir "$SCRATCH/here"
    printf 'release: 5\noutput: made\n' >"$SCRATCH/here/mkdkms.yaml"
    cd "$SCRATCH/here"
    "$MKDKMS" deb "$HELLO"
    MKDKMS_RELEASE=6 "$MKDKMS" deb "$HELLO"
    MKDKMS_RELEASE=6 "$MKDKMS" deb "$HELLO" -R 7
    only made hello-dkms_1.5.0-5_all.deb hello-dkms_1.5.0-6_all.deb hello-dkms_1.5.0-7_all.deb
    MKDKMS_SETTINGS=/dev/null "$MKDKMS" deb "$HELLO" -o plain
    only plain hello-dkms_1.5.0-1_all.deb
    printf 'require-signature: true\ncache-dir: logs\n' >signed.yaml
    refused 1 'sign' "$MKDKMS" modules "$HELLO" -k "$KR" --settings signed.yaml -o unsigned
    "$MKDKMS" modules "$HELLO" -k "$KR" --settings signed.yaml --no-sign -o unsigned
    present logs/logs
}

deb_words() {
    local file=$out/hello-dkms_1.5.0-2_all.deb
    equal "$(dpkg-deb -f "$file" Maintainer)" 'Ann Lee <ann@debian.org>'
    # shellcheck disable=SC2016 # literally
    equal "$(dpkg-deb -f "$file" Description | head -n 1)" 'Greets 100% of "everybody" for $(nothing), with a \ and an é'
    dpkg-deb -f "$file" Description | tr '\n' ' ' >"$SCRATCH/words"
    # shellcheck disable=SC2016
    grep -qF '`id`, $(id),' "$SCRATCH/words"
    for word in "'quotes'" '%{name},' '%%d,' '\n' '日本'; do grep -qF -- "$word" "$SCRATCH/words"; done
    equal "$(dpkg-deb -f "$file" Depends)" 'dkms (>= 2.8) | mkdkms, hello-common (= 1.5.0-2), libc6, hello-cc'
    equal "$(dpkg-deb -f "$file" Recommends Suggests Conflicts Breaks Replaces | sort | tr '\n' ';')" \
        'Breaks: old-reader (<< 2);Conflicts: ungreeter (<< 2);Recommends: hello-tools | hello-more;Replaces: old-greeter;Suggests: hello-doc;'
    dpkg-deb -f "$file" Provides | grep -qF 'greeter'
    dpkg-deb -f "$out"/hello-modules-*.deb Depends | grep -qF 'hello-common (= 1.5.0-2)'
    equal "$(dpkg-deb -f "$out/hello-common_1.5.0-2_all.deb" Depends Provides Recommends)" 'Recommends: udev'
    dpkg-deb --fsys-tarfile "$file" | tar -xO ./usr/share/doc/hello-dkms/changelog.Debian.gz | zcat >"$SCRATCH/changelog"
    equal "$(dpkg-parsechangelog -l "$SCRATCH/changelog" -S Version)" 1.5.0-2
    equal "$(dpkg-parsechangelog -l "$SCRATCH/changelog" -o 1 -c 1 -S Maintainer)" 'Bob Poe <bob@debian.org>'
    # shellcheck disable=SC2016
    grep -qF 'Say $(id), `id` and \ as they are.' "$SCRATCH/changelog"
}

rpm_words() {
    local file=$out/hello-dkms-1.5.0-2.noarch.rpm
    # shellcheck disable=SC2016 # literally
    equal "$(rpm -qp --qf '%{SUMMARY}' "$file")" 'Greets 100% of "everybody" for $(nothing), with a \ and an é'
    rpm -qp --qf '%{DESCRIPTION}' "$file" | tr '\n' ' ' >"$SCRATCH/words"
    # shellcheck disable=SC2016
    grep -qF '`id`, $(id),' "$SCRATCH/words"
    for word in "'quotes'" '%{name},' '%%d,' '\n' '日本'; do grep -qF -- "$word" "$SCRATCH/words"; done
    rpm -qp --changelog "$file" | tee "$SCRATCH/changelog"
    contains "$SCRATCH/changelog" '^\* Sun Mar 01 2026 Ann Lee <ann@debian\.org> - 1\.5\.0-2$'
    contains "$SCRATCH/changelog" '^\* Sat Mar 01 2025 Bob Poe <bob@debian\.org> - 1\.4\.0-1$'
    # shellcheck disable=SC2016
    grep -qF 'Say $(id), `id` and \ as they are.' "$SCRATCH/changelog"
    equal "$(rpm -qp --recommends --suggests --conflicts --obsoletes "$file" | sort | tr '\n' ';')" \
        'hello-doc;hello-tools;old-greeter;old-reader < 2;ungreeter < 2;'
    rpm -qp --requires "$file" | grep -qFx 'hello-common = 1.5.0-2'
    rpm -qp --requires "$out"/kmod-*.rpm | grep -qFx 'hello-common = 1.5.0-2'
    rpm -qp --provides "$file" | grep -qFx 'greeter = 2'
    equal "$(rpm -qp --recommends "$out"/hello-common-*.rpm)" systemd-udev
}

lintian_silent() {
    lintian --allow-root -E --pedantic --tag-display-limit 0 "$out/hello-common_1.5.0-2_all.deb" | tee "$SCRATCH/lintian"
    lacks "$SCRATCH/lintian" '^[EW]:'
}

# Errors and warnings that docs/lint.md explains of every package aside. Words that look like macros are meant here,
# and so left out.
rpmlint_silent() {
    local tag
    sed '/%{name}/d' "$work/all.yaml" >"$work/plain.yaml"
    MKDKMS_OUTPUT=$SCRATCH/plain MKDKMS_TARGET=el:9 "$MKDKMS" rpm "$HELLO" --settings "$work/plain.yaml" 2>/dev/null
    rpmlint "$SCRATCH/plain/hello-common-1.5.0-2.noarch.rpm" >"$SCRATCH/rpmlint" 2>&1 || true
    cat "$SCRATCH/rpmlint"
    contains "$SCRATCH/rpmlint" '1 packages and 0 specfiles checked'
    while IFS= read -r tag; do
        case "$tag" in
            no-signature | invalid-license) grep -qF "\`$tag\`" "$REPO/docs/lint.md" ;;
            *) fail "rpmlint: $tag" ;;
        esac
    done < <(sed -nE 's/^[^ ]+: [EW]: ([^ ]+).*/\1/p' "$SCRATCH/rpmlint" | sort -u)
}

# dpkg keeps the module's package back until the files are there, and keeps what the administrator changed.
install_debs() {
    put "$out"/*.deb
    ends_with 1 in_root dpkg -i "/packages/hello-modules-${KR}_1.5.0-2_$DEB_ARCH.deb"
    in_root dpkg -i /packages/hello-common_1.5.0-2_all.deb "/packages/hello-modules-${KR}_1.5.0-2_$DEB_ARCH.deb"
    module_found hello 1.5.0
    in_root modprobe -S "$KR" -c >"$SCRATCH/modprobe"
    contains "$SCRATCH/modprobe" '^options hello greeting=1$'
    present "$ROOT"/lib/firmware/hello/{hello.bin,deep/hello.fw} "$ROOT/lib/udev/rules.d/60-hello.rules" \
        "$ROOT/usr/lib/modules-load.d/hello.conf" "$ROOT/usr/lib/dracut/dracut.conf.d/50-hello.conf"
    equal "$(in_root /usr/lib/hello/hello-show)" 'word=hello'
    equal "$(in_root dpkg -V hello-common "hello-modules-$KR")" ''
    # shellcheck disable=SC2016 # dpkg-query's own
    equal "$(in_root dpkg-query -W -f '${Conffiles}' hello-common | awk 'NF {print $1}' | sort | tr '\n' ' ')" \
        '/etc/hello/hello.conf /etc/modprobe.d/hello.conf '
    printf 'word=mine\n' >"$ROOT/etc/hello/hello.conf"
    sed 's/greeting=1/greeting=2/' -i "$work/hello.conf"
    sed -i 's/word=hello/word=other/' "$work/all.yaml"
    MKDKMS_OUTPUT=$SCRATCH/third "$MKDKMS" deb "$HELLO" --settings "$work/all.yaml" -R 3
    put "$SCRATCH/third"/*.deb
    in_root dpkg --force-confold -i /packages/hello-common_1.5.0-3_all.deb "/packages/hello-modules-${KR}_1.5.0-3_$DEB_ARCH.deb"
    equal "$(in_root /usr/lib/hello/hello-show)" 'word=mine'
    contains "$ROOT/etc/modprobe.d/hello.conf" greeting=2
}

# Where modprobe reads /usr/lib, the conffile goes: it would hide the new file.
move_conffile() {
    present "$ROOT/etc/modprobe.d/hello.conf"
    MKDKMS_TARGET=debian:13 MKDKMS_OUTPUT=$SCRATCH/fourth "$MKDKMS" deb "$HELLO" --settings "$work/all.yaml" -R 4
    lintian --allow-root -E --pedantic --tag-display-limit 0 "$SCRATCH/fourth"/hello-common_*.deb | tee "$SCRATCH/lintian"
    lacks "$SCRATCH/lintian" '^[EW]:'
    put "$SCRATCH/fourth"/*.deb
    in_root dpkg --force-confold -i /packages/hello-common_1.5.0-4_all.deb "/packages/hello-modules-${KR}_1.5.0-4_$DEB_ARCH.deb"
    absent "$ROOT/etc/modprobe.d/hello.conf"
    contains "$ROOT/usr/lib/modprobe.d/hello.conf" greeting=2
    in_root modprobe -S "$KR" -c >"$SCRATCH/modprobe"
    contains "$SCRATCH/modprobe" '^options hello greeting=2$'
    equal "$(in_root /usr/lib/hello/hello-show)" 'word=mine'
}

purge_debs() {
    in_root dpkg -r "hello-modules-$KR" hello-common
    present "$ROOT/etc/hello/hello.conf"
    in_root dpkg -P "hello-modules-$KR" hello-common
    absent "$ROOT/etc/hello" "$ROOT/etc/modprobe.d/hello.conf" "$ROOT/usr/lib/modprobe.d/hello.conf" "$ROOT/lib/firmware/hello" "$ROOT/usr/lib/hello"
    nothing_left hello 1.5.0
}

rpm_in_root() { rpm --root "$ROOT" "$@"; }

# The kernel is no rpm there: what is missing beside it must be the common package alone.
install_rpms() {
    mkdir -p "$ROOT/var/lib/rpm"
    rpm_in_root --initdb
    mount --bind /proc "$ROOT/proc"
    mount --rbind /dev "$ROOT/dev"
    mount --make-rslave "$ROOT/dev"
    ends_with 1 rpm_in_root -i "$out"/kmod-*.rpm
    grep -qF 'hello-common = 1.5.0-2 is needed by' "$SCRATCH/err"
    rpm_in_root -i --nodeps "$out"/hello-common-*.rpm "$out"/kmod-*.rpm 2>&1 | tee "$SCRATCH/rpm.log"
    lacks "$SCRATCH/rpm.log" 'scriptlet failed|error:'
    module_found hello 1.5.0
    in_root modprobe -S "$KR" -c >"$SCRATCH/modprobe"
    contains "$SCRATCH/modprobe" '^options hello greeting=1$'
    equal "$(rpm_in_root -V --nodeps hello-common)" ''
    equal "$(in_root /usr/libexec/hello/hello-show)" 'word=hello'
    equal "$(rpm_in_root -qc hello-common)" /etc/hello/hello.conf
    absent "$ROOT/var/lib/rpm-state/mkdkms-initramfs"
    printf 'word=mine\n' >"$ROOT/etc/hello/hello.conf"
    MKDKMS_OUTPUT=$SCRATCH/third MKDKMS_TARGET=el:9 "$MKDKMS" rpm "$HELLO" --settings "$work/all.yaml" -R 3
    rpm_in_root -U --nodeps "$SCRATCH/third"/hello-common-*.rpm "$SCRATCH/third"/kmod-*.rpm
    equal "$(in_root /usr/libexec/hello/hello-show)" 'word=mine'
    contains "$ROOT/etc/hello/hello.conf.rpmnew" word=other
}

erase_rpms() {
    rpm_in_root -e --nodeps "kmod-hello-$KR" hello-common
    present "$ROOT/etc/hello/hello.conf.rpmsave"
    absent "$ROOT/usr/libexec/hello" "$ROOT/usr/lib/firmware/hello" "$ROOT/usr/lib/modprobe.d/hello.conf" \
        "$ROOT/usr/share/doc/hello-common"
    nothing_left hello 1.5.0
}

# told LINE PATTERN YAML: the file is refused, with the line and a text that matches.
told() {
    printf '%s\n' "$3" >"$SCRATCH/wrong.yaml"
    refused 64 "wrong\.yaml:$1: .*($2)" "$MKDKMS" deb "$HELLO" --dry-run --settings "$SCRATCH/wrong.yaml"
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
changelog: []
changelog: [{version: 1.0, date: 2026-01-01, author: A <a@b>, changes: x}]
changelog: [{version: 1.0, date: 2026-01-01, author: A <a@b>}]
changelog: [{version: 1.0, date: yesterday, author: A <a@b>, changes: x}]
changelog: [{version: v1, date: 2026-01-01, author: A <a@b>, changes: x}]
changelog: [{version: 1.0, date: 2026-01-01, autor: A <a@b>, changes: x}]
deb: {requires: [aa, bb]}
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

tree_file() {
    local tree=$SCRATCH/tree/hello-1.5.0
    tree_copy "$HELLO" "$tree"
    printf 'options hello a=1\n' >"$tree/a.conf"
    cat >"$tree/mkdkms.yaml" <<'END'
summary: Words of the tree
release: 9
output: /nowhere
files: [{role: modprobe, source: a.conf}]
END
    "$MKDKMS" deb "$tree" -o "$SCRATCH/tree/out" 2>"$SCRATCH/err"
    contains "$SCRATCH/err" 'mkdkms\.yaml:2: .*release, output .*\[ignored-settings\]'
    only "$SCRATCH/tree/out" hello-common_1.5.0-1_all.deb hello-dkms_1.5.0-1_all.deb
    equal "$(dpkg-deb -f "$SCRATCH/tree/out/hello-dkms_1.5.0-1_all.deb" Description | head -n 1)" 'Words of the tree'
    # The same from within, and from an archive; what the user's file says holds.
    (cd "$tree" && "$MKDKMS" deb . -o ../inside)
    diff -r "$SCRATCH/tree/out" "$SCRATCH/tree/inside"
    tar -C "$SCRATCH/tree" -cf "$SCRATCH/tree/hello.tar" hello-1.5.0
    "$MKDKMS" deb "$SCRATCH/tree/hello.tar" -o "$SCRATCH/tree/archive"
    diff -r "$SCRATCH/tree/out" "$SCRATCH/tree/archive"
    printf 'summary: Words of the user\n' >"$SCRATCH/tree/user.yaml"
    "$MKDKMS" deb "$tree" --settings "$SCRATCH/tree/user.yaml" -o "$SCRATCH/tree/user"
    equal "$(dpkg-deb -f "$SCRATCH/tree/user/hello-dkms_1.5.0-1_all.deb" Description | head -n 1)" 'Words of the user'
    present "$SCRATCH/tree/user/hello-common_1.5.0-1_all.deb"
    # Whoever trusts it says so.
    "$MKDKMS" deb "$tree" --settings "$tree/mkdkms.yaml" -o "$SCRATCH/tree/trusted"
    only "$SCRATCH/tree/trusted" hello-common_1.5.0-9_all.deb hello-dkms_1.5.0-9_all.deb
    printf 'files: [{role: plain, source: /etc/passwd, destination: /x}]\n' >"$tree/mkdkms.yaml"
    refused 1 'mkdkms\.yaml:1: /etc/passwd is outside of .*/tree/hello-1\.5\.0' "$MKDKMS" deb "$tree" -o "$SCRATCH/tree/out"
    ln -s .. "$tree/up"
    printf 'files: [{role: plain, source: up/hello.tar, destination: /x}]\n' >"$tree/mkdkms.yaml"
    refused 1 'outside of ' "$MKDKMS" deb "$tree" -o "$SCRATCH/tree/out"
}

# words FOLDER: files of the folder, and the summary of its package.
words() {
    find "$1" -mindepth 1 -printf '%f\n' | sort
    dpkg-deb -f "$1"/hello-dkms_*.deb Description | head -n 1
}

# The folder above a tree is not the tree: the file there is that of who stands there, wherever the tree lies.
file_above_the_tree() {
    local top=$SCRATCH/above
    mkdir -p "$top/elsewhere" "$top/dir"
    tree_copy "$HELLO" "$top/dir/hello-1.5.0"
    tar -C "$top/dir" -cf "$top/dir/hello.tar" hello-1.5.0
    tree_copy "$HELLO" "$top/elsewhere/hello-1.5.0"
    ln -s ../elsewhere/hello-1.5.0 "$top/dir/link"
    printf 'options hello a=1\n' >"$top/dir/a.conf"
    cat >"$top/dir/mkdkms.yaml" <<'END'
summary: Words from above
release: 9
output: taken
files: [{role: modprobe, source: a.conf}]
END
    cd "$top/dir"
    printf '%s\n' hello-common_1.5.0-9_all.deb hello-dkms_1.5.0-9_all.deb 'Words from above' >"$SCRATCH/expected"
    local input
    for input in hello-1.5.0 hello-1.5.0/dkms.conf ./hello-1.5.0/. "$top/dir/hello-1.5.0" hello.tar link ../elsewhere/hello-1.5.0; do
        rm -rf taken
        "$MKDKMS" deb "$input" --kind dkms 2>"$SCRATCH/err"
        lacks "$SCRATCH/err" ignored-settings
        diff "$SCRATCH/expected" <(words taken)
    done
    # From a folder in the tree no file is taken, and the tree's own one stays what it is.
    mkdir hello-1.5.0/sub
    mv mkdkms.yaml hello-1.5.0/sub/mkdkms.yaml
    (cd hello-1.5.0/sub && "$MKDKMS" deb .. --kind dkms -o "$top/out")
    only ../out hello-dkms_1.5.0-1_all.deb
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
        jq -r ".properties[\"$key\"].description" "$SCHEMA" | grep -qE "^--$key: "
    done <"$SCRATCH/keys"
}

check "wrong files are refused, by line, all at once" wrong_keys
check "a schema for editors and python's yaml have the same verdicts" same_verdicts
check "the file of a tree describes it and ships its files, no more" tree_file
check "a file above the tree is of who stands there" file_above_the_tree
check "no file replaces one of the module's source" not_in_the_source
check "the keys of options are the options" keys_are_options
if ! needs_debian_root "packages of a project with settings"; then
    finish
    exit
fi
check "a file with every key, valid by the schema" write_project
check "packages as the file says, the same on repeat" make_packages
check "options beat the environment, that beats the file" precedence
check "words and relations in the debs, literally" deb_words
check "words and relations in the rpms, literally" rpm_words
check "lintian has neither error nor warning for the common deb" lintian_silent
check "rpmlint has none either for the common rpm" rpmlint_silent
check "a root with dkms and $KR" make_root
check "dpkg installs both, keeps conffiles over an upgrade" install_debs
check "an upgrade to a newer target takes the old conffile away" move_conffile
check "dpkg -P leaves nothing" purge_debs
sed -i 's/greeting=2/greeting=1/' "$work/hello.conf"
check "rpm installs both, keeps %config over an upgrade" install_rpms
check "rpm -e leaves nothing but what was changed" erase_rpms
finish
