# One path per line.
MODULES=@MODULES@

# Hands the modules to weak-modules, which links them into kernels of a compatible ABI; $1 is its verb.
tell_weak_modules() {
    if [ -x /usr/sbin/weak-modules ]; then
        printf '%s\n' "$MODULES" | /usr/sbin/weak-modules "$1" --no-initramfs || :
    fi
}
