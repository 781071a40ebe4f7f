// swift-format-ignore-file
// Made by `make templates` from templates/; edit those files, not this one.

/// The templates that the program was built with.
enum EmbeddedTemplates {
    /// Every template by its path in `templates/`, sorted.
    static let files: [(name: String, text: String)] = [
        (
            name: "alpine/AKMBUILD",
            text: #"""
modname=@NAME@
modver=@VERSION@
built_modules=@MODULES@
@BUILD@

"""#
        ),
        (
            name: "alpine/APKBUILD",
            text: #"""
# Maintainer: @MAINTAINER_TEXT@
pkgname=@PACKAGE@
pkgver=@VERSION@
pkgrel=@REVISION@
pkgdesc=@SUMMARY@
url=@HOMEPAGE@
arch="noarch"
license=@LICENSE@
# akms builds the module when it sees the tree in /usr/src.
depends="akms"
source=@SOURCES@
builddir="$srcdir/"@FOLDER@
# There is nothing to build and nothing to try before akms has a kernel.
options="!check"

package() {
	mkdir -p "$pkgdir/usr/src"
	cp -a "$builddir" "$pkgdir/usr/src/"
	install -m 0644 "$srcdir/AKMBUILD" "$pkgdir/usr/src/"@FOLDER@"/AKMBUILD"
}

sha512sums=@DIGESTS@

"""#
        ),
        (
            name: "arch/PKGBUILD",
            text: #"""
# Maintainer: @MAINTAINER_TEXT@
pkgname=@PACKAGE@
pkgver=@VERSION@
pkgrel=@REVISION@
pkgdesc=@SUMMARY@
arch=('any')
url=@HOMEPAGE@
license=(@LICENSE@)
# pacman's hook of dkms builds the module; headers are the kernel's own affair.
depends=('dkms')
provides=(@PROVIDES@)
source=(@SOURCE@)
sha256sums=(@DIGEST@)

package() {
	install -d "$pkgdir/usr/src"
	cp -a --no-preserve=ownership "$srcdir/"@FOLDER@ "$pkgdir/usr/src/"
}

"""#
        ),
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
        printf 'index\tnone\t%s\n' "$(list_modules "$1")" >>"$record"
    fi
    # What is going to be there is written down first, so that a run that is cut short can be undone.
    printf 'state\tplanned\nversion\t%s\n' "$VERSION" >>"$record"
    awk -F '\t' '{ print "file\t" $3 "\t" $4 }' "$WORK/plan-$1" >>"$record"
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
    } >"$record.new"
    printf 'state\tplanned\n' >>"$record.new"
    mv -f "$record.new" "$record"
    write_overrides
    names=$(cut -f 5 "$WORK/plan-$1")
    refresh_index "$1"
    tell_weak_modules --add-modules "$(cut -f 3 "$WORK/plan-$1")"
    refresh_initramfs "$1" "$names"
    grep -v "^state$TAB" "$record" >"$record.new"
    mv -f "$record.new" "$record"
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
        "$NAME" "$VERSION" "$2" >"$ROOT$1.new"
    printf 'file\t%s\t%s\n' "$1" "$(digest "$ROOT$1.new")" >>"$RECORD/common"
    chmod 755 "$ROOT$1.new" && mv -f "$ROOT$1.new" "$ROOT$1"
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
        printf '# %s %s, a bundle of prebuilt modules\n%s\n' "$NAME" "$VERSION" "$lines" >"$ROOT$file.new"
        mv -f "$ROOT$file.new" "$ROOT$file" || fail "cannot write $ROOT$file" "run again as root"
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
    [ -z "$NEW_FOLDERS" ] || printf '%s\n' "$NEW_FOLDERS" >>"$RECORD/common"
    [ -f "$RECORD/common" ] || : >"$RECORD/common"
    # The kernels to come are served under the same condition as this one.
    if [ -n "$CERTIFICATE" ]; then
        cp "$WORK/cert.pem" "$RECORD/cert.pem.new" && mv -f "$RECORD/cert.pem.new" "$RECORD/cert.pem"
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
    kept=${TMPDIR:-/tmp}/$NAME-$VERSION-$1.make.log
    cp -f "$log" "$kept" 2>/dev/null
    fail "the source does not build for kernel $1: $2" "read $kept"
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
    grep -v "^override$TAB" "$record" >"$record.new"
    printf 'state\tplanned\n' >>"$record.new"
    mv -f "$record.new" "$record"
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
        (
            name: "deb-common/postinst",
            text: #"""
#!/bin/sh
# Makes udev read the rules of this package.
set -e

@INCLUDE shared/udev.sh@
@MOVED@
case "$1" in
configure | abort-upgrade | abort-remove | abort-deconfigure)
    reload_udev
    ;;
esac

exit 0

"""#
        ),
        (
            name: "deb-common/postrm",
            text: #"""
#!/bin/sh
# Makes udev forget the rules of this package.
set -e

@INCLUDE shared/udev.sh@
@MOVED@
case "$1" in
remove | disappear)
    reload_udev
    ;;
esac

exit 0

"""#
        ),
        (
            name: "deb-common/preinst",
            text: #"""
#!/bin/sh
# Moves conffiles aside that are somewhere else from now on.
set -e
@MOVED@
exit 0

"""#
        ),
        (
            name: "deb-dkms/postinst",
            text: #"""
#!/bin/sh
# Registers the module source with DKMS and builds it for the kernels that are here.
set -e

@INCLUDE shared/dkms.sh@
@INCLUDE shared/dkms-build.sh@
PACKAGE=@PACKAGE@
# Stands for the work that was left when neither dkms nor mkdkms was here.
WAITING="/var/lib/mkdkms/waiting/$NAME"

forget_waiting() {
    rm -f "$WAITING"
    rmdir "${WAITING%/*}" /var/lib/mkdkms 2>/dev/null || :
}
@PREBUILT@
case "$1" in
configure | abort-upgrade | abort-remove | abort-deconfigure)
    find_tool
    if [ -n "$TOOL" ]; then
        forget_waiting
        serve_anew
    else
        mkdir -p "${WAITING%/*}"
        : >"$WAITING"
        note "neither dkms nor mkdkms is installed, so the module was not built; it will be when one of them" \
            "comes, or with: dpkg-reconfigure $PACKAGE" >&2
        FAILURES=1
    fi
    refuse_failures
    ;;
