import Foundation
import Testing

@testable import Delivery

@Suite struct SignatureTests {
    @Test(arguments: ["", "{\"a\":1}", "\u{0}\u{ff}é\n"])
    func `openssl comes to the same code`(body: String) throws {
        let key = "s3cret-key"
        let value = Signature.value(of: Array(body.utf8), at: 1_764_482_400, key: Array(key.utf8))
        let digest = try #require(
            try run("openssl", ["dgst", "-sha256", "-hmac", key, "-r"], input: Array("1764482400.\(body)".utf8))
        )
        #expect(value == "t=1764482400,v1=\(digest.prefix(64))")
    }
}
