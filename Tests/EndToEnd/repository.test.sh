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
    # The same release again makes no other packages, although each signature has its time.
    sleep 1
    before=$(packages "$repo")
    release 1 2>"$SCRATCH/err"
    true_lists "$repo"
    equal "$(packages "$repo")" "$before"
    lacks "$SCRATCH/err" 'republished'
    (cd "$repo" && sha256sum --quiet -c SHA256SUMS)
}

# Who has packages and sums of a mirror can ask whose they are; a signature never stays beside other sums than its own.
signed_sums() {
    local folder=$SCRATCH/sums-only
    gpg --batch --verify "$repo/SHA256SUMS.asc" "$repo/SHA256SUMS"
    release 2 "$folder"
    gpg --batch --verify "$folder/SHA256SUMS.asc" "$folder/SHA256SUMS"
    spoil "$folder/SHA256SUMS"
    ! gpg --batch --verify "$folder/SHA256SUMS.asc" "$folder/SHA256SUMS" || fail 'any sums are good'
    # Of a release that is no repository, too.
    "$MKDKMS" release "$TREE" --package-key test@example.org -o "$SCRATCH/plain"
    gpg --batch --verify "$SCRATCH/plain/SHA256SUMS.asc" "$SCRATCH/plain/SHA256SUMS"
    "$MKDKMS" release "$TREE" -o "$SCRATCH/plain"
    absent "$SCRATCH/plain/SHA256SUMS.asc"
    (cd "$SCRATCH/plain" && sha256sum --quiet -c SHA256SUMS)
    if command -v sq >/dev/null; then
        sq key generate --userid '<sums@b.c>' --export "$SCRATCH/sums.pgp"
        "$MKDKMS" release "$TREE" --package-key "$SCRATCH/sums.pgp" -o "$SCRATCH/plain"
        sq verify --signer-cert "$SCRATCH/sums.pgp" --detached "$SCRATCH/plain/SHA256SUMS.asc" "$SCRATCH/plain/SHA256SUMS"
    fi
    refused 1 'package-signing-failed' "$MKDKMS" release "$TREE" --package-key nobody@example.org -o "$SCRATCH/unsigned"
    absent "$SCRATCH/unsigned"
}

# packages FOLDER: those in it, by their digests.
packages() { (cd "$1" && sha256sum -- *.deb *.rpm); }

# What is not signed by the key, or no longer, is signed anew, and that alone.
signed_anew() {
    local folder=$SCRATCH/anew deb=hello-dkms_1.5.0-1_all.deb rpm=hello-dkms-1.5.0-1.noarch.rpm before
    release 1 "$folder"
    "$MKDKMS" deb "$TREE" -R 1 -o "$folder"
    "$MKDKMS" rpm "$TREE" -R 1 -o "$folder"
    release 1 "$folder" 2>"$SCRATCH/err"
    lacks "$SCRATCH/err" 'republished'
    ar t "$folder/$deb" >"$SCRATCH/members"
    contains "$SCRATCH/members" '^_gpgorigin$'
    [ "${#REPOS[@]}" = 2 ] || [ "$(rpm -qp --nosignature --qf '%{RSAHEADER:pgpsig}' "$folder/$rpm")" != '(none)' ]
    # A signature that is none.
    spoil "$folder/$deb" -9
    before=$(packages "$folder")
    release 1 "$folder"
    equal "$(comm -13 <(printf '%s\n' "$before" | sort) <(packages "$folder" | sort) | wc -l)" 1
    equal "$(packages "$folder" | grep -c "$deb")" 1
    equal "$(comm -12 <(printf '%s\n' "$before" | sort) <(packages "$folder" | sort) | grep -c "$deb")" 0
    true_lists "$folder"
    # One of somebody else's key.
    gpg --batch --quiet --passphrase '' --quick-gen-key 'Other <other@example.org>' rsa2048 sign never
    before=$(packages "$folder")
    "$MKDKMS" release "$TREE" "${REPOS[@]}" --package-key other@example.org -R 1 -o "$folder"
    equal "$(comm -12 <(printf '%s\n' "$before" | sort) <(packages "$folder" | sort))" ''
    gpg --batch --export other@example.org >"$SCRATCH/other.pgp"
    ar p "$folder/$deb" _gpgorigin >"$SCRATCH/sig"
    (cd "$SCRATCH" && ar p "$folder/$deb" debian-binary && ar p "$folder/$deb" control.tar.xz && ar p "$folder/$deb" data.tar.xz) >"$SCRATCH/signed"
    gpgv --keyring "$SCRATCH/other.pgp" "$SCRATCH/sig" "$SCRATCH/signed"
    before=$(packages "$folder")
    "$MKDKMS" release "$TREE" "${REPOS[@]}" --package-key other@example.org -R 1 -o "$folder"
    equal "$(packages "$folder")" "$before"
}

