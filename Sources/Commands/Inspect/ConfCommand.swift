import ArgumentParser
import Diagnostics
import DkmsConf
import Inputs
import Kbuild
import Kernels
import SourceTree
import Terminal

/// `mkdkms conf`: what a dkms.conf means.
struct ConfCommand: Verb {
    static let schemaName = "conf"
    static let configuration = CommandConfiguration(
        commandName: "conf",
        abstract: "Print the values of a dkms.conf, for a kernel and a distribution.",
        discussion: """
            Without -k they are those that hold for no particular kernel.

            Example: mkdkms conf /usr/src/hello-1.5.0 -k 6.1.0-56-amd64 --target uos:20 --json
            """)

    @OptionGroup var tree: TreeOptions
    @OptionGroup var talk: TalkOptions
    @OptionGroup(visibility: .hidden) var progress: ProgressOptions

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The kernel: a release or a headers folder.", valueName: "kernel"))
    var kernel: String?

    @Flag(help: "Refuse a dkms.conf that only bash can read.")
    var noShell = false

    @Flag(help: "Let bash read it even where that is not needed.")
    var shell = false

    func validate() throws {
        if noShell && shell { throw ValidationError("--no-shell and --shell exclude each other") }
    }

    func perform(_ events: @escaping WorkSink) async throws(Diagnostic) -> Report {
        let loaded = try await tree.load(events)
        let target = try tree.distribution()
        var context = ConfContext.anyKernel(target: target)
        var exclusion: ((DkmsConf) -> String?)?
        if let kernel {
            let found = try KernelFinder().find([kernel])
            if let kernel = found.first {
                context = .kernel(kernel, target: target)
                exclusion = { conf in
                    conf.exclusion(
                        kernelRelease: kernel.release, arch: kernel.architecture.kernelName,
                        config: { kernel.config[$0] })
                }
            }
        }
        let conf = try await loaded.tree.evaluate(
            in: context, shell: noShell ? .never : shell ? .always : .whereNeeded)
        for warning in conf.warnings { events(.diagnostic(warning)) }
        _ = try loaded.tree.identity(conf)
        let document = ConfDocument(
            conf, kernel: context.kernelRelease, target: target?.description, excluded: exclusion?(conf))
        _ = consume loaded
        return Report(text: document.text, document: document)
    }
}
