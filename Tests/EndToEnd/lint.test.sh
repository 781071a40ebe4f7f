#!/bin/bash
# lint: each fault of a tree with its code and place, nothing to say of good ones, among them packages of Debian.
# shellcheck disable=SC2016 # $kernelver and the like are for dkms.conf and make
. "$(dirname "$0")/lib.sh"
. "$REPO/Tests/apt-folder.sh"

tree=$SCRATCH/hello-1.5.0

fresh() {
    rm -rf "$tree"
    tree_copy "${1:-$HELLO}" "$tree"
}

# finds CODE PATTERN: lint of $tree ends with 2 and says so, with a hint, and says nothing else unless OTHERS is set.
finds() {
    local code=$1 pattern=$2
    ends_with 2 "$MKDKMS" lint "$tree" >"$SCRATCH/found"
    cat "$SCRATCH/found"
    contains "$SCRATCH/found" "$pattern.*\[$code\]\$"
    contains "$SCRATCH/found" '^    hint: .'
    [ -n "${OTHERS-}" ] || equal "$(grep -c '\]$' "$SCRATCH/found")" 1
}

clean() {
    "$MKDKMS" lint "$1" >"$SCRATCH/found" || { cat "$SCRATCH/found"; fail "findings in $1"; }
    says_nothing cat "$SCRATCH/found"
    # Not for want of looking.
    equal "$("$MKDKMS" lint "$1" --json | jq -c '[.schema, .findings]')" '["mkdkms.lint/1",[]]'
}

version() { fresh && mv "$tree" "$SCRATCH/hello-1.6.0" && tree=$SCRATCH/hello-1.6.0 && finds version-mismatch 'dkms.conf:3: error'; }
module_version() {
    fresh && sed -i 's/^MODULE_VERSION.*/\/* MODULE_VERSION("1") *\/ MODULE_VERSION ("1.4.9");/' "$tree/hello.c"
    finds module-version "^hello.c:$(grep -n '^/. MODULE_V' "$tree/hello.c" | cut -d : -f 1): warning: MODULE_VERSION is 1.4.9, and PACKAGE_VERSION 1.5.0"
    sed -i 's/MODULE_VERSION ("1.4.9")/MODULE_VERSION(HELLO_VERSION)/; 1i #define HELLO_VERSION "1.5" /* behind */ ".1"' "$tree/hello.c"
    finds module-version '^hello.c:[0-9]+: warning: MODULE_VERSION is 1.5.1,'
    # Who defines it elsewhere as well has it in hand.
    sed -i '1i #ifndef HELLO_VERSION' "$tree/hello.c" && sed -i '2a #endif' "$tree/hello.c" && clean "$tree"
    local same
    for same in v1.5.0 1.5.0-NAPI 1.5.0+git; do
        fresh && sed -i "s/^MODULE_VERSION.*/MODULE_VERSION(\"$same\");/" "$tree/hello.c" && clean "$tree"
    done
    fresh && sed -i 's/^MODULE_VERSION.*/MODULE_VERSION(DRIVER_VERSION);/' "$tree/hello.c" && clean "$tree"
}
misspelt() { fresh && echo 'DEST_MODULE_LOCATIN[0]="/extra"' >>"$tree/dkms.conf" && finds unknown-directive 'dkms.conf:8: warning: DEST_MODULE_LOCATIN' &&
    contains "$SCRATCH/found" 'hint: .*DEST_MODULE_LOCATION'; }
unfinished() { fresh && echo 'if true; then' >>"$tree/dkms.conf" && finds conf-syntax 'dkms.conf:9: error: bash says' && contains "$SCRATCH/found" 'hint: close what is open.*bash -n'; }
deprecated() { fresh && echo 'MODULES_CONF[0]="alias eth0 hello"' >>"$tree/dkms.conf" && finds deprecated-directive 'dkms.conf:8: warning: MODULES_CONF'; }
deprecated_note() {
    fresh
    echo 'CLEAN="make clean"' >>"$tree/dkms.conf"
    "$MKDKMS" lint "$tree" >"$SCRATCH/found"
    contains "$SCRATCH/found" '^dkms.conf:8: note: CLEAN .*\[deprecated-directive\]$'
}
unread() { fresh && sed -i 's/KDIR=\$k/KDIRR=$k/' "$tree/dkms.conf" && finds unread-variable 'dkms.conf:5: warning: .*KDIRR' &&
    contains "$SCRATCH/found" 'was KDIR meant'; }
