#!/bin/bash
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# A private key on a PKCS #11 token: SoftHSM's, which is as strict with its keys as a device. The same key is in a file,
# for the kernel's sign-file to say what the signature has to be.

K=$SCRATCH/keys
SIGN_FILE=$(sign_file)
MODULE=$(softhsm_library)
PIN=4711-pin
export SOFTHSM2_CONF=$SCRATCH/softhsm2.conf PKCS11_MODULE_PATH=$MODULE KBUILD_SIGN_PIN=$PIN

# make_token LABEL
make_token() { softhsm2-util --init-token --free --label "$1" --pin "$PIN" --so-pin 12345678 >/dev/null; }

# on_token KEY-FILE TOKEN LABEL ID
on_token() { softhsm2-util --import "$1" --token "$2" --label "$3" --id "$4" --pin "$PIN" >/dev/null; }

prepare() {
    local hello
    mkdir -p "$SCRATCH/tokens"
    printf 'directories.tokendir = %s\nobjectstore.backend = file\n' "$SCRATCH/tokens" >"$SOFTHSM2_CONF"
    make_key "$K" vendor
    make_key "$K" other
    openssl req -new -x509 -nodes -days 3650 -newkey ec -pkeyopt ec_paramgen_curve:P-384 -subj '/CN=curve' \
        -keyout "$K/curve.key" -out "$K/curve.pem" 2>/dev/null
    openssl req -new -x509 -nodes -days 3650 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -subj '/CN=short' \
        -keyout "$K/short.key" -out "$K/short.pem" 2>/dev/null
    make_token 'Example; signing'
    make_token second
    on_token "$K/vendor.key" 'Example; signing' vendor a1b2
    on_token "$K/curve.key" 'Example; signing' curve 03
    on_token "$K/short.key" 'Example; signing' curve 04
    on_token "$K/other.key" second other 01
    mkdir "$SCRATCH/given"
    "$MKDKMS" modules "$HELLO" -k "$K1" --no-sign -o "$SCRATCH/built"
    hello=$(find "$SCRATCH/built" -name 'hello.ko*' | head -n 1)
    case $hello in
        *.xz) xz -dc "$hello" >"$SCRATCH/given/hello.ko" ;;
        *.zst) zstd -qdc "$hello" >"$SCRATCH/given/hello.ko" ;;
        *) cp "$hello" "$SCRATCH/given/hello.ko" ;;
    esac
}

KEY='pkcs11:token=Example%3B%20signing;object=vendor;type=private'

# signs URI CERTIFICATE HASH OUTPUT: with the key that is on the token.
signs() {
    mkdir -p "$4"
    "$MKDKMS" sign "$SCRATCH/given/hello.ko" --sign-key "$1" --sign-cert "$2" --sign-hash "$3" -o "$4"
}

# expected HASH: what sign-file makes with the same key from a file.
expected() {
    cp "$SCRATCH/given/hello.ko" "$SCRATCH/expected-$1.ko"
    "$SIGN_FILE" "$1" "$K/vendor.key" "$K/vendor.pem" "$SCRATCH/expected-$1.ko"
}

as_sign_file() {
    local hash
    for hash in sha1 sha224 sha256 sha384 sha512; do
        expected "$hash"
        signs "$KEY" "$K/vendor.pem" "$hash" "$SCRATCH/$hash"
        same "$SCRATCH/$hash/hello.ko" "$SCRATCH/expected-$hash.ko"
    done
    equal "$(modinfo -F signer "$SCRATCH/sha512/hello.ko")" 'vendor module signing key'
    equal "$(modinfo -F sig_hashalgo "$SCRATCH/sha512/hello.ko")" sha512
}

# Every way to name the same key gives the same bytes.
named_otherwise() {
    local uri serial number=0
    expected sha256
    serial=$(softhsm2-util --show-slots | awk '/Serial number/ {serial = $3} /Label: *Example; signing/ {print serial}')
    printf '%s\nnot of it' "$PIN" >"$SCRATCH/pin"
    for uri in 'pkcs11:id=%A1%b2;token=Example%3b signing' "pkcs11:serial=$serial;object=vendor" \
        "$KEY?pin-source=file:$SCRATCH/pin" "$KEY?pin-source=$SCRATCH/pin" "$KEY?pin-value=4711%2dpin&x-vendor=1" \
        "$KEY?module-path=$MODULE"; do
        number=$((number + 1))
        (
            # What the URI says counts, not the environment.
            case $uri in *pin-*) export KBUILD_SIGN_PIN=wrong ;; *module-path*) export PKCS11_MODULE_PATH=/nowhere.so ;; esac
            signs "$uri" "$K/vendor.der" sha256 "$SCRATCH/named/$number"
        )
        same "$SCRATCH/named/$number/hello.ko" "$SCRATCH/expected-sha256.ko"
    done
}

