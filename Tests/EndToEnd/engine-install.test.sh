#!/bin/bash
# make install: which files, which it refuses to overwrite, what make uninstall leaves; the boot unit; rpm's file trigger.
. "$(dirname "$0")/lib.sh"

export ENGINE_STUB=$SCRATCH/stub
PROGRAMS=$SCRATCH/programs
mkdir -p "$ENGINE_STUB/fail" "$ENGINE_STUB/tree" "$PROGRAMS"
cp "$HERE/engine-stub.sh" "$PROGRAMS/mkdkms"
chmod 0755 "$PROGRAMS/mkdkms"
unset HOOKS DKMS PREFIX DESTDIR SYSCONFDIR LIBDIR UNITDIR KERNELINSTALLDIR MODDIR DKMSLIBDIR MAKEOVERRIDES

# program NAME BODY: a program of that name, first on PATH.
program() {
    printf '#!/bin/sh\n%s\n' "$2" >"$PROGRAMS/$1"
    chmod 0755 "$PROGRAMS/$1"
}

# installed TARGET [NAME=VALUE…]: make, with the stub as the binary.
installed() { make -s -C "$REPO" "$1" MKDKMS="$PROGRAMS/mkdkms" "${@:2}"; }

# on_machine TARGET ROOT [NAME=VALUE…]: without DESTDIR, every folder under ROOT, so that all of it happens but elsewhere.
on_machine() {
    local root=$2
    PATH=$PROGRAMS:$PATH installed "$1" PREFIX="$root/usr" SYSCONFDIR="$root/etc" LIBDIR="$root/usr/lib/mkdkms" \
        DKMSLIBDIR="$root/usr/lib/dkms" UNITDIR="$root/units" KERNELINSTALLDIR="$root/plugins" \
        MODDIR="$root/lib/modules" "${@:3}"
}

files() { (cd "$1" && find . ! -type d | sed 's/^\.//' | sort); }

ALWAYS="/usr/bin/mkdkms /usr/share/mkdkms/installed /usr/share/bash-completion/completions/mkdkms /usr/share/doc/mkdkms/CHANGELOG.md
/usr/share/doc/mkdkms/LICENSE /usr/share/doc/mkdkms/README.md /usr/share/doc/mkdkms/engine-install.md
/usr/share/doc/mkdkms/dkms-compat.md /usr/share/doc/mkdkms/benchmarks.md
/usr/share/fish/vendor_completions.d/mkdkms.fish /usr/share/zsh/site-functions/_mkdkms"
LIBRARY="/usr/lib/mkdkms/common.postinst /usr/lib/mkdkms/headers-hint.sh /usr/lib/mkdkms/hooks.sh"
DEBIAN="/etc/kernel/postinst.d/dkms-mkdkms /etc/kernel/header_postinst.d/dkms-mkdkms /etc/kernel/preinst.d/dkms-mkdkms
/etc/kernel/prerm.d/dkms-mkdkms"
UNIT=/usr/lib/systemd/system/mkdkms.service
SYSTEMD=/usr/lib/kernel/install.d/40-mkdkms.install
REDHAT="$SYSTEMD /usr/lib/mkdkms/headers-trigger /usr/lib/mkdkms/mkdkms-headers.spec"
STAND_IN="/usr/sbin/dkms /usr/lib/dkms/common.postinst /usr/lib/dkms/dkms_autoinstaller"

# lists HOOKS DKMS PATH…: exactly these files, and none of them after make uninstall.
lists() {
    local root=$SCRATCH/list-$1$2
    installed install DESTDIR="$root" PREFIX=/usr HOOKS="$1" DKMS="$2"
    # shellcheck disable=SC2068,SC2086 # lists of words
    diff <(printf '%s\n' $ALWAYS ${@:3} | sort) <(files "$root")
    # A token that was left, and DESTDIR.
    lacks_below "$root" --exclude-dir={bin,share} -E '@[A-Z]+@'
    lacks_below "$root" --exclude-dir={bin,share} -F "$SCRATCH"
    installed uninstall DESTDIR="$root" PREFIX=/usr
    empty "$root"
}

