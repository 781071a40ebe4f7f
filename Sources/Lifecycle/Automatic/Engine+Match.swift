import Diagnostics
import Streams
import SystemPackage

extension Engine {
    /// `match`: installs for a kernel what is installed for another one (dkms 3.4.3, `run_match`).
    mutating func match() async throws(EngineStop) -> Int32 {
        let build = builds[0]
        guard let template = request.templateKernel, !template.isEmpty else {
            throw EngineStop(
                1, "Invalid number of parameters passed.",
                "Usage: match --templatekernel=<kernel-version> -k <kernel-version>",
                "   or: match --templatekernel=<kernel-version> -k <kernel-version> <module>")
        }
        guard template != build.kernel else {
            throw EngineStop(2, "The templatekernel and the specified kernel version are the same.")
        }
        let module = request.module
        if !module.isEmpty, !Files.isDirectory(tree.root.appending(module)) {
            throw EngineStop(3, "The module: \(module) is not located in the DKMS tree.")
        }
        let pattern = DkmsTree.Build(kernel: template, architecture: build.architecture)
        let packages = tree.packages(module: module).filter {
            tree.isAdded($0) && tree.isInstalled($0, pattern)
        }
        console.say("")
        console.say("Matching modules in kernel: \(build.kernel) (\(build.architecture))")
        console.say("to the configuration of kernel: \(template) (\(build.architecture))")
        guard !packages.isEmpty else {
            console.say("")
            console.say("There is nothing to be done for this match.")
            return 0
        }
        try requireHeaders(place(build))
        try await mendAllThatIsLeft()
        var first: Int32 = 0
        for package in packages {
            console.say("Module:  \(package.module)")
            console.say("Version: \(package.version)")
            var copy = about(package)
            do throws(EngineStop) {
                try await copy.installUnlessInstalled(build)
            } catch {
                console.report(error)
                if first == 0 { first = error.status }
            }
        }
        return first
    }
}
