import Diagnostics
import SourceTree
import SystemPackage
import Testing

@testable import Inputs

@Suite struct SpecPackageTests {
    @Test(arguments: [
        (["hello-dkms", "hello-dkms-tools"], "hello", "hello-dkms"),
        (["hello-dkms", "other-dkms"], "hello", "hello-dkms"),
        (["hello-tools-dkms-helper", "hello-kernel-dkms"], "hello", "hello-kernel-dkms"),
        (["dkms-hello", "dkms-hello-doc"], "hello", "dkms-hello"),
        (["hello", "nvidia-dkms-535"], "hello", "nvidia-dkms-535"),
        (["a-dkms", "b-dkms"], "hello", nil), (["hello", "dkms"], "hello", nil),
    ])
    func thePackageForDkmsStandsOut(_ names: [String], _ source: String, _ expected: String?) {
        #expect(PackageIdentity.dkmsPackage(among: names, of: source) == expected)
    }

    private func spec(_ packages: String) throws -> SpecFile {
        try SpecFile(
            "Name: hello\nVersion: 1\nRelease: 2%{?dist}\nSource0: hello.tar.gz\n\(packages)\n%prep\n%setup -q\n",
            name: "hello", version: "1", release: "2.el9", shown: "hello.src.rpm")
    }

    @Test func theOneForDkmsIsFound() throws {
        let found = try spec(
            """
            Requires: main
            BuildRequires: no
            %package devel
            Requires: devel
            %package -n dkms-%{name}
            Requires: %{name}-common = %{version}-%{release}, bc
            Requires(post): %{?empty} %{unknown} per%%cent
            Recommends: (a >= 2 if b)
            Provides: %{name}-api = %{version}
            conflicts: old < 1.0%{?dist}
            Obsoletes: %{?empty} ancient <= 3
            Supplements: card
            Requires(post, preun): depmod >= 2 , /sbin/x
            Requires(interp): sh
            PreReq: old-way
            OrderWithRequires: first
            OrderWithRequires(postun): last = 1
            Enhances: %{unknown} tool
            BuildConflicts: no
            %if 0%{?fedora}
            Requires: sometimes >= 1
            Suggests: now-and-then
            %endif
            %description -n dkms-%{name}
            Requires: text
            """
        ).dkmsPackage
        #expect(found?.name == "dkms-hello")
        #expect(
            found?.relations == [
                .requires: ["hello-common = 1-2.el9", "bc", "sh"], .scripts("post"): ["per%cent"],
                .recommends: ["(a >= 2 if b)"],
                .provides: ["hello-api = 1"], .conflicts: ["old < 1.0"], .replaces: ["ancient <= 3"],
                .supplements: ["card"], .enhances: ["tool"],
                .scripts("post,preun"): ["depmod >= 2", "/sbin/x"],
                .scripts("pre,preun"): ["old-way"], .order(""): ["first"], .order("postun"): ["last = 1"],
            ])
        #expect(
            found?.unknownRelations == [
                .requires: ["sometimes >= 1"], .scripts("post"): ["%{unknown}"], .suggests: ["now-and-then"],
                .enhances: ["%{unknown}"],
            ])
        #expect(found?.exactRequires == ["hello-common": "1-2.el9"])
        #expect(try spec("Requires: main\n%package dkms\nRequires: bc").dkmsPackage?.name == "hello-dkms")
        #expect(try spec("%package a-dkms\n%package b-dkms").dkmsPackage == nil)
        // The source package is called after the source, whichever package rpmbuild has to make first.
        let common = try SpecFile(
            "Name: x-common\nSource0: x.tar\n%package -n x-dkms\nRequires: %{name}\n%prep\n%setup -q\n",
            name: "x-dkms", version: "1", release: "1", shown: "x.src.rpm")
        #expect(common.dkmsPackage?.name == "x-dkms")
        #expect(common.dkmsPackage?.relations == [.requires: ["x-common"]])
        #expect(try spec("%package -n %{unknown}-dkms").dkmsPackage == nil)
    }
}
