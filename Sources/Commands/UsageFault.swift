import ArgumentParser
import Diagnostics
import Lifecycle
import Terminal

/// A command line that can't be understood.
struct UsageFault {
    let diagnostic: Diagnostic
    private let verb: (any Verb.Type)?
    private let wantsJSON: Bool

    /// - Parameters:
    ///   - message: what the parser says, a sentence or two.
    ///   - arguments: the command line without the program's name.
    init(_ message: String, arguments: [String]) {
        let words = arguments.prefix { $0 != "--" }
        let names = Self.names(words.first)
        verb = names.first
        wantsJSON = words.contains("--json")
        let isUnknown = names.isEmpty && words.first?.hasPrefix("-") == false
        let text = isUnknown ? "there is no verb '\(words.first ?? "")'" : Self.plain(message)
        let verbs =
            MkdkmsCommand.configuration.subcommands.compactMap { $0.configuration.commandName }
            + EngineRequest.Action.allCases.map(\.rawValue)
        let nearest = isUnknown ? Spelling.nearest(to: words.first ?? "", in: verbs) : nil
        let others = Self.takers(of: message, but: names.first)
        if let option = others.option, let own = words.first, !others.verbs.isEmpty {
            diagnostic = .error(
                "usage", "mkdkms \(own) has no use for \(option)",
                hint:
                    "leave it out: it is for mkdkms \(others.verbs.joined(separator: ", ")); "
                    + "mkdkms \(own) --help lists what \(own) takes",
                status: .usage)
            return
        }
        let help =
            names.isEmpty
            ? "\(nearest.map { "was \($0) meant? " } ?? "")mkdkms --help lists the verbs"
            : "mkdkms \(words.first ?? "") --help explains its arguments and options"
        diagnostic = .error("usage", text, hint: help, status: .usage)
    }

    /// Prints it on stderr, and as the verb's document where one was asked for.
    func report() {
        MessagePrinter(isColored: false, isQuiet: false).print(diagnostic)
        guard wantsJSON, let verb else { return }
        try? JSONOutput.print(EmptyDocument(), schema: verb.schemaName, diagnostics: [diagnostic])
    }

    /// The verbs that a word stands for; those of `key` are several.
    private static func names(_ word: String?) -> [any Verb.Type] {
        guard let word else { return [] }
        let found = MkdkmsCommand.configuration.subcommands.filter { $0.configuration.commandName == word }
        return found.flatMap { [$0] + $0.configuration.subcommands }.compactMap { $0 as? any Verb.Type }
    }

    /// The option that a verb doesn't know, and the verbs that do.
    private static func takers(
        of message: String, but own: (any Verb.Type)?
    ) -> (option: String?, verbs: [String]) {
        guard own is any PackagingVerb.Type,
            let option = message.firstMatch(of: /^Unknown option '(--?[A-Za-z-]+)'/)?.1
        else { return (nil, []) }
        let verbs = MkdkmsCommand.configuration.subcommands.filter { verb in
            verb is any PackagingVerb.Type
                && MkdkmsCommand.helpMessage(for: verb).split(whereSeparator: { " ,\n[]".contains($0) })
                    .contains(option)
        }
        return (String(option), verbs.compactMap { $0.configuration.commandName })
    }

    /// The parser's sentences in the form of this program's messages.
    private static func plain(_ message: String) -> String {
        let lines = message.split(separator: "\n").map(String.init)
        var text = lines.first ?? message
        // A longer choice is a list of lines.
        let choice = lines.dropFirst().prefix { $0.hasPrefix("  - ") }.map { $0.dropFirst(4) }
        if text.hasSuffix(":"), !choice.isEmpty {
            text = text.replacing(" the following:", with: " \(choice.joined(separator: ", "))")
        }
        text = text.replacing(". Please provide one of ", with: ": give one of ")
        if text.hasSuffix(".") { text.removeLast() }
        text = text.replacing("' and '", with: "' or '")
        return text.prefix(1).lowercased() + text.dropFirst()
    }
}
