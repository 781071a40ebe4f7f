#!/bin/bash
# Repositories stay true: what fails leaves them as they were, clients on their way find what they look for, and no release
# changes packages behind the back of the lists.
. "$(dirname "$0")/lib.sh"

TREE=$SCRATCH/tree/hello-1.5.0
repo=$SCRATCH/repo
export DEBFULLNAME='A Tester' DEBEMAIL=tester@example.org GNUPGHOME=$SCRATCH/gnupg
REPOS=(--repo apt)
! command -v createrepo_c >/dev/null || REPOS+=(--repo dnf)

make_key() {
    mkdir -m 700 "$GNUPGHOME"
    gpg --batch --quiet --passphrase '' --quick-gen-key 'Test <test@example.org>' rsa2048 sign never
    tree_copy "$HELLO" "$TREE"
}

release() { "$MKDKMS" release "$TREE" "${REPOS[@]}" --package-key test@example.org -R "$1" -o "${2-$repo}"; }

# state FOLDER: every file by its digest.
state() { (cd "$1" && find . -type f -exec sha256sum {} + | sort -k 2); }

# true_lists FOLDER: whatever the lists name is there as they say, and the signatures are over them.
true_lists() {
    local folder=$1
    gpg --batch --verify "$folder/InRelease"
    gpg --batch --verify "$folder/Release.gpg" "$folder/Release"
    (cd "$folder" && sed -n '/^SHA256:/,/^[A-Z].*:$/s/^ \([0-9a-f]*\) [0-9]* \(.*\)$/\1  \2/p' Release | sha256sum --quiet -c)
    (cd "$folder" && awk '/^Filename:/ { name = $2 } /^SHA256:/ { print $2 "  " name }' Packages | sha256sum --quiet -c)
    [ "${#REPOS[@]}" = 4 ] || return 0
    gpg --batch --verify "$folder/repodata/repomd.xml.asc" "$folder/repodata/repomd.xml"
    (cd "$folder" && tr -d '\n' <repodata/repomd.xml | sed 's/<data /\n&/g' |
        sed -nE 's/.*<checksum type="sha256">([0-9a-f]+)<.*href="([^"]+)".*/\1  \2/p' >"$SCRATCH/sums" && sha256sum --quiet -c "$SCRATCH/sums")
    (cd "$folder" && zcat "$(awk '/primary/ { print $2 }' "$SCRATCH/sums")" | tr -d '\n' | sed 's/<package /\n&/g' |
        sed -nE 's/.*<checksum type="sha256" pkgid="YES">([0-9a-f]+)<.*<location href="([^"]+)".*/\1  \2/p' >"$SCRATCH/packages")
    [ -s "$SCRATCH/packages" ]
    (cd "$folder" && sha256sum --quiet -c "$SCRATCH/packages")
}

first() {
    local before
    release 1
    true_lists "$repo"
    present "$repo/archive-key.asc" "$repo"/by-hash/SHA256/*
    # The same release again has the packages signed anew: the lists follow, and nobody misses anything.
    sleep 1
    before=$(sha256sum <"$(echo "$repo"/hello-dkms_*.deb)")
    release 1 2>"$SCRATCH/err"
    true_lists "$repo"
    [ "$(sha256sum <"$(echo "$repo"/hello-dkms_*.deb)")" != "$before" ]
    lacks "$SCRATCH/err" 'republished'
}

# What the repository's users would not like is said, once for all packages, and nothing else is.
warnings() {
    "$MKDKMS" release "$TREE" --repo apt -o "$SCRATCH/plain" 2>"$SCRATCH/err"
    contains "$SCRATCH/err" '^mkdkms: warning: apt takes packages .*\[unsigned-repository\]$'
    "$MKDKMS" release "$TREE" --repo apt -o "$SCRATCH/plain" 2>"$SCRATCH/err"
    lacks "$SCRATCH/err" 'republished'
    cp -r "$TREE" "$SCRATCH/other"
    mkdir "$SCRATCH/changed"
    mv "$SCRATCH/other" "$SCRATCH/changed/hello-1.5.0"
    echo '/* changed */' >>"$SCRATCH/changed/hello-1.5.0/hello.c"
    "$MKDKMS" release "$SCRATCH/changed/hello-1.5.0" --repo apt -o "$SCRATCH/plain" 2>"$SCRATCH/err"
    equal "$(grep -c 'hello-dkms_1\.5\.0-1_all\.deb.* had another content .*\[republished\]$' "$SCRATCH/err")" 1
    contains "$SCRATCH/err" '^hint: .*-R the next revision'
    "$MKDKMS" release "$SCRATCH/changed/hello-1.5.0" --repo apt -R 2 -o "$SCRATCH/plain" 2>"$SCRATCH/err"
    lacks "$SCRATCH/err" 'republished'
}

