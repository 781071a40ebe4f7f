#!/bin/bash
# What goes wrong from the installation on, and how dkms 3.4.3 says it.
. "$(dirname "$0")/engine-cases.sh"

no_such_kernel() {
    source_of hello 1.5.0
    quietly engine build hello/1.5.0 -k "$K1"
    mv "$TREE/hello/1.5.0/$K1" "$TREE/hello/1.5.0/9.9.9-none"
    says 6 engine install hello/1.5.0 -k 9.9.9-none <<'TEXT'

Error! The directory /lib/modules/9.9.9-none doesn't exist.
You cannot install a module onto a non-existent kernel.
TEXT
}

built_module_gone() {
    source_of hello 1.5.0
    quietly engine build hello/1.5.0 -k "$K1"
    rm "$base/module/hello.ko"
    status_is <<<"hello/1.5.0, $K1, $ARCH: built (Built modules are missing in the kernel modules folder)"
    says 6 engine install hello/1.5.0 -k "$K1" <<TEXT

Error! Missing module hello in $base/module
TEXT
}

installed_module_differs() {
    source_of hello 1.5.0
    quietly engine install hello/1.5.0 -k "$K1"
    echo more >>"/lib/modules/$K1/updates/dkms/hello.ko"
    status_is <<<"hello/1.5.0, $K1, $ARCH: installed (Differences between built and installed modules)"
    rm "/lib/modules/$K1/updates/dkms/hello.ko"
    status_is <<<"hello/1.5.0, $K1, $ARCH: installed (Differences between built and installed modules)"
    says 0 engine uninstall hello/1.5.0 -k "$K1" <<TEXT
Module hello/1.5.0 for kernel $K1 ($ARCH):
Before uninstall, this module version was ACTIVE on this kernel.
Module hello.ko was not found within /lib/modules/$K1/
Running depmod... done.
TEXT
}

versions() {
    source_of hello 1.5.0
    quietly engine build hello/1.5.0 -k "$K1"
    original kernel/drivers/misc 1.6.0
    says 6 engine install hello/1.5.0 -k "$K1" <<TEXT

Error! Module version 1.5.0 for hello.ko
is not newer than what is already found in kernel $K1 (1.6.0).
You may override by specifying --force.

Error! Installation aborted.
TEXT
    original kernel/drivers/misc 1.5.0
    says 6 engine install hello/1.5.0 -k "$K1" <<TEXT
Module /lib/modules/$K1/kernel/drivers/misc/hello.ko already installed at version 1.5.0, override by specifying --force

Error! Installation aborted.
TEXT
    status_is <<<"hello/1.5.0, $K1, $ARCH: built"
    says 0 engine install hello/1.5.0 -k "$K1" --force <<TEXT
Found pre-existing /lib/modules/$K1/kernel/drivers/misc/hello.ko, archiving for uninstallation
Installing /lib/modules/$K1/updates/dkms/hello.ko
Running depmod... done.
TEXT
    status_is <<<"hello/1.5.0, $K1, $ARCH: installed (Original modules exist)"
    says 0 engine uninstall hello/1.5.0 -k "$K1" <<TEXT
Module hello/1.5.0 for kernel $K1 ($ARCH):
Before uninstall, this module version was ACTIVE on this kernel.
Deleting /lib/modules/$K1/updates/dkms/hello.ko
Restoring archived original module /lib/modules/$K1/kernel/drivers/misc/hello.ko
Running depmod... done.
TEXT
    same "$(built "$K1" 1.5.0)" "/lib/modules/$K1/kernel/drivers/misc/hello.ko"
    absent "$TREE/hello/original_module"
}

# Whatever becomes of them meanwhile, both are back in the end.
several_originals() {
    source_of hello 1.5.0
    quietly engine build hello/1.5.0 -k "$K1"
    original kernel/drivers/a 1.4.0
    original kernel/drivers/b 1.4.0
    ends 0 engine install hello/1.5.0 -k "$K1"
    same "$(built "$K1" 1.5.0)" "$installed_module"
    quietly engine remove hello/1.5.0 --all
    same "$(built "$K1" 1.4.0)" "/lib/modules/$K1/kernel/drivers/a/hello.ko"
    same "$(built "$K1" 1.4.0)" "/lib/modules/$K1/kernel/drivers/b/hello.ko"
}

