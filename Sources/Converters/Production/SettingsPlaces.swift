package import Diagnostics

/// Lines of the user's settings file; nil where a value is not from there.
package struct SettingsPlaces: Sendable {
    package var revision: Diagnostic.Location?
    package var output: Diagnostic.Location?

    package init(revision: Diagnostic.Location? = nil, output: Diagnostic.Location? = nil) {
        self.revision = revision
        self.output = output
    }
}
