# shellcheck shell=bash
# Sourced after lib.sh by the files that run rpmlint.

# explained FILE: rpmlint has no error and no warning of it but those that have a row in docs/lint.md.
explained() {
    local tag unexplained=""
    rpmlint "$1" >"$SCRATCH/rpmlint" 2>&1 || true
    cat "$SCRATCH/rpmlint"
    contains "$SCRATCH/rpmlint" '(1 packages and 0|0 packages and 1) specfiles checked'
    while IFS= read -r tag; do
        grep -qE "^\| rpmlint \|.*\`$tag\`" "$REPO/docs/lint.md" || unexplained+=" $tag"
    done < <(sed -nE 's/^[^ ]+ [EW]: ([a-z0-9_%-]+).*/\1/p' "$SCRATCH/rpmlint" | sort -u)
    [ -z "$unexplained" ] || fail "without an explanation in docs/lint.md:$unexplained"
}
