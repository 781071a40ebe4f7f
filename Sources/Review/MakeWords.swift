/// A command of `MAKE[#]`, evaluated for ``ReviewedTree/release``, taken apart as far as the rules need.
struct MakeWords {
    let index: Int
    let command: String
    /// Of each of its simple commands, as far as that can be told without a shell.
    private let parts: [[Substring]]

    init(index: Int, _ command: String) {
        self.index = index
        self.command = command
        parts = command.split { ";&|".contains($0) }.map { part in
            part.split { $0.isWhitespace || "'\"()".contains($0) }
        }
    }

    private var words: [Substring] { parts.flatMap(\.self) }

    private static func isMake(_ word: Substring) -> Bool { word == "make" || word.hasSuffix("/make") }

    /// Whether make is what it runs, so that dkms adds KERNELRELEASE to its variables.
    var isMake: Bool { words.first.map(Self.isMake) == true }

    /// Whether any make is run, after whatever else.
    var runsMake: Bool { words.contains(where: Self.isMake) }

    /// A variable that make gets.
    struct Variable: Hashable {
        let name: String
        let value: String

        /// Whether it says which kernel to build for.
        var namesKernel: Bool { MakeWords.namesKernel(value) }
    }

    /// The variables that make gets, as arguments or in its environment, in order.
    var variables: [Variable] {
        parts.filter { $0.contains(where: Self.isMake) }.joined().compactMap { word in
            guard let equals = word.firstIndex(of: "=") else { return nil }
            let name = word[..<equals]
            let isName =
                !name.isEmpty && name.first?.isNumber == false
                && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
            return isName
                ? Variable(name: String(name), value: String(word[word.index(after: equals)...])) : nil
        }
    }

    /// Whether it says which kernel to build for.
    var namesKernel: Bool { Self.namesKernel(command) }

    /// Whether the tree's own Makefile is left to kbuild: `make -C KERNEL M=…`.
    var runsInKernel: Bool {
        guard let flag = words.firstIndex(where: { $0.hasPrefix("-C") || $0.hasPrefix("--directory") }) else {
            return false
        }
        return words[flag...].prefix(2).contains { Self.namesKernel(String($0)) }
    }

    /// Whether a text has the kernel in it: evaluated, or as a variable that dkms evaluates when it runs it.
    static func namesKernel(_ text: String) -> Bool {
        text.contains(ReviewedTree.release)
            || ["kernelver", "kernel_source_dir"].contains {
                text.contains("$\($0)") || text.contains("${\($0)")
            }
    }
}
