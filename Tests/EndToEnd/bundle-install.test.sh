#!/bin/bash
# The bundle's install as a black box, in scratch roots: what it puts in place, what it refuses, and that
# --uninstall restores what was there.
#
# Every case runs with each shell of SHELLS, split by commas (default: dash and busybox sh), on bundles that
# make-bundle.sh wrote by hand; and once more, with the first shell, on bundles that mkdkms made.
. "$(dirname "$0")/lib.sh"

if ! needs_two_kernels "a bundle's install" || ! needs_program "a bundle's install" make gcc openssl depmod modinfo modprobe; then
    finish
    exit
fi
. "$HERE/bundle-root.sh"

installing() {
    case_of "installs a verified bundle" run 0 "$bundle" --root "$root" --kernel "$K1" --cert "$SCRATCH/mok.pem"
    case_of "the module is in place" same "$root/$place" "$made/$K1/1.5.0/hello.ko"
    case_of "modinfo finds it" resolves_to "$root" "$K1" "$root/$place"
    case_of "the reason of the choice is said" says "same release and module_layout CRC 0x"
    case_of "the other kernel has nothing" absent "$root/lib/modules/$K2/updates"
    case_of "the bundle is kept" same "$bundle/install" "$root/var/lib/mkdkms/bundles/hello/1.5.0/install"
    case_of "a kernel hook is left" grep -q "/var/lib/mkdkms/bundles/hello/1.5.0/install --hook add" \
        "$root/etc/kernel/postinst.d/bundle-mkdkms-hello"
    case_of "status shows it" run 0 "$bundle" --root "$root" --status
    case_of "status names kernel and state" says "1\.5\.0 +$K1 +exact +installed"
    case_of "installing again is fine" run 0 "$bundle" --root "$root" --kernel "$K1"
    case_of "the kept install serves the next kernel" \
        run 0 "$root/var/lib/mkdkms/bundles/hello/1.5.0" --root "$root" --hook add --kernel "$K2"
    case_of "which then has its own build" same "$root/lib/modules/$K2/updates/hello/hello.ko" "$made/$K2/1.5.0/hello.ko"
    case_of "a kernel that goes is left" \
        run 0 "$root/var/lib/mkdkms/bundles/hello/1.5.0" --root "$root" --hook remove --kernel "$K2"
    case_of "its module is gone" absent "$root/lib/modules/$K2/updates"
    case_of "uninstall works from the kept copy" run 0 "$root/var/lib/mkdkms/bundles/hello/1.5.0" --root "$root" --uninstall
    case_of "uninstall restores everything" as_listed "$SCRATCH/pristine" "$root"
    case_of "uninstall of nothing is fine" run 0 "$bundle" --root "$root" --uninstall

    case_of "all kernels at once" run 0 "$bundle" --root "$root" --all-kernels
    case_of "each has its own build" same "$root/lib/modules/$K2/updates/hello/hello.ko" "$made/$K2/1.5.0/hello.ko"
    case_of "and all go again" run 0 "$bundle" --root "$root" --uninstall
    case_of "without a trace" as_listed "$SCRATCH/pristine" "$root"
}

# What is damaged, strange or wrongly asked for changes nothing.
refusing() {
    local file work=$SCRATCH/work
    make_root "$root"
    case_of "dry run touches nothing" refuses_untouched 0 "$bundle" "$root" --kernel "$K1" --dry-run
    case_of "dry run says what it would do" says "would write .*hello.ko"
    case_of "without a kernel there must be one" refuses_untouched 64 "$bundle" "$root"
    case_of "an unknown kernel is refused" refuses_untouched 1 "$bundle" "$root" --kernel 9.9.9
    case_of "an unknown option is wrong usage" refuses_untouched 64 "$bundle" "$root" --no-such-option
    case_of "a name that is no release is wrong usage" refuses_untouched 64 "$bundle" "$root" --kernel ../../x

    for file in "modules/$K1/hello.ko" manifest.json kernels.tsv SHA256SUMS install SHA256SUMS.p7s mok.der; do
        rm -rf "$work"
        cp -R "$bundle" "$work"
        spoil "$work/$file"
        case_of "flipped byte in $file is refused" \
            refuses_untouched 1 "$work" "$root" --kernel "$K1" --cert "$SCRATCH/mok.pem"
    done
    rm -rf "$work"
    cp -R "$bundle" "$work"
    spoil "$work/modules/$K1/hello.ko"
    case_of "damage is refused without --cert too" refuses_untouched 1 "$work" "$root" --kernel "$K1"
    case_of "and named" says "modules/$K1/hello.ko"
    rm -rf "$work"
    cp -R "$bundle" "$work"
    echo >"$work/extra"
    case_of "a file that is not listed is refused" refuses_untouched 1 "$work" "$root" --kernel "$K1"
    rm "$work/extra" "$work/manifest.json"
    case_of "a missing file is refused" refuses_untouched 1 "$work" "$root" --kernel "$K1"
    case_of "and named too" says "missing: manifest.json"
    case_of "another certificate is refused" \
        refuses_untouched 1 "$bundle" "$root" --kernel "$K1" --cert "$SCRATCH/stranger.pem"
    rm -rf "$work"
    cp -R "$bundle" "$work"
    openssl cms -sign -binary -noattr -md sha256 -in "$work/SHA256SUMS" -signer "$SCRATCH/stranger.pem" \
        -inkey "$SCRATCH/stranger.key" -outform DER -out "$work/SHA256SUMS.p7s"
    case_of "a stranger's signature that brings its certificate is refused" \
        refuses_untouched 1 "$work" "$root" --kernel "$K1" --cert "$SCRATCH/mok.pem"
    case_of "a DER certificate is as good" run 0 "$bundle" --root "$root" --kernel "$K1" --cert "$bundle/mok.der" --dry-run
    rm -rf "$work"
    cp -R "$bundle" "$work"
    rm "$work/SHA256SUMS.p7s"
    case_of "no signature is refused with --cert" \
        refuses_untouched 1 "$work" "$root" --kernel "$K1" --cert "$SCRATCH/mok.pem"
}

