#!/bin/bash
# Runs end-to-end tests with two binaries that do nothing, one that always ends well and one that always fails, and lists the
# cases that pass all the same: each prepares something for others, is about another program, or can't fail.
#   Tests/EndToEnd/hollow.sh [NAME…]     as for Tests/EndToEnd/run
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# The engine's tests want one that answers to --version before they begin.
printf '#!/bin/sh\n[ "$*" != --version ] || echo dkms-3.4.3\n' >"$work/well"
cat >"$work/failing" <<'END'
#!/bin/sh
[ "$*" != --version ] || { echo dkms-3.4.3; exit; }
printf 'mkdkms: error: nothing was done [nothing]\n  hint: none\n' >&2
exit 1
END
chmod 0755 "$work/well" "$work/failing"
for binary in well failing; do
    # A script is taken for the real dkms, of which some cases are skipped.
    OURS=1 MKDKMS=$work/$binary "$here/run" "$@" >"$work/log" 2>&1 || true
    tail -n 1 "$work/log" | sed "s/^/$binary: /"
    awk '/^== / { name = $2 } /^ok / { sub(/^ok +/, ""); print "   " name ": " $0 }' "$work/log"
done