unversioned() {
    MODULE_VERSION=none source_of hello 1.5.0
    quietly engine build hello/1.5.0 -k "$K1"
    original kernel/drivers/misc none
    # The srcversion is the same, so there is no version to tell.
    says 6 engine install hello/1.5.0 -k "$K1" <<TEXT
Module /lib/modules/$K1/kernel/drivers/misc/hello.ko already installed (unversioned module), override by specifying --force

Error! Installation aborted.
TEXT
}

two_versions() {
    source_of hello 1.4.0
    source_of hello 1.5.0
    quietly engine install hello/1.4.0 -k "$K1"
    quietly engine build hello/1.5.0 -k "$K1"
    status_is < <(printf '%s\n' "hello/1.4.0, $K1, $ARCH: installed" "hello/1.5.0, $K1, $ARCH: built")
    says 0 engine install hello/1.5.0 -k "$K1" <<TEXT
Installing /lib/modules/$K1/updates/dkms/hello.ko
Running depmod... done.
TEXT
    status_is < <(printf '%s\n' "hello/1.4.0, $K1, $ARCH: built" "hello/1.5.0, $K1, $ARCH: installed")
    says 6 engine install hello/1.4.0 -k "$K1" <<TEXT

Error! Module version 1.4.0 for hello.ko
is not newer than what is already found in kernel $K1 (1.5.0).
You may override by specifying --force.

Error! Installation aborted.
TEXT
    says 0 engine remove hello/1.4.0 --all <<TEXT
Module hello/1.4.0 is not installed for kernel $K1 ($ARCH). Skipping...

Deleting module hello/1.4.0 completely from the DKMS tree.
TEXT
    status_is <<<"hello/1.5.0, $K1, $ARCH: installed"
}

obsolete() {
    source_of hello 1.5.0 'OBSOLETE_BY=6.0'
    says 77 engine install hello/1.5.0 -k "$K1" <<TEXT
Deprecated feature: OBSOLETE_BY ($SRC/dkms.conf): use BUILD_EXCLUSIVE_KERNEL_MAX instead
$added

Warning: The $base/dkms.conf
for module hello/1.5.0 includes BUILD_EXCLUSIVE directives
which do not match this kernel/arch/config for any modules.
This indicates that it should not be built.
TEXT
}

broken() {
    source_of hello 1.5.0
    quietly engine add hello/1.5.0
    rm -r "$SRC"
    says 0 engine status <<'TEXT'
hello/1.5.0: broken

Error! hello/1.5.0: Missing the module source directory or the symbolic link pointing to it.
Manual intervention is required!
TEXT
    local verb
    for verb in build install uninstall unbuild remove mktarball; do
        says 4 engine "$verb" hello/1.5.0 -k "$K1" <<'TEXT'

Error! hello/1.5.0 is broken!
Missing the source directory or the symbolic link pointing to it.
Manual intervention is required!
TEXT
    done
    says 2 engine add hello/1.5.0 <<TEXT

Error! Could not find module source directory.
Directory: $SRC does not exist.
TEXT
    says 0 engine autoinstall -k "$K1" <<'TEXT'

Error! hello/1.5.0 is broken! Missing the source directory or the symbolic link pointing to it.
Manual intervention is required!
TEXT
    # The link is missing, the source is there: `add` mends it.
    source_of hello 1.5.0
    rm "$TREE/hello/1.5.0/source"
    says 4 engine build hello/1.5.0 -k "$K1" <<'TEXT'

Error! hello/1.5.0 is broken!
Missing the source directory or the symbolic link pointing to it.
Manual intervention is required!
TEXT
    says 0 engine add hello/1.5.0 <<<"$added"
    status_is <<<'hello/1.5.0: added'
}

