#!/bin/bash
# Packages of a project whose mkdkms.yaml has every key, as dpkg and rpm read and install them.
. "$(dirname "$0")/lib.sh"
. "$HERE/root.sh"
. "$HERE/rpm-root.sh"

work=$SCRATCH/project
out=$work/out
DEB_ARCH=$(dpkg --print-architecture)

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
  modules: {requires: [bash], recommends: [], suggests: [], provides: [], conflicts: [], breaks: [], replaces: []}
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
  modules: {requires: [bash], recommends: [], suggests: [], provides: [], conflicts: [], breaks: [], replaces: []}
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
    /usr/bin/python3 "$HERE/settings-schema.py" --every "$REPO/docs/json/mkdkms.yaml.schema.json" "$work/all.yaml"
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

deb_words() {
    local file=$out/hello-dkms_1.5.0-2_all.deb
    equal "$(dpkg-deb -f "$file" Maintainer)" 'Ann Lee <ann@debian.org>'
    # shellcheck disable=SC2016 # literally
    equal "$(dpkg-deb -f "$file" Description | head -n 1)" 'Greets 100% of "everybody" for $(nothing), with a \ and an é'
    dpkg-deb -f "$file" Description | tr -s '\n ' ' ' >"$SCRATCH/words"
    # shellcheck disable=SC2016
    grep -qF '`id`, $(id),' "$SCRATCH/words"
    for word in "'quotes'" '%{name},' '%%d,' '\n' '日本'; do grep -qF -- "$word" "$SCRATCH/words"; done
    equal "$(dpkg-deb -f "$file" Depends)" 'dkms (>= 2.8) | mkdkms, hello-common (= 1.5.0-2), libc6, hello-cc'
    equal "$(dpkg-deb -f "$file" Recommends Suggests Conflicts Breaks Replaces | sort | tr '\n' ';')" \
        'Breaks: old-reader (<< 2);Conflicts: ungreeter (<< 2);Recommends: hello-tools | hello-more;Replaces: old-greeter;Suggests: hello-doc;'
    dpkg-deb -f "$file" Provides | grep -F 'greeter' >/dev/null
    # Finished modules need what is for all and what is for them; what follows a kernel, only what is for that.
    dpkg-deb -f "$out"/hello-modules-*.deb Depends | grep -E ', kmod, hello-common \(= 1\.5\.0-2\), libc6, bash$' >/dev/null
    "$MKDKMS" deb "$HELLO" --settings "$work/all.yaml" --kind modules -o "$SCRATCH/follow"
    equal "$(dpkg-deb -f "$SCRATCH/follow/hello-modules-cloud-$DEB_ARCH"_*.deb Depends Recommends Replaces | tr '\n' ';')" \
        "Depends: hello-modules-$KR (= 1.5.0-2), hello-common (= 1.5.0-2);Replaces: old-meta;"
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
    rpm -qp --requires "$file" | grep -Fx 'hello-common = 1.5.0-2' >/dev/null
    rpm -qp --requires "$file" | grep -Fx 'elfutils-libelf-devel >= 0.150' >/dev/null
    rpm -qp --requires "$out"/kmod-*.rpm >"$SCRATCH/requires"
    for word in 'hello-common = 1.5.0-2' 'glibc >= 2.17' bash; do grep -qFx "$word" "$SCRATCH/requires"; done
    lacks "$SCRATCH/requires" elfutils
    rpm -qp --provides "$file" | grep -Fx 'greeter = 2' >/dev/null
    equal "$(rpm -qp --recommends "$out"/hello-common-*.rpm)" systemd-udev
}

# Releases of one day have an order all the same.
same_day() {
    printf '%s\n' 'maintainer: A <a@example.org>' changelog: '- {version: 1.5.0, date: 2026-03-01, changes: x}' \
        '- {version: 1.4.0, date: 2026-03-01, changes: y}' '- {version: 1.3.0, date: 2026-03-01, changes: z}' >"$SCRATCH/day.yaml"
    "$MKDKMS" deb "$HELLO" --settings "$SCRATCH/day.yaml" -o "$SCRATCH/day"
    lintian --allow-root --tag-display-limit 0 "$SCRATCH/day/"*.deb | tee "$SCRATCH/lintian"
    lacks "$SCRATCH/lintian" '^[EW]:'
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
    says_nothing in_root dpkg -V hello-common "hello-modules-$KR"
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

# The kernel is no rpm there: what is missing beside it must be the common package alone.
install_rpms() {
    start_rpm
    ends_with 1 rpm_in_root -i "$out"/kmod-*.rpm
    grep -qF 'hello-common = 1.5.0-2 is needed by' "$SCRATCH/err"
    rpm_quietly -i "$out"/hello-common-*.rpm "$out"/kmod-*.rpm
    module_found hello 1.5.0
    in_root modprobe -S "$KR" -c >"$SCRATCH/modprobe"
    contains "$SCRATCH/modprobe" '^options hello greeting=1$'
    says_nothing rpm_in_root -V --nodeps hello-common
    equal "$(in_root /usr/libexec/hello/hello-show)" 'word=hello'
    equal "$(rpm_in_root -qc hello-common)" /etc/hello/hello.conf
    absent "$ROOT/var/lib/rpm-state/mkdkms-initramfs"
    printf 'word=mine\n' >"$ROOT/etc/hello/hello.conf"
    MKDKMS_OUTPUT=$SCRATCH/third MKDKMS_TARGET=el:9 "$MKDKMS" rpm "$HELLO" --settings "$work/all.yaml" -R 3
    rpm_quietly -U "$SCRATCH/third"/hello-common-*.rpm "$SCRATCH/third"/kmod-*.rpm
    equal "$(in_root /usr/libexec/hello/hello-show)" 'word=mine'
    contains "$ROOT/etc/hello/hello.conf.rpmnew" word=other
}

erase_rpms() {
    rpm_quietly -e "kmod-hello-$KR" hello-common
    present "$ROOT/etc/hello/hello.conf.rpmsave"
    absent "$ROOT/usr/libexec/hello" "$ROOT/usr/lib/firmware/hello" "$ROOT/usr/lib/modprobe.d/hello.conf" \
        "$ROOT/usr/share/doc/hello-common"
    nothing_left hello 1.5.0
}

if ! needs_debian_root "packages of a project with settings"; then
    finish
    exit
fi
check "a file with every key, valid by the schema" write_project
check "packages as the file says, the same on repeat" make_packages
check "words and relations in the debs, literally" deb_words
check "words and relations in the rpms, literally" rpm_words
check "lintian has neither error nor warning for the common deb" lintian_silent
check "lintian takes a changelog of releases of one day" same_day
check "rpmlint has none either for the common rpm" rpmlint_silent
check "a root with dkms and $KR" root_without_initramfs
check "dpkg installs both, keeps conffiles over an upgrade" install_debs
check "an upgrade to a newer target takes the old conffile away" move_conffile
check "dpkg -P leaves nothing" purge_debs
sed -i 's/greeting=2/greeting=1/' "$work/hello.conf"
check "rpm installs both, keeps %config over an upgrade" install_rpms
check "rpm -e leaves nothing but what was changed" erase_rpms
finish