# The build whose kernel or symbols fit.
choosing() {
    make_root "$root"
    sed -i 's/^0x[0-9a-f]*\tmodule_layout\t/0xdeadbeef\tmodule_layout\t/' \
        "$root/usr/src/linux-headers-$K1/Module.symvers"
    case_of "same name, other module_layout CRC: refused" refuses_untouched 1 "$bundle" "$root" --kernel "$K1"
    case_of "with both CRCs" says "0xdeadbeef.* were built for 0x[0-9a-f]+: a different kernel of the same name"
    case_of "also among all kernels" run 1 "$bundle" --root "$root" --all-kernels
    case_of "which serves the others" present "$root/lib/modules/$K2/updates/hello/hello.ko"
    make_root "$root"
    rm -r "$root/usr/src/linux-headers-$K1"
    case_of "without symvers the kernel's own modules tell" run 0 "$bundle" --root "$root" --kernel "$K1"
    case_of "the CRC" says "same release and module_layout CRC"
    make_root "$root"
    rm -r "$root/usr/src/linux-headers-$K1" "$root/lib/modules/$K1/kernel"
    case_of "with neither the release decides" run 0 "$bundle" --root "$root" --kernel "$K1"
    case_of "and that is said" says "unknown here .* the release alone decided"

    make_root "$root"
    add_kernel "$root" 6.1.0-99-amd64 ''
    case_of "a kernel with the same CRCs is served" run 0 "$bundle" --root "$root" --kernel 6.1.0-99-amd64
    case_of "with the build whose symbols fit" \
        same "$root/lib/modules/6.1.0-99-amd64/updates/hello/hello.ko" "$made/$K1/1.5.0/hello.ko"
    case_of "and the reason" says "built for $K1, and every symbol CRC it needs is the same"
    add_kernel "$root" 6.1.0-98-amd64 's/^0x[0-9a-f]*\tkfree\t/0x12345678\tkfree\t/'
    case_of "one other CRC and it is refused" run 1 "$bundle" --root "$root" --kernel 6.1.0-98-amd64
    case_of "with the symbol" says "symbol kfree has CRC 0x12345678"
    make_root "$root"
    add_kernel "$root" 6.1.0-97-amd64 '/\tkfree\t/d'
    case_of "a missing symbol too" run 1 "$bundle" --root "$root" --kernel 6.1.0-97-amd64
}

# Modules of others.
sparing() {
    make_root "$root"
    mkdir -p "$root/lib/modules/$K1/updates/hello"
    echo "somebody's" >"$root/$place"
    echo "/$place" >"$root/var/lib/dpkg/info/vendor-hello.list"
    case_of "a package's file is never overwritten" refuses_untouched 1 "$bundle" "$root" --kernel "$K1"
    case_of "and its package named" says "vendor-hello"
    make_root "$root"
    cp "$made/$K1/1.4.0/hello.ko" "$root/lib/modules/$K1/kernel/drivers/hello.ko"
    depmod -b "$root" "$K1" 2>/dev/null
    listing "$root" >"$SCRATCH/pristine2"
    case_of "an in-tree module of that name stays" run 0 "$bundle" --root "$root" --kernel "$K1"
    case_of "untouched" same "$root/lib/modules/$K1/kernel/drivers/hello.ko" "$made/$K1/1.4.0/hello.ko"
    case_of "but the bundle's wins" resolves_to "$root" "$K1" "$root/$place"
    case_of "by an override line" grep -q '^override hello .* updates/hello$' "$root/etc/depmod.d/mkdkms-hello.conf"
    case_of "uninstall" run 0 "$bundle" --root "$root" --uninstall
    case_of "gives the in-tree module back" as_listed "$SCRATCH/pristine2" "$root"
}

