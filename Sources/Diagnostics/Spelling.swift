/// What somebody who mistyped a word meant.
package enum Spelling {
    /// The one of `words` that `name` was probably meant to be: at most two typing errors away, fewer for a short one.
    package static func nearest(to name: String, in words: some Sequence<String>) -> String? {
        var best: (word: String, distance: Int)?
        for word in words {
            let distance = editDistance(Array(name.utf8), Array(word.utf8))
            if distance <= max(1, min(2, word.utf8.count / 4)), distance < (best?.distance ?? .max) {
                best = (word, distance)
            }
        }
        return best?.word
    }

    /// Levenshtein's distance, with a swap of neighbours as one step.
    private static func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var before: [Int] = []
        var last = Array(0...b.count)
        for (i, byte) in a.enumerated() {
            var row = [i + 1]
            for (j, other) in b.enumerated() {
                var best = min(last[j] + (byte == other ? 0 : 1), last[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, byte == b[j - 1], a[i - 1] == other { best = min(best, before[j - 1] + 1) }
                row.append(best)
            }
            (before, last) = (last, row)
        }
        return last[b.count]
    }
}
