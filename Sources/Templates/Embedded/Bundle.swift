// swift-format-ignore-file
// Made by `make templates` from templates/bundle/; edit those files, not this one.

extension EmbeddedTemplates {
    static let bundle: [(name: String, text: String)] = [
        (
            name: "bundle/install",
            text: #"""
#!/bin/sh
# Installs the prebuilt kernel modules of this bundle. Needs sh, sha256sum, awk, find, depmod and the usual file
# tools, openssl for --cert; neither dkms nor mkdkms nor, unless the bundle falls back to its source, a compiler.
#
# Nothing runs before the shell has read the last line, so that a damaged script ends as a syntax error.

PROGRAM=${0##*/}
TAB=$(printf '\t')
umask 022
LC_ALL=C
export LC_ALL

usage() {
    cat <<USAGE
usage: ./install [--kernel K]… | --all-kernels   install for these kernels (default: the running one)
       ./install --uninstall [--kernel K]…       restore what was there before
       ./install --status                        show what is installed for which kernel

  -k, --kernel K    a kernel release; may be repeated
  --all-kernels     every kernel in /lib/modules that this bundle fits
  --cert FILE       the bundle must be signed with exactly this certificate (PEM or DER)
  --root DIR        work on the system in DIR instead of /
  --force           give up kernels that only an older version of this bundle serves
  --dry-run         say what would be done, change nothing
  -h, --help        this text

exit: 0 done, 1 refused or failed, 64 wrong usage
USAGE
}

say() {
    printf '%s\n' "$*"
}

# An error and, as the second argument, what to do next.
complain() {
    printf '%s: error: %s\n' "$PROGRAM" "$1" >&2
    if [ -n "${2:-}" ]; then
        printf 'hint: %s\n' "$2" >&2
    fi
}

warn() {
    printf '%s: warning: %s\n' "$PROGRAM" "$1" >&2
}

fail() {
    complain "$@"
    exit 1
}

misuse() {
    complain "$1" "see ./install --help"
    exit 64
}


read_arguments() {
    ACTION=install
    ROOT=
    KERNELS=
    ALL_KERNELS=
    CERTIFICATE=
    FORCE=
    DRY_RUN=
    HOOK=
    while [ $# -gt 0 ]; do
        case "$1" in
        --root=* | --kernel=* | --cert=* | --hook=*)
            option=${1%%=*}
            value=${1#*=}
            ;;
        --root | --kernel | -k | --cert | --hook)
            [ $# -ge 2 ] || misuse "$1 needs a value"
            option=$1
            value=$2
            shift
            ;;
        *)
            option=$1
            value=
            ;;
        esac
        case "$option" in
        --root) ROOT=$value ;;
        --kernel | -k)
            is_plain_name "$value" || misuse "'$value' is not a kernel release"
            KERNELS="$KERNELS $value"
            ;;
        --cert) CERTIFICATE=$value ;;
        --hook) HOOK=$value ;;
        --all-kernels) ALL_KERNELS=yes ;;
        --force) FORCE=yes ;;
        --dry-run) DRY_RUN=yes ;;
        --status) ACTION=status ;;
        --uninstall) ACTION=uninstall ;;
        -h | --help)
            usage
            exit 0
            ;;
        *) misuse "unknown argument: $1" ;;
        esac
        shift
    done
    [ -z "$KERNELS" ] || [ -z "$ALL_KERNELS" ] || misuse "--kernel and --all-kernels exclude each other"
    if [ -n "$ROOT" ]; then
        [ -d "$ROOT" ] || fail "--root $ROOT is not a folder" "give the folder that holds the system's lib/modules"
        ROOT=$(cd "$ROOT" && pwd -P)
    fi
    # Paths below are written as "$ROOT/lib/…", so that / itself is the empty string.
    [ "$ROOT" != / ] || ROOT=
    MODULES_ROOT=$ROOT/lib/modules
}

# Whether $1 can be a file name, a word of a table and a word of a hook script alike.
is_plain_name() {
    case "$1" in
    '' | . | .. | -* | *[!A-Za-z0-9._+~-]*) return 1 ;;
    esac
}

@INCLUDE bundle/parts/bundle.sh@

@INCLUDE bundle/parts/verify.sh@

@INCLUDE bundle/parts/kernel.sh@

@INCLUDE bundle/parts/choice.sh@

@INCLUDE bundle/parts/source.sh@

@INCLUDE bundle/parts/record.sh@

@INCLUDE bundle/parts/place.sh@

@INCLUDE bundle/parts/plan.sh@

@INCLUDE bundle/parts/commit.sh@

@INCLUDE bundle/parts/indexes.sh@

@INCLUDE bundle/parts/hooks.sh@

@INCLUDE bundle/parts/install.sh@

@INCLUDE bundle/parts/uninstall.sh@

@INCLUDE bundle/parts/status.sh@

main() {
    read_arguments "$@"
    BUNDLE=$(cd "$(dirname "$0")" && pwd -P)
    read_bundle
    case "$HOOK" in
    '' | add) ;;
    remove)
        [ -f "$RECORD/kernel-${KERNELS# }" ] || exit 0
        ACTION=uninstall
        ;;
    *) misuse "--hook is add or remove" ;;
    esac
    case "$ACTION" in
    install) do_install ;;
    uninstall) do_uninstall ;;
    status) do_status ;;
    esac
    exit $?
}

main "$@"

"""#
        ),
        (
            name: "bundle/parts/bundle.sh",
            text: #"""
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

"""#
        ),
        (
            name: "bundle/parts/choice.sh",
            text: #"""
# Which modules fit which kernel.

# Prints why set $1 does not fit the kernel in $SYMBOLS; nothing when every CRC it needs is there.
misfit() {
    rows symbol "$1" | cut -f 4- | normal_crcs | sort -u >"$WORK/needed"
    [ -s "$WORK/needed" ] || {
        echo "its modules carry no symbol CRCs"
        return 0
    }
    normal_crcs <"$SYMBOLS" | awk -F '\t' '
        NR == FNR { crc[$1] = $2; next }
        !($1 in crc) { print "symbol " $1 " is not known to be there"; exit }
        crc[$1] != $2 { print "symbol " $1 " has CRC " crc[$1] ", not " $2; exit }' - "$WORK/needed"
}

