import Diagnostics
import RPMFormat
import SourceTree
import SystemPackage

/// The tags of a spec before its sections, those of its packages, and the lines of its %prep.
struct SpecPreamble {
    /// File names by number, without the address before them.
    private(set) var sources: [Int: String] = [:]
    private(set) var patches: [Int: String] = [:]
    /// The lines of %prep that do something.
    private(set) var preparation: [String] = []
    /// The packages that are built of it, as far as their names are known; the main one first.
    private(set) var packages: [SpecPackage]

    private var macros: SpecMacros
    private let shown: FilePath

    /// - Parameters:
    ///   - name, version, release: as the package's header has them, which is how rpmbuild expanded the spec's.
    init(
        _ text: String, name: String, version: String, release: String, shown: FilePath
    ) throws(Diagnostic) {
        self.shown = shown
        macros = SpecMacros(["name": name, "version": version, "release": release, "nil": ""])
        packages = [SpecPackage(name: name)]
        var section = ""
        var depth = 0
        for line in text.lines.map({ $0.drop(while: \.isWhitespace) }) {
            let word = line.prefix { !$0.isWhitespace }
            if line.isEmpty || line.hasPrefix("#") { continue }
            if Self.sections.contains(String(word)) {
                section = String(word)
                if section == "%package" { addPackage(line.dropFirst(word.count)) }
                continue
            }
            if word.hasPrefix("%if") { depth += 1 }
            switch section {
            case "%prep":
                guard depth == 0 else { throw SpecFile.unsupported(shown, "its %prep depends on conditions") }
                preparation.append(String(line))
            case "":
                readName(line)
                readRelation(line, isConditional: depth > 0)
                try readTag(line, isConditional: depth > 0)
            case "%package": readRelation(line, isConditional: depth > 0)
            default: break
            }
            if word == "%endif" { depth -= 1 }
        }
    }

    private static let sections: Set<String> = [
        "%description", "%package", "%prep", "%generate_buildrequires", "%conf", "%build", "%install",
        "%check", "%clean",
        "%files", "%changelog", "%pre", "%post", "%preun", "%postun", "%pretrans", "%posttrans", "%triggerin",
        "%triggerun", "%triggerpostun", "%verifyscript", "%sourcelist", "%patchlist",
    ]

    /// The main package's name, which need not be that of the source package: mkdkms calls it after the source always.
    private mutating func readName(_ line: Substring) {
        // Where there are macros in it the header knows better what they were.
        guard let tag = line.wholeMatch(of: /(?i)name\s*:\s*([^\s%]+)\s*/) else { return }
        let name = String(tag.1)
        packages[0].name = name
        macros.values["name"] = name
    }

    /// Takes `-n NAME`, or what stands behind the main name and a hyphen.
    private mutating func addPackage(_ words: Substring) {
        let words = ((try? macros.expanded(words)) ?? "").split(whereSeparator: \.isWhitespace)
        switch (words.first, words.dropFirst().first) {
        case ("-n", let name?): packages.append(SpecPackage(name: String(name)))
        case (let suffix?, _) where suffix != "-n":
            packages.append(SpecPackage(name: "\(packages[0].name)-\(suffix)"))
        // What is said of it is said of no other.
        default: packages.append(SpecPackage(name: ""))
        }
    }

    private mutating func readRelation(_ line: Substring, isConditional: Bool) {
        guard let tag = line.wholeMatch(of: /([A-Za-z]+)(?:\(([a-z, ]*)\))?\s*:\s*(.+?)\s*/),
            let field = RelationField(tag: tag.1, tag.2 ?? "")
        else { return }
        let last = packages.count - 1
        for item in RPMDependency.items(of: tag.3) {
            guard let known = try? macros.expanded(item.text) else {
                packages[last].unknownRelations[field, default: []].append(item.text)
                continue
            }
            // A macro that stands for nothing leaves nothing, or a comparison of nothing.
            guard let name = try? macros.expanded(item.name), !name.isEmpty else { continue }
            if field.isNeed, item.comparison == "=" {
                packages[last].exactRequires[name] = try? macros.expanded(item.version)
            }
            if isConditional {
                packages[last].unknownRelations[field, default: []].append(known)
            } else {
                packages[last].relations[field, default: []].append(known)
            }
        }
    }

    /// The highest number that a source or a patch is taken with; rpmbuild has no bound below that of its integers.
    private static let lastNumber = 99_999

    private mutating func readTag(_ line: Substring, isConditional: Bool) throws(Diagnostic) {
        if let macro = line.wholeMatch(of: /%(?:global|define)\s+([A-Za-z_]\w*)\s+(.*)/) {
            // One that asks the system is an error where it is used, and not before.
            macros.values[String(macro.1)] = isConditional ? nil : try? expand(String(macro.2))
            return
        }
        guard let tag = line.wholeMatch(of: /(?i)(source|patch)(\d*)\s*:\s*(\S+)\s*/) else { return }
        guard !isConditional else { throw SpecFile.unsupported(shown, "its \(tag.1)s depend on conditions") }
        let value = try expand(String(tag.3))
        let name = value.split(separator: "/").last.map(String.init) ?? value
        let isSource = tag.1.lowercased() == "source"
        let next = ((isSource ? sources : patches).keys.max() ?? -1) + 1
        let number = tag.2.isEmpty ? next : Int(tag.2)
        guard let number, number <= Self.lastNumber else {
            throw SpecFile.unsupported(
                shown, "a \(tag.1.lowercased()) has the number \(tag.2.isEmpty ? "\(next)" : tag.2)")
        }
        if isSource { sources[number] = name } else { patches[number] = name }
    }

    /// A text with the macros of the package and of the spec itself put in.
    ///
    /// - Throws: `unsupported-spec` for every other macro but the optional ones, which are empty.
    func expand(_ text: String) throws(Diagnostic) -> String {
        // A step of %prep, at the start of its line, is none of its macros.
        let start = text.prefixMatch(of: /%(?:setup|autosetup|autopatch|patch\d*)/)?.range.upperBound
        let (step, rest) = (text[..<(start ?? text.startIndex)], text[(start ?? text.startIndex)...])
        do throws(SpecMacros.Unknown) {
            return step + (try macros.expanded(rest))
        } catch {
            throw SpecFile.unsupported(shown, "its spec uses \(error.text)")
        }
    }
}