uname_makefile() { fresh && sed -i '/^KVERSION/d; s/\$(KVERSION)/$(shell uname -r)/; s/KDIR ?=/KDIR2 :=/; s/(KDIR)/(KDIR2)/' "$tree/Makefile" &&
    OTHERS=1 finds running-kernel 'Makefile:4: warning'; }
uname_conf() { fresh && sed -i 's/KVERSION=\$kernelver/KVERSION=$(uname -r)/' "$tree/dkms.conf" && finds running-kernel 'dkms.conf:5: warning'; }
left_over() { fresh && touch "$tree/hello.ko" "$tree/hello.o" "$tree/.gitignore" && finds left-overs 'hello.ko:1: warning: .* and 1 more'; }
license() { fresh && sed -i '/MODULE_LICENSE/d' "$tree/hello.c" && finds no-license '^hello.c:1: error'; }
host() { fresh && echo '[ -e /etc/os-release ] && . /etc/os-release' >>"$tree/dkms.conf" && finds host-dependent-conf 'dkms.conf:8: warning: .*/etc/os-release'; }
bad_name() { fresh && sed -i 's/^PACKAGE_NAME=.*/PACKAGE_NAME="h"/' "$tree/dkms.conf" && finds bad-package-name 'dkms.conf:2: error'; }
bad_version() { fresh && mv "$tree" "$SCRATCH/named" && tree=$SCRATCH/named && sed -i 's/"1.5.0"/"r15"/' "$tree/dkms.conf" &&
    OTHERS=1 finds bad-package-version 'dkms.conf:3: error'; }
script_missing() { fresh && echo 'POST_ADD="scripts/none.sh"' >>"$tree/dkms.conf" && finds hook-missing 'dkms.conf:8: warning: .*scripts/none.sh'; }
script_mode() { fresh "$TWO_MODULES" && mv "$tree" "$SCRATCH/two-modules-2.1" && tree=$SCRATCH/two-modules-2.1 &&
    chmod a-x "$tree/scripts/post-add.sh" && finds hook-not-executable 'dkms.conf:[0-9]+: warning: POST_ADD'; }
patch_missing() { fresh && echo 'PATCH[0]="none.patch"' >>"$tree/dkms.conf" && finds patch-missing 'dkms.conf:8: error'; }
private_key() { fresh && make_key "$SCRATCH/keys" mok && cp "$SCRATCH/keys/mok.key" "$tree/signing.key" && finds private-key '^signing.key:1: error'; }
not_made() { fresh && sed -i 's/BUILT_MODULE_NAME\[0\]="hello"/BUILT_MODULE_NAME[0]="helo"/' "$tree/dkms.conf" &&
    finds module-not-made 'dkms.conf:6: error: .*helo.ko' && contains "$SCRATCH/found" 'was hello meant'; }
ignores_kernel() { fresh && sed -i 's/^MAKE.*/MAKE[0]="make modules"/' "$tree/dkms.conf" && OTHERS=1 finds kernel-ignored 'dkms.conf:5: warning' &&
    contains "$SCRATCH/found" 'Makefile:4: warning.*running-kernel'; }
destination() { fresh && sed -i 's,"/updates","/misc",' "$tree/dkms.conf" && finds conf-bad-destination 'dkms.conf:7: error'; }

# A vendor's tree as it is found: the Makefile goes by KVER, dkms.conf passes KVERSION, so it builds for the running kernel.
as_found() {
    tree=$FIXTURES/hello-as-found/hello-1.5.0
    OTHERS=1 finds unread-variable '^dkms.conf:6: error: MAKE\[0\] passes KVERSION'
    contains "$SCRATCH/found" '^    hint: pass KVER=\$kernelver,'
    contains "$SCRATCH/found" '^Makefile:4: warning: .*\[running-kernel\]$'
    contains "$SCRATCH/found" '^dkms.conf:3: error: .*\[version-mismatch\]$'
    contains "$SCRATCH/found" '^dkms.conf:7: warning: BUILD_MODULE_NAME .*\[unknown-directive\]$'
    # Each finding has a place that an editor can go to.
    equal "$(grep -vcE '^([^ :]+:[0-9]+: | {4}hint: )' "$SCRATCH/found")" 0
}

