package import Diagnostics
import Streams
package import SystemPackage

/// The files that say what a module is, and what they are to be read for.
package struct ConfRequest: Sendable {
    /// Read one after the other in one shell state: the dkms.conf, then the overrides that exist
    /// (`/etc/dkms/NAME.conf` …).
    package var files: [FilePath]
    package var context: ConfContext
    /// `NAME=VALUE` of `--directive`: set after the files, as dkms does (dkms 3.4.3, read_conf).
    package var directives: [String]
    /// False where bash may run nothing (`--no-shell`).
    package var mayUseShell: Bool
    /// True where bash has to read the files even if they need no shell.
    package var mustUseShell: Bool
    /// The variables to bring back: the directives, unless the files are framework.conf and its like.
    package var names = Directives.all

    package init(
        files: [FilePath], context: ConfContext, directives: [String] = [], mayUseShell: Bool = true,
        mustUseShell: Bool = false
    ) {
        self.files = files
        self.context = context
        self.directives = directives
        self.mayUseShell = mayUseShell
        self.mustUseShell = mustUseShell
    }

    /// Reads the files without a shell where every one allows it, else by bash.
    ///
    /// bash runs them in the folder of the first, with a clean environment: PATH, `LC_ALL=C`, and the variables of
    /// ``ConfContext``. Values are taken as the files leave them; dkms expands them a second time, which collapses
    /// blanks and runs `$(…)` from quoted text, and is not followed in that.
    ///
    /// - Throws: `no-dkms-conf` where a file is missing; `shell-needed` where a file needs bash and may not have
    ///   it; `conf-syntax`, `conf-exit`; `conf-timeout`; `no-namespaces`; `missing-program`.
    package func read() async throws(Diagnostic) -> ConfReading {
        var texts: [[UInt8]] = []
        for file in files {
            guard let text = try? Files.contents(file) else { throw .noConf(file) }
            texts.append(text)
        }
        if !mustUseShell {
            switch plainOutcome(of: texts) {
            case .success(let values): return ConfReading(values: values, evaluator: .plain, messages: [])
            case .failure(let fault): guard mayUseShell else { throw fault }
            }
        }
        return try await readByShell()
    }

    /// What the files say, found without a shell and at once; nil where one of them needs a shell.
    package func readPlainly() -> ConfValues? {
        let texts = files.compactMap { try? Files.contents($0) }
        return texts.count == files.count ? try? plainOutcome(of: texts).get() : nil
    }

    /// Those of the files that give a directive a value, as far as their text shows; the first where none is seen to, as
    /// in a loop.
    package func files(setting directive: String) -> [FilePath] {
        let found = files.filter { file in
            ConfText((try? Files.readText(file)) ?? "", file: file.string).location(of: directive).line != nil
        }
        return found.isEmpty ? Array(files.prefix(1)) : found
    }

    /// The text of a file with the version that the context settles, which only a dkms.conf has.
    private func text(_ bytes: [UInt8], _ number: Int) -> [UInt8] {
        guard number == 0, let version = context.packageVersion else { return bytes }
        return ConfVersion.setting(version, in: bytes)
    }

    private func values(of conf: PlainConf) -> ConfValues {
        names == Directives.all ? conf.values() : conf.variables.values(of: names)
    }

    private func finished(_ values: ConfValues) -> ConfValues {
        guard !directives.isEmpty else { return values }
        var values = values
        for directive in directives { values.override(directive) }
        return values
    }

    private func plainOutcome(of texts: [[UInt8]]) -> Result<ConfValues, Diagnostic> {
        var conf = PlainConf(context)
        for (number, bytes) in texts.enumerated() {
            let text = text(bytes, number)
            do throws(ShellNeed) {
                try conf.read(text)
            } catch {
                let line = 1 + text.prefix(error.offset).count { $0 == UInt8(ascii: "\n") }
                return .failure(
                    .error(
                        "shell-needed", "\(files[number]) needs a shell: \(error.construct)",
                        hint: "leave --no-shell out, or write what it stands for into the file",
                        at: .init(file: files[number].string, line: line)))
            }
        }
        return .success(finished(values(of: conf)))
    }

    /// With a version of the caller's, bash reads a copy of the dkms.conf that has it, and its messages name the file.
    private func readByShell() async throws(Diagnostic) -> ConfReading {
        guard mayUseShell, let file = files.first else {
            throw .error("shell-needed", "bash may not be used", hint: "leave --no-shell out")
        }
        let folder = file.removingLastComponent()
        guard let version = context.packageVersion else {
            return try await reading(
                ConfShell(files: files, folder: folder, context: context, names: names).run())
        }
        let temporary = try TemporaryFolder("conf")
        let copy = temporary.path.appending("dkms.conf")
        try Files.write(ConfVersion.setting(version, in: try Files.read(file)), to: copy)
        var result = try await ConfShell(
            files: [copy] + files.dropFirst(), folder: folder, context: context, names: names
        ).run()
        result.messages = result.messages.map { $0.replacing(copy.string, with: file.string) }
        // The copy has to outlast the run.
        _ = temporary.path
        return try reading(result)
    }

    private func reading(_ result: ConfShell.Result) throws(Diagnostic) -> ConfReading {
        switch result.ending {
        case .finished:
            return ConfReading(
                values: finished(result.values), evaluator: .shell, messages: result.messages)
        case .syntaxError: throw syntaxFault(result.messages)
        case .ended(let status): throw exitFault(status, result.messages)
        }
    }
}

extension Diagnostic {
    static func noConf(_ file: FilePath) -> Diagnostic {
        .error(
            "no-dkms-conf", "there is no \(file)",
            hint: "a DKMS source tree has its dkms.conf in its top folder")
    }
}
