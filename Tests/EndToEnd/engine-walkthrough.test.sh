#!/bin/bash
# What administrators are taught to do with /usr/src/hello-1.5.0, step by step, for a kernel that is not the running
# one, as `dkms VERB` and as `mkdkms VERB`; and the same with the tree as it is often found, whose Makefile builds for
# the running kernel.
. "$(dirname "$0")/engine-lib.sh"

signed() {
    rm -f /etc/dkms/framework.conf.d/unsigned.conf
    printf 'try_sign_modules="true"\n' >/etc/dkms/framework.conf.d/signed.conf
}

# What is said before a kernel's first build: the tool and the key that sign.
prologue() {
    local tool=/usr/lib/linux-kbuild-${1%.*}/scripts/sign-file
    [ -e "$tool" ] || tool=/lib/modules/$1/build/scripts/sign-file
    printf '%s\n' "Sign command: $tool" "Signing key: $TREE/mok.key" "Public certificate (MOK): $TREE/mok.pub"
    [ -e "$TREE/mok.pub" ] ||
        echo 'Certificate or key are missing, generating self signed certificate for MOK...'
    echo
}

# The second kernel comes later: its folder is out of the way until then.
start() {
    fresh
    signed
    tree_copy "$1" /usr/src/hello-1.5.0
    FINGERPRINT=$(source_fingerprint)
    mkdir -p "/lib/modules/$K1/kernel"
    : >"/lib/modules/$K1/modules.dep"
    [ -z "$K2" ] || mv "/lib/modules/$K2" "$LAYERS/later"
}

source_fingerprint() { (cd /usr/src/hello-1.5.0 && find . -type f -exec sha256sum {} + | sort); }

add() {
    says 0 engine add -m hello -v 1.5.0 <<TEXT
Creating symlink $TREE/hello/1.5.0/source -> /usr/src/hello-1.5.0
TEXT
    equal "$(readlink "$TREE/hello/1.5.0/source")" /usr/src/hello-1.5.0
    status_is <<<'hello/1.5.0: added'
}

build() {
    says 0 engine build -m hello -v 1.5.0 -k "$K1" <<TEXT
$(prologue "$K1")

Building module(s)... done.
Signing module $TREE/hello/1.5.0/build/hello.ko
TEXT
    status_is <<<"hello/1.5.0, $K1, $ARCH: built"
    contains "$TREE/hello/1.5.0/$K1/$ARCH/log/make.log" \
        "^DKMS \(dkms-3\.4\.3\) make\.log for hello/1\.5\.0 for kernel $K1 \($ARCH\)$"
    contains "$TREE/hello/1.5.0/$K1/$ARCH/log/make.log" '^# exit code: 0$'
    equal "$(stat -c %a "$TREE/mok.key")" 600
    openssl x509 -inform DER -in "$TREE/mok.pub" -noout -subject | grep 'DKMS module signing key' >/dev/null
    is_for "$K1" "$TREE/hello/1.5.0/$K1/$ARCH/module/hello.ko"
}

install() {
    says 0 engine install -m hello -v 1.5.0 -k "$K1" <<TEXT
Installing /lib/modules/$K1/updates/dkms/hello.ko
Running depmod... done.
TEXT
    equal "$(readlink "$TREE/hello/kernel-$K1-$ARCH")" "1.5.0/$K1/$ARCH"
    same "$TREE/hello/1.5.0/$K1/$ARCH/module/hello.ko" "/lib/modules/$K1/updates/dkms/hello.ko"
    status_is <<<"hello/1.5.0, $K1, $ARCH: installed"
}

modinfo_says() {
    modinfo -k "$K1" hello | tee "$SCRATCH/modinfo"
    contains "$SCRATCH/modinfo" "^filename: +/lib/modules/$K1/updates/dkms/hello\.ko$"
    contains "$SCRATCH/modinfo" '^version: +1\.5\.0$'
    contains "$SCRATCH/modinfo" '^srcversion: +[0-9A-F]+$'
    contains "$SCRATCH/modinfo" "^vermagic: +$K1 "
    contains "$SCRATCH/modinfo" '^sig_id: +PKCS#7$'
    contains "$SCRATCH/modinfo" '^signer: +DKMS module signing key$'
    contains "$SCRATCH/modinfo" '^sig_hashalgo: +sha(256|512)$'
}

second_kernel() {
    mv "$LAYERS/later" "/lib/modules/$K2"
    says 0 engine kernel_postinst -k "$K2" <<TEXT
$(prologue "$K2")

Autoinstall of module hello/1.5.0 for kernel $K2 ($ARCH)
Building module(s)... done.
Signing module $TREE/hello/1.5.0/build/hello.ko
Installing /lib/modules/$K2/updates/dkms/hello.ko
Running depmod... done.

Autoinstall on $K2 succeeded for module(s) hello.
TEXT
    status_is < <(printf '%s\n' "hello/1.5.0, $K1, $ARCH: installed" "hello/1.5.0, $K2, $ARCH: installed")
    is_for "$K1" "/lib/modules/$K1/updates/dkms/hello.ko"
    is_for "$K2" "/lib/modules/$K2/updates/dkms/hello.ko"
}

