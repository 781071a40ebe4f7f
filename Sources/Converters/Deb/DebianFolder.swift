import Archive
import DebFormat
import Diagnostics
import Kernels
import Settings
import SourceTree
import Templates

/// The `debian/` folder that has debhelper build the same packages as are written without it.
///
/// It is made of the packages themselves: what they say, their scripts, and the files that don't come from the tree.
struct DebianFolder {
    private let release: DriverRelease
    private let packages: [DebPackage]
    private let documentation: DebDocumentation

    /// - Parameter packages: what is to be built, the first of them with the source under /usr/src.
    init(_ release: DriverRelease, _ packages: [DebPackage]) {
        self.release = release
        self.packages = packages
        documentation = DebDocumentation(release: release)
    }

    private static let buildDepends = "debhelper-compat (= 13), dh-sequence-dkms"

    /// What a .dsc says of the packages.
    var description: ControlFields {
        ControlFields([
            "Source": release.naming.name,
            "Binary": packages.map(name).joined(separator: ", "),
            "Architecture": architectures,
            "Version": release.naming.full,
            "Maintainer": Contact.mailbox(release.metadata.maintainer),
            "Homepage": release.metadata.homepage ?? "",
            "Standards-Version": standardsVersion,
            "Testsuite": "autopkgtest-pkg-dkms",
            "Build-Depends": Self.buildDepends,
            "Package-List": packages.map {
                "\n\(name($0)) deb \(release.section) \(release.priority) arch=\($0.control["Architecture"] ?? "")"
            }.joined(),
        ])
    }

    /// Everything in it, by the path in it.
    func files() throws(Diagnostic) -> FileList {
        var files = [
            file("changelog", documentation.changelog), file("copyright", documentation.copyright),
            file("control", control), file("source/format", "3.0 (quilt)\n"),
            file("upstream/metadata", "Name: \(try Quoting.json.quote(release.identity.name))\n"),
            file(
                "rules",
                try release.settings.templates.render(
                    "deb-source/rules",
                    [
                        "PACKAGE": .shell(release.naming.dkmsPackage),
                        "FOLDER": .shell(release.identity.folderName),
                    ]), 0o755),
        ]
        var binaries: [String] = []
        for package in packages {
            files += self.files(of: package)
            for entry in ownFiles(of: package) {
                // dpkg-source takes no other file that diff calls binary, which a NUL near its start is enough for.
                guard case .file(let content) = entry.kind, try content.start(1 << 20).contains(0) else {
                    continue
                }
                binaries.append("debian/\(name(package)).files/\(entry.path)\n")
            }
        }
        if !binaries.isEmpty { files.append(file("source/include-binaries", binaries.joined())) }
        return try FileList(files).addingParents(mtime: release.settings.epoch)
    }

    /// Those that are called as the package is.
    private func files(of package: DebPackage) -> [FileEntry] {
        let name = name(package)
        let own = ownFiles(of: package)
        var files = own.map { file("\(name).files/\($0.path)", $0) }
        for (script, text) in package.scripts {
            files.append(file("\(name).\(script.rawValue)", debhelper(text)))
        }
        let lists = [
            // What each mode is, wherever the folder was kept meanwhile and whatever debhelper would make of it.
            ("modes", own.map { "\(Self.octal($0.permissions)) \($0.path)" }),
            ("conffiles", package.conffiles), ("triggers", package.triggers),
        ]
        for (list, lines) in lists where !lines.isEmpty {
            files.append(file("\(name).\(list)", lines.joined(separator: "\n") + "\n"))
        }
        if let overrides = package.files[path: DebDocumentation.overrides(of: name)] {
            files.append(file("\(name).lintian-overrides", overrides))
        }
        return files
    }

    /// What debhelper doesn't make by itself and the tree doesn't have.
    private func ownFiles(of package: DebPackage) -> [FileEntry] {
        let name = name(package)
        let made = DebDocumentation.paths(of: name)
        let hasTree = package == packages.first
        return package.files.filter { entry in
            entry.kind != .directory && !made.contains(entry.path)
                && !(hasTree && entry.path.hasPrefix("usr/src/\(release.identity.folderName)/"))
        }
    }