# Decides for kernel $1: sets CHOICE to exact, compatible, source or empty, CHOSEN to the set of modules, and REASON
# to a sentence. MISMATCH is set when a kernel of that name was meant and this is not it.
choose() {
    CHOICE=
    CHOSEN=
    MISMATCH=
    examine_kernel "$1"
    for set in $(rows kernel | awk -F '\t' -v release="$1" '$3 == release { print $2 }'); do
        built_for=$(rows kernel "$set" | cut -f 4)
        if [ "$built_for" = - ] && [ -z "$LAYOUT" ]; then
            accept exact "$set" "same release; there are no symbol CRCs to compare, so the release alone decided"
            return 0
        elif [ -z "$LAYOUT" ]; then
            accept exact "$set" "same release; its module_layout CRC is unknown here (no symvers, no modules), so the release alone decided"
            return 0
        elif [ "$LAYOUT" = "$built_for" ]; then
            accept exact "$set" "same release and module_layout CRC $LAYOUT"
            return 0
        fi
        MISMATCH="the kernel here has module_layout CRC $LAYOUT, the modules for $1 were built for $built_for: a different kernel of the same name"
    done
    REASON=${MISMATCH:-"the bundle has no modules for kernel $1"}
    if [ -z "$SYMBOLS_FROM" ]; then
        REASON="$REASON, and without its symvers no other fits provably"
    else
        choose_compatible "$1"
        [ -z "$CHOICE" ] || return 0
    fi
    choose_source "$1"
}

accept() {
    CHOICE=$1
    CHOSEN=$2
    REASON=$3
}

choose_compatible() {
    flags=$(kernel_flags "$1")
    nearest=
    # The newest release first: it is the likeliest to carry every symbol.
    for set in $(rows kernel | awk -F '\t' '{ print $3 "\t" $2 }' | sort -rV | cut -f 2); do
        [ "$(rows kernel "$set" | cut -f 4)" = "$LAYOUT" ] || continue
        if [ -n "$flags" ] && [ "$(rows kernel "$set" | cut -f 5 | sed 's/^[^ ]* //; s/ *$//')" != "$flags" ]; then
            continue
        fi
        collect_symbols "$1"
        why=$(misfit "$set")
        if [ -z "$why" ]; then
            release=$(rows kernel "$set" | cut -f 3)
            accept compatible "$set" "built for $release, and every symbol CRC it needs is the same here"
            return 0
        fi
        nearest=${nearest:-"; the modules of $set do not fit: $why"}
    done
    REASON=$REASON$nearest
}

choose_source() {
    if [ ! -f "$BUNDLE/source/dkms.conf" ]; then
        return 0
    fi
    build=$(inside_root "$MODULES_ROOT/$1/build")
    if [ ! -e "$build/include" ]; then
        REASON="$REASON; its headers are missing, so the source cannot be built either"
    elif ! command -v make >/dev/null 2>&1 || ! command -v bash >/dev/null 2>&1; then
        REASON="$REASON; make or bash is missing, so the source cannot be built either"
    else
        accept source "" "built from the source in the bundle ($REASON)"
    fi
}

"""#
        ),
        (
            name: "bundle/parts/commit.sh",
            text: #"""
# Putting files in place, so that a run that is cut short can be repaired or undone.

check_rights() {
    [ -d "$MODULES_ROOT" ] || fail "there is no $MODULES_ROOT" "give the folder of a system with --root"
    for folder in "$MODULES_ROOT" "$(nearest_folder "$STATE")"; do
        [ -w "$folder" ] || fail "$folder is not writable for $(id -un 2>/dev/null || id -u)" "run as root"
    done
}

# When process $1 started, as the kernel counts; empty where /proc does not tell. A number alone may be another
# process's by now.
started() {
    sed 's/^.*) //' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 20
}

# Whether process $1, started at $2, still runs.
is_at_work() {
    if [ -n "${2:-}" ]; then
        [ "$(started "$1")" = "$2" ]
    else
        kill -0 "$1" 2>/dev/null
    fi
}

# One run at a time; a lock whose process is gone is taken over. The lock is a second name of a file that says
# already whose it is, so that it is never there without saying so.
lock() {
    LOCKED=
    NEW_FOLDERS=$(missing_state_folders)
    trap unlock EXIT
    attempts=0
    until { mkdir -p "$STATE" && printf '%s %s\n' "$$" "$(started $$)" >"$STATE/.lock.$$" &&
        ln "$STATE/.lock.$$" "$STATE/.lock"; } 2>/dev/null; do
        attempts=$((attempts + 1))
        [ "$attempts" -le 20 ] || fail "cannot write to $STATE" "run as root"
        holder=$(cat "$STATE/.lock" 2>/dev/null) || continue
        # shellcheck disable=SC2086  # Two words.
        if [ -n "$holder" ] && is_at_work $holder; then
            fail "another run of install is at work (process ${holder%% *})" "wait for it to end, then run again"
        fi
        # Another run may have taken it over since it was read: what is moved away must be what was read.
        mv "$STATE/.lock" "$STATE/.stale.$$" 2>/dev/null || continue
        [ "$(cat "$STATE/.stale.$$")" = "$holder" ] || ln "$STATE/.stale.$$" "$STATE/.lock" 2>/dev/null
        rm -f "$STATE/.stale.$$"
    done
    LOCKED=yes
    rm -f "$STATE/.lock.$$"
}

# Leaves neither lock nor work folder nor, where nothing was put in place, the folders that lock made.
unlock() {
    rm -rf "$WORK"
    rm -f "$STATE/.lock.$$"
    [ -z "$LOCKED" ] || rm -f "$STATE/.lock"
    printf '%s\n' "$NEW_FOLDERS" | cut -f 2 | while read -r folder; do
        [ -z "$folder" ] || rmdir "$ROOT$folder" 2>/dev/null || break
    done
}