# The same with a key that sq reads.
signed_by_sequoia() {
    local folder=$SCRATCH/sequoia before
    sq key generate --userid '<a@b.c>' --export "$SCRATCH/key.pgp"
    "$MKDKMS" release "$TREE" --repo apt --package-key "$SCRATCH/key.pgp" -o "$folder"
    before=$(packages "$folder")
    sleep 1
    "$MKDKMS" release "$TREE" --repo apt --package-key "$SCRATCH/key.pgp" -o "$folder"
    equal "$(packages "$folder")" "$before"
    spoil "$folder/hello-dkms_1.5.0-1_all.deb" -9
    "$MKDKMS" release "$TREE" --repo apt --package-key "$SCRATCH/key.pgp" -o "$folder"
    [ "$(packages "$folder" | wc -l)" = 2 ]
    [ "$(packages "$folder" | grep deb)" != "$(printf '%s\n' "$before" | grep deb)" ]
}

# What has but the name of a package is told, and the repository goes without it.
no_packages() {
    local folder=$SCRATCH/junk name names=(junk.deb junk.dsc ${REPOS[2]:+junk.rpm empty.rpm})
    mkdir -p "$folder/folder.deb"
    for name in junk.deb junk.rpm junk.dsc; do echo junk >"$folder/$name"; done
    : >"$folder/empty.rpm"
    release 1 "$folder" 2>"$SCRATCH/err"
    for name in "${names[@]}"; do
        contains "$SCRATCH/err" "^mkdkms: warning: .*/$name: .*\\[not-a-package\\]\$"
    done
    equal "$(grep -c 'not-a-package' "$SCRATCH/err")" "${#names[@]}"
    true_lists "$folder"
    lacks "$folder/Packages" junk
    # What sums there are is of packages.
    for name in "${names[@]}"; do lacks "$folder/SHA256SUMS" "  $name\$"; done
    (cd "$folder" && sha256sum --quiet -c SHA256SUMS)
    absent "$folder/Sources"
    present "$folder/junk.deb"
}

# until_written TREE: as often as another run is writing into the repository, for some minutes.
until_written() {
    local status said end=$((SECONDS + 200))
    said=$SCRATCH/said.$(basename "$1")
    while [ "$SECONDS" -lt "$end" ]; do
        status=0
        "$MKDKMS" release "$1" "${REPOS[@]}" --package-key test@example.org -o "$SCRATCH/shared" 2>"$said" || status=$?
        [ "$status" != 0 ] || return 0
        grep -q '\[repository-busy\]$' "$said" || { cat "$said"; return 1; }
        sleep 0.1
    done
    return 1
}

# Two runs at the same time: each is written, at once or after it was told to wait, and the lists have both.
two_runs() {
    local one two round name status=0
    tree_copy "$TWO_MODULES" "$SCRATCH/tree/two-modules-2.1"
    for round in 1 2 3; do
        rm -rf "$SCRATCH/shared"
        until_written "$TREE" &
        one=$!
        until_written "$SCRATCH/tree/two-modules-2.1" &
        two=$!
        wait $one || status=1
        wait $two || status=1
        [ $status = 0 ] || fail "one of the runs failed in round $round"
        true_lists "$SCRATCH/shared"
        (cd "$SCRATCH/shared" && sha256sum --quiet -c SHA256SUMS)
        for name in hello two-modules; do
            contains "$SCRATCH/shared/SHA256SUMS" "  $name-dkms_.*\\.deb$"
            contains "$SCRATCH/shared/index.json" "\"$name-dkms_.*\\.deb\""
        done
        none_below "$SCRATCH/shared" '*.part'
    done
}

# apt_knows REPOSITORY KEY: has an apt of its own read the lists, with `options` for its programs.
apt_knows() {
    local folder
    folder=$(mktemp -d "$SCRATCH/apt.XXXXXX")
    options=(-o Dir::State="$folder/state" -o Dir::State::status="$folder/status" -o Dir::Cache="$folder/cache"
        -o Dir::Etc::sourcelist="$folder/sources.list" -o Dir::Etc::sourceparts=/dev/null -o APT::Sandbox::User=root
        -o APT::Update::Error-Mode=any)
    mkdir -p "$folder/state/lists/partial" "$folder/cache/archives/partial"
    : >"$folder/status"
    echo "deb [signed-by=$2] copy:$1 ./" >"$folder/sources.list"
    apt-get "${options[@]}" update
}