# What no artifact can carry is found as well, although the tree can't be read any further.
link_outside() {
    fresh
    ln -s /etc/passwd "$tree/passwd"
    finds link-outside '^passwd:1: error: .*/etc/passwd'
    ends_with 2 "$MKDKMS" lint "$tree" --json >"$SCRATCH/lint.json"
    /usr/bin/python3 "$HERE/validate.py" "$REPO/docs/json/lint.schema.json" "$SCRATCH/lint.json"
    fresh
    ln -s ../nothing "$tree/nothing"
    finds link-outside '^nothing:1: warning'
}

# Several faults come sorted by file and line, and the document of --json has the same.
document() {
    fresh
    sed -i '/MODULE_LICENSE/d' "$tree/hello.c"
    printf 'AUTOINSTAL="yes"\nPOST_ADD="none"\n' >>"$tree/dkms.conf"
    ends_with 2 "$MKDKMS" lint "$tree" --json >"$SCRATCH/lint.json"
    /usr/bin/python3 "$HERE/validate.py" "$REPO/docs/json/lint.schema.json" "$SCRATCH/lint.json"
    equal "$(jq -c '[.findings[] | [.file, .line, .severity, .code]]' "$SCRATCH/lint.json")" \
        '[["dkms.conf",8,"warning","unknown-directive"],["dkms.conf",9,"warning","hook-missing"],["hello.c",1,"error","no-license"]]'
    equal "$(jq -r .tree "$SCRATCH/lint.json")" "$tree"
    "$MKDKMS" lint "$HELLO" --json >"$SCRATCH/lint.json"
    /usr/bin/python3 "$HERE/validate.py" "$REPO/docs/json/lint.schema.json" "$SCRATCH/lint.json"
    equal "$(jq -c .findings "$SCRATCH/lint.json")" '[]'
    refused 1 'no-dkms-conf' "$MKDKMS" lint "$SCRATCH/keys"
}

# Every code that the sources give is in the table. invalid-conf is another's, whose parts are findings of their own.
table_is_whole() {
    local code codes
    codes=$(grep -hoE '"[a-z]+(-[a-z]+)+"' "$REPO"/Sources/Review/*.swift | tr -d '"' | grep -vx invalid-conf | sort -u)
    [ "$(printf '%s\n' "$codes" | wc -l)" -ge 10 ] || fail "these are not all codes: $codes"
    for code in $codes; do contains "$REPO/docs/lint-rules.md" "^\\| .*\`$code\`"; done
}

# A package of Debian, which builds everywhere: errors would be false, and so would warnings but for what is expected.
real() {
    local package=$1 expected=$2 folder
    (cd "$SCRATCH" && apt_in "$CACHE/lint-apt" apt-get download "$package")
    dpkg-deb -x "$SCRATCH/$package"_*.deb "$SCRATCH/x-$package"
    folder=$(dirname "$(find "$SCRATCH/x-$package/usr/src" -name dkms.conf | head -n 1)")
    "$MKDKMS" lint "$folder" --json >"$SCRATCH/lint.json" || [ $? = 2 ]
    equal "$(jq -r '[.findings[] | select(.severity != "note") | .code] | unique | "only: " + join(" ")' "$SCRATCH/lint.json")" "only: $expected"
}

check "nothing to say of hello" clean "$HELLO"
check "nothing to say of two modules with scripts and patches" clean "$TWO_MODULES"
for rule in version module_version misspelt unfinished deprecated deprecated_note unread uname_makefile uname_conf left_over license host bad_name \
    bad_version script_missing script_mode patch_missing private_key not_made ignores_kernel destination; do
    check "the rule: ${rule//_/ }" "$rule"
done
check "a vendor's tree as it is found" as_found
check "links that lead out of the tree" link_outside
check "several findings are sorted, in JSON too" document
check "docs/lint-rules.md has every code" table_is_whole
if apt_folder "$CACHE/lint-apt" trixie >/dev/null 2>&1; then
    for package in v4l2loopback-dkms lttng-modules-dkms zfs-dkms broadcom-sta-dkms nvidia-open-kernel-dkms r8168-dkms \
        openrazer-driver-dkms; do
        check "no false alarm on $package" real "$package" ""
    done
else
    skip "no false alarm on packages of Debian" "no mirror of Debian can be reached"
fi
finish
