#!/bin/bash
# Whose settings file holds: that of a tree, of the folder above it, of who stands there; and options and environment before it.
. "$(dirname "$0")/lib.sh"

tree_file() {
    local tree=$SCRATCH/tree/hello-1.5.0
    tree_copy "$HELLO" "$tree"
    printf 'options hello a=1\n' >"$tree/a.conf"
    cat >"$tree/mkdkms.yaml" <<'END'
summary: Words of the tree
release: 9
output: /nowhere
files: [{role: modprobe, source: a.conf}]
END
    "$MKDKMS" deb "$tree" -o "$SCRATCH/tree/out" 2>"$SCRATCH/err"
    contains "$SCRATCH/err" 'mkdkms\.yaml:2: .*release, output .*\[ignored-settings\]'
    only "$SCRATCH/tree/out" hello-common_1.5.0-1_all.deb hello-dkms_1.5.0-1_all.deb
    equal "$(dpkg-deb -f "$SCRATCH/tree/out/hello-dkms_1.5.0-1_all.deb" Description | head -n 1)" 'Words of the tree'
    # The same from within, and from an archive; what the user's file says holds.
    (cd "$tree" && "$MKDKMS" deb . -o ../inside)
    diff -r "$SCRATCH/tree/out" "$SCRATCH/tree/inside"
    tar -C "$SCRATCH/tree" -cf "$SCRATCH/tree/hello.tar" hello-1.5.0
    "$MKDKMS" deb "$SCRATCH/tree/hello.tar" -o "$SCRATCH/tree/archive"
    diff -r "$SCRATCH/tree/out" "$SCRATCH/tree/archive"
    printf 'summary: Words of the user\n' >"$SCRATCH/tree/user.yaml"
    "$MKDKMS" deb "$tree" --settings "$SCRATCH/tree/user.yaml" -o "$SCRATCH/tree/user"
    equal "$(dpkg-deb -f "$SCRATCH/tree/user/hello-dkms_1.5.0-1_all.deb" Description | head -n 1)" 'Words of the user'
    present "$SCRATCH/tree/user/hello-common_1.5.0-1_all.deb"
    # Whoever trusts it says so.
    "$MKDKMS" deb "$tree" --settings "$tree/mkdkms.yaml" -o "$SCRATCH/tree/trusted"
    only "$SCRATCH/tree/trusted" hello-common_1.5.0-9_all.deb hello-dkms_1.5.0-9_all.deb
    printf 'files: [{role: plain, source: /etc/passwd, destination: /x}]\n' >"$tree/mkdkms.yaml"
    refused 1 'mkdkms\.yaml:1: /etc/passwd is outside of .*/tree/hello-1\.5\.0' "$MKDKMS" deb "$tree" -o "$SCRATCH/tree/out"
    ln -s .. "$tree/up"
    printf 'files: [{role: plain, source: up/hello.tar, destination: /x}]\n' >"$tree/mkdkms.yaml"
    refused 1 'outside of ' "$MKDKMS" deb "$tree" -o "$SCRATCH/tree/out"
}

# words FOLDER: files of the folder, and the summary of its package.
words() {
    find "$1" -mindepth 1 -printf '%f\n' | sort
    dpkg-deb -f "$1"/hello-dkms_*.deb Description | head -n 1
}

# The folder above a tree is not the tree: the file there is that of who stands there, wherever the tree lies.
file_above_the_tree() {
    local top=$SCRATCH/above
    mkdir -p "$top/elsewhere" "$top/dir"
    tree_copy "$HELLO" "$top/dir/hello-1.5.0"
    tar -C "$top/dir" -cf "$top/dir/hello.tar" hello-1.5.0
    tree_copy "$HELLO" "$top/elsewhere/hello-1.5.0"
    ln -s ../elsewhere/hello-1.5.0 "$top/dir/link"
    printf 'options hello a=1\n' >"$top/dir/a.conf"
    cat >"$top/dir/mkdkms.yaml" <<'END'
summary: Words from above
release: 9
output: taken
files: [{role: modprobe, source: a.conf}]
END
    cd "$top/dir"
    printf '%s\n' hello-common_1.5.0-9_all.deb hello-dkms_1.5.0-9_all.deb 'Words from above' >"$SCRATCH/expected"
    local input
    for input in hello-1.5.0 hello-1.5.0/dkms.conf ./hello-1.5.0/. "$top/dir/hello-1.5.0" hello.tar link ../elsewhere/hello-1.5.0; do
        rm -rf taken
        "$MKDKMS" deb "$input" --kind dkms 2>"$SCRATCH/err"
        lacks "$SCRATCH/err" ignored-settings
        diff "$SCRATCH/expected" <(words taken)
    done
    # From a folder in the tree no file is taken, and the tree's own one stays what it is.
    mkdir hello-1.5.0/sub
    mv mkdkms.yaml hello-1.5.0/sub/mkdkms.yaml
    (cd hello-1.5.0/sub && "$MKDKMS" deb .. --kind dkms -o "$top/out")
    only ../out hello-dkms_1.5.0-1_all.deb
}

# Options beat the environment, and that beats the file; the file of the current folder needs no option.
precedence() {
    mkdir "$SCRATCH/here"
    printf 'release: 5\noutput: made\n' >"$SCRATCH/here/mkdkms.yaml"
    cd "$SCRATCH/here"
    "$MKDKMS" deb "$HELLO"
    MKDKMS_RELEASE=6 "$MKDKMS" deb "$HELLO"
    MKDKMS_RELEASE=6 "$MKDKMS" deb "$HELLO" -R 7
    only made hello-dkms_1.5.0-5_all.deb hello-dkms_1.5.0-6_all.deb hello-dkms_1.5.0-7_all.deb
    MKDKMS_SETTINGS=/dev/null "$MKDKMS" deb "$HELLO" -o plain
    only plain hello-dkms_1.5.0-1_all.deb
    printf 'require-signature: true\ncache-dir: logs\n' >signed.yaml
    refused 1 'signature-required' "$MKDKMS" modules "$HELLO" -k "$K1" --settings signed.yaml -o unsigned
    "$MKDKMS" modules "$HELLO" -k "$K1" --settings signed.yaml --no-sign -o unsigned
    present logs/logs
}

check "the file of a tree describes it and ships its files, no more" tree_file
check "a file above the tree is of who stands there" file_above_the_tree
if needs_kernel "options beat the environment, that beats the file"; then
    check "options beat the environment, that beats the file" precedence
fi
finish
