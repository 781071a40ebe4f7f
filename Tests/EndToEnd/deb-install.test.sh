#!/bin/bash
# The .debs in a Debian root with dkms and headers: installed, found, upgraded, purged without a trace; lintian.
. "$(dirname "$0")/lib.sh"
. "$HERE/root.sh"

out=$SCRATCH/out
DEB_ARCH=$(dpkg --print-architecture)
DKMS_DEB=hello-dkms_1.5.0-1_all.deb
MODULES_DEB=hello-modules-${KR}_1.5.0-1_$DEB_ARCH.deb

make_debs() {
    export DEBFULLNAME='A Tester' DEBEMAIL=tester@example.org
    "$MKDKMS" deb "$HELLO" -k "$KR" -o "$out"
    only "$out" "$DKMS_DEB" "$MODULES_DEB"
    "$MKDKMS" deb "$HELLO" --kind dkms -R 2 -o "$SCRATCH/second"
    present "$SCRATCH/second/hello-dkms_1.5.0-2_all.deb"
    # The same version again: a revision that does not build here, and one that does.
    tree_copy "$HELLO" "$SCRATCH/failing/hello-1.5.0"
    sed -i '1i #error "not for this machine"' "$SCRATCH/failing/hello-1.5.0/hello.c"
    "$MKDKMS" deb "$SCRATCH/failing/hello-1.5.0" --kind dkms -R 3 -o "$SCRATCH/second"
    "$MKDKMS" deb "$HELLO" --kind dkms -R 4 -o "$SCRATCH/second"
    "$MKDKMS" deb "$BROKEN" --kind dkms -o "$SCRATCH/broken"
    "$MKDKMS" deb "$TWO_MODULES" --kind modules -k "$KR" -o "$SCRATCH/two"
    # The package that follows the flavour is looked at in deb-modules.test.sh.
    rm "$SCRATCH"/two/two-modules-modules-[a-z]*
    put "$out"/*.deb "$SCRATCH/second"/*.deb "$SCRATCH/broken"/*.deb "$SCRATCH/two"/*.deb
}

control_fields() {
    dpkg-deb -I "$out/$DKMS_DEB"
    equal "$(dpkg-deb -f "$out/$DKMS_DEB" Package Version Architecture Section | sort | tr '\n' ' ')" \
        'Architecture: all Package: hello-dkms Section: kernel Version: 1.5.0-1 '
    dpkg-deb -f "$out/$DKMS_DEB" Depends | grep -E '(^|[ ,|])dkms\b' >/dev/null
    equal "$(dpkg-deb -f "$out/$MODULES_DEB" Package)" "hello-modules-$KR"
    equal "$(dpkg-deb -f "$out/$MODULES_DEB" Architecture)" "$DEB_ARCH"
    dpkg-deb -f "$out/$MODULES_DEB" Depends | grep -F "linux-image-$KR" >/dev/null
    dpkg-deb -f "$out/$MODULES_DEB" Conflicts | grep -E '(^|[ ,])hello-dkms\b' >/dev/null
}

# Names, modes and owners as dpkg wants them; the source exactly as it was.
content() {
    dpkg-deb -c "$out/$DKMS_DEB" >"$SCRATCH/list"
    # shellcheck disable=SC2016 # awk's
    says_nothing awk '$2 != "root/root"' "$SCRATCH/list"
    contains "$SCRATCH/list" ' \./usr/src/hello-1\.5\.0/dkms\.conf$'
    contains "$SCRATCH/list" ' \./usr/share/doc/hello-dkms/copyright$'
    dpkg-deb -x "$out/$DKMS_DEB" "$SCRATCH/x"
    diff -r "$HELLO" "$SCRATCH/x/usr/src/hello-1.5.0"
    dpkg-deb -c "$out/$MODULES_DEB" >"$SCRATCH/list"
    contains "$SCRATCH/list" "^-rw-r--r-- root/root .* \./(usr/)?lib/modules/$KR/updates/hello/hello\.ko[.a-z]*$"
}

# A tree off a file system without run bits has them everywhere: programs keep them.
run_bits() {
    local tree=$SCRATCH/bits/two-modules-2.1
    tree_copy "$TWO_MODULES" "$tree"
    find "$tree" -type f -exec chmod 0755 {} +
    printf 'echo named\n' >"$tree/scripts/no-interpreter"
    chmod 0755 "$tree/scripts/no-interpreter"
    sed -i 's,^POST_ADD=.*,POST_ADD="scripts/no-interpreter",' "$tree/dkms.conf"
    "$MKDKMS" deb "$tree" --kind dkms -o "$SCRATCH/bits/out"
    dpkg-deb -c "$SCRATCH/bits/out"/*.deb | sed -n 's,^\(-[^ ]*\) .* \./usr/src/two-modules-2.1/,\1 ,p' >"$SCRATCH/list"
    diff <(find "$tree" -path '*/scripts/*' -printf 'scripts/%f\n' | sort) <(sed -n 's/^-rwxr-xr-x //p' "$SCRATCH/list" | sort)
    contains "$SCRATCH/list" '^-rw-r--r-- Makefile$'
    lintian --allow-root "$SCRATCH/bits/out"/*.deb >"$SCRATCH/lintian" || true
    # What dkms.conf names has to run, with or without an interpreter line.
    lacks "$SCRATCH/lintian" 'executable-not-elf-or-script \[.*/(Makefile|[^/]*\.[ch]|dkms\.conf)\]'
    equal "$(grep -c executable-not-elf-or-script "$SCRATCH/lintian")" 1
}

