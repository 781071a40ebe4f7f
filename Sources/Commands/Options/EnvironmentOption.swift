import Diagnostics
import Settings
import Tools

/// What holds where an option isn't given: `MKDKMS_<OPTION>` in the environment, then the settings file.
enum EnvironmentOption {
    /// The settings of the verb that runs; bound for as long as it does.
    @TaskLocal static var settings: SettingsFile?

    /// The value; nil where the variable is unset or empty and the settings file has no such key.
    static func value(_ option: String) -> String? {
        if let value = CallerEnvironment.value("MKDKMS_\(option)"), !value.isEmpty { return value }
        return settings?.options[option.lowercased().replacing("_", with: "-")]
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
