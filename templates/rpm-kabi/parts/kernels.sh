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