lintian_clean() {
    lintian --allow-root --tag-display-limit 0 --fail-on error "$1"
}

install_dkms() {
    in_root dpkg -i "/packages/$DKMS_DEB"
    installed_by_dkms hello 1.5.0
    says_nothing in_root dpkg -V hello-dkms
}

upgrade_dkms() {
    in_root dpkg -i /packages/hello-dkms_1.5.0-2_all.deb
    installed_by_dkms hello 1.5.0
}

# The module that worked outlives a revision that does not build, whether the old one's prerm or the new one's
# postinst takes it out.
failing_revision() {
    local module digest
    module=$ROOT$(in_root modinfo -k "$KR" -n hello)
    digest=$(sha256sum <"$module")
    in_root dpkg -i /packages/hello-dkms_1.5.0-3_all.deb >"$SCRATCH/dpkg.log" 2>&1
    cat "$SCRATCH/dpkg.log"
    contains "$SCRATCH/dpkg.log" 'WARNING: this revision of hello 1\.5\.0 could not be made'
    contains "$SCRATCH/dpkg.log" 'Error: .*not for this machine'
    installed_by_dkms hello 1.5.0
    equal "$(sha256sum <"$module")" "$digest"
    absent "$ROOT/var/lib/mkdkms/kept"
    in_root dpkg-reconfigure hello-dkms
    module_found hello 1.5.0
    equal "$(sha256sum <"$module")" "$digest"
    in_root dpkg -i /packages/hello-dkms_1.5.0-4_all.deb >"$SCRATCH/dpkg.log" 2>&1
    lacks "$SCRATCH/dpkg.log" WARNING
    module_found hello 1.5.0
    absent "$ROOT/var/lib/mkdkms"
}

# A kernel whose headers are gone keeps its module too.
no_headers() {
    local module
    module=$ROOT$(in_root modinfo -k "$KR" -n hello)
    mv "$ROOT/lib/modules/$KR/build" "$ROOT/lib/modules/$KR/hidden"
    in_root dpkg -i /packages/hello-dkms_1.5.0-2_all.deb >"$SCRATCH/dpkg.log" 2>&1
    mv "$ROOT/lib/modules/$KR/hidden" "$ROOT/lib/modules/$KR/build"
    cat "$SCRATCH/dpkg.log"
    contains "$SCRATCH/dpkg.log" "kernel $KR keeps the module"
    present "$module"
    module_found hello 1.5.0
}

