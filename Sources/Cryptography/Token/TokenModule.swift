import CPkcs11
import Diagnostics
import Glibc

/// A library that speaks PKCS #11 with tokens, such as that of an HSM's vendor.
///
/// It stays in the process once it is there: such libraries have threads and handlers of their own, and may be used by others.
/// What is asked of it and what it answers are bytes, so it doesn't matter which libcrypto it uses for itself.
@safe struct TokenModule: Sendable {
    /// As it was looked for.
    let path: String
    /// The functions; the standard has them never change, and the library lock them itself once it is told to.
    private let list: FunctionList

    @safe private struct FunctionList: @unchecked Sendable {
        let pointer: UnsafePointer<CK_FUNCTION_LIST>
    }

    /// Makes a call, which `function` names.
    ///
    /// - Throws: `token-error` where it ends with anything but CKR_OK.
    func demand(
        _ function: String, _ call: (borrowing CK_FUNCTION_LIST) -> CK_RV?
    ) throws(Diagnostic) {
        let outcome = unsafe outcome(call)
        guard outcome == .ok else { throw .tokenError(function, outcome) }
    }

    func outcome(_ call: (borrowing CK_FUNCTION_LIST) -> CK_RV?) -> Cryptoki.Outcome {
        // A library may leave out what it doesn't do.
        unsafe call(list.pointer.pointee).map { Cryptoki.Outcome(number: $0) } ?? .functionNotSupported
    }

    /// p11-kit's, which gives the tokens of all libraries that are registered with it.
    static let registered = "libp11-kit.so.0"

    /// Loads the library, from where the loader looks where `path` has no slash.
    ///
    /// - Throws: `no-token-module`, `token-error`.
    init(_ path: String?) throws(Diagnostic) {
        self.path = path ?? Self.registered
        guard let library = unsafe dlopen(self.path, RTLD_NOW | RTLD_LOCAL) else {
            let reason = unsafe dlerror().map { unsafe String(cString: $0) } ?? "no reason given"
            throw .noTokenModule(path, reason)
        }
        guard let symbol = unsafe dlsym(library, "C_GetFunctionList") else {
            throw .noTokenModule(self.path, "\(self.path) has no C_GetFunctionList")
        }
        let getList = unsafe unsafeBitCast(
            symbol,
            to: (@convention(c) (UnsafeMutablePointer<UnsafeMutablePointer<CK_FUNCTION_LIST>?>) -> CK_RV).self
        )
        var pointer: UnsafeMutablePointer<CK_FUNCTION_LIST>?
        let given = unsafe Cryptoki.Outcome(number: getList(&pointer))
        guard given == .ok, let pointer = unsafe pointer else {
            throw .tokenError("C_GetFunctionList", given)
        }
        unsafe list = FunctionList(pointer: UnsafePointer(pointer))
        var arguments = unsafe CK_C_INITIALIZE_ARGS()
        unsafe arguments.flags = Cryptoki.osLockingOK
        let initialized = unsafe outcome { unsafe $0.C_Initialize?(&arguments) }
        guard initialized == .ok || initialized == .alreadyInitialized else {
            throw .tokenError("C_Initialize", initialized)
        }
    }
}
