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
