import Diagnostics
import Settings
import Tools

/// What holds where an option isn't given: `MKDKMS_<OPTION>` in the environment, then the settings file.
enum EnvironmentOption {
    /// The settings of the verb that runs; bound for as long as it does.
    @TaskLocal static var settings: SettingsFile?

    /// The value; nil where the variable is unset or empty and the settings file has no such key.
    static func value(_ option: String) -> String? {
        variable(option) ?? settings?.options[key(option)]
    }

    private static func variable(_ option: String) -> String? {
        CallerEnvironment.given("MKDKMS_\(option)")
    }

    private static func key(_ option: String) -> String { option.lowercased().replacing("_", with: "-") }

    /// Where the settings file has the value that holds; nil where the value is another's.
    ///
    /// - Parameter isGiven: whether the command line has one, which holds then.
    static func place(_ option: String, unless isGiven: Bool) -> Diagnostic.Location? {
        isGiven || variable(option) != nil ? nil : settings?.places[key(option)]
    }

    /// Does what a value of the option is needed for: what is wrong with it is told at its place in the settings file.
    static func telling<Result>(
        _ option: String, unless isGiven: Bool, _ work: () throws(Diagnostic) -> Result
    ) throws(Diagnostic) -> Result {
        do {
            return try work()
        } catch {
            throw error.located(at: place(option, unless: isGiven))
        }
    }

    /// The value as a whole number.
    static func number(_ option: String) throws(Diagnostic) -> Int? {
        guard let text = value(option) else { return nil }
        guard let number = Int(text), number > 0 else {
            throw .error(
                "bad-environment", "MKDKMS_\(option)=\(text) is no number of at least 1",
                hint: "give a whole number",
                status: .usage)
        }
        return number
    }

    /// Whether a flag is set.
    static func flag(_ option: String) throws(Diagnostic) -> Bool {
        switch value(option)?.lowercased() {
        case nil, "no", "false", "0": return false
        case "yes", "true", "1": return true
        case let text?:
            throw .error(
                "bad-environment", "MKDKMS_\(option)=\(text) is neither yes nor no", hint: "give yes or no",
                status: .usage)
        }
    }
}
