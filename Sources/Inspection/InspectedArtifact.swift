package import Diagnostics
package import KernelModule

/// What an artifact turned out to be and to hold.
package struct InspectedArtifact: Sendable {
    package enum Format: String, Sendable { case ko, tarball, bundle, deb, rpm }

    package struct File: Sendable {
        /// As it is installed or extracted, without a leading `./` or `/`.
        package let path: String
        package let permissions: UInt16
        package let size: Int64
        /// Lower-case hex; nil for what has no content, such as a link.
        package let sha256: String?
    }

    package struct Module: Sendable {
        package let path: String
        package let facts: ModuleFile
    }

    /// A field of the format's own metadata, such as `Depends` or `license`.
    package struct Field: Sendable {
        package let name: String
        package let value: String
    }

    package var format: Format
    /// Within the format: `dkms`, `modules`, `kmod`, `source`, `bundle`, `module` or `other`.
    package var kind: String
    package var name: String
    package var version: String?
    package var metadata: [Field]
    /// Maintainer scripts and scriptlets by name.
    package var scripts: [String: String]
    /// Sorted by path; folders are left out.
    package var files: [File]
    /// Sorted by path; those that can be read.
    package var modules: [Module]
    /// What is damaged in it, each naming its file; the rest is told as if it were whole.
    package var faults: [Diagnostic] = []
}
