import Testing

@testable import Inputs

@Suite struct ForeignWorkTests {
    @Test(arguments: [
        // A spec's, and the templates that dkms came with.
        "dkms add -m hello -v 1.5.0 --rpm_safe_upgrade || :\nif [ `uname -r | grep -c BOOT` -eq 0 ]; then\n  dkms build -m hello -v 1.5.0 && dkms install -m hello -v 1.5.0\nfi\nexit 0",
        "for POSTINST in /usr/lib/dkms/common.postinst /usr/share/hello/postinst; do\n\tif [ -f $POSTINST ]; then\n\t\t$POSTINST hello 1.5.0 /usr/share/hello\n\t\texit $?\n\tfi\n\techo \"WARNING: $POSTINST does not exist.\"\ndone\necho -e \"ERROR: too old\"\nexit 1",
        "#!/bin/sh\nset -e\n# adduser hello\ncase \"$1\" in\n  configure|abort-upgrade) [ -z \"$2\" ] || true ;;\n  *) echo \"preinst called with unknown argument\" >&2; exit 1 ;;\nesac\n#DEBHELPER#\n",
        "# Automatically added by dh_dkms/3.0.10\nadduser hello\n# End automatically added section\n",
        "cat <<EOF >&2\nadduser hello\nEOF\nNAME=hello\nwarn() {\n  printf '%s' x >/dev/null\n}\n/usr/sbin/dkms remove \\\n  -m hello --all",
        "cat <<-EOF1 >&2 # as below\n\tadduser hello\n\tEOF1\n", "cat <<'the end'\nadduser hello\nthe end\n",
        "n=$((1 << 4)); cat <<EOF\nadduser hello\nEOF\n", "#!/usr/bin/env bash\ndkms add hello\n",
        "#! /bin/sh -e\n", "WAITING=/var/lib/mkdkms/waiting/hello\nserve_anew\n", "",
    ])
    func whatServesTheModuleIsNone(_ script: String) {
        #expect(ForeignWork(of: script).commands.isEmpty)
    }

    @Test(arguments: [
        (
            "dkms add -m hello -v 1\nif ! getent passwd hello; then\n  adduser --system hello\nfi",
            ["getent passwd hello", "adduser --system hello"]
        ),
        (
            "case $1 in\n  configure) systemctl enable x.service || true;;\nesac",
            ["systemctl enable x.service"]
        ),
        ("db_get hello-dkms/question\ndb_go\ndb_go\n", ["db_get hello-dkms/question", "db_go"]),
        ("echo 'options hello a=1' > /etc/hello.conf", ["echo 'options hello a=1' > /etc/hello.conf"]),
        (
            "# Automatically added by dh_installdebconf/13\ndb_purge\n# End automatically added section\nrm -f /etc/x",
            ["db_purge", "rm -f /etc/x"]
        ),
        (
            "cat >/etc/hello.conf <<'END'\nadduser\nEND\nldconfig",
            ["cat >/etc/hello.conf <<'END'", "ldconfig"]
        ),
        ("read a <<<word\nadduser a\nword", ["adduser a", "word"]),
        ("n=$((1 << n))\nadduser a\nn", ["adduser a", "n"]),
        ("true # as in <<X\nadduser a\nX", ["adduser a", "X"]),
        ("cat <<EOF1\nadduser a\nEOF\nEOF1\nldconfig", ["ldconfig"]),
        ("cat <<EOF\nadduser a\n EOF", ["adduser a"]), ("cat <<EOF\nadduser a", ["adduser a"]),
        ("#!/usr/bin/perl -w\nexit 0;\n", ["#!/usr/bin/perl -w"]),
        ("#!/usr/bin/env python3\nprint(1)\n", ["#!/usr/bin/env python3"]),
        ("[ -x /bin/x ] && dkms status && rmmod hello", ["rmmod hello"]),
    ])
    func allElseIs(_ script: String, _ commands: [String]) {
        #expect(ForeignWork(of: script).commands == commands)
    }

    @Test(.timeLimit(.minutes(1)))
    func manyDocumentsWithoutAnEndTakeNoLonger() {
        let line = "cat <<A\n"
        #expect(ForeignWork(of: String(repeating: line, count: 20_000) + "\tA").commands == ["A"])
    }
}