triggered)
    # A program of that name came, went or was upgraded.
    find_tool
    if [ -n "$TOOL" ] && [ -e "$WAITING" ]; then
        forget_waiting
        serve_anew
        refuse_failures
    fi
    ;;
esac

exit 0

"""#
        ),
        (
            name: "deb-dkms/postrm",
            text: #"""
#!/bin/sh
# Clears what is left of the module when its source is gone.
set -e

NAME=@NAME@
VERSION=@VERSION@
TREE="/var/lib/dkms/$NAME"
STATE=/var/lib/mkdkms

forget_state() {
    rm -rf "$STATE/kept/${NAME:?}" "$STATE/failed/${NAME:?}"
    rm -f "$STATE/waiting/$NAME" "$STATE/served/$NAME"
    rmdir "$STATE/kept" "$STATE/failed" "$STATE/waiting" "$STATE/served" "$STATE" 2>/dev/null || :
}

case "$1" in
upgrade)
    # A package of the same name that others made has no use for what prerm wrote down, and would never clear it.
    # dpkg has its control files in a folder of this name, which is not a temporary file of anybody else's.
    unpacked=tmp.ci
    successor=${DPKG_ADMINDIR:-}/$unpacked/postinst
    if [ -e "${successor%/*}/control" ] && ! grep -qs "$STATE" "$successor"; then
        forget_state
    fi
    ;;
remove | purge | disappear)
    if [ ! -e "/usr/src/$NAME-$VERSION/dkms.conf" ]; then
        rm -rf "${TREE:?}/$VERSION"
        # The link to the version that was installed for a kernel now leads nowhere.
        for link in "$TREE"/kernel-*; do
            if [ -L "$link" ] && [ ! -e "$link" ]; then
                rm -f "$link"
            fi
        done
        rmdir "$TREE" 2>/dev/null || :
    fi
    forget_state
    ;;
esac

exit 0

"""#
        ),
        (
            name: "deb-dkms/prerm",
            text: #"""
#!/bin/sh
# Takes the module out of DKMS before its source goes.
set -e

@INCLUDE shared/dkms.sh@

# Whether the package that comes, of version $1, is another revision of this one.
is_revision() {
    old=$(dpkg-query -W -f '${Version}' "${DPKG_MAINTSCRIPT_PACKAGE:-}" 2>/dev/null) || return 1
    [ -n "$1" ] && [ "${old%-*}" = "${1%-*}" ]
}

# The arguments are those of the script.
take_out() {
    if [ "$1" = deconfigure ] && [ "${3:-}" = "${DPKG_MAINTSCRIPT_PACKAGE%-dkms}-common" ]; then
        # The files that this revision carried itself move there; what dpkg does next says what becomes of the module.
        return 0
    fi
    find_tool
    if [ "$1" = upgrade ] && is_revision "${2:-}"; then
        if [ -z "$TOOL" ]; then
            # Nobody could make the module again: what is installed is of the same version and stays.
            return 0
        fi
        keep_modules
    else
        forget_modules
    fi
    unregister
    if [ "$1" != upgrade ]; then
        forget_kernels
    fi
    forget_empty_folders
}

case "$1" in
remove | upgrade | deconfigure)
    take_out "$@"
    ;;
esac

exit 0

"""#
        ),
        (
            name: "deb-modules/postinst",
            text: #"""
#!/bin/sh
# Tells the kernel's module index about the modules of this package.
set -e

KERNEL=@KERNEL@
MODULES=@MODULES@

@INCLUDE shared/initramfs.sh@

case "$1" in
configure | abort-upgrade | abort-remove | abort-deconfigure)
    # A kernel that is not here gets its index, with these modules in it, when it comes.
    if [ -d "/lib/modules/$KERNEL/kernel" ] || [ -e "/lib/modules/$KERNEL/modules.builtin" ]; then
        if [ -e "/boot/System.map-$KERNEL" ]; then
            depmod -a -F "/boot/System.map-$KERNEL" "$KERNEL"
        else
            depmod -a "$KERNEL"
        fi
        refresh_initramfs "$KERNEL"
    fi
    ;;
esac

exit 0

"""#
        ),
        (
            name: "deb-modules/postrm",
            text: #"""
#!/bin/sh
# Takes the modules of this package out of the kernel's module index.
set -e

NAME=@NAME@
KERNEL=@KERNEL@
MODULES=@MODULES@

@INCLUDE shared/initramfs.sh@

case "$1" in
remove | purge | upgrade | disappear | abort-install)
    rmdir "/lib/modules/$KERNEL/updates/$NAME" "/lib/modules/$KERNEL/updates" 2>/dev/null || :
    # Without an index the kernel is gone too, and its folder must not come back.
    if [ -e "/lib/modules/$KERNEL/modules.dep" ]; then
        if [ -e "/boot/System.map-$KERNEL" ]; then
            depmod -a -F "/boot/System.map-$KERNEL" "$KERNEL"
        else
            depmod -a "$KERNEL"
        fi
        if [ "$1" = remove ]; then
            refresh_initramfs "$KERNEL"
        fi
    fi
    ;;
esac

exit 0

