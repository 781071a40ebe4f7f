import Converters
import Diagnostics
import Inputs
import Settings
import SourceTree

extension TreeOptions {
    /// Reads the tree; what was unpacked for it is gone with the result.
    func load(_ events: @escaping WorkSink) async throws(Diagnostic) -> LoadedTree {
        let loaded = try await LoadedTree.load(tree, packageVersion: settledVersion())
        for warning in loaded.warnings { events(.diagnostic(warning)) }
        return loaded
    }
}

extension LoadedTree {
    /// What the package that the tree came in says of itself.
    var given: PackageMetadata.Given {
        PackageMetadata.Given(
            maintainer: metadata?.maintainer, license: metadata?.license, summary: metadata?.summary,
            homepage: metadata?.homepage)
    }

    /// What the package that the tree came in says of others; nil where it came in none.
    var carried: CarriedRelations? {
        let versions = metadata?.ownVersions ?? []
        let areFilesTold = metadata?.areFilesTold == true
        let companions = metadata?.companions ?? []
        return switch metadata?.relations {
        case .debian(let said):
            CarriedRelations(
                debian: said, versions: versions, companions: companions, areFilesTold: areFilesTold)
        case .rpm(let said):
            CarriedRelations(
                rpm: said, versions: versions, companions: companions,
                uncertain: metadata?.uncertainRelations ?? [:], areFilesTold: areFilesTold)
        case nil: nil
        }
    }
}

extension LoadedTree {
    /// What the package that the tree came in says of itself in texts; nothing where it came in none.
    var texts: CarriedTexts {
        var texts = CarriedTexts(copyright: metadata?.copyright, licenses: metadata?.licenses ?? [:])
        texts.section = metadata?.section
        texts.priority = metadata?.priority
        texts.description = metadata?.description.map(StockDescription.without) ?? []
        return texts
    }
}

extension LoadedTree {
    /// Where the package that the tree came in stands in its history; nil where it came in none.
    var history: CarriedHistory? {
        guard let metadata, let version = metadata.packageVersion else { return nil }
        return CarriedHistory(
            version: CarriedHistory.Version(version),
            changes: metadata.changes.map {
                CarriedHistory.Change(
                    version: $0.version.map { CarriedHistory.Version($0) }, time: $0.time, author: $0.author,
                    changes: $0.changes)
            })
    }
}

extension LoadedTree {
    /// What the package that the tree came in is called where it is installed; nil where it came in none.
    var formerName: FormerName? {
        guard let name = metadata?.installedName, let version = metadata?.packageVersion else { return nil }
        return FormerName(of: name, version: version)
    }
}

extension SettingsFile {
    /// The metadata that options give too.
    var given: PackageMetadata.Given {
        PackageMetadata.Given(
            maintainer: options["maintainer"], license: options["license"], summary: options["summary"],
            homepage: options["homepage"])
    }
}
