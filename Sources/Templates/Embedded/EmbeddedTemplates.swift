// swift-format-ignore-file
// Made by `make templates` from templates/; edit those files, not this one.

/// The templates that the program was built with.
enum EmbeddedTemplates {
    /// Every template by its path in `templates/`, sorted.
    static let files = [
        alpine,
        arch,
        bundle,
        debCommon,
        debDkms,
        debModules,
        debSource,
        rpmCommon,
        rpmDkms,
        rpmKabi,
        rpmKmod,
        rpmKmp,
        rpmSource,
        shared,
    ].flatMap(\.self)
}