"""#
        ),
        (
            name: "deb-source/rules",
            text: #"""
#!/usr/bin/make -f
# Packs the source of the module as it is: what is built of it is built on the machines of its users.

TREE = debian/@PACKAGE@/usr/src/@FOLDER@

%:
	dh $@

# A module is made for one kernel and this package is for all, so nothing of the authors' Makefile runs here.
override_dh_auto_clean override_dh_auto_configure override_dh_auto_build override_dh_auto_test:

override_dh_auto_install:
	mkdir -p $(TREE) debian/.debhelper
	tar -cf debian/.debhelper/tree.tar --anchored --exclude=./debian --exclude=./.pc --exclude=./.git .
	tar -C $(TREE) -xpf debian/.debhelper/tree.tar

# The files that are not of the tree go in as they are, after all that debhelper would do to some of them for where they
# lie. debian/PACKAGE.modes names each with its mode, debian/PACKAGE.conffiles those that are conffiles, of /etc too.
execute_after_dh_installdeb:
	set -e; for package in $$(dh_listpackages); do \
		if [ -e debian/$$package.modes ]; then \
			while IFS= read -r line; do \
				install -D -p -m "$${line%% *}" "debian/$$package.files/$${line#* }" "debian/$$package/$${line#* }"; \
			done <debian/$$package.modes; \
		fi; \
	done

# dh_dkms writes hooks of its own: they know dkms alone, and one build that fails on a user's machine fails the package.
# Those in debian/@PACKAGE@.{postinst,prerm,postrm} drive dkms or mkdkms, keep the package installed, and show what
# failed. To have dh_dkms's, remove these files, and replace this target by:
#   override_dh_dkms:
#   	dh_dkms -- dkms.conf
override_dh_dkms:

# What looks like a left-over may be the authors' own.
override_dh_clean:
	dh_clean -X.orig -X.rej -X.bak -X~

# Files of the tree are what their authors made them: none is rewritten.
override_dh_strip_nondeterminism:

# The authors' list of changes stays in the tree; its names all have an h in them.
override_dh_installchangelogs:
	dh_installchangelogs -Xh -XH

"""#
        ),
        (
            name: "rpm-common/post",
            text: #"""
# Makes udev read the rules of this package, and asks %posttrans for each initramfs that its files can be part of.
# What kinds of files the package has, and the modules that they are for.
ROLES=@ROLES@
MODULES=@MODULES@
REQUESTS=/var/lib/rpm-state/mkdkms-initramfs

@INCLUDE shared/udev.sh@

case " $ROLES " in
*" udev "*) reload_udev ;;
esac
case " $ROLES " in
*" modprobe "* | *" firmware "* | *" dracut "*)
    for image in /boot/initramfs-*.img; do
        kernel=${image#/boot/initramfs-}
        kernel=${kernel%.img}
        if [ -e "/lib/modules/$kernel/modules.dep" ]; then
            mkdir -p "$REQUESTS"
            echo "$MODULES" >>"$REQUESTS/$kernel"
        fi
    done
    ;;
esac
exit 0

"""#
        ),
        (
            name: "rpm-common/posttrans",
            text: #"""
# Whichever package of the transaction gets here first makes each initramfs that was asked for; the others find no
# request left. A request names the modules of all of them.
@INCLUDE shared/initramfs.sh@

REQUESTS=/var/lib/rpm-state/mkdkms-initramfs
for request in "$REQUESTS"/*; do
    if [ -f "$request" ]; then
        MODULES=$(cat "$request")
        unlink "$request"
        refresh_initramfs "${request##*/}"
    fi
done
rmdir "$REQUESTS" 2>/dev/null
exit 0

"""#
        ),
        (
            name: "rpm-common/postun",
            text: #"""
# Makes udev forget the rules of this package.
@INCLUDE shared/udev.sh@

reload_udev
exit 0

"""#
        ),
        (
            name: "rpm-dkms/post",
            text: #"""
# Runs while the package that this one replaces, and every other that goes in the same transaction, is still there. So
# the module is only registered here; %posttrans builds it. The marker tells the %preun of this module's older package,
# if it is of the same version, to leave the DKMS tree alone.
@INCLUDE shared/dkms.sh@

mkdir -p /var/lib/rpm-state
echo "$VERSION" >/var/lib/rpm-state/@PACKAGE@.version
# The %preun of a package made by others takes out what is installed without a copy or a note of it.
remember_kernels
keep_modules
find_tool
# From here on a kernel of the same transaction has the module built by its own hooks.
if [ -n "$TOOL" ] && ! is_known; then
    register 2>/dev/null
fi
exit 0

"""#
        ),
        (
            name: "rpm-dkms/posttrans",
            text: #"""
# Runs when all that the transaction replaces is gone: what an older or hand-made package took out in its %preun is made
# again, no newer version is in the way of an older one, and no file of a kmod package of dkms's.
@INCLUDE shared/dkms.sh@
@INCLUDE shared/dkms-build.sh@

rm -f /var/lib/rpm-state/@PACKAGE@.version
find_tool
if [ -n "$TOOL" ]; then
    serve_anew
else
    # Registered as either would do it: the boot after one of them has come builds it, as does the next kernel.
    mkdir -p "$TREE/$VERSION/build"
    ln -sfn "/usr/src/$NAME-$VERSION" "$TREE/$VERSION/source"
    note "neither dkms nor mkdkms is installed, so the module was not built; install one, and boot or run:" \
        "dkms install -m $NAME -v $VERSION" >&2
    forget_kernels
    forget_modules
    forget_empty_folders
    FAILURES=1
fi
# rpm cannot undo a transaction: even a failure asked for is only reported by it.
refuse_failures
exit 0

"""#
        ),
        (
            name: "rpm-dkms/preun",
            text: #"""
