package import Diagnostics

extension Distribution {
    /// Reads the `DISTRO:VERSION` of `--target`.
    ///
    /// - Throws: `unknown-target` for a release that there isn't: its rules would be a guess.
    package init(parsing text: String) throws(Diagnostic) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(
            String.init)
        let version = parts.count == 2 ? parts[1] : nil
        guard let name = parts.first.flatMap({ Name(rawValue: $0.lowercased()) }) else {
            let nearest = Spelling.nearest(
                to: (parts.first ?? "").lowercased(), in: Name.allCases.map(\.rawValue))
            throw Self.unknown(
                "no such target: \(text)",
                "\(nearest.map { "was \($0) meant? " } ?? "")give one of \(Self.list(Name.allCases))")
        }
        guard version != "", Self.isKnown(name, version ?? "") else {
            throw Self.unknown(
                version == nil ? "the target \(text) lacks its version" : "no such target: \(text)",
                "give one of \(Self.list([name])); other targets: \(Self.list(Name.allCases.filter { $0 != name }))"
            )
        }
        self.init(name, version ?? "")
    }

    /// Refuses a target whose packages are others: its rules would mean nothing to these.
    ///
    /// - Throws: `bad-target`.
    package func demand(_ formats: [PackageFormat]) throws(Diagnostic) {
        guard !formats.contains(packageFormat) else { return }
        throw .error(
            "bad-target",
            "\(self) takes no \(formats.map { ".\($0.rawValue)" }.joined(separator: " or ")) packages",
            hint: "give one of \(Self.list(Name.allCases.filter { formats.contains($0.packageFormat) }))",
            status: .usage)
    }

    /// Refuses a target that has another way to share modules: nothing there would link them, or call the scripts' programs.
    ///
    /// - Parameter kind: what was asked for, for the message.
    /// - Throws: `bad-target`.
    package func demand(_ shared: SharedModules, for kind: String) throws(Diagnostic) {
        guard sharedModules != shared else { return }
        let instead =
            switch sharedModules {
            case .kmp: "--kind kmp, or a target with packages of the kind \(kind)"
            case .weakModules: "--kind kabi, or a target with packages of the kind \(kind)"
            case nil: "a target with packages of the kind \(kind)"
            }
        throw .error(
            "bad-target", "\(self) has no packages of the kind \(kind)",
            hint: "give \(instead): \(Self.list(Name.allCases.filter { $0.sharedModules == shared }))",
            status: .usage)
    }

    private static func unknown(_ message: String, _ hint: String) -> Diagnostic {
        .error("unknown-target", message, hint: hint, status: .usage)
    }

    private static func list(_ names: [Name]) -> String {
        names.flatMap { name in name.releases.map { $0.isEmpty ? name.rawValue : "\(name.rawValue):\($0)" } }
            .joined(separator: ", ")
    }

    private static func isKnown(_ name: Name, _ version: String) -> Bool {
        if name.releases.contains(version) { return true }
        // Ubuntu's numbers are years and months of two digits.
        return name.patterns.contains { Self.matches(version, $0) } && (name != .ubuntu || version >= "20.04")
    }

    /// Whether `version` has the form of `pattern`, in which `9` stands for a digit and `N` for a whole number.
    private static func matches(_ version: String, _ pattern: String) -> Bool {
        var rest = Array(version.utf8)[...]
        func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
        for mark in pattern.utf8 {
            guard let first = rest.first else { return false }
            switch mark {
            case UInt8(ascii: "N"):
                let digits = rest.prefix(while: isDigit)
                guard !digits.isEmpty, digits.count < 5, first != UInt8(ascii: "0") || digits.count == 1
                else {
                    return false
                }
                rest = rest.dropFirst(digits.count)
            case UInt8(ascii: "9"):
                guard isDigit(first) else { return false }
                rest = rest.dropFirst()
            default:
                guard first == mark else { return false }
                rest = rest.dropFirst()
            }
        }
        return rest.isEmpty
    }
}

extension Distribution.Name {
    /// Its releases as they are listed; empty for the one that has no numbers, `N` and `9` stand for numbers.
    fileprivate var releases: [String] {
        switch self {
        case .debian: ["11", "12", "13", "14"]
        case .ubuntu: ["20.04", "22.04", "24.04", "26.04"]
        case .el: ["8", "9", "10"]
        case .fedora: ["N"]
        case .sles: ["15", "15.N", "16", "16.N"]
        case .opensuse: ["15", "15.N", "16", "16.N", "tumbleweed"]
        case .openeuler: ["20.03", "22.03", "24.03"]
        case .kylin: ["v10", "v11"]
        case .uos: ["20", "25"]
        case .anolis: ["7", "8", "23"]
        case .arch: [""]
        case .alpine: ["", "3.N"]
        }
    }

    /// The forms of releases that are as good as those in the list.
    fileprivate var patterns: [String] {
        switch self {
        case .fedora, .sles, .opensuse, .alpine: releases.filter { $0.contains("N") }
        case .ubuntu: ["99.04", "99.10"]
        case .openeuler: ["99.99"]
        case .debian, .el, .kylin, .uos, .anolis, .arch: []
        }
    }
}
