import Terminal
import Testing

@Suite struct TableTests {
    @Test func columnsLineUp() {
        var table = Table(header: ["KERNEL", "STATE", "WHY"])
        table.add(["6.1.0-56-amd64", "built", ""])
        table.add(["6.1", "excluded", "because of it"])
        #expect(
            table.text.split(separator: "\n").map(String.init) == [
                "KERNEL          STATE     WHY",
                "6.1.0-56-amd64  built     ",
                "6.1             excluded  because of it",
            ])
    }

    /// A character is one column wide however many bytes it has.
    @Test func countsCharactersNotBytes() {
        var table = Table(header: ["é", "x"])
        table.add(["ab", "y"])
        #expect(table.text == "é   x\nab  y\n")
    }

    @Test func rowsMayBeShort() {
        var table = Table(header: ["a", "b", "c"])
        table.add(["long first"])
        table.add([])
        #expect(table.text == "a           b  c\nlong first\n\n")
    }
}
