# shellcheck shell=bash
# Sourced after lib.sh by the files that run rpmlint.

# explained FILE: rpmlint has no error and no warning of it but those that have a row in docs/lint.md.
explained() {
    local tag unexplained=""
    # Without the filters that may lie beside the file.
    : >"$SCRATCH/no-filters"
    rpmlint -r "$SCRATCH/no-filters" "$1" >"$SCRATCH/rpmlint" 2>&1 || true
    cat "$SCRATCH/rpmlint"
    contains "$SCRATCH/rpmlint" '(1 packages and 0|0 packages and 1) specfiles checked'
    while IFS= read -r tag; do
        grep -qE "^\| rpmlint \|.*\`$tag\`" "$REPO/docs/lint.md" || unexplained+=" $tag"
    done < <(sed -nE 's/^[^ ]+ [EW]: ([a-z0-9_%-]+).*/\1/p' "$SCRATCH/rpmlint" | sort -u)
    [ -z "$unexplained" ] || fail "without an explanation in docs/lint.md:$unexplained"
}

# silent FILE: the same, and there is nothing at all, by itself or with the filters that come with a spec file.
silent() {
    local filters
    explained "$1"
    for filters in "$SCRATCH/no-filters" "$REPO/templates/rpm-source/rpmlintrc"; do
        rpmlint -c "$HERE/rpmlint.toml" -r "$filters" "$1" >"$SCRATCH/filtered" 2>&1 || true
        ! grep -qE '(1 packages and 0|0 packages and 1) specfiles checked; 0 errors, 0 warnings' "$SCRATCH/filtered" || return 0
    done
    cat "$SCRATCH/filtered"
    fail "rpmlint has something to say of $1"
}