# Notes which folders above the state folder are new, the deepest first, before lock makes them.
missing_state_folders() {
    folder=/var/lib/mkdkms/bundles/$NAME
    while [ -n "$folder" ] && [ ! -d "$ROOT$folder" ]; do
        printf 'dir\t%s\n' "$folder"
        folder=${folder%/*}
    done
}

# Whether this is the copy that an earlier run kept.
is_kept() {
    [ -d "$HOME_OF_VERSION" ] && [ "$BUNDLE" = "$(cd "$HOME_OF_VERSION" && pwd -P)" ]
}

# Keeps this bundle in the system, whole, for the kernels to come and for --uninstall.
keep_bundle() {
    if is_kept; then
        return 0
    fi
    rm -rf "$STATE/.new" "$STATE/.old"
    cp -R "$BUNDLE" "$STATE/.new" || fail "cannot copy the bundle to $STATE" "check the space there"
    if ! (cd "$STATE/.new" && sha256sum -c SHA256SUMS >/dev/null 2>&1); then
        rm -rf "$STATE/.new"
        fail "the copy of the bundle in $STATE is damaged" "check that disk, then run again"
    fi
    [ ! -e "$HOME_OF_VERSION" ] || mv "$HOME_OF_VERSION" "$STATE/.old"
    mv "$STATE/.new" "$HOME_OF_VERSION" || fail "cannot write to $STATE" "check the rights there, then run again"
    rm -rf "$STATE/.old"
}

install_kernel() {
    record=$RECORD/kernel-$1
    [ -f "$record" ] || : >"$record"
    if ! record_rows "$record" version | grep -q . && [ ! -e "$MODULES_ROOT/$1/modules.dep" ]; then
        printf 'index\tnone\t%s\n' "$(list_modules "$1")" | add_rows "$record" || exit 1
    fi
    # What is going to be there is written down first, so that a run that is cut short can be undone.
    {
        printf 'state\tplanned\nversion\t%s\n' "$VERSION"
        awk -F '\t' '{ print "file\t" $3 "\t" $4 }' "$WORK/plan-$1"
    } | add_rows "$record" || exit 1
    while IFS=$TAB read -r _ from path sum name; do
        make_folder "${path%/*}" "$record"
        staged=$ROOT${path%/*}/.${path##*/}.mkdkms-new
        if ! cp "$from" "$staged" || ! chmod 644 "$staged" || [ "$(digest "$staged")" != "$sum" ]; then
            rm -f "$staged"
            fail "cannot write $ROOT$path" "check the space and the disk, then run again"
        fi
        mv -f "$staged" "$ROOT$path" || fail "cannot write $ROOT$path" "run again"
    done <"$WORK/plan-$1" || exit 1
    settle_kernel "$1"
}

# Removes what record $1 of kernel $1 lists beyond the plan, writes the record anew and refreshes the indexes.
settle_kernel() {
    record=$RECORD/kernel-$1
    remove_files "$1" "$WORK/plan-$1"
    {
        printf 'version\t%s\n' "$VERSION"
        cat "$WORK/head-$1"
        awk -F '\t' '{ print "file\t" $3 "\t" $4 }' "$WORK/plan-$1"
        while IFS=$TAB read -r _ _ path _ name; do
            if has_rival "$1" "$name" "$path"; then
                folder=${path#"/lib/modules/$1/"}
                # The kernel is a regular expression there.
                printf 'override\toverride %s %s %s\n' "$name" "$(printf '%s' "$1" | sed 's/[.+]/\\&/g')" "${folder%/*}"
            fi
        done <"$WORK/plan-$1"
        awk -F '\t' '$1 == "dir" || $1 == "index"' "$record" | sort -u
        printf 'state\tplanned\n'
    } | replace_file "$record" || exit 1
    write_overrides
    names=$(cut -f 5 "$WORK/plan-$1")
    refresh_index "$1"
    tell_weak_modules --add-modules "$(cut -f 3 "$WORK/plan-$1")"
    refresh_initramfs "$1" "$names"
    grep -v "^state$TAB" "$record" | replace_file "$record" || exit 1
    say "kernel $1: installed $(cut -f 3 "$WORK/plan-$1" | tr '\n' ' ')"
}

# Removes the recorded files of kernel $1, except those that the plan $2 has just put there.
remove_files() {
    record_rows "$RECORD/kernel-$1" file | cut -f 1 | sort -u | while read -r path; do
        rm -f "$ROOT${path%/*}/.${path##*/}.mkdkms-new"
        if [ -n "$2" ] && cut -f 3 "$2" | grep -Fqx "$path"; then
            continue
        fi
        [ -e "$ROOT$path" ] || continue
        if is_ours "$path" "$1" && [ -z "$(owner_of "$path")" ]; then
            rm -f "$ROOT$path"
        else
            warn "$ROOT$path was changed since it was installed, so it stays"
        fi
    done
}

"""#
        ),
        (
            name: "bundle/parts/hooks.sh",
            text: #"""
# The kernel hooks that are left behind.

# Has the system call the kept install whenever a kernel comes or goes.
write_hooks() {
    me=/var/lib/mkdkms/bundles/$NAME/$VERSION/install
    safe=$(printf '%s' "$NAME" | tr '.+~' '___')
    # Before initramfs-tools and dracut in the order of names.
    debian="/etc/kernel/postinst.d/bundle-mkdkms-$safe"
    kernel_install="/etc/kernel/install.d/45-mkdkms-$safe.install"
    if [ -d "$ROOT/usr/lib/kernel/install.d" ] && [ ! -d "$ROOT/etc/kernel/postinst.d" ]; then
        write_hook "$kernel_install" "case \"\$1\" in
add | remove) $me --hook \"\$1\" --kernel \"\$2\" ;;
esac"
    else
        write_hook "$debian" "$me --hook add --kernel \"\$1\""
        write_hook "/etc/kernel/prerm.d/bundle-mkdkms-$safe" "$me --hook remove --kernel \"\$1\""
        if [ -f "$HOME_OF_VERSION/source/dkms.conf" ]; then
            write_hook "/etc/kernel/header_postinst.d/bundle-mkdkms-$safe" "$me --hook add --kernel \"\$1\""
        fi
    fi
}

write_hook() {
    if [ -e "$ROOT$1" ] && ! record_rows "$RECORD/common" file | cut -f 1 | grep -Fqx "$1"; then
        warn "$ROOT$1 is not of this bundle and stays; new kernels are not served by themselves"
        return 0
    fi
    make_folder "${1%/*}" "$RECORD/common"
    printf '#!/bin/sh\n# Serves kernels that come and go with %s %s. Never stops the installation of a kernel.\n%s\nexit 0\n' \
        "$NAME" "$VERSION" "$2" | replace_file "$WORK/hook" || exit 1
    # It is written down before it is there.
    printf 'file\t%s\t%s\n' "$1" "$(digest "$WORK/hook")" | add_rows "$RECORD/common" || exit 1
    replace_file "$ROOT$1" 755 <"$WORK/hook"
}

