package import Diagnostics
import Kernels
package import Settings
import SourceTree

extension CarriedRelations {
    /// What the packages that `converters` write of the source lack; no others are told what the tree's own one said.
    ///
    /// `relations-left-out`, for each kind of packages, for all that they don't say, unless the project says itself what they
    /// need; `files-left-out` where it needed its release's package of files beside the module, and this release has none.
    package func warnings(
        for converters: [any Converter], _ naming: PackageNaming, _ project: ProjectSettings
    ) -> [Diagnostic] {
        var warnings: [Diagnostic] = []
        for format in Distribution.PackageFormat.allCases
        where converters.contains(where: { $0.packsSource && $0.packageFormat == format }) {
            let translation = translation(into: format, naming)
            var lost = translation.leftOut
            var lacksFiles = false
            for (field, items) in lost where field.isNeed {
                let others = items.filter { !needs($0, naming.commonPackage) }
                if others.count < items.count { lacksFiles = true }
                lost[field] = others
            }
            if !project.says(format),
                let warning = leftOut(lost, beside: translation.relations, in: format, naming)
            {
                warnings.append(warning)
            }
            if lacksFiles, project.files.isEmpty, !areFilesTold {
                warnings.append(Self.filesLeftOut(naming.commonPackage, format))
            }
        }
        return warnings
    }

    private func leftOut(
        _ items: [RelationField: [String]], beside carried: ExtraRelations,
        in target: Distribution.PackageFormat,
        _ naming: PackageNaming
    ) -> Diagnostic? {
        let certain = list(items)
        let doubtful = list(uncertain.mapValues { $0.filter { !isOfItself($0, naming) } })
        guard !certain.isEmpty || !doubtful.isEmpty else { return nil }
        let package = Self.name(of: target)
        let said =
            switch (certain.isEmpty, doubtful.isEmpty) {
            case (false, true): certain
            case (true, _): "what only rpmbuild can tell of conditions and macros: \(doubtful)"
            case (false, false):
                "\(certain); and what only rpmbuild can tell of conditions and macros: \(doubtful)"
            }
        return .warning(
            "relations-left-out",
            "of what the package that the tree came in says of others, \(package) made of it leaves out: \(said)",
            hint: Self.hint(for: target, carried))
    }

    /// `Depends: a, b; Breaks: c (<< 2)`, in the order of the fields.
    private func list(_ items: [RelationField: [String]]) -> String {
        items.sorted { $0.key < $1.key }.compactMap { field, found in
            guard !found.isEmpty, let name = format == .deb ? field.debian : field.rpm else { return nil }
            return "\(name): \(found.joined(separator: ", "))"
        }.joined(separator: "; ")
    }

    private static func hint(for format: Distribution.PackageFormat, _ carried: ExtraRelations) -> String {
        switch format {
        case .deb, .rpm:
            return
                "what mkdkms.yaml gives takes the place of all that is carried: give that there together with what matters, as in: "
                + "\(format.rawValue): {dkms: {\(settings(carried))}}"
        case .pacman: return "add what has a name there to the PKGBUILD"
        case .apk: return "add what has a name there to the APKBUILD"
        }
    }

    /// What is carried in the words of the settings file, with a place for more.
    private static func settings(_ carried: ExtraRelations) -> String {
        var given = carried
        // The settings have no word for when something is needed.
        for item in carried.fields.filter(\.isNeed).flatMap({ carried[$0] }) {
            given.add(item, to: .requires)
        }
        given.requires.append("NAME")
        return RelationField.plain.compactMap { field in
            // Nor have they one for these.
            guard !given[field].isEmpty, field != .enhances, field != .supplements else { return nil }
            let items = given[field].map { item in
                let isPlain = item.allSatisfy { $0.isLetter || $0.isNumber || "-+._".contains($0) }
                return isPlain ? item : "'\(item.replacing("'", with: "''"))'"
            }
            return "\(field): [\(items.joined(separator: ", "))]"
        }.joined(separator: ", ")
    }

    private static func filesLeftOut(_ package: String, _ format: Distribution.PackageFormat) -> Diagnostic {
        .warning(
            "files-left-out",
            "the package that the tree came in needs the files of \(package), and \(name(of: format)) made of it lacks them",
            hint: "name those files under files: of mkdkms.yaml")
    }

    /// With an article.
    private static func name(of format: Distribution.PackageFormat) -> String {
        switch format {
        case .deb: "a .deb"
        case .rpm: "an .rpm"
        case .pacman, .apk: "a package for \(format.rawValue)"
        }
    }
}

extension ProjectSettings {
    /// Whether the settings name relations of the packages themselves.
    fileprivate func says(_ format: Distribution.PackageFormat) -> Bool {
        switch format {
        case .deb: debRelations.of(.dkms) != ExtraRelations()
        case .rpm: rpmRelations.of(.dkms) != ExtraRelations()
        case .pacman, .apk: false
        }
    }
}

extension DriverRelease {
    /// What the settings file gives the .debs of a kind, or else, to the `-dkms` one, what the tree's own package said.
    ///
    /// That is for building and for the tree's hooks: finished modules need none of it.
    func debRelations(of kind: PackageKind) -> ExtraRelations {
        relations(project.debRelations.of(kind), or: kind == .dkms ? carried : nil, .deb)
    }

    /// The same of .rpms.
    func rpmRelations(of kind: PackageKind) -> ExtraRelations {
        relations(project.rpmRelations.of(kind), or: kind == .dkms ? carried : nil, .rpm)
    }

    /// The versions of dkms that the tree's own package asked for, as far as a package of the format can.
    ///
    /// They hold whatever the settings file adds, for they are part of what ours ask for by themselves.
    func carriedEngine(_ format: Distribution.PackageFormat) -> [RelationTerm] {
        carried?.translation(into: format, naming).engine ?? []
    }

    /// Where the release has its files beside the module itself, none of another release are asked for.
    private func relations(
        _ own: ExtraRelations, or carried: CarriedRelations?, _ format: Distribution.PackageFormat
    ) -> ExtraRelations {
        guard own == ExtraRelations(), let carried else { return own }
        var relations = carried.translation(into: format, naming).relations
        if let commonPackage {
            for field in relations.fields where field.isNeed {
                relations[field].removeAll { carried.needs($0, commonPackage) }
            }
        }
        return relations
    }
}
