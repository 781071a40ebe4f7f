import Glibc

/// The locale that libarchive needs to hand out names as UTF-8, whatever the caller's environment says.
///
/// It is switched on for the calling thread only, and only around a call: `setlocale` would race with other
/// threads.
enum UTF8Locale {
    /// glibc has carried C.UTF-8 since 2.35, and Debian long before; without it names outside ASCII are refused.
    nonisolated(unsafe) private static let handle: locale_t? = unsafe newlocale(
        1 << LC_CTYPE, "C.UTF-8", nil)

    /// Calls `body` under the locale.
    static func with<Result>(_ body: () -> Result) -> Result {
        guard let handle = unsafe handle else { return body() }
        let previous = unsafe uselocale(handle)
        defer { unsafe _ = uselocale(previous) }
        return body()
    }
}
