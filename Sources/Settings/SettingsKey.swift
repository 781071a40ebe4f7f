/// A key of a settings file, and what may stand behind it; docs/settings.md and the JSON schema list the same ones.
package struct SettingsKey: Hashable, Sendable {
    /// Who may set it.
    package enum Scope: Hashable, Sendable {
        /// Any file, that of a stranger's tree too: it describes, and reaches nothing outside.
        case description
        /// The user's own file only.
        case user
        /// The same, where it stands for the option of this name.
        case option
    }

    enum Shape: Hashable, Sendable {
        case line, contact, address, paragraphs, choice([String]), target, number, flag
        /// Of one that stands for many: `{kernel}` is the release of each.
        case packageName
        /// Relative to the folder of the file.
        case path
        /// One or several, those with a `/` relative to the folder of the file.
        case kernels
        case changelog, relations, files
    }

    package let name: String
    package let scope: Scope
    let shape: Shape

    private init(_ name: String, _ scope: Scope, _ shape: Shape) {
        self.name = name
        self.scope = scope
        self.shape = shape
    }

    /// Those of the file itself.
    package static let all: [SettingsKey] = [
        SettingsKey("maintainer", .description, .contact),
        SettingsKey("license", .description, .line),
        SettingsKey("summary", .description, .line),
        SettingsKey("homepage", .description, .address),
        SettingsKey("description", .description, .paragraphs),
        SettingsKey("changelog", .description, .changelog),
        SettingsKey("files", .description, .files),
        SettingsKey("deb", .user, .relations),
        SettingsKey("rpm", .user, .relations),
        SettingsKey("kernel-package", .user, .packageName),
        SettingsKey("archive-compression", .option, .line),
        SettingsKey("cache-dir", .option, .path),
        SettingsKey("compress", .option, .choice(["auto", "none", "gz", "xz", "zst"])),
        SettingsKey("from", .option, .path),
        SettingsKey("hooks", .option, .choice(["lenient", "strict"])),
        SettingsKey("jobs", .option, .number),
        SettingsKey("kernel", .option, .kernels),
        SettingsKey("no-sign", .option, .flag),
        SettingsKey("output", .option, .path),
        SettingsKey("package-key", .option, .line),
        SettingsKey("package-version", .option, .line),
        SettingsKey("release", .option, .line),
        SettingsKey("require-signature", .option, .flag),
        SettingsKey("sign-cert", .option, .path),
        SettingsKey("sign-hash", .option, .line),
        SettingsKey("sign-key", .option, .path),
        SettingsKey("target", .option, .target),
        SettingsKey("template-dir", .option, .path),
        SettingsKey("timeout", .option, .number),
    ]

    /// Those of an entry of `changelog`.
    package static let ofChangelog = ["version", "date", "author", "changes"]
    /// Those of `deb` and `rpm`, which have one for each ``PackageKind`` besides, with the same keys again.
    package static let ofRelations = ExtraRelations.keys.map(\.name)
    /// Those of an entry of `files`.
    package static let ofFile = [
        "role", "source", "content", "name", "destination", "mode", "conffile", "per-target",
    ]
    /// Those of a target in `per-target`.
    package static let ofTarget = ["destination", "mode", "conffile", "ship"]
}
