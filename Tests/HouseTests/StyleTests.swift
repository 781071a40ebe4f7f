import Testing

/// The rules of style that neither compiler nor formatter check.
@Suite struct StyleTests {
    private let files: [SourceRooms.File]

    init() throws { files = try SourceRooms("Sources").files + SourceRooms("Tests").files }

    @Test func thereAreFilesToCheck() {
        #expect(files.count > 200)
        #expect(files.contains { $0.path == "Tests/HouseTests/StyleTests.swift" })
    }

    /// The embedded templates are generated: each file as long as the folder that it embeds.
    @Test func noFileIsTooLong() {
        for file in files where !file.path.hasPrefix("Sources/Templates/Embedded/") {
            let lines = file.text.split(separator: "\n", omittingEmptySubsequences: false).count
            #expect(lines <= 401, "\(file.path) has \(lines) lines")
        }
    }

    @Test func nothingTrapsOnPurpose() {
        for file in files where !file.path.hasPrefix("Tests/HouseTests/") {
            for word in ["try!", "as!", "fatalError(", "preconditionFailure(", "import Foundation\n"] {
                #expect(!file.text.contains(word), "\(file.path) has \(word)")
            }
        }
    }

    /// What a compressed file begins like stands in one place, and everybody else asks there.
    @Test(arguments: ["0x1f, 0x8b", "0xfd, 0x37", "0x28, 0xb5"])
    func magicNumbersStandOnce(_ magic: String) {
        let places = files.filter { $0.path.hasPrefix("Sources/") && $0.text.lowercased().contains(magic) }
            .map(\.path)
        #expect(places == ["Sources/Compression/CompressionFormat.swift"])
    }

    /// SwiftPM compiles two files of one name in one target to one object file.
    @Test func noTwoFilesOfATargetShareTheirName() {
        var seen: Set<String> = []
        for file in files {
            let name = file.path.split(separator: "/").last ?? ""
            #expect(seen.insert("\(file.room)/\(name)").inserted, "\(file.path)")
        }
    }

    @Test func noNameSaysNothing() {
        for file in files where file.path.hasPrefix("Sources/") {
            for line in file.text.split(separator: "\n") where line.first?.isLetter == true {
                let words = line.split(whereSeparator: { !$0.isLetter })
                for (keyword, name) in zip(words, words.dropFirst())
                where ["struct", "class", "enum", "actor", "protocol"].contains(keyword) {
                    for word in ["Manager", "Helper", "Util"] {
                        #expect(!name.contains(word), "\(file.path): \(name)")
                    }
                }
            }
        }
    }
}
