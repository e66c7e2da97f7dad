/// A keyring as the values of a Secret, and back.
extension Keyring {
    /// The keys of a Secret that hold a keyring.
    package enum Key: String, Sendable, CaseIterable {
        /// Whose the Secret is, and how it is to be read: see ``Keyring/version``.
        case version = "tidewaiter-keyring"
        case serving = "tls.crt"
        case servingKey = "tls.key"
        /// Everybody who is to be trusted, in PEM: under the name where cert-manager's cainjector looks for it.
        case bundle = "ca.crt"
        case signingKey = "ca.key"
        case successorKey = "successor.key"
        /// The last serving certificates that former authorities signed.
        case formerServing = "former.crt"
    }

    static let version = "1"

    /// How many authorities a Secret may hold.
    static let maximumAuthorities = 32

    /// What a Secret is to hold.
    package var values: [String: [UInt8]] {
        let last = former.compactMap(\.last)
        let texts: [Key: [UInt8]?] = [
            .version: Array(Self.version.utf8),
            .serving: serving?.chain,
            .servingKey: serving?.key.pem,
            .bundle: bundle.authorities.isEmpty ? nil : bundle.pem,
            .signingKey: signing?.key.pem,
            .successorKey: successor?.key.pem,
            .formerServing: last.isEmpty ? nil : PEMText.text(last),
        ]
        return Dictionary(uniqueKeysWithValues: texts.compactMap { key, text in text.map { (key.rawValue, $0) } })
    }

    /// A keyring as it was read, and what could not be.
    package struct Reading: Sendable {
        package var keyring: Keyring
        /// What is damaged, by key and reason; the rest counts.
        package var problems: [String]
    }

    /// Reads what a Secret holds; each part that is damaged is left out and told.
    ///
    /// - Returns: an empty keyring for an empty Secret, as manifests make it.
    /// - Throws: ``ForeignSecret`` for one that holds what is somebody else's.
    package static func read(_ values: [String: [UInt8]]) throws(ForeignSecret) -> Reading {
        let values = values.filter { !$0.value.isEmpty }
        guard !values.isEmpty else { return Reading(keyring: Keyring(), problems: []) }
        guard let version = values[Key.version.rawValue] else { throw .foreign(keys: values.keys.sorted()) }
        guard version == Array(Self.version.utf8) else { throw .otherVersion }
        var reader = KeyringReader(values: values)
        let keyring = reader.read()
        return Reading(keyring: keyring, problems: reader.problems)
    }
}

/// A Secret that is not this tool's to change.
package enum ForeignSecret: Error, Sendable, Equatable, CustomStringConvertible {
    case foreign(keys: [String])
    case otherVersion

    package var description: String {
        switch self {
        case .foreign(let keys):
            "it holds \(keys.prefix(8).joined(separator: ", ")), but nothing says that tidewaiter wrote it (the key "
                + "\(Keyring.Key.version.rawValue)), so it is left alone; name another Secret, or delete this one"
        case .otherVersion:
            "another version of tidewaiter wrote it (the key \(Keyring.Key.version.rawValue)), so it is left alone; run that "
                + "version, or delete the Secret"
        }
    }
}

/// Reads the parts of a keyring.
private struct KeyringReader {
    let values: [String: [UInt8]]
    var problems: [String] = []

    init(values: [String: [UInt8]]) { self.values = values }

    mutating func read() -> Keyring {
        var keyring = Keyring()
        var authorities = authorities()
        keyring.signing = signing(.signingKey, of: &authorities)
        keyring.successor = signing(.successorKey, of: &authorities)
        let last = certificates(.formerServing)
        keyring.retire(
            authorities.map { authority in
                let signed = last.filter { $0.isSigned(by: authority.certificate) }
                return FormerAuthority(certificate: authority, last: signed.max { $0.ends < $1.ends })
            }
        )
        keyring.serving = serving()
        if let serving = keyring.serving, !keyring.bundle.trusts(serving.certificate) {
            problems.append("\(Keyring.Key.serving.rawValue): no authority in \(Keyring.Key.bundle.rawValue) signed it")
            keyring.serving = nil
        }
        return keyring
    }

    private mutating func authorities() -> [AuthorityCertificate] {
        let certificates = certificates(.bundle)
        guard certificates.count <= Keyring.maximumAuthorities else {
            problems.append("\(Keyring.Key.bundle.rawValue): more than \(Keyring.maximumAuthorities) authorities")
            return []
        }
        var read: [AuthorityCertificate] = []
        for certificate in certificates {
            let authority = part(.bundle) { () throws(Malformed) in try AuthorityCertificate(certificate) }
            if let authority, !read.contains(authority) { read.append(authority) }
        }
        return read
    }

    /// The authority that a key is of, taken from those that are left.
    private mutating func signing(_ key: Keyring.Key, of authorities: inout [AuthorityCertificate]) -> SigningAuthority?
    {
        guard let bytes = values[key.rawValue] else { return nil }
        guard let read = part(key, { () throws(Malformed) in try SigningKey(pem: bytes) }) else { return nil }
        for (position, authority) in authorities.enumerated() {
            guard let signing = try? SigningAuthority(authority, key: read) else { continue }
            authorities.remove(at: position)
            return signing
        }
        problems.append("\(key.rawValue): it is the key of no authority in \(Keyring.Key.bundle.rawValue)")
        return nil
    }

    private mutating func serving() -> ServingCertificate? {
        let certificates = certificates(.serving)
        let bytes = values[Keyring.Key.servingKey.rawValue]
        guard !certificates.isEmpty || bytes != nil else { return nil }
        guard certificates.count == 1, let bytes else {
            problems.append(
                "\(Keyring.Key.serving.rawValue), \(Keyring.Key.servingKey.rawValue): not one certificate with its key"
            )
            return nil
        }
        guard let key = part(.servingKey, { () throws(Malformed) in try SigningKey(pem: bytes) }) else { return nil }
        return part(.serving) { () throws(Malformed) in try ServingCertificate(certificates[0], key: key) }
    }

    private mutating func certificates(_ key: Keyring.Key) -> [DERCertificate] {
        guard let bytes = values[key.rawValue] else { return [] }
        return part(key) { () throws(Malformed) in
            try PEMText.certificates(bytes).map { one throws(Malformed) in try DERCertificate(one) }
        } ?? []
    }

    private mutating func part<Part>(_ key: Keyring.Key, _ read: () throws(Malformed) -> Part) -> Part? {
        do throws(Malformed) {
            return try read()
        } catch {
            problems.append("\(key.rawValue): \(error)")
            return nil
        }
    }
}
