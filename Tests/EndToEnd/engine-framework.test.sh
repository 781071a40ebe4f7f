#!/bin/bash
# shellcheck disable=SC2016 # $kernelver and the like are for dkms.conf to expand
# Settings of framework.conf, keys, kernel hooks and the order of autoinstall, as far as dkms's own suite doesn't reach them.
. "$(dirname "$0")/engine-cases.sh"

build_environment() {
    source_of hello 1.5.0 'MAKE[0]="env; cp built/$kernelver hello.ko"'
    printf 'export A_TEST_VARIABLE="of the build"\necho noise\n' >"$LAYERS/environment"
    framework "build_environment=\"$LAYERS/environment\""
    says 0 engine build hello/1.5.0 -k "$K1" <<TEXT
$added

$building
TEXT
    contains "$log" '^A_TEST_VARIABLE=of the build$'
}

post_transaction() {
    source_of hello 1.5.0
    framework "post_transaction=\"echo transacted\""
    quietly engine add hello/1.5.0
    says 0 engine build hello/1.5.0 -k "$K1" <<<"$building"
    says 0 engine install hello/1.5.0 -k "$K1" <<TEXT
Installing $installed_module
Running depmod... done.
Executing post-transaction command... done.
TEXT
    contains "$TREE/post_transaction.log" '^transacted$'
    contains "$TREE/post_transaction.log" '^# command: echo transacted$'
    says 0 engine uninstall hello/1.5.0 -k "$K1" <<TEXT
Module hello/1.5.0 for kernel $K1 ($ARCH):
Before uninstall, this module version was ACTIVE on this kernel.
Deleting $installed_module
Running depmod... done.
Executing post-transaction command... done.
TEXT
    framework 'post_transaction="exit 4"'
    ends 0 engine install hello/1.5.0 -k "$K1"
    contains "$SCRATCH/said" '^Executing post-transaction command\.\.\.\(bad exit status: 4\)$'
}

# Never run by autoinstall and the kernel hooks of dkms.
post_transaction_of_hooks() {
    source_of hello 1.5.0
    framework "post_transaction=\"echo transacted\""
    quietly engine add hello/1.5.0
    local verb
    for verb in autoinstall kernel_postinst; do
        ends 0 engine "$verb" -k "$K1"
        contains "$SCRATCH/said" '^Executing post-transaction command\.\.\. done\.$'
        quietly engine unbuild hello/1.5.0 -k "$K1"
    done
}

parallel_jobs() {
    source_of hello 1.5.0 'MAKE[0]="make all"'
    # shellcheck disable=SC2016 # make's own words
    printf 'all:\n\tcp built/$(KERNELRELEASE) hello.ko\n' >"$SRC/Makefile"
    framework 'parallel_jobs=5'
    builds
    contains "$log" "^# command: make -j5 KERNELRELEASE=$K1 all$"
    builds -j 3
    contains "$log" "^# command: make -j3 KERNELRELEASE=$K1 all$"
    rm /etc/dkms/framework.conf.d/test.conf
    parallel_jobs=4 builds
    contains "$log" "^# command: make -j4 KERNELRELEASE=$K1 all$"
}

no_autoinstall() {
    source_of hello 1.5.0
    quietly engine add hello/1.5.0
    : >/etc/dkms/no-autoinstall
    says 0 engine autoinstall -k "$K1" <<<'Automatic installation of modules has been disabled.'
    says 0 engine kernel_postinst -k "$K1" <<<'Automatic installation of modules has been disabled.'
}

# compressed SUFFIX TEST-COMMAND…: what the kernel's own modules end in is what ours end in.
compressed() {
    source_of hello 1.5.0
    mkdir -p "/lib/modules/$K1/kernel/drivers"
    : >"/lib/modules/$K1/kernel/drivers/some.ko.$1"
    says 0 engine install hello/1.5.0 -k "$K1" <<TEXT
$added

$building
Installing $installed_module.$1
Running depmod... done.
TEXT
    "${@:2}" "$installed_module.$1"
    # modinfo of some distributions reads no .gz.
    if [ "$1" = gz ]; then
        gzip -dc "$installed_module.gz" >"$LAYERS/plain.ko"
        is_for "$K1" "$LAYERS/plain.ko"
    else
        is_for "$K1" "$installed_module.$1"
    fi
    status_is <<<"hello/1.5.0, $K1, $ARCH: installed"
    says 0 engine uninstall hello/1.5.0 -k "$K1" <<TEXT
Module hello/1.5.0 for kernel $K1 ($ARCH):
Before uninstall, this module version was ACTIVE on this kernel.
Deleting $installed_module.$1
Running depmod... done.
TEXT
    absent "/lib/modules/$K1/updates"
}
kernel_reads_xz() { xz --robot --list -vv "$1" | grep 'CRC32' >/dev/null; }

