package import Archive
package import Compression

/// A Debian source package of the format 3.0 (quilt) as a value: what `dpkg-source --build` would be given.
package struct DebSourcePackage: Hashable, Sendable {
    /// What the .dsc says of it: Source, Binary, Architecture, Version, Maintainer, Build-Depends and the like, in
    /// their order; Format and the checksums are filled in (Debian Policy 5.4).
    package var fields: ControlFields
    /// The release of the module's authors, without a folder around it and without a `debian/` of its own.
    package var original: FileList
    /// What is beneath `debian/`, by its path there.
    package var debian: FileList

    package init(fields: ControlFields, original: FileList, debian: FileList) {
        self.fields = fields
        self.original = original
        self.debian = debian
    }

    package var name: String { fields["Source"] ?? "" }

    /// Without its revision.
    package var upstreamVersion: String {
        let version = fields["Version"] ?? ""
        return version.lastIndex(of: "-").map { String(version[..<$0]) } ?? version
    }

    /// The folder that `dpkg-source --extract` makes.
    package var folderName: String { "\(name)-\(upstreamVersion)" }

    /// `n_V-R.dsc`.
    package var fileName: String { "\(name)_\(fields["Version"] ?? "").dsc" }

    package func originalName(_ format: CompressionFormat) -> String {
        "\(name)_\(upstreamVersion).orig.tar\(format.suffix)"
    }

    package func debianName(_ format: CompressionFormat) -> String {
        "\(name)_\(fields["Version"] ?? "").debian.tar\(format.suffix)"
    }
}