# $1 is the number of instances of the package that remain: 0 when it is erased, more when it is replaced.
@INCLUDE shared/dkms.sh@

find_tool
replacement=
if [ "$1" -gt 0 ] && [ -e /var/lib/rpm-state/@PACKAGE@.version ]; then
    replacement=$(cat /var/lib/rpm-state/@PACKAGE@.version)
fi
if [ "$replacement" != "$VERSION" ]; then
    unregister
fi
if [ "$1" -eq 0 ]; then
    forget_kernels
    forget_modules
    forget_empty_folders
fi
exit 0

"""#
        ),
        (
            name: "rpm-kabi/parts/kernels.sh",
            text: #"""
# Which kernels use the modules; stands below kmod.sh.
REQUESTS="$STATE/mkdkms-initramfs"

# The kernel that the modules were built for, and those that weak-modules has linked them into.
serving_kernels() {
    for folder in /lib/modules/*; do
        if [ -d "$folder/extra/"@FOLDER@ ] || [ -d "$folder/weak-updates/"@FOLDER@ ]; then
            basename "$folder"
        fi
    done
}

# A folder of modules may be there without its kernel, which has a table of symbols: .gz before el10, .xz since.
is_kernel() {
    for table in "/lib/modules/$1/symvers" "/boot/symvers-$1"; do
        if [ -e "$table.gz" ] || [ -e "$table.xz" ]; then
            return 0
        fi
    done
    [ -e "/boot/System.map-$1" ]
}

# %posttrans makes each initramfs once, however many packages of the transaction ask for it.
request_initramfs() {
    mkdir -p "$REQUESTS"
    for kernel in $(serving_kernels); do
        if is_kernel "$kernel"; then
            echo "$MODULES" >>"$REQUESTS/$kernel"
        fi
    done
}

"""#
        ),
        (
            name: "rpm-kabi/post",
            text: #"""
# Tells the kernel's module index about the modules of this package, and has other kernels of the same ABI use them.
@INCLUDE shared/kmod.sh@
@INCLUDE rpm-kabi/parts/kernels.sh@

# Without the kernel itself its folder holds nothing to index.
if [ -e /boot/System.map-@KERNEL@ ]; then
    depmod -aeF /boot/System.map-@KERNEL@ @KERNEL@ >/dev/null || :
elif [ -e /lib/modules/@KERNEL@/modules.dep ]; then
    depmod -a @KERNEL@ || :
fi
tell_weak_modules --add-modules
request_initramfs
exit 0

"""#
        ),
        (
            name: "rpm-kabi/posttrans",
            text: #"""
# The first package of the transaction to get here makes every initramfs that was asked for; the others find no request
# left. A request names the modules of all packages.
@INCLUDE shared/kmod.sh@
@INCLUDE shared/initramfs.sh@
@INCLUDE rpm-kabi/parts/kernels.sh@

if [ -e "$STATE/"@PACKAGE@.relink ]; then
    rm -f "$STATE/"@PACKAGE@.relink
    tell_weak_modules --add-modules
    request_initramfs
fi
for request in "$REQUESTS"/*; do
    if [ -f "$request" ]; then
        MODULES=$(sort -u "$request")
        rm -f "$request"
        refresh_initramfs "${request##*/}"
    fi
done
rmdir "$REQUESTS" 2>/dev/null
exit 0

"""#
        ),
        (
            name: "rpm-kabi/postun",
            text: #"""
# Takes what is gone out of the kernels that used it. $1 is 0 when the package is erased; when it is replaced, files of
# the same path stay, and so do the links to them.
@INCLUDE shared/kmod.sh@
@INCLUDE shared/initramfs.sh@

if [ -e /boot/System.map-@KERNEL@ ]; then
    depmod -aeF /boot/System.map-@KERNEL@ @KERNEL@ >/dev/null || :
elif [ -e /lib/modules/@KERNEL@/modules.dep ]; then
    depmod -a @KERNEL@ || :
fi
if [ -e "$STATE/"@PACKAGE@.modules ]; then
    MODULES=$(while read -r module; do
        if [ ! -e "$module" ]; then
            echo "$module"
        fi
    done <"$STATE/"@PACKAGE@.modules)
    if [ -n "$MODULES" ]; then
        tell_weak_modules --remove-modules
        if [ "$1" -gt 0 ]; then
            # The package that has come is for another kernel: its %posttrans links its modules where these were.
            : >"$STATE/"@PACKAGE@.relink
        fi
    fi
fi
if [ "$1" -eq 0 ] && [ -e "$STATE/"@PACKAGE@.kernels ]; then
    while read -r kernel; do
        if [ -e "/lib/modules/$kernel/modules.dep" ]; then
            refresh_initramfs "$kernel" </dev/null || :
        fi
    done <"$STATE/"@PACKAGE@.kernels
fi
rm -f "$STATE/"@PACKAGE@.modules "$STATE/"@PACKAGE@.kernels
exit 0

"""#
        ),
        (
            name: "rpm-kabi/preun",
            text: #"""
# weak-modules wants the names of modules that are gone by the time it is told, so they are written down; and so are the
# kernels that have them.
@INCLUDE shared/kmod.sh@
@INCLUDE rpm-kabi/parts/kernels.sh@

mkdir -p "$STATE"
echo "$MODULES" >"$STATE/"@PACKAGE@.modules
serving_kernels >"$STATE/"@PACKAGE@.kernels
exit 0

"""#
        ),
        (
            name: "rpm-kmod/post",
            text: #"""
# Tells the kernel's module index about the modules of this package.
@INCLUDE shared/kmod.sh@

if [ -e /boot/System.map-@KERNEL@ ]; then
    depmod -aeF /boot/System.map-@KERNEL@ @KERNEL@ >/dev/null || :
