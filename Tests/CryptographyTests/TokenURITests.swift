import Cryptography
import Diagnostics
import Streams
import Testing

@Suite("TokenURI")
struct TokenURITests {
    @Test(
        "takes what p11tool and pkcs11-tool print for private keys",
        arguments: [
            "pkcs11:", "pkcs11:token=x",
            "pkcs11:model=SoftHSM%20v2;manufacturer=SoftHSM%20project;serial=2bb7;token=a%3Bb",
            "pkcs11:token=x;id=%00%01%fF;object=k%C3%A9y;type=private;slot-id=17",
            "pkcs11:token=x?module-path=/usr/lib/x.so&pin-source=file:/run/pin&x-vendor=1",
        ])
    func good(text: String) throws {
        #expect(KeyName.isOnToken(text))
        _ = try TokenURI(text)
    }

    @Test(
        "refuses what it can't compare, and never repeats a PIN",
        arguments: [
            "", "PKCS11:token=x", "pkcs11:token", "pkcs11:=x", "pkcs11:token=%", "pkcs11:token=%4",
            "pkcs11:token=%+4",
            "pkcs11:token=%00", "pkcs11:token=a;token=a", "pkcs11:type=public", "pkcs11:slot-id=x",
            "pkcs11:library-version=3",
            "pkcs11:token=x?pin-value=secret%zz", "pkcs11:token=x?pin-value=secret&pin-value=secret",
            "pkcs11:token=x?pin-value=secret&pin-source=/run/secret", "pkcs11:token=x?pin-source=secret",
            "pkcs11:token=x?pin-source=file://secret/x", "pkcs11:token=x?pin-source=%7Csecret",
            "pkcs11:token=x?secret",
            "pkcs11:token=x;pin-value=secret", "pkcs11:pin-value=secret;token=a;token=a",
            "pkcs11:token=x&pin-value=secret", "pkcs11:token=x?module-path=/x.so;pin-value=secret",
            "pkcs11:token=x?pin-source=/x;pin-value=secret", "pkcs11:token=%?pin-value=secret",
        ])
    func bad(text: String) throws {
        let fault = #expect(throws: Diagnostic.self) { _ = try TokenURI(text) }
        #expect(fault?.code == "bad-token-uri")
        #expect(fault?.message.contains("secret") == false)
        #expect(fault?.hint?.contains("secret") == false)
    }

    @Test(
        "messages call it by what a key is found by",
        arguments: [
            ("pkcs11:token=x;object=y?pin-value=secret", "pkcs11:token=x;object=y"),
            ("pkcs11:slot-description=x;pin-value=secret;id=%01", "pkcs11:slot-description=x;id=%01"),
            ("pkcs11:token=x&pin-value=secret", "pkcs11:"), ("pkcs11:secret;token=x", "pkcs11:token=x"),
            ("pkcs11:pin-value=secret", "pkcs11:"), ("/keys/a;b?c", "/keys/a;b?c"),
        ])
    func names(key: String, name: String) {
        #expect(TokenURI.name(of: key) == name)
    }

    @Test("a library that isn't there, or that is for something else, is told")
    func libraries() throws {
        for library in ["/nowhere/pkcs11.so", "libc.so.6"] {
            let uri = try TokenURI("pkcs11:token=x?module-path=\(library)")
            let fault = #expect(throws: Diagnostic.self) { _ = try FoundToken(uri, module: "libc.so.6") }
            #expect(fault?.code == "no-token-module")
            #expect(fault?.message.contains(library) == true)
        }
    }
}
