#!/bin/bash
# A bundle that mkdkms made, in a Debian root with neither dkms nor compiler: verified, installed, uninstalled.
# What its install does in every corner is bundle-install.test.sh's; this is the two ends together.
. "$(dirname "$0")/lib.sh"
. "$HERE/root.sh"

keys=$SCRATCH/keys
out=$SCRATCH/out

make_bundle() {
    "$MKDKMS" bundle "$HELLO" -k "$K1" ${K2:+-k "$K2"} --sign-key "$keys/mok.key" --sign-cert "$keys/mok.pem" \
        --sign-hash sha256 -o "$out"
    only "$out" "hello-1.5.0-bundle-$ARCH.tar.xz"
    mkdir "$SCRATCH/bundle"
    tar -xJf "$out"/*.tar.xz -C "$SCRATCH/bundle"
    dirname "$(find "$SCRATCH/bundle" -name manifest.json)" >"$SCRATCH/folder"
}

folder() { cat "$SCRATCH/folder"; }

# All that it says of itself holds, by sha256sum and openssl alone.
verified() {
    cd "$(folder)" || exit
    sha256sum --quiet -c SHA256SUMS
    alike <(cut -c 67- SHA256SUMS | sed 's,^\./,,' | sort) \
        <(find . -type f ! -name 'SHA256SUMS*' -printf '%P\n' | sort)
    openssl cms -verify -inform DER -in SHA256SUMS.p7s -binary -content SHA256SUMS -certfile "$keys/mok.pem" \
        -CAfile "$keys/mok.pem" -purpose any -out /dev/null
    lacks_below . -F -e "$(sed -n 3p "$keys/mok.key")"
}

# One table for programs, one for sh: the same facts, and the kernel's own CRC.
manifest() {
    jq -r '.name, .version, .arch' "$(folder)/manifest.json" | diff <(printf '%s\n' hello 1.5.0 "$ARCH") -
    equal "$(jq -r '.kernels | map(.release) | join(" ")' "$(folder)/manifest.json")" \
        "$(printf '%s\n' "$K1" ${K2:+"$K2"} | sort | xargs)"
    local kernel crc
    for kernel in "$K1" ${K2:+"$K2"}; do
        crc=$(awk '$2 == "module_layout" { print $1 }' "/lib/modules/$kernel/build/Module.symvers")
        equal "$(jq -r --arg k "$kernel" '.kernels[] | select(.release == $k) | .moduleLayoutCRC' "$(folder)/manifest.json")" "$crc"
        grep -qF "$kernel" "$(folder)/kernels.tsv"
        grep -qF "$crc" "$(folder)/kernels.tsv"
    done
}

bare_root() {
    make_root
    in_root dpkg --force-all -P dkms make gcc gcc-12 >/dev/null 2>&1
    absent "$ROOT/usr/sbin/dkms" "$ROOT/usr/bin/gcc" "$ROOT/usr/bin/make"
    mkdir -p "$ROOT/packages"
    cp -r "$(folder)" "$ROOT/packages/bundle"
    cp "$keys/mok.pem" "$ROOT/packages/"
    traces >"$SCRATCH/before"
}

# Whatever an installation could touch, and all it did.
traces() {
    (cd "$ROOT" && find lib/modules/ etc var/lib usr/src -path var/lib/dpkg -prune -o -not -type d -printf '%p %s %m %l\n' | sort)
}

install_bundle() {
    in_root sh /packages/bundle/install --kernel "$KR" --cert /packages/mok.pem
    module_found hello 1.5.0
    equal "$(in_root modinfo -k "$KR" -F signer hello)" 'mok module signing key'
}

uninstall_bundle() {
    present "$ROOT/var/lib/mkdkms/bundles/hello/1.5.0"
    in_root sh /packages/bundle/install --uninstall
    same "$SCRATCH/modules.dep" "$ROOT/lib/modules/$KR/modules.dep"
    absent "$ROOT/var/lib/mkdkms/bundles/hello"
    traces | grep -v 'modules\.[a-z.]* ' | diff <(grep -v 'modules\.[a-z.]* ' "$SCRATCH/before") -
}

# flipped FILE: one changed byte in the middle is refused before anything is touched.
flipped() {
    rm -rf "$ROOT/packages/spoilt"
    cp -r "$(folder)" "$ROOT/packages/spoilt"
    local file
    file=$(cd "$ROOT/packages/spoilt" && find . -path "$1" -type f | head -n 1)
    spoil "$ROOT/packages/spoilt/$file"
    ends_with 1 in_root sh /packages/spoilt/install --kernel "$KR" --cert /packages/mok.pem
    traces | diff "$SCRATCH/before" -
}

if ! needs_debian_root "bundles"; then
    finish
    exit
fi
make_key "$keys" mok
make_key "$keys" other
check "a bundle of hello" make_bundle
check "SHA256SUMS covers all of it, and its signature verifies" verified
check "manifest.json and kernels.tsv name the kernels and their module_layout CRCs" manifest
check "a root with neither dkms nor compiler" bare_root
for file in '*/hello.ko*' './manifest.json' './SHA256SUMS' './SHA256SUMS.p7s' './install'; do
    check "a changed byte is refused: $file" flipped "$file"
done
check "install --cert puts the module in place" install_bundle
check "--uninstall restores what was there" uninstall_bundle
finish
