import ScratchFolder
import Templates
import Testing
import Tools

/// Whatever a name, a version or a path holds, a script that is filled with it is one still.
@Suite struct OddValuesTests {
    private let library = TemplateLibrary(folders: [])

    /// `values` with `odd` in the place of every one that is quoted for a shell.
    private static func spoilt(_ values: [String: TemplateValue], by odd: String) -> [String: TemplateValue] {
        values.mapValues { $0.quoting == .shell ? .shell(odd) : $0 }
    }

    @Test(
        .enabled(if: isInstalled("dash", "busybox"), "needs dash and busybox"),
        arguments: ShippedTemplatesTests.values.keys.sorted(), ["dash", "busybox"])
    func everyScriptParses(folder: String, shell: String) async throws {
        let values = try #require(ShippedTemplatesTests.values[folder])
        for odd in QuotingTests.hostile {
            let scripts = try library.render(folder: folder, Self.spoilt(values, by: odd))
            #expect(!scripts.isEmpty)
            for (name, text) in scripts {
                let arguments = shell == "busybox" ? ["sh", "-n"] : ["-n"]
                let outcome = try await Program(shell, arguments).capture(input: Array(text.utf8))
                let said = String(decoding: outcome.errorOutput, as: UTF8.self)
                #expect(outcome.status == 0, "\(folder)/\(name) with \(odd): \(said)")
            }
        }
    }

    /// The quotes that a value comes in are quotes only outside of others, which `sh -n` doesn't tell.
    @Test func noTokenIsWithinQuotes() throws {
        let names = library.names.filter { name in
            ShippedTemplatesTests.values.keys.contains { name.hasPrefix($0 + "/") }
                || name.hasPrefix("shared/")
        }
        var tokens = 0
        for name in names {
            for line in try library.source(name).text.split(separator: "\n") {
                for token in line.matches(of: /@[A-Z][A-Z0-9_]*@/) {
                    tokens += 1
                    let before = line[..<token.range.lowerBound]
                    for quote in ["\"", "'"] {
                        #expect(
                            before.split(separator: quote, omittingEmptySubsequences: false).count % 2 == 1,
                            "\(name): \(line)")
                    }
                    #expect(!before.contains("#"), "\(name): \(line)")
                }
            }
        }
        #expect(tokens > 20)
    }

    /// A folder that is new is in the list of values, unless it holds recipes for other tools, which have tests of their own.
    @Test func everyFolderIsTested() {
        let folders = Set(library.names.compactMap { $0.split(separator: "/").first.map(String.init) })
        let others: Set = ["alpine", "arch", "deb-source", "rpm-source", "shared"]
        #expect(folders.subtracting(others) == Set(ShippedTemplatesTests.values.keys))
    }
}
