import Archive
import DebFormat
import Diagnostics
import Kernels
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
            "Maintainer": release.metadata.maintainer,
            "Homepage": release.metadata.homepage ?? "",
            "Standards-Version": standardsVersion,
            "Testsuite": "autopkgtest-pkg-dkms",
            "Build-Depends": Self.buildDepends,
            "Package-List": packages.map {
                "\n\(name($0)) deb kernel optional arch=\($0.control["Architecture"] ?? "")"
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
                        "PACKAGE": .shell("\(release.naming.name)-dkms"),
                        "FOLDER": .shell(release.identity.folderName),
                    ]), 0o755),
        ]
        for package in packages {
            for (script, text) in package.scripts {
                files.append(file("\(name(package)).\(script.rawValue)", debhelper(text)))
            }
            if !package.triggers.isEmpty {
                files.append(
                    file("\(name(package)).triggers", package.triggers.joined(separator: "\n") + "\n"))
            }
            files += ownFiles(of: package)
        }
        return try FileList(files).addingParents(mtime: release.settings.epoch)
    }

    /// What debhelper doesn't make by itself and the tree doesn't have.
    private func ownFiles(of package: DebPackage) -> [FileEntry] {
        let name = name(package)
        var files: [FileEntry] = []
        for entry in package.files where entry.kind != .directory {
            if entry.path.hasPrefix("usr/src/") || entry.path.hasPrefix("usr/share/doc/\(name)/") { continue }
            var moved = entry
            moved.path =
                entry.path == "\(DebDocumentation.overrides)/\(name)"
                ? "\(name).lintian-overrides" : "\(name).files/\(entry.path)"
            files.append(moved)
        }
        return files
    }

    private var control: String {
        var source = ControlFields([
            "Source": release.naming.name, "Section": "kernel", "Priority": "optional",
            "Maintainer": release.metadata.maintainer, "Build-Depends": Self.buildDepends,
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
            fields[field.name] =
                field.name == "Description"
                ? value : value.replacing("(= \(release.naming.full))", with: "(= ${binary:Version})")
        }
        fields["Depends"] = (["${misc:Depends}"] + [fields["Depends"]].compactMap(\.self)).joined(
            separator: ", ")
        return fields
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

    private func file(_ path: String, _ text: String, _ permissions: UInt16 = 0o644) -> FileEntry {
        FileEntry(
            path: path, kind: .file(.text(text)), permissions: permissions, modified: release.settings.epoch)
    }
}
