import Converters
import Testing

/// Licences of source files as packages name them.
@Suite struct PackageLicenseTests {
    @Test(
        arguments: [
            ("// SPDX-License-Identifier: GPL-2.0\nMODULE_LICENSE(\"Dual BSD/GPL\");", "GPL-2.0-only"),
            ("/* SPDX-License-Identifier: GPL-2.0+ */", "GPL-2.0-or-later"),
            ("// SPDX-License-Identifier: (GPL-2.0-only OR MIT)\r\n", "GPL-2.0-only OR MIT"),
            ("// SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note", "GPL-2.0-only"),
            ("MODULE_LICENSE(\"GPL\");", "GPL-2.0-only"), ("MODULE_LICENSE(\"GPL v2\");", "GPL-2.0-only"),
            ("/* or (at your option) any\n * later version */ MODULE_LICENSE(\"GPL\");", "GPL-2.0-or-later"),
            ("MODULE_LICENSE(\"Dual MIT/GPL\");", "GPL-2.0-only OR MIT"),
            ("MODULE_LICENSE(\"Proprietary\");", "LicenseRef-Proprietary"), ("int x;", nil),
        ] as [(String, String?)])
    func isWhatTheSourceSays(_ source: String, _ expected: String?) {
        #expect(PackageLicense.of(source: source) == expected)
    }

    /// The short names of Debian's copyright format 1.0.
    @Test(
        arguments: [
            ("GPL-2.0-only", "GPL-2"), ("GPL-2.0-or-later", "GPL-2+"), ("LGPL-2.1-only", "LGPL-2.1-only"),
            ("GPL-2.0-only OR MIT", "GPL-2 or Expat"),
            ("GPL-2.0-only OR BSD-3-Clause", "GPL-2 or BSD-3-clause"),
            ("GPL v2", "GPL-v2"),
        ])
    func inDebiansWords(_ expression: String, _ expected: String) {
        #expect(PackageLicense.debian(expression) == expected)
    }
}
