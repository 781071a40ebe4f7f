import Streams
import Testing

@Suite struct ByteSinkTests {
    @Test func keepsWhatItIsGivenInOrder() throws {
        var sink = MemorySink()
        try sink.write("hé")
        try sink.write([1, 2])
        try sink.write([UInt8]())
        #expect(sink.bytes == Array("hé".utf8) + [1, 2])
    }

    @Test(arguments: ["6.1.0-56-amd64", "5.14.0-457.el9.x86_64+rt", "hello_1~rc1"])
    func takesNamesOfTheField(name: String) { #expect(PlainName.isPlain(name)) }

    @Test(arguments: ["", ".", "..", "../x", "a/b", "-rf", "a b", "a'b", "a$(id)", "a\nb", "é"])
    func refusesWhatPathsAndShellsReadOtherwise(name: String) { #expect(!PlainName.isPlain(name)) }
}