mention_certificate() {
    for file in mok.der mok.pem; do
        if [ -f "$BUNDLE/$file" ] && [ -z "$HOOK" ]; then
            say "The modules are signed. Where Secure Boot is on, enroll the certificate once, then reboot and confirm:"
            say "  mokutil --import /var/lib/mkdkms/bundles/$NAME/$VERSION/$file"
            return 0
        fi
    done
}

"""#
        ),
        (
            name: "bundle/parts/indexes.sh",
            text: #"""
# What depends on the modules: depmod, weak-modules, the initramfs.

# /etc/depmod.d holds the lines of all kernels, or the file is not there.
write_overrides() {
    file=/etc/depmod.d/mkdkms-$NAME.conf
    lines=$(for kernel in $(recorded_kernels); do record_rows "$RECORD/kernel-$kernel" override; done)
    if [ -n "$lines" ]; then
        make_folder /etc/depmod.d "$RECORD/common"
        printf '# %s %s, a bundle of prebuilt modules\n%s\n' "$NAME" "$VERSION" "$lines" | replace_file "$ROOT$file" || exit 1
    else
        rm -f "$ROOT$file" "$ROOT$file.new"
    fi
}

# Runs depmod for kernel $1 with the configuration of the system in $ROOT.
refresh_index() {
    [ -d "$MODULES_ROOT/$1" ] || return 0
    set -- "$1" -b "${ROOT:-/}"
    if [ -n "$ROOT" ] && "$DEPMOD" --version 2>/dev/null | grep -q kmod; then
        # Without a -C of its own depmod would read the configuration of the machine that it runs on.
        mkdir -p "$WORK/none"
        set -- "$@" -C "$WORK/none"
        for folder in /etc/depmod.d /run/depmod.d /usr/local/lib/depmod.d /lib/depmod.d; do
            if [ -d "$ROOT$folder" ]; then
                set -- "$@" -C "$ROOT$folder"
            fi
        done
    fi
    kernel=$1
    shift
    if ! "$DEPMOD" -a "$@" "$kernel" >"$WORK/depmod" 2>&1; then
        cat "$WORK/depmod" >&2
        fail "depmod failed for kernel $kernel" "run it by hand: depmod -a $kernel; then run install again"
    fi
}

tell_weak_modules() {
    if [ -z "$ROOT" ] && [ -x /usr/sbin/weak-modules ]; then
        printf '%s\n' "$2" | /usr/sbin/weak-modules "$1" --no-initramfs >/dev/null 2>&1 ||
            warn "weak-modules $1 failed; other kernels may lack the links"
    fi
}

# Makes the initramfs of kernel $1 again where it holds one of the modules named in $2.
refresh_initramfs() {
    [ -z "$ROOT" ] || return 0
    if [ -e "/boot/initrd.img-$1" ] && command -v update-initramfs >/dev/null 2>&1; then
        lsinitramfs "/boot/initrd.img-$1" >"$WORK/initramfs" 2>/dev/null
        set -- "$1" "$2" update-initramfs -u -k "$1"
    elif [ -e "/boot/initramfs-$1.img" ] && command -v dracut >/dev/null 2>&1; then
        lsinitrd "/boot/initramfs-$1.img" >"$WORK/initramfs" 2>/dev/null
        set -- "$1" "$2" dracut --force "/boot/initramfs-$1.img" "$1"
    else
        return 0
    fi
    for name in $2; do
        pattern=$(printf '%s' "$name" | sed 's/[-_]/[-_]/g')
        if grep -Eq "/$pattern\.ko" "$WORK/initramfs"; then
            shift 2
            "$@" >/dev/null 2>&1 || warn "the initramfs could not be made again; run: $*"
            return 0
        fi
    done
}

"""#
        ),
        (
            name: "bundle/parts/install.sh",
            text: #"""
# The whole installation, in order.

do_install() {
    make_work_folder
    find_kmod
    if [ -n "$HOOK" ] && [ -f "$RECORD/cert.pem" ]; then
        CERTIFICATE=$RECORD/cert.pem
    fi
    verify_bundle
    [ -d "$MODULES_ROOT" ] || fail "there is no $MODULES_ROOT" "give the folder of a system with --root"
    machine=$(uname -m)
    if [ -z "$ROOT" ] && [ "$machine" != "$ARCH" ]; then
        case "$ARCH/$machine" in
        i?86/i?86 | arm*/arm*) ;;
        *) fail "the bundle is for $ARCH, this machine is $machine" "get the bundle for $machine" ;;
        esac
    fi
    TARGETS=$(target_kernels) || exit $?
    # What another run is about to change can't be planned with; a dry run changes nothing, and only looks.
    if [ -z "$DRY_RUN" ]; then
        check_rights
        lock
    fi
    MEANT=" $(printf '%s' "$TARGETS" | tr '\n' ' ') "
    if [ -z "$ALL_KERNELS" ]; then
        # An older version goes as a whole, so the kernels that it serves are served again.
        for kernel in $(recorded_kernels); do
            [ "$(record_rows "$RECORD/kernel-$kernel" version | tail -n 1)" = "$VERSION" ] ||
                [ ! -d "$MODULES_ROOT/$kernel" ] || TARGETS="$TARGETS
