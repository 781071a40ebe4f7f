package import Diagnostics
package import SystemPackage

/// Which package manager a repository is for, as `release --repo` calls it.
package enum RepositoryKind: String, CaseIterable, Hashable, Sendable {
    case apt, dnf

    var type: any PackageRepository.Type {
        switch self {
        case .apt: AptRepository.self
        case .dnf: DnfRepository.self
        }
    }

    /// To be asked of a release before anything is built.
    ///
    /// - Throws: `in-repository` where the folder is a repository that `chosen` leaves out: its lists would no longer be
    ///   true; `unsigned-repository` where one that is signed would be written without a key; `missing-program`.
    package static func check(
        _ folder: FilePath, chosen: [RepositoryKind], hasKey: Bool
    ) throws(Diagnostic) {
        for kind in allCases where kind.type.isAt(folder) && !chosen.contains(kind) {
            let all = (chosen + [kind]).map { "--repo \($0.rawValue)" }.joined(separator: " ")
            throw .error(
                "in-repository",
                "\(folder) is a repository for \(kind.rawValue), whose lists would no longer be true",
                hint: "give \(all), which writes packages and lists together, or another folder with -o",
                status: .usage)
        }
        for kind in allCases where chosen.contains(kind) { try kind.type.check(folder, hasKey: hasKey) }
    }
}
