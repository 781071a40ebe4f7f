import DebFormat

/// What the package that a tree came in says of itself in texts that packages made of it have too.
package struct CarriedTexts: Hashable, Sendable {
    /// The copyright file of a .deb, as it is; nil where there is none.
    package var copyright: String?
    /// What an .rpm has as `%license` and its tree has not, by name.
    package var licenses: [String: [UInt8]] = [:]
    /// Debian's section, with the area of its archive: `contrib/kernel`.
    package var section: String?
    /// Debian's priority.
    package var priority: String?
    /// The paragraphs of the long description that are about the module.
    package var description: [String] = []

    package init() {}

    /// - Parameter licenses: of an .rpm; one of ours has the copyright of the .deb that it was made of among them.
    package init(copyright: String?, licenses: [String: [UInt8]]) {
        self.copyright = copyright
        self.licenses = licenses
        guard copyright == nil, let carried = licenses[DebPackage.copyrightName] else { return }
        self.copyright = String(decoding: carried, as: UTF8.self)
        self.licenses[DebPackage.copyrightName] = nil
    }

    /// The same where a licence was given: what the package said of its own is another one's.
    package var withoutLicense: CarriedTexts {
        var texts = self
        texts.copyright = nil
        texts.licenses = [:]
        return texts
    }
}
