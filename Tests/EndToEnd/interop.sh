#!/bin/bash
# Loads our tarballs with the last dkms that had packaging commands and with a current one, and takes turns with the
# current one on one dkms tree.
#   DKMS_SOURCE=path of a dkms git checkout or bare repository   (tags v2.8.7 and v3.4.3)
set -euo pipefail

if [ -n "${MKDKMS-}" ]; then MKDKMS=$(realpath -m "$MKDKMS") && export MKDKMS; fi
cd "$(dirname "$0")"
: "${DKMS_SOURCE:?name a git checkout of dkms in DKMS_SOURCE}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
for tag in v2.8.7 v3.4.3; do
    mkdir -p "$work/$tag"
    git -C "$DKMS_SOURCE" archive "$tag" | tar -x -C "$work/$tag"
    # From 3.0 on the script is made from dkms.in by make; before, it is there as it is.
    [ ! -e "$work/$tag/dkms.in" ] || make -s -C "$work/$tag" dkms
    chmod +x "$work/$tag/dkms"
    printf '== dkms %s\n' "$tag"
    DKMS=$work/$tag/dkms bash dkms-tarball.test.sh || status=1
done
printf '== taking turns with dkms v3.4.3\n'
bash engine-interchange.test.sh || status=1
exit $status
