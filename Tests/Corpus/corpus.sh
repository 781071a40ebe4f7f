#!/bin/bash
# Reads every dkms.conf of Debian's *-dkms packages twice, without a shell and by bash: each that is accepted
# without one has to mean the same, and most have to be accepted.
#   MKDKMS   the binary under test     SUITES   Debian's suites     MINIMUM   per cent that need no shell
# Packages are fetched through apt folders of our own; only their dkms.conf is kept, under .test/corpus.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repo=$(cd "$here/../.." && pwd)
. "$here/../apt-folder.sh"
cache=$repo/.test/corpus
MKDKMS=$(realpath -m "${MKDKMS:-$repo/.build/release/mkdkms}")
read -ra suites <<<"${SUITES:-bookworm trixie sid}"
minimum=${MINIMUM:-80}
kernel=$("$repo/Tests/kernels" | head -n 1)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$cache/conf"

apt_for() {
    local suite=$1
    shift
    apt_in "$cache/apt/$suite" "$@"
}

# One copy of each version, whichever suites have it; of a package only the dkms.conf files stay.
fetch() {
    local suite=$1 uri file kept
    local -a packages
    mapfile -t packages < <(apt_for "$suite" apt-cache pkgnames | grep -- '-dkms$' | sort)
    for package in "${packages[@]}"; do
        read -r uri file _ < <(apt_for "$suite" apt-get download --print-uris "$package" 2>/dev/null) || continue
        kept=$cache/conf/${file%.deb}
        if [ ! -d "$kept" ]; then
            rm -rf "$work/deb" "$kept.new"
            mkdir -p "$work/deb" "$kept.new"
            (cd "$work/deb" && apt_for "$suite" apt-get download "$package") || {
                echo "skip  $file: ${uri#\'} cannot be fetched"
                continue
            }
            dpkg-deb --fsys-tarfile "$work"/deb/*.deb |
                tar -x -C "$kept.new" --wildcards --no-anchored 'dkms.conf' 2>/dev/null || true
            mv "$kept.new" "$kept"
        fi
    done
    rm -rf "$work/deb"
}
for suite in "${suites[@]}"; do
    apt_folder "$cache/apt/$suite" "$suite"
    fetch "$suite"
done

# values CONF OPTION…: what its directives mean, or what is wrong with them, as one JSON document.
values() {
    local conf=$1
    shift
    "$MKDKMS" conf "$conf" -k "$kernel" "$@" --json 2>/dev/null | jq -S 'del(.evaluator)'
}

passed=0 failed=0 skipped=0 accepted=0
printf '%-6s  %-8s  %s\n' result reader file
while IFS= read -r -d '' conf; do
    name=${conf#"$cache/conf/"}
    # The patches that it names are looked for, and were not kept.
    mkdir -p "$(dirname "$conf")/patches"
    while IFS= read -r patch; do : >"$(dirname "$conf")/patches/$patch"; done \
        < <(grep -ohE '[A-Za-z0-9_.+-]+\.(patch|diff)' "$conf" || true)
    values "$conf" --shell >"$work/shell" || true
    values "$conf" --no-shell >"$work/plain" || true
    if [ ! -s "$work/shell" ]; then
        skipped=$((skipped + 1))
        printf '%-6s  %-8s  %s\n' skip none "$name: bash cannot read it"
    elif reason=$(jq -er 'first(.diagnostics[]? | select(.code == "shell-needed")) | "\(.line // .location.line // ""): \(.message)"' "$work/plain"); then
        passed=$((passed + 1))
        printf '%-6s  %-8s  %s\n' ok shell "$name:${reason/ $conf needs a shell/ needs}"
    elif cmp -s "$work/shell" "$work/plain"; then
        passed=$((passed + 1))
        accepted=$((accepted + 1))
        printf '%-6s  %-8s  %s\n' ok plain "$name"
    else
        failed=$((failed + 1))
        printf '%-6s  %-8s  %s\n' FAIL plain "$name"
        diff "$work/shell" "$work/plain" | sed 's/^/      | /' || true
    fi
done < <(find "$cache/conf" -name dkms.conf -type f -print0 | sort -z)
total=$((passed + failed))
printf 'read without a shell: %d of %d\n' "$accepted" "$total"
if [ $((accepted * 100)) -lt $((total * minimum)) ]; then
    failed=$((failed + 1))
    printf 'FAIL  fewer than %s %% need no shell\n' "$minimum"
fi
printf '%d passed, %d failed, %d skipped\n' $passed $failed $skipped
[ $failed = 0 ]