generate_mok() {
    says 0 engine generate_mok <<TEXT
Signing key: $TREE/mok.key
Public certificate (MOK): $TREE/mok.pub
Certificate or key are missing, generating self signed certificate for MOK...
TEXT
    openssl x509 -inform DER -in "$TREE/mok.pub" -noout -text >"$SCRATCH/certificate"
    contains "$SCRATCH/certificate" 'Subject: CN ?= ?DKMS module signing key'
    contains "$SCRATCH/certificate" 'Public-Key: \(2048 bit\)'
    contains "$SCRATCH/certificate" 'Code Signing'
    equal "$(stat -c %a "$TREE/mok.key")" 600
    equal "$(openssl x509 -inform DER -in "$TREE/mok.pub" -noout -pubkey)" "$(openssl pkey -in "$TREE/mok.key" -pubout)"
    local before
    before=$(sha256sum "$TREE"/mok.*)
    says 0 engine generate_mok <<TEXT
Signing key: $TREE/mok.key
Public certificate (MOK): $TREE/mok.pub
TEXT
    equal "$(sha256sum "$TREE"/mok.*)" "$before"
    # shellcheck disable=SC2016 # a variable of framework.conf
    framework "mok_signing_key=$LAYERS/a.key" "mok_certificate=$LAYERS/a.pub"
    ends 0 engine generate_mok
    present "$LAYERS/a.key" "$LAYERS/a.pub"
}

# One of the two is missing: dkms overwrites the other.
half_a_key() {
    quietly engine generate_mok
    rm "$TREE/mok.pub"
    cp "$TREE/mok.key" "$LAYERS/kept"
    engine generate_mok || true
    same "$LAYERS/kept" "$TREE/mok.key"
}

signing() {
    source_of hello 1.5.0
    quietly engine add hello/1.5.0
    rm /etc/dkms/framework.conf.d/unsigned.conf
    make_key "$LAYERS" own
    # shellcheck disable=SC2016 # a variable of framework.conf
    framework 'try_sign_modules="true"' "mok_signing_key=\"$LAYERS/own.key\"" "mok_certificate=\"$LAYERS/own.der\"" \
        'sign_file="/lib/modules/$kernelver/build/scripts/sign-file"'
    says 0 engine build hello/1.5.0 -k "$K1" <<TEXT
Sign command: /lib/modules/$K1/build/scripts/sign-file
Signing key: $LAYERS/own.key
Public certificate (MOK): $LAYERS/own.der

Building module(s)... done.
Signing module $TREE/hello/1.5.0/build/hello.ko
TEXT
    equal "$(modinfo -F signer "$base/module/hello.ko")" 'own module signing key'
    framework 'try_sign_modules="true"' 'sign_file="/nonexistent/sign-file"'
    says 0 engine build hello/1.5.0 -k "$K1" --force <<'TEXT'
Sign command: /nonexistent/sign-file
Binary /nonexistent/sign-file not found, modules won't be signed

Building module(s)... done.
TEXT
    says_nothing modinfo -F signer "$base/module/hello.ko"
    framework ''
    says 0 engine build hello/1.5.0 -k "$K1" --force <<'TEXT'
Running in chroot, modules won't be signed

Building module(s)... done.
TEXT
}