$kernel"
        done
        TARGETS=$(printf '%s\n' "$TARGETS" | sort -u)
    fi
    plan
    if [ -n "$DRY_RUN" ]; then
        for kernel in $SERVED; do
            cut -f 3 "$WORK/plan-$kernel" | sed "s,^,would write $ROOT,"
        done
        return 0
    fi
    [ -d "$RECORD" ] || mkdir "$RECORD" || fail "cannot write to $STATE" "run as root"
    printf '%s' "${NEW_FOLDERS:+$NEW_FOLDERS
}" | add_rows "$RECORD/common" || exit 1
    # The kernels to come are served under the same condition as this one.
    if [ -n "$CERTIFICATE" ]; then
        replace_file "$RECORD/cert.pem" <"$WORK/cert.pem"
    else
        rm -f "$RECORD/cert.pem"
    fi
    keep_bundle
    for kernel in $SERVED; do
        install_kernel "$kernel"
    done
    for kernel in $(recorded_kernels); do
        if [ "$(record_rows "$RECORD/kernel-$kernel" version | tail -n 1)" != "$VERSION" ]; then
            uninstall_kernel "$kernel"
        fi
    done
    write_hooks
    for folder in "$STATE"/*; do
        [ "$folder" = "$HOME_OF_VERSION" ] || [ ! -d "$folder" ] || rm -rf "$folder"
    done
    mention_certificate
    [ -z "$refused" ] || exit 1
}

"""#
        ),
        (
            name: "bundle/parts/kernel.sh",
            text: #"""
# What a kernel is, as far as files tell.

# Sets DEPMOD, MODPROBE and MODINFO to programs of kmod by their paths: a busybox shell would otherwise take its
# own, which know neither symbol CRCs nor configuration.
find_kmod() {
    DEPMOD=$(locate depmod)
    MODPROBE=$(locate modprobe)
    MODINFO=$(locate modinfo)
    [ -n "$DEPMOD" ] || fail "depmod is missing" "install kmod"
}

# The path of program $1, also where the folders of root's programs are not on PATH.
locate() {
    (
        IFS=:
        for folder in $PATH /usr/sbin /sbin; do
            if [ -x "$folder/$1" ]; then
                printf '%s\n' "$folder/$1"
                return 0
            fi
        done
    )
}

# Follows a link as the system in $ROOT would, one step, and prints where it leads; a plain path as it is.
inside_root() {
    if [ -L "$1" ]; then
        target=$(readlink "$1")
        case "$target" in
        /*) printf '%s\n' "$ROOT$target" ;;
        *) printf '%s\n' "${1%/*}/$target" ;;
        esac
    else
        printf '%s\n' "$1"
    fi
}

unpacked() {
    case "$1" in
    *.gz) gzip -dc <"$1" ;;
    *.xz) xz -dc <"$1" ;;
    *.zst) zstd -dqc <"$1" ;;
    *) cat "$1" ;;
    esac
}

# Finds what is known of the symbols of kernel $1 and leaves it as lines "symbol TAB crc" in $SYMBOLS. Sets
# SYMBOLS_FROM to where that was, LAYOUT to the CRC of module_layout; empty where unknown.
examine_kernel() {
    SYMBOLS=$WORK/symbols
    SYMBOLS_FROM=
    LAYOUT=
    : >"$SYMBOLS"
    build=$(inside_root "$MODULES_ROOT/$1/build")
    for file in "$build/Module.symvers" "$ROOT/boot/symvers-$1" "$ROOT/boot/symvers-$1".?z \
        "$ROOT/boot/symvers-$1.zst" "$ROOT/usr/src/linux-headers-$1/Module.symvers" \
        "$ROOT/usr/src/kernels/$1/Module.symvers" "$MODULES_ROOT/$1/symvers" "$MODULES_ROOT/$1/symvers".?z \
        "$MODULES_ROOT/$1/symvers.zst"; do
        if [ -f "$file" ] && unpacked "$file" 2>/dev/null |
            awk -F '\t' '$1 ~ /^0x[0-9a-f]+$/ { print $2 "\t" $1 }' >"$SYMBOLS" && [ -s "$SYMBOLS" ]; then
            SYMBOLS_FROM=$file
            LAYOUT=$(symbol_crc module_layout)
            return 0
        fi
    done
    # No table: the kernel's own modules carry the CRCs of what they use.
    for file in $(own_modules "$1" | head -n 20); do
        LAYOUT=$(versions_of "$file" | awk -F '\t' '$1 == "module_layout" { print $2; exit }')
        if [ -n "$LAYOUT" ]; then
            SYMBOLS_FROM=$file
            return 0
        fi
    done
}

# The modules that came with kernel $1.
own_modules() {
    if [ -d "$MODULES_ROOT/$1/kernel" ]; then
        find "$MODULES_ROOT/$1/kernel" -type f -name '*.ko*' | sort
    fi
}

versions_of() {
    "$MODPROBE" --dump-modversions "$1" 2>/dev/null | awk '{ print $2 "\t" $1 }' | normal_crcs
}

# Some tools print 0x1c3f, others 0x00001c3f.
normal_crcs() {
    awk -F '\t' '{ crc = $2; sub(/^0x/, "", crc); while (length(crc) < 8) crc = "0" crc; print $1 "\t0x" crc }'
}

symbol_crc() {
    awk -F '\t' -v symbol="$1" '$1 == symbol { print $2; exit }' "$SYMBOLS" | awk '{ print "x\t" $1 }' |
        normal_crcs | cut -f 2
}

# What the vermagic of kernel $1 says after the release; empty where none of its modules is here.
kernel_flags() {
    for file in $(own_modules "$1" | head -n 1); do
        "$MODINFO" -F vermagic "$file" 2>/dev/null | sed -n '1s/^[^ ]* //p' | sed 's/ *$//'
    done
}

# Completes $SYMBOLS from all modules of kernel $1, where it has no symvers.
collect_symbols() {
    [ ! -s "$SYMBOLS" ] || return 0
    own_modules "$1" | while read -r file; do
        versions_of "$file"
    done | sort -u >"$SYMBOLS"
}

"""#
        ),
        (
            name: "bundle/parts/place.sh",
            text: #"""
# Where a module goes.

# Sets PLACE for the file $2 (a path beneath /lib/modules/K) of kernel $1: there, or under updates/NAME when
# somebody else's file has that name. Fails when both are taken.
place() {
    for PLACE in "/lib/modules/$1/$2" "/lib/modules/$1/updates/$NAME/${2##*/}"; do
        if [ ! -e "$ROOT$PLACE" ] && [ ! -L "$ROOT$PLACE" ] && ! compressed_twin "$PLACE" "$1"; then
            return 0
        fi
        if [ -f "$ROOT$PLACE" ] && [ ! -L "$ROOT$PLACE" ] && is_ours "$PLACE" "$1"; then
            return 0
        fi
    done
    owner=$(owner_of "$PLACE")
    complain "$ROOT$PLACE exists and is not of this bundle${owner:+: it belongs to the package $owner}" \
        "remove ${owner:+the package }${owner:-that file} first if the bundle is to replace it"
    return 1
}

# Whether the same module lies beside $1 under another suffix and is not ours; modprobe could take either.
compressed_twin() {
    stem=${1%.ko*}.ko
    for twin in "$stem" "$stem.gz" "$stem.xz" "$stem.zst"; do
        if [ "$twin" != "$1" ] && [ -e "$ROOT$twin" ] && ! is_ours "$twin" "$2"; then
            return 0
        fi
    done
    return 1
}

