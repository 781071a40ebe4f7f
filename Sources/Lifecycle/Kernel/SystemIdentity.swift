import Diagnostics
import Streams
import SystemPackage
import Tools

/// Which distribution this machine runs, and the few rules that dkms hangs on it (dkms 3.4.3, `distro_version`,
/// `override_dest_module_location`).
package struct SystemIdentity: Sendable {
    /// `ubuntu`, else ID_LIKE as it stands, else ID: the word that dkms compares patterns with.
    let word: String
    /// os-release's ID.
    let id: String
    let idLike: String
    let versionID: String

    /// - Throws: code 4 where there is no os-release.
    static func current(root: FilePath = "/") throws(EngineStop) -> SystemIdentity {
        for name in ["etc/os-release", "usr/lib/os-release"] {
            guard let bytes = try? Files.contents(root.appending(name)) else { continue }
            return SystemIdentity(osRelease: String(decoding: bytes, as: UTF8.self))
        }
        throw EngineStop(4, "System is missing os-release file.")
    }

    init(osRelease text: String) {
        var fields: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            let trimmed = line.drop { $0 == " " || $0 == "\t" }
            guard let equals = trimmed.firstIndex(of: "="), !trimmed.hasPrefix("#") else { continue }
            fields[String(trimmed[..<equals])] = Self.unquoted(trimmed[trimmed.index(after: equals)...])
        }
        id = fields["ID"] ?? ""
        idLike = fields["ID_LIKE"] ?? ""
        versionID = fields["VERSION_ID"] ?? ""
        // A name of its own although ID_LIKE says debian.
        word = id == "ubuntu" ? id : fields["ID_LIKE"] ?? id
    }

    /// os-release(5) quotes as a shell does, without expansions.
    private static func unquoted(_ value: Substring) -> String {
        var text = value
        while text.last?.isWhitespace == true { text.removeLast() }
        guard let quote = text.first, quote == "\"" || quote == "'", text.count > 1, text.last == quote else {
            return String(text)
        }
        let inner = text.dropFirst().dropLast()
        guard quote == "\"" else { return String(inner) }
        var result = ""
        var isEscaped = false
        for character in inner {
            if !isEscaped, character == "\\" {
                isEscaped = true
            } else {
                result.append(character)
                isEscaped = false
            }
        }
        return result
    }

    func begins(with prefixes: String...) -> Bool { prefixes.contains { word.hasPrefix($0) } }

    /// Where modules go whatever dkms.conf says; nil where it has its way.
    func destination(addonFolder: String?) -> String? {
        if let addonFolder, !addonFolder.isEmpty { return "/\(addonFolder)" }
        if begins(with: "fedora", "centos", "rhel") { return "/extra" }
        if begins(with: "sles", "suse", "opensuse") { return "/updates" }
        if begins(with: "debian", "ubuntu", "arch") { return "/updates/dkms" }
        return nil
    }

    /// Whether empty folders are removed without asking rpm who owns them.
    var asksNoPackageOwner: Bool { begins(with: "debian", "ubuntu", "arch", "gentoo") }

    /// The program that links a module into the kernels that take it, with its options to add and to remove.
    ///
    /// dkms 3.4.3 looks at the first word only and so never does this on RHEL itself, whose ID_LIKE is fedora.
    func weakModules(kernel: String) -> (program: String, add: [String], remove: [String])? {
        let likes = idLike.split(separator: " ")
        if id == "rhel" || likes.contains("rhel") || begins(with: "rhel") {
            return (
                "/usr/sbin/weak-modules", ["--no-initramfs", "--add-modules"],
                ["--no-initramfs", "--remove-modules"]
            )
        }
        if begins(with: "sles", "suse", "opensuse") {
            return (
                "/usr/lib/module-init-tools/weak-modules2", ["--add-kernel-modules", kernel],
                ["--remove-kernel-modules", kernel]
            )
        }
        return nil
    }

    /// The command that installs the headers of a kernel here.
    func headersCommand(kernel: String) -> String {
        let words = [id] + idLike.split(separator: " ").map(String.init)
        func isLike(_ names: String...) -> Bool { names.contains { words.contains($0) } }
        if isLike("debian", "ubuntu", "uos", "deepin") { return "apt install linux-headers-\(kernel)" }
        if isLike("fedora", "rhel", "centos", "openEuler", "kylin", "anolis", "opencloudos") {
            return "dnf install kernel-devel-\(kernel)"
        }
        if words.contains(where: { $0.hasPrefix("sles") || $0.hasPrefix("suse") || $0.hasPrefix("opensuse") })
        {
            let dash = kernel.lastIndex(of: "-") ?? kernel.endIndex
            let flavour = kernel[dash...].dropFirst()
            return "zypper install kernel-\(flavour.isEmpty ? "default" : flavour)-devel=\(kernel[..<dash])"
        }
        if isLike("arch") { return "pacman -S linux-headers" }
        if isLike("alpine") { return "apk add linux-\(kernel.split(separator: "-").last ?? "lts")-dev" }
        return "the package manager: the kernel headers or kernel-devel package for \(kernel)"
    }
}
