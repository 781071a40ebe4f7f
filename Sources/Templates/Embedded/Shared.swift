// swift-format-ignore-file
// Made by `make templates` from templates/shared/; edit those files, not this one.

extension EmbeddedTemplates {
    static let shared: [(name: String, text: String)] = [
        (
            name: "shared/answers.sh",
            text: #"""
@INCLUDE shared/requests.sh@
@INCLUDE shared/initramfs.sh@

answer_requests() {
    for request in "$REQUESTS"/*; do
        if [ -f "$request" ]; then
            MODULES=$(sort -u "$request")
            unlink "$request"
            refresh_initramfs "${request##*/}"
        fi
    done
    rmdir "$REQUESTS" 2>/dev/null
}

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
            name: "shared/depmod.sh",
            text: #"""
# Makes the module index of $KERNEL anew. Where that fails, packages go on: it is no fault that they could mend.
refresh_index() {
    set --
    if [ -e "/boot/System.map-$KERNEL" ]; then
        set -- -F "/boot/System.map-$KERNEL"
    fi
    depmod -a "$@" "$KERNEL" || echo "The module index of kernel $KERNEL could not be made; run: depmod -a $KERNEL" >&2
}

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
            name: "shared/kin.sh",
            text: #"""
# dpkg has the control files of the package that comes in a folder of this name, which is not a temporary file of anybody
# else's.
unpacked=tmp.ci
COMING=${DPKG_ADMINDIR:-}/$unpacked

# Whether the postinst $1 sets the variable $2 as this script does.
sets_alike() {
    grep -qsxF "$(grep "^$2=" "$0")" "$1"
}

# Whether the postinst $1 is of a package of this module, of whatever name and version, that reads what is written down here.
is_kin() {
    sets_alike "$1" NAME && grep -qsF /var/lib/mkdkms/served/ "$1"
}

"""#
        ),
        (
            name: "shared/kmod.sh",
            text: #"""
# One path per line.
MODULES=@MODULES@

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
            name: "shared/requests.sh",
            text: #"""
@INCLUDE shared/state.sh@
# The initramfs of a kernel is made once in a transaction, however many of its packages ask for it: each leaves a request,
# a file of the kernel's name that lists the modules of all of them, and whichever gets to %posttrans first answers all.
REQUESTS=$STATE/mkdkms-initramfs

request_initramfs() {
    mkdir -p "$REQUESTS"
    echo "$MODULES" >>"$REQUESTS/$1"
}

"""#
        ),
        (
            name: "shared/state.sh",
            text: #"""
# Where scriptlets of one transaction leave word for each other.
STATE=/var/lib/rpm-state

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