# A key on a token, without the engine or provider of OpenSSL that the kernel's sign-file needs; a wrong PIN is tried once.
token_signing() {
    local library kernels=(-k "$K1" ${K2:+-k "$K2"}) kernel key
    library=$(softhsm_library)
    source_of two-modules 2.1
    quietly engine add two-modules/2.1
    rm /etc/dkms/framework.conf.d/unsigned.conf
    make_key "$LAYERS" own
    export SOFTHSM2_CONF=$LAYERS/softhsm2.conf PKCS11_MODULE_PATH=$library KBUILD_SIGN_PIN=4711
    mkdir "$LAYERS/tokens"
    echo "directories.tokendir = $LAYERS/tokens" >"$SOFTHSM2_CONF"
    softhsm2-util --init-token --free --label engine --pin 4711 --so-pin 12345678
    softhsm2-util --import "$LAYERS/own.key" --token engine --label own --id 01 --pin 4711
    framework 'try_sign_modules="true"' "mok_signing_key=\"$LAYERS/own.key\"" "mok_certificate=\"$LAYERS/own.der\""
    quietly engine build two-modules/2.1 -k "$K1"
    cp -r "$TREE/two-modules/2.1/$K1/$ARCH/module" "$LAYERS/by-file"
    framework 'try_sign_modules="true"' 'mok_signing_key="pkcs11:token=engine;object=own"' "mok_certificate=\"$LAYERS/own.der\""
    quietly engine build two-modules/2.1 -k "$K1" --force
    contains "$SCRATCH/said" '^Signing key: pkcs11:token=engine;object=own$'
    lacks "$SCRATCH/said" 'Failed to sign'
    diff -r "$LAYERS/by-file" "$TREE/two-modules/2.1/$K1/$ARCH/module"
    equal "$(modinfo -F signer "$(find "$LAYERS/by-file" -name '*.ko*' | head -n 1)")" 'own module signing key'
    # Of a URI that may have the PIN in it, that is never told.
    for key in 'token=engine;object=own?pin-value=4711' 'token=engine;object=own;pin-value=4711'; do
        framework 'try_sign_modules="true"' "mok_signing_key=\"pkcs11:$key\"" "mok_certificate=\"$LAYERS/own.der\""
        quietly engine build two-modules/2.1 -k "$K1" --force
        contains "$SCRATCH/said" '^Signing key: pkcs11:token=engine;object=own$'
        lacks "$SCRATCH/said" 4711
    done
    # What stands in the way before a login is for sign-file, whose libcrypto may be set up for more.
    framework 'try_sign_modules="true"' 'mok_signing_key="pkcs11:library-description=x;object=own"' \
        "mok_certificate=\"$LAYERS/own.der\""
    quietly engine build two-modules/2.1 -k "$K1" --force
    contains "$SCRATCH/said" 'SSL error'
    contains "$SCRATCH/said" 'library-description is no attribute'
    framework 'try_sign_modules="true"' 'mok_signing_key="pkcs11:token=engine;object=own"' "mok_certificate=\"$LAYERS/own.der\""
    KBUILD_SIGN_PIN='' quietly engine build two-modules/2.1 -k "$K1" --force
    contains "$SCRATCH/said" 'SSL error'
    contains "$SCRATCH/said" 'is opened by a PIN'
    # Two kernels are one login.
    token_stub "$LAYERS/stub.so"
    export TOKEN_LIBRARY=$library TOKEN_LOG=$LAYERS/logins PKCS11_MODULE_PATH=$LAYERS/stub.so
    KBUILD_SIGN_PIN=not-the-pin quietly engine build two-modules/2.1 "${kernels[@]}" --force
    equal "$(cat "$LAYERS/logins")" 'login 1'
    contains "$SCRATCH/said" 'Failed to sign module'
    contains "$SCRATCH/said" 'refuses the PIN'
    lacks "$SCRATCH/said" 'not-the-pin|SSL error'
    for kernel in "$K1" ${K2:+"$K2"}; do
        says_nothing modinfo -F signer "$(one "$TREE/two-modules/2.1/$kernel/$ARCH/module" '*.ko*')"
    done
}

# signed_by CERTIFICATE FILE: the signature at the end of a module is over the bytes before it.
signed_by() {
    python3 - "$2" "$SCRATCH/body" "$SCRATCH/message" <<'PYTHON'
import struct, sys
module = open(sys.argv[1], "rb").read()
marker = b"~Module signature appended~\n"
assert module.endswith(marker), "no signature"
block = len(module) - len(marker) - 12
length = struct.unpack(">I", module[block + 8 : block + 12])[0]
open(sys.argv[2], "wb").write(module[: block - length])
open(sys.argv[3], "wb").write(module[block - length : block])
PYTHON
    openssl x509 -inform DER -in "$1" -out "$SCRATCH/certificate.pem"
    openssl cms -verify -binary -inform DER -in "$SCRATCH/message" -content "$SCRATCH/body" -out /dev/null \
        -certfile "$SCRATCH/certificate.pem" -nointern -noverify
}

