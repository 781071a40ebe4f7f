import ArgumentParser
import Diagnostics
import Lifecycle
import Terminal

/// `mkdkms doctor`: why a module isn't there, or won't load.
struct DoctorCommand: Verb {
    static let schemaName = "doctor"
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Find out why modules are not there or won't load, with the command that mends it.",
        discussion: """
            Looks at every module of the dkms tree, or at NAME, for the running kernel or for -k: headers, build, installed \
            file, what modprobe would take, signature and Secure Boot, and the kernel's own words. Exit code 2 with findings.

            Example: mkdkms doctor hello -k 6.1.0-56-amd64
            """)

    @Argument(help: ArgumentHelp("The module, with or without its version.", valueName: "name[/version]"))
    var name: String?

    @Option(
        name: .shortAndLong, parsing: .singleValue,
        help: ArgumentHelp("A kernel to look at (repeatable).", valueName: "kernel"))
    var kernel: [String] = []

    @Option(
        name: .shortAndLong, help: ArgumentHelp("The kernel's architecture, by uname -m.", valueName: "arch"))
    var arch: String?

    @OptionGroup var talk: TalkOptions
    @OptionGroup(visibility: .hidden) var progress: ProgressOptions

    func perform(_ events: @escaping WorkSink) async throws(Diagnostic) -> Report {
        var request = EngineRequest()
        let parts = (name ?? "").split(separator: "/", maxSplits: 1).map(String.init)
        request.module = parts.first ?? ""
        request.version = parts.dropFirst().first ?? ""
        request.kernels = kernel
        request.architectures = arch.map { [$0] } ?? []
        let findings = try await doctor(request).examine()
        return Report(
            text: text(findings), document: DoctorDocument(findings),
            status: findings.contains(where: \.isFault) ? .findings : .success)
    }

    private func doctor(_ request: EngineRequest) async throws(Diagnostic) -> Doctor {
        do throws(EngineStop) {
            return Doctor(try await Engine(request, console: .silent))
        } catch {
            throw .error("engine-stopped", error.lines.joined(separator: " "))
        }
    }

    private func text(_ findings: [Finding]) -> String {
        guard !findings.isEmpty else { return "nothing is wrong\n" }
        return findings.map { finding in
            let package = [finding.module, finding.version].compactMap { $0 }.joined(separator: "/")
            let place = [package, finding.kernel].compactMap { $0 }.joined(separator: ", ")
            let remedy = finding.remedy.map { "    mend it with: \($0)\n" } ?? ""
            return "\(place): \(finding.message) [\(finding.code.rawValue)]\n\(remedy)"
        }.joined()
    }
}

/// The document of `mkdkms doctor`.
struct DoctorDocument: Encodable, Sendable {
    struct Item: Encodable, Sendable {
        let module: String
        let version: OrNull<String>
        let kernel: OrNull<String>
        let code: String
        let message: String
        let remedy: OrNull<String>
    }

    let findings: [Item]

    init(_ findings: [Finding]) {
        self.findings = findings.map {
            Item(
                module: $0.module, version: OrNull($0.version), kernel: OrNull($0.kernel),
                code: $0.code.rawValue, message: $0.message, remedy: OrNull($0.remedy))
        }
    }
}
