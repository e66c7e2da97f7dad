internal import SwiftASN1
internal import X509

/// Reads PEM (RFC 7468) strictly: documents, blank lines between them, and nothing else.
enum PEMText {
    /// How long a text may be, in bytes: some fifty certificates.
    static let limit = 64 << 10

    static func documents(_ bytes: [UInt8]) throws(Malformed) -> [PEMDocument] {
        guard bytes.count <= limit else { throw Malformed("it is longer than \(limit) bytes") }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw Malformed("it is no text") }
        guard let documents = try? PEMDocument.parseMultiple(pemString: text), !documents.isEmpty else {
            throw Malformed("it is no PEM")
        }
        // What a reader skips over, another may read: all of the text has to be what was read.
        let lines = text.split { $0.isNewline }.filter { !$0.allSatisfy(\.isWhitespace) }
        guard lines == documents.flatMap({ $0.pemString.split(separator: "\n") }) else {
            throw Malformed("there is more in it than PEM")
        }
        return documents
    }

    static func certificates(_ bytes: [UInt8]) throws(Malformed) -> [Certificate] {
        try documents(bytes).map { document throws(Malformed) in
            do {
                return try Certificate(pemDocument: document)
            } catch {
                throw Malformed("there is no certificate in it")
            }
        }
    }

    /// Certificates in PEM, in their order.
    static func text(_ certificates: [DERCertificate]) -> [UInt8] {
        certificates.flatMap { certificate in
            Array((PEMDocument(type: "CERTIFICATE", derBytes: certificate.der).pemString + "\n").utf8)
        }
    }
}
