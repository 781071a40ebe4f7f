import ArgumentParser
import Diagnostics
import Terminal
import Tools

/// How a verb talks: results on stdout, the rest on stderr.
struct TalkOptions: ParsableArguments {
    @Flag(help: "Print one JSON document instead of text.")
    var json = false

    @Flag(name: .shortAndLong, help: "Print errors only.")
    var quiet = false

    @Option(help: ArgumentHelp("Colour messages.", valueName: "auto|always|never"))
    var color: ColorChoice = .auto

    enum ColorChoice: String, ExpressibleByArgument, CaseIterable { case auto, always, never }

    var printer: MessagePrinter {
        let isColored =
            switch color {
            case .always: true
            case .never: false
            case .auto:
                Output.errorIsTerminal && CallerEnvironment.value("NO_COLOR") == nil
                    && CallerEnvironment.value("TERM") != "dumb"
            }
        return MessagePrinter(isColored: isColored, isQuiet: quiet)
    }
}

/// How a verb tells of the steps of its work; of one without steps these are taken, but not listed.
struct ProgressOptions: ParsableArguments {
    @Flag(help: "Print what every step of a build prints.")
    var verbose = false

    @Option(help: ArgumentHelp("Show progress.", valueName: "auto|plain|none"))
    var progress: Choice = .auto

    enum Choice: String, ExpressibleByArgument, CaseIterable { case auto, plain, none }

    func style(isQuiet: Bool) -> Progress.Style {
        if isQuiet { return .none }
        return switch progress {
        case .none: .none
        case .plain: .plain
        case .auto: Output.errorIsTerminal && CallerEnvironment.value("TERM") != "dumb" ? .live : .plain
        }
    }
}
