import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import SwiftASN1
@_spi(FixedExpiryValidationTime) import X509

/// A client as an API server is one: it trusts a bundle alone, looks for the service's name, and keeps its connection.
final class TLSAsker {
    struct Refused: Error, CustomStringConvertible {
        let description: String
    }

    private let channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>

    private init(_ channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>) { self.channel = channel }

    /// - Parameters:
    ///   - bundle: whom it trusts, in PEM.
    ///   - now: the time by which it reads certificates.
    static func connect(
        port: Int,
        trusting bundle: [UInt8],
        name: String,
        now: @escaping @Sendable () -> Date = { .now }
    ) async throws -> TLSAsker {
        let roots = CertificateStore(
            try PEMDocument.parseMultiple(pemString: String(decoding: bundle, as: UTF8.self)).map {
                try Certificate(pemDocument: $0)
            }
        )
        let context = try NIOSSLContext(configuration: .makeClientConfiguration())
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    // In the place of the library's own verification, which knows the time of day alone.
                    let handler = try NIOSSLClientHandler(context: context, serverHostname: name) { chain, promise in
                        let leaf = chain.first
                        promise.completeWithTask {
                            guard let leaf else { return .failed }
                            let certificate = try Certificate(derEncoded: try leaf.toDERBytes())
                            var verifier = Verifier(rootCertificates: roots) {
                                RFC5280Policy(fixedExpiryValidationTime: now())
                                ServerIdentityPolicy(serverHostname: name, serverIP: nil)
                            }
                            let result = await verifier.validate(leaf: certificate, intermediates: CertificateStore())
                            if case .validCertificate = result { return .certificateVerified }
                            return .failed
                        }
                    }
                    try channel.pipeline.syncOperations.addHandler(handler)
                    return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return TLSAsker(channel)
    }

    /// Sends requests one after another for as long as it is told to, each when the one before is answered.
    ///
    /// - Returns: how many were answered.
    /// - Throws: where an answer is another than 200 and one that holds `expected`, or none comes.
    func ask(_ request: String, expecting expected: String, while goesOn: () async -> Bool) async throws -> Int {
        try await channel.executeThenClose { inbound, outbound in
            var answered = 0
            var answers = inbound.makeAsyncIterator()
            repeat {
                try await outbound.write(ByteBuffer(string: request))
                var text = ""
                while !text.contains(expected) {
                    guard let part = try await answers.next() else { throw Refused(description: "ends after: \(text)") }
                    text += String(buffer: part)
                    guard text.hasPrefix("HTTP/1.1 200 ".prefix(text.count)) else { throw Refused(description: text) }
                }
                answered += 1
            } while await goesOn()
            return answered
        }
    }
}