elif [ -d /lib/modules/@KERNEL@ ]; then
    depmod -a @KERNEL@ || :
fi
tell_weak_modules --add-modules
# %posttrans makes the initramfs once, however many packages of the transaction ask for it.
mkdir -p "$STATE/mkdkms-initramfs"
echo "$MODULES" >>"$STATE/mkdkms-initramfs/"@KERNEL@
exit 0

"""#
        ),
        (
            name: "rpm-kmod/posttrans",
            text: #"""
# The first package of the transaction to get here makes the initramfs; the others find no request left.
# The request names the modules of all of them.
@INCLUDE shared/initramfs.sh@

REQUESTS=/var/lib/rpm-state/mkdkms-initramfs
if [ -e "$REQUESTS/"@KERNEL@ ]; then
    MODULES=$(cat "$REQUESTS/"@KERNEL@)
    rm -f "$REQUESTS/"@KERNEL@
    refresh_initramfs @KERNEL@
fi
rmdir "$REQUESTS" 2>/dev/null
exit 0

"""#
        ),
        (
            name: "rpm-kmod/postun",
            text: #"""
# Takes the modules of this package out of the kernel's module index.
@INCLUDE shared/kmod.sh@
@INCLUDE shared/initramfs.sh@

# Without an index the kernel is gone too, and its folder must not come back.
if [ -e /lib/modules/@KERNEL@/modules.dep ]; then
    if [ -e /boot/System.map-@KERNEL@ ]; then
        depmod -aeF /boot/System.map-@KERNEL@ @KERNEL@ >/dev/null || :
    else
        depmod -a @KERNEL@ || :
    fi
fi
if [ "$1" -eq 0 ]; then
    if [ -e "$STATE/"@PACKAGE@.modules ]; then
        tell_weak_modules --remove-modules
        rm -f "$STATE/"@PACKAGE@.modules
    fi
    if [ -e /lib/modules/@KERNEL@/modules.dep ]; then
        refresh_initramfs @KERNEL@ || :
    fi
fi
exit 0

"""#
        ),
        (
            name: "rpm-kmod/preun",
            text: #"""
# weak-modules wants the names of modules that are gone by the time it is told, so they are written down.
MODULES=@MODULES@
STATE=/var/lib/rpm-state

if [ "$1" -eq 0 ] && [ -x /usr/sbin/weak-modules ]; then
    mkdir -p "$STATE"
    echo "$MODULES" >"$STATE/"@PACKAGE@.modules
fi
exit 0

"""#
        ),
        (
            name: "rpm-kmp/parts/call.sh",
            text: #"""
# SUSE's own scripts, of suse-module-tools, do what a step takes: weak-modules2, and the initramfs at the end.
SCRIPTLETS=/usr/lib/module-init-tools/kernel-scriptlets

# Runs step $1 with the arguments of the scriptlet; fails where the scripts are not there.
run_step() {
    step=$1
    shift
    if [ ! -x "$SCRIPTLETS/kmp-$step" ]; then
        return 1
    fi
    "$SCRIPTLETS/kmp-$step" --name @PACKAGE@ --version @VERSION@ --release @RELEASE@ \
        --kernelrelease @BASE@ --flavor @FLAVOUR@ --usrmerged @USRMERGED@ "$@" || :
}

"""#
        ),
        (
            name: "rpm-kmp/post",
            text: #"""
# Without SUSE's scripts the kernel's module index is all that can be brought up to date.
@INCLUDE rpm-kmp/parts/call.sh@

if ! run_step post "$@" && [ -e /boot/System.map-@KERNEL@ ]; then
    depmod -aeF /boot/System.map-@KERNEL@ @KERNEL@ >/dev/null || :
fi
exit 0

"""#
        ),
        (
            name: "rpm-kmp/posttrans",
            text: #"""
# SUSE's scripts know what is to be done here.
@INCLUDE rpm-kmp/parts/call.sh@

run_step posttrans "$@"
exit 0

"""#
        ),
        (
            name: "rpm-kmp/postun",
            text: #"""
# Without SUSE's scripts the kernel's module index is all that can be brought up to date.
@INCLUDE rpm-kmp/parts/call.sh@

if ! run_step postun "$@" && [ -e /boot/System.map-@KERNEL@ ]; then
    depmod -aeF /boot/System.map-@KERNEL@ @KERNEL@ >/dev/null || :
fi
exit 0

"""#
        ),
        (
            name: "rpm-kmp/pre",
            text: #"""
# SUSE's scripts know what is to be done here.
@INCLUDE rpm-kmp/parts/call.sh@

run_step pre "$@"
exit 0

"""#
        ),
        (
            name: "rpm-kmp/preun",
            text: #"""
# SUSE's scripts know what is to be done here.
@INCLUDE rpm-kmp/parts/call.sh@

run_step preun "$@"
exit 0

"""#
        ),
        (
            name: "rpm-source/spec",
            text: #"""
# Builds @NAME@: the source of a kernel module for /usr/src, and the scriptlets that have dkms or mkdkms build it on the
# user's machine. Nothing is compiled here.
%global debug_package %{nil}
# The tree has to arrive as it is: no shebang is rewritten, nothing is stripped or compressed.
%global __os_install_post %{nil}

Name: @NAME@
Version: @VERSION@
Release: @RELEASE@
Summary: @SUMMARY@
License: @LICENSE@
Group: @GROUP@
@TAGS@
Source0: @SOURCE@
BuildArch: noarch
# Scripts of the tree run where the module is built, which dkms sees to.
AutoReqProv: no
@RELATIONS@

%description
@DESCRIPTION@

%prep
%setup -q -n @FOLDER@

%build
# dkms builds the module, for each kernel of the machine it is installed on.

