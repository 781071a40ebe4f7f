#!/bin/bash
# strip -g, sign, compress: the same bytes as binutils' strip and the kernel's own sign-file give, for every
# module built here, and xz as the kernel's decompressor wants it.
. "$(dirname "$0")/lib.sh"

SIGN_FILE=$(sign_file)
keys=$SCRATCH/keys
kernels=(-k "$K1" ${K2:+-k "$K2"})

# raw_tree FIXTURE NAME: the same tree with STRIP="no", whose modules come out as the compiler left them.
raw_tree() {
    tree_copy "$FIXTURES/$1" "$SCRATCH/raw/$1"
    tree_copy "$FIXTURES/$1" "$SCRATCH/plain/$1"
    sed -i '/^STRIP/d' "$SCRATCH/raw/$1/dkms.conf"
    printf 'STRIP[0]="no"\n' >>"$SCRATCH/raw/$1/dkms.conf"
    touch -d '2024-03-01 12:00:00 UTC' "$SCRATCH/raw/$1/dkms.conf" "$SCRATCH/raw/$1"
}

build_raw() {
    raw_tree "$1"
    "$MKDKMS" modules "$SCRATCH/raw/$1" "${kernels[@]}" --no-sign --compress none -o "$SCRATCH/unstripped/$1"
    "$MKDKMS" modules "$SCRATCH/plain/$1" "${kernels[@]}" --no-sign --compress none -o "$SCRATCH/stripped/$1"
    [ "$(modules_of "$SCRATCH/stripped/$1" | wc -l)" -gt 0 ] || fail "no module was built"
}

modules_of() { (cd "$1" && find . -name '*.ko*' -type f | sort | grep .) || fail "no module in $1"; }

strips() {
    local module
    modules_of "$SCRATCH/stripped/$1"
    while IFS= read -r module; do
        strip -g "$SCRATCH/unstripped/$1/$module" -o "$SCRATCH/expected.ko"
        same "$SCRATCH/expected.ko" "$SCRATCH/stripped/$1/$module"
    done < <(modules_of "$SCRATCH/stripped/$1")
}

signs() {
    local tree=$1 hash=$2 module
    "$MKDKMS" modules "$SCRATCH/plain/$tree" "${kernels[@]}" --compress none --sign-key "$keys/mok.key" \
        --sign-cert "$keys/mok.pem" --sign-hash "$hash" -o "$SCRATCH/signed-$hash/$tree"
    alike <(modules_of "$SCRATCH/stripped/$tree") <(modules_of "$SCRATCH/signed-$hash/$tree")
    while IFS= read -r module; do
        strip -g "$SCRATCH/unstripped/$tree/$module" -o "$SCRATCH/expected.ko"
        "$SIGN_FILE" "$hash" "$keys/mok.key" "$keys/mok.pem" "$SCRATCH/expected.ko"
        same "$SCRATCH/expected.ko" "$SCRATCH/signed-$hash/$tree/$module"
    done < <(modules_of "$SCRATCH/stripped/$tree")
}

a_module() { printf '%s/%s\n' "$SCRATCH/stripped/hello-1.5.0" "$(modules_of "$SCRATCH/stripped/hello-1.5.0" | head -n 1)"; }

sign_verb() {
    local hash=$1 certificate=$2
    cp "$(a_module)" "$SCRATCH/expected.ko"
    mkdir -p "$SCRATCH/in-place" "$SCRATCH/aside-$hash"
    cp "$(a_module)" "$SCRATCH/in-place/hello.ko"
    "$SIGN_FILE" "$hash" "$keys/mok.key" "$keys/mok.pem" "$SCRATCH/expected.ko"
    "$MKDKMS" sign "$SCRATCH/in-place/hello.ko" --sign-key "$keys/mok.key" --sign-cert "$certificate" \
        --sign-hash "$hash" -o "$SCRATCH/aside-$hash"
    same "$SCRATCH/expected.ko" "$SCRATCH/aside-$hash/hello.ko"
    same "$(a_module)" "$SCRATCH/in-place/hello.ko"
    "$MKDKMS" sign "$SCRATCH/in-place/hello.ko" --sign-key "$keys/mok.key" --sign-cert "$certificate" --sign-hash "$hash"
    same "$SCRATCH/expected.ko" "$SCRATCH/in-place/hello.ko"
}