# Whether kernel $1 has a module called $2 at another place than $3; then depmod must be told which one wins.
has_rival() {
    pattern=$(printf '%s' "$2" | sed 's/[-_]/[-_]/g')
    find "$MODULES_ROOT/$1" -name "$pattern.ko*" ! -path "$ROOT$3" 2>/dev/null | grep -q .
}

"""#
        ),
        (
            name: "bundle/parts/plan.sh",
            text: #"""
# Deciding everything before anything is touched.

# The kernels to install for, one per line; ends the run when there is nothing to choose from.
target_kernels() {
    present=$(for folder in "$MODULES_ROOT"/*; do
        [ ! -d "$folder" ] || printf '%s\n' "${folder##*/}"
    done)
    seen=$(printf '%s' "$present" | tr '\n' ' ')
    if [ -n "$KERNELS" ]; then
        for kernel in $KERNELS; do
            [ -d "$MODULES_ROOT/$kernel" ] ||
                fail "there is no kernel $kernel in $MODULES_ROOT" "kernels there: ${seen:-none}"
        done
        printf '%s\n' "${KERNELS# }" | tr ' ' '\n' | sort -u
    elif [ -n "$ALL_KERNELS" ]; then
        [ -n "$present" ] || fail "there is no kernel in $MODULES_ROOT" "install a kernel first"
        printf '%s\n' "$present"
    elif [ -z "$ROOT" ]; then
        running=$(uname -r)
        [ -d "$MODULES_ROOT/$running" ] || fail "the running kernel $running has no folder in $MODULES_ROOT" \
            "name a kernel with --kernel; kernels there: ${seen:-none}"
        printf '%s\n' "$running"
    elif [ -n "$present" ] && [ "$(printf '%s\n' "$present" | wc -l)" -eq 1 ]; then
        printf '%s\n' "$present"
    else
        complain "with --root it must be said which kernel is meant" \
            "give --kernel K or --all-kernels; kernels there: ${seen:-none}"
        exit 64
    fi
}

# Decides everything for the kernels in $TARGETS before anything is touched: rows in $WORK/plan-K, names in
# $SERVED.
plan() {
    SERVED=
    refused=
    for kernel in $TARGETS; do
        choose "$kernel"
        if [ -z "$CHOICE" ]; then
            case "$MEANT" in
            *" $kernel "*) optional=$ALL_KERNELS$HOOK ;;
            *) optional=yes ;;
            esac
            if [ -z "$MISMATCH" ] && [ -n "$optional" ]; then
                say "kernel $kernel: skipped, $REASON"
            else
                complain "kernel $kernel is refused: $REASON" \
                    "get a bundle built for this kernel; this one has: $(rows kernel | cut -f 3 | tr '\n' ' ')"
                refused=yes
            fi
            continue
        fi
        if [ "$CHOICE" = source ] && [ -z "$DRY_RUN" ]; then
            (build_source "$kernel") || {
                refused=yes
                continue
            }
        elif [ "$CHOICE" != source ]; then
            rows module "$CHOSEN" >"$WORK/rows-$kernel"
        fi
        plan_files "$kernel" || {
            refused=yes
            continue
        }
        say "kernel $kernel: $REASON"
        SERVED="$SERVED $kernel"
    done
    if [ -n "$refused" ] && [ -z "$ALL_KERNELS" ]; then
        exit 1
    fi
    if [ -z "$SERVED" ]; then
        [ -z "$HOOK" ] || exit 0
        fail "no kernel here fits" "get a bundle built for them; this one has: $(rows kernel | cut -f 3 | tr '\n' ' ')"
    fi
    abandon_check
    check_space
}

# Writes $WORK/plan-K: "copy FROM PATH SHA256 NAME" for every module.
plan_files() {
    : >"$WORK/plan-$1"
    printf 'set\t%s\t%s\n' "${CHOSEN:--}" "$CHOICE" >"$WORK/head-$1"
    [ -f "$WORK/rows-$1" ] || return 0
    while IFS=$TAB read -r _ _ file sum destination name; do
        case "$file" in
        /*) ;;
        *) file=$BUNDLE/$file ;;
        esac
        place "$1" "$destination" || return 1
        printf 'copy\t%s\t%s\t%s\t%s\n' "$file" "$PLACE" "$sum" "$name" >>"$WORK/plan-$1"
    done <"$WORK/rows-$1"
}

# One version serves all kernels: those that only the older one fits must be given up knowingly.
abandon_check() {
    for kernel in $(recorded_kernels); do
        case " $SERVED " in
        *" $kernel "*) continue ;;
        esac
        was=$(record_rows "$RECORD/kernel-$kernel" version | tail -n 1)
        if [ "$was" != "$VERSION" ] && [ -z "$FORCE" ]; then
            fail "$NAME $was serves kernel $kernel, which $NAME $VERSION would not" \
                "keep $was, get a bundle for $kernel too, or give that kernel up with --force"
        fi
    done
}

# Compares what is about to be written with what is free, in KiB.
check_space() {
    modules=$(for kernel in $SERVED; do cut -f 2 "$WORK/plan-$kernel"; done |
        while read -r file; do wc -c <"$file"; done | awk '{ sum += int($1 / 1024) + 4 } END { print sum + 0 }')
    copy=0
    is_kept || copy=$(du -sk "$BUNDLE" | cut -f 1)
    enough "$MODULES_ROOT" $((modules + 2048))
    enough "$(nearest_folder "$STATE")" $((copy + modules + 2048))
}

nearest_folder() {
    folder=$1
    while [ ! -d "$folder" ]; do
        folder=${folder%/*}
    done
    printf '%s\n' "${folder:-/}"
}

enough() {
    free=$(df -Pk "$1" | awk 'NR == 2 { print $4 }')
    if [ -n "$free" ] && [ "$free" -lt "$2" ]; then
        fail "$1 has $free KiB free, $2 are needed" "free some space there; nothing was changed"
    fi
}

"""#
        ),
        (
            name: "bundle/parts/record.sh",
            text: #"""
# The record of what is installed.
#
# .record/common and .record/kernel-K, lines of words split by tabs, paths as the system in $ROOT sees them:
#   version V | set SET CHOICE | file PATH SHA256 | dir PATH | override LINE | index none | state planned

recorded_kernels() {
    for record in "$RECORD"/kernel-*; do
        if [ -f "$record" ]; then
            printf '%s\n' "${record##*/kernel-}"
        fi
    done
}

