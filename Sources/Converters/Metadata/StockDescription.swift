import Diagnostics

/// What the long description of a package with the source says of the package itself, whoever made the module.
package enum StockDescription {
    /// - Parameter carriesModules: whether it brings modules too.
    static func deb(carriesModules: Bool) -> String {
        """
        This package holds the source of the kernel module, to be built by DKMS for
        each kernel whose headers are installed.
        """
            + (carriesModules
                ? "\nFor some kernels it brings the module itself, which needs neither headers\nnor a compiler."
                : "")
    }

    static func rpm(of module: String) -> String {
        """
        The source of the kernel module \(module), to be built by DKMS for each
        kernel whose headers are installed.
        """
    }

    /// The paragraphs of a description without those that any package of ours says itself.
    package static func without(_ description: String) -> [String] {
        description.paragraphs.map(String.init).filter { paragraph in
            let text = paragraph.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            return !text.isEmpty && !isOurs(text)
        }
    }

    private static func isOurs(_ text: String) -> Bool {
        let debian = [true, false].map { Self.deb(carriesModules: $0).replacing("\n", with: " ") }
        guard !debian.contains(text) else { return true }
        guard let module = text.firstMatch(of: /^The source of the kernel module (\S+),/) else {
            return false
        }
        return text == rpm(of: String(module.1)).replacing("\n", with: " ")
    }
}
