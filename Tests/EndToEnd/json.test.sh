#!/bin/bash
# Every verb's --json is one document that its shipped schema accepts, also when the verb fails.
. "$(dirname "$0")/lib.sh"

out=$SCRATCH/out
keys=$SCRATCH/keys

validate() { /usr/bin/python3 "$HERE/validate.py" "$REPO/docs/json/$1.schema.json" "${@:2}"; }

# prints SCHEMA COMMAND…: ends with 0, and stdout is a valid document, kept as $SCRATCH/SCHEMA.json.
prints() {
    local schema=$1
    shift
    "$MKDKMS" "$@" --json >"$SCRATCH/$schema.json"
    validate "$schema" "$SCRATCH/$schema.json"
    equal "$(jq '[.diagnostics[]? | select(.severity == "error")] | length' "$SCRATCH/$schema.json")" 0
}

# The oracles: what the fields say is what other tools say.
artifact_files() {
    prints "$@"
    local path
    while IFS= read -r path; do present "$path"; done < <(jq -r '.artifacts[].path' "$SCRATCH/$1.json")
    [ "$(jq '.artifacts | length' "$SCRATCH/$1.json")" -gt 0 ]
}

released() {
    artifact_files release release "$HELLO" -k "$K1" -o "$out"
    equal "$(jq '.artifacts | length' "$SCRATCH/release.json")" 6
    equal "$(jq -r '.units[0].kernel' "$SCRATCH/release.json")" "$K1"
    validate index "$out/index.json"
    alike <(jq -r '.artifacts[] | .sha256 + "  " + .file' "$out/index.json" | sort) <(sort "$out/SHA256SUMS")
}

# A dry run names all that the release has, and neither builds nor writes: broken has nothing that could be built.
planned() {
    prints release release "$HELLO" -k "$K1" -o "$SCRATCH/planned" --dry-run
    absent "$SCRATCH/planned"
    alike <(jq -r '.artifacts[].path' "$SCRATCH/release.json" | xargs -n 1 basename) \
        <(find "$out" -name 'hello*' -printf '%f\n' -o -name 'kmod*' -printf '%f\n' | sort)
    equal "$(jq -c '[.artifacts[] | .sha256, .size] | unique' "$SCRATCH/release.json")" '[null]'
    equal "$(jq -c '.units[] | [.kernel, .state, .modules, .log]' "$SCRATCH/release.json")" "[\"$K1\",\"planned\",[\"hello\"],null]"
    "$MKDKMS" deb "$BROKEN" --kind modules -k "$K1" --dry-run -o "$SCRATCH/planned" >"$SCRATCH/outline"
    contains "$SCRATCH/outline" '^    \(its modules are not built'
    contains "$SCRATCH/outline" "^    .*lib/modules/$K1/updates/.*\.ko"
    "$MKDKMS" deb "$HELLO" --kind dkms --dry-run -o "$SCRATCH/planned" >"$SCRATCH/outline"
    lacks "$SCRATCH/outline" 'not built'
    refused 1 'signature-required' "$MKDKMS" deb "$HELLO" -k "$K1" --dry-run --require-signature -o "$SCRATCH/planned"
    absent "$SCRATCH/planned"
}

modules_built() {
    prints modules modules "$HELLO" -k "$K1" --compress xz --sign-key "$keys/mok.key" --sign-cert "$keys/mok.pem" \
        --sign-hash sha256 -o "$SCRATCH/modules"
    equal "$(jq -r '.units[0].state' "$SCRATCH/modules.json")" built
    present "$(jq -r '.units[0].log' "$SCRATCH/modules.json")"
}

