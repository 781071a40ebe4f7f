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