# An ECDSA signature differs from one time to the next: openssl says whether it is good.
curves() {
    local name
    for name in curve:03:sha512 curve:03:sha256 short:04:sha512; do
        IFS=: read -r name id hash <<<"$name"
        "$MKDKMS" sign "$SCRATCH/given/hello.ko" --sign-key "pkcs11:token=Example%3B%20signing;object=curve;id=%$id" \
            --sign-cert "$K/$name.pem" --sign-hash "$hash" --detached -o "$SCRATCH/$name-$hash"
        verified "$SCRATCH/$name-$hash/hello.ko.p7s" "$SCRATCH/given/hello.ko" "$K/$name.pem"
    done
}

# verified SIGNATURE CONTENT CERTIFICATE
verified() {
    openssl cms -verify -binary -inform DER -in "$1" -content "$2" -certfile "$3" -nointern -noverify -out /dev/null
}

many() {
    local name
    mkdir "$SCRATCH/many"
    for name in {1..40}; do cp "$SCRATCH/given/hello.ko" "$SCRATCH/many/m$name.ko"; done
    expected sha256
    "$MKDKMS" sign "$SCRATCH"/many/*.ko -j 8 --sign-key "$KEY" --sign-cert "$K/vendor.pem" --sign-hash sha256
    for name in {1..40}; do same "$SCRATCH/many/m$name.ko" "$SCRATCH/expected-sha256.ko"; done
}

# The modules of a .deb and of a bundle, and the bundle's own signature, are what a key from a file makes of them.
packages() {
    local way
    for way in file token; do
        local key=$K/vendor.key
        [ "$way" = file ] || key=$KEY
        "$MKDKMS" deb "$HELLO" --kind modules -k "$K1" --require-signature --sign-key "$key" --sign-cert "$K/vendor.pem" \
            -o "$SCRATCH/$way"
        "$MKDKMS" bundle "$HELLO" -k "$K1" --require-signature --sign-key "$key" --sign-cert "$K/vendor.pem" -o "$SCRATCH/$way"
    done
    diff -r "$SCRATCH/file" "$SCRATCH/token"
    mkdir "$SCRATCH/deb"
    dpkg-deb -x "$SCRATCH"/token/hello-modules-"$K1"_*.deb "$SCRATCH/deb"
    equal "$(modinfo -F signer "$(find "$SCRATCH/deb" -name 'hello.ko*')")" 'vendor module signing key'
    mkdir "$SCRATCH/bundle"
    tar -xf "$SCRATCH"/token/*bundle*.tar.* -C "$SCRATCH/bundle" --strip-components 1
    verified "$SCRATCH/bundle/SHA256SUMS.p7s" "$SCRATCH/bundle/SHA256SUMS" "$K/vendor.pem"
    # No secret gets into what is delivered.
    lacks_below "$SCRATCH/token" -a -e "$PIN" -e pkcs11:
    lacks_below "$SCRATCH/bundle" -a -e "$PIN" -e pkcs11:
}

# By the settings file, whose pkcs11: is no path beside it.
by_settings() {
    tree_copy "$HELLO" "$SCRATCH/tree"
    printf 'sign-key: "%s"\nsign-cert: %s\nrequire-signature: true\n' "$KEY" "$K/vendor.pem" >"$SCRATCH/tree/mkdkms.yaml"
    "$MKDKMS" deb "$SCRATCH/tree" --settings "$SCRATCH/tree/mkdkms.yaml" --kind modules -k "$K1" -o "$SCRATCH/by-settings"
    dpkg-deb -x "$SCRATCH"/by-settings/hello-modules-"$K1"_*.deb "$SCRATCH/by-settings-deb"
    equal "$(modinfo -F signer "$(find "$SCRATCH/by-settings-deb" -name 'hello.ko*')")" 'vendor module signing key'
}

# finds CODE PATTERN [VARIABLE=VALUE…] URI: told by a run, and by a dry one, before anything is built or written; never
# with the PIN.
finds() {
    local code=$1 pattern=$2 status=1 run
    shift 2
    local variables=("${@:1:$#-1}") uri=${*: -1}
    [ "$code" != bad-token-uri ] || status=64
    for run in '' --dry-run; do
        refused "$status" "$pattern" env "${variables[@]}" "$MKDKMS" bundle "$BROKEN" -k "$K1" $run --require-signature \
            --sign-key "$uri" --sign-cert "$K/vendor.pem" -o "$SCRATCH/nothing"
        grep -qF "[$code]" "$SCRATCH/err" || fail "no [$code]"
        lacks "$SCRATCH/err" 'pin-value=|4711|not-the-pin'
        absent "$SCRATCH/nothing"
    done
}

faults() {
    finds wrong-token-pin 'KBUILD_SIGN_PIN' KBUILD_SIGN_PIN=not-the-pin "$KEY"
    finds wrong-token-pin 'refuses the PIN' "$KEY?pin-value=not-the-pin"
    finds token-pin-needed 'KBUILD_SIGN_PIN' -u KBUILD_SIGN_PIN "$KEY"
    finds token-pin-needed 'KBUILD_SIGN_PIN' KBUILD_SIGN_PIN= "$KEY"
    finds no-such-token 'token=second' 'pkcs11:token=absent;object=vendor'
    finds ambiguous-token 'token=Example%3b%20signing;serial=[^,]*, token=second' 'pkcs11:object=vendor'
    finds no-such-token-key 'object=curve;id=%03, object=curve;id=%04, object=vendor;id=%a1%b2' 'pkcs11:token=Example%3B%20signing;object=absent'
    finds ambiguous-token-key 'id=%04' 'pkcs11:token=Example%3B%20signing;object=curve'
    finds key-mismatch 'certificate' 'pkcs11:token=second;object=other'
    finds key-mismatch 'certificate' 'pkcs11:token=Example%3B%20signing;id=%03'
    finds no-token-module 'PKCS11_MODULE_PATH' PKCS11_MODULE_PATH=/nowhere/pkcs11.so "$KEY"
    finds no-token-module 'C_GetFunctionList' PKCS11_MODULE_PATH=libz.so.1 "$KEY"
    finds bad-token-uri 'objekt' 'pkcs11:token=second;objekt=vendor'
    finds bad-token-uri 'hexadecimal' 'pkcs11:token=second%2;object=vendor'
    finds bad-token-uri 'twice' 'pkcs11:object=a;object=b'
    finds bad-token-uri 'private' 'pkcs11:token=second;type=cert'
    finds bad-token-uri 'both' "pkcs11:token=second?pin-value=$PIN&pin-source=/dev/null"
    finds bad-token-uri 'pin-source' "pkcs11:token=second?pin-source=%7Ccat"
    finds bad-token-uri 'behind a \?' "pkcs11:token=second;pin-value=$PIN"
    finds bad-token-uri 'behind a \?' "pkcs11:token=second&pin-value=$PIN"
    finds bad-token-uri 'behind a \?' "pkcs11:token=second?module-path=/nowhere.so;pin-value=$PIN"
    finds file-error 'no such file' "pkcs11:token=second?pin-source=file:///nowhere/pin"
}

# Without a library of one's own, all that are registered with p11-kit are asked.
registered() {
    local none
    mkdir "$SCRATCH/registered"
    printf 'module: %s\n' "$MODULE" >"$SCRATCH/registered/softhsm2.module"
    expected sha256
    for none in -uPKCS11_MODULE_PATH PKCS11_MODULE_PATH=; do
        bwrap --dev-bind / / --tmpfs /etc/pkcs11 --bind "$SCRATCH/registered" /etc/pkcs11/modules \
            env "$none" "$MKDKMS" sign "$SCRATCH/given/hello.ko" --sign-key "$KEY" --sign-cert "$K/vendor.pem" \
            --sign-hash sha256 -o "$SCRATCH/through-p11-kit/$none"
        same "$SCRATCH/through-p11-kit/$none/hello.ko" "$SCRATCH/expected-sha256.ko"
    done
}

# A key that asks for the PIN before each signature gets it each time.
asking() {
    pkcs11-tool --module "$MODULE" --token-label second --login --pin "$PIN" --keypairgen --key-type rsa:2048 \
        --always-auth --label asking --id 77 >/dev/null
    pkcs11-tool --module "$MODULE" --token-label second --read-object --type pubkey --label asking \
        --output-file "$K/asking.pub" >/dev/null
    # Its certificate is signed by another key: nobody looks at that.
    openssl req -new -key "$K/other.key" -subj /CN=asking |
        openssl x509 -req -force_pubkey "$K/asking.pub" -signkey "$K/other.key" -out "$K/asking.pem"
    cp "$SCRATCH/given/hello.ko" "$SCRATCH/asking-2.ko"
    "$MKDKMS" sign "$SCRATCH/given/hello.ko" "$SCRATCH/asking-2.ko" --sign-key 'pkcs11:token=second;object=asking' \
        --sign-cert "$K/asking.pem" --sign-hash sha256 --detached -o "$SCRATCH/asking"
    verified "$SCRATCH/asking/asking-2.ko.p7s" "$SCRATCH/given/hello.ko" "$K/asking.pem"
    verified "$SCRATCH/asking/hello.ko.p7s" "$SCRATCH/given/hello.ko" "$K/asking.pem"
}

# stubbed VARIABLE=VALUE… COMMAND…: SoftHSM, otherwise than it is.
stubbed() {
    rm -f "$SCRATCH/logins"
    env TOKEN_LIBRARY="$MODULE" TOKEN_LOG="$SCRATCH/logins" PKCS11_MODULE_PATH="$SCRATCH/stub.so" "$@"
}

odd_libraries() {
    local modules=("$SCRATCH"/refused/{a,b,c,d}.ko) module
    token_stub "$SCRATCH/stub.so"
    expected sha256
    stubbed TOKEN_BOASTS=yes "$MKDKMS" sign "$SCRATCH/given/hello.ko" --sign-key "$KEY" --sign-cert "$K/vendor.pem" \
        --sign-hash sha256 -o "$SCRATCH/boasting"
    same "$SCRATCH/boasting/hello.ko" "$SCRATCH/expected-sha256.ko"
    equal "$(cat "$SCRATCH/logins")" 'login 1'
    # Of tokens that all ask for no login, none is taken for another's.
    refused 1 'token=second' stubbed TOKEN_OPEN=yes "$MKDKMS" sign "$SCRATCH/given/hello.ko" --sign-key pkcs11:object=vendor \
        --sign-cert "$K/vendor.pem" --sign-hash sha256 -o "$SCRATCH/nothing"
    contains "$SCRATCH/err" '\[ambiguous-token\]'
    # A PIN that is refused before a signature is not tried again: 1 is the user's, 2 each of a signature.
    mkdir "$SCRATCH/refused"
    for module in "${modules[@]}"; do cp "$SCRATCH/given/hello.ko" "$module"; done
    refused 1 'refuses the PIN' stubbed TOKEN_REFUSES=3 "$MKDKMS" sign "${modules[@]}" -j 1 \
        --sign-key 'pkcs11:token=second;object=asking' --sign-cert "$K/asking.pem" --sign-hash sha256 --detached \
        -o "$SCRATCH/refused-signatures"
    equal "$(tr '\n' ' ' <"$SCRATCH/logins")" 'login 1 login 2 login 2 login 2 '
}

name='a key on a token'
if needs_kernel "$name" && needs_program "$name" softhsm2-util pkcs11-tool openssl modinfo; then
    if [ -z "$MODULE" ]; then
        skip "$name" "SoftHSM's library is not installed"
    else
        check 'two tokens are made with keys that are in files, too' prepare
        if [ -n "$SIGN_FILE" ]; then
            check 'a module signed by a token is byte for byte what sign-file makes with the same key' as_sign_file
            check 'however the key is named, and wherever the PIN and the library come from' named_otherwise
            check 'forty modules are signed side by side' many
            if needs_mounts 'p11-kit' && needs_program 'p11-kit' bwrap; then
                check 'tokens of libraries that p11-kit knows are found without naming one' registered
            fi
        else
            skip 'the same bytes as sign-file' 'no sign-file with these headers'
        fi
        check 'openssl verifies what an ECDSA key of a token signs' curves
        check 'a key that asks for the PIN each time gets it' asking
        if needs_program 'odd libraries' gcc; then
            check 'no library is trusted with its numbers, and no PIN tried again that was refused' odd_libraries
        fi
        check 'packages and bundles are the same as with a key from a file' packages
        check 'the settings file names such a key' by_settings
        check 'a wrong PIN, key, token, library or URI is told before anything is built' faults
    fi
fi
finish
