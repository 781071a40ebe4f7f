/// A template's text and where it was found.
package struct TemplateSource: Hashable, Sendable {
    /// The path in the template folder, such as `deb-dkms/postinst`.
    package let name: String
    package let text: String
    /// The file, or `templates/NAME (built in)`; for messages.
    package let origin: String
}