%install
mkdir -p %{buildroot}/usr/src
cp -a . %{buildroot}/usr/src/@FOLDER@
@SCRIPTLETS@

%files
%defattr(-,root,root,-)
/usr/src/@FOLDER@

%changelog
@CHANGELOG@

"""#
        ),
        (
            name: "shared/conffiles.sh",
            text: #"""
# One path per line: what an earlier package had in /etc and this one has elsewhere, where it would hide the new file.
OBSOLETE=@OBSOLETE@

# Takes them away, and keeps one that was changed as *.dpkg-bak; the arguments are those of the script.
drop_conffiles() {
    printf '%s\n' "$OBSOLETE" | while IFS= read -r conffile; do
        if [ -n "$conffile" ]; then
            dpkg-maintscript-helper rm_conffile "$conffile" @VERSION@ @PACKAGE@ -- "$@"
        fi
    done
}

drop_conffiles "$@"

"""#
        ),
        (
            name: "shared/dkms-build.sh",
            text: #"""
# Builds the module for the kernels of this machine; stands below dkms.sh.
AUTOINSTALL=@AUTOINSTALL@
FAILURES=0

has_headers() {
    [ -e "/lib/modules/$1/build/include" ]
}

# The kernels of this machine, oldest first.
all_kernels() {
    for folder in /lib/modules/*; do
        if [ -d "$folder" ]; then
            basename "$folder"
        fi
    done | sort -V
}

wants_all_kernels() {
    cat /etc/dkms/framework.conf /etc/dkms/framework.conf.d/*.conf 2>/dev/null |
        grep -Eq "^[[:space:]]*autoinstall_all_kernels=[\"']?[^\"'[:space:]#]"
}

# The kernels to serve now: the running and the newest one, and those that had the module before; all of them
# where framework.conf asks for it, or where the running kernel is not one of this root, as in a chroot.
chosen_kernels() {
    running=$(uname -r)
    if wants_all_kernels || [ ! -d "/lib/modules/$running" ]; then
        all_kernels
        return 0
    fi
    newest=$(all_kernels | while read -r kernel; do
        if [ -e "/boot/config-$kernel" ] || [ -d "/lib/modules/$kernel/kernel" ]; then
            echo "$kernel"
        fi
    done | tail -n 1)
    echo "$running"
    {
        echo "$newest"
        cat "$SERVED" 2>/dev/null
    } | sort -u | while read -r kernel; do
        if [ -n "$kernel" ] && [ "$kernel" != "$running" ] && [ -d "/lib/modules/$kernel" ]; then
            echo "$kernel"
        fi
    done
}

# Says loudly that step $2 ended with status $3 for kernel $1, and puts back what the kernel had.
report_failure() {
    FAILURES=$((FAILURES + 1))
    log="$MARKS/$1/output.log"
    for candidate in "$TREE/$VERSION/build/make.log" "$TREE/$VERSION/$1"/*/log/make.log; do
        # The next kernel's build replaces this log, so it is kept with the mark.
        if [ "$2" = build ] && [ -f "$candidate" ]; then
            cp -f "$candidate" "$MARKS/$1/make.log" && log="$MARKS/$1/make.log"
            break
        fi
    done
    restored=
    if put_back "$1"; then
        restored=yes
    fi
    {
        echo "****************************************************************************"
        if [ -n "$restored" ]; then
            echo "* WARNING: this revision of $NAME $VERSION could not be made for kernel $1:"
            echo "*          '$TOOL $2' failed with status $3. The package itself is installed, and"
            echo "*          the kernel has the module again that was built for it before."
        else
            echo "* WARNING: $NAME $VERSION is NOT available for kernel $1:"
            echo "*          '$TOOL $2' failed with status $3. The package itself is installed."
        fi
        echo "* Log:     $log"
        if [ "$2" = build ]; then
            echo "*          (make.log of the build)"
        fi
        sed -n 's/^.*\(error:.*\)$/* Error:   \1/p' "$log" 2>/dev/null | head -n 1
        if [ -n "$restored" ]; then
            echo "* Retry:   $TOOL build --force -m $NAME -v $VERSION -k $1"
            echo "*          $TOOL install --force -m $NAME -v $VERSION -k $1"
        else
            echo "* Retry:   $TOOL install -m $NAME -v $VERSION -k $1"
        fi
        echo "****************************************************************************"
    } >&2
}

# Runs '$TOOL $2' for kernel $1, quietly, with its output in $3; 0 when it worked, 77 when the module excludes this
# kernel.
run_step() {
    step_status=0
    "$TOOL" "$2" -m "$NAME" -v "$VERSION" -k "$1" >"$MARKS/$1/$3" 2>&1 </dev/null || step_status=$?
    # Before 3.0.3 an excluded kernel had no status of its own, only this message.
    if [ "$step_status" -ne 0 ] && grep -q BUILD_EXCLUSIVE "$MARKS/$1/$3"; then
        step_status=77
    fi
    return "$step_status"
}

# Has kernel $1 use the module again that keep_modules put aside: what is in the DKMS tree counts as built, and any
# version installs it without a build. Fails where there is none, or where it is refused.
put_back() {
    for kept in "$KEPT/$1"/*; do
        [ -d "$kept/module" ] || return 1
        place="$TREE/$VERSION/$1/${kept##*/}"
        rm -rf "$place"
        mkdir -p "$MARKS/$1" "${place%/*}"
        cp -a "$kept" "$place" || return 1
        if ! run_step "$1" install restored.log; then
            rm -rf "$place"
            rmdir "${place%/*}" 2>/dev/null || :
            return 1
        fi
    done
}