real_binary() {
    local root=$SCRATCH/real
    make -s -C "$REPO" install MKDKMS="$MKDKMS" DESTDIR="$root"
    same "$MKDKMS" "$root/usr/local/bin/mkdkms"
    bash -n "$root/usr/local/share/bash-completion/completions/mkdkms"
    contains "$root/usr/local/share/bash-completion/completions/mkdkms" release
    contains "$root/usr/local/share/zsh/site-functions/_mkdkms" '^#compdef mkdkms'
    contains "$root/usr/local/share/fish/vendor_completions.d/mkdkms.fish" 'complete -c'
    PATH=$root/usr/local/bin:$PATH
    mkdkms --version
}

stands_in() {
    local root=$SCRATCH/stand-in
    installed install DESTDIR="$root" DKMS=1 HOOKS=none
    [ "$(readlink -f "$root/usr/local/sbin/dkms")" = "$root/usr/local/bin/mkdkms" ]
    [ -x "$root/usr/lib/dkms/dkms_autoinstaller" ]
}

# The same again changes nothing; other hooks replace those of before; what others put there stays.
again() {
    local root=$SCRATCH/again
    installed install DESTDIR="$root" HOOKS=all DKMS=1
    files "$root" >"$SCRATCH/first"
    installed install DESTDIR="$root" HOOKS=all DKMS=1
    diff "$SCRATCH/first" <(files "$root")
    installed install DESTDIR="$root" HOOKS=systemd
    absent "$root/etc/kernel/postinst.d/dkms-mkdkms" "$root/usr/local/sbin/dkms" "$root/usr/lib/dkms/common.postinst"
    present "$root$SYSTEMD"
    touch "$root/etc/kernel/postinst.d/theirs"
    installed uninstall DESTDIR="$root"
    equal "$(files "$root")" /etc/kernel/postinst.d/theirs
}

nothing_to_remove() {
    ends_with 2 installed uninstall DESTDIR="$SCRATCH/never"
    contains "$SCRATCH/err" 'nothing to remove'
}

unknown_hooks() {
    ends_with 2 installed install DESTDIR="$SCRATCH/unknown" HOOKS=gentoo
    contains "$SCRATCH/err" 'HOOKS=gentoo is none of'
    absent "$SCRATCH/unknown"
}

# A package owns what DKMS=1 would write: status, names, remedy, and nothing written, not even what nobody owns.
refuses_owned() {
    local root=$SCRATCH/owned
    program dpkg-query "case \$2 in $root/usr/sbin/dkms | $root/usr/lib/dkms/*) echo \"dkms: \$2\" ;; *) exit 1 ;; esac"
    # shellcheck disable=SC2016 # expanded by that program
    program systemctl 'echo "$@" >>"$ENGINE_STUB/systemctl"'
    ends_with 2 on_machine install "$root" HOOKS=debian DKMS=1
    contains "$SCRATCH/err" 'refused, nothing was written: these files belong to the package dkms:'
    contains "$SCRATCH/err" "^  $root/usr/sbin/dkms$"
    contains "$SCRATCH/err" "^  $root/usr/lib/dkms/common.postinst$"
    contains "$SCRATCH/err" "dpkg-divert --local --rename --add $root/usr/sbin/dkms"
    absent "$root" "$ENGINE_STUB/systemctl"
    on_machine install "$root" HOOKS=debian
    present "$root/usr/bin/mkdkms"
    absent "$root/usr/sbin/dkms"
    equal "$(cat "$ENGINE_STUB/systemctl")" 'enable mkdkms.service'
    on_machine uninstall "$root"
    equal "$(tail -n 1 "$ENGINE_STUB/systemctl")" 'disable mkdkms.service'
    empty "$root"
    rm "$PROGRAMS/dpkg-query"
}

# Our own file, in a package: nothing of dkms to speak of.
refuses_own_package() {
    local root=$SCRATCH/own
    program dpkg-query "case \$2 in $root/usr/bin/mkdkms) echo \"mkdkms: \$2\" ;; *) exit 1 ;; esac"
    ends_with 2 on_machine install "$root" HOOKS=none
    contains "$SCRATCH/err" '^Choose another PREFIX, or remove the package.$'
    lacks "$SCRATCH/err" divert
    absent "$root"
    rm "$PROGRAMS/dpkg-query"
}

