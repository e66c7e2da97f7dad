/// All that the webhook's replicas share of certificates: who signs, whom API servers are to trust, what is served.
///
/// The order of a rotation makes it safe. A successor is trusted before it signs, and a former authority is trusted until
/// nothing that it signed is valid; so whatever a replica serves, the ``bundle`` of the same or a later keyring trusts it.
package struct Keyring: Sendable, Equatable {
    /// Who signs serving certificates; nil where its key was lost.
    package var signing: SigningAuthority?
    /// Who will sign, once API servers trust it.
    package var successor: SigningAuthority?
    /// Oldest first.
    package private(set) var former: [FormerAuthority] = []
    package var serving: ServingCertificate?

    package init() {}

    /// Whom API servers are to trust: what belongs in `caBundle`.
    package var bundle: TrustBundle {
        TrustBundle([signing?.certificate, successor?.certificate].compactMap { $0 } + former.map(\.certificate))
    }

    /// How many former authorities are kept; only somebody who deletes the keyring every few days has more.
    static let maximumFormer = 16

    /// Trusts authorities that sign no more, the newest before all.
    mutating func retire(_ authorities: [FormerAuthority]) {
        former = (former + authorities).sorted { $0.certificate < $1.certificate }.suffix(Self.maximumFormer)
    }

    mutating func drop(where hasEnded: (FormerAuthority) -> Bool) { former.removeAll(where: hasEnded) }

    /// Takes up what a replica remembers, where the shared keyring was lost or damaged: nobody may stop trusting it yet.
    package mutating func recall(_ memory: KeyringMemory) {
        let trusted = Set(bundle.authorities)
        let lost = memory.bundle.authorities.filter { !trusted.contains($0) }
        retire(
            lost.map { authority in
                memory.former.first { $0.certificate == authority }
                    ?? FormerAuthority(certificate: authority, last: nil)
            }
        )
        // Who can sign makes another, which is trusted as the lost one is.
        if signing == nil { serving = serving ?? memory.serving }
    }
}

/// What a replica remembers of a keyring between two looks at it: all but the keys that sign.
package struct KeyringMemory: Sendable {
    package let bundle: TrustBundle
    package let former: [FormerAuthority]
    package let serving: ServingCertificate?
    /// The fingerprint of who will sign next.
    package let successor: String?

    package init(_ keyring: Keyring = Keyring()) {
        bundle = keyring.bundle
        former = keyring.former
        serving = keyring.serving
        successor = keyring.successor?.certificate.fingerprint
    }
}

/// The authorities that API servers are to trust.
package struct TrustBundle: Sendable, Equatable {
    /// Oldest first, whoever of them signs: who takes over changes nothing of it.
    package let authorities: [AuthorityCertificate]

    package init(_ authorities: [AuthorityCertificate]) { self.authorities = authorities.sorted() }

    /// In PEM, as `caBundle` holds it.
    package var pem: [UInt8] { PEMText.text(authorities.map(\.certificate)) }

    /// Whether one of them signed it.
    package func trusts(_ certificate: DERCertificate) -> Bool {
        authorities.contains { certificate.isSigned(by: $0.certificate) }
    }
}
