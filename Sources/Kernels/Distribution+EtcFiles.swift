extension Distribution {
    /// The files under `/etc` by which a dkms.conf tells this distribution, name to content.
    package var etcFiles: [String: [UInt8]] {
        var files = ["os-release": osRelease]
        switch name {
        case .debian: files["debian_version"] = "\(version).0\n"
        case .ubuntu: files["lsb-release"] = "DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=\(version)\n"
        case .el: files["redhat-release"] = "Red Hat Enterprise Linux release \(version)\n"
        case .fedora: files["fedora-release"] = "Fedora release \(version)\n"
        case .openeuler: files["openEuler-release"] = "openEuler release \(version)\n"
        case .kylin: files["kylin-release"] = "Kylin Linux Advanced Server release \(version.uppercased())\n"
        case .anolis: files["anolis-release"] = "Anolis OS release \(version)\n"
        case .uos:
            // The desktop, edition d, is what UOS machines with home-grown drivers run.
            files["os-version"] = """
                [Version]
                SystemName=UnionTech OS Desktop
                EditionName=d
                MajorVersion=\(version)

                """
            files["uos-release"] = "UnionTech OS release \(version)\n"
        case .arch: files["arch-release"] = ""
        case .alpine: files["alpine-release"] = version + "\n"
        case .sles, .opensuse: break
        }
        return files.mapValues { Array($0.utf8) }
    }

    /// Whether its releases have no numbers.
    private var isRolling: Bool { version.isEmpty || version == "tumbleweed" }

    /// os-release(5) with the fields that scripts read.
    private var osRelease: String {
        let (id, like, title): (String, String?, String) =
            switch name {
            case .debian: ("debian", nil, "Debian GNU/Linux")
            case .ubuntu: ("ubuntu", "debian", "Ubuntu")
            case .el: ("rhel", "fedora", "Red Hat Enterprise Linux")
            case .fedora: ("fedora", nil, "Fedora Linux")
            case .sles: ("sles", "suse", "SLES")
            case .opensuse where isRolling: ("opensuse-tumbleweed", "opensuse suse", "openSUSE Tumbleweed")
            case .opensuse: ("opensuse-leap", "suse opensuse", "openSUSE Leap")
            case .openeuler: ("openEuler", nil, "openEuler")
            case .kylin: ("kylin", nil, "Kylin Linux Advanced Server")
            case .uos: ("uos", nil, "UnionTech OS Desktop")
            case .anolis: ("anolis", "rhel fedora centos", "Anolis OS")
            case .arch: ("arch", nil, "Arch Linux")
            case .alpine: ("alpine", nil, "Alpine Linux")
            }
        let version = isRolling ? "" : version
        var lines = ["NAME=\"\(title)\"", "ID=\(id.allSatisfy { $0.isLetter } ? id : "\"\(id)\"")"]
        if let like { lines.append("ID_LIKE=\"\(like)\"") }
        if !version.isEmpty { lines.append("VERSION_ID=\"\(version)\"") }
        lines.append("PRETTY_NAME=\"\(version.isEmpty ? title : "\(title) \(version)")\"")
        return lines.map { $0 + "\n" }.joined()
    }
}