accepts_diverted() {
    local root=$SCRATCH/diverted
    program dpkg-query "case \$2 in $root/usr/sbin/dkms | $root/usr/lib/dkms/*)
        printf 'local diversion from: %s\nlocal diversion to: %s.distrib\ndkms: %s\n' \"\$2\" \"\$2\" \"\$2\" ;; *) exit 1 ;; esac"
    on_machine install "$root" HOOKS=none DKMS=1
    present "$root/usr/sbin/dkms"
    # A package that took a file over meanwhile keeps it.
    program dpkg-query "case \$2 in $root/usr/lib/dkms/common.postinst) echo \"dkms: \$2\" ;; *) exit 1 ;; esac"
    on_machine uninstall "$root" 2>"$SCRATCH/err"
    contains "$SCRATCH/err" "common.postinst is the package dkms's by now"
    equal "$(files "$root")" /usr/lib/dkms/common.postinst
    rm "$PROGRAMS/dpkg-query"
}

refuses_foreign() {
    local root=$SCRATCH/foreign
    mkdir -p "$root/usr/local/sbin"
    echo 'a dkms of its own make install' >"$root/usr/local/sbin/dkms"
    ends_with 2 installed install DESTDIR="$root" DKMS=1
    contains "$SCRATCH/err" "/usr/local/sbin/dkms is there, and neither a package's nor ours"
    equal "$(files "$root")" /usr/local/sbin/dkms
}

# shellcheck disable=SC2016 # expanded inside
# The machine's own dkms package, with /usr and /etc read-only in a mount namespace of the test's own.
refuses_real_package() {
    ends_with 2 unshare -m --propagation private sh -ec '
        mount --bind /usr /usr && mount -o remount,bind,ro /usr
        mount --bind /etc /etc && mount -o remount,bind,ro /etc
        exec make -s -C "$1" install MKDKMS="$2" PREFIX=/usr DKMS=1' - "$REPO" "$PROGRAMS/mkdkms"
    contains "$SCRATCH/err" 'these files belong to the package dkms:'
    contains "$SCRATCH/err" '^  /usr/sbin/dkms$'
    # A package of before /usr was merged names its files otherwise.
    program dpkg-query '[ "$2" = /lib/mkdkms/hooks.sh ] && echo "older: $2"'
    ends_with 2 unshare -m --propagation private sh -ec '
        mount --bind /usr /usr && mount -o remount,bind,ro /usr
        PATH=$3:$PATH exec make -s -C "$1" install MKDKMS="$2" PREFIX=/usr' - "$REPO" "$PROGRAMS/mkdkms" "$PROGRAMS"
    contains "$SCRATCH/err" 'these files belong to the package older:'
    rm "$PROGRAMS/dpkg-query"
    absent /usr/lib/mkdkms /usr/bin/mkdkms
}

unit() {
    local root=$SCRATCH/unit
    program systemctl :
    on_machine install "$root" HOOKS=systemd
    contains "$root/units/mkdkms.service" "^ExecStart=$root/usr/bin/mkdkms autoinstall --kernelver %v$"
    systemd-analyze verify --man=no "$root/units/mkdkms.service" >"$SCRATCH/verify" 2>&1
    lacks "$SCRATCH/verify" mkdkms
}

