import DebFormat
import Diagnostics
import SystemPackage

/// A Debian source package: its .dsc, and the files beside that it names (dsc(5)).
struct DebianSource {
    private let description: DebSourceDescription

    /// - Throws: what ``DebSourceDescription`` throws.
    init(_ dsc: FilePath) throws(Diagnostic) { description = try DebSourceDescription(dsc) }

    var dsc: FilePath { description.path }

    var control: ControlFields { description.control }

    /// The names of the files, each checked against its size and digest.
    var names: [String] { description.names }

    func file(_ name: String) -> FilePath { dsc.removingLastComponent().appending(name) }

    /// The version without epoch and revision.
    var upstreamVersion: String { DebianVersion(control["Version"] ?? "").upstream }
}
