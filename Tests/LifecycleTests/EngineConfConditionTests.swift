import Testing

@testable import Lifecycle

/// BUILD_EXCLUSIVE and OBSOLETE_BY: what a kernel leaves out.
@Suite struct EngineConfConditionTests {
    /// Two records, and the numbers of those that kernel 6.1.0-56-amd64 on x86_64 takes.
    private func buildable(_ text: String, config: String? = nil) throws -> [Int] {
        let conf = try read(text, config: config)
        #expect(conf.isExcluded == conf.buildable.isEmpty)
        return conf.buildable.map(\.index)
    }

    private func read(_ text: String, config: String? = nil) throws -> EngineConf {
        let records = """
            BUILT_MODULE_NAME[0]=a
            BUILT_MODULE_NAME[1]=b
            DEST_MODULE_LOCATION[1]=/extra

            """
        var sample = SampleConf(adding: records + text)
        sample.config = config
        let (conf, faults) = try sample.read()
        #expect(faults.isEmpty)
        return conf
    }

    @Test(
        arguments: [
            ("", [0, 1]), ("KERNEL=^6", [0, 1]), ("KERNEL=^5", []), ("KERNEL='amd64$'", [0, 1]),
            ("KERNEL_MIN=6.1", [0, 1]), ("KERNEL_MIN=6.1.0-56-amd64", [0, 1]), ("KERNEL_MIN=6.2", []),
            ("KERNEL_MIN=6.10", []), ("KERNEL_MAX=6.2", [0, 1]), ("KERNEL_MAX=6.1.0-56-amd64", [0, 1]),
            // 6.1.0-56-amd64 is newer than 6.1.
            ("KERNEL_MAX=6.1", []), ("ARCH=x86", [0, 1]), ("ARCH='^(arm|aarch64)'", []),
        ])
    func packageWide(_ condition: String, _ indexes: [Int]) throws {
        #expect(try buildable(condition.isEmpty ? "" : "BUILD_EXCLUSIVE_\(condition)") == indexes)
    }

    /// Conditions of record 0 are bash's plain variables, and so the package's.
    @Test(
        arguments: [
            ("KERNEL[1]=^5", [0]), ("KERNEL[0]=^5", []), ("KERNEL_MIN[1]=6.2", [0]),
            ("KERNEL_MAX[1]=6.0", [0]), ("ARCH[1]=s390x", [0]), ("KERNEL[1]=^6", [0, 1]),
            // A condition on a record that is not there.
            ("KERNEL[7]=^5", [0, 1]),
        ])
    func perRecord(_ condition: String, _ indexes: [Int]) throws {
        #expect(try buildable("BUILD_EXCLUSIVE_\(condition)") == indexes)
    }

    @Test func bothHaveToHold() throws {
        let text = "BUILD_EXCLUSIVE_KERNEL[0]=^6\nBUILD_EXCLUSIVE_KERNEL[1]=rt"
        #expect(try buildable(text) == [0])
        #expect(try buildable("BUILD_EXCLUSIVE_ARCH=x86\nBUILD_EXCLUSIVE_KERNEL=^5") == [])
    }

    @Test(
        arguments: [
            ("CONFIG_A", [0, 1]), ("CONFIG_B", [0, 1]), ("CONFIG_C", []), ("CONFIG_D", []), ("!CONFIG_A", []),
            ("!CONFIG_C", [0, 1]), ("!CONFIG_D", [0, 1]), ("CONFIG_A !CONFIG_D", [0, 1]),
            ("CONFIG_A CONFIG_D", []),
        ])
    func options(_ condition: String, _ indexes: [Int]) throws {
        let config = "CONFIG_A=y\nCONFIG_B=m\nCONFIG_C=5\n# CONFIG_D is not set\n"
        #expect(try buildable("BUILD_EXCLUSIVE_CONFIG=\"\(condition)\"", config: config) == indexes)
    }

    @Test func optionsPerRecord() throws {
        let text = "BUILD_EXCLUSIVE_CONFIG[1]=CONFIG_X"
        #expect(try buildable(text, config: "CONFIG_A=y\n") == [0])
        #expect(try buildable(text, config: "CONFIG_X=m\n") == [0, 1])
    }

    /// dkms asks nothing of a configuration that isn't there.
    @Test func optionsWithoutAConfiguration() throws {
        #expect(try buildable("BUILD_EXCLUSIVE_CONFIG=CONFIG_X") == [0, 1])
    }

    @Test func obsoleteByIsTheHighestKernel() throws {
        #expect(try buildable("OBSOLETE_BY=6.0") == [])
        #expect(try buildable("OBSOLETE_BY=6.5") == [0, 1])
        // Where a maximum stands, for all or for one, it counts instead.
        #expect(try buildable("OBSOLETE_BY=6.0\nBUILD_EXCLUSIVE_KERNEL_MAX=6.5") == [0, 1])
        #expect(try buildable("OBSOLETE_BY=6.0\nBUILD_EXCLUSIVE_KERNEL_MAX[1]=6.0") == [0])
        #expect(try read("OBSOLETE_BY=6.5").obsoleteBy == "6.5")
    }

    @Test func conditionsThatHoldAreConditionsToo() throws {
        #expect(try read("BUILD_EXCLUSIVE_KERNEL=^6").hasConditions)
        #expect(try read("BUILD_EXCLUSIVE_ARCH[1]=x86").hasConditions)
        #expect(try read("OBSOLETE_BY=7").hasConditions)
        #expect(try !read("BUILD_EXCLUSIVE_KERNEL=").hasConditions)
        #expect(try !read("BUILD_EXCLUSIVE_KERNEL[7]=x").hasConditions)
    }
}
