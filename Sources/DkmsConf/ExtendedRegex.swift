import Glibc

/// POSIX extended regular expressions, as bash's `=~` has them (regcomp with REG_EXTENDED, unanchored).
package enum ExtendedRegex {
    /// Whether `pattern` matches `text` somewhere; a pattern that isn't one matches nothing.
    package static func matches(_ pattern: String, _ text: String) -> Bool {
        guard let compiled = Compiled(pattern) else { return false }
        return compiled.matches(text)
    }

    package static func isValid(_ pattern: String) -> Bool { Compiled(pattern) != nil }

    /// Owns what regcomp allocated.
    @safe private struct Compiled: ~Copyable {
        private var expression: regex_t

        init?(_ pattern: String) {
            var expression = unsafe regex_t()
            guard unsafe regcomp(&expression, pattern, REG_EXTENDED | REG_NOSUB) == 0 else { return nil }
            unsafe self.expression = expression
        }

        deinit {
            var expression = unsafe expression
            unsafe regfree(&expression)
        }

        func matches(_ text: String) -> Bool {
            var expression = unsafe expression
            return unsafe regexec(&expression, text, 0, nil, 0) == 0
        }
    }
}