record_rows() {
    if [ -f "$1" ]; then
        awk -F '\t' -v kind="$2" '$1 == kind' "$1" | cut -f 2-
    fi
}

# Whether the file $1 (as the system sees it) is, as it is now, one that an earlier run put there for kernel $2.
is_ours() {
    record_rows "$RECORD/kernel-$2" file | grep -Fqx "$1$TAB$(digest "$ROOT$1")"
}

# The package that owns $1, as far as the databases in $ROOT tell; empty for none.
owner_of() {
    for path in "$1" "/usr$1" "${1#/usr}"; do
        list=$(grep -Flx -- "$path" "$ROOT"/var/lib/dpkg/info/*.list 2>/dev/null | head -n 1)
        if [ -n "$list" ]; then
            list=${list##*/}
            printf '%s\n' "${list%.list}"
            return 0
        fi
        if [ -d "$ROOT/var/lib/rpm" ] || [ -d "$ROOT/usr/lib/sysimage/rpm" ]; then
            if package=$(rpm --root "${ROOT:-/}" -qf "$path" 2>/dev/null); then
                printf '%s\n' "$package" | head -n 1
                return 0
            fi
        fi
    done
}

# Makes folder $1 with all above it and notes in record $2 those that were not there.
make_folder() {
    [ ! -d "$ROOT$1" ] || return 0
    case "$1" in
    */*/*) make_folder "${1%/*}" "$2" ;;
    esac
    if ! printf 'dir\t%s\n' "$1" >>"$2" || ! mkdir "$ROOT$1"; then
        fail "cannot make the folder $ROOT$1" "run as root, or check that the file system is writable"
    fi
}

# Adds the lines that come in to file $1. Both this and replace_file run in a subshell where they are fed by a pipe.
add_rows() {
    cat >>"$1" || fail "cannot write $1" "check the space there, then run again"
}

# Gives file $1 the content that comes in, all that comes or nothing, and the mode $2.
replace_file() {
    if ! cat >"$1.new" || ! chmod "${2:-644}" "$1.new" || ! mv -f "$1.new" "$1"; then
        rm -f "$1.new"
        fail "cannot write $1" "check the space there, then run again"
    fi
}

# Removes the folders that record $1 says were made, deepest first, where nothing else is in them.
remove_folders() {
    record_rows "$1" dir | sort -r | while read -r folder; do
        rmdir "$ROOT$folder" 2>/dev/null
    done
}

"""#
        ),
        (
            name: "bundle/parts/source.sh",
            text: #"""
# Building the source that a bundle may carry.

# Prints one line per value of the bundle's dkms.conf, as it is for kernel $1: a word, a tab, the value.
read_dkms_conf() {
    # shellcheck disable=SC2016  # The script is bash's, and its variables too.
    (cd "$2" && env -i PATH="$PATH" LC_ALL=C bash -c '
        kernelver=$1 kernel_source_dir=$2 arch=$3 dkms_tree=${4%/*/*/*} source_tree=/usr/src install_tree=/lib/modules
        module=$5 module_version=$6
        . ./dkms.conf >/dev/null || exit 1
        make_command=${MAKE[0]}
        for i in "${!MAKE[@]}"; do
            if [[ -n ${MAKE_MATCH[$i]} && $kernelver =~ ${MAKE_MATCH[$i]} ]]; then make_command=${MAKE[$i]}; fi
        done
        printf "make\t%s\n" "${make_command:-make -C $kernel_source_dir M=$PWD}"
        printf "pre\t%s\n" "$PRE_BUILD"
        for i in "${!PATCH[@]}"; do
            if [[ -z ${PATCH_MATCH[$i]} || $kernelver =~ ${PATCH_MATCH[$i]} ]]; then printf "patch\t%s\n" "${PATCH[$i]}"; fi
        done
        for i in "${!BUILT_MODULE_NAME[@]}"; do
            name=${BUILT_MODULE_NAME[$i]}
            printf "module\t%s\t%s\n" "${BUILT_MODULE_LOCATION[$i]:+${BUILT_MODULE_LOCATION[$i]%/}/}$name.ko" \
                "${DEST_MODULE_NAME[$i]:-$name}"
        done
        if [ ${#BUILT_MODULE_NAME[@]} -eq 0 ]; then printf "module\t%s.ko\t%s\n" "$PACKAGE_NAME" "$PACKAGE_NAME"; fi
    ' bash "$1" "$3" "$ARCH" "$2" "$NAME" "$VERSION")
}

# Builds the source for kernel $1 and leaves rows "module SET FILE SHA256 DESTINATION NAME" in $WORK/rows-$1.
build_source() {
    tree=$WORK/build/$NAME/$VERSION/build
    rm -rf "$WORK/build"
    if ! mkdir -p "${tree%/*}" || ! cp -R "$BUNDLE/source" "$tree"; then
        fail "cannot copy the source" "check the space in $WORK"
    fi
    build=$(inside_root "$MODULES_ROOT/$1/build")
    log=$WORK/make.log
    read_dkms_conf "$1" "$tree" "$build" >"$WORK/conf" 2>"$log" || build_failed "$1" "its dkms.conf cannot be read"
    grep "^patch$TAB" "$WORK/conf" | cut -f 2- | while read -r patch; do
        (cd "$tree" && patch -p1 <"patches/$patch") >>"$log" 2>&1 || exit 1
    done || build_failed "$1" "a patch does not apply"
    pre=$(grep "^pre$TAB" "$WORK/conf" | cut -f 2-)
    if [ -n "$pre" ]; then
        (cd "$tree" && kernelver=$1 arch=$ARCH sh -c "./$pre") >>"$log" 2>&1 || build_failed "$1" "PRE_BUILD failed"
    fi
    command=$(grep "^make$TAB" "$WORK/conf" | cut -f 2- | sed "s,^make\( \|\$\),make KERNELRELEASE=$1 ,")
    (cd "$tree" && env -u MAKEFLAGS -u MAKELEVEL kernelver="$1" arch="$ARCH" bash -c "$command") >>"$log" 2>&1 </dev/null ||
        build_failed "$1" "make failed"
    : >"$WORK/rows-$1"
    mkdir -p "$WORK/built/$1"
    grep "^module$TAB" "$WORK/conf" | while IFS=$TAB read -r _ file name; do
        [ -f "$tree/$file" ] || exit 1
        # A Makefile may have built for another kernel than it was asked for.
        [ "$("$MODINFO" -F vermagic "$tree/$file" | cut -d ' ' -f 1)" = "$1" ] || exit 1
        layout=$(versions_of "$tree/$file" | awk -F '\t' '$1 == "module_layout" { print $2 }')
        [ -z "$LAYOUT" ] || [ -z "$layout" ] || [ "$layout" = "$LAYOUT" ] || exit 1
        cp "$tree/$file" "$WORK/built/$1/$name.ko" || exit 1
        strip -g "$WORK/built/$1/$name.ko" 2>/dev/null || :
        printf 'module\tsource\t%s\t%s\tupdates/%s/%s.ko\t%s\n' "$WORK/built/$1/$name.ko" \
            "$(digest "$WORK/built/$1/$name.ko")" "$NAME" "$name" "$name" >>"$WORK/rows-$1"
    done || build_failed "$1" "the build left no module for this kernel"
}

build_failed() {
    sed -n '/error/{p;q;}' "$log" >&2
    # A name that nobody else could have put a link at.
    if kept=$(mktemp "${TMPDIR:-/tmp}/$NAME-$VERSION-$1.make.log.XXXXXX") && cp "$log" "$kept"; then
        fail "the source does not build for kernel $1: $2" "read $kept"
    fi
    fail "the source does not build for kernel $1: $2" "check the space in ${TMPDIR:-/tmp}, where its log could not be kept"
}

"""#
        ),
        (
            name: "bundle/parts/status.sh",
            text: #"""
# Looking.

do_status() {
    if [ -z "$(recorded_kernels)" ]; then
        say "$NAME is not installed${ROOT:+ in $ROOT}"
        return 0
    fi
    printf '%-10s %-28s %-12s %s\n' VERSION KERNEL MODULES STATE
    for kernel in $(recorded_kernels); do
        record=$RECORD/kernel-$kernel
        state=installed
        if [ -n "$(record_rows "$record" state)" ]; then
            state="interrupted: run install again"
        elif [ ! -d "$MODULES_ROOT/$kernel" ]; then
            state="the kernel is gone: run install --uninstall --kernel $kernel"
        else
            for path in $(record_rows "$record" file | cut -f 1); do
                if [ ! -e "$ROOT$path" ]; then
                    state="missing $path: run install again"
                elif ! is_ours "$path" "$kernel"; then
                    state="changed $path: move it away and run install again"
                fi
            done
        fi
        printf '%-10s %-28s %-12s %s\n' "$(record_rows "$record" version | tail -n 1)" "$kernel" \
            "$(record_rows "$record" set | tail -n 1 | cut -f 2)" "$state"
    done
}

"""#
        ),
        (
            name: "bundle/parts/uninstall.sh",
            text: #"""
# Restoring what was there before.

uninstall_kernel() {
    record=$RECORD/kernel-$1
    names=$(record_rows "$record" file | cut -f 1 | sed 's,.*/,,; s,\.ko.*,,' | sort -u)
    tell_weak_modules --remove-modules "$(record_rows "$record" file | cut -f 1 | sort -u)"
    remove_files "$1" ""
    remove_folders "$record"
    {
        grep -v "^override$TAB" "$record"
        printf 'state\tplanned\n'
    } | replace_file "$record" || exit 1
    write_overrides
    if had_no_index "$1"; then
        rm -f "$MODULES_ROOT/$1"/modules.alias "$MODULES_ROOT/$1"/modules.alias.bin "$MODULES_ROOT/$1"/modules.builtin.alias.bin \
            "$MODULES_ROOT/$1"/modules.builtin.bin "$MODULES_ROOT/$1"/modules.dep "$MODULES_ROOT/$1"/modules.dep.bin \
            "$MODULES_ROOT/$1"/modules.devname "$MODULES_ROOT/$1"/modules.softdep "$MODULES_ROOT/$1"/modules.symbols \
            "$MODULES_ROOT/$1"/modules.symbols.bin "$MODULES_ROOT/$1"/modules.weakdep
    else
        refresh_index "$1"
    fi
    refresh_initramfs "$1" "$names"
    rm -f "$record"
    say "kernel $1: $NAME removed"
}

