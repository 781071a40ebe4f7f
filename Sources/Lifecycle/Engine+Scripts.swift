import Diagnostics
import Streams
import SystemPackage
import Tools

extension Engine {
    /// The scripts that a dkms.conf names.
    enum Script: String {
        case preBuild = "pre_build"
        case postBuild = "post_build"
        case preInstall = "pre_install"
        case postInstall = "post_install"
        case postAdd = "post_add"
        case postRemove = "post_remove"

        var belongsToBuild: Bool { self == .preBuild || self == .postBuild }
    }

    /// Runs a script around a build, its output in the log.
    ///
    /// - Throws: the script's own status, after the place of the log was said.
    func run(
        _ script: Script, _ command: String?, log: FilePath, environment: [String: String]
    ) async throws(EngineStop) {
        guard let place = locate(script, command) else { return }
        let text =
            "cd \(place.folder)/ && \(place.folder.appending(place.words[0])) "
            + place.words.dropFirst().joined(separator: " ")
        let announced = Command(
            description: "Running the \(script.rawValue) script",
            text: place.words.count > 1 ? text : String(text.dropLast()), log: log)
        let status = try await announce(announced) { (output) throws(Diagnostic) in
            try await program(place, environment).attached(to: output)
        }
        guard status == 0 else {
            console.say("Consult \(log) for more information.")
            throw .silent(status)
        }
    }

    /// Runs any other script with its output as it comes, and returns its status; 0 where there is none to run.
    func run(_ script: Script, _ command: String?) async throws(EngineStop) -> Int32 {
        guard let place = locate(script, command) else { return 0 }
        console.say("Running the \(script.rawValue) script:")
        do throws(Diagnostic) {
            return try await console.attach(program(place, CallerEnvironment.all()))
        } catch {
            throw EngineStop(error)
        }
    }

    private struct ScriptPlace {
        let folder: FilePath
        let words: [String]
    }

    private func program(_ place: ScriptPlace, _ environment: [String: String]) -> Program {
        Program(
            place.folder.pushing(FilePath(place.words[0]).removingRoot()).string,
            Array(place.words.dropFirst()),
            environment: environment.merging(locks.environment) { _, own in own }
                .merging(["PWD": place.folder.string]) { _, own in own },
            folder: place.folder)
    }

    /// The administrator's script in /etc/dkms/MODULE comes before the package's.
    private func locate(_ script: Script, _ command: String?) -> ScriptPlace? {
        let words = (command ?? "").split(separator: " ").map(String.init)
        guard let name = words.first else { return nil }
        let own = FilePath("/etc/dkms").appending(request.module)
        let folder = script.belongsToBuild ? tree.buildFolder(package) : tree.source(package)
        for candidate in [own, folder] where isExecutable(candidate.pushing(FilePath(name).removingRoot())) {
            return ScriptPlace(folder: candidate, words: words)
        }
        console.say("")
        console.warn("The \(script.rawValue) script is not executable.")
        return nil
    }

    private func isExecutable(_ path: FilePath) -> Bool {
        Files.isRegularFile(path) && Files.isExecutable(path)
    }
}