# Puts back what is still aside, for the kernels that nothing was built for.
put_back_others() {
    for folder in "$KEPT"/*; do
        kernel=${folder##*/}
        if [ -d "$folder" ] && [ ! -e "$MARKS/$kernel" ]; then
            if put_back "$kernel"; then
                note "kernel $kernel keeps the module that was built for it before"
            fi
            rm -rf "${MARKS:?}/$kernel"
        fi
    done
}

# Builds and installs the module for kernel $1; says what it did and never fails.
serve_kernel() {
    case "$1" in
    *BOOT*) return 0 ;;
    esac
    if ! has_headers "$1"; then
        note "no headers for kernel $1, so the module was not built for it; install its kernel" \
            "headers package and run: $TOOL install -m $NAME -v $VERSION -k $1"
        return 0
    fi
    mkdir -p "$MARKS/$1"
    for step in build install; do
        serve_status=0
        run_step "$1" "$step" output.log || serve_status=$?
        case "$serve_status" in
        0) ;;
        77)
            note "kernel $1 is excluded by the module's dkms.conf"
            break
            ;;
        *)
            report_failure "$1" "$step" "$serve_status"
            return 0
            ;;
        esac
    done
    if [ "$serve_status" -eq 0 ]; then
        note "installed for kernel $1"
    fi
    rm -rf "${MARKS:?}/$1" "${KEPT:?}/$1"
}

# Registers the source tree and serves the chosen kernels.
serve_kernels() {
    if ! register; then
        FAILURES=$((FAILURES + 1))
        {
            echo "****************************************************************************"
            echo "* WARNING: '$TOOL add' refused $NAME $VERSION, so no kernel has the module."
            echo "* Retry:   $TOOL add -m $NAME -v $VERSION"
            echo "****************************************************************************"
        } >&2
        return 0
    fi
    kernels=
    if [ -z "$AUTOINSTALL" ]; then
        note "registered; its dkms.conf asks for no automatic build"
    elif [ -e /etc/dkms/no-autoinstall ]; then
        note "registered; automatic builds are switched off by /etc/dkms/no-autoinstall"
    else
        kernels=$(chosen_kernels)
        if [ -z "$kernels" ]; then
            note "no kernel is installed here, nothing to build"
        fi
    fi
    for kernel in $kernels; do
        serve_kernel "$kernel"
    done
    put_back_others
    forget_kernels
    forget_empty_folders
}

# Makes the module anew: the source may have changed under the same version, so what was made of it before goes first.
serve_anew() {
    keep_modules
    # What follows says how each kernel fared.
    unregister >/dev/null
    serve_kernels
    if is_known; then
        forget_modules
        forget_empty_folders
    fi
}

# A module that does not build leaves the package usable for the other kernels: no broken transaction, unless that is
# what was asked for.
refuse_failures() {
    if is_strict && [ "$FAILURES" -ne 0 ]; then
        exit 1
    fi
}

"""#
        ),
        (
            name: "shared/dkms.sh",
            text: #"""
# Drives dkms, any version since 2.8, or mkdkms, which takes the same verbs; both keep what they know in
# /var/lib/dkms. A kernel whose module cannot be made is marked by a folder with the log in it.
NAME=@NAME@
VERSION=@VERSION@
HOOKS=@HOOKS@
TREE="/var/lib/dkms/$NAME"
MARKS="/var/lib/mkdkms/failed/$NAME/$VERSION"
# The kernels that had the module before it was taken out for an upgrade or a reinstallation, one per line.
SERVED="/var/lib/mkdkms/served/$NAME"
# What was installed of this version before another revision of it came: the folders K/A of the DKMS tree.
KEPT="/var/lib/mkdkms/kept/$NAME/$VERSION"

note() {
    echo "$NAME $VERSION: $*"
}

# Whether this package is to fail with the module, as one made by debhelper does.
is_strict() {
    [ "$HOOKS" = strict ]
}

# Sets TOOL to the program that keeps the DKMS tree, empty where there is none.
find_tool() {
    TOOL=
    if command -v dkms >/dev/null 2>&1; then
        TOOL=dkms
    elif command -v mkdkms >/dev/null 2>&1 && mkdkms status >/dev/null 2>&1 </dev/null; then
        # One without the engine has no status.
        TOOL=mkdkms
    fi
}

# Registers the source tree. Either program wants the root of the DKMS tree to be there, which only dkms's package brings.
register() {
    mkdir -p "${TREE%/*}"
    "$TOOL" add -m "$NAME" -v "$VERSION" </dev/null >/dev/null
}

is_known() {
    [ -n "$("$TOOL" status -m "$NAME" -v "$VERSION" 2>/dev/null || :)" ]
}

# Where version $1 of the module is installed, or any version without $1, as lines of K/A. dkms calls installed what its
# link of that kernel leads to, whatever its version prints of it.
installed_places() {
    for link in "$TREE"/kernel-*; do
        if [ -L "$link" ] && [ -d "$link/module" ]; then
            place=$(readlink "$link")
            if [ -z "${1-}" ] || [ "${place%%/*}" = "$1" ]; then
                echo "${place#*/}"
            fi
        fi
    done
}

# A kernel that has the module, of any version, keeps it, even where a new installation would not have served it.
remember_kernels() {
    had=$(installed_places | sed 's,/.*,,')
    if [ -n "$had" ]; then
        mkdir -p "${SERVED%/*}"
        echo "$had" >>"$SERVED"
    fi
}

# Copies what is installed out of the DKMS tree, for the case that its successor does not build. A copy of an earlier
# run that was cut short stays where the tree has nothing any more.
keep_modules() {
    installed_places "$VERSION" | while read -r place; do
        if [ -d "$TREE/$VERSION/$place/module" ]; then
            mkdir -p "$KEPT/${place%/*}"
            rm -rf "${KEPT:?}/$place" "$KEPT/.new"
            cp -a "$TREE/$VERSION/$place" "$KEPT/.new" && mv "$KEPT/.new" "$KEPT/$place"
        fi
    done || note "not all of what is installed could be kept aside; continuing" >&2
}