purge_dkms() {
    in_root dpkg -s hello-dkms
    in_root dpkg -P hello-dkms
    nothing_left hello 1.5.0
}

remove_and_purge_dkms() {
    in_root dpkg -i "/packages/$DKMS_DEB"
    in_root dpkg -r hello-dkms
    nothing_left hello 1.5.0
    in_root dpkg -P hello-dkms
}

install_modules() {
    in_root dpkg -i "/packages/$MODULES_DEB"
    module_found hello 1.5.0
    says_nothing in_root dpkg -V "hello-modules-$KR"
}

purge_modules() {
    in_root dpkg -s "hello-modules-$KR"
    in_root dpkg -P "hello-modules-$KR"
    nothing_left hello 1.5.0
}

# Both would write what the other owns: dpkg keeps them apart, whichever comes second.
conflict() {
    in_root dpkg -i "/packages/$MODULES_DEB"
    ends_with 1 in_root dpkg -i "/packages/$DKMS_DEB"
    module_found hello 1.5.0
    in_root dpkg -P "hello-modules-$KR"
    in_root dpkg -P hello-dkms || true
    nothing_left hello 1.5.0
}

# A build that fails on the user's machine is shown and never breaks the package transaction.
broken_build() {
    local package
    package=$(dpkg-deb -f "$SCRATCH"/broken/*.deb Package)
    in_root dpkg -i "/packages/$(basename "$SCRATCH"/broken/*.deb)" >"$SCRATCH/dpkg.log" 2>&1
    cat "$SCRATCH/dpkg.log"
    grep -qi warning "$SCRATCH/dpkg.log" || fail "no warning is shown"
    equal "$(in_root dpkg -s "$package" | grep '^Status:')" 'Status: install ok installed'
    in_root dpkg -P "$package"
    absent "$ROOT/lib/modules/$KR/updates"
    says_nothing find "$ROOT/var/lib/dkms" -mindepth 1 -type d
}

two_modules() {
    local package
    package=$(dpkg-deb -f "$SCRATCH"/two/*.deb Package)
    in_root dpkg -i "/packages/$(basename "$SCRATCH"/two/*.deb)"
    grep -E "^updates/.*\.ko[.a-z]*:" "$ROOT/lib/modules/$KR/modules.dep" | tee "$SCRATCH/dep"
    equal "$(wc -l <"$SCRATCH/dep")" 2
    contains "$SCRATCH/dep" '\.ko[.a-z]*: updates/.*\.ko'
    in_root dpkg -P "$package"
    absent "$ROOT/lib/modules/$KR/updates"
    same "$SCRATCH/modules.dep" "$ROOT/lib/modules/$KR/modules.dep"
}

if ! needs_debian_root "Debian packages"; then
    finish
    exit
fi
check "a Debian root with dkms and $KR" make_root
check "the debs of hello, broken and two-modules" make_debs
check "control fields" control_fields
check "content, modes, owners" content
check "run bits stay on programs only" run_bits
check "lintian has no errors for $DKMS_DEB" lintian_clean "$out/$DKMS_DEB"
check "lintian has no errors for $MODULES_DEB" lintian_clean "$out/$MODULES_DEB"
check "dpkg -i hello-dkms: the module is built and installed" install_dkms
check "an upgrade to revision 2 keeps it installed" upgrade_dkms
check "a revision that does not build leaves the module that worked" failing_revision
check "so does one that comes when the headers are gone" no_headers
check "dpkg -P hello-dkms leaves nothing" purge_dkms
check "dpkg -r hello-dkms leaves nothing either" remove_and_purge_dkms
check "dpkg -i hello-modules-$KR: modinfo -k finds it" install_modules
check "dpkg -P hello-modules-$KR leaves nothing" purge_modules
check "hello-dkms and hello-modules-$KR are never installed together" conflict
check "a failing build warns and leaves dpkg whole" broken_build
check "two-modules: modules.dep has the dependency, and not for longer" two_modules
finish
