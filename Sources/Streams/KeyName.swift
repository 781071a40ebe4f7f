/// How options name a private key: by the path of a file, or by the PKCS #11 URI of a key on a token (RFC 7512).
package enum KeyName {
    package static let tokenScheme = "pkcs11:"

    /// Whether the name is such a URI and no path.
    package static func isOnToken(_ name: String) -> Bool { name.hasPrefix(tokenScheme) }
}
