import Diagnostics
import Tools

/// `MKDKMS_<OPTION>` in the environment: what holds where the option isn't given.
enum EnvironmentOption {
    /// The value; nil where the variable is unset or empty.
    static func value(_ option: String) -> String? {
        guard let value = CallerEnvironment.value("MKDKMS_\(option)"), !value.isEmpty else { return nil }
        return value
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
}