# autoinstall again has nothing to do, and says nothing.
nothing_to_do() {
    says 0 engine autoinstall -k "$K1" </dev/null
    says 0 engine install hello/1.5.0 -k "$K1" <<TEXT
Module hello/1.5.0 already installed on kernel $K1 ($ARCH), skip. You may override by specifying --force.
TEXT
}

again_by_force() {
    says 0 engine install hello/1.5.0 -k "$K1" --force <<TEXT
Module hello/1.5.0 for kernel $K1 ($ARCH):
Before uninstall, this module version was ACTIVE on this kernel.
Deleting /lib/modules/$K1/updates/dkms/hello.ko
Running depmod... done.

Installing /lib/modules/$K1/updates/dkms/hello.ko
Running depmod... done.
TEXT
}

uninstall() {
    says 0 engine uninstall -m hello -v 1.5.0 -k "$K1" <<TEXT
Module hello/1.5.0 for kernel $K1 ($ARCH):
Before uninstall, this module version was ACTIVE on this kernel.
Deleting /lib/modules/$K1/updates/dkms/hello.ko
Running depmod... done.
TEXT
    absent "/lib/modules/$K1/updates" "$TREE/hello/kernel-$K1-$ARCH"
    engine status >"$SCRATCH/status"
    contains "$SCRATCH/status" "^hello/1\.5\.0, $K1, $ARCH: built$"
}

remove() {
    says 0 engine remove -m hello -v 1.5.0 --all <<TEXT
Module hello/1.5.0 is not installed for kernel $K1 ($ARCH). Skipping...

${K2:+Module hello/1.5.0 for kernel $K2 ($ARCH):
Before uninstall, this module version was ACTIVE on this kernel.
Deleting /lib/modules/$K2/updates/dkms/hello.ko
Running depmod... done.

}Deleting module hello/1.5.0 completely from the DKMS tree.
TEXT
    status_is </dev/null
    absent "$TREE/hello" "/lib/modules/$K1/updates" "/lib/modules/${K2:-$K1}/updates"
    equal "$(source_fingerprint)" "$FINGERPRINT"
    no_leftovers
}

# Headers for `uname -r` are there too: a Makefile that asks uname finds them. Right, or refused; never wrong.
as_found() {
    start "$FIXTURES/hello-as-found/hello-1.5.0"
    [ -z "$K2" ] || mv "$LAYERS/later" "/lib/modules/$K2"
    [ -e "/lib/modules/$RUNNING" ] || {
        mkdir "/lib/modules/$RUNNING"
        ln -s "$(realpath "/lib/modules/${K2:-$K1}/build")" "/lib/modules/$RUNNING/build"
    }
    quietly engine add -m hello -v 1.5.0
    if engine install -m hello -v 1.5.0 -k "$K1" >"$SCRATCH/as-found" 2>&1; then
        present "/lib/modules/$K1/updates/dkms/hello.ko"
    else
        contains "$SCRATCH/as-found" '^Error! '
    fi
    cat "$SCRATCH/as-found"
    right_or_absent "$K1"
    engine autoinstall -k "$K1" >"$SCRATCH/as-found" 2>&1 || echo "refused with $?"
    right_or_absent "$K1"
    engine status >"$SCRATCH/status" || fail "status fails"
    if grep -q "$K1, $ARCH: installed" "$SCRATCH/status"; then
        is_for "$K1" "/lib/modules/$K1/updates/dkms/hello.ko"
    fi
}

right_or_absent() {
    local module
    while IFS= read -r module; do is_for "$1" "$module"; done < <(find "/lib/modules/$1" "$TREE/hello/1.5.0/$1" -name 'hello.ko*' 2>/dev/null)
}

walk() {
    local face=$1
    check "$face: the source is in /usr/src" start "$HELLO"
    FINGERPRINT=$(source_fingerprint)
    check "$face add" add
    check "$face build: signed with a new key, logged" build
    check "$face install" install
    check "modinfo -k finds it, for $K1, signed" modinfo_says
    if needs_two_kernels "$face: a second kernel"; then
        check "$face kernel_postinst: a second kernel's headers appear" second_kernel
    fi
    check "$face: what is installed is left alone" nothing_to_do
    check "$face install --force" again_by_force
    check "$face uninstall" uninstall
    check "$face remove --all keeps /usr/src" remove
}

begin "the walk-through"
walk dkms
if ! is_real; then
    ENGINE=$MKDKMS
    walk mkdkms
fi
ours "a Makefile that builds for uname -r: the right kernel, or refused" as_found
finish