# The digest of the names of all modules of kernel $1.
list_modules() {
    (cd "$MODULES_ROOT/$1" && find . -name '*.ko*' | sort | sha256sum | cut -d ' ' -f 1)
}

# Whether depmod had not run for kernel $1 before the bundle came, so that its index goes again. A running system
# keeps an index that modules need, whoever asked for it.
had_no_index() {
    before=$(record_rows "$RECORD/kernel-$1" index | head -n 1 | cut -f 2)
    [ -n "$before" ] && [ -d "$MODULES_ROOT/$1" ] && [ "$before" = "$(list_modules "$1")" ] || return 1
    [ -n "$ROOT" ] || [ -z "$(find "$MODULES_ROOT/$1" -name '*.ko*' | head -n 1)" ]
}

do_uninstall() {
    if [ ! -d "$RECORD" ]; then
        say "$NAME is not installed${ROOT:+ in $ROOT}; nothing to do"
        return 0
    fi
    if [ -n "$DRY_RUN" ]; then
        for kernel in ${KERNELS:-$(recorded_kernels)}; do
            record_rows "$RECORD/kernel-$kernel" file | cut -f 1 | sort -u | sed "s,^,would remove $ROOT,"
        done
        return 0
    fi
    check_rights
    make_work_folder
    find_kmod
    lock
    for kernel in ${KERNELS:-$(recorded_kernels)}; do
        if [ -f "$RECORD/kernel-$kernel" ]; then
            uninstall_kernel "$kernel"
        else
            say "kernel $kernel: $NAME is not installed for it"
        fi
    done
    # A single kernel's going leaves the rest, and the hooks for the next kernel.
    if [ -n "$HOOK" ] || [ -n "$(recorded_kernels)" ]; then
        return 0
    fi
    record_rows "$RECORD/common" file | cut -f 1 | sort -u | while read -r path; do
        rm -f "$ROOT$path" "$ROOT$path.new"
    done
    cp "$RECORD/common" "$WORK/common"
    # The lock goes with it: what is there from now on is another run's.
    LOCKED=
    rm -rf "${STATE:?}"
    remove_folders "$WORK/common"
    say "$NAME is uninstalled"
}

"""#
        ),
        (
            name: "bundle/parts/verify.sh",
            text: #"""
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

"""#
        ),
    ]
}
