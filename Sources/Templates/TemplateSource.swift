/// A template's text and where it was found.
package struct TemplateSource: Hashable, Sendable {
    /// The places that are looked at, the first one first.
    package enum Place: String, CaseIterable, Hashable, Sendable {
        /// The folder of `--template-dir`.
        case option
        /// The folder that `MKDKMS_TEMPLATES` names.
        case environment
        /// `/etc/mkdkms/templates`
        case system
        /// `../share/mkdkms/templates` beside the program's folder.
        case program
        /// The copy that is compiled in.
        case builtIn = "built-in"
    }

    /// The path in the template folder, such as `deb-dkms/postinst`.
    package let name: String
    package let text: String
    /// The file, or `templates/NAME (built in)`; for messages.
    package let origin: String
    package let place: Place
}
