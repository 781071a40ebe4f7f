import Settings

/// The files that debhelper installs by their names, and those that `install` files put into folders of the system.
extension DraftDebian {
    /// Folders, and the role that stands for each.
    private static let places: [(folder: String, role: PayloadFile.Role)] = [
        ("modprobe.d", .modprobe), ("modules-load.d", .modulesLoad), ("udev/rules.d", .udev),
        ("dracut.conf.d", .dracut), ("firmware", .firmware),
    ]

    mutating func readPayload(_ path: String, _ folder: DraftFolder) {
        let name = path.split(separator: "/").last ?? ""
        let package = name.prefix { $0 != "." }
        // dh_installmodules(1), dh_installudev(1).
        if name.hasSuffix(".modprobe") {
            add(DraftPayload(role: .modprobe, source: path, name: "\(package).conf"), path, nil)
        } else if name.hasSuffix(".udev") {
            add(DraftPayload(role: .udev, source: path, name: "60-\(package).rules"), path, nil)
        } else if name == "install" || name.hasSuffix(".install") {
            for (number, line) in DraftFolder.lines(folder.text(path) ?? "").enumerated() {
                readInstall(line, path, number + 1, folder)
            }
        }
    }

    /// `source folder` (dh_install(1)); patterns and folders are left to people.
    private mutating func readInstall(_ line: String, _ path: String, _ number: Int, _ folder: DraftFolder) {
        let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
        guard words.count == 2, folder.contains(words[0]) else { return }
        let target = words[1].split(separator: "/").joined(separator: "/")
        guard let place = Self.places.first(where: { "/\(target)/".contains("/\($0.folder)/") }),
            words[0].hasSuffix(place.role.suffix ?? "")
        else { return }
        // Firmware has folders of its own below that of its role.
        let own = target.hasSuffix("/firmware") || place.role != .firmware ? nil : "/\(target)/"
        add(DraftPayload(role: place.role, source: words[0], folder: own), path, number)
    }

    private mutating func add(_ file: DraftPayload, _ path: String, _ line: Int?) {
        guard sources.insert(file.source).inserted else { return }
        files.append(file)
        facts.append(DraftFact(.files, "\(file.role.rawValue): \(file.source)", path, line))
    }
}
