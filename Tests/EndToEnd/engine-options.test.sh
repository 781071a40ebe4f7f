#!/bin/bash
# shellcheck disable=SC2016 # $kernelver and the like are for dkms.conf to expand
# Options of dkms that its own suite doesn't reach.
. "$(dirname "$0")/engine-cases.sh"

directive() {
    source_of hello 1.5.0
    says 0 engine add hello/1.5.0 --directive 'POST_ADD=' --directive=AUTOINSTALL=no <<TEXT
DIRECTIVE: POST_ADD=""
DIRECTIVE: AUTOINSTALL="no"
$added
TEXT
    says 0 engine build hello/1.5.0 -k "$K1" --directive "MAKE=echo from the directive; cp built/$K1 hello.ko" <<TEXT
DIRECTIVE: MAKE="echo from the directive; cp built/$K1 hello.ko"
$building
TEXT
    contains "$log" '^from the directive$'
    says 0 engine install hello/1.5.0 -k "$K1" --directive BUILT_MODULE_NAME=hello <<TEXT
DIRECTIVE: BUILT_MODULE_NAME="hello"
Installing $installed_module
Running depmod... done.
TEXT
    ends 8 engine build hello/1.5.0 -k "$K1" --force --directive PACKAGE_NAME=
}

other_conf() {
    source_of hello 1.5.0
    sed "s,^MAKE.*,MAKE[0]=\"$(says_and_copies other)\"," "$SRC/dkms.conf" >"$LAYERS/other.conf"
    mv "$SRC/dkms.conf" "$SRC/not-the.conf"
    says 0 engine add hello/1.5.0 -c "$LAYERS/other.conf" <<<"$added"
    says 0 engine build hello/1.5.0 -k "$K1" -c "$LAYERS/other.conf" <<<"$building"
    contains "$log" '^other$'
    printf 'PACKAGE_NAME=hello\n' >"$LAYERS/bad.conf"
    says 8 engine build hello/1.5.0 -k "$K1" --force -c "$LAYERS/bad.conf" <<TEXT
dkms.conf: Error! No 'PACKAGE_VERSION' directive specified.

Error! Bad conf file.
File: $LAYERS/bad.conf does not represent a valid dkms.conf file.
TEXT
    says 4 engine build hello/1.5.0 -k "$K1" --force -c "$LAYERS/absent.conf" <<TEXT

Error! Could not locate dkms.conf file.
File: $LAYERS/absent.conf does not exist.
TEXT
}

# --config stands in for the kernel's: BUILD_EXCLUSIVE_CONFIG and the signature's hash look there.
kernel_config() {
    source_of hello 1.5.0 'BUILD_EXCLUSIVE_CONFIG="CONFIG_OF_A_TEST"'
    quietly engine add hello/1.5.0
    ends 77 engine build hello/1.5.0 -k "$K1"
    printf 'CONFIG_OF_A_TEST=y\n' >"$LAYERS/config"
    quietly engine build hello/1.5.0 -k "$K1" --config "$LAYERS/config"
    quietly engine unbuild hello/1.5.0 -k "$K1"
    ends 77 engine build hello/1.5.0 -k "$K1" --config=/dev/null
    # A config that isn't there excludes nothing.
    rm /etc/dkms/framework.conf.d/unsigned.conf
    framework 'try_sign_modules="true"'
    says 0 engine build hello/1.5.0 -k "$K1" --config="$LAYERS/none" <<TEXT
Kernel config $LAYERS/none not found, modules won't be signed

Building module(s)... done.
TEXT
    says 0 engine build hello/1.5.0 -k "$K1" --force --config="$LAYERS/config" <<TEXT
The kernel is built without module signing facility, modules won't be signed

Building module(s)... done.
TEXT
}

kernel_source_dir() {
    # shellcheck disable=SC2016 # the variable of dkms.conf
    source_of hello 1.5.0 'MAKE[0]="echo $kernel_source_dir; cp built/$kernelver hello.ko"'
    mv "/lib/modules/$K1/build" "$LAYERS/build"
    ends 21 engine build hello/1.5.0 -k "$K1"
    local headers
    headers=$(realpath "$LAYERS/build")
    says 0 engine build hello/1.5.0 -k "$K1" --kernelsourcedir "$headers" <<<"$building"
    contains "$log" "^$headers$"
}

trees() {
    local dkms=$LAYERS/d src=$LAYERS/s lib=$LAYERS/l
    mkdir -p "$dkms" "$src" "$lib/$K1"
    source_of hello 1.5.0
    mv "$SRC" "$src/"
    ln -s "$(realpath "/lib/modules/$K1/build")" "$lib/$K1/build"
    says 0 engine add hello/1.5.0 --dkmstree "$dkms" --sourcetree="$src" --installtree "$lib" <<TEXT
Creating symlink $dkms/hello/1.5.0/source -> $src/hello-1.5.0
TEXT
    says 0 engine install hello/1.5.0 -k "$K1" --dkmstree "$dkms" --sourcetree="$src" --installtree "$lib" <<TEXT
$building
Installing $lib/$K1/updates/dkms/hello.ko
Running depmod... done.
TEXT
    is_for "$K1" "$lib/$K1/updates/dkms/hello.ko"
    says 0 engine status --dkmstree="$dkms" --installtree "$lib" <<<"hello/1.5.0, $K1, $ARCH: installed"
    status_is </dev/null
    quietly engine remove hello/1.5.0 --all --dkmstree "$dkms" --sourcetree="$src" --installtree "$lib"
    absent "$dkms/hello"
    absent "$lib/$K1/updates"
    present "$src/hello-1.5.0/dkms.conf"
}