# The packages of all releases that lie there are in the sums and the index, and none that is gone.
sums() {
    local folder=$SCRATCH/summed
    release 1 "$folder"
    release 2 "$folder"
    (cd "$folder" && sha256sum --quiet -c SHA256SUMS)
    diff <(cut -c 67- "$folder/SHA256SUMS") <(cd "$folder" && printf '%s\n' hello* | LC_ALL=C sort)
    diff <(jq -r '.artifacts[] | .sha256 + "  " + .file' "$folder/index.json") "$folder/SHA256SUMS"
    equal "$(jq -r '.artifacts[] | select(.file == "hello-dkms_1.5.0-1_all.deb") | .format, .kind' "$folder/index.json" | xargs)" 'deb dkms'
    /usr/bin/python3 "$HERE/validate.py" "$REPO/docs/json/index.schema.json" "$folder/index.json"
    # One that is gone, and one that somebody else has put there.
    mv "$folder/hello-dkms_1.5.0-1_all.deb" "$folder/other_1_all.deb"
    release 3 "$folder"
    (cd "$folder" && sha256sum --quiet -c SHA256SUMS)
    lacks "$folder/SHA256SUMS" 'hello-dkms_1\.5\.0-1_all'
    contains "$folder/SHA256SUMS" '  other_1_all\.deb$'
    contains "$folder/SHA256SUMS" '  hello-dkms_1\.5\.0-2_all\.deb$'
    lacks "$folder/index.json" 'other_1_all'
    # A folder that is no repository has what was released last.
    "$MKDKMS" release "$TREE" -R 1 -o "$SCRATCH/plain-folder"
    "$MKDKMS" release "$TREE" -R 2 -o "$SCRATCH/plain-folder"
    lacks "$SCRATCH/plain-folder/SHA256SUMS" 'hello-dkms_1\.5\.0-1_all'
}

# gpg_fails WORD: from now on a gpg that fails where its command line has that word.
gpg_fails() {
    mkdir -p "$SCRATCH/bin"
    cat >"$SCRATCH/bin/gpg" <<WRAPPER
#!/bin/bash
case " \$* " in *"$1"*) echo 'gpg: no' >&2; exit 2 ;; esac
exec $(command -v gpg) "\$@"
WRAPPER
    chmod 0755 "$SCRATCH/bin/gpg"
}

# The last of all signatures, of either repository; the same revision, whose packages would be replaced.
failing_signature() {
    local word before
    before=$(state "$repo")
    for word in ' --clear-sign ' ' --export ' ${REPOS[2]:+repomd.xml}; do
        gpg_fails "$word"
        PATH=$SCRATCH/bin:$PATH refused 1 package-signing-failed release 1
        equal "$(state "$repo")" "$before"
        PATH=$SCRATCH/bin:$PATH refused 1 package-signing-failed release 2
        equal "$(state "$repo")" "$before"
        [ -z "$(find "$repo" -name '*.part')" ]
    done
    true_lists "$repo"
}

failing_createrepo() {
    local before
    before=$(state "$repo")
    mkdir -p "$SCRATCH/no-createrepo"
    printf '#!/bin/sh\nmkdir -p repodata\nexit 1\n' >"$SCRATCH/no-createrepo/createrepo_c"
    chmod 0755 "$SCRATCH/no-createrepo/createrepo_c"
    PATH=$SCRATCH/no-createrepo:$PATH refused 1 repository-failed release 2
    equal "$(state "$repo")" "$before"
}

