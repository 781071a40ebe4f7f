# SUSE's own scripts, of suse-module-tools, do what a step takes: weak-modules2, and the initramfs at the end.
SCRIPTLETS=/usr/lib/module-init-tools/kernel-scriptlets

# Runs step $1 with the arguments of the scriptlet; fails where the scripts are not there.
run_step() {
    step=$1
    shift
    if [ ! -x "$SCRIPTLETS/kmp-$step" ]; then
        return 1
    fi
    "$SCRIPTLETS/kmp-$step" --name @PACKAGE@ --version @VERSION@ --release @RELEASE@ \
        --kernelrelease @BASE@ --flavor @FLAVOUR@ --usrmerged @USRMERGED@ "$@" || :
}