inspected() {
    local artifact
    for artifact in "$out"/*.deb "$out"/*.rpm "$out"/*.tar.*; do
        prints inspect inspect "$artifact"
        equal "$(jq -r .version "$SCRATCH/inspect.json" | sed 's/-1$//')" 1.5.0
        [ "$(jq '.files | length' "$SCRATCH/inspect.json")" -gt 0 ]
    done
}

# A damaged module costs its own place in the document and the exit code.
inspected_damage() {
    local module
    dpkg-deb -R "$(find "$out" -name 'hello-modules-*.deb')" "$SCRATCH/damaged"
    module=$(find "$SCRATCH/damaged" -name 'hello.ko*')
    head -c 200 /dev/zero | cat - "$module" >"$SCRATCH/damaged/${module##*/}"
    mv "$SCRATCH/damaged/${module##*/}" "$module"
    dpkg-deb --root-owner-group -b "$SCRATCH/damaged" "$SCRATCH/damaged.deb"
    refused 1 "hello\.ko" "$MKDKMS" inspect "$SCRATCH/damaged.deb" --json >"$SCRATCH/inspect.json"
    validate inspect "$SCRATCH/inspect.json"
    equal "$(jq -r '.name, .kind, (.modules | length), (.diagnostics | length)' "$SCRATCH/inspect.json" | xargs)" \
        "hello-modules-$K1 modules 0 1"
    jq -e '.files[] | select(.path | contains("hello.ko"))' "$SCRATCH/inspect.json"
    # The same in a bundle, whose sums say so too.
    mkdir "$SCRATCH/spoilt"
    tar -C "$SCRATCH/spoilt" -xf "$(find "$out" -name '*-bundle-*')"
    spoil "$(find "$SCRATCH/spoilt" -name hello.ko)" 0
    tar -C "$SCRATCH/spoilt" -cf "$SCRATCH/spoilt.tar" "$(ls "$SCRATCH/spoilt")"
    refused 1 "hello\.ko" "$MKDKMS" inspect "$SCRATCH/spoilt.tar" --json >"$SCRATCH/inspect.json"
    validate inspect "$SCRATCH/inspect.json"
    equal "$(jq -r '.name, (.modules | length)' "$SCRATCH/inspect.json" | xargs)" "hello 0"
    jq -e '.diagnostics[] | select(.code == "bad-bundle")' "$SCRATCH/inspect.json"
}

inspected_module() {
    local module=$SCRATCH/modules/$K1/$ARCH/hello.ko.xz
    prints inspect inspect "$module"
    equal "$(jq -r '.modules[0] | .name, .version, .license, .compression, .signature.signer, .signature.hash' "$SCRATCH/inspect.json" | tr '\n' '|')" \
        "hello|1.5.0|GPL|xz|mok module signing key|sha256|"
    equal "$(jq -r '.modules[0].vermagic' "$SCRATCH/inspect.json" | xargs)" "$(modinfo -F vermagic "$module" | xargs)"
    equal "$(jq -r '.modules[0].srcversion' "$SCRATCH/inspect.json")" "$(modinfo -F srcversion "$module")"
    equal "$(jq -r '.modules[0].signature.keyId' "$SCRATCH/inspect.json")" \
        "$(modinfo -F sig_key "$module" | tr -d ':' | tr '[:upper:]' '[:lower:]')"
}

# files of inspect are what the format's own tool lists, with the modes and digests of what it unpacks.
inspected_files() {
    local deb
    deb=$(find "$out" -name 'hello-dkms_*.deb')
    prints inspect inspect "$deb"
    mkdir -p "$SCRATCH/x"
    dpkg-deb -x "$deb" "$SCRATCH/x"
    (cd "$SCRATCH/x" && find . -type f -printf '%P\n' | sort | xargs sha256sum) >"$SCRATCH/expected"
    jq -r '.files[] | select(.sha256 != null) | .sha256 + "  " + (.path | sub("^\\.?/"; ""))' "$SCRATCH/inspect.json" |
        sort -k2 | diff <(sort -k2 "$SCRATCH/expected") -
}

