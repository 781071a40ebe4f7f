import ArgumentParser
import Compression
import Diagnostics
import SystemPackage

/// Where what is made goes, and whatever else every verb has that makes something of a tree.
struct OutputFlags: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "The folder for artifacts, created if needed; by default this one.", valueName: "dir"))
    var output: String?

    @Option(
        name: .customShort("j", allowingJoined: true),
        help: ArgumentHelp(
            "What runs at a time: compilers, over all kernels, and what packs; by default one per processor.",
            valueName: "n"))
    var jobs: Int?

    @Option(
        help: ArgumentHelp(
            "The settings file; by default mkdkms.yaml of this folder, where TREE is elsewhere.",
            valueName: "file"))
    var settings: String?

    func validate() throws {
        if let jobs, jobs < 1 { throw ValidationError("-j needs a number of at least 1") }
    }

    var folder: FilePath { FilePath(output ?? EnvironmentOption.value("OUTPUT") ?? ".") }

    /// Where the settings file names the folder; nil where it doesn't.
    var place: Diagnostic.Location? { EnvironmentOption.place("OUTPUT", unless: output != nil) }

    func jobCount() throws(Diagnostic) -> Int {
        let environmentJobs = try EnvironmentOption.number("JOBS")
        return jobs ?? environmentJobs ?? CompressionSettings.availableThreads
    }
}

/// Whether anything is written at all.
struct PlanFlags: ParsableArguments {
    @Flag(help: "Print what would be written; build and write nothing.")
    var dryRun = false
}

/// Modules that are built already.
struct ModuleSourceFlags: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Take the modules that mkdkms modules wrote, those of -k or all; build nothing.", valueName: "dir"
        ))
    var from: String?

    var folder: FilePath? { (from ?? EnvironmentOption.value("FROM")).map { FilePath($0) } }

    var place: Diagnostic.Location? { EnvironmentOption.place("FROM", unless: from != nil) }
}

/// How artifacts are compressed.
struct ArchiveFlags: ParsableArguments {
    @Option(
        help: ArgumentHelp("Compression of the artifact itself.", valueName: "gz|xz|zst[:level]"))
    var archiveCompression: String?

    /// Nil for what each kind has by itself.
    func compression(threads: Int) throws(Diagnostic) -> CompressionSettings? {
        guard let text = archiveCompression ?? EnvironmentOption.value("ARCHIVE_COMPRESSION") else {
            return nil
        }
        return try EnvironmentOption.telling("ARCHIVE_COMPRESSION", unless: archiveCompression != nil) {
            () throws(Diagnostic) in try CompressionSettings(parsing: text, threads: threads)
        }
    }
}
