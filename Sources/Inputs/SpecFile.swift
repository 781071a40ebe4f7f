import Diagnostics
import SourceTree
import SystemPackage

/// What a spec says of preparing its source, where it says so plainly.
///
/// A spec is a program for rpmbuild: conditions, shell and macros of the system decide what %prep does. Only `%setup`
/// and `%autosetup` with patches are understood; all else is refused rather than guessed at.
struct SpecFile {
    /// A patch of %prep, in the order in which it is applied.
    struct Patch: Hashable {
        let name: String
        let strip: Int
    }

    /// The archive of the source.
    let source: String
    /// The names of all sources, in the order of their numbers.
    let sources: [String]
    private(set) var patches: [Patch] = []
    /// The folder that the tree is in.
    private(set) var folder: String
    /// Whether %setup -c makes the folder, as the archive has none.
    private(set) var makesFolder = false
    /// The package for DKMS that is built of it; nil where there is none, or none of several stands out.
    let dkmsPackage: SpecPackage?

    private let shown: FilePath

    /// - Throws: `unsupported-spec`.
    init(
        _ text: String, name: String, version: String, release: String, shown: FilePath
    ) throws(Diagnostic) {
        self.shown = shown
        let preamble = try SpecPreamble(text, name: name, version: version, release: release, shown: shown)
        guard let source = preamble.sources[0] ?? preamble.sources.min(by: { $0.key < $1.key })?.value else {
            throw Self.unsupported(shown, "its spec names no source")
        }
        self.source = source
        sources = preamble.sources.sorted { $0.key < $1.key }.map(\.value)
        let built = PackageIdentity.dkmsPackage(among: preamble.packages.map(\.name), of: name)
        dkmsPackage = preamble.packages.first { $0.name == built }
        folder = "\(name)-\(version)"
        var hasSetup = false
        for line in preamble.preparation {
            var words = try preamble.expand(line).split(whereSeparator: \.isWhitespace).map(String.init)
            guard let macro = words.first else { continue }
            words.removeFirst()
            switch macro {
            case "%setup", "%autosetup":
                guard !hasSetup else {
                    throw Self.unsupported(shown, "its %prep unpacks more than one archive")
                }
                hasSetup = true
                let strip = try readSetup(words, isAutomatic: macro == "%autosetup")
                guard let strip else { continue }
                patches = preamble.patches.sorted { $0.key < $1.key }.map {
                    Patch(name: $0.value, strip: strip)
                }
            case "%autopatch":
                let strip = try Self.strip(words.filter { $0 != "-v" }, shown)
                patches += preamble.patches.sorted { $0.key < $1.key }.map {
                    Patch(name: $0.value, strip: strip)
                }
            case _ where macro.hasPrefix("%patch"):
                try readPatch(macro, words, preamble)
            default: throw Self.unsupported(shown, "its %prep has the line \(line.prefix(80))")
            }
        }
        guard hasSetup else { throw Self.unsupported(shown, "its %prep has no %setup") }
        guard folder != ".", folder != "..", !folder.contains("/") else {
            throw Self.unsupported(shown, "its %setup works in \(folder)")
        }
    }

    /// Takes the options of %setup or %autosetup; gives the strip of the patches where that applies them.
    private mutating func readSetup(_ words: [String], isAutomatic: Bool) throws(Diagnostic) -> Int? {
        var strip = 0
        var isPatching = isAutomatic
        var words = words[...]
        while let word = words.popFirst() {
            switch word {
            case "-q", "-v": break
            case "-c": makesFolder = true
            case "-n":
                guard let name = words.popFirst() else {
                    throw Self.unsupported(shown, "its %setup names no folder")
                }
                folder = name
            case "-N" where isAutomatic: isPatching = false
            case "-Spatch" where isAutomatic: break
            case "-p" where isAutomatic: strip = try Self.strip([word + (words.popFirst() ?? "")], shown)
            case _ where isAutomatic && word.hasPrefix("-p"): strip = try Self.strip([word], shown)
            default: throw Self.unsupported(shown, "its %setup has the option \(word)")
            }
        }
        return isPatching ? strip : nil
    }

    /// Takes `%patch0 -p1`, `%patch -P 0 -p1` or `%patch 0 -p1`.
    private mutating func readPatch(_ macro: String, _ words: [String], _ preamble: SpecPreamble)
        throws(Diagnostic)
    {
        var number = Int(macro.dropFirst("%patch".count))
        var rest: [String] = []
        var words = words[...]
        while let word = words.popFirst() {
            if word == "-P" {
                number = words.popFirst().flatMap { Int($0) }
            } else if word.hasPrefix("-P"), let value = Int(word.dropFirst(2)) {
                number = value
            } else if number == nil, let value = Int(word) {
                number = value
            } else if word == "-b" || word == "-z" {
                // The copies that these make are for whoever develops the patch.
                words = words.dropFirst()
            } else {
                rest.append(word)
            }
        }
        guard let name = preamble.patches[number ?? 0] else {
            throw Self.unsupported(shown, "its %prep applies a patch that it doesn't name: \(macro)")
        }
        patches.append(Patch(name: name, strip: try Self.strip(rest, shown)))
    }

    private static func strip(_ words: [String], _ shown: FilePath) throws(Diagnostic) -> Int {
        guard words.count <= 1 else {
            throw unsupported(shown, "its %prep patches with \(words.joined(separator: " "))")
        }
        guard let word = words.first else { return 0 }
        guard word.hasPrefix("-p"), let strip = Int(word.dropFirst(2)), (0...9).contains(strip) else {
            throw unsupported(shown, "its %prep patches with \(word)")
        }
        return strip
    }

    static func unsupported(_ package: FilePath, _ reason: String) -> Diagnostic {
        .error(
            "unsupported-spec", "\(package) is not prepared plainly: \(reason)",
            hint: "run rpmbuild -bp on it and give the folder, or give the -dkms .rpm that is built from it")
    }
}