# Versions.
replacing() {
    make_root "$root"
    case_of "an older version" run 0 "$made/bundle-old" --root "$root" --kernel "$K1"
    case_of "is replaced" run 0 "$bundle" --root "$root" --kernel "$K1"
    case_of "in place" same "$root/$place" "$made/$K1/1.5.0/hello.ko"
    case_of "and its bundle goes" absent "$root/var/lib/mkdkms/bundles/hello/1.4.0"
    case_of "one uninstall is enough" run 0 "$bundle" --root "$root" --uninstall
    case_of "for everything" as_listed "$SCRATCH/pristine" "$root"
    case_of "the older version again" run 0 "$made/bundle-old" --root "$root" --kernel "$K1"
    case_of "a kernel that only the older serves is not lost silently" \
        refuses_untouched 1 "$made/bundle-k2" "$root" --kernel "$K2"
    case_of "but with --force" run 0 "$made/bundle-k2" --root "$root" --kernel "$K2" --force
    case_of "its module goes" absent "$root/$place"
}

# Runs that were cut short, and what was changed since.
mending() {
    # Cut short after each step: the file renamed but nothing else, or only the record written.
    make_root "$root"
    case_of "one that will have been cut short" run 0 "$bundle" --root "$root" --kernel "$K1"
    printf 'state\tplanned\n' >>"$root/var/lib/mkdkms/bundles/hello/.record/kernel-$K1"
    rm "$root/$place" "$root/lib/modules/$K1/modules.dep"
    echo half >"$root/lib/modules/$K1/updates/hello/.hello.ko.mkdkms-new"
    # The number of a process that runs, but not the one that took the lock.
    echo "$$ 1" >"$root/var/lib/mkdkms/bundles/hello/.lock"
    case_of "its status" run 0 "$bundle" --root "$root" --status
    case_of "an interrupted run is seen" says "interrupted"
    case_of "and repaired by the next" run 0 "$bundle" --root "$root" --kernel "$K1"
    case_of "with the module" resolves_to "$root" "$K1" "$root/$place"
    echo half >"$root/lib/modules/$K1/updates/hello/.hello.ko.mkdkms-new"
    case_of "or undone" run 0 "$bundle" --root "$root" --uninstall
    case_of "without a trace of it" as_listed "$SCRATCH/pristine" "$root"
    # What is written down can't be, as on a full disk.
    make_root "$root"
    mkdir -p "$root/var/lib/mkdkms/bundles/hello/.record/kernel-$K1.new/x"
    case_of "a record that can't be written ends the run" run 1 "$bundle" --root "$root" --kernel "$K1"
    case_of "and is told" says "cannot write $root/var/lib/mkdkms/bundles/hello/.record/kernel-$K1"
    rm -r "$root/var/lib/mkdkms/bundles/hello/.record/kernel-$K1.new"
    case_of "the next run mends it" run 0 "$bundle" --root "$root" --kernel "$K1"
    case_of "and it can be undone" run 0 "$bundle" --root "$root" --uninstall
    case_of "to the last module" absent "$root/lib/modules/$K1/updates"
    make_root "$root"
    case_of "one that will have been changed" run 0 "$bundle" --root "$root" --kernel "$K1"
    echo changed >"$root/$place"
    case_of "a file changed since" run 0 "$bundle" --root "$root" --uninstall
    case_of "stays" grep -q changed "$root/$place"
}

# One run at a time.
locking() {
    make_root "$root"
    mkdir -p "$root/var/lib/mkdkms/bundles/hello"
    lock_of $$ >"$root/var/lib/mkdkms/bundles/hello/.lock"
    case_of "beside another run it ends" refuses_untouched 1 "$bundle" "$root" --kernel "$K1"
    case_of "before it plans anything" lacks "$SCRATCH/said" "same release"
    case_of "and says whose turn it is" says "another run of install is at work \(process $$\)"
    echo >"$root/var/lib/mkdkms/bundles/hello/.lock"
    case_of "a lock without a name is of no run" run 0 "$bundle" --root "$root" --kernel "$K1"
    make_root "$root"
    case_of "the lock is whole as soon as it is there" taking_turns "$bundle" "$root"
}