# What POST_BUILD changes is signed again, unless the script has signed it itself.
post_build_changes() {
    local module=$base/module/hello.ko
    source_of hello 1.5.0 'POST_BUILD="post"'
    printf '#!/bin/sh\nsed -i s/author=/AUTHOR=/ ../%s/%s/module/hello.ko\n' "$K1" "$ARCH" >"$SRC/post"
    chmod +x "$SRC/post"
    quietly engine add hello/1.5.0
    rm /etc/dkms/framework.conf.d/unsigned.conf
    make_key "$LAYERS" own
    framework 'try_sign_modules="true"' "mok_signing_key=\"$LAYERS/own.key\"" "mok_certificate=\"$LAYERS/own.der\""
    quietly engine build hello/1.5.0 -k "$K1"
    grep -q AUTHOR= "$module"
    signed_by "$LAYERS/own.der" "$module"
    make_key "$LAYERS" other
    cat >>"$SRC/post" <<END
/lib/modules/$K1/build/scripts/sign-file sha256 $LAYERS/other.key $LAYERS/other.der ../$K1/$ARCH/module/hello.ko
END
    quietly engine build hello/1.5.0 -k "$K1" --force
    equal "$(modinfo -F signer "$module")" 'other module signing key'
}

kernel_hooks() {
    source_of hello 1.5.0
    source_of manual 1 'AUTOINSTALL=no'
    quietly engine install hello/1.5.0 -k "$K1"
    quietly engine install manual/1 -k "$K1"
    # Before a kernel's upgrade: what autoinstall brings back goes.
    says 0 engine kernel_preinst -k "$K1" <<TEXT
dkms: removing module hello/1.5.0 for kernel $K1 ($ARCH)
Module hello/1.5.0 for kernel $K1 ($ARCH):
Before uninstall, this module version was ACTIVE on this kernel.
Deleting $installed_module
Running depmod... done.
TEXT
    status_is < <(printf '%s\n' 'hello/1.5.0: added' "manual/1, $K1, $ARCH: installed")
    says 0 engine kernel_postinst -k "$K1" <<TEXT
$unsigned_prologue
Autoinstall of module hello/1.5.0 for kernel $K1 ($ARCH)
Building module(s)... done.
Installing $installed_module
Running depmod... done.

Autoinstall on $K1 succeeded for module(s) manual hello.
TEXT
    says 0 engine kernel_prerm -k "$K1" <<TEXT
dkms: removing module hello/1.5.0 for kernel $K1 ($ARCH)
Module hello/1.5.0 for kernel $K1 ($ARCH):
Before uninstall, this module version was ACTIVE on this kernel.
Deleting $installed_module

dkms: removing module manual/1 for kernel $K1 ($ARCH)
Module manual/1 for kernel $K1 ($ARCH):
Before uninstall, this module version was ACTIVE on this kernel.
Deleting /lib/modules/$K1/updates/dkms/manual.ko

Running depmod... done.
TEXT
    status_is < <(printf '%s\n' 'hello/1.5.0: added' 'manual/1: added')
    absent "/lib/modules/$K1/updates" "$TREE/depmod-pending-$K1-$ARCH"
    says 0 engine kernel_prerm -k "$K1" </dev/null
}

newest_version() {
    source_of hello 1.4.0
    source_of hello 1.5.0
    MODULE_VERSION=1.6.0 source_of hello 1.10.0
    local version
    for version in 1.10.0 1.4.0 1.5.0; do quietly engine add "hello/$version"; done
    quietly engine autoinstall -k "$K1"
    status_is < <(printf '%s\n' "hello/1.10.0, $K1, $ARCH: installed" 'hello/1.4.0: added' 'hello/1.5.0: added')
}

