import Streams
import Testing

@Suite struct ByteSinkTests {
    @Test func countsWhatItPassesOn() throws {
        var sink = CountingSink(MemorySink())
        try sink.write("hé")
        try sink.write([1, 2])
        try sink.write([UInt8]())
        #expect(sink.count == 5)
        #expect(sink.finish().bytes == Array("hé".utf8) + [1, 2])
    }
}