    private static func octal(_ permissions: UInt16) -> String {
        let digits = String(permissions, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
    }

    private var control: String {
        var source = ControlFields([
            "Source": release.naming.name, "Section": release.section, "Priority": release.priority,
            "Maintainer": Contact.mailbox(release.metadata.maintainer), "Build-Depends": Self.buildDepends,
            "Standards-Version": standardsVersion, "Homepage": release.metadata.homepage ?? "",
            "Rules-Requires-Root": "no", "Testsuite": "autopkgtest-pkg-dkms",
        ])
        for field in source.fields { source[field.name] = literal(field.value) }
        return ([source.text] + packages.map { stanza($0).text }).joined(separator: "\n")
    }

    private func stanza(_ package: DebPackage) -> ControlFields {
        var fields = ControlFields()
        let general = ["source", "version", "maintainer", "section", "priority", "homepage"]
        for field in package.control.fields where !general.contains(field.name.lowercased()) {
            let value = literal(field.value)
            // The version is that of the changelog, whose next entry is written by hand.
            fields[field.name] = field.name == "Description" ? value : followingChangelog(value, of: package)
        }
        let depends = ["${misc:Depends}"] + [fields["Depends"]].compactMap(\.self)
        fields["Depends"] = nil
        fields.insert("Depends", depends.joined(separator: ", "), after: "Architecture")
        return fields
    }

    /// Relations to the release's own names go on with its version; those to others are of a version that stays what it is.
    private func followingChangelog(_ relations: String, of package: DebPackage) -> String {
        let naming = release.naming
        let own =
            [naming.dkmsPackage, naming.usualPackage, "\(naming.name)-modules"]
            + [release.commonPackage].compactMap(\.self)
        let following = DebianRelation.items(of: relations).map { item in
            for name in own {
                if item == RelationTerm(name, "=", naming.full).debian, isRebuiltAlone(name, beside: package)
                {
                    return "\(name) (>= ${source:Version}), \(name) (<< ${source:Version}.1~)"
                }
                for sign in ["=", "<="] where item == RelationTerm(name, sign, naming.full).debian {
                    return RelationTerm(name, sign, "${binary:Version}").debian
                }
            }
            return item
        }
        return DebianRelation.field(following)
    }

    /// Whether a package may come in versions that another one, for all architectures, has none of: those of an archive that
    /// rebuilds it for one architecture, `1.5.0-1+b1`.
    private func isRebuiltAlone(_ other: String, beside package: DebPackage) -> Bool {
        func isForAll(_ package: DebPackage) -> Bool { package.control["Architecture"] == "all" }
        return isForAll(package) && packages.contains { name($0) == other && !isForAll($0) }
    }

    /// A value in which nothing is a variable to dpkg-gencontrol (deb-substvars(5)).
    private func literal(_ value: String) -> String { value.replacing("${", with: "${}{") }

    /// Where debhelper puts what it has to do, there being nothing of it today: in place of the empty line at the end.
    private func debhelper(_ script: String) -> String {
        let end = "\n\nexit 0\n"
        guard script.hasSuffix(end) else { return script + "#DEBHELPER#\n" }
        return script.dropLast(end.count) + "\n#DEBHELPER#\nexit 0\n"
    }

    /// The newest that the target's lintian knows.
    private var standardsVersion: String {
        let target = release.debianTarget()
        let isRecent =
            target.name == .debian
            ? (Int(target.version) ?? 0) >= 13 : target.name == .ubuntu && target.version >= "25"
        return isRecent ? "4.7.2" : "4.6.2"
    }

    private var architectures: String {
        var names: [String] = []
        for package in packages {
            let name = package.control["Architecture"] ?? "all"
            if !names.contains(name) { names.append(name) }
        }
        return names.joined(separator: " ")
    }

    private func name(_ package: DebPackage) -> String { package.control["Package"] ?? "" }

    /// `entry` as one of the folder's own, which anybody may read.
    private func file(_ path: String, _ entry: FileEntry) -> FileEntry {
        var entry = entry
        entry.path = path
        entry.permissions = 0o644
        return entry
    }

    private func file(_ path: String, _ text: String, _ permissions: UInt16 = 0o644) -> FileEntry {
        FileEntry(
            path: path, kind: .file(.text(text)), permissions: permissions, modified: release.settings.epoch)
    }
}
