#!/bin/bash
# templates list, show and export: which file is in effect, and that a changed one is in a package.
. "$(dirname "$0")/lib.sh"

mine=$SCRATCH/mine
NAME=deb-dkms/postinst

lists_built_in() {
    "$MKDKMS" templates list >"$SCRATCH/list"
    contains "$SCRATCH/list" "^$NAME +built-in +-\$"
    # Every file of the repository's folder that a template folder may replace is listed, and nothing else.
    diff <(awk 'NR > 1 {print $1}' "$SCRATCH/list") <(cd "$REPO/templates" && find . -mindepth 2 -type f -printf '%P\n' |
        grep -v '^engine/' | LC_ALL=C sort)
}

shows() {
    "$MKDKMS" templates show "$NAME" >"$SCRATCH/shown"
    same "$SCRATCH/shown" "$REPO/templates/$NAME"
    refused 1 "was $NAME meant" "$MKDKMS" templates show deb-dkms/postins
}

exports() {
    "$MKDKMS" templates export "$mine" "$NAME" >"$SCRATCH/exported"
    equal "$(cat "$SCRATCH/exported")" "$mine/$NAME"
    same "$mine/$NAME" "$REPO/templates/$NAME"
    equal "$(find "$mine" -type f | wc -l)" 1
    # A folder's name stands for all that is in it.
    "$MKDKMS" templates export "$SCRATCH/folder" rpm-kmod >/dev/null
    diff -r "$SCRATCH/folder/rpm-kmod" "$REPO/templates/rpm-kmod"
    refused 1 'no template nothing' "$MKDKMS" templates export "$SCRATCH/none" nothing
    absent "$SCRATCH/none"
}

keeps_what_is_there() {
    printf '\n# our own line\n' >>"$mine/$NAME"
    cp "$mine/$NAME" "$SCRATCH/changed"
    # One that is there stops all.
    refused 1 'already .*postinst.*\[file-exists\]' "$MKDKMS" templates export "$mine"
    same "$mine/$NAME" "$SCRATCH/changed"
    equal "$(find "$mine" -type f | wc -l)" 1
    "$MKDKMS" templates export "$SCRATCH/forced" "$NAME" >/dev/null
    printf 'old\n' >"$SCRATCH/forced/$NAME"
    "$MKDKMS" templates export --force "$SCRATCH/forced" "$NAME" >/dev/null
    same "$SCRATCH/forced/$NAME" "$REPO/templates/$NAME"
}

changed_in_package() {
    local script
    "$MKDKMS" deb "$HELLO" --kind dkms --template-dir "$mine" -o "$SCRATCH/out" >"$SCRATCH/debs"
    script=$(dpkg-deb --ctrl-tarfile "$(head -n 1 "$SCRATCH/debs")" | tar -xO ./postinst)
    grep -qx '# our own line' <<<"$script"
}

first_place_wins() {
    "$MKDKMS" templates list --template-dir "$mine" --json >"$SCRATCH/templates.json"
    /usr/bin/python3 "$HERE/validate.py" "$REPO/docs/json/templates.schema.json" "$SCRATCH/templates.json"
    equal "$(jq -r --arg n "$NAME" '.templates[] | select(.name == $n) | .place, .path' "$SCRATCH/templates.json" | xargs)" \
        "option $mine/$NAME"
    equal "$(jq '[.templates[] | select(.place == "built-in")] | length > 5' "$SCRATCH/templates.json")" true
    MKDKMS_TEMPLATES=$mine "$MKDKMS" templates list >"$SCRATCH/list"
    contains "$SCRATCH/list" "^$NAME +environment +$mine/$NAME\$"
    MKDKMS_TEMPLATES=$mine "$MKDKMS" templates show "$NAME" --template-dir "$SCRATCH/forced" >"$SCRATCH/shown"
    same "$SCRATCH/shown" "$REPO/templates/$NAME"
    "$MKDKMS" templates show "$NAME" --json >"$SCRATCH/templates.json"
    /usr/bin/python3 "$HERE/validate.py" "$REPO/docs/json/templates.schema.json" "$SCRATCH/templates.json"
    jq -j '.templates[0].text' "$SCRATCH/templates.json" | cmp - "$REPO/templates/$NAME"
    refused 64 'no-template-folder' "$MKDKMS" templates list --template-dir "$SCRATCH/nowhere"
}

# A program with its own share/, and the machine's folder, which is made in a namespace of our own.
other_places() {
    mkdir -p "$SCRATCH/prefix/bin" "$SCRATCH/prefix/share/mkdkms/templates/deb-dkms"
    cp "$MKDKMS" "$SCRATCH/prefix/bin/mkdkms"
    cp "$mine/$NAME" "$SCRATCH/prefix/share/mkdkms/templates/$NAME"
    "$SCRATCH/prefix/bin/mkdkms" templates list >"$SCRATCH/list"
    contains "$SCRATCH/list" "^$NAME +program +$SCRATCH/prefix/share/"
}
system_place() {
    # shellcheck disable=SC2016 # the inner shell's variables
    unshare -m bash -ec 'mkdir -p "$1/upper/mkdkms" "$1/work"
        mount -t tmpfs tmpfs "$1/work"; mkdir "$1/work/u" "$1/work/w"
        mount -t overlay overlay -o "lowerdir=/etc,upperdir=$1/work/u,workdir=$1/work/w" /etc
        mkdir -p /etc/mkdkms; cp -r "$2" /etc/mkdkms/templates; "$3" templates list' \
        - "$SCRATCH/etc" "$mine" "$MKDKMS" >"$SCRATCH/list"
    contains "$SCRATCH/list" "^$NAME +system +/etc/mkdkms/templates/$NAME\$"
}

check "list names the built-in templates, all of them" lists_built_in
check "show prints one, and knows what a slip meant" shows
check "export writes one, or a folder of them" exports
check "export replaces nothing without --force" keeps_what_is_there
check "a changed template is in the package" changed_in_package
check "--template-dir comes before \$MKDKMS_TEMPLATES, and JSON says so" first_place_wins
check "templates beside the program are found" other_places
if needs_mounts "those of /etc/mkdkms are found"; then check "those of /etc/mkdkms are found" system_place; fi
finish