match() {
    source_of hello 1.5.0
    source_of other 1
    says 0 engine match --templatekernel "$K1" -k "$K2" <<TEXT

Matching modules in kernel: $K2 ($ARCH)
to the configuration of kernel: $K1 ($ARCH)

There is nothing to be done for this match.
TEXT
    quietly engine install hello/1.5.0 -k "$K1"
    quietly engine install other/1 -k "$K1"
    says 0 engine match --templatekernel="$K1" -k "$K2" <<TEXT

Matching modules in kernel: $K2 ($ARCH)
to the configuration of kernel: $K1 ($ARCH)
Module:  hello
Version: 1.5.0
$unsigned_prologue
Building module(s)... done.
Installing /lib/modules/$K2/updates/dkms/hello.ko
Running depmod... done.
Module:  other
Version: 1
$unsigned_prologue
Building module(s)... done.
Installing /lib/modules/$K2/updates/dkms/other.ko
Running depmod... done.
TEXT
    is_for "$K2" "/lib/modules/$K2/updates/dkms/hello.ko"
    quietly engine unbuild hello/1.5.0 -k "$K2"
    quietly engine unbuild other/1 -k "$K2"
    quietly engine match other --templatekernel "$K1" -k "$K2"
    says 0 engine status -k "$K2" < <(printf '%s\n' 'hello/1.5.0: added' "other/1, $K2, $ARCH: installed")
}

# The dependents of a module that came in another version are built again.
rebuild() {
    source_of base 1
    source_of hello 1.5.0 'BUILD_DEPENDS[0]="base"' 'BUILD_DEPENDS_REBUILD="yes"'
    quietly engine install base/1 -k "$K1"
    quietly engine install hello/1.5.0 -k "$K1"
    equal "$(cat "$base/.dep_base")" 1
    MODULE_VERSION=1.6.0 source_of base 2
    ends 0 engine install base/2 -k "$K1"
    contains "$SCRATCH/said" '^Rebuilding module hello/1\.5\.0 due to updated dependencies$'
    equal "$(cat "$base/.dep_base")" 2
    engine status >"$SCRATCH/status"
    contains "$SCRATCH/status" "^base/2, $K1, $ARCH: installed$"
    contains "$SCRATCH/status" "^hello/1\.5\.0, $K1, $ARCH: installed$"
}

dependency_order() {
    source_of a-last 1 'BUILD_DEPENDS[0]="b-mid"' 'BUILD_DEPENDS[1]="c-first"'
    source_of b-mid 1 'BUILD_DEPENDS[0]="c-first"'
    source_of c-first 1
    local name
    for name in a-last b-mid c-first; do quietly engine add "$name/1"; done
    ends 0 engine autoinstall -k "$K1"
    grep -E '^Autoinstall of module' "$SCRATCH/said" | cut -d ' ' -f 4 | diff - <(printf '%s\n' c-first/1 b-mid/1 a-last/1)
    contains "$SCRATCH/said" "^Autoinstall on $K1 succeeded for module\(s\) c-first b-mid a-last\.$"
}

begin "framework.conf, keys, kernels"
case_of "build_environment" build_environment
case_of "post_transaction" post_transaction
ours "post_transaction of autoinstall and kernel_postinst" in_fresh post_transaction_of_hooks
case_of "parallel_jobs" parallel_jobs
case_of "no-autoinstall" no_autoinstall
case_of "modules as the kernel's: .gz" compressed gz gzip -t
case_of "modules as the kernel's: .xz, with CRC32" compressed xz kernel_reads_xz
case_of "modules as the kernel's: .zst" compressed zst zstd -qt
case_of "generate_mok" generate_mok
ours "half a key pair is never overwritten" in_fresh half_a_key
case_of "a signing key and tool of one's own" signing
if needs_program "a signing key on a token" softhsm2-util; then ours "a signing key on a token" in_fresh token_signing; fi
ours "what POST_BUILD changes is signed again" in_fresh post_build_changes
case_of "kernel_preinst, kernel_postinst, kernel_prerm" kernel_hooks
case_of "autoinstall takes the newest version" newest_version
if needs_two_kernels match; then case_of "match" match; fi
case_of "BUILD_DEPENDS_REBUILD" rebuild
case_of "autoinstall in the order of BUILD_DEPENDS" dependency_order
finish