# Whose the repository is stays what apt has read once, also where a package of another source comes first in the lists: it would ask
# its users before it takes the lists of another one.
same_origin() {
    local options folder=$SCRATCH/origins
    tree_copy "$TWO_MODULES" "$SCRATCH/origins-tree/two-modules-2.1"
    "$MKDKMS" release "$SCRATCH/origins-tree/two-modules-2.1" --repo apt --package-key test@example.org -o "$folder"
    sed -i '/^Date:/i Suite: stable\nCodename: own' "$folder/Release"
    "$MKDKMS" release "$SCRATCH/origins-tree/two-modules-2.1" -R 2 --repo apt --package-key test@example.org -o "$folder"
    apt_knows "$folder" "$folder/archive-key.asc"
    "$MKDKMS" release "$TREE" --repo apt --package-key test@example.org -o "$folder"
    contains "$folder/Release" '^Suite: stable$'
    contains "$folder/Release" '^Codename: own$'
    contains "$folder/Release" '^Origin: two-modules$'
    contains "$folder/Release" '^Label: two-modules$'
    apt-get "${options[@]}" update
    equal "$(apt-cache "${options[@]}" pkgnames | sort | xargs)" 'hello-dkms two-modules-dkms'
}

apt_reads_both() {
    local options
    apt_knows "$SCRATCH/shared" "$SCRATCH/shared/archive-key.asc"
    equal "$(apt-cache "${options[@]}" pkgnames | sort | xargs)" 'hello-dkms two-modules-dkms'
}

# dnf_finds REPOSITORY QUERY…: what dnf says of the repository.
dnf_finds() {
    local folder repository=$1
    shift
    folder=$(mktemp -d "$SCRATCH/dnf.XXXXXX")
    dnf -q --installroot "$folder/root" --setopt=cachedir="$folder/cache" \
        --repofrompath "own,file://$repository" --repo own repoquery "$@" >"$SCRATCH/query"
    grep . "$SCRATCH/query" | sort | xargs
}

dnf_reads_both() { equal "$(dnf_finds "$SCRATCH/shared" --qf '%{name}\n')" 'hello-dkms two-modules-dkms'; }

# broken_headers RELEASE: headers that nothing can be built with.
broken_headers() {
    local folder=$SCRATCH/headers/$1
    mkdir -p "$folder/include/config" "$folder/include/generated"
    cp "/lib/modules/$K1/build/include/config/auto.conf" "$folder/include/config/"
    printf '#define UTS_RELEASE "%s"\n' "$1" >"$folder/include/generated/utsrelease.h"
    : >"$folder/Makefile"
    printf '%s\n' "$folder"
}

# followers FOLDER: the packages in it that follow the newest kernel.
followers() { (cd "$1" && find . -name '*~*' -printf '%f\n' | sort); }

# A run in which a kernel fails publishes nothing: users would take what is left for an update.
failed_kernel() {
    local folder=$SCRATCH/failed newer before options tree=$SCRATCH/excluding/hello-1.5.0
    newer=$(broken_headers "9$K1")
    kernels() { "$MKDKMS" release "$1" "${@:2}" "${REPOS[@]}" --package-key test@example.org --no-sign -o "$folder"; }
    refused 1 'not-published' kernels "$TREE" -k "$K1" -k "$newer"
    contains "$SCRATCH/err" "nothing is published in .*: the build failed for 9${K1//./\\.} \\[not-published\\]\$"
    empty "$folder"
    kernels "$TREE" -k "$K1"
    before=$(state "$folder")
    refused 1 'not-published' kernels "$TREE" -k "$K1" -k "$newer" -R 2
    refused 1 'not-published' kernels "$TREE" -k "$newer" -R 2
    equal "$(state "$folder")" "$before"
    # JSON says it too.
    ends_with 1 "$MKDKMS" release "$TREE" -k "$newer" "${REPOS[@]}" --package-key test@example.org -o "$folder" --json >"$SCRATCH/json"
    equal "$(jq -r '.artifacts | length' "$SCRATCH/json")" 0
    contains "$SCRATCH/json" '"not-published"'
    # What dkms.conf excludes is no failure.
    mkdir "$SCRATCH/excluding"
    cp -r "$TREE" "$tree"
    echo "BUILD_EXCLUSIVE_KERNEL=\"^${K1//./\\.}\\$\"" >>"$tree/dkms.conf"
    kernels "$tree" -k "$K1" -k "$newer" -R 2
    true_lists "$folder"
    equal "$(followers "$folder" | wc -l)" "${#REPOS[@]}"
}

