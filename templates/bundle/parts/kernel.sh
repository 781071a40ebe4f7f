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
