#!/bin/bash
# dkms's command line: options by prefix, values behind a blank or an equals sign, the verb anywhere, and what is
# neither option nor verb. Status and words are those of dkms 3.4.3.
. "$(dirname "$0")/engine-lib.sh"

USAGE="Usage: dkms [action] [options]
  [action]  = { add | remove | build | unbuild | install | uninstall | match |
               autoinstall | mktarball | ldtarball | status | generate_mok |
               kernel_preinst | kernel_postinst | kernel_prerm }
  [options] = [-m module] [-v module-version] [-k kernel-version] [-a arch]
              [-c dkms.conf-location] [-q] [--force] [--force-version-override] [--all]
              [--templatekernel=kernel] [--directive='cli-directive=cli-value']
              [--config=kernel-include/config/auto.conf-location] [--archive=tarball-location]
              [--kernelsourcedir=source-location] [--rpm_safe_upgrade]
              [--dkmstree path] [--sourcetree path] [--installtree path]
              [--binaries-only] [--source-only] [--verbose]
              [--no-depmod] [--modprobe-on-install] [-j number] [--version] [--help]"

added="Creating symlink $TREE/hello/1.5.0/source -> /usr/src/hello-1.5.0"
gone="Deleting module hello/1.5.0 completely from the DKMS tree."
no_arguments() {
    printf '%s\n' '' 'Error! Arguments <module> and <module-version> are not specified.' \
        "Usage: $1 <module>/<module-version> or" "       $1 -m <module>/<module-version> or" \
        "       $1 -m <module> -v <module-version>"
}

# adds WORDS…: they name hello/1.5.0 to `add`; and it is taken out again.
adds() {
    says 0 engine "$@" <<<"$added"
    says 0 engine remove hello/1.5.0 --all <<<"$gone"
}

module_options() {
    adds add -m hello -v 1.5.0
    adds add -m hello/1.5.0
    adds add hello/1.5.0
    adds hello/1.5.0 add
    adds -m hello add -v 1.5.0
    adds -v 1.5.0 -m hello add
    adds add --module hello -v 1.5.0
    adds add --module=hello/1.5.0
    adds add --modulewhatever=hello -v 1.5.0
    adds add hello -v 1.5.0
    # What is given last counts.
    adds add -m hello/9.9 -v 1.5.0
    adds add -v 9.9 -m hello/1.5.0
}

paths() {
    local place
    for place in /usr/src/hello-1.5.0 /usr/src/hello-1.5.0/ /usr/src/hello-1.5.0/dkms.conf; do
        adds add "$place"
        adds "$place" add
    done
    (cd /usr/src/hello-1.5.0 && adds add . && adds add dkms.conf && adds add ./dkms.conf)
    cp -r /usr/src/hello-1.5.0 "$LAYERS/elsewhere"
    rm -r /usr/src/hello-1.5.0
    adds add "$LAYERS/elsewhere"
    diff -r "$LAYERS/elsewhere" /usr/src/hello-1.5.0
    rm -r /usr/src/hello-1.5.0
    adds add "$LAYERS/elsewhere/dkms.conf"
    diff -r "$LAYERS/elsewhere" /usr/src/hello-1.5.0
    # The folder in /usr/src wins over another of the same name and version unless --force.
    echo changed >"$LAYERS/elsewhere/note"
    adds add "$LAYERS/elsewhere"
    present /usr/src/hello-1.5.0/note
}

# A word that is no path, no option and no verb is the module; a second one nobody knows.
strange_word() {
    says 0 engine status hello/1.5.0 other <<'TEXT'
Warning: I do not know how to handle other.
TEXT
    says 3 engine remove other/1 <<'TEXT'

Error! The module/version combo: other/1 is not located in the DKMS tree.
TEXT
}

kernel_options() {
    quietly engine add hello/1.5.0
    local form
    for form in "-k $K1" "--kernelver $K1" "--kernelver=$K1" "--kernelversion=$K1" "-k $K1/$ARCH" "-k $K1 -a $ARCH" \
        "-k $K1 --arch $ARCH" "-k $K1 --arch=$ARCH" "--kernelver=$K1/$ARCH"; do
        # shellcheck disable=SC2086 # an option and its value
        says 0 engine build hello/1.5.0 $form <<TEXT
$unsigned_prologue
Building module(s)... done.
TEXT
        status_is <<<"hello/1.5.0, $K1, $ARCH: built"
        # shellcheck disable=SC2086
        says 0 engine unbuild hello/1.5.0 $form <<TEXT
Module hello/1.5.0 is not installed for kernel $K1 ($ARCH). Skipping...
TEXT
    done
}

