import Diagnostics
import DkmsConf
import ScratchFolder
import Testing

@Suite struct DirectiveTests {
    @Test func everyDirective() async throws {
        let conf = try await evaluate(
            """
            PACKAGE_NAME=foo
            PACKAGE_VERSION=2.1
            BUILT_MODULE_NAME[0]=a
            BUILT_MODULE_LOCATION[0]="src/a"
            DEST_MODULE_NAME[0]=foo_a
            DEST_MODULE_LOCATION[0]=/kernel/drivers/misc/
            STRIP[0]=no
            BUILT_MODULE_NAME[1]=b
            DEST_MODULE_LOCATION[1]=/extra
            STRIP[1]=Yes
            BUILD_EXCLUSIVE_CONFIG[1]="CONFIG_A !CONFIG_B"
            MAKE[0]="make  KVER=$kernelver  all"
            CLEAN="make clean"
            PATCH[0]=one.patch
            BUILD_DEPENDS[0]=bar
            BUILD_DEPENDS[3]=baz
            BUILD_DEPENDS_REBUILD=YES
            BUILD_EXCLUSIVE_KERNEL="^6"
            BUILD_EXCLUSIVE_KERNEL_MIN=5.4
            BUILD_EXCLUSIVE_ARCH=x86_64
            OBSOLETE_BY=7.0
            AUTOINSTALL=yes
            NO_WEAK_MODULES=no
            PRE_BUILD="run.sh pre"
            POST_BUILD=run.sh
            PRE_INSTALL=run.sh
            POST_INSTALL=run.sh
            POST_ADD=run.sh
            POST_REMOVE="run.sh last"
            REMAKE_INITRD=yes

            """, files: ["patches/one.patch", "run.sh"])
        #expect(conf.packageName == "foo")
        #expect(conf.packageVersion == "2.1")
        #expect(conf.modules.map(\.builtPath) == ["src/a/a.ko", "b.ko"])
        #expect(conf.modules.map(\.destName) == ["foo_a", "b"])
        #expect(conf.modules.map(\.destLocation) == ["/kernel/drivers/misc", "/extra"])
        #expect(conf.modules.map(\.strip) == [false, true])
        #expect(conf.modules[1].buildExclusive.config == ["CONFIG_A", "!CONFIG_B"])
        #expect(conf.makeCommand == "make  KVER=6.1.0-56-amd64  all")
        #expect(conf.clean == "make clean")
        #expect(conf.patches == ["one.patch"])
        #expect(conf.buildDepends == ["bar", "baz"])
        #expect(conf.buildDependsRebuild && conf.autoinstall && !conf.noWeakModules)
        #expect(
            conf.buildExclusive
                == BuildExclusive(kernel: "^6", kernelMin: "5.4", kernelMax: "7.0", arch: "x86_64"))
        #expect(conf.hooks.preBuild == "run.sh pre")
        #expect(conf.hooks.postRemove == "run.sh last")
        #expect(conf.hooks.scripts == Array(repeating: "run.sh", count: 6))
        #expect(conf.deprecatedDirectives == ["CLEAN", "OBSOLETE_BY", "REMAKE_INITRD"])
        #expect(conf.evaluator == .plain)
        #expect(conf.warnings.map(\.code.name) == Array(repeating: "deprecated-directive", count: 3))
        #expect(conf.warnings.map { $0.location?.line } == [13, 21, 30])
    }

    @Test func variables() async throws {
        var context = ConfContext(
            kernelRelease: "6.6.1", arch: "aarch64", kernelSourceFolder: "/src/k", kernelConfig: "/boot/c")
        context.module = "m"
        context.moduleVersion = "v"
        context.dkmsTree = "/tree"
        let conf = try await evaluate(
            sound
                + #"MAKE="$kernelver|$arch|$kernel_source_dir|$kernel_config|$module|$module_version|$dkms_tree|"#
                + #"$source_tree|$install_tree|$tmp_location|$parallel_jobs|$PACKAGE_NAME|$HOME|$PWD|$#""#,
            in: context)
        let make = try #require(conf.makeCommand)
        #expect(
            make.hasPrefix(
                "6.6.1|aarch64|/src/k|/boot/c|m|v|/tree|/usr/src|/lib/modules|/tmp|1|hello||/"))
        #expect(make.hasSuffix("|0"))
    }

    @Test func noKernel() async throws {
        let conf = try await evaluate(
            sound + "MAKE[0]=\"[$kernelver]\"\nMAKE[1]=never\nMAKE_MATCH[1]=.\n",
            in: ConfContext(arch: "x86_64"))
        #expect(conf.makeCommand == "[]")
    }

    @Test func sparseArrays() async throws {
        let conf = try await evaluate(
            sound + "PATCH[7]=b\nPATCH[2]=a\nPATCH[30]=c\n",
            files: ["patches/a", "patches/b", "patches/c"])
        #expect(conf.patches == ["a", "b", "c"])
        #expect(conf.patchAlternatives.map(\.index) == [2, 7, 30])
    }

    @Test func scalarIsIndexZero() async throws {
        let conf = try await evaluate(
            "PACKAGE_NAME=x\nPACKAGE_VERSION=1\nDEST_MODULE_LOCATION=/extra\nMAKE='make all'\n")
        #expect(conf.modules.map(\.builtName) == ["x"])
        #expect(conf.makeCommand == "make all")
    }

    @Test func carriageReturns() async throws {
        let text = (sound + "\n# a comment\nAUTOINSTALL=yes\nMAKE[0]=\"make all\"\n")
            .split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")
        let conf = try await evaluate(text)
        #expect(conf.packageName == "hello")
        #expect(conf.autoinstall)
        #expect(conf.makeCommand == "make all")
        #expect(conf.warnings.isEmpty)
    }

    @Test func quotingIsKept() async throws {
        let conf = try await evaluate(
            sound + #"MAKE[0]='make  A="x  y" B=$(touch evaluated-twice; echo no) C=`echo no` D=* \$E'"#
                + "\n"
                + "[ ! -e evaluated-twice ] || PACKAGE_NAME=twice\n")
        #expect(
            conf.makeCommand == #"make  A="x  y" B=$(touch evaluated-twice; echo no) C=`echo no` D=* \$E"#)
        #expect(conf.packageName == "hello")
    }

    @Test func newlinesInValues() async throws {
        let conf = try await evaluate(sound + "MAKE='one\ntwo'\n")
        #expect(conf.makeCommand == "one\ntwo")
    }

    @Test func outputOfTheFileIsDropped() async throws {
        let conf = try await evaluate(sound + "echo noise\nprintf 'end\\0'\n")
        #expect(conf.packageVersion == "1.5.0")
        #expect(conf.warnings.isEmpty)
    }

    @Test func messagesAreWarnings() async throws {
        let conf = try await evaluate(sound + "no-such-command-anywhere --x\n")
        let warning = try #require(conf.warnings.first)
        #expect(warning.code == "conf-message")
        #expect(warning.location?.line == 5)
        #expect(warning.message.contains("command not found"))
    }

    @Test func failingLastCommandIsFine() async throws {
        let conf = try await evaluate(sound + "[ x = y ] && MAKE=never\n")
        #expect(conf.makeCommand == nil)
        #expect(conf.warnings.isEmpty)
    }

    @Test func directiveVariables() async throws {
        let conf = try await evaluate(sound + "DKMS_DIRECTIVE_1='MAKE=make x=y'\n")
        #expect(conf.makeCommand == "make x=y")
    }

    @Test func extendedPatterns() async throws {
        let conf = try await evaluate(sound + "case $kernelver in +([0-9]).*) AUTOINSTALL=yes;; esac\n")
        #expect(conf.autoinstall)
    }

    @Test func functionsAndTrapsDoNotReachUs() async throws {
        let conf = try await evaluate(
            sound + "printf() { :; }\nsource() { :; }\ntrap 'echo bye' EXIT\nIFS=h\nset -f\n")
        #expect(conf.packageName == "hello")
    }
}
