import ArgumentParser
import Converters
import Diagnostics

/// `mkdkms bundle`: prebuilt modules with their own installer.
struct BundleCommand: Verb {
    static let schemaName = "bundle"
    static let configuration = CommandConfiguration(
        commandName: "bundle",
        abstract: "Write prebuilt modules for many kernels, with an installer that needs nothing but sh.",
        discussion: """
            The bundle is signed when --sign-key is given; its install --cert then verifies it first.

            Example: mkdkms bundle /usr/src/hello-1.5.0 -k all --sign-key mok.key --sign-cert mok.pem
            """)

    @OptionGroup var flags: ReleaseFlags
    @OptionGroup var talk: TalkOptions

    @Flag(help: "Carry the source too, for kernels that no prebuilt module fits.")
    var withSource = false

    func perform(_ events: @escaping WorkSink) async throws(Diagnostic) -> Report {
        try await flags.produce(
            [BundleConverter(carriesSource: withSource)], from: try flags.requiredSource(), events)
    }
}