# A root that has nothing but a kernel.
bare() {
    rm -rf "$root"
    mkdir -p "$root/lib/modules/$K1"
    listing "$root" >"$SCRATCH/bare"
    case_of "a bare root with one kernel needs no -k" run 0 "$bundle" --root "$root"
    case_of "and is bare again" run 0 "$bundle" --root "$root" --uninstall
    case_of "to the last file" as_listed "$SCRATCH/bare" "$root"
}

without_rights() {
    make_root "$root"
    if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
        local plain=$shell_command
        # The folder for temporary files of whoever runs this may be closed to others.
        install -d -m 0700 -o 65534 -g 65534 "$SCRATCH/temporary"
        shell_command="env TMPDIR=$SCRATCH/temporary setpriv --reuid 65534 --regid 65534 --clear-groups $plain"
        case_of "a user without rights is told so" refuses_untouched 1 "$bundle" "$root" --kernel "$K1"
        case_of "with what to do" says "run as root"
        chown -R 65534:65534 "$root"
        case_of "a root of his own is fine" run 0 "$bundle" --root "$root" --kernel "$K1"
        shell_command=$plain
    else
        skip "$shell_name: a user without rights" "needs root and setpriv"
    fi
}

# The source, where nothing prebuilt fits.
building() {
    make_root "$root"
    status=missing
    if [ -e "$H1/scripts/Makefile.build" ] || [ -e "$H1/Makefile" ]; then status=there; fi
    if [ "$status" = there ] && command -v make >/dev/null; then
        mkdir -p "$root/lib/modules/6.1.0-source"
        rm -r "$root/lib/modules/$K1"
        mkdir "$root/lib/modules/$K1"
        ln -s "../../..$H1" "$root/lib/modules/$K1/build"
        mkdir -p "$root/usr/src"
        rm -rf "$root/usr/src/linux-headers-$K1"
        ln -sfn "$H1" "$root/usr/src/linux-headers-$K1"
        case_of "the source is built where nothing prebuilt fits" \
            run 0 "$made/bundle-source" --root "$root" --kernel "$K1"
        case_of "for that kernel" equal "$(vermagic_release "$root/$place")" "$K1"
        case_of "without headers that is refused" run 1 "$made/bundle-source" --root "$root" --kernel 6.1.0-source
        case_of "with the reason" says "headers are missing"
    else
        skip "$shell_name: the source fallback" "needs make and headers"
    fi
}

# Modules that use each other: a kernel that the bundle wasn't built for can still have all that they need of it.
two_modules_cases() {
    local root=$SCRATCH/root kernel=6.1.0-99-amd64
    case_of "a bundle of two modules" mkdkms_bundle two "$TWO_MODULES" -k "$K1" -k "$K2" --no-sign
    make_root "$root"
    add_kernel "$root" "$kernel" ''
    listing "$root" >"$SCRATCH/pristine"
    case_of "two modules that use each other fit a kernel of the same CRCs" \
        run 0 "$made/two" --root "$root" --kernel "$kernel"
    case_of "both are there" same "$root/lib/modules/$kernel/updates/two-modules/two_user.ko" \
        "$made/two/modules/$K1/two_user.ko"
    case_of "and depmod finds the one for the other" grep -q '^updates/two-modules/two_user.ko: updates/two-modules/two_core.ko' \
        "$root/lib/modules/$kernel/modules.dep"
    case_of "all kernels at once get both" run 0 "$made/two" --root "$root" --all-kernels
    case_of "and lose both" run 0 "$made/two" --root "$root" --uninstall
    case_of "the folder too" absent "$root/lib/modules/$kernel/updates"
}

cases() {
    local root=$SCRATCH/root bundle=$made/bundle place=lib/modules/$K1/updates/hello/hello.ko
    make_root "$root"
    listing "$root" >"$SCRATCH/pristine"
    installing
    refusing
    choosing
    sparing
    replacing
    mending
    locking
    bare
    without_rights
    building
}

check "modules, keys and bundles made by hand" make_by_hand
mapfile -t shells < <(tr ',' '\n' <<<"${SHELLS:-dash,busybox sh}")
for shell_command in "${shells[@]}"; do
    shell_name=$shell_command made=$SCRATCH
    if needs_program "$shell_name" "${shell_command%% *}"; then cases; fi
done
shell_command=${shells[0]}
shell_name="$shell_command, made by mkdkms" made=$SCRATCH/own
if needs_program "$shell_name" "${shell_command%% *}"; then
    check "the same bundles made by mkdkms" mkdkms_bundles
    if [ -e "$made/bundle-source" ]; then
        cases
        two_modules_cases
    fi
fi
finish
