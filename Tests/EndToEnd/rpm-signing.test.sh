#!/bin/bash
# Signed packages and repositories, judged by rpmkeys, rpmsign and gpg with scratch keys.
. "$(dirname "$0")/lib.sh"
. "$HERE/rpm-lint.sh"

RPM=hello-dkms-1.5.0-1.noarch.rpm
export DEBFULLNAME='A Tester' DEBEMAIL=tester@example.org
export GNUPGHOME=$SCRATCH/gnupg

make_keys() {
    local algorithm
    mkdir -m 700 "$GNUPGHOME"
    for algorithm in rsa2048 ed25519; do
        gpg --batch --quiet --passphrase '' --quick-gen-key "Test <$algorithm@example.org>" "$algorithm" sign never
        mkdir -p "$SCRATCH/keys/$algorithm"
        gpg --armor --export "$algorithm@example.org" >"$SCRATCH/keys/$algorithm.asc"
        rpmkeys --dbpath "$SCRATCH/keys/$algorithm" --import "$SCRATCH/keys/$algorithm.asc"
    done
}

# verified ALGORITHM FILE PATTERN: rpm finds the signature of that key and every digest good.
verified() {
    rpmkeys --dbpath "$SCRATCH/keys/$1" -Kv "$2" | tee "$SCRATCH/verified"
    contains "$SCRATCH/verified" "Header V4 $3 Signature, key ID [0-9a-f]+: OK"
    lacks "$SCRATCH/verified" 'BAD|NOKEY|NOTTRUSTED|NOT OK|NOTFOUND'
    rpm --dbpath "$SCRATCH/keys/$1" -K "$2" >"$SCRATCH/said"
    grep -q 'digests signatures OK' "$SCRATCH/said"
}

