import Diagnostics
import Glibc
import Streams
import SystemPackage
import Tools

/// `--rpm_safe_upgrade`: an rpm transaction that adds and then removes the same version means to keep it.
///
/// `add` leaves a file named after the transaction, which `remove` of the same transaction finds (dkms 3.4.3,
/// `add_module`, `remove_module`); dkms and this engine read each other's.
struct SafeUpgrade {
    let package: DkmsTree.Package
    let folder: FilePath

    private var line: String { "\(package.module)-\(package.version)" }
    private var prefix: String { "dkms_rpm_safe_upgrade_lock." }

    /// Leaves the mark.
    func mark() async throws(EngineStop) {
        guard let transaction = Self.transaction() else { return }
        let started = await Self.started(transaction)
        let unique = Files.uniqueName().suffix(6)
        let file = folder.appending("\(prefix)\(transaction).\(unique)")
        try stopping { () throws(Diagnostic) in
            try Files.write(Array("\(line)\n\(started)\n".utf8), to: file, mode: 0o600)
        }
    }

    /// - Throws: code 0 with a warning where the removal is not meant.
    func checkRemoval(_ isAsked: Bool) async throws(EngineStop) {
        guard isAsked, let transaction = Self.transaction() else { return }
        let started = await Self.started(transaction)
        for name in (try? Files.names(in: folder)) ?? [] where name.hasPrefix("\(prefix)\(transaction).") {
            let file = folder.appending(name)
            guard !started.isEmpty, let bytes = try? Files.contents(file) else { continue }
            let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
            guard lines.first == line, lines.last == started else { continue }
            try? Files.remove(file)
            throw .warning(0, "Remove cancelled because --rpm_safe_upgrade scenario detected.")
        }
    }

    /// The process that started the script which started this one.
    private static func transaction() -> Int? {
        guard let text = try? Files.contents(FilePath("/proc/\(getppid())/status")) else { return nil }
        let line = String(decoding: text, as: UTF8.self).split(separator: "\n").first {
            $0.hasPrefix("PPid:")
        }
        return line?.split(whereSeparator: \.isWhitespace).last.flatMap { Int($0) }
    }

    private static func started(_ process: Int) async -> String {
        let query = Program("ps", ["-o", "lstart", "--no-headers", "-p", "\(process)"])
        guard let outcome = try? await query.capture() else { return "" }
        return String(decoding: outcome.output, as: UTF8.self).split(separator: "\n").first.map(String.init)
            ?? ""
    }
}