several_kernels() {
    says 0 engine build hello/1.5.0 -k "$K1" -k "$K2" <<TEXT
$added

$unsigned_prologue
Building module(s)... done.
$unsigned_prologue
Building module(s)... done.
TEXT
    says 0 engine uninstall hello/1.5.0 -k "$K2" -k "$K1" <<TEXT
Module hello/1.5.0 is not installed for kernel $K2 ($ARCH). Skipping...

Module hello/1.5.0 is not installed for kernel $K1 ($ARCH). Skipping...
TEXT
    quietly engine install hello/1.5.0 -k "$K1"
    says 0 engine status -k "$K2" -k "$K1" <<TEXT
hello/1.5.0, $K2, $ARCH: built
hello/1.5.0, $K1, $ARCH: installed
TEXT
    # --all goes by state first: what is built comes before what is installed.
    says 0 engine unbuild hello/1.5.0 --all <<TEXT
Module hello/1.5.0 is not installed for kernel $K2 ($ARCH). Skipping...

Module hello/1.5.0 for kernel $K1 ($ARCH):
Before uninstall, this module version was ACTIVE on this kernel.
Deleting /lib/modules/$K1/updates/dkms/hello.ko
Running depmod... done.
TEXT
    status_is <<<'hello/1.5.0: added'
}

two_actions() {
    says 4 engine add remove hello/1.5.0 <<'TEXT'

Error! Cannot specify more than one action.
TEXT
    says 4 engine add hello/1.5.0 status <<'TEXT'

Error! Cannot specify more than one action.
TEXT
}

unknown_option() {
    local option
    for option in --nonsense -z --modul --kernel -mhello --forced --all=yes -kx --no-initrdx - \
        -m=hello/1.5.0 "-k=$K1" -v=1.5.0 -j=2; do
        says 2 engine status "$option" <<TEXT

Error! Unknown option: $option
$USAGE
TEXT
    done
}

unknown_action() {
    says 0 engine <<TEXT

Error! Unknown action specified: ""
$USAGE
TEXT
    says 0 engine mkdeb <<TEXT

Error! Unknown action specified: ""
$USAGE
TEXT
    says 0 engine -m hello -v 1.5.0 -k "$K1" <<TEXT

Error! Unknown action specified: ""
$USAGE
TEXT
}

help_and_version() {
    says 0 engine --help <<<"$USAGE"
    says 0 engine -h <<<"$USAGE"
    says 0 engine add hello/1.5.0 --help <<<"$USAGE"
    says 0 engine --version <<<dkms-3.4.3
    says 0 engine -V <<<dkms-3.4.3
    says 0 engine remove -V hello/1.5.0 <<<dkms-3.4.3
}

# Usage goes to stdout, the error before it to stderr.
streams() {
    engine --nonsense >"$SCRATCH/out" 2>"$SCRATCH/err" || true
    equal "$(cat "$SCRATCH/err")" "
Error! Unknown option: --nonsense"
    normalised "$SCRATCH/out" | diff - <(printf '%s\n' "$USAGE")
    engine build nosuch/1 -k "$K1" >"$SCRATCH/out" 2>"$SCRATCH/err" || true
    says_nothing cat "$SCRATCH/out"
    contains "$SCRATCH/err" '^Error! Could not find module source directory\.$'
}

all_conflicts() {
    says 2 engine remove hello/1.5.0 --all -k "$K1" <<'TEXT'

Error! You cannot specify a kernel version and also specify
--all on the command line.
TEXT
    says 3 engine remove hello/1.5.0 --all -a "$ARCH" <<'TEXT'

Error! You cannot specify an arch and also specify
--all on the command line.
TEXT
    local verb
    for verb in add build install; do
        says 5 engine "$verb" hello/1.5.0 --all <<TEXT

Error! The action $verb does not support the --all parameter.
TEXT
    done
    for verb in autoinstall match; do
        says 5 engine "$verb" --all <<TEXT

Error! The action $verb does not support the --all parameter.
TEXT
    done
    for verb in kernel_preinst kernel_postinst kernel_prerm; do
        says 5 engine "$verb" --all <<TEXT

Error! The action $verb does not support the --all parameter.
TEXT
    done
}

one_kernel_only() {
    local verb
    for verb in autoinstall match; do
        says 4 engine "$verb" -k "$K1" -k "${K2:-$K3}" <<TEXT

Error! The action $verb does not support multiple kernel version parameters on the command line.
TEXT
    done
    for verb in kernel_preinst kernel_postinst kernel_prerm; do
        says 4 engine "$verb" <<TEXT

Error! The action $verb requires exactly one kernel version parameter on the command line.
TEXT
        says 4 engine "$verb" -k "$K1" -k "${K2:-$K3}" <<TEXT

Error! The action $verb requires exactly one kernel version parameter on the command line.
TEXT
    done
}

