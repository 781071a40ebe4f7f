/// What a token stands for, and how it has to be quoted.
package struct TemplateValue: Hashable, Sendable {
    package let text: String
    package let quoting: Quoting

    package init(_ text: String, _ quoting: Quoting) {
        self.text = text
        self.quoting = quoting
    }

    package static func shell(_ text: String) -> TemplateValue { TemplateValue(text, .shell) }
    package static func rpmMacro(_ text: String) -> TemplateValue { TemplateValue(text, .rpmMacro) }
    package static func rpmText(_ text: String) -> TemplateValue { TemplateValue(text, .rpmText) }
    package static func deb822(_ text: String) -> TemplateValue { TemplateValue(text, .deb822) }
    package static func json(_ text: String) -> TemplateValue { TemplateValue(text, .json) }
    package static func verbatim(_ text: String) -> TemplateValue { TemplateValue(text, .verbatim) }
}