# Whichever revision comes last, the highest is offered.
highest_revision() {
    local folder=$SCRATCH/revisions revision options name
    for revision in 2 1 1.1 1~bpo12+1; do
        "$MKDKMS" release "$TREE" -k "$K1" "${REPOS[@]}" --package-key test@example.org --no-sign -R "$revision" -o "$folder"
    done
    name=$(basename "$(find "$folder" -name 'hello-modules-*_1.5.0-2~*.deb')")
    apt_knows "$folder" "$folder/archive-key.asc"
    apt-cache "${options[@]}" madison "${name%%_*}" | awk '{ print $3 }' >"$SCRATCH/order"
    sed -E 's/~[0-9][^~]*$//' "$SCRATCH/order" | diff <(printf '1.5.0-%s\n' 2 1.1 1 1~~bpo12+1) -
    apt-cache "${options[@]}" policy "${name%%_*}" >"$SCRATCH/policy"
    contains "$SCRATCH/policy" '^ +Candidate: 1\.5\.0-2~'
    [ "${#REPOS[@]}" = 4 ] && command -v dnf >/dev/null || return 0
    equal "$(dnf_finds "$folder" --latest-limit 1 --qf '%{release}\n' 'kmod-hello-latest*' | cut -d '~' -f 1)" 2
    equal "$(dnf_finds "$folder" --qf '%{release}\n' 'kmod-hello-latest*' | wc -w)" 4
}

# Without a repository the good kernels' packages are written, and none that would follow an older one instead.
follows_no_older() {
    local folder=$SCRATCH/follows newer older name
    newer=$(broken_headers "9$K1")
    older=$(broken_headers "0.$K1")
    for name in 'deb --kind modules' 'rpm --kind kmod'; do
        rm -rf "$folder"
        # shellcheck disable=SC2086 # a verb with its options
        refused 1 'not-followed' "$MKDKMS" $name "$TREE" -k "$K1" -k "$newer" --no-sign -o "$folder"
        equal "$(followers "$folder")" ''
        equal "$(find "$folder" -name "*hello-*$K1*" | wc -l)" 1
        # shellcheck disable=SC2086 # likewise
        ends_with 1 "$MKDKMS" $name "$TREE" -k "$K1" -k "$older" --no-sign -o "$folder"
        lacks "$SCRATCH/err" 'not-followed'
        equal "$(followers "$folder" | wc -l)" 1
    done
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
    alike <(jq -r '.artifacts[] | .sha256 + "  " + .file' "$folder/index.json") "$folder/SHA256SUMS"
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
        none_below "$repo" '*.part'
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
    mkdir "$folder"
    cp -r "$repo" "$SCRATCH/before"
    release 2
    true_lists "$repo"
    cp -r "$repo" "$folder/web"
    cp "$SCRATCH/before/InRelease" "$folder/web/InRelease"
    apt_knows "$folder/web" "$repo/archive-key.asc"
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

if ! needs_program "repositories" gpg; then
    finish
    exit
fi
check "a key of gpg" make_key
check "release ${REPOS[*]}: lists, signatures and packages agree, the second time too" first
check "the sums are signed" signed_sums
check "packages that are not signed so already are signed anew, and no others" signed_anew
if needs_program "a repository signed by sq" sq; then check "the same with a key that sq reads" signed_by_sequoia; fi
check "what is no package is told" no_packages
check "two runs at the same time" two_runs
if needs_program "apt reads what both wrote" apt-get; then check "apt reads what both wrote" apt_reads_both; fi
if needs_program "whose an apt repository is" apt-get; then check "whose an apt repository is stays as it was" same_origin; fi
if needs_program "dnf reads what both wrote" createrepo_c dnf; then check "dnf reads what both wrote" dnf_reads_both; fi
if needs_kernel "a kernel that fails"; then
    check "a run in which a kernel fails publishes nothing" failed_kernel
    check "no package follows an older kernel than one that failed" follows_no_older
    if needs_program "the highest revision" apt-get; then
        check "apt and dnf offer the highest revision of what follows the newest kernel" highest_revision
    fi
fi
check "a repository without a key, and a revision with other contents, are warned of" warnings
check "SHA256SUMS and index.json name what lies there, of all releases" sums
check "a signature that fails leaves the repository as it was" failing_signature
if needs_program "a createrepo_c that fails" createrepo_c; then
    check "a createrepo_c that fails leaves the repository as it was" failing_createrepo
fi
check "no repository at all rather than half of one" no_half_repository
if needs_mounts "a full disk"; then check "a full disk leaves the repository as it was" disk_full; fi
if needs_program "apt on its way" apt-get; then
    check "apt finds the lists of the InRelease that it has read, whatever came since" client_on_its_way
fi
check "a release without --repo is not written into a repository" not_without_the_lists
finish