# sign never strips by itself: the unstripped module keeps its debug sections under the signature.
sign_keeps_debug() {
    cp "$SCRATCH/unstripped/hello-1.5.0/$K1/$ARCH/hello.ko" "$SCRATCH/debug.ko"
    cp "$SCRATCH/debug.ko" "$SCRATCH/expected.ko"
    "$SIGN_FILE" sha256 "$keys/mok.key" "$keys/mok.pem" "$SCRATCH/expected.ko"
    "$MKDKMS" sign "$SCRATCH/debug.ko" --sign-key "$keys/mok.key" --sign-cert "$keys/mok.pem" --sign-hash sha256
    same "$SCRATCH/expected.ko" "$SCRATCH/debug.ko"
}

already_signed() {
    cp "$SCRATCH/signed-sha256/hello-1.5.0/$K1/$ARCH/hello.ko" "$SCRATCH/twice.ko"
    refused 1 sign "$MKDKMS" sign "$SCRATCH/twice.ko" --sign-key "$keys/other.key" --sign-cert "$keys/other.pem" --sign-hash sha256
    same "$SCRATCH/signed-sha256/hello-1.5.0/$K1/$ARCH/hello.ko" "$SCRATCH/twice.ko"
    "$MKDKMS" sign --replace "$SCRATCH/twice.ko" --sign-key "$keys/other.key" --sign-cert "$keys/other.pem" --sign-hash sha256
    cp "$SCRATCH/stripped/hello-1.5.0/$K1/$ARCH/hello.ko" "$SCRATCH/expected.ko"
    "$SIGN_FILE" sha256 "$keys/other.key" "$keys/other.pem" "$SCRATCH/expected.ko"
    same "$SCRATCH/expected.ko" "$SCRATCH/twice.ko"
}

compressed() {
    "$MKDKMS" modules "$SCRATCH/plain/hello-1.5.0" -k "$K1" --compress "$1" --sign-key "$keys/mok.key" \
        --sign-cert "$keys/mok.pem" --sign-hash sha256 -o "$SCRATCH/compressed-$1"
    local module=$SCRATCH/compressed-$1/$K1/$ARCH/hello.ko.$1
    "$2" -dc "$module" | cmp - "$SCRATCH/signed-sha256/hello-1.5.0/$K1/$ARCH/hello.ko"
}

# What the kmod of the kernel's system can't load is said before anything is built.
unreadable() {
    refused 1 'el:8 knows no .*\.ko\.zst.*unreadable-compression' "$MKDKMS" rpm "$HELLO" --kind kmod -k "$K1" --target el:8 \
        --compress zst --no-sign -o "$SCRATCH/unreadable"
    lacks "$SCRATCH/err" '[Bb]uilding|built'
    contains "$SCRATCH/err" '^hint: .*none, gz, xz$'
    refused 1 'weak-modules of el:9 .*unreadable-compression' "$MKDKMS" rpm "$HELLO" --kind kabi -k "$K1" --target el:9 \
        --compress zst --no-sign -o "$SCRATCH/unreadable"
    absent "$SCRATCH/unreadable"
    # A kmod without zlib is that of this very machine, whose depmod has the last word.
    "$MKDKMS" deb "$HELLO" -k "$K1" --kind modules --compress gz --no-sign --target debian:12 -o "$SCRATCH/gz" 2>"$SCRATCH/err"
    equal "$(grep -c 'warning: .*without gz.*unreadable-compression' "$SCRATCH/err")" 1
    "$MKDKMS" deb "$HELLO" -k "$K1" --kind modules --compress zst --no-sign --target debian:12 -o "$SCRATCH/zst" 2>"$SCRATCH/err"
    lacks "$SCRATCH/err" unreadable
    grep -q 'Debian\|^ID=debian' /etc/os-release || return 0
    local format seen
    for format in gz zst; do
        dpkg-deb -x "$SCRATCH/$format/hello-modules-$K1"_*.deb "$SCRATCH/$format/root"
        [ -d "$SCRATCH/$format/root/lib/modules" ]
        depmod -b "$SCRATCH/$format/root" "$K1" 2>/dev/null
        seen=$(grep -c hello.ko "$SCRATCH/$format/root/lib/modules/$K1/modules.dep" || true)
        case $format in gz) equal "$seen" "$(kmod --version | grep -c '+ZLIB' || true)" ;; *) equal "$seen" 1 ;; esac
    done
}

