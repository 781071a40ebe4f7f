package import Archive

/// An .rpm as a value: a binary one, or one of sources.
package struct RPMPackage: Hashable, Sendable {
    /// What rpm knows about a file beyond its content (rpm's include/rpm/rpmfiles.h).
    package struct FileFlags: OptionSet, Hashable, Sendable {
        package let rawValue: UInt32

        package init(rawValue: UInt32) { self.rawValue = rawValue }

        package static let config = FileFlags(rawValue: 1 << 0)
        package static let documentation = FileFlags(rawValue: 1 << 1)
        package static let missingOK = FileFlags(rawValue: 1 << 3)
        package static let noReplace = FileFlags(rawValue: 1 << 4)
        /// The spec file of a source package.
        package static let specification = FileFlags(rawValue: 1 << 5)
        /// Owned, but not in the payload.
        package static let ghost = FileFlags(rawValue: 1 << 6)
        package static let license = FileFlags(rawValue: 1 << 7)
    }

    /// When a scriptlet runs.
    package enum Scriptlet: CaseIterable, Hashable, Sendable {
        case pre, post, preUninstall, postUninstall, preTransaction, postTransaction

        /// As spec files call it, such as `%postun`.
        package var name: String {
            switch self {
            case .pre: "%pre"
            case .post: "%post"
            case .preUninstall: "%preun"
            case .postUninstall: "%postun"
            case .preTransaction: "%pretrans"
            case .postTransaction: "%posttrans"
            }
        }

        var tags: (text: RPMTag, program: RPMTag) {
            switch self {
            case .pre: (RPMTag(1023), RPMTag(1085))
            case .post: (RPMTag(1024), RPMTag(1086))
            case .preUninstall: (RPMTag(1025), RPMTag(1087))
            case .postUninstall: (RPMTag(1026), RPMTag(1088))
            case .preTransaction: (RPMTag(1151), RPMTag(1153))
            case .postTransaction: (RPMTag(1152), RPMTag(1154))
            }
        }

        var sense: RPMDependency.Sense {
            switch self {
            case .pre: .pre
            case .post: .post
            case .preUninstall: .preUninstall
            case .postUninstall: .postUninstall
            case .preTransaction: .preTransaction
            case .postTransaction: .postTransaction
            }
        }
    }

    package struct Change: Hashable, Sendable {
        /// Seconds since 1970, UTC; rpm shows the day only.
        package var time: Int64
        /// `Name <mail> - version-release`.
        package var author: String
        package var text: String

        package init(time: Int64, author: String, text: String) {
            self.time = time
            self.author = author
            self.text = text
        }
    }

    package var name: String
    package var epoch: UInt32?
    package var version: String
    package var release: String
    /// rpm's name of it, such as `x86_64` or `noarch`.
    package var architecture: String
    package var summary: String
    package var description: String
    package var license: String
    package var group = "System Environment/Kernel"
    package var url = ""
    package var vendor = ""
    package var packager = ""
    /// What the writer adds by itself isn't here: the package's own name, rpmlib(), interpreters, config().
    package var relations: [RPMRelation: [RPMDependency]] = [:]
    /// Those that the project asks for, whatever the kind of package.
    package var givenRelations: [RPMRelation: [RPMDependency]] = [:]
    /// Shell scripts.
    package var scriptlets: [Scriptlet: String] = [:]
    /// Everything that the package owns, so without folders such as /usr that others own.
    package var files: FileList
    package var flags: [String: FileFlags] = [:]
    /// Newest first.
    package var changelog: [Change] = []
    /// The name of the source package, which marks a package as a binary one.
    package var sourceRPM: String
    /// Set for a source package: its files lie in no folder, and what it requires is needed to build it.
    package var sources: Sources?
    package var buildTime: Int64

    package init(
        name: String, epoch: UInt32? = nil, version: String, release: String, architecture: String,
        summary: String, description: String, license: String, files: FileList, buildTime: Int64
    ) {
        self.name = name
        self.epoch = epoch
        self.version = version
        self.release = release
        self.architecture = architecture
        self.summary = summary
        self.description = description
        self.license = license
        self.files = files
        self.buildTime = buildTime
        sourceRPM = "\(name)-\(version)-\(release).src.rpm"
    }

    /// All that the package says of one kind, without what the writer adds.
    package func dependencies(_ relation: RPMRelation) -> [RPMDependency] {
        (relations[relation] ?? []) + (givenRelations[relation] ?? [])
    }

    /// What marks a source package among .rpm files (rpm's build/files.c, "processSourceFiles").
    package struct Sources: Hashable, Sendable {
        /// The name of the spec file.
        package var specification: String
        /// The names of the sources, in the order of their numbers.
        package var archives: [String]

        package init(specification: String, archives: [String]) {
            self.specification = specification
            self.archives = archives
        }
    }

    /// `name-version-release.architecture.rpm`, or `….src.rpm`.
    package var fileName: String {
        "\(name)-\(version)-\(release).\(sources == nil ? architecture : "src").rpm"
    }

    /// `[epoch:]version-release`.
    package var fullVersion: String { (epoch.map { "\($0):" } ?? "") + "\(version)-\(release)" }
}
