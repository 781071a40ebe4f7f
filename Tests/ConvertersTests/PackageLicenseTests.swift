import Converters
import Testing

@Suite struct PackageLicenseTests {
    @Test(arguments: [
        ("// SPDX-License-Identifier: GPL-2.0\nMODULE_LICENSE(\"GPL\");", "GPL-2.0-only"),
        ("/* SPDX-License-Identifier: GPL-2.0+ */\nMODULE_LICENSE(\"GPL\");", "GPL-2.0-or-later"),
        (
            "// SPDX-License-Identifier: (GPL-2.0-only OR MIT)\nMODULE_LICENSE(\"GPL\");",
            "GPL-2.0-only OR MIT"
        ),
        ("// SPDX-License-Identifier: (GPL-2.0 OR BSD-3-Clause)\r\n", "GPL-2.0-only OR BSD-3-Clause"),
        ("// SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note\n", "GPL-2.0-only"),
        ("// SPDX-License-Identifier: ((GPL-2.0) OR (LGPL-2.1+))", "((GPL-2.0-only) OR (LGPL-2.1-or-later))"),
        ("// SPDX-License-Identifier: GPL-2.0-with-classpath-exception", "GPL-2.0-with-classpath-exception"),
        ("// SPDX-License-Identifier:\n// SPDX-License-Identifier: MIT\n", "MIT"),
        ("// SPDX-License-Identifier: \nMODULE_LICENSE(\"GPL v2\");", "GPL-2.0-only"),
    ])
    func theIdentifierDecides(source: String, expected: String) {
        #expect(PackageLicense.of(source: source) == expected)
    }

    @Test(arguments: [
        ("MIT", "Proprietary", "MIT AND LicenseRef-Proprietary"),
        ("MIT", "NVIDIA", "MIT AND LicenseRef-NVIDIA"),
        ("GPL-2.0 OR MIT", "Acme, Inc.", "(GPL-2.0-only OR MIT) AND LicenseRef-Acme-Inc."),
        ("MIT", "Dual MIT/GPL", "MIT"), ("MIT", "MIT", "MIT"), ("GPL-2.0", "Dual BSD/GPL", "GPL-2.0-only"),
        ("LicenseRef-Own", "GPL", "LicenseRef-Own"),
    ])
    func theKernelIsToldMore(identifier: String, module: String, expected: String) {
        let source = "// SPDX-License-Identifier: \(identifier)\nMODULE_LICENSE(\"\(module)\");\n"
        #expect(PackageLicense.of(source: source) == expected)
    }

    @Test(arguments: [
        ("GPL", "GPL-2.0-only"), ("GPL v2", "GPL-2.0-only"), ("Dual MIT/GPL", "GPL-2.0-only OR MIT"),
        ("Dual BSD/GPL", "GPL-2.0-only OR BSD-3-Clause"), ("Proprietary", "LicenseRef-Proprietary"),
        ("NVIDIA", "LicenseRef-NVIDIA"), ("see LICENSE", "LicenseRef-see-LICENSE"),
        ("?", "LicenseRef-Unknown"),
    ])
    func elseTheMacroDoes(license: String, expected: String) {
        #expect(PackageLicense.of(source: "MODULE_LICENSE( \"\(license)\" );\n") == expected)
    }

    @Test(arguments: [
        ("MODULE_LICENSE(\"GPL\" \" v2\");", "GPL-2.0-only"),
        ("MODULE_LICENSE (\n\t\"Dual MIT/GPL\"\n);", "GPL-2.0-only OR MIT"),
        (
            "MODULE_LICENSE(\"GPL\");\nMODULE_LICENSE(\"Proprietary\");",
            "GPL-2.0-only AND LicenseRef-Proprietary"
        ),
        ("MODULE_LICENSE(LICENSE);", nil), ("MODULE_LICENSE(\"GPL\" LATER);", nil),
        ("MODULE_LICENSE(\"GPL", nil),
        ("XMODULE_LICENSE(\"MIT\");", nil),
        ("MODULE_LICENSE(\"GPL\");MODULE_LICENSE(\"MIT\");", "GPL-2.0-only AND MIT"),
    ])
    func theMacroTakesLiterals(source: String, expected: String?) {
        #expect(PackageLicense.of(source: source) == expected)
    }

    @Test func theTextMayAllowLaterVersions() {
        let text = """
            /*
             * either version 2 of the License, or (at your option) any later
             * version.
             */
            MODULE_LICENSE("GPL v2");
            """
        #expect(PackageLicense.of(source: text) == "GPL-2.0-or-later")
    }

    @Test func commentsNameNoLicence() {
        let text = """
            // MODULE_LICENSE("Proprietary"); \\
               MODULE_LICENSE("Proprietary");
            /* MODULE_LICENSE("Dual MIT/GPL"); */
            #error don't
            /* MODULE_LICENSE("Dual BSD/GPL"); */
            static const char *text = "/*", quote = '"';
            MODULE_LICENSE("GPL");
            static const char *more = "*/ // \\" /*";
            """
        #expect(PackageLicense.of(source: text) == "GPL-2.0-only")
        #expect(PackageLicense.of(source: "/* MODULE_LICENSE(\"GPL\"); */") == nil)
    }

    @Test(
        arguments: [
            ([], nil), (["GPL-2.0-only", "GPL-2.0-only"], "GPL-2.0-only"),
            (["GPL-2.0-only", "MIT"], "GPL-2.0-only AND MIT"),
            (["MIT AND LicenseRef-A", "MIT", "LicenseRef-A"], "MIT AND LicenseRef-A"),
            (["GPL-2.0-only OR MIT", "GPL-2.0-or-later"], "(GPL-2.0-only OR MIT) AND GPL-2.0-or-later"),
        ] as [([String], String?)])
    func severalHoldTogether(_ licenses: [String], _ expected: String?) {
        #expect(PackageLicense.joined(licenses) == expected)
    }

    @Test func aFileWithoutEitherSaysNothing() {
        #expect(PackageLicense.of(source: "int x; /* any later version */\n") == nil)
    }

    @Test(arguments: [
        ("GPL-2.0-only", "GPL-2"), ("GPL-2.0-or-later", "GPL-2+"), ("GPL-2.0-only OR MIT", "GPL-2 or Expat"),
        ("GPL-2.0-only AND MIT", "GPL-2 and Expat"),
        ("(GPL-2.0-only OR MIT) AND GPL-2.0-or-later", "GPL-2 or Expat, and GPL-2+"),
        ("GPL v2", "GPL-v2"), ("LGPL-2.1-only", "LGPL-2.1-only"), ("BSD-3-Clause", "BSD-3-clause"),
        ("(MIT)", "Expat"), ("MIT-0", "MIT-0"),
    ])
    func inDebiansWords(expression: String, expected: String) {
        #expect(PackageLicense.debian(expression) == expected)
    }
}