not_root() {
    source_of hello 1.5.0
    says 1 as_nobody "$ENGINE" add hello/1.5.0 <<TEXT

Error! No write access to DKMS tree at $TREE
TEXT
    quietly engine add hello/1.5.0
    local verb
    for verb in build unbuild remove; do
        says 1 as_nobody "$ENGINE" "$verb" hello/1.5.0 -k "$K1" <<TEXT

Error! No write access to DKMS tree at $TREE
TEXT
    done
    for verb in install uninstall; do
        says 1 as_nobody "$ENGINE" "$verb" hello/1.5.0 -k "$K1" <<'TEXT'

Error! You must be root to use this command.
TEXT
    done
    for verb in autoinstall match kernel_preinst kernel_postinst kernel_prerm; do
        says 1 as_nobody "$ENGINE" "$verb" -k "$K1" <<'TEXT'

Error! You must be root to use this command.
TEXT
    done
    says 0 as_nobody "$ENGINE" status <<<'hello/1.5.0: added'
    # With a tree of one's own, without root.
    mkdir -p "$SCRATCH/nobody/tree"
    chown nobody: "$SCRATCH/nobody/tree"
    quietly as_nobody "$ENGINE" build hello/1.5.0 -k "$K1" --dkmstree "$SCRATCH/nobody/tree"
    says 0 as_nobody "$ENGINE" status --dkmstree "$SCRATCH/nobody/tree" <<<"hello/1.5.0, $K1, $ARCH: built"
}

match_arguments() {
    says 1 engine match -k "$K1" <<'TEXT'

Error! Invalid number of parameters passed.
Usage: match --templatekernel=<kernel-version> -k <kernel-version>
   or: match --templatekernel=<kernel-version> -k <kernel-version> <module>
TEXT
    says 2 engine match -k "$K1" --templatekernel "$K1" <<'TEXT'

Error! The templatekernel and the specified kernel version are the same.
TEXT
    says 3 engine match -k "$K1" --templatekernel "$K3" nosuch <<'TEXT'

Error! The module: nosuch is not located in the DKMS tree.
TEXT
}

tarball_arguments() {
    source_of hello 1.5.0
    quietly engine add hello/1.5.0
    says 6 engine mktarball hello/1.5.0 -k "$K1" <<TEXT

Error! No modules built for $K1 ($ARCH).
Modules must already be in the built state before using mktarball.
TEXT
    says 2 engine ldtarball --archive "$LAYERS/absent.tar.gz" <<TEXT

Error! $LAYERS/absent.tar.gz does not exist.
TEXT
    says 2 engine ldtarball <<'TEXT'

Error!  does not exist.
TEXT
    mkdir -p "$LAYERS/empty/dkms_main_tree"
    tar -C "$LAYERS/empty" -czf "$LAYERS/no-source.tar.gz" .
    says 7 engine ldtarball "$LAYERS/no-source.tar.gz" <<TEXT

Error! No valid dkms.conf in dkms_source_tree or dkms_binaries_only.
$LAYERS/no-source.tar.gz is not a valid DKMS tarball.
TEXT
    rmdir "$LAYERS/empty/dkms_main_tree"
    echo x >"$LAYERS/empty/file"
    tar -C "$LAYERS/empty" -czf "$LAYERS/no-conf.tar.gz" .
    says 3 engine ldtarball "$LAYERS/no-conf.tar.gz" <<'TEXT'

Error! Tarball does not appear to be a correctly formed DKMS archive. No dkms.conf found within it.
TEXT
    no_leftovers
}

begin "bad installations"
case_of "a kernel that is not there: 6" no_such_kernel
case_of "a built module that is gone: 6" built_module_gone
case_of "an installed module that was changed, or is gone" installed_module_differs
case_of "a kernel's own module of the same or a newer version: 6" versions
case_of "several modules of the name in the kernel" several_originals
case_of "a module without a version" unversioned
case_of "two versions of a module" two_versions
case_of "OBSOLETE_BY" obsolete
case_of "broken: 4" broken
case_of "without root: 1" not_root
case_of "match: 1, 2, 3" match_arguments
case_of "tarballs: 2, 3, 6, 7" tarball_arguments
finish
