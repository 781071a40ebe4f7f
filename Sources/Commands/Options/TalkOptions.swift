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

    @Flag(help: "Print what every step of a build prints.")
    var verbose = false

    @Option(help: ArgumentHelp("Colour messages.", valueName: "auto|always|never"))
    var color: ColorChoice = .auto

    @Option(help: ArgumentHelp("Show progress.", valueName: "auto|plain|none"))
    var progress: ProgressChoice = .auto

    enum ColorChoice: String, ExpressibleByArgument, CaseIterable { case auto, always, never }
    enum ProgressChoice: String, ExpressibleByArgument, CaseIterable { case auto, plain, none }

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

    var progressStyle: Progress.Style {
        if quiet { return .none }
        return switch progress {
        case .none: .none
        case .plain: .plain
        case .auto: Output.errorIsTerminal && CallerEnvironment.value("TERM") != "dumb" ? .live : .plain
        }
    }
}
