import ScratchFolder
import SystemPackage
import Kbuild
import Streams
import Testing

@Suite struct BuildLogTests {
    private func log(_ lines: String...) -> BuildLog {
        let log = BuildLog(heading: "make.log")
        for line in lines { log.append(line) }
        return log
    }

    @Test func theCompilersErrorComesBeforeMakes() {
        let log = log(
            "make[2]: *** [scripts/Makefile.build:250: hello.o] Error 1",
            "/tmp/hello.c:9:16: error: implicit declaration of function ‘x’",
            "/tmp/hello.c:12:1: error: another")
        #expect(log.firstError == "/tmp/hello.c:9:16: error: implicit declaration of function ‘x’")
    }

    @Test(
        arguments: [
            "hello.c:1:10: fatal error: linux/nothing.h: No such file or directory",
            "ERROR: modpost: \"missing\" [/tmp/hello.ko] undefined!",
            "make: *** No rule to make target 'x'.  Stop.",
            "ld: hello.o: undefined reference to `x'",
        ])
    func findsWhatStoppedTheBuild(_ line: String) {
        #expect(log("  CC [M] hello.o", "warning: error: not", line).firstError != nil)
        #expect(log("  CC [M] hello.o", line).firstError == line)
    }

    @Test func aGoodBuildHasNone() {
        #expect(log("  CC [M]  hello.o", "  LD [M]  hello.ko", "0 errors").firstError == nil)
    }

    @Test func foldersEnteredAreThoseThatMakeNames() {
        let log = log(
            "make: Entering directory '/tmp/build'",
            "make[1]: Entering directory '/usr/src/linux-headers-6.1.0-56-amd64'",
            "make[1]: Leaving directory '/usr/src/linux-headers-6.1.0-56-amd64'",
            "make[1]: Entering directory `/usr/src/old quote'",
            "make[1]: Entering directory '/usr/src/linux-headers-6.1.0-56-amd64'",
            "echo make: Entering directory '/no'")
        #expect(
            log.foldersEntered == [
                "/tmp/build", "/usr/src/linux-headers-6.1.0-56-amd64", "/usr/src/old quote",
            ])
    }

    @Test func keepsEverythingInOrder() throws {
        let scratch = try Scratch()
        let log = log("one")
        log.append([0xFF, 0x0A])
        log.append("two")
        let file = scratch.path.pushing("new/folder/make.log")
        try log.write(to: file)
        #expect(try Files.read(file) == Array("make.log\none\n".utf8) + [0xFF, 0x0A] + Array("two\n".utf8))
    }
}
