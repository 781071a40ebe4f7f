#!/bin/bash
# Makes a bundle folder by hand, independently of mkdkms: make-bundle.sh OUT NAME VERSION [RELEASE HEADERS KO]…
# Each kernel is a release name, the folder with its Module.symvers, and the module. With KEY and CERT set it is
# signed; with SOURCE set that tree goes into it.
set -eu
out=$1 name=$2 version=$3
shift 3
here=$(cd "$(dirname "$0")" && pwd)
templates=$here/../../../templates
rm -rf "$out"
mkdir -p "$out/modules"
awk -f "$templates/render.awk" "$templates" bundle/install >"$out/install"
chmod 755 "$out/install"
tsv=$out/kernels.tsv
printf '#mkdkms.bundle-kernels/1\nbundle\t%s\t%s\tx86_64\n' "$name" "$version" >"$tsv"
while [ $# -gt 0 ]; do
    release=$1 symvers=$2/Module.symvers ko=$3
    shift 3
    mkdir -p "$out/modules/$release"
    file=modules/$release/${ko##*/}
    cp "$ko" "$out/$file"
    layout=$(awk -F '\t' '$2 == "module_layout" { print $1 }' "$symvers")
    module=${ko##*/}
    printf 'kernel\t%s\t%s\t%s\t%s\n' "$release" "$release" "$layout" "$(modinfo -F vermagic "$ko")" >>"$tsv"
    printf 'module\t%s\t%s\t%s\tupdates/%s/%s\t%s\n' "$release" "$file" "$(sha256sum <"$ko" | cut -d ' ' -f 1)" \
        "$name" "$module" "${module%%.ko*}" >>"$tsv"
    modprobe --dump-modversions "$ko" |
        awk -v release="$release" -v file="$file" '{ print "symbol\t" release "\t" file "\t" $2 "\t" $1 }' >>"$tsv"
done
printf '{"schema": "mkdkms.bundle-manifest/1", "name": "%s", "version": "%s"}\n' "$name" "$version" >"$out/manifest.json"
if [ -n "${SOURCE:-}" ]; then
    cp -R "$SOURCE" "$out/source"
fi
if [ -n "${CERT:-}" ]; then
    openssl x509 -in "$CERT" -outform DER -out "$out/mok.der"
fi
(cd "$out" && find . -type f ! -name 'SHA256SUMS*' | sed 's,^\./,,' | LC_ALL=C sort | xargs sha256sum >SHA256SUMS)
if [ -n "${KEY:-}" ]; then
    openssl cms -sign -binary -noattr -md sha256 -in "$out/SHA256SUMS" -signer "$CERT" -inkey "$KEY" \
        -outform DER -nocerts -out "$out/SHA256SUMS.p7s"
fi
