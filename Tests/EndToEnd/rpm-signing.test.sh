#!/bin/bash
# Packages signed with gpg, as rpm itself judges them: RSA and Ed25519, and rpmsign upon what is there.
. "$(dirname "$0")/lib.sh"

export GNUPGHOME=$SCRATCH/gnupg
mkdir -m 0700 "$GNUPGHOME"

make_keys() {
    local name
    for name in rsa3072 ed25519; do
        gpg --batch --quiet --passphrase '' --quick-generate-key "Packages $name <$name@example.org>" "$name" sign never
        gpg --batch --armor --export "$name@example.org" >"$SCRATCH/$name.asc"
        mkdir "$SCRATCH/db-$name"
        rpmkeys --dbpath "$SCRATCH/db-$name" --import "$SCRATCH/$name.asc"
    done
    mkdir "$SCRATCH/db-none"
}

# verified KEY FILE: both the signature and every digest are good, by that key and by no other.
verified() {
    rpmkeys --dbpath "$SCRATCH/db-$1" -Kv "$2" | tee "$SCRATCH/said"
    contains "$SCRATCH/said" 'Header V4 (RSA|EdDSA)/SHA256 Signature, key ID [0-9a-f]+: OK'
    contains "$SCRATCH/said" 'Payload SHA256 digest: OK'
    lacks "$SCRATCH/said" 'BAD|NOKEY|NOTFOUND'
    rpmkeys --dbpath "$SCRATCH/db-none" -Kv "$2" >"$SCRATCH/said" || true
    contains "$SCRATCH/said" 'NOKEY'
}

signed_by() {
    "$MKDKMS" rpm "$HELLO" --kind dkms --package-key "$1@example.org" -o "$SCRATCH/$1"
    verified "$1" "$SCRATCH/$1/hello-dkms-1.5.0-1.noarch.rpm"
}

# What is signed is what would be there without a signature, and the file has the same size.
same_package() {
    "$MKDKMS" rpm "$HELLO" --kind dkms -o "$SCRATCH/plain"
    cp "$SCRATCH/rsa3072/hello-dkms-1.5.0-1.noarch.rpm" "$SCRATCH/stripped.rpm"
    equal "$(stat -c %s "$SCRATCH/stripped.rpm")" "$(stat -c %s "$SCRATCH/plain/hello-dkms-1.5.0-1.noarch.rpm")"
    rpmsign --delsign "$SCRATCH/stripped.rpm"
    rpm -K --nosignature "$SCRATCH/stripped.rpm"
    for query in '%{SHA256HEADER}' '%{PAYLOADDIGEST}'; do
        equal "$(rpm -qp --qf "$query" "$SCRATCH/stripped.rpm" 2>/dev/null)" \
            "$(rpm -qp --qf "$query" "$SCRATCH/plain/hello-dkms-1.5.0-1.noarch.rpm")"
    done
}

# The room that is kept is enough for rpmsign, which takes the place of our signature or adds its own.
rpmsign_upon_it() {
    local file
    for file in "$SCRATCH/plain" "$SCRATCH/rsa3072"; do
        cp "$file/hello-dkms-1.5.0-1.noarch.rpm" "$SCRATCH/again.rpm"
        rpmsign --resign --define "__gpg $(command -v gpg)" --define "_gpg_name ed25519@example.org" "$SCRATCH/again.rpm"
        verified ed25519 "$SCRATCH/again.rpm"
    done
}

no_key() {
    ends_with 1 "$MKDKMS" rpm "$HELLO" --kind dkms --package-key nobody@example.org -o "$SCRATCH/nobody"
    contains "$SCRATCH/err" 'error: gpg did not sign with nobody@example.org.*\[package-signing-failed\]'
    empty "$SCRATCH/nobody"
    ends_with 64 "$MKDKMS" rpm "$HELLO" --kind dkms --package-key -x -o "$SCRATCH/nobody"
}

dnf_repository() {
    "$MKDKMS" release "$HELLO" --repo dnf --package-key ed25519@example.org -o "$SCRATCH/repository"
    gpg --verify "$SCRATCH/repository/repodata/repomd.xml.asc" "$SCRATCH/repository/repodata/repomd.xml"
    zcat "$SCRATCH"/repository/repodata/*primary.xml.gz >"$SCRATCH/primary.xml"
    contains "$SCRATCH/primary.xml" '<name>hello-dkms</name>'
    cp -r "$SCRATCH/repository/repodata" "$SCRATCH/first"
    sleep 1
    "$MKDKMS" release "$HELLO" --repo dnf -o "$SCRATCH/repository"
    [ ! -e "$SCRATCH/repository/repodata/repomd.xml.asc" ]
}

# has NAME PROGRAM…: true, or a skip line for NAME and false.
has() {
    local name=$1 program
    shift
    for program in "$@"; do
        command -v "$program" >/dev/null || { skip "$name" "$program is not installed"; return 1; }
    done
}

if has "signed packages" rpmkeys rpmsign gpg; then
    check "keys of RSA and Ed25519" make_keys
    check "a header signed with an RSA key" signed_by rsa3072
    check "a header signed with an Ed25519 key" signed_by ed25519
    check "a signature changes nothing else" same_package
    check "rpmsign upon a package of ours" rpmsign_upon_it
    check "a key that is not there" no_key
    if has "release --repo dnf" createrepo_c; then check "release --repo dnf, with signed metadata" dnf_repository; fi
    gpgconf --kill all
fi
finish
