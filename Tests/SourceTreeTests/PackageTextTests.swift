import Diagnostics
import Testing

@testable import Inputs

/// What is read of the texts that packages come with.
@Suite struct PackageTextTests {
    @Test(arguments: ["\n", "\r\n"])
    func paragraphsEndAtBlankLines(_ end: String) {
        let text = ["", "a", " b", "", " \t", "c", "", ""].joined(separator: end)
        #expect(text.paragraphs.map { $0.lines.map(String.init) } == [["a", " b"], ["c"]])
        #expect("".paragraphs.isEmpty)
    }

    @Test(arguments: ["\n", "\r\n"])
    func theLicenceIsThatOfAllFiles(_ end: String) {
        let text = [
            "Format: x", "", "Files: debian/*", "License: GPL-2+", "", "Files: *", "License: Expat", "",
        ]
        #expect(DebianCopyright.license(text.joined(separator: end)) == "MIT")
    }

    @Test(arguments: [
        (
            ["a (>= ${source:Version})", "a (<< ${source:Version}.1~)", "b"],
            ["a (= ${source:Version})", "b"]
        ),
        (["a1 (>= ${source:Version})", "a (<< ${source:Version}.1~)"], nil),
        (["a (>= ${source:Version})", "b", "a (<< ${source:Version}.1~)"], nil),
        (["a (<< ${source:Version}.1~)", "a (>= ${source:Version})"], nil), ([], nil),
    ])
    func boundsOfOneVersionAreOne(_ items: [String], _ joined: [String]?) {
        #expect(OriginalMetadata.joiningBounds(items) == joined ?? items)
    }
}
