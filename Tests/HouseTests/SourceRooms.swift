import Diagnostics
import Streams
import SystemPackage

/// The sources as text: what each room holds and imports.
struct SourceRooms {
    struct File {
        let room: String
        /// Relative to the project, such as `Sources/Streams/Files.swift`.
        let path: String
        let text: String

        /// The modules of its import declarations, whatever their access level.
        let imports: Set<String>

        init(room: String, path: String, text: String) {
            self.room = room
            self.path = path
            self.text = text
            // Word by word: regular expressions over all sources take a minute in a debug build.
            imports = Set(
                text.split(separator: "\n").compactMap { line in
                    guard line.contains("import ") else { return nil }
                    var words = line.split(separator: " ")[...]
                    while let word = words.first, word.hasPrefix("@") || Self.levels.contains(word) {
                        words = words.dropFirst()
                    }
                    return words.first == "import" ? words.dropFirst().first.map(String.init) : nil
                })
        }

        /// The folder below the room that it lies in; nil for none.
        var folder: Substring? {
            let parts = path.split(separator: "/")
            return parts.count > 3 ? parts[2] : nil
        }

        /// Every word of its code, comments left out.
        var words: Set<Substring> {
            Set(
                text.split(separator: "\n").filter { !$0.drop { $0 == " " }.hasPrefix("//") }
                    .flatMap { line in line.split { !$0.isLetter && !$0.isNumber && $0 != "_" } })
        }

        /// The types that it declares for others, nested ones left out.
        var types: [Substring] {
            text.split(separator: "\n").compactMap { line in
                guard line.first?.isLetter == true else { return nil }
                let words = line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
                guard !words.contains("private"), !words.contains("fileprivate"),
                    let keyword = words.firstIndex(where: { Self.kinds.contains($0) })
                else { return nil }
                return words.dropFirst(keyword + 1).first
            }
        }

        private static let kinds: Set<Substring> = ["struct", "class", "enum", "actor", "protocol"]

        private static let levels: Set<Substring> = [
            "public", "package", "internal", "private", "fileprivate",
        ]
    }

    static let project = FilePath(#filePath).removingLastComponent().removingLastComponent()
        .removingLastComponent()

    let files: [File]

    /// Reads every Swift file beneath `Sources` or `Tests`.
    init(_ folder: String) throws {
        var files: [File] = []
        func read(_ path: FilePath, room: String, shown: String) throws {
            for name in try Files.names(in: path) {
                let file = path.appending(name)
                if Files.isDirectory(file) {
                    try read(file, room: room, shown: "\(shown)/\(name)")
                } else if name.hasSuffix(".swift") {
                    files.append(File(room: room, path: "\(shown)/\(name)", text: try Files.readText(file)))
                }
            }
        }
        let top = Self.project.appending(folder)
        for room in try Files.names(in: top) where Files.isDirectory(top.appending(room)) {
            try read(top.appending(room), room: room, shown: "\(folder)/\(room)")
        }
        self.files = files
    }

    var rooms: Set<String> { Set(files.map(\.room)) }
}
