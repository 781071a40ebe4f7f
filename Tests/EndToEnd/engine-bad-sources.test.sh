#!/bin/bash
# What goes wrong with a source, and how dkms 3.4.3 says it: exit status and words, and what is left behind.
. "$(dirname "$0")/engine-cases.sh"

# conf_without PATTERN [DIRECTIVE…]: hello's dkms.conf without the lines that match, and with others.
conf_without() {
    source_of hello 1.5.0 "${@:2}"
    [ -z "$1" ] || sed -i -E "/$1/d" "$SRC/dkms.conf"
}

# bad_conf TEXT…: `add` refuses with these lines, and nothing is in the tree.
bad_conf() {
    says 8 engine add hello/1.5.0 < <(
        printf '%s\n' "$@" ''
        echo 'Error! Bad conf file.'
        echo "File: $SRC/dkms.conf does not represent a valid dkms.conf file."
    )
    absent "$TREE/hello"
}

no_source() {
    says 2 engine add hello/1.5.0 <<TEXT

Error! Could not find module source directory.
Directory: $SRC does not exist.
TEXT
    says 2 engine build hello/1.5.0 -k "$K1" <<TEXT

Error! Could not find module source directory.
Directory: $SRC does not exist.
TEXT
    says 2 engine install hello/1.5.0 -k "$K1" <<TEXT

Error! Could not find module source directory.
Directory: $SRC does not exist.
TEXT
    absent "$TREE/hello"
}

no_conf() {
    mkdir -p "$SRC"
    says 4 engine add hello/1.5.0 <<TEXT

Error! Could not locate dkms.conf file.
File: $SRC/dkms.conf does not exist.
TEXT
    absent "$TREE/hello"
    # A folder without dkms.conf is taken for a module's name.
    says 1 engine add "$SRC" <<'TEXT'

Error! Arguments <module> and <module-version> are not specified.
Usage: add <module>/<module-version> or
       add -m <module>/<module-version> or
       add -m <module> -v <module-version>
TEXT
}

twice() {
    source_of hello 1.5.0
    quietly engine add hello/1.5.0
    local words
    for words in hello/1.5.0 "$SRC" "$SRC/dkms.conf"; do
        says 3 engine add "$words" <<'TEXT'

Error! DKMS tree already contains: hello/1.5.0
You cannot add the same module/version combo more than once.
TEXT
    done
}

not_added() {
    source_of hello 1.5.0
    local verb
    for verb in remove unbuild uninstall mktarball; do
        says 3 engine "$verb" hello/1.5.0 <<'TEXT'

Error! The module/version combo: hello/1.5.0 is not located in the DKMS tree.
TEXT
    done
}

bad_confs() {
    conf_without '^PACKAGE_NAME'
    bad_conf "dkms.conf: Error! No 'PACKAGE_NAME' directive specified."
    conf_without '^PACKAGE_VERSION'
    bad_conf "dkms.conf: Error! No 'PACKAGE_VERSION' directive specified."
    conf_without '^DEST_MODULE_LOCATION'
    bad_conf "dkms.conf: Error! No 'DEST_MODULE_LOCATION' directive specified for record #0."
    conf_without '' 'DEST_MODULE_LOCATION[0]="/elsewhere"'
    bad_conf "dkms.conf: Error! Directive 'DEST_MODULE_LOCATION' does not begin with" \
        "'/kernel', '/updates', or '/extra' in record #0."
    conf_without '' 'BUILT_MODULE_NAME[0]="hello.ko"'
    bad_conf "dkms.conf: Error! 'BUILT_MODULE_NAME' directive ends in '.o' or '.ko' in record #0." \
        "dkms.conf: Error! 'DEST_MODULE_NAME' directive ends in '.o' or '.ko' in record #0."
    conf_without '' 'DEST_MODULE_NAME[0]="hello.o"'
    bad_conf "dkms.conf: Error! 'DEST_MODULE_NAME' directive ends in '.o' or '.ko' in record #0."
    conf_without '' 'DEST_MODULE_LOCATION[1]="/updates"'
    bad_conf "dkms.conf: Error! No 'BUILT_MODULE_NAME' directive specified for record #1."
    conf_without '' 'BUILT_MODULE_NAME[2]="other"'
    bad_conf "dkms.conf: Error! No 'BUILT_MODULE_NAME' directive specified for record #1." \
        "dkms.conf: Error! No 'DEST_MODULE_LOCATION' directive specified for record #1." \
        "dkms.conf: Error! No 'DEST_MODULE_LOCATION' directive specified for record #2."
    conf_without '' 'AUTOINSTALL=maybe'
    bad_conf "dkms.conf: Error! Unsupported AUTOINSTALL value 'maybe'"
    conf_without '' 'NO_WEAK_MODULES=1' 'BUILD_DEPENDS_REBUILD=2' 'AUTOINSTALL=3'
    bad_conf "dkms.conf: Error! Unsupported AUTOINSTALL value '3'" \
        "dkms.conf: Error! Unsupported BUILD_DEPENDS_REBUILD value '2'" \
        "dkms.conf: Error! Unsupported NO_WEAK_MODULES value '1'"
    : >"$SRC/dkms.conf"
    bad_conf "dkms.conf: Error! No 'PACKAGE_NAME' directive specified." \
        "dkms.conf: Error! No 'PACKAGE_VERSION' directive specified."
}