xz_for_the_kernel() {
    local module=$SCRATCH/compressed-xz/$K1/$ARCH/hello.ko.xz
    xz -lvv "$module" | tee "$SCRATCH/xz"
    contains "$SCRATCH/xz" 'CRC32'
    lacks "$SCRATCH/xz" 'CRC64|SHA-256'
    contains "$SCRATCH/xz" '--lzma2=dict=1MiB'
    equal "$(xz -l --robot "$module" | awk '$1 == "file" {print $2, $3}')" "1 1"
}

gzip_without_time() {
    # Bytes 5 to 8 of a gzip member are its time, flag bit 3 its name.
    equal "$(od -An -tx1 -j3 -N5 "$SCRATCH/compressed-gz/$K1/$ARCH/hello.ko.gz" | tr -d ' ')" 0000000000
}

read_by_modinfo() {
    local module=$SCRATCH/compressed-xz/$K1/$ARCH/hello.ko.xz id
    equal "$(modinfo -F signer "$module")" 'mok module signing key'
    equal "$(modinfo -F sig_hashalgo "$module")" sha256
    # sign-file identifies the key by issuer and serial number: that is what modinfo shows as sig_key.
    id=$(openssl x509 -in "$keys/mok.pem" -noout -serial | cut -d = -f 2 | sed 's/^00//')
    equal "$(modinfo -F sig_key "$module" | tr -d ':')" "$id"
    equal "$(modinfo -F version "$module")" 1.5.0
}

key_new() {
    "$MKDKMS" key new "$SCRATCH/made"
    only "$SCRATCH/made" mok.key mok.der mok.pem
    equal "$(stat -c %a "$SCRATCH/made/mok.key")" 600
    openssl x509 -in "$SCRATCH/made/mok.pem" -noout -text >"$SCRATCH/text"
    contains "$SCRATCH/text" 'Public-Key: \(2048 bit\)'
    contains "$SCRATCH/text" 'Code Signing'
    same <(openssl x509 -in "$SCRATCH/made/mok.pem" -outform DER) "$SCRATCH/made/mok.der"
    same <(openssl pkey -in "$SCRATCH/made/mok.key" -pubout) <(openssl x509 -in "$SCRATCH/made/mok.pem" -noout -pubkey)
    cp -r "$SCRATCH/made" "$SCRATCH/kept"
    refused 1 'exist|overwrit' "$MKDKMS" key new "$SCRATCH/made"
    diff -r "$SCRATCH/kept" "$SCRATCH/made"
}

key_new_signs() {
    cp "$(a_module)" "$SCRATCH/expected.ko"
    cp "$(a_module)" "$SCRATCH/own.ko"
    "$SIGN_FILE" sha512 "$SCRATCH/made/mok.key" "$SCRATCH/made/mok.der" "$SCRATCH/expected.ko"
    "$MKDKMS" sign "$SCRATCH/own.ko" --sign-key "$SCRATCH/made/mok.key" --sign-cert "$SCRATCH/made/mok.der" --sign-hash sha512
    same "$SCRATCH/expected.ko" "$SCRATCH/own.ko"
}

