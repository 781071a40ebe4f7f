#!/bin/bash
# Packages that follow a flavour, modules that travel with the source, signatures, and a repository that apt installs from,
# in a Debian root.
. "$(dirname "$0")/lib.sh"
. "$HERE/root.sh"

export DEBFULLNAME='A Tester' DEBEMAIL=tester@example.org GNUPGHOME=$SCRATCH/gnupg
repo=$SCRATCH/repo
DEB_ARCH=$(dpkg --print-architecture)
FLAVOUR=$(printf '%s' "$KR" | sed 's/^[0-9.]*-[0-9]*-//')
NUMBER=$(printf '%s' "${KR%-"$FLAVOUR"}" | tr - +)

make_gpg_key() {
    mkdir -m 0700 "$GNUPGHOME"
    gpg --batch --quiet --passphrase '' --quick-generate-key 'Packages <packages@example.org>' "$1" sign never
    KEY=$(gpg --list-secret-keys --with-colons | awk -F : '/^fpr/ { print $10; exit }')
    printf '%s' "$KEY" >"$SCRATCH/key"
}

make_repository() {
    "$MKDKMS" release "$HELLO" -k "$KR" --repo apt --package-key "$(cat "$SCRATCH/key")" --no-sign -o "$repo"
    "$MKDKMS" deb "$HELLO" --kind source -o "$repo"
    "$MKDKMS" deb "$TWO_MODULES" --kind modules -k "$KR" --no-sign -o "$SCRATCH/two"
    present "$repo/hello-dkms_1.5.0-1_all.deb" "$repo/hello-modules-${KR}_1.5.0-1_$DEB_ARCH.deb" \
        "$repo/hello-modules-${FLAVOUR}_1.5.0-1~${NUMBER}_$DEB_ARCH.deb" "$repo"/{Packages,Packages.xz,Release,InRelease,Release.gpg,archive-key.asc}
    "$MKDKMS" release "$HELLO" -k "$KR" --repo apt --package-key "$(cat "$SCRATCH/key")" --no-sign -o "$repo"
    contains "$repo/Sources" '^Package: hello$'
    gpg --batch --verify "$repo/Release.gpg" "$repo/Release"
    gpg --batch --verify "$repo/InRelease"
    (cd "$repo" && sed -n '/^SHA256:/,/^[A-Z].*:$/s/^ \([0-9a-f]*\) [0-9]* \(.*\)$/\1  \2/p' Release | sha256sum -c)
}

