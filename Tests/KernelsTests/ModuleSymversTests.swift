import Kernels
import Streams
import SystemPackage
import Testing
import Tools

@Suite struct ModuleSymversTests {
    /// The kernels of this machine that have a Module.symvers.
    static let installed = KernelFinder().releases().map {
        FilePath("/lib/modules/\($0)/build/Module.symvers")
    }
    .filter(Files.isRegularFile)

    @Test(.enabled(if: !installed.isEmpty, "needs installed kernel headers"), arguments: installed)
    func findsWhatAwkFinds(_ file: FilePath) async throws {
        let symvers = try ModuleSymvers(file)
        for symbol in ["module_layout", "kfree", "_printk", "no_such_symbol", "kfre"] {
            let outcome = try await Program(
                "awk", ["-F", "\t", "-v", "s=\(symbol)", "$2 == s { printf \"%s\", $1; exit }", file.string]
            ).capture()
            let told = String(decoding: outcome.output, as: UTF8.self)
            #expect(symvers.crc(of: symbol) == (told.isEmpty ? nil : told), "\(symbol)")
        }
    }
}
