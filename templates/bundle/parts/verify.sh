# Is it what was signed?

# Refuses a bundle that is not, to the byte and to the file, what SHA256SUMS and its signature say.
verify_bundle() {
    again="unpack or download the bundle again; nothing was changed"
    [ -f "$BUNDLE/SHA256SUMS" ] || fail "SHA256SUMS is missing" "$again"
    if [ -n "$CERTIFICATE" ]; then
        verify_signature
    fi
    # Only plain lines, so that no tool reads one differently than another.
    if grep -Evq '^[0-9a-f]{64}  [^/\\ ]' "$BUNDLE/SHA256SUMS" || cut -c 67- "$BUNDLE/SHA256SUMS" |
        grep -Eq '(^|/)\.\.?(/|$)|\\|//'; then
        fail "SHA256SUMS has a line that is no checksum of a file in the bundle" "$again"
    fi
    odd=$(cd "$BUNDLE" && find . ! -type d ! -type f | head -n 1)
    [ -z "$odd" ] || fail "$odd is neither a file nor a folder" "$again"
    present=$(cd "$BUNDLE" && find . -type f | sed 's,^\./,,' | grep -vx -e SHA256SUMS -e SHA256SUMS.p7s | sort)
    listed=$(cut -c 67- "$BUNDLE/SHA256SUMS" | sort)
    if [ "$present" != "$listed" ]; then
        {
            printf '%s\n' "$present" | sed 's/^/+/'
            printf '%s\n' "$listed" | sed 's/^/-/'
        } | awk '{ path = substr($0, 2); seen[path] = seen[path] substr($0, 1, 1) }
            END { for (path in seen) if (seen[path] == "+") print "  not listed in SHA256SUMS: " path
                else if (seen[path] != "+-") print "  missing: " path }' | sort >&2
        fail "the files here are not those of SHA256SUMS" "$again"
    fi
    if ! checked=$(cd "$BUNDLE" && sha256sum -c SHA256SUMS 2>/dev/null); then
        printf '%s\n' "$checked" | grep -v ': OK$' | sed 's/^/  /' >&2
        fail "a file of the bundle is damaged" "$again"
    fi
}

make_work_folder() {
    WORK=$(mktemp -d) || fail "cannot make a temporary folder" "check the space in ${TMPDIR:-/tmp}"
    trap 'rm -rf "$WORK"' EXIT
    trap 'exit 1' INT TERM HUP
}

verify_signature() {
    [ -f "$CERTIFICATE" ] || fail "there is no certificate $CERTIFICATE" "give the file that the vendor published"
    command -v openssl >/dev/null 2>&1 || fail "openssl is missing, which --cert needs" "install openssl"
    [ -f "$BUNDLE/SHA256SUMS.p7s" ] ||
        fail "the bundle is not signed (no SHA256SUMS.p7s)" "get a signed bundle, or install without --cert"
    if ! openssl x509 -in "$CERTIFICATE" -out "$WORK/cert.pem" 2>/dev/null &&
        ! openssl x509 -inform DER -in "$CERTIFICATE" -out "$WORK/cert.pem" 2>/dev/null; then
        fail "$CERTIFICATE is no X.509 certificate" "give a PEM or DER certificate"
    fi
    # Trust is in this one certificate: no chain, and none that the signature brings along.
    if ! openssl cms -verify -binary -inform DER -in "$BUNDLE/SHA256SUMS.p7s" -content "$BUNDLE/SHA256SUMS" \
        -certfile "$WORK/cert.pem" -nointern -noverify -out /dev/null 2>"$WORK/why"; then
        sed -n 's/^/  /p' "$WORK/why" | head -n 3 >&2
        fail "SHA256SUMS is not signed with the certificate $CERTIFICATE" \
            "get the bundle and the certificate again from their maker; nothing was changed"
    fi
}
