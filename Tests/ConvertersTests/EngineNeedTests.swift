import Kernels
import RPMFormat
import Settings
import SourceTree
import Testing

@testable import Converters

/// The version of dkms that packages ask for, where another package asked for one too.
@Suite struct EngineNeedTests {
    private static let naming = PackageNaming(unchecked: "hello", version: "1.5.0", revision: "1")

    private func need(_ carried: CarriedRelations, _ floor: String?) -> (deb: [String], rpm: [String]) {
        let debian = carried.translation(into: .deb, Self.naming).engine
        let rpm = carried.translation(into: .rpm, Self.naming).engine
        return (
            EngineNeed(floor: floor, carried: debian).debian,
            EngineNeed(floor: floor, carried: rpm).rpm.map(\.text)
        )
    }

    /// The stricter one holds, in the format's own order; mkdkms does for it in any case.
    @Test(
        arguments: [
            ("dkms (>= 3.0.9)", "2.8", "dkms (>= 3.0.9)", "dkms >= 3.0.9"),
            ("dkms (>= 3.0.9) | mkdkms", "3.0.11", "dkms (>= 3.0.11)", "dkms >= 3.0.11"),
            ("dkms (>= 3.0.3-5)", "3.0.3-4~", "dkms (>= 3.0.3-5)", "dkms >= 3.0.3-4~"),
            ("dkms (>= 1:3.1+dfsg-1~) | akmods", "2.8", "dkms (>= 1:3.1+dfsg-1~)", "dkms >= 3.1"),
            ("dkms (>> 3.0.11)", "3.0.11", "dkms (>> 3.0.11)", "dkms >= 3.0.11"),
            ("dkms (>> 2.1.1.2-5)", "2.8", "dkms (>= 2.8)", "dkms >= 2.8"),
            ("dkms", "3.3.0", "dkms (>= 3.3.0)", "dkms >= 3.3.0"),
        ])
    func theStricterOne(_ item: String, _ floor: String, _ debian: String, _ rpm: String) {
        let found = need(CarriedRelations(debian: [.requires: [item]]), floor)
        #expect(found.deb == ["\(debian) | mkdkms"])
        #expect(found.rpm == ["(\(rpm) or mkdkms)"])
    }

    @Test(
        arguments: [
            ("dkms >= 3.1", "dkms >= 3.1", "dkms (>= 3.1)"),
            ("dkms >= 3.1.0-2.el9", "dkms >= 3.1.0-2.el9", "dkms (>= 3.1.0)"),
            ("(dkms >= 3.10 or mkdkms)", "dkms >= 3.10", "dkms (>= 3.10)"),
            ("(dkms >= 3.1 and bc)", "dkms >= 3.1", "dkms (>= 3.1)"),
            ("dkms >= 2.8", "dkms", "dkms (>= 2.8)"), ("(dkms or mkdkms)", "dkms", "dkms (>= 2.8)"),
        ])
    func thatOfAnRpm(_ item: String, _ rpm: String, _ debian: String) {
        let carried = CarriedRelations(rpm: [.scripts("post"): [item]])
        #expect(need(carried, nil).rpm == ["(\(rpm) or mkdkms)"])
        #expect(need(carried, "2.8").deb == ["\(debian) | mkdkms"])
        #expect(carried.translation(into: .deb, Self.naming).leftOut.isEmpty)
    }

    /// Another bound than the lowest version has no counterpart, and is named there.
    @Test func anUpperBound() {
        let carried = CarriedRelations(debian: [
            .requires: ["dkms (>= 3.0)", "dkms (<< 4)", "dkms (>> 3.2-1)"]
        ])
        let found = need(carried, "2.8")
        #expect(found.deb == ["dkms (>> 3.2-1) | mkdkms", "dkms (<< 4) | mkdkms"])
        #expect(found.rpm == ["(dkms >= 3.2 or mkdkms)"])
        #expect(
            carried.translation(into: .rpm, Self.naming).leftOut == [
                .requires: ["dkms (<< 4) but for dkms", "dkms (>> 3.2-1) but for dkms >= 3.2"]
            ])
        let rpm = CarriedRelations(rpm: [.requires: ["(dkms >= 3 with dkms < 4)"]])
        #expect(need(rpm, nil).rpm == ["(dkms >= 3 or mkdkms)", "(dkms < 4 or mkdkms)"])
        #expect(carried.translation(into: .pacman, Self.naming).leftOut[.requires]?.count == 3)
    }

    /// What says more than that some dkms has to be there goes on as it is.
    @Test func aCondition() {
        let carried = CarriedRelations(rpm: [
            .requires: ["(dkms >= 3 if kernel-core)", "(dkms if kernel-core)", "mkdkms >= 2"]
        ])
        let found = carried.translation(into: .rpm, Self.naming)
        #expect(found.engine.isEmpty)
        #expect(found.relations.requires == ["(dkms >= 3 if kernel-core)", "mkdkms >= 2"])
        let debian = CarriedRelations(debian: [.requires: ["dkms (>= 3) [amd64]"]])
        #expect(debian.translation(into: .rpm, Self.naming).leftOut == [.requires: ["dkms (>= 3) [amd64]"]])
    }
}