signed() {
    cp "$SCRATCH/modules/$K1/$ARCH/hello.ko.xz" "$SCRATCH/hello.ko.xz"
    xz -d "$SCRATCH/hello.ko.xz"
    prints sign sign --replace "$SCRATCH/hello.ko" --sign-key "$keys/mok.key" --sign-cert "$keys/mok.pem" --sign-hash sha512
    equal "$(jq -r '.modules[0].signature.hash' "$SCRATCH/sign.json")" sha512
}

key_shown() {
    prints key key show "$keys/mok.pem"
    equal "$(jq -r .serial "$SCRATCH/key.json")" \
        "$(openssl x509 -in "$keys/mok.pem" -noout -serial | cut -d = -f 2 | tr '[:upper:]' '[:lower:]')"
    equal "$(jq -r .subject "$SCRATCH/key.json")" 'mok module signing key'
    equal "$(jq -r .sha256 "$SCRATCH/key.json")" \
        "$(openssl x509 -in "$keys/mok.pem" -noout -fingerprint -sha256 | cut -d = -f 2 | tr -d : | tr '[:upper:]' '[:lower:]')"
    equal "$(jq -r .validUntil "$SCRATCH/key.json")" \
        "$(date -u -d "$(openssl x509 -in "$keys/mok.pem" -noout -enddate | cut -d = -f 2)" +%Y-%m-%dT%H:%M:%SZ)"
}

# fails SCHEMA STATUS COMMAND…: a failure is a document too, with at least one error that has a hint.
failure() {
    local schema=$1 status=$2
    shift 2
    ends_with "$status" "$MKDKMS" "$@" --json >"$SCRATCH/failure.json"
    validate "$schema" "$SCRATCH/failure.json"
    [ "$(jq '[.diagnostics[] | select(.severity == "error" and (.hint // "") != "")] | length' "$SCRATCH/failure.json")" -gt 0 ]
}

make_key "$keys" mok
mkdir -p "$SCRATCH/nothing"
printf 'not a package' >"$SCRATCH/noise.deb"
check "conf" prints conf conf "$HELLO"
check "tarball" artifact_files tarball tarball "$HELLO" -o "$SCRATCH/t"
check "deb" artifact_files deb deb "$HELLO" -o "$SCRATCH/d"
check "rpm" artifact_files rpm rpm "$HELLO" -o "$SCRATCH/r"
check "key new" prints key key new "$SCRATCH/new-key"
check "key show" key_shown
check "a failing tarball" failure tarball 1 tarball "$SCRATCH/nothing" -o "$SCRATCH/f"
check "a failing conf" failure conf 1 conf "$SCRATCH/nothing"
check "a failing inspect" failure inspect 1 inspect "$SCRATCH/noise.deb"
check "a failing sign" failure sign 1 sign "$SCRATCH/noise.deb" --sign-key "$keys/mok.key" --sign-cert "$keys/mok.pem"
check "a failing key show" failure key 1 key show "$SCRATCH/noise.deb"
check "bundle without a kernel" failure bundle 64 bundle "$HELLO" -o "$SCRATCH/f"
if needs_kernel "documents of builds"; then
    check "conf for a kernel" prints conf conf "$HELLO" -k "$K1"
    check "conf of two modules, patches, hooks" prints conf conf "$TWO_MODULES" -k "$K1"
    check "conf through a shell" prints conf conf "$OS_DEPENDENT" -k "$K1" --target debian:12
    check "modules" modules_built
    check "bundle" artifact_files bundle bundle "$HELLO" -k "$K1" --from "$SCRATCH/modules" -o "$SCRATCH/b"
    check "release: six artifacts, index.json, SHA256SUMS" released
    check "a dry run of a release plans all of it and builds nothing" planned
    check "a release whose build fails" failure release 1 release "$BROKEN" -k "$K1" -o "$SCRATCH/f"
    check "inspect of every artifact" inspected
    check "inspect of a package with a damaged module shows the rest" inspected_damage
    check "inspect of a module says what modinfo says" inspected_module
    check "inspect of a deb lists what dpkg-deb unpacks" inspected_files
    check "sign" signed
fi
finish
