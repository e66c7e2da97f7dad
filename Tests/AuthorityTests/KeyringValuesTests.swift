import Authority
import Foundation
import Testing

@Suite struct KeyringValuesTests {
    private let name = "tidewaiter.security.svc"

    /// A keyring with everything that one can hold.
    private func full() throws -> Keyring {
        let lifetimes = Lifetimes()
        var keyring = try Keyring.made(for: names(name))
        var now = beginning.after(days: 244)
        _ = try keyring.advance(to: now, for: names(name), lifetimes, publication: .seen(since: nil))
        now = now.after(hours: 1)
        _ = try keyring.advance(to: now, for: names(name), lifetimes, publication: .seen(since: beginning))
        keyring.successor = try SigningAuthority(at: now, lifetimes)
        return keyring
    }

    @Test func `what was written is read again, all of it`() throws {
        let keyring = try full()
        #expect(keyring.former.count == 1 && keyring.former[0].last != nil)
        let values = keyring.values
        #expect(Set(values.keys) == Set(Keyring.Key.allCases.map(\.rawValue)))
        let reading = try Keyring.read(values)
        #expect(reading.problems == [] && reading.keyring == keyring)
        #expect(reading.keyring.values == values)
    }

    @Test func `an empty Secret is an empty keyring`() throws {
        for values: [String: [UInt8]] in [[:], ["tls.crt": [], "tls.key": []]] {
            let reading = try Keyring.read(values)
            #expect(reading.keyring == Keyring() && reading.problems == [])
        }
    }

    @Test func `a Secret that somebody else wrote is left alone, and its values are not told`() throws {
        let values = ["tls.crt": Array("certificate".utf8), "tls.key": Array("hunter2".utf8)]
        let error = #expect(throws: ForeignSecret.self) { try Keyring.read(values) }
        #expect(error == .foreign(keys: ["tls.crt", "tls.key"]))
        #expect(error?.description.contains("hunter2") == false)
        var later = try full().values
        later["tidewaiter-keyring"] = Array("2".utf8)
        #expect(throws: ForeignSecret.otherVersion) { try Keyring.read(later) }
    }

    @Test(arguments: Keyring.Key.allCases.filter { $0 != .version })
    func `a part that is damaged is told by its key, and the others count`(key: Keyring.Key) throws {
        let keyring = try full()
        for damage in Damage.allCases {
            var values = keyring.values
            values[key.rawValue] = damage.done(to: try #require(values[key.rawValue]))
            let reading = try Keyring.read(values)
            #expect(reading.problems.contains { $0.hasPrefix(key.rawValue) }, "\(damage): \(reading.problems)")
            #expect(reading.problems.allSatisfy { !$0.contains("BEGIN") && !$0.contains("MIG") })
            let read = reading.keyring
            switch key {
            case .serving, .servingKey:
                #expect(read.serving == nil && read.signing == keyring.signing && read.bundle == keyring.bundle)
            case .signingKey:
                #expect(read.signing == nil && read.successor == keyring.successor && read.serving == keyring.serving)
                #expect(Set(read.bundle.authorities) == Set(keyring.bundle.authorities))
            case .successorKey:
                #expect(read.successor == nil && read.signing == keyring.signing && read.serving == keyring.serving)
                #expect(Set(read.bundle.authorities) == Set(keyring.bundle.authorities))
            case .bundle: #expect(read == Keyring(), "nobody could be trusted")
            case .formerServing:
                #expect(read.bundle == keyring.bundle && read.former[0].last == nil)
            case .version: break
            }
        }
    }

    @Test func `a key or a certificate in another's place is told`() throws {
        let keyring = try full()
        var values = keyring.values
        values["ca.key"] = keyring.serving?.key.pem
        values["tls.key"] = keyring.successor?.key.pem
        let reading = try Keyring.read(values)
        #expect(
            reading.problems == [
                "ca.key: it is the key of no authority in ca.crt", "tls.crt: the key is not the certificate's",
            ]
        )
        #expect(reading.keyring.signing == nil && reading.keyring.serving == nil)
        values = keyring.values
        values["tls.crt"] = TrustBundle([try #require(keyring.signing).certificate]).pem
        values["tls.key"] = keyring.signing?.key.pem
        #expect(try Keyring.read(values).problems == ["tls.crt: it is an authority's, not a server's"])
        values = keyring.values
        values["ca.crt"] = values["tls.crt"]
        #expect(
            try Keyring.read(values).problems.contains("ca.crt: the certificate is no authority's (basicConstraints)")
        )
        values = try Keyring.made(for: names(name)).values
        values["tls.crt"] = keyring.serving?.chain
        values["tls.key"] = keyring.serving?.key.pem
        #expect(try Keyring.read(values).problems == ["tls.crt: no authority in ca.crt signed it"])
    }

    @Test func `whatever happens to a few bytes, what is read holds together`() throws {
        let keyring = try full()
        var random = SeededRandom(state: 16)
        for _ in 0..<400 {
            var values = keyring.values
            let key = Keyring.Key.allCases.filter { $0 != .version }.randomElement(using: &random) ?? .bundle
            var value = try #require(values[key.rawValue])
            for _ in 0...Int.random(in: 0..<3, using: &random) {
                value[Int.random(in: 0..<value.count, using: &random)] = UInt8.random(in: 32..<127, using: &random)
            }
            values[key.rawValue] = value
            let read = try Keyring.read(values).keyring
            #expect(read.serving.map { read.bundle.trusts($0.certificate) } ?? true)
            #expect(Set(read.bundle.authorities).isSubset(of: keyring.bundle.authorities))
            #expect(try Keyring.read(read.values).keyring == read)
        }
    }

    @Test func `keys as openssl writes them are read, of other curves not`() throws {
        let openSSL = try OpenSSL()
        _ = try openSSL.run("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "sec1.key")
        _ = try openSSL.run("pkcs8", "-topk8", "-nocrypt", "-in", "sec1.key", "-out", "pkcs8.key")
        _ = try openSSL.run("ecparam", "-name", "secp384r1", "-genkey", "-noout", "-out", "p384.key")
        let key = try SigningKey(pem: try openSSL.read("sec1.key"))
        #expect(try SigningKey(pem: try openSSL.read("pkcs8.key")) == key)
        try openSSL.write(key.pem, as: "ours.key")
        #expect(try openSSL.run("pkey", "-in", "ours.key", "-check", "-noout").isContent)
        #expect(try SigningKey(pem: key.pem) == key)
        let other = try openSSL.read("p384.key")
        let error = #expect(throws: Malformed.self) { try SigningKey(pem: other) }
        #expect(error?.description == "it is no key of the curve P-256")
    }

    /// What may happen to a value.
    enum Damage: CaseIterable {
        case cut, noise, spoilt, preceded, twice, huge

        func done(to value: [UInt8]) -> [UInt8] {
            switch self {
            case .cut: Array(value.prefix(value.count / 2))
            case .noise: [0xFF, 0xFE, 0]
            case .spoilt: value.replacing("\n".utf8, with: "\nM".utf8, maxReplacements: 1)
            case .preceded: Array("# by hand\n".utf8) + value
            case .twice: value + value.dropLast(30)
            case .huge: Array(repeating: 0x0A, count: 1 << 20)
            }
        }
    }
}
