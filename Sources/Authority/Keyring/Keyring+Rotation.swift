package import Foundation

/// What is known of the webhook configuration, as far as it matters for a successor.
package enum Publication: Sendable, Equatable {
    /// It was seen there all the time since that moment; nil where it is not there, or nobody could look.
    case seen(since: Date?)
    /// Somebody else carries the bundle there.
    case unwatched
}

/// A step of a rotation, for people.
package enum RotationStep: Sendable, Equatable, CustomStringConvertible {
    case madeAuthority(fingerprint: String, ends: Date)
    /// - Parameter isSettled: whether API servers were seen to trust it.
    case tookOver(fingerprint: String, isSettled: Bool)
    case issued(fingerprint: String, ends: Date)
    case dropped(fingerprint: String)

    package var description: String {
        switch self {
        case .madeAuthority(let fingerprint, let ends):
            "made the authority \(fingerprint), which ends on \(ends.dayAndTime)"
        case .tookOver(let fingerprint, true): "the authority \(fingerprint) signs from now on"
        case .tookOver(let fingerprint, false):
            "the authority \(fingerprint) signs from now on, though it was not seen in the webhook configuration: where it is "
                + "missing there, API servers refuse the webhook's certificate"
        case .issued(let fingerprint, let ends):
            "made the serving certificate \(fingerprint), which ends on \(ends.dayAndTime)"
        case .dropped(let fingerprint):
            "the authority \(fingerprint) is trusted no more: nothing that it signed is valid"
        }
    }
}

extension Keyring {
    /// Does what is due at a moment; nothing, when nothing is.
    ///
    /// - Parameters:
    ///   - names: what the serving certificate has to be for.
    ///   - publication: where the ``successor`` of this keyring is trusted.
    package mutating func advance(
        to now: Date,
        for names: Set<ServiceName>,
        _ lifetimes: Lifetimes,
        publication: Publication
    ) throws(Malformed) -> [RotationStep] {
        var steps = dropEnded(at: now)
        if successor == nil, signing.map({ lifetimes.due($0.certificate.certificate) <= now }) ?? true {
            let made = try SigningAuthority(at: now, lifetimes)
            successor = made
            steps.append(.madeAuthority(fingerprint: made.certificate.fingerprint, ends: made.certificate.ends))
        }
        if let successor {
            let isSettled = publication.isSettled(successor, at: now, lifetimes)
            if isSettled || !canWait(at: now, for: names, lifetimes) {
                // The first authority takes over from nobody.
                if bundle.authorities.count > 1 {
                    steps.append(.tookOver(fingerprint: successor.certificate.fingerprint, isSettled: isSettled))
                }
                retireSigning()
                signing = successor
                self.successor = nil
            }
        }
        if let signing, !isFit(at: now, for: names, lifetimes) {
            let issued = try signing.issue(for: namesToCarry(at: now, for: names, lifetimes), at: now, lifetimes)
            serving = issued
            steps.append(.issued(fingerprint: issued.fingerprint, ends: issued.ends))
        }
        return steps
    }

    private mutating func dropEnded(at now: Date) -> [RotationStep] {
        var steps: [RotationStep] = []
        func hasEnded(_ authority: AuthorityCertificate, _ ends: Date) -> Bool {
            guard ends < now else { return false }
            steps.append(.dropped(fingerprint: authority.fingerprint))
            return true
        }
        drop { hasEnded($0.certificate, $0.ends) }
        if let authority = signing?.certificate, hasEnded(authority, authority.ends) { signing = nil }
        if let authority = successor?.certificate, hasEnded(authority, authority.ends) { successor = nil }
        if let ends = serving?.ends, ends < now { serving = nil }
        return steps
    }

    /// Whether what is served goes on being valid while API servers get to know the successor.
    private func canWait(at now: Date, for names: Set<ServiceName>, _ lifetimes: Lifetimes) -> Bool {
        let last = now.addingTimeInterval(lifetimes.lastMoment)
        if let signing { return last < signing.certificate.ends }
        // Nobody can sign: it has to be what is there.
        guard let serving, bundle.trusts(serving.certificate) else { return false }
        return last < serving.ends && names.isSubset(of: serving.names)
    }

    /// Whether the serving certificate is one of who signs now, for these names, and not to be replaced yet.
    private func isFit(at now: Date, for names: Set<ServiceName>, _ lifetimes: Lifetimes) -> Bool {
        guard let serving, let signing else { return false }
        return names.isSubset(of: serving.names) && now < lifetimes.due(serving.certificate)
            && serving.certificate.isSigned(by: signing.certificate.certificate)
    }

    /// The names asked for, and those of the certificate that is replaced before its time.
    ///
    /// Replicas of two versions may ask for different ones: the union serves both, and neither replaces it again.
    private func namesToCarry(at now: Date, for names: Set<ServiceName>, _ lifetimes: Lifetimes) -> Set<ServiceName> {
        guard let serving, now < lifetimes.due(serving.certificate) else { return names }
        let union = names.union(serving.names)
        return union.count <= ServingCertificate.maximumNames ? union : names
    }

    private mutating func retireSigning() {
        guard let signing else { return }
        let authority = signing.certificate
        // The last one that it signed is the one that ends last: see `issue`.
        let last = serving.map(\.certificate).flatMap { $0.isSigned(by: authority.certificate) ? $0 : nil }
        retire([FormerAuthority(certificate: authority, last: last)])
    }
}

extension Publication {
    fileprivate func isSettled(_ successor: SigningAuthority, at now: Date, _ lifetimes: Lifetimes) -> Bool {
        switch self {
        case .seen(let since): since.map { $0.addingTimeInterval(lifetimes.settling) <= now } ?? false
        case .unwatched:
            successor.certificate.certificate.begins
                .addingTimeInterval(lifetimes.skew + lifetimes.unwatchedSettling) <= now
        }
    }
}
