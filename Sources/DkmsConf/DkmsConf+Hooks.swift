extension DkmsConf {
    /// The scripts that dkms runs around its steps, each "script arguments" with a path relative to the tree.
    package struct Hooks: Hashable, Sendable {
        package var preBuild: String?
        package var postBuild: String?
        package var preInstall: String?
        package var postInstall: String?
        package var postAdd: String?
        package var postRemove: String?

        package init() {}

        /// What the directives of these names say.
        package init(_ values: ConfValues) {
            preBuild = values["PRE_BUILD"]
            postBuild = values["POST_BUILD"]
            preInstall = values["PRE_INSTALL"]
            postInstall = values["POST_INSTALL"]
            postAdd = values["POST_ADD"]
            postRemove = values["POST_REMOVE"]
        }

        /// The hooks that are set, with the names of their directives.
        package var all: [(directive: String, command: String)] {
            [
                ("PRE_BUILD", preBuild), ("POST_BUILD", postBuild), ("PRE_INSTALL", preInstall),
                ("POST_INSTALL", postInstall), ("POST_ADD", postAdd), ("POST_REMOVE", postRemove),
            ].compactMap { directive, command in command.map { (directive, $0) } }
        }

        /// The paths of the scripts, relative to the tree: the files of it that have to stay executable.
        package var scripts: [String] {
            all.compactMap { $0.command.split(whereSeparator: \.isWhitespace).first.map(String.init) }
        }
    }
}
