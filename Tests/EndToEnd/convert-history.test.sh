#!/bin/bash
# The revision and the changelog of a package that is converted: what rpm, dpkg-parsechangelog and pacman are told of them.
. "$(dirname "$0")/lib.sh"
. "$HERE/rpm-lint.sh"

TREE=$SCRATCH/src/hello-1.5.0
tree_copy "$HELLO" "$TREE"

# debian_changelog VERSION: one that dpkg-parsechangelog reads, twelve versions long, one of them merged from elsewhere.
debian_changelog() {
    local number
    cat <<END
hello (1:$1) unstable; urgency=medium

  [ Ann Lee ]
  * Greet in "Unicode" at 100% of \$(everything), which makes for a line that is longer
    than eighty columns when it is joined.
  * Greet:
    - those who come
    - those who go (Closes: #1234567)

 -- Ann Lee <ann@debian.org>  Thu, 01 Feb 2024 00:30:00 +0100

hello (1.4.99-1~bpo11+1) bullseye-backports; urgency=medium

  * Rebuild for bullseye-backports.

 -- Bob Poe <bob@debian.org>  Fri, 01 Mar 2024 10:00:00 +0000

END
    for number in 12 11 10 9 8 7 6 5 4 3 2 1; do
        printf 'hello (1.4.%s+dfsg-1) unstable; urgency=medium\n\n  * Number %s.\n\n -- Bob Poe <bob@debian.org>  %s\n\n' \
            $number $number "$(date -u -R -d "2023-01-$number 10:00:00")"
    done
}

make_deb_with_history() {
    local root=$1/root
    mkdir -p "$root/DEBIAN" "$root/usr/src" "$root/usr/share/doc/hello-dkms"
    cp -a "$TREE" "$root/usr/src/"
    printf '%s\n' 'Package: hello-dkms' 'Version: 1:1.5.0-1+deb12u1' 'Architecture: all' \
        'Maintainer: Ann Lee <ann@debian.org>' 'Description: driver of the Hello card' >"$root/DEBIAN/control"
    debian_changelog 1.5.0-1+deb12u1 >"$1/changelog"
    gzip -9nc "$1/changelog" >"$root/usr/share/doc/hello-dkms/changelog.Debian.gz"
    dpkg-deb --root-owner-group -b "$root" "$1/hello-dkms.deb"
}

history_to_rpm() {
    local work=$SCRATCH/history rpm
    make_deb_with_history "$work"
    "$MKDKMS" rpm "$work/hello-dkms.deb" -o "$work/rpm"
    rpm=$work/rpm/hello-dkms-1.5.0-1+deb12u1.noarch.rpm
    rpm -qp --nosignature --changelog "$rpm" | tee "$work/rpm.log"
    cat >"$work/expected" <<'END'
* Wed Jan 31 2024 Ann Lee <ann@debian.org> - 1.5.0-1+deb12u1
- Greet in "Unicode" at 100% of $(everything), which makes for a line that
  is longer than eighty columns when it is joined.
- Greet:
  - those who come
  - those who go (Closes: #1234567)

* Thu Jan 12 2023 Bob Poe <bob@debian.org> - 1.4.12-1
- Number 12.
END
    diff "$work/expected" <(head -n 9 "$work/rpm.log")
    # Ten of them, and not the one that is newer than the one before it.
    equal "$(grep -c '^\*' "$work/rpm.log")" 10
    lacks "$work/rpm.log" 'bpo11|1\.4\.3-1'
}

rpmlint_takes_it() { explained "$SCRATCH/history/rpm/hello-dkms-1.5.0-1+deb12u1.noarch.rpm"; }

# rpmbuild takes the same entries, which it wants in order.
history_rebuilt() {
    local work=$SCRATCH/history
    "$MKDKMS" rpm "$work/hello-dkms.deb" --kind source -o "$work/source"
    rpmbuild --quiet --rebuild --define "_topdir $work/top" "$work/source"/*.src.rpm
    rpm -qp --nosignature --changelog "$work/top/RPMS/noarch/hello-dkms-1.5.0-1+deb12u1.noarch.rpm" >"$work/rebuilt.log"
    same "$work/rpm.log" "$work/rebuilt.log"
}

# entry NUMBER FIELD: of the last changelog that was unpacked, as dpkg reads it.
entry() { dpkg-parsechangelog -l "$SCRATCH/changelog" -o "$1" -c 1 -S "$2"; }

# changelog_of DEB: unpacks it.
changelog_of() { dpkg-deb --fsys-tarfile "$1" | tar -xO --wildcards './usr/share/doc/*/changelog.Debian.gz' | zcat >"$SCRATCH/changelog"; }

history_and_back() {
    local work=$SCRATCH/history deb
    "$MKDKMS" deb "$(one "$work/rpm" '*.rpm')" --kind dkms -o "$work/deb"
    deb=$work/deb/hello-dkms_1.5.0-1+deb12u1_all.deb
    changelog_of "$deb"
    equal "$(dpkg-parsechangelog -l "$SCRATCH/changelog" --all -S Version | head -n 1)" 1.5.0-1+deb12u1
    equal "$(dpkg-parsechangelog -l "$SCRATCH/changelog" -S Date)" 'Wed, 31 Jan 2024 12:00:00 +0000'
    equal "$(entry 1 Maintainer)" 'Bob Poe <bob@debian.org>'
    equal "$(entry 1 Version) $(entry 9 Version)" '1.4.12-1 1.4.4-1'
    dpkg-parsechangelog -l "$SCRATCH/changelog" -S Changes >"$work/changes"
    grep -qF 'those who go (Closes: #1234567)' "$work/changes"
    equal "$(dpkg-parsechangelog -l "$SCRATCH/changelog" --all 2>&1 >/dev/null)" ''
    # Straight from the one .deb, times are to the second.
    "$MKDKMS" deb "$work/hello-dkms.deb" --kind dkms -o "$work/again"
    changelog_of "$(one "$work/again" '*.deb')"
    equal "$(dpkg-parsechangelog -l "$SCRATCH/changelog" -S Date)" 'Wed, 31 Jan 2024 23:30:00 +0000'
}

lintian_takes_it() {
    lintian --allow-root --tag-display-limit 0 "$SCRATCH/history/deb"/*.deb | tee "$SCRATCH/lintian"
    lacks "$SCRATCH/lintian" '^[EW]:'
}

# An .rpm of a distribution: its mark stays where only .rpms are made.
history_of_rpm() {
    local work=$SCRATCH/dist rpm
    mkdir -p "$work"
    cat >"$work/hello.spec" <<SPEC
Name: hello-dkms
Version: 1.5.0
Release: 3%{?dist}
Summary: hello
License: GPL-2.0-only
Source0: hello-1.5.0.tar.gz
BuildArch: noarch
%description
hello
%prep
%setup -q -n hello-1.5.0
%install
mkdir -p %{buildroot}/usr/src/hello-1.5.0
cp -a Makefile dkms.conf hello.c %{buildroot}/usr/src/hello-1.5.0/
%files
/usr/src/hello-1.5.0
%changelog
* Fri Mar 01 2024 Ann Lee <ann@example.org> - 1.5.0-3
- Greet at 100%%
* Mon Jan 01 2024 bob@example.org 1.4.0-1.el8
- Greet
SPEC
    tar -C "$(dirname "$TREE")" -czf "$work/hello-1.5.0.tar.gz" hello-1.5.0
    rpmbuild --quiet -ba --define "_topdir $work" --define "_sourcedir $work" --define 'dist .el9' "$work/hello.spec"
    rpm=$work/RPMS/noarch/hello-dkms-1.5.0-3.el9.noarch.rpm
    local input
    for input in "$rpm" "$work/SRPMS/hello-dkms-1.5.0-3.el9.src.rpm"; do
        rm -rf "$work/out"
        "$MKDKMS" deb "$input" --kind dkms -o "$work/out"
        changelog_of "$work/out/hello-dkms_1.5.0-3_all.deb"
        equal "$(entry 0 Version) $(entry 0 Maintainer) $(entry 0 Date)" \
            '1.5.0-3 Ann Lee <ann@example.org> Fri, 01 Mar 2024 12:00:00 +0000'
        equal "$(entry 1 Version) $(entry 1 Maintainer)" '1.4.0-1 bob <bob@example.org>'
        grep -qF '  * Greet at 100%' "$SCRATCH/changelog"
        "$MKDKMS" rpm "$input" --kind dkms -o "$work/out"
        present "$work/out/hello-dkms-1.5.0-3.el9.noarch.rpm"
        diff <(rpm -qp --nosignature --changelog "$work/out"/*.rpm | grep '^\*') - <<'END'
* Fri Mar 01 2024 Ann Lee <ann@example.org> - 1.5.0-3.el9
* Mon Jan 01 2024 bob <bob@example.org> - 1.4.0-1.el8
END
        # pacman takes numbers only.
        "$MKDKMS" arch "$input" -o "$work/out"
        present "$work/out/hello-dkms-1.5.0-3-any.pkg.tar.zst"
    done
}

# A .dsc, without and with words of the user.
history_of_dsc() {
    local work=$SCRATCH/dsc
    mkdir -p "$work/hello-1.5.0/debian/source"
    cp -a "$TREE/." "$work/hello-1.5.0/"
    tar -C "$work" --exclude debian -cJf "$work/hello_1.5.0.orig.tar.xz" hello-1.5.0
    (
        cd "$work/hello-1.5.0" || exit
        debian_changelog 1.5.0-2 >debian/changelog
        printf '%s\n' 'Source: hello' 'Maintainer: Ann Lee <ann@debian.org>' '' 'Package: hello-dkms' 'Architecture: all' \
            'Description: hello' >debian/control
        echo '3.0 (quilt)' >debian/source/format
        printf '#!/usr/bin/make -f\n%%:\n\tdh $@\n' >debian/rules
        dpkg-source -b .
    )
    "$MKDKMS" rpm "$work"/*.dsc --kind dkms -o "$work/out"
    rpm -qp --nosignature --changelog "$work/out/hello-dkms-1.5.0-2.noarch.rpm" >"$work/log"
    equal "$(head -n 1 "$work/log")" '* Wed Jan 31 2024 Ann Lee <ann@debian.org> - 1.5.0-2'
    "$MKDKMS" rpm "$work"/*.dsc --kind dkms -o "$work/given" -R 7
    rpm -qp --nosignature --changelog "$work/given/hello-dkms-1.5.0-7.noarch.rpm" | grep '^\*' >"$work/log"
    equal "$(head -n 2 "$work/log" | cut -d ' ' -f 6-)" $'Ann Lee <ann@debian.org> - 1.5.0-7\nAnn Lee <ann@debian.org> - 1.5.0-2'
    printf 'changelog: [{version: 1.5.0, date: 2024-04-01, author: Cy <cy@example.org>, changes: [Mine.]}]\n' >"$work/s.yaml"
    "$MKDKMS" rpm "$work"/*.dsc --kind dkms -o "$work/settings" --settings "$work/s.yaml"
    diff <(rpm -qp --nosignature --changelog "$work/settings/hello-dkms-1.5.0-2.noarch.rpm") - <<'END'
* Mon Apr 01 2024 Cy <cy@example.org> - 1.5.0-2
- Mine.

END
}

check "of a .deb, in the .rpm" history_to_rpm
if needs_program "the .rpm" rpmlint; then check "…rpmlint has nothing against it" rpmlint_takes_it; fi
if needs_program "rpmbuild of the source package" rpmbuild; then check "…and what rpmbuild makes of it" history_rebuilt; fi
check "and back to a .deb, as dpkg-parsechangelog sees it" history_and_back
if needs_program "the .deb" lintian; then check "…lintian has nothing against it" lintian_takes_it; fi
if needs_program "an .rpm and a .src.rpm" rpmbuild; then
    check "of an .rpm and a .src.rpm with the mark of a distribution" history_of_rpm
fi
check "of a .dsc; -R and mkdkms.yaml hold" history_of_dsc
finish
