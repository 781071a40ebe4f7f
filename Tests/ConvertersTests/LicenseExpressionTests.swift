import Diagnostics
import Testing

@testable import Converters

/// Which licences that somebody gave are SPDX expressions.
@Suite struct LicenseExpressionTests {
    @Test(arguments: [
        "GPL-2.0-only", "GPL-2.0-or-later OR MIT", "(GPL-2.0-only OR BSD-3-Clause) AND MIT",
        "GPL-2.0-only WITH Linux-syscall-note", "LicenseRef-Proprietary", "Apache-2.0+",
        "((MIT))", "DocumentRef-x:LicenseRef-y AND Zlib", "FSL-1.1-MIT OR MIT-Click",
    ])
    func right(_ expression: String) {
        #expect(PackageLicense.firstFault(in: expression) == nil)
        #expect(PackageLicense.warning(of: expression, at: nil) == nil)
    }

    @Test(arguments: [
        ("GPLv2+ and MIT", "say GPL-2.0-or-later AND MIT"),
        ("(GPLv2 or BSD-3-Clause)", "say (GPL-2.0-only OR BSD-3-Clause)"),
        ("GPL-2.0-only with Linux-syscall-note", "say GPL-2.0-only WITH Linux-syscall-note"),
        ("GPL", "say GPL-2.0-only or GPL-2.0-or-later"), ("GPL v2", "say GPL-2.0-only"),
        ("GPLv2+", "say GPL-2.0-or-later"), ("gpl-2.0", "say GPL-2.0-only"),
        ("GPL-2.0", "say GPL-2.0-only"), ("GPL-3+", "say GPL-3.0-or-later"),
        ("GNU GPL version 2 or later", "say GPL-2.0-or-later"), ("LGPLv2.1", "say LGPL-2.1-only"),
        ("Dual BSD/GPL", "say GPL-2.0-only OR BSD-3-Clause"), ("mit", "say MIT"),
        ("GPL-2.0-onyl", "say GPL-2.0-only"), ("Proprietary", "say LicenseRef-Proprietary"),
    ])
    func meant(_ expression: String, _ hint: String) {
        #expect(PackageLicense.warning(of: expression, at: nil)?.hint == hint)
    }

    @Test(arguments: [
        "", "MIT OR", "AND MIT", "(MIT", "MIT)", "MIT GPL-2.0-only", "MIT WITH", "MIT WITH (x)",
        "MIT or Zlib",
        "Whatever-Hello-1.0", "MIT WITH nothing-known-exception",
    ])
    func wrong(_ expression: String) {
        #expect(PackageLicense.firstFault(in: expression) != nil)
    }

    @Test func theWordIsNamed() {
        #expect(PackageLicense.firstFault(in: "MIT AND (GPLv2 OR Zlib)") == "GPLv2")
        #expect(PackageLicense.firstFault(in: "MIT WITH Linux-syscall-notes") == "Linux-syscall-notes")
    }
}
