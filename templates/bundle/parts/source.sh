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