# A kernel's headers that come as a package after it: rpm itself calls the trigger, once, with the kernel concerned.
rpm_trigger() {
    local root=$SCRATCH/rpm kernel=5.14.0-427.el9.x86_64 rpm
    rpm=$(command -v rpm)
    program systemctl :
    program dpkg-query 'exit 1'
    # A database of the test's own, where nothing provides /bin/sh.
    program rpm "case \$1 in -U | -i) set -- \"\$@\" --nodeps ;; esac
exec $rpm --dbpath $root/db \"\$@\""
    mkdir -p "$root/lib/modules/$kernel/kernel" "$root/lib/modules/5.14.0-1.el9.x86_64/kernel" "$ENGINE_STUB/tree/hello/1.5.0"
    ln -s "/usr/src/kernels/$kernel" "$root/lib/modules/$kernel/build"
    ln -s /usr/src/kernels/5.14.0-1.el9.x86_64 "$root/lib/modules/5.14.0-1.el9.x86_64/build"
    on_machine install "$root" HOOKS=redhat
    equal "$(PATH=$PROGRAMS:$PATH rpm -q mkdkms-headers)" mkdkms-headers-1-1.noarch
    # Scriptlets run with rpm's own PATH: mkdkms is found where it was installed.
    cat >"$SCRATCH/kernel-devel.spec" <<END
Name: kernel-devel
Version: 5.14.0
Release: 427.el9
Summary: Headers
License: GPL-2.0-only
BuildArch: noarch
%description
Headers.
%install
mkdir -p %{buildroot}/usr/src/kernels/$kernel/include
touch %{buildroot}/usr/src/kernels/$kernel/include/x.h
%files
/usr/src/kernels/$kernel
END
    rpmbuild -bb --define "_topdir $SCRATCH/rpmbuild" "$SCRATCH/kernel-devel.spec" >"$SCRATCH/rpmbuild.log" 2>&1
    : >"$ENGINE_STUB/calls"
    # shellcheck disable=SC2016 # expanded inside
    PATH=$PROGRAMS:$PATH unshare -m --propagation private sh -ec 'mount -t tmpfs tmpfs /usr/src && exec rpm -U "$@"' - \
        "$SCRATCH"/rpmbuild/RPMS/noarch/kernel-devel-*.rpm
    equal "$(cat "$ENGINE_STUB/calls")" "mkdkms kernel_postinst -k $kernel"
    on_machine uninstall "$root"
    ends_with 1 env PATH="$PROGRAMS:$PATH" rpm -q mkdkms-headers
    rm "$PROGRAMS/rpm" "$PROGRAMS/dpkg-query"
}

without_rpmbuild() {
    local root=$SCRATCH/no-rpmbuild
    program rpmbuild 'exit 127'
    program systemctl :
    on_machine install "$root" HOOKS=redhat 2>"$SCRATCH/err"
    contains "$SCRATCH/err" 'dnf install rpm-build'
    present "$root/usr/lib/mkdkms/mkdkms-headers.spec"
    rm "$PROGRAMS/rpmbuild"
}

check "HOOKS=debian: the files, and none left" lists debian "" "$LIBRARY" "$DEBIAN" "$UNIT"
check "HOOKS=redhat: the files, and none left" lists redhat "" "$LIBRARY" "$REDHAT" "$UNIT"
check "HOOKS=systemd: the files, and none left" lists systemd "" "$LIBRARY" "$SYSTEMD" "$UNIT"
check "HOOKS=none: the files, and none left" lists none ""
check "HOOKS=none DKMS=1: the files, and none left" lists none 1 "$LIBRARY" "$STAND_IN"
check "HOOKS=all DKMS=1: the files, and none left" lists all 1 "$LIBRARY" "$DEBIAN" "$REDHAT" "$UNIT" "$STAND_IN"
check "the binary's own completions are installed" real_binary
check "DKMS=1 links dkms to the same binary" stands_in
check "installed again, with other hooks, uninstalled" again
check "make uninstall without an installation says so" nothing_to_remove
check "unknown hooks are refused, with nothing written" unknown_hooks
check "a file that a package owns is never overwritten" refuses_owned
check "a package of mkdkms is not overwritten" refuses_own_package
check "a file that was diverted may be replaced" accepts_diverted
check "a dkms that nobody owns is not overwritten" refuses_foreign
if needs_root "the machine's own dkms package is safe"; then
    if dpkg-query -S /usr/sbin/dkms >/dev/null 2>&1; then
        check "the machine's own dkms package is safe" refuses_real_package
    else
        skip "the machine's own dkms package is safe" "dkms is not installed"
    fi
fi
if needs_program "systemd takes the unit" systemd-analyze; then
    check "systemd takes the unit" unit
fi
if needs_program "rpm calls the trigger for headers that arrive later" rpmbuild &&
    needs_root "rpm calls the trigger for headers that arrive later"; then
    check "rpm calls the trigger for headers that arrive later" rpm_trigger
fi
check "without rpmbuild the trigger's package is asked for" without_rpmbuild
finish