arches_and_kernels() {
    says 1 engine build hello/1.5.0 -k "$K1" -a x86_64 -a i686 <<'TEXT'

Error! If more than one arch is specified on the command line, then there
must be an equal number of kernel versions also specified (1:1 relationship).
TEXT
    says 16 engine build hello/1.5.0 -k '' <<'TEXT'

Error! Empty kernelver[0]
TEXT
    says 16 engine build hello/1.5.0 -k "$K1" -a '' <<'TEXT'

Error! Empty arch[0]
TEXT
}

both_onlys() {
    says 8 engine mktarball hello/1.5.0 --binaries-only --source-only <<'TEXT'

Error! You have specified both --binaries-only and --source-only.
You cannot do this.
TEXT
}

module_is_needed() {
    local verb
    for verb in remove unbuild uninstall mktarball add; do
        says 1 engine "$verb" < <(no_arguments "$verb")
        says 1 engine "$verb" -m hello < <(no_arguments "$verb")
    done
    # build and install come to that by way of the implicit add.
    for verb in build install; do
        says 1 engine "$verb" -k "$K1" < <(no_arguments add)
        says 1 engine "$verb" -m hello -k "$K1" < <(no_arguments add)
    done
}

retired_options() {
    says 0 engine add hello/1.5.0 --no-initrd --no-clean-kernel --no-prepare-kernel <<TEXT
Deprecated feature: --no-initrd
Deprecated feature: --no-clean-kernel
Deprecated feature: --no-prepare-kernel
$added
TEXT
}

# -q silences what comes after it on the command line, errors too.
quiet() {
    says 0 engine add hello/1.5.0 -q </dev/null
    says 3 engine -q add hello/1.5.0 </dev/null
    says 2 engine -q --nonsense </dev/null
    says 2 engine --nonsense -q <<TEXT

Error! Unknown option: --nonsense
$USAGE
TEXT
    says 0 engine --quiet status </dev/null
}

# --verbose shows the commands in place of what they do.
verbose() {
    quietly engine add hello/1.5.0
    says 0 engine build hello/1.5.0 -k "$K1" --verbose <<TEXT
$unsigned_prologue
cp built/$K1 hello.ko
 done.
TEXT
    says 0 engine install hello/1.5.0 -k "$K1" --verbose <<TEXT
Installing /lib/modules/$K1/updates/dkms/hello.ko
do_depmod $K1
Skipping depmod because '/lib/modules/$K1/modules.dep' is missing.
 done.
TEXT
}

debug_is_known() {
    quietly engine add hello/1.5.0
    engine --debug status >"$SCRATCH/out" 2>/dev/null
    equal "$(cat "$SCRATCH/out")" 'hello/1.5.0: added'
}

jobs_option() {
    source_of jobs 1 'MAKE[0]="make all"'
    printf 'all:\n\tcp built/%s jobs.ko\n' "$K1" >/usr/src/jobs-1/Makefile
    local words
    for words in '-j 3=-j3' '-j 0=-j'; do
        # shellcheck disable=SC2086 # an option and its value
        quietly engine build jobs/1 -k "$K1" --force ${words%=*}
        contains "$TREE/jobs/1/$K1/$ARCH/log/make.log" "^# command: make ${words##*=} KERNELRELEASE=$K1 all$"
    done
    quietly engine build jobs/1 -k "$K1" --force
    contains "$TREE/jobs/1/$K1/$ARCH/log/make.log" "^# command: make -j$(nproc) KERNELRELEASE=$K1 all$"
}

begin "the command line"
# case_of NAME COMMAND…: with hello in /usr/src and an empty tree.
case_of() { check "$1" in_fresh "${@:2}"; }
in_fresh() {
    fresh
    source_of hello 1.5.0
    "$@"
}
case_of "the module: -m, -v, --module…, NAME/VERSION, the verb anywhere" module_options
case_of "the module: a folder, a dkms.conf" paths
case_of "words that mean nothing" strange_word
case_of "the kernel: -k, --kernelver…, -a, --arch, K/ARCH" kernel_options
if needs_two_kernels "several kernels"; then case_of "several kernels, --all" several_kernels; fi
case_of "two verbs: 4" two_actions
case_of "an unknown option: 2 and usage" unknown_option
case_of "no verb, a verb that dkms lost: usage, and 0" unknown_action
case_of "--help and --version" help_and_version
case_of "what goes to stdout, what to stderr" streams
case_of "--all with -k, -a, or a verb that can't" all_conflicts
case_of "verbs that take one kernel" one_kernel_only
case_of "as many arches as kernels; empty ones" arches_and_kernels
case_of "--binaries-only with --source-only" both_onlys
case_of "no module, no version" module_is_needed
case_of "options that dkms consumes with a word" retired_options
case_of "-q" quiet
case_of "--verbose" verbose
case_of "--debug" debug_is_known
case_of "-j" jobs_option
finish