# As debsig-verify judges it, by a policy for the key.
debsigs() {
    local id policies=$SCRATCH/policies rings=$SCRATCH/rings
    id=$(tail -c 16 "$SCRATCH/key")
    mkdir -p "$policies/$id" "$rings/$id"
    gpg --batch --export "$(cat "$SCRATCH/key")" >"$rings/$id/keyring.pgp"
    cat >"$policies/$id/origin.pol" <<END
<?xml version="1.0"?>
<!DOCTYPE Policy SYSTEM "https://www.debian.org/debsig/1.0/policy.dtd">
<Policy xmlns="https://www.debian.org/debsig/1.0/">
  <Origin Name="test" id="$id" Description="test"/>
  <Selection><Required Type="origin" File="keyring.pgp" id="$id"/></Selection>
  <Verification MinOptional="0"><Required Type="origin" File="keyring.pgp" id="$id"/></Verification>
</Policy>
END
    local file
    for file in "$repo"/*.deb; do
        debsig-verify --policies-dir "$policies" --keyrings-dir "$rings" "$file"
        dpkg-deb -I "$file" >/dev/null
        "$MKDKMS" inspect "$file" >/dev/null
    done
    # One that was changed afterwards is told from it.
    cp "$repo/hello-dkms_1.5.0-1_all.deb" "$SCRATCH/changed.deb"
    spoil "$SCRATCH/changed.deb" 1500
    ends_with 13 debsig-verify --policies-dir "$policies" --keyrings-dir "$rings" "$SCRATCH/changed.deb"
}

# A key that gpg has not, and one whose passphrase is needed: RSA, as older systems want it.
other_keys() {
    refused 1 'No secret key' "$MKDKMS" deb "$HELLO" --package-key 0000000000000000000000000000000000000000 -o "$SCRATCH/keys"
    empty "$SCRATCH/keys"
    refused 64 'names no OpenPGP key' "$MKDKMS" deb "$HELLO" --package-key=--yes -o "$SCRATCH/keys"
    gpg --batch --quiet --pinentry-mode loopback --passphrase 'two words' --quick-generate-key '<rsa@example.org>' rsa3072 sign never
    gpgconf --kill gpg-agent
    MKDKMS_PACKAGE_PASSPHRASE='two words' "$MKDKMS" deb "$HELLO" --package-key rsa@example.org -o "$SCRATCH/keys"
    (cd "$SCRATCH/keys" && ar x hello-dkms_1.5.0-1_all.deb && cat debian-binary control.tar.xz data.tar.xz >signed)
    gpg --batch --verify "$SCRATCH/keys/_gpgorigin" "$SCRATCH/keys/signed"
}

lintian_clean() {
    "$MKDKMS" deb "$HELLO" --kind dkms --kind modules -k "$KR" --no-sign -o "$SCRATCH/lint"
    "$MKDKMS" deb "$HELLO" --kind dkms --with-modules -k "$KR" -R 2 --no-sign -o "$SCRATCH/lint"
    "$MKDKMS" deb "$HELLO" --kind modules -k "$KR" -R 3 --target debian:13 --no-sign -o "$SCRATCH/lint"
    lintian --allow-root -E --pedantic --tag-display-limit 0 "$SCRATCH/lint"/*.deb | tee "$SCRATCH/lintian"
    [ ! -s "$SCRATCH/lintian" ] || fail "lintian has something to say"
}

apt_install() {
    mkdir -p "$ROOT/repo"
    cp -r "$repo"/* "$ROOT/repo/"
    cp "$repo/archive-key.asc" "$ROOT/etc/apt/hello.asc"
    rm -f "$ROOT"/etc/apt/sources.list "$ROOT"/etc/apt/sources.list.d/*
    echo 'deb [signed-by=/etc/apt/hello.asc] file:/repo ./' >"$ROOT/etc/apt/sources.list.d/hello.list"
    echo 'deb-src [signed-by=/etc/apt/hello.asc] file:/repo ./' >>"$ROOT/etc/apt/sources.list.d/hello.list"
    in_root apt-get -o APT::Sandbox::User=root update
    in_root apt-get -y install "hello-modules-$FLAVOUR"
    module_found hello 1.5.0
    in_root dpkg -s "hello-modules-$KR" | grep '^Status: install ok installed'
    says_nothing in_root dpkg --verify
    in_root apt-get -y source --download-only hello
}

# A signature by nobody known stops apt.
apt_refuses() {
    sed -i 's/^Origin: .*/Origin: other/' "$ROOT/repo/InRelease" "$ROOT/repo/Release"
    ends_with 100 in_root apt-get -o APT::Sandbox::User=root -o APT::Update::Error-Mode=any update
    contains "$SCRATCH/err" 'BADSIG|invalid'
    cp "$repo"/*Release* "$ROOT/repo/"
}

# Either package takes the other's place in one transaction, without a trace of the first.
switch() {
    in_root apt-get -y install hello-dkms
    in_root dpkg --get-selections >"$SCRATCH/selections"
    contains "$SCRATCH/selections" '^hello-dkms[[:space:]]+install$'
    lacks "$SCRATCH/selections" "^hello-modules-${KR}[[:space:]]+install\$"
    module_found hello 1.5.0
    absent "$ROOT/lib/modules/$KR/updates/hello"
    in_root apt-get -y install "hello-modules-$FLAVOUR"
    module_found hello 1.5.0
    absent "$ROOT/var/lib/dkms/hello" "$ROOT/lib/modules/$KR/updates/dkms"
    in_root apt-get -y purge "hello-modules-$FLAVOUR" "hello-modules-$KR" hello-dkms
    nothing_left hello 1.5.0
}

# The modules come from the package: there is nothing to build with.
prebuilt() {
    "$MKDKMS" deb "$HELLO" --kind dkms --with-modules -k "$KR" --no-sign -o "$SCRATCH/prebuilt"
    put "$SCRATCH"/prebuilt/*.deb
    mv "$ROOT/lib/modules/$KR/build" "$ROOT/lib/modules/$KR/hidden"
    in_root dpkg -i "/packages/hello-dkms_1.5.0-1_$DEB_ARCH.deb"
    in_root dkms status | tee "$SCRATCH/status"
    contains "$SCRATCH/status" "^hello/1\.5\.0, $KR, $ARCH: installed$"
    module_found hello 1.5.0
    # The module is the one that was shipped.
    dpkg-deb --fsys-tarfile "$SCRATCH"/prebuilt/*.deb | tar -xO ./usr/share/hello-dkms/hello-1.5.0.dkms.tar.gz |
        tar -xzO "./dkms_main_tree/$KR/$ARCH/module/hello.ko" >"$SCRATCH/hello.ko"
    same "$SCRATCH/hello.ko" "$ROOT/var/lib/dkms/hello/1.5.0/$KR/$ARCH/module/hello.ko"
    in_root dpkg-reconfigure hello-dkms
    module_found hello 1.5.0
    # dkms's own hook for packages takes it from the same place.
    in_root dkms remove hello/1.5.0 --all
    in_root /usr/lib/dkms/common.postinst hello 1.5.0 /usr/share/hello-dkms
    module_found hello 1.5.0
    in_root dpkg -P hello-dkms
    mv "$ROOT/lib/modules/$KR/hidden" "$ROOT/lib/modules/$KR/build"
    nothing_left hello 1.5.0
}

# Without its kernel a package of modules makes no index for it.
no_kernel() {
    local path name=hello-modules-9.9.9-none folder=$SCRATCH/strange
    mkdir -p "$folder"
    dpkg-deb -R "$SCRATCH/lint/hello-modules-${KR}_1.5.0-1_$DEB_ARCH.deb" "$folder/x"
    grep -rlF "$KR" "$folder/x/DEBIAN" | xargs sed -i "s/$KR/9.9.9-none/g"
    find "$folder/x" -depth -name "*$KR*" | while read -r path; do mv "$path" "${path%/*}/$(basename "$path" | sed "s/$KR/9.9.9-none/")"; done
    dpkg-deb --root-owner-group -b "$folder/x" "$folder/strange.deb"
    put "$folder/strange.deb"
    in_root dpkg -i --force-depends /packages/strange.deb
    present "$ROOT/lib/modules/9.9.9-none/updates/hello"
    absent "$ROOT/lib/modules/9.9.9-none/modules.dep"
    in_root dpkg -P "$name"
    absent "$ROOT/lib/modules/9.9.9-none"
}

collision() {
    local from=$SCRATCH/collision
    "$MKDKMS" modules "$HELLO" -k "$KR" --no-sign -o "$from"
    mkdir -p "$from"
    cp -r "$from/$KR" "$from/${KR//-/_}"
    grep -rl "$KR" "$from/${KR//-/_}" --include=unit.json | xargs sed -i "s/\"$KR\"/\"${KR//-/_}\"/"
    refused 1 'would both be called' "$MKDKMS" deb "$HELLO" --kind modules --from "$from" --no-sign -o "$SCRATCH/collided"
    empty "$SCRATCH/collided"
}

if ! needs_debian_root "Debian packages of modules"; then
    finish
    exit
fi
check "a Debian root with dkms and $KR" make_root
if needs_program "a repository" gpg; then
    check "a key of gpg" make_gpg_key ed25519
    check "release --repo apt: indices that are signed" make_repository
    if needs_program "debsig-verify" debsig-verify; then
        check "debsig-verify knows the packages' signatures" debsigs
    fi
    check "a key that is missing, and one with a passphrase" other_keys
    check "apt-get update and install with signed-by" apt_install
    check "apt refuses what was changed" apt_refuses
    check "hello-modules and hello-dkms take each other's place" switch
fi
check "lintian -E --pedantic has nothing to say" lintian_clean
check "modules that travel with the source are installed without a build" prebuilt
check "a kernel that is not there gets no index" no_kernel
check "two kernels of one package name are refused" collision
finish
