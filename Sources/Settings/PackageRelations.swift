package import Diagnostics

/// Which packages of a release a relation is for, in the words of the settings file.
package enum PackageKind: String, CaseIterable, Hashable, Sendable {
    /// The source, which is built on the user's machine.
    case dkms
    /// Finished modules, in whatever kind of package.
    case modules
    /// Nothing but the wish for the newest kernel's modules.
    case meta
    /// The files beside the module.
    case common
}

/// What the settings file says of the relations of one format's packages.
package struct PackageRelations: Hashable, Sendable {
    /// Those of every package that has the module in it, as source or finished.
    package var general = ExtraRelations()
    /// Those of one kind alone.
    package var particular: [PackageKind: ExtraRelations] = [:]
    /// What only a build seems to need among those that packages of finished modules have as well: `build-relation`.
    package var warningsOfModules: [Diagnostic] = []

    package init() {}

    /// What packages of a kind have.
    package func of(_ kind: PackageKind) -> ExtraRelations {
        let own = particular[kind] ?? ExtraRelations()
        return switch kind {
        case .dkms, .modules: general.joined(own)
        case .meta, .common: own
        }
    }
}

/// Relations to other packages, in the words of the package manager: `libelf-dev (>= 0.150)`, `libelf >= 0.150`.
package struct ExtraRelations: Hashable, Sendable {
    package var requires: [String] = []
    package var recommends: [String] = []
    package var suggests: [String] = []
    package var provides: [String] = []
    package var conflicts: [String] = []
    /// `Breaks` of a .deb, `Conflicts` of an .rpm, which has no weaker word.
    package var breaks: [String] = []
    /// `Replaces` of a .deb, `Obsoletes` of an .rpm.
    package var replaces: [String] = []
    /// Of a package that a tree came in; the settings file has no key for it, nor for those below.
    package var enhances: [String] = []
    /// Of an .rpm alone.
    package var supplements: [String] = []
    /// What is needed while something is done with the package, by the words of a tag of a spec: `pre` is Pre-Depends of a .deb
    /// and `Requires(pre)` of an .rpm, which has others too.
    package var scripts: [String: [String]] = [:]
    /// `OrderWithRequires` of an .rpm, by such words or none.
    package var order: [String: [String]] = [:]

    package init() {}

    /// These, and the other's behind them, each once.
    func joined(_ other: ExtraRelations) -> ExtraRelations {
        var both = self
        for list in Self.keys.map(\.list) + [\.enhances, \.supplements] {
            for item in other[keyPath: list] where !both[keyPath: list].contains(item) {
                both[keyPath: list].append(item)
            }
        }
        for list in [\ExtraRelations.scripts, \.order] {
            for (purpose, items) in other[keyPath: list] {
                let known = both[keyPath: list][purpose] ?? []
                both[keyPath: list][purpose] = known + items.filter { !known.contains($0) }
            }
        }
        return both
    }

    /// Each of them that has a key in the settings file, with that.
    static var keys: [(name: String, list: WritableKeyPath<ExtraRelations, [String]>)] {
        [
            ("requires", \.requires), ("recommends", \.recommends), ("suggests", \.suggests),
            ("provides", \.provides), ("conflicts", \.conflicts), ("breaks", \.breaks),
            ("replaces", \.replaces),
        ]
    }

    /// That of a key; nil for another word.
    static func list(_ name: String) -> WritableKeyPath<ExtraRelations, [String]>? {
        keys.first { $0.name == name }?.list
    }
}
