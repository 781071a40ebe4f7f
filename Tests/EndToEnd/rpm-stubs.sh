# shellcheck shell=bash
# Rpms that stand for those of a distribution, and hello as others made it. Sourced after lib.sh.

# stub_rpm NAME[=VERSION] LINE…: an rpm of these further lines of a spec, $SCRATCH/stubs/NAME[=VERSION].rpm.
stub_rpm() {
    local spec=$SCRATCH/stubs/$1.spec name=${1%%=*} version=3.4.3
    [ "$name" = "$1" ] || version=${1#*=}
    mkdir -p "$SCRATCH/stubs"
    {
        printf '%s\n' "Name: $name" "Version: $version" 'Release: 1' "Summary: Stands for $name" 'License: GPL-2.0-only' 'AutoReqProv: no'
        printf '%s\n' "${@:2}"
    } >"$spec"
    rpmbuild -bb --quiet --define "_topdir $SCRATCH/rpmbuild" --define "_rpmdir $SCRATCH/stubs" --define "_build_name_fmt $1.rpm" \
        --define '__os_install_post %{nil}' --define 'debug_package %{nil}' "$spec"
}

# A package of nothing; for stub_rpm.
# shellcheck disable=SC2034
no_files=('%description' 'A stub.' '%files')

# hand_made NAME VERSION RELEASE POST PREUN: hello as a package that others made, with these scriptlets.
hand_made() {
    local spec=$SCRATCH/hand/$1-$3.spec
    mkdir -p "$SCRATCH/hand"
    printf '%s\n' "Name: $1" "Version: $2" "Release: $3" 'Summary: hello by hand' 'License: GPL-2.0-only' 'BuildArch: noarch' \
        'AutoReqProv: no' 'Requires: dkms >= 1.95' '%description' 'hello.' \
        '%install' "mkdir -p %{buildroot}/usr/src && cp -r $SCRATCH/trees/first/hello-1.5.0 %{buildroot}/usr/src/" \
        '%post' "$4" '%preun' "$5" '%files' "/usr/src/hello-$2" >"$spec"
    rpmbuild -bb --quiet --define "_topdir $SCRATCH/rpmbuild" --define "_rpmdir $SCRATCH/hand" \
        --define '_build_name_fmt %%{NAME}-%%{VERSION}-%%{RELEASE}.noarch.rpm' --define '__os_install_post %{nil}' "$spec"
}

# As mkrpm of dkms 2.8.7 made them, under the name of the module and under that of ours, and as vendors write them.
# shellcheck disable=SC2016 # rpm's shell's
make_hand_made() {
    local post='/usr/lib/dkms/common.postinst hello 1.5.0 /usr/share/hello
exit $?' preun='dkms remove -m hello -v 1.5.0 --all --rpm_safe_upgrade
exit 0'
    hand_made hello-dkms 1.5.0 1dkms "$post" "$preun"
    hand_made hello 1.5.0 1dkms "$post" "$preun"
    hand_made hello-dkms 1.5.0 0.vendor 'dkms add -m hello -v 1.5.0 -q || :
dkms build -m hello -v 1.5.0 -k $(uname -r) -q || :
dkms install -m hello -v 1.5.0 -k $(uname -r) -q --force || :' 'dkms remove -m hello -v 1.5.0 --all -q || :'
}