# With another install tree dkms runs depmod on /lib/modules all the same.
depmod_elsewhere() {
    local lib=$LAYERS/l
    mkdir -p "$lib/$K1"
    : >"$lib/$K1/modules.dep"
    : >"/lib/modules/$K1/modules.dep"
    ln -s "$(realpath "/lib/modules/$K1/build")" "$lib/$K1/build"
    source_of hello 1.5.0
    quietly engine install hello/1.5.0 -k "$K1" --installtree "$lib"
    contains "$lib/$K1/modules.dep" '^updates/dkms/hello\.ko:$'
    says_nothing cat "/lib/modules/$K1/modules.dep"
}

framework_trees() {
    mkdir -p "$LAYERS/d" "$LAYERS/s" "$LAYERS/t"
    framework "dkms_tree=\"$LAYERS/d\"" "source_tree=\"$LAYERS/s\"" "tmp_location=\"$LAYERS/t\""
    source_of hello 1.5.0
    cp -r "$SRC" "$LAYERS/s/"
    says 0 engine add hello/1.5.0 <<TEXT
Creating symlink $LAYERS/d/hello/1.5.0/source -> $LAYERS/s/hello-1.5.0
TEXT
    status_is <<<'hello/1.5.0: added'
    # The command line wins; a later file wins over an earlier one.
    says 0 engine status --dkmstree "$TREE" </dev/null
    printf 'dkms_tree=%s\n' "$TREE" >/etc/dkms/framework.conf.d/zz.conf
    status_is </dev/null
    printf 'dkms_tree=/nonexistent\n' >/etc/dkms/framework.conf
    status_is </dev/null
    quietly engine add hello/1.5.0
    # Only known names are taken.
    printf 'module=other\naction=remove\n' >/etc/dkms/framework.conf
    status_is <<<'hello/1.5.0: added'
}

version_override() {
    source_of hello 1.5.0
    quietly engine build hello/1.5.0 -k "$K1"
    original updates/vendor 1.6.0
    ends 6 engine install hello/1.5.0 -k "$K1"
    says 0 engine install hello/1.5.0 -k "$K1" --force-version-override <<TEXT
Found pre-existing /lib/modules/$K1/updates/vendor/hello.ko, archiving for uninstallation
Installing $installed_module
Running depmod... done.
TEXT
    # It is no --force: an installed module stays.
    says 0 engine install hello/1.5.0 -k "$K1" --force-version-override <<TEXT
Module hello/1.5.0 already installed on kernel $K1 ($ARCH), skip. You may override by specifying --force.
TEXT
    quietly engine uninstall hello/1.5.0 -k "$K1"
    same "$(built "$K1" 1.6.0)" "/lib/modules/$K1/updates/vendor/hello.ko"
}

no_depmod() {
    source_of hello 1.5.0
    : >"/lib/modules/$K1/modules.dep"
    says 0 engine install hello/1.5.0 -k "$K1" --no-depmod <<TEXT
$added

$building
Installing $installed_module
Running depmod... done.
TEXT
    says_nothing cat "/lib/modules/$K1/modules.dep"
    quietly engine uninstall hello/1.5.0 -k "$K1" --no-depmod
    quietly engine install hello/1.5.0 -k "$K1"
    contains "/lib/modules/$K1/modules.dep" '^updates/dkms/hello\.ko:$'
    # Where it was the last module, no stale index stays.
    quietly engine uninstall hello/1.5.0 -k "$K1"
    absent "/lib/modules/$K1/modules.dep" "/lib/modules/$K1/modules.symbols.bin"
}

# In dkms 3.4.3 what comes after depmod hides its status; it meant to roll back.
depmod_fails() {
    source_of hello 1.5.0
    quietly engine build hello/1.5.0 -k "$K1"
    original kernel/drivers/misc 1.4.0
    : >"/lib/modules/$K1/modules.dep"
    printf '#!/bin/sh\nexit 9\n' >"$LAYERS/depmod"
    chmod +x "$LAYERS/depmod"
    PATH=$LAYERS:$PATH ends 6 engine install hello/1.5.0 -k "$K1"
    contains "$SCRATCH/said" '^Error! Problems with depmod detected\. +Automatically uninstalling this module\.$'
    contains "$SCRATCH/said" '^Install Failed \(depmod problems\)\. Module rolled back to built state\.$'
    status_is <<<"hello/1.5.0, $K1, $ARCH: built"
    absent "/lib/modules/$K1/updates"
    same "$(built "$K1" 1.4.0)" "/lib/modules/$K1/kernel/drivers/misc/hello.ko"
}

