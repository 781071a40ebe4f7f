/// Numbers of PKCS #11 2.40 by its own names, without their prefixes.
enum Cryptoki {
    // Flags of C_Initialize, C_OpenSession and CK_TOKEN_INFO.
    static let osLockingOK: UInt = 2
    static let serialSession: UInt = 4
    static let loginRequired: UInt = 4
    static let protectedAuthenticationPath: UInt = 0x100
    static let tokenInitialized: UInt = 0x400

    static let user: UInt = 1
    static let contextSpecific: UInt = 2

    static let attributeClass: UInt = 0
    static let attributeLabel: UInt = 3
    static let attributeKeyType: UInt = 0x100
    static let attributeID: UInt = 0x102
    static let attributeAlwaysAuthenticate: UInt = 0x202
    static let privateKey: UInt = 3

    static let rsa: UInt = 0
    static let ec: UInt = 3
    static let mechanismRSA: UInt = 1
    static let mechanismECDSA: UInt = 0x1041

    /// What a call ended with.
    struct Outcome: Hashable, Sendable, CustomStringConvertible {
        let number: UInt

        static let ok = Outcome(number: 0)
        static let functionNotSupported = Outcome(number: 0x54)
        static let pinIncorrect = Outcome(number: 0xA0)
        static let pinInvalid = Outcome(number: 0xA1)
        static let pinLengthRange = Outcome(number: 0xA2)
        static let pinLocked = Outcome(number: 0xA4)
        static let alreadyLoggedIn = Outcome(number: 0x100)
        static let alreadyInitialized = Outcome(number: 0x191)

        private static let names: [UInt: String] = [
            0x02: "HOST_MEMORY", 0x05: "GENERAL_ERROR", 0x06: "FUNCTION_FAILED", 0x0A: "CANT_LOCK",
            0x20: "DATA_INVALID", 0x21: "DATA_LEN_RANGE", 0x30: "DEVICE_ERROR", 0x31: "DEVICE_MEMORY",
            0x32: "DEVICE_REMOVED", 0x50: "FUNCTION_CANCELED", 0x54: "FUNCTION_NOT_SUPPORTED",
            0x60: "KEY_HANDLE_INVALID", 0x62: "KEY_SIZE_RANGE", 0x63: "KEY_TYPE_INCONSISTENT",
            0x68: "KEY_FUNCTION_NOT_PERMITTED", 0x70: "MECHANISM_INVALID", 0xA3: "PIN_EXPIRED",
            0xA4: "PIN_LOCKED", 0xB0: "SESSION_CLOSED", 0xB1: "SESSION_COUNT",
            0xB3: "SESSION_HANDLE_INVALID", 0xE0: "TOKEN_NOT_PRESENT", 0xE1: "TOKEN_NOT_RECOGNIZED",
            0x101: "USER_NOT_LOGGED_IN", 0x102: "USER_PIN_NOT_INITIALIZED", 0x150: "BUFFER_TOO_SMALL",
            0x190: "CRYPTOKI_NOT_INITIALIZED",
        ]

        /// As vendors' manuals call it, such as `CKR_DEVICE_ERROR`; its number where this has no name for it.
        var description: String {
            Self.names[number].map { "CKR_\($0)" } ?? "the number 0x" + String(number, radix: 16)
        }
    }
}