# A file system that has room for the packages, but not for the lists too; and one without room for the packages.
disk_full() {
    local small=$SCRATCH/small room before
    mkdir -p "$small"
    mount -t tmpfs -o size=600k tmpfs "$small"
    release 1 "$small/repo"
    before=$(state "$small/repo")
    for room in 24 4; do
        rm -f "$small/fill"
        head -c "$(($(df --output=avail -k "$small" | tail -n 1) - room))k" /dev/zero >"$small/fill"
        refused 1 'file-error|repository-failed' release 2 "$small/repo"
        equal "$(state "$small/repo")" "$before"
    done
    rm "$small/fill"
    release 2 "$small/repo"
    true_lists "$small/repo"
    umount "$small"
}

# A client that has read InRelease just before the change, and asks for the lists after it.
client_on_its_way() {
    local folder=$SCRATCH/client options digest
    options=(-o Dir::State="$folder/state" -o Dir::State::status="$folder/status" -o Dir::Cache="$folder/cache"
        -o Dir::Etc::sourcelist="$folder/sources.list" -o Dir::Etc::sourceparts=/dev/null -o APT::Sandbox::User=root
        -o APT::Update::Error-Mode=any)
    mkdir -p "$folder/state/lists/partial" "$folder/cache/archives/partial"
    : >"$folder/status"
    echo "deb [signed-by=$repo/archive-key.asc] copy:$folder/web ./" >"$folder/sources.list"
    cp -r "$repo" "$SCRATCH/before"
    release 2
    true_lists "$repo"
    cp -r "$repo" "$folder/web"
    cp "$SCRATCH/before/InRelease" "$folder/web/InRelease"
    apt-get "${options[@]}" update
    apt-cache "${options[@]}" show hello-dkms >"$SCRATCH/read"
    contains "$SCRATCH/read" '^Version: 1\.5\.0-1$'
    lacks "$SCRATCH/read" '^Version: 1\.5\.0-2$'
    # One more, and the lists that nobody can have read just now are gone.
    release 3
    true_lists "$repo"
    digest=$(sha256sum <"$SCRATCH/before/Packages" | cut -d ' ' -f 1)
    absent "$repo/by-hash/SHA256/$digest"
    [ "${#REPOS[@]}" = 2 ] || [ "$(find "$repo/repodata" -name '*-primary.xml.gz' | wc -l)" = 2 ]
}

# A release that leaves the lists alone would make them false.
not_without_the_lists() {
    local before
    before=$(state "$repo")
    refused 64 in-repository "$MKDKMS" release "$TREE" -R 1 -o "$repo"
    contains "$SCRATCH/err" 'hint: give --repo apt'
    refused 64 in-repository "$MKDKMS" release "$TREE" -R 1 --package-key test@example.org -o "$repo"
    if [ "${#REPOS[@]}" = 4 ]; then
        refused 64 in-repository "$MKDKMS" release "$TREE" -R 1 --repo apt --package-key test@example.org -o "$repo"
        contains "$SCRATCH/err" 'hint: give --repo apt --repo dnf'
    fi
    equal "$(state "$repo")" "$before"
}

# Where no repository was, a failure leaves none.
no_half_repository() {
    gpg_fails ' --clear-sign '
    PATH=$SCRATCH/bin:$PATH refused 1 package-signing-failed release 1 "$SCRATCH/none"
    empty "$SCRATCH/none"
}

if ! command -v gpg >/dev/null; then
    skip "repositories" "gpg is not installed"
    finish
    exit
fi
check "a key of gpg" make_key
check "release ${REPOS[*]}: lists, signatures and packages agree, the second time too" first
check "a repository without a key, and a revision with other contents, are warned of" warnings
check "SHA256SUMS and index.json name what lies there, of all releases" sums
check "a signature that fails leaves the repository as it was" failing_signature
if [ "${#REPOS[@]}" = 4 ]; then
    check "a createrepo_c that fails leaves the repository as it was" failing_createrepo
else
    skip "a createrepo_c that fails" "createrepo_c is not installed"
fi
check "no repository at all rather than half of one" no_half_repository
if needs_root "a full disk"; then check "a full disk leaves the repository as it was" disk_full; fi
if command -v apt-get >/dev/null; then
    check "apt finds the lists of the InRelease that it has read, whatever came since" client_on_its_way
else
    skip "apt on its way" "apt-get is not installed"
fi
check "a release without --repo is not written into a repository" not_without_the_lists
finish
