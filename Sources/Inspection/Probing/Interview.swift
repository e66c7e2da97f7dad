internal import Posture

/// What one listener is asked, by what it says.
struct Interview<Questioner: Asker>: Sendable {
    let prober: Questioner

    /// - Throws: why it could not be asked.
    func probes(of listener: Listener) async throws(Questioner.Failure) -> [Probe] {
        func question(_ scheme: Probe.Scheme, _ certificate: Probe.Certificate) -> Probe {
            var question = Probe(
                listener.address,
                listener.port,
                scheme,
                "GET",
                CollectionPlan.firstPath,
                certificate: certificate
            )
            question.network = listener.network
            return question
        }
        let plain = try await prober.answer(to: question(.http, .none))
        var probes = [plain]
        // A TLS server tells whoever does not speak TLS with a 400 (Go), or closes.
        let speaksPlain = plain.status.map { $0 != 400 } ?? false
        // Whoever says nothing at all within the time is not waited for three times more.
        if plain.isSilence { return probes }
        var speaksTLS = false
        if !speaksPlain {
            let tls = try await prober.answer(to: question(.https, .none))
            probes += [tls, try await prober.answer(to: question(.https, .selfMade))]
            speaksTLS = probes.dropFirst().contains { $0.status != nil || $0.tlsVersion != nil } || tls.isRefusal
        }
        guard speaksPlain || speaksTLS else { return probes }
        if speaksTLS {
            var outdated = question(.https, .none)
            outdated.newestTLS = Probe.outdatedTLS
            probes.append(try await prober.answer(to: outdated))
        }
        let scheme: Probe.Scheme = speaksTLS ? .https : .http
        for asked in CollectionPlan.questions(port: listener.port) {
            // A server of TLS does not speak HTTP in the clear, and the other way round, whatever is asked.
            guard asked.scheme == nil || asked.scheme == scheme else { continue }
            probes.append(try await prober.answer(to: asked.probe(of: listener, scheme)))
        }
        for asked in CollectionPlan.questions(after: probes) {
            probes.append(try await prober.answer(to: asked.probe(of: listener, scheme)))
        }
        return probes
    }
}

extension CollectionPlan.Question {
    fileprivate func probe(of listener: Listener, _ scheme: Probe.Scheme) -> Probe {
        var probe = Probe(listener.address, listener.port, scheme, method, path)
        probe.network = listener.network
        probe.sent = sent
        return probe
    }
}

extension Probe {
    /// Whether there was a connection, and then nothing for as long as was waited.
    fileprivate var isSilence: Bool {
        status == nil && (failure?.contains("imeout") ?? false || failure?.contains("eadline") ?? false)
    }

    /// Whether the other end speaks TLS, and ended it for want of a certificate that it believes.
    fileprivate var isRefusal: Bool { failure?.lowercased().contains("alert") ?? false }
}
