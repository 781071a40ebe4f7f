import Archive
import Compression
import Cryptography
import Diagnostics

extension RPMPackage {
    /// The main header of the package whose payload has been made.
    func header(_ payload: borrowing RPMPayload, _ settings: CompressionSettings) -> RPMHeader {
        var header = RPMHeader()
        describe(&header)
        relate(&header, settings)
        listFiles(&header, payload.facts)
        for (scriptlet, text) in scriptlets {
            header[scriptlet.tags.text] = .string(text)
            header[scriptlet.tags.program] = .string("/bin/sh")
        }
        header[.changelogTimes] = .int32(changelog.map { UInt32(clamping: $0.time) })
        header[.changelogNames] = .strings(changelog.map(\.author))
        header[.changelogTexts] = .strings(changelog.map(\.text))

        header[.payloadFormat] = .string("cpio")
        header[.payloadCompressor] = Self.payloadCompressor(settings.format).map { .string($0) }
        header[.payloadFlags] = .string(settings.format == .none ? "" : String(settings.effectiveLevel))
        header[.payloadDigestAlgorithm] = .int32([Self.sha256])
        header[.payloadDigests] = .strings([Hex.string(payload.digests.compressed)])
        header[.payloadDigestsAlt] = .strings([Hex.string(payload.digests.plain)])
        return header
    }

    /// PGPHASHALGO_SHA256 (RFC 4880, section 9.4).
    private static let sha256: UInt32 = 8

    private static func payloadCompressor(_ format: CompressionFormat) -> String? {
        switch format {
        case .none: nil
        case .gz: "gzip"
        case .xz: "xz"
        case .zst: "zstd"
        }
    }

    private func describe(_ header: inout RPMHeader) {
        header[.i18nTable] = .strings(["C"])
        header[.name] = .string(name)
        header[.version] = .string(version)
        header[.release] = .string(release)
        header[.epoch] = epoch.map { .int32([$0]) }
        header[.summary] = .localized([summary])
        header[.description] = .localized([description])
        header[.group] = .localized([group])
        header[.buildTime] = .int32([UInt32(clamping: buildTime)])
        header[.buildHost] = .string("reproducible")
        header[.license] = .string(license)
        for (tag, text) in [(RPMTag.vendor, vendor), (.packager, packager), (.url, url)] where !text.isEmpty {
            header[tag] = .string(text)
        }
        header[.operatingSystem] = .string("linux")
        header[.architecture] = .string(architecture)
        if let sources {
            header[.sourcePackage] = .int32([1])
            header[.source] = .strings(sources.archives)
        } else {
            header[.sourceRPM] = .string(sourceRPM)
        }
        // Readers work around faults of old versions by this; the format written is that of 4.14 and later.
        header[.rpmVersion] = .string("4.14.0")
        header[.encoding] = .string("utf-8")
    }

    private func listFiles(_ header: inout RPMHeader, _ facts: [RPMPayload.FileFacts]) {
        var folders: [String] = []
        var folderIndexes: [String: UInt32] = [:]
        var indexes: [UInt32] = []
        var names: [String] = []
        var classes: [String] = []
        var classIndexes: [String: UInt32] = [:]
        var targets: [String] = []
        for (entry, fact) in zip(files, facts) {
            let path = (sources == nil ? "/" : "") + entry.path
            let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
            let start = slash.map { path.utf8.index(after: $0) } ?? path.startIndex
            names.append(String(path[start...]))
            indexes.append(Self.number(String(path[..<start]), &folders, &folderIndexes))
            _ = Self.number(fact.fileClass, &classes, &classIndexes)
            if case .symbolicLink(let target) = entry.kind {
                targets.append(target)
            } else {
                targets.append("")
            }
        }
        let count = files.count
        func each<Value>(_ value: Value) -> [Value] { Array(repeating: value, count: count) }
        let inodes = (0..<count).map { UInt32(clamping: $0 + 1) }
        header[.size] = .int32([UInt32(clamping: files.reduce(0) { $0 + $1.size })])
        header[.baseNames] = .strings(names)
        header[.folderNames] = .strings(folders)
        header[.folderIndexes] = .int32(indexes)
        header[.fileSizes] = .int32(files.map { UInt32(clamping: $0.size) })
        header[.fileModes] = .int16(files.map { UInt16(truncatingIfNeeded: $0.mode) })
        header[.fileTimes] = .int32(files.map { UInt32(clamping: $0.modified) })
        header[.fileDigests] = .strings(facts.map(\.digest))
        header[.fileDigestAlgorithm] = count == 0 ? nil : .int32([Self.sha256])
        header[.fileLinkTargets] = .strings(targets)
        header[.fileFlags] = .int32(files.map { flags(of: $0.path).rawValue })
        header[.fileUsers] = .strings(each("root"))
        header[.fileGroups] = .strings(each("root"))
        header[.fileVerifyFlags] = .int32(each(.max))
        header[.fileDeviceNumbers] = .int16(each(0))
        // Files of one device and inode would be taken for hard links of each other.
        header[.fileDevices] = .int32(each(1))
        header[.fileInodes] = .int32(inodes)
        header[.fileLanguages] = .strings(each(""))
        header[.fileColors] = .int32(each(0))
        header[.fileClasses] = .int32(facts.map { classIndexes[$0.fileClass] ?? 0 })
        header[.classes] = .strings(classes)
    }

    private func flags(of path: String) -> FileFlags {
        (flags[path] ?? []).union(path == sources?.specification ? .specification : [])
    }

    /// The index of `text` in `list`, where it is added if it is new.
    private static func number(
        _ text: String, _ list: inout [String], _ indexes: inout [String: UInt32]
    ) -> UInt32 {
        if let known = indexes[text] { return known }
        let index = UInt32(clamping: list.count)
        indexes[text] = index
        list.append(text)
        return index
    }
}