duplicates() {
    conf_without '' 'BUILT_MODULE_NAME[1]="hello"' 'DEST_MODULE_NAME[1]="other"' 'DEST_MODULE_LOCATION[1]="/extra"'
    bad_conf "dkms.conf: Error! Duplicate module 'hello' in 'BUILT_MODULE_NAME[1]'."
    conf_without '' 'BUILT_MODULE_NAME[1]="hello"' 'BUILT_MODULE_LOCATION[1]="sub"' 'DEST_MODULE_LOCATION[1]="/extra"'
    bad_conf "dkms.conf: Error! Duplicate module 'hello' in 'DEST_MODULE_NAME[1]'."
}

# A dkms.conf that went bad after `add`: the verbs that tidy up, and status, have to go on.
conf_spoilt_later() {
    conf_without ''
    quietly engine add hello/1.5.0
    sed -i '/^DEST_MODULE_LOCATION/d' "$SRC/dkms.conf"
    local verb
    for verb in build install; do
        says 8 engine "$verb" hello/1.5.0 -k "$K1" <<'TEXT'
dkms.conf: Error! No 'DEST_MODULE_LOCATION' directive specified for record #0.

Error! Bad conf file.
File:  does not represent a valid dkms.conf file.
TEXT
    done
    status_is <<<'hello/1.5.0: added'
    says 0 engine remove hello/1.5.0 --all <<<'Deleting module hello/1.5.0 completely from the DKMS tree.'
}

malformed_folder() {
    mkdir -p "$LAYERS/tree"
    printf 'PACKAGE_NAME=hello\n' >"$LAYERS/tree/dkms.conf"
    says 8 engine add "$LAYERS/tree" <<TEXT
dkms.conf: Error! No 'PACKAGE_VERSION' directive specified.

Error! Bad conf file.
File: $LAYERS/tree/dkms.conf does not represent a valid dkms.conf file.
TEXT
    absent "$TREE/hello"
}

zero_modules() {
    conf_without '_MODULE_' 'MAKE[0]=true'
    local warning='dkms.conf: Warning! Zero modules specified.'
    says 0 engine add hello/1.5.0 < <(printf '%s\n' "$warning" "$added")
    says 0 engine build hello/1.5.0 -k "$K1" < <(printf '%s\n' "$warning" "$building")
    says 0 engine install hello/1.5.0 -k "$K1" < <(printf '%s\n' "$warning" 'Running depmod... done.')
    status_is <<<"hello/1.5.0, $K1, $ARCH: installed"
    says 0 engine remove hello/1.5.0 -k "$K1" <<TEXT
Module hello/1.5.0 for kernel $K1 ($ARCH):
Before uninstall, this module version was ACTIVE on this kernel.
Running depmod... done.

Deleting module hello/1.5.0 completely from the DKMS tree.
TEXT
}

deprecated_directives() {
    conf_without '' 'CLEAN="make clean"' 'REMAKE_INITRD=yes' 'MODULES_CONF[0]=x' 'MODULES_CONF_OBSOLETES[0]=x' \
        'MODULES_CONF_ALIAS_TYPE[0]=x' 'MODULES_CONF_OBSOLETE_ONLY[0]=x' 'OBSOLETE_BY=99.0'
    says 0 engine add hello/1.5.0 <<TEXT
Deprecated feature: CLEAN ($SRC/dkms.conf)
Deprecated feature: REMAKE_INITRD ($SRC/dkms.conf)
Deprecated feature: MODULES_CONF ($SRC/dkms.conf)
Deprecated feature: MODULES_CONF_OBSOLETES ($SRC/dkms.conf)
Deprecated feature: MODULES_CONF_ALIAS_TYPE ($SRC/dkms.conf)
Deprecated feature: MODULES_CONF_OBSOLETE_ONLY ($SRC/dkms.conf)
Deprecated feature: OBSOLETE_BY ($SRC/dkms.conf): use BUILD_EXCLUSIVE_KERNEL_MAX instead
$added
TEXT
    conf_without '' 'CLEAN=true' 'REMAKE_INITRD='
    quietly engine remove hello/1.5.0 --all
    says 0 engine add hello/1.5.0 <<TEXT
Deprecated feature: REMAKE_INITRD ($SRC/dkms.conf)
$added
TEXT
    # What an administrator's file sets is told with that file.
    conf_without ''
    quietly engine remove hello/1.5.0 --all
    mkdir -p /etc/dkms
    printf 'REMAKE_INITRD=yes\nMODULES_CONF[0]=x\n' >/etc/dkms/hello.conf
    says 0 engine add hello/1.5.0 <<TEXT
Deprecated feature: REMAKE_INITRD (/etc/dkms/hello.conf)
Deprecated feature: MODULES_CONF (/etc/dkms/hello.conf)
$added
TEXT
    rm /etc/dkms/hello.conf
}

begin "bad input to add"
case_of "no source: 2" no_source
case_of "no dkms.conf: 4" no_conf
case_of "added twice: 3" twice
case_of "not added: 3" not_added
case_of "a bad dkms.conf: 8 and every fault" bad_confs
case_of "two modules of one name: 8" duplicates
case_of "a dkms.conf that went bad later" conf_spoilt_later
case_of "a folder whose dkms.conf is bad" malformed_folder
case_of "a dkms.conf without modules" zero_modules
case_of "directives of the past" deprecated_directives
finish
