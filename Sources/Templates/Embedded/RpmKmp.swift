// swift-format-ignore-file
// Made by `make templates` from templates/rpm-kmp/; edit those files, not this one.

extension EmbeddedTemplates {
    static let rpmKmp: [(name: String, text: String)] = [
        (
            name: "rpm-kmp/parts/call.sh",
            text: #"""
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

"""#
        ),
        (
            name: "rpm-kmp/post",
            text: #"""
# Without SUSE's scripts the kernel's module index is all that can be brought up to date.
@INCLUDE rpm-kmp/parts/call.sh@

if ! run_step post "$@" && [ -e /boot/System.map-@KERNEL@ ]; then
    depmod -aeF /boot/System.map-@KERNEL@ @KERNEL@ >/dev/null || :
fi
exit 0

"""#
        ),
        (
            name: "rpm-kmp/posttrans",
            text: #"""
# SUSE's scripts know what is to be done here.
@INCLUDE rpm-kmp/parts/call.sh@

run_step posttrans "$@"
exit 0

"""#
        ),
        (
            name: "rpm-kmp/postun",
            text: #"""
# Without SUSE's scripts the kernel's module index is all that can be brought up to date.
@INCLUDE rpm-kmp/parts/call.sh@

if ! run_step postun "$@" && [ -e /boot/System.map-@KERNEL@ ]; then
    depmod -aeF /boot/System.map-@KERNEL@ @KERNEL@ >/dev/null || :
fi
exit 0

"""#
        ),
        (
            name: "rpm-kmp/pre",
            text: #"""
# SUSE's scripts know what is to be done here.
@INCLUDE rpm-kmp/parts/call.sh@

run_step pre "$@"
exit 0

"""#
        ),
        (
            name: "rpm-kmp/preun",
            text: #"""
# SUSE's scripts know what is to be done here.
@INCLUDE rpm-kmp/parts/call.sh@

run_step preun "$@"
exit 0

"""#
        ),
    ]
}