forget_modules() {
    rm -rf "${KEPT%/*}"
}

forget_kernels() {
    rm -f "$SERVED"
    rmdir "${SERVED%/*}" 2>/dev/null || :
}

# Takes the module out of all kernels and out of the DKMS tree.
unregister() {
    rm -rf "${MARKS:?}"
    remember_kernels
    if [ -z "$TOOL" ]; then
        unregister_by_hand
    elif is_known; then
        "$TOOL" remove -m "$NAME" -v "$VERSION" --all </dev/null ||
            note "'$TOOL remove' failed; look at: $TOOL status -m $NAME" >&2
    fi
    forget_empty_folders
}

# The same where dkms went before this package: a file of a kernel that is equal to the one in the DKMS tree is what
# dkms installed.
unregister_by_hand() {
    for made in "$TREE/$VERSION"/*/*/module/*.ko*; do
        if [ -f "$made" ]; then
            place=${made%/*/module/*}
            find "/lib/modules/${place##*/}/" -type f -name "${made##*/}" -exec cmp -s "$made" {} \; -exec rm -f {} \; ||
                note "not all of its files could be removed; continuing" >&2
        fi
    done
    for link in "$TREE"/kernel-*; do
        place=$(readlink "$link") || continue
        if [ "${place%%/*}" = "$VERSION" ]; then
            rm -f "$link"
            kernel=${place#*/}
            # Without an index the kernel is gone too, and its folder must not come back.
            if [ -e "/lib/modules/${kernel%/*}/modules.dep" ]; then
                depmod -a "${kernel%/*}" || :
            fi
        fi
    done
    rm -rf "${TREE:?}/${VERSION:?}"
    rmdir "$TREE/original_module" "$TREE" "${TREE%/*}" 2>/dev/null || :
}

# Removes what dkms leaves: folders that nothing is in any more.
forget_empty_folders() {
    rmdir "${KEPT%/*}" "${KEPT%/*/*}" 2>/dev/null || :
    rmdir "$MARKS" "/var/lib/mkdkms/failed/$NAME" /var/lib/mkdkms/failed /var/lib/mkdkms 2>/dev/null || :
    rmdir "$TREE/original_module" "$TREE" 2>/dev/null || :
    for folder in /lib/modules/*/updates /lib/modules/*/extra; do
        rmdir "$folder/dkms" "$folder" 2>/dev/null || :
    done
}

"""#
        ),
        (
            name: "shared/initramfs.sh",
            text: #"""
# Makes the initramfs of a kernel again where, and only where, it holds one of the modules.
initramfs_names_module() {
    for module in $MODULES; do
        name=$(basename "$module")
        if grep -Fq "/${name%%.ko*}.ko" "$1"; then
            return 0
        fi
    done
    return 1
}

refresh_initramfs() {
    if command -v update-initramfs >/dev/null 2>&1 && [ -e "/boot/initrd.img-$1" ]; then
        lister="lsinitramfs /boot/initrd.img-$1"
        maker="update-initramfs -u -k $1"
    elif command -v dracut >/dev/null 2>&1 && [ -e "/boot/initramfs-$1.img" ]; then
        lister="lsinitrd /boot/initramfs-$1.img"
        maker="dracut --force /boot/initramfs-$1.img $1"
    else
        return 0
    fi
    listing=$(mktemp)
    if $lister >"$listing" 2>/dev/null && initramfs_names_module "$listing"; then
        $maker || echo "The initramfs of kernel $1 could not be made again; run: $maker" >&2
    fi
    unlink "$listing"
}

"""#
        ),
        (
            name: "shared/kmod.sh",
            text: #"""
# One path per line.
MODULES=@MODULES@
STATE=/var/lib/rpm-state

# Hands the modules to weak-modules, which links them into kernels of a compatible ABI; $1 is its verb.
tell_weak_modules() {
    if [ -x /usr/sbin/weak-modules ]; then
        printf '%s\n' "$MODULES" | /usr/sbin/weak-modules "$1" --no-initramfs || :
    fi
}

"""#
        ),
        (
            name: "shared/prebuilt.sh",
            text: #"""
# Modules that the package carries ready-made; stands below dkms-build.sh. Each tarball is for one kernel, as
# `dkms ldtarball` reads it; dkms's own common.postinst loads the one whose name says no kernel.
PREBUILT=/usr/share/@PACKAGE@
PREBUILT_LOADED=

# Puts all of them into the DKMS tree, once, where they count as built: for kernels that are to come, too.
load_prebuilt() {
    if [ -n "$PREBUILT_LOADED" ]; then
        return 0
    fi
    PREBUILT_LOADED=yes
    for archive in "$PREBUILT/$NAME-$VERSION"*.dkms.tar.gz; do
        tar -C "$TREE/$VERSION" --strip-components=2 --no-same-owner --exclude='*/dkms_dbversion' \
            -xzf "$archive" ./dkms_main_tree ||
            note "the modules in $archive could not be unpacked" >&2
    done
}

# A kernel whose modules are here needs no headers, and building them then is finding them built.
has_headers() {
    load_prebuilt
    for folder in "$TREE/$VERSION/$1"/*/module; do
        if [ -d "$folder" ]; then
            return 0
        fi
    done
    [ -e "/lib/modules/$1/build/include" ]
}

"""#
        ),
        (
            name: "shared/udev.sh",
            text: #"""
# Makes udevd read its rules again where one runs; none does in a chroot, or while an image is made.
reload_udev() {
    if [ -S /run/udev/control ] && command -v udevadm >/dev/null 2>&1; then
        udevadm control --reload-rules || :
    fi
}

"""#
        ),
    ]
}