signs() {
    local algorithm=$1 pattern=$2 file
    "$MKDKMS" rpm "$HELLO" --kind dkms --kind source ${K1:+--kind kmod --kind kabi -k "$K1" --no-sign} \
        --package-key "$algorithm@example.org" -o "$SCRATCH/$algorithm"
    for file in "$SCRATCH/$algorithm"/*.rpm; do verified "$algorithm" "$file" "$pattern"; done
    # The other key has signed nothing.
    ends_with 1 rpmkeys --dbpath "$SCRATCH/keys/$3" -K "$SCRATCH/$algorithm/$RPM"
    # A byte of the header that is not as it was signed.
    cp "$SCRATCH/$algorithm/$RPM" "$SCRATCH/damaged.rpm"
    spoil "$SCRATCH/damaged.rpm" 8000
    ends_with 1 rpmkeys --dbpath "$SCRATCH/keys/$algorithm" -K "$SCRATCH/damaged.rpm"
}

rpmsign_with() {
    rpmsign --define "_gpg_name $1@example.org" --define "__gpg $(command -v gpg)" "$2" "$3"
}

# What rpmsign does afterwards, to an unsigned package and to a signed one.
room_is_left() {
    "$MKDKMS" rpm "$HELLO" --kind dkms -o "$SCRATCH/plain"
    cp "$SCRATCH/plain/$RPM" "$SCRATCH/later.rpm"
    rpmsign_with rsa2048 --addsign "$SCRATCH/later.rpm"
    verified rsa2048 "$SCRATCH/later.rpm" 'RSA/SHA[0-9]+'
    # In place: nothing behind the signature header has moved.
    equal "$(stat -c %s "$SCRATCH/later.rpm")" "$(stat -c %s "$SCRATCH/plain/$RPM")"
    cp "$SCRATCH/rsa2048/$RPM" "$SCRATCH/resigned.rpm"
    rpmsign_with ed25519 --resign "$SCRATCH/resigned.rpm"
    verified ed25519 "$SCRATCH/resigned.rpm" 'EdDSA/SHA[0-9]+'
    cp "$SCRATCH/ed25519/$RPM" "$SCRATCH/resigned.rpm"
    rpmsign_with rsa2048 --resign "$SCRATCH/resigned.rpm"
    verified rsa2048 "$SCRATCH/resigned.rpm" 'RSA/SHA[0-9]+'
}

# Apart from the signature it is the package that is written without a key.
only_the_signature_differs() {
    local query
    for query in -i -l --requires --provides --scripts; do
        alike <(rpm -qp $query "$SCRATCH/plain/$RPM" | grep -v '^Signature') \
            <(rpm --dbpath "$SCRATCH/keys/rsa2048" -qp $query "$SCRATCH/rsa2048/$RPM" | grep -v '^Signature')
    done
}

lint_sees_it() {
    explained "$SCRATCH/rsa2048/$RPM"
    lacks "$SCRATCH/rpmlint" no-signature
}

sequoia() {
    local algorithm
    for algorithm in rsa2048 ed25519; do
        gpg --batch --export-secret-keys "$algorithm@example.org" >"$SCRATCH/$algorithm.pgp"
        "$MKDKMS" rpm "$HELLO" --kind dkms --package-key "$SCRATCH/$algorithm.pgp" -o "$SCRATCH/sq/$algorithm"
        verified "$algorithm" "$SCRATCH/sq/$algorithm/$RPM" '(EdDSA|RSA)/SHA[0-9]+'
    done
}

unknown_key() {
    refused 1 'package-signing-failed' "$MKDKMS" rpm "$HELLO" --kind dkms --package-key nobody@example.org -o "$SCRATCH/none"
    empty "$SCRATCH/none"
}

# A key is tried before anything is built: with one that does nothing, what does not build is not even tried.
found_early() {
    local key
    gpg --batch --quiet --pinentry-mode loopback --passphrase 'two words' --quick-gen-key '<locked@example.org>' rsa2048 sign never
    gpgconf --kill gpg-agent
    mkdir -m 700 "$SCRATCH/public"
    gpg --batch --export ed25519@example.org | gpg --homedir "$SCRATCH/public" --batch --quiet --import
    for key in nobody@example.org locked@example.org "$SCRATCH/none.pgp"; do
        refused 1 'package-signing-failed|missing-program' "$MKDKMS" release "$BROKEN" -k "$K1" --no-sign --package-key "$key" -o "$SCRATCH/early"
        lacks "$SCRATCH/err" 'build-failed'
        empty "$SCRATCH/early"
    done
    # Its public part alone.
    GNUPGHOME=$SCRATCH/public refused 1 'package-signing-failed' "$MKDKMS" deb "$BROKEN" --kind modules -k "$K1" --no-sign \
        --package-key ed25519@example.org -o "$SCRATCH/early"
    lacks "$SCRATCH/err" 'build-failed'
    refused 1 'package-signing-failed' env MKDKMS_PACKAGE_PASSPHRASE=wrong "$MKDKMS" rpm "$BROKEN" --kind kmod -k "$K1" --no-sign \
        --package-key locked@example.org -o "$SCRATCH/early"
    lacks "$SCRATCH/err" 'build-failed'
    empty "$SCRATCH/early"
}

repository() {
    tree_copy "$HELLO" "$SCRATCH/tree/hello-1.5.0"
    local folder
    for folder in one two; do
        "$MKDKMS" release "$SCRATCH/tree/hello-1.5.0" ${K1:+-k "$K1" --no-sign} --repo dnf \
            --package-key rsa2048@example.org -o "$SCRATCH/repo/$folder"
    done
    folder=$SCRATCH/repo/one
    gpg --verify "$folder/repodata/repomd.xml.asc" "$folder/repodata/repomd.xml"
    gpg --show-keys "$folder/repodata/repomd.xml.key" >"$SCRATCH/said"
    grep -q rsa2048@example.org "$SCRATCH/said"
    zcat "$folder"/repodata/*primary.xml.gz >"$SCRATCH/primary.xml"
    contains "$SCRATCH/primary.xml" '<name>hello-dkms</name>'
    if [ -n "$K1" ]; then
        contains "$SCRATCH/primary.xml" "<name>kmod-hello-$K1</name>"
        contains "$SCRATCH/primary.xml" '<name>kmod-hello-latest'
    fi
    (cd "$folder" && sha256sum --quiet -c SHA256SUMS)
    # What tells of the packages is the same again, as far as they are: RSA signatures tell their time.
    alike <(sed 's/<checksum.*//; s/size .*//; s/start=.*//' "$SCRATCH/primary.xml") \
        <(zcat "$SCRATCH"/repo/two/repodata/*primary.xml.gz | sed 's/<checksum.*//; s/size .*//; s/start=.*//')
    # A second run over the folder replaces the list.
    # Nobody takes the signature away by leaving the key out.
    refused 1 'signs this repository' "$MKDKMS" release "$SCRATCH/tree/hello-1.5.0" --repo dnf -o "$folder"
    rm "$folder/repodata/repomd.xml.asc"
    "$MKDKMS" release "$SCRATCH/tree/hello-1.5.0" --repo dnf -o "$folder"
    absent "$folder/repodata/repomd.xml.asc"
    present "$folder/repodata/repomd.xml"
}

unsigned_repository_is_reproducible() {
    local folder
    for folder in one two; do
        "$MKDKMS" release "$SCRATCH/tree/hello-1.5.0" --repo dnf -o "$SCRATCH/plain-repo/$folder"
    done
    diff -r -x index.json "$SCRATCH/plain-repo/one" "$SCRATCH/plain-repo/two"
}

no_createrepo() {
    refused 1 'createrepo_c' env PATH=/nonexistent "$MKDKMS" release "$HELLO" --repo dnf -o "$SCRATCH/no-repo"
    empty "$SCRATCH/no-repo"
}

if ! needs_program "signed packages" gpg rpmkeys rpmsign; then
    finish
    exit
fi
check "scratch keys, RSA and Ed25519" make_keys
check "RSA: every kind verifies, with that key only" signs rsa2048 RSA/SHA256 ed25519
check "Ed25519: every kind verifies, with that key only" signs ed25519 EdDSA/SHA256 rsa2048
check "rpmsign adds and replaces signatures afterwards" room_is_left
check "a signature changes nothing else" only_the_signature_differs
check "rpmlint misses no signature" lint_sees_it
if needs_program "sq signs with a key file" sq; then
    check "sq signs with a key file" sequoia
fi
check "a key that is not there" unknown_key
! needs_kernel "a key that cannot sign" || check "a key that cannot sign is found before the build" found_early
if needs_program "release --repo dnf" createrepo_c; then
    check "release --repo dnf: a signed repository" repository
    check "an unsigned repository is the same again" unsigned_repository_is_reproducible
fi
check "release --repo dnf without createrepo_c" no_createrepo
finish
