/// What a source file of a module says of its licence.
struct FileLicense {
    private let source: CSource
    /// Its `SPDX-License-Identifier` with the names of today; nil where it has none.
    private let identifier: String?
    /// Its `MODULE_LICENSE`s outside comments, and where they are.
    private let macros: [(license: String, place: Int)]

    /// - Parameter code: the file without its comments.
    init(_ source: CSource, withoutComments code: CSource) {
        self.source = source
        identifier = source.remark(behind: "SPDX-License-Identifier:").map(PackageLicense.current)
        macros = code.places(of: "MODULE_LICENSE").compactMap { place in
            code.argument(at: place).map { ($0, place) }
        }
    }

    /// As ``PackageLicense/of(source:)`` has it.
    var expression: String? {
        if let identifier {
            let others = macros.map(\.license).filter { !PackageLicense.isFreeMacro($0) }
            return PackageLicense.joined(
                [identifier] + others.map { PackageLicense.meaning(of: $0, gpl: "") })
        }
        guard !macros.isEmpty else { return nil }
        let gpl = source.saysAnyLaterVersion ? "GPL-2.0-or-later" : "GPL-2.0-only"
        return PackageLicense.joined(macros.map { PackageLicense.meaning(of: $0.license, gpl: gpl) })
    }

    /// What its identifier and one of its macros say, and in which line that is, counted from 1, if only one of the two is of
    /// a free licence; nil where they agree or one is missing.
    var contradiction: (identifier: String, macro: String, line: Int)? {
        guard let identifier else { return nil }
        let isFree = PackageLicense.words(of: identifier).contains(where: PackageLicense.isFreeIdentifier)
        let other = macros.first { macro in
            let isMacroFree =
                PackageLicense.isFreeMacro(macro.license)
                || PackageLicense.isFreeIdentifier(PackageLicense.meaning(of: macro.license, gpl: ""))
            return isMacroFree != isFree
        }
        return other.map { (identifier, $0.license, source.line(of: $0.place)) }
    }
}
