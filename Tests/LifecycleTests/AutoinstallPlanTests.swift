import Testing

@testable import Lifecycle

@Suite struct AutoinstallPlanTests {
    private var plan = AutoinstallPlan()

    private func named(_ text: String) -> DkmsTree.Package {
        let parts = text.split(separator: "/").map(String.init)
        return DkmsTree.Package(module: parts.first ?? "", version: parts.last ?? "")
    }

    private func text(_ packages: [DkmsTree.Package]) -> [String] { packages.map(\.description) }

    @Test func newestVersionOfEach() {
        var plan = plan
        for found in ["b/1.9", "b/1.10", "b/1.2", "a/2", "a/2-rc1", "c/1"] { plan.find(named(found)) }
        #expect(plan.known == ["b", "a", "c"])
        #expect(text(plan.candidates) == ["b/1.10", "a/2-rc1", "c/1"])
    }

    /// A module comes in the round after the last one that it depends on.
    @Test func dependenciesComeInRounds() {
        var plan = plan
        plan.want(named("top/1"), depends: ["middle base"])
        plan.want(named("middle/1"), depends: ["base"])
        plan.want(named("other/1"), depends: [])
        plan.want(named("base/1"), depends: ["present", "absent-here"])
        plan.installed = ["present"]
        plan.skipped = ["absent-here"]
        #expect(text(plan.nextRound()) == ["other/1", "base/1"])
        #expect(plan.missing(named("top/1")) == ["middle", "base"])
        plan.installed += ["other", "base"]
        #expect(text(plan.nextRound()) == ["middle/1"])
        plan.installed.append("middle")
        #expect(text(plan.nextRound()) == ["top/1"])
        #expect(plan.waiting.isEmpty)
        #expect(plan.nextRound().isEmpty)
    }

    /// A failed module is there for nobody.
    @Test func failureKeepsDependentsWaiting() {
        var plan = plan
        plan.want(named("a/1"), depends: [])
        plan.want(named("b/1"), depends: ["a"])
        #expect(text(plan.nextRound()) == ["a/1"])
        plan.failed.append(("a", 10))
        #expect(plan.nextRound().isEmpty)
        #expect(text(plan.waiting) == ["b/1"])
        #expect(plan.missing(named("b/1")) == ["a"])
    }

    @Test func circlesNeverBecomeReady() {
        var plan = plan
        for (name, depends) in [("a/1", "b"), ("b/1", "a"), ("self/1", "self"), ("free/1", "")] {
            plan.find(named(name))
            plan.want(named(name), depends: [depends])
        }
        #expect(text(plan.nextRound()) == ["free/1"])
        plan.installed.append("free")
        #expect(plan.nextRound().isEmpty)
        #expect(text(plan.waiting) == ["a/1", "b/1", "self/1"])
    }
}