symlinks() {
    source_of hello 1.5.0
    quietly engine install hello/1.5.0 -k "$K1" --symlink-modules
    equal "$(readlink "$installed_module")" "$base/module/hello.ko"
    status_is <<<"hello/1.5.0, $K1, $ARCH: installed"
    quietly engine uninstall hello/1.5.0 -k "$K1"
    absent "$installed_module"
    present "$base/module/hello.ko"
    framework 'symlink_modules="yes"'
    quietly engine install hello/1.5.0 -k "$K1"
    equal "$(readlink "$installed_module")" "$base/module/hello.ko"
}

arch_label() {
    source_of hello 1.5.0
    says 0 engine build hello/1.5.0 -k "$K1" -a somearch <<TEXT
$added

$building
TEXT
    status_is <<<"hello/1.5.0, $K1, somearch: built"
    says 0 engine status -k "$K1" -a "$ARCH" <<<'hello/1.5.0: added'
    says 0 engine remove hello/1.5.0 -k "$K1" -a somearch <<TEXT
Module hello/1.5.0 is not installed for kernel $K1 (somearch). Skipping...

Deleting module hello/1.5.0 completely from the DKMS tree.
TEXT
}

status_arguments() {
    source_of hello 1.4.0
    source_of hello 1.5.0
    source_of other 1
    quietly engine install hello/1.5.0 -k "$K1"
    quietly engine build hello/1.4.0 -k "$K1"
    quietly engine add other/1
    [ -z "$K2" ] || quietly engine build hello/1.5.0 -k "$K2"
    local old="hello/1.4.0, $K1, $ARCH: built" new="hello/1.5.0, $K1, $ARCH: installed"
    says 0 engine status hello/1.4.0 <<<"$old"
    says 0 engine status -m hello -v 1.4.0 <<<"$old"
    says 0 engine status -m hello -k "$K1" < <(printf '%s\n' "$old" "$new")
    says 0 engine status hello/1.5.0 -k "$K1/$ARCH" <<<"$new"
    says 0 engine status -k "$K1" < <(printf '%s\n' "$old" "$new" 'other/1: added')
    says 0 engine status other <<<'other/1: added'
    says 0 engine status -v 1 <<<'other/1: added'
    says 0 engine status nosuch </dev/null
    says 0 engine status nosuch/1 -k "$K1" </dev/null
    # A module that isn't built for the kernel asked for is added.
    says 0 engine status other/1 -k "$K3" <<<'other/1: added'
    says 0 engine status hello/1.5.0 -k "$K3" <<<'hello/1.5.0: added'
}

rpm_safe_upgrade() {
    source_of hello 1.5.0
    # Scripts of one rpm transaction: their grandparent is the same process.
    cat >"$LAYERS/transaction" <<'SCRIPT'
#!/bin/bash
/bin/sh -c '"$1" add hello/1.5.0 --rpm_safe_upgrade; exit $?' - "$1"
/bin/sh -c '"$1" remove hello/1.5.0 --all --rpm_safe_upgrade; exit $?' - "$1"
exit $?
SCRIPT
    says 0 bash "$LAYERS/transaction" "$ENGINE" <<TEXT
$added
Warning: Remove cancelled because --rpm_safe_upgrade scenario detected.
TEXT
    status_is <<<'hello/1.5.0: added'
    says 0 engine remove hello/1.5.0 --all --rpm_safe_upgrade <<<'Deleting module hello/1.5.0 completely from the DKMS tree.'
    find "$TMPDIR" -name 'dkms_rpm_safe_upgrade_lock.*' -delete
}

force_list() {
    source_of hello 1.5.0
    quietly engine build hello/1.5.0 -k "$K1"
    original updates/vendor 1.6.0
    overlay /usr/share
    mkdir -p /usr/share/dkms/modules_to_force_install
    echo hello_version-override >/usr/share/dkms/modules_to_force_install/a
    says 0 engine install hello/1.5.0 -k "$K1" <<TEXT
Forcing version override of hello
Found pre-existing /lib/modules/$K1/updates/vendor/hello.ko, archiving for uninstallation
Installing $installed_module
Running depmod... done.
TEXT
    quietly engine uninstall hello/1.5.0 -k "$K1"
    echo hello >/usr/share/dkms/modules_to_force_install/a
    ends 0 engine install hello/1.5.0 -k "$K1"
    contains "$SCRATCH/said" '^Forcing installation of hello$'
}

begin "options"
case_of "--directive" directive
case_of "-c" other_conf
case_of "--config" kernel_config
case_of "--kernelsourcedir" kernel_source_dir
case_of "--dkmstree, --sourcetree, --installtree" trees
ours "depmod acts on the install tree" in_fresh depmod_elsewhere
case_of "trees and their order in framework.conf" framework_trees
case_of "--force-version-override" version_override
case_of "--no-depmod, and what depmod leaves" no_depmod
ours "depmod fails: rolled back, 6" in_fresh depmod_fails
case_of "--symlink-modules" symlinks
case_of "--arch is a label" arch_label
case_of "status with arguments" status_arguments
case_of "--rpm_safe_upgrade" rpm_safe_upgrade
case_of "modules_to_force_install" force_list
finish
