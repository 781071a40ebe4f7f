// swift-format-ignore-file
// Made by `make templates` from templates/rpm-kabi/; edit those files, not this one.

extension EmbeddedTemplates {
    static let rpmKabi: [(name: String, text: String)] = [
        (
            name: "rpm-kabi/parts/kernels.sh",
            text: #"""
# Which kernels use the modules; request_for_kernels needs requests.sh above.

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

request_for_kernels() {
    for kernel in $(serving_kernels); do
        if is_kernel "$kernel"; then
            request_initramfs "$kernel"
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
@INCLUDE shared/requests.sh@
@INCLUDE rpm-kabi/parts/kernels.sh@

# Without the kernel itself its folder holds nothing to index.
if [ -e /boot/System.map-@KERNEL@ ]; then
    depmod -aeF /boot/System.map-@KERNEL@ @KERNEL@ >/dev/null || :
elif [ -e /lib/modules/@KERNEL@/modules.dep ]; then
    depmod -a @KERNEL@ || :
fi
tell_weak_modules --add-modules
request_for_kernels
exit 0

"""#
        ),
        (
            name: "rpm-kabi/posttrans",
            text: #"""
# Repairs what the old package took away, and makes each initramfs that was asked for.
@INCLUDE shared/kmod.sh@
@INCLUDE shared/answers.sh@
@INCLUDE rpm-kabi/parts/kernels.sh@

if [ -e "$STATE/"@PACKAGE@.relink ]; then
    rm -f "$STATE/"@PACKAGE@.relink
    tell_weak_modules --add-modules
    request_for_kernels
fi
answer_requests
exit 0

"""#
        ),
        (
            name: "rpm-kabi/postun",
            text: #"""
# Takes what is gone out of the kernels that used it. $1 is 0 when the package is erased; when it is replaced, files of
# the same path stay, and so do the links to them.
@INCLUDE shared/kmod.sh@
@INCLUDE shared/state.sh@
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
@INCLUDE shared/state.sh@
@INCLUDE rpm-kabi/parts/kernels.sh@

mkdir -p "$STATE"
echo "$MODULES" >"$STATE/"@PACKAGE@.modules
serving_kernels >"$STATE/"@PACKAGE@.kernels
exit 0

"""#
        ),
    ]
}
