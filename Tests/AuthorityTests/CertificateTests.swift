import Authority
import Foundation
import NIOSSL
import Testing

@Suite struct CertificateTests {
    private let name = "tidewaiter.security.svc"

    @Test func `a serving certificate is taken for its names, within its life, under its authority`() async throws {
        let keyring = try Keyring.made(for: names(name, "tidewaiter.security.svc.cluster.local"))
        let serving = try #require(keyring.serving)
        let bundle = keyring.bundle
        #expect(bundle.authorities.count == 1)
        #expect(await bundle.accepts(serving, as: name, at: beginning))
        #expect(await bundle.accepts(serving, as: "tidewaiter.security.svc.cluster.local", at: beginning))
        #expect(await bundle.accepts(serving, as: "tidewaiter.other.svc", at: beginning) == false)
        let other = try Keyring.made(for: names(name)).bundle
        #expect(await other.accepts(serving, as: name, at: beginning) == false)
    }

    @Test func `it begins an hour before it is made and ends after ninety days, to the second`() async throws {
        let keyring = try Keyring.made(at: beginning.addingTimeInterval(0.7), for: names(name))
        let serving = try #require(keyring.serving)
        let (begins, ends) = (beginning.after(hours: -1), beginning.after(days: 90))
        #expect(serving.certificate.begins == begins && serving.ends == ends)
        #expect(await keyring.bundle.accepts(serving, as: name, at: begins))
        #expect(await keyring.bundle.accepts(serving, as: name, at: begins.after(seconds: -1)) == false)
        #expect(await keyring.bundle.accepts(serving, as: name, at: ends))
        #expect(await keyring.bundle.accepts(serving, as: name, at: ends.after(seconds: 1)) == false)
        #expect(keyring.signing?.certificate.ends == beginning.after(days: 365))
    }

    @Test func `openssl takes the chain by its strict reading, and reads what it is for`() throws {
        let keyring = try Keyring.made(at: .now, for: names(name))
        let openSSL = try OpenSSL()
        try openSSL.write(keyring.bundle.pem, as: "ca.pem")
        try openSSL.write(try #require(keyring.serving).chain, as: "tls.pem")
        func verify(_ host: String) throws -> (text: String, isContent: Bool) {
            try openSSL.run(
                "verify",
                "-x509_strict",
                "-purpose",
                "sslserver",
                "-verify_hostname",
                host,
                "-CAfile",
                "ca.pem",
                "tls.pem"
            )
        }
        let verified = try verify(name)
        #expect(verified.isContent, "\(verified.text)")
        #expect(try verify("other.security.svc").isContent == false)
        let authority = try openSSL.run("x509", "-in", "ca.pem", "-noout", "-text").text
        for text in [
            "Subject: O = Tidewaiter, CN = Tidewaiter webhook authority ", "CA:TRUE, pathlen:0", "Certificate Sign\n",
            "NIST CURVE: P-256", "ecdsa-with-SHA256", "X509v3 Subject Key Identifier",
        ] { #expect(authority.contains(text), "\(text)") }
        let serving = try openSSL.run("x509", "-in", "tls.pem", "-noout", "-text").text
        for text in [
            "CA:FALSE", "Digital Signature\n", "TLS Web Server Authentication\n", "DNS:\(name)\n",
            "X509v3 Authority Key Identifier",
        ] { #expect(serving.contains(text), "\(text)") }
    }

    @Test func `an authority signs no other authority that clients would follow`() throws {
        let keyring = try Keyring.made(at: .now, for: names(name))
        let openSSL = try OpenSSL()
        try openSSL.write(keyring.bundle.pem, as: "ca.pem")
        try openSSL.write(try #require(keyring.signing).key.pem, as: "ca.key")
        try openSSL.write(
            Array("basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n".utf8),
            as: "ca.txt"
        )
        try openSSL.write(Array("subjectAltName=DNS:\(name)\n".utf8), as: "leaf.txt")
        for (made, issuer, file) in [("sub", "ca", "ca.txt"), ("leaf", "sub", "leaf.txt")] {
            let request = try openSSL.run(
                "req",
                "-new",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-keyout",
                "\(made).key",
                "-out",
                "\(made).csr",
                "-subj",
                "/CN=\(made)"
            )
            #expect(request.isContent, "\(request.text)")
            let signed = try openSSL.run(
                "x509",
                "-req",
                "-days",
                "2",
                "-in",
                "\(made).csr",
                "-CA",
                "\(issuer).pem",
                "-CAkey",
                "\(issuer).key",
                "-set_serial",
                "1",
                "-extfile",
                file,
                "-out",
                "\(made).pem"
            )
            #expect(signed.isContent, "\(signed.text)")
        }
        let verified = try openSSL.run("verify", "-CAfile", "ca.pem", "-untrusted", "sub.pem", "leaf.pem")
        #expect(!verified.isContent && verified.text.contains("path length constraint exceeded"), "\(verified.text)")
    }

    @Test func `TLS takes certificate and key from memory`() throws {
        let serving = try #require(try Keyring.made(for: names(name)).serving)
        let chain = try NIOSSLCertificate.fromPEMBytes(serving.chain)
        let key = try NIOSSLPrivateKey(bytes: serving.key.pem, format: .pem)
        #expect(chain.count == 1)
        let configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(key)
        )
        _ = try NIOSSLContext(configuration: configuration)
    }

    @Test func `names of the greatest length are carried`() async throws {
        let long = String(repeating: "a", count: 63) + "." + String(repeating: "b", count: 63) + ".svc"
        let keyring = try Keyring.made(for: names(long))
        #expect(await keyring.bundle.accepts(try #require(keyring.serving), as: long, at: beginning))
    }

    @Test(arguments: [
        "", "svc.", ".svc", "a..svc", "Tidewaiter.security.svc", "*.security.svc", "tide waiter.svc", "-a.svc",
        "a-.svc",
        "192.0.2.1", "::1", "tidewäiter.svc", "a_b.svc", String(repeating: "a", count: 64) + ".svc",
        String(repeating: "abcdefg.", count: 32),
    ])
    func `what is no DNS name is refused`(text: String) {
        #expect(throws: Malformed.self) { try ServiceName(text) }
    }

    @Test func `no key is told by what it is part of`() throws {
        var keyring = try Keyring.made(for: names(name))
        keyring.successor = keyring.signing
        var told = "\(keyring) \(String(reflecting: keyring))"
        dump(keyring, to: &told)
        let serving = try #require(keyring.serving)
        let signing = try #require(keyring.signing)
        for key in [serving.key, signing.key] {
            let lines = String(decoding: key.pem, as: UTF8.self).split(separator: "\n").dropFirst().dropLast()
            #expect(lines.count == 3)
            for line in lines { #expect(!told.contains(line)) }
        }
        #expect(!told.contains("PRIVATE KEY") && told.contains("a private key"))
    }
}