key_show() {
    "$MKDKMS" key show "$keys/mok.pem" | tee "$SCRATCH/shown"
    contains "$SCRATCH/shown" 'mok module signing key'
}

# ECDSA signatures are never the same twice: openssl says whether one is right.
ecdsa() {
    openssl req -new -x509 -nodes -days 30 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -sha256 -subj /CN=ec \
        -addext extendedKeyUsage=codeSigning -keyout "$keys/ec.key" -out "$keys/ec.pem" 2>/dev/null
    cp "$(a_module)" "$SCRATCH/ec.ko"
    "$MKDKMS" sign "$SCRATCH/ec.ko" --sign-key "$keys/ec.key" --sign-cert "$keys/ec.pem" --sign-hash sha256
    local size signed
    size=$(stat -c %s "$(a_module)")
    signed=$(stat -c %s "$SCRATCH/ec.ko")
    # After the module: the CMS, 12 bytes of struct module_signature, the 28 bytes of the magic string.
    tail -c +$((size + 1)) "$SCRATCH/ec.ko" | head -c $((signed - size - 40)) >"$SCRATCH/ec.p7s"
    openssl cms -verify -inform DER -in "$SCRATCH/ec.p7s" -binary -content "$(a_module)" -certfile "$keys/ec.pem" \
        -CAfile "$keys/ec.pem" -purpose any -out /dev/null
}

unsigned_is_said() {
    "$MKDKMS" modules "$SCRATCH/plain/hello-1.5.0" -k "$K1" --compress none -o "$SCRATCH/unsigned" 2>"$SCRATCH/err"
    contains "$SCRATCH/err" '^mkdkms: warning: .*\[unsigned\]'
    says_nothing modinfo -F signer "$SCRATCH/unsigned/$K1/$ARCH/hello.ko"
    ends_with 1 "$MKDKMS" modules "$SCRATCH/plain/hello-1.5.0" -k "$K1" --require-signature -o "$SCRATCH/required"
    empty "$SCRATCH/required"
}

if ! needs_kernel "module steps"; then
    finish
    exit
fi
make_key "$keys" mok
make_key "$keys" other
for tree in hello-1.5.0 two-modules-2.1; do
    check "$tree: built unstripped and stripped" build_raw "$tree"
    check "$tree: stripped as by strip -g" strips "$tree"
    if [ -z "$SIGN_FILE" ]; then
        skip "$tree: signed as by sign-file" "the headers ship no sign-file"
        continue
    fi
    for hash in sha256 sha512; do
        check "$tree: modules --sign-key is strip -g and sign-file, $hash" signs "$tree" "$hash"
    done
done
if [ -n "$SIGN_FILE" ]; then
    check "sign is sign-file, sha256, a PEM certificate" sign_verb sha256 "$keys/mok.pem"
    check "sign is sign-file, sha512, a DER certificate" sign_verb sha512 "$keys/mok.der"
    check "sign never strips by itself" sign_keeps_debug
    check "a signed module is refused, and signed anew with --replace" already_signed
else
    skip "sign is sign-file" "the headers ship no sign-file"
fi
check "xz" compressed xz xz
check "gzip" compressed gz gzip
check "zstd" compressed zst zstd
check "xz: one block, CRC32, 1 MiB dictionary" xz_for_the_kernel
check "gzip: no time, no name" gzip_without_time
check "what the target's kmod or weak-modules pass over is refused or warned of" unreadable
check "modinfo reads signer, hash and key id" read_by_modinfo
check "key new: RSA-2048, codeSigning, 0600, never overwrites" key_new
if [ -n "$SIGN_FILE" ]; then check "a key of key new signs as with sign-file" key_new_signs; fi
check "key show names the certificate" key_show
check "an ECDSA signature verifies" ecdsa
check "unsigned modules are warned of, --require-signature refuses" unsigned_is_said
finish
