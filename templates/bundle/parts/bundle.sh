# What the bundle holds.

digest() {
    sha256sum <"$1" | cut -d ' ' -f 1
}

# Prints the rows of kernels.tsv whose first column is $1 and, where given, whose second is $2.
rows() {
    awk -F '\t' -v kind="$1" -v set="${2:-}" '$1 == kind && (set == "" || $2 == set)' "$BUNDLE/kernels.tsv"
}

read_bundle() {
    [ -f "$BUNDLE/kernels.tsv" ] || fail "kernels.tsv is missing beside install" "unpack the bundle again"
    NAME=$(rows bundle | cut -f 2)
    VERSION=$(rows bundle | cut -f 3)
    ARCH=$(rows bundle | cut -f 4)
    if ! is_plain_name "$NAME" || ! is_plain_name "$VERSION" || ! is_plain_name "$ARCH"; then
        fail "kernels.tsv does not name a bundle" "unpack the bundle again"
    fi
    # Every path that is going to be written comes from these columns.
    if ! awk -F '\t' '
        function bad_path(path) {
            return path !~ /^[A-Za-z0-9._+~\/-]+$/ || path ~ /(^|\/)\.\.?(\/|$)/ || path ~ /^\/|\/\/|\/$/
        }
        $1 == "kernel" && ($2 !~ /^[A-Za-z0-9._+~-]+$/ || $3 !~ /^[A-Za-z0-9._+~-]+$/) { exit 1 }
        $1 == "module" && (bad_path($3) || bad_path($5) || $4 !~ /^[0-9a-f]+$/) { exit 1 }
        $1 == "module" && $6 !~ /^[A-Za-z0-9_-]+$/ { exit 1 }' "$BUNDLE/kernels.tsv"; then
        fail "kernels.tsv has a row with an unusable path" "ask whoever made the bundle"
    fi
    STATE=$ROOT/var/lib/mkdkms/bundles/$NAME
    RECORD=$STATE/.record
    HOME_OF_VERSION=$STATE/$VERSION
}
