internal import NIOCore
internal import Posture

/// What management applications say to whom does not say who they are, asked at their Services' own addresses.
///
/// Each is asked what its kind is asked of everywhere: questions that change nothing.
struct ServiceInterview {
    let cluster: ClusterEvidence

    /// Of more than this the rest is not asked.
    private static let maximumServices = 200

    func probes() async -> [ServiceProbe] {
        let places = places.prefix(Self.maximumServices)
        let found = try? await Prober.connected(patience: .seconds(3)) { prober in
            var answers: [ServiceProbe] = []
            for place in places {
                for question in place.questions {
                    let answer = await Self.answer(to: question, at: place, by: prober)
                    answers.append(ServiceProbe(namespace: place.namespace, service: place.service, probe: answer))
                }
            }
            return answers
        }
        return found ?? []
    }

    /// Where an application is reached, and what it is asked there.
    private struct Place {
        var namespace: String
        var service: String
        var address: String
        var port: Int
        var questions: [CollectionPlan.Question]
    }

    private var places: [Place] {
        let services = cluster.objects("Service").value ?? []
        return cluster.managementWorkloads.flatMap { workload -> [Place] in
            let questions = workload.application.probes.map {
                CollectionPlan.Question(method: $0.method, path: $0.path(in: workload.namespace), sent: $0.sent)
            }
            return services.filter(workload.isBehind).flatMap { service -> [Place] in
                // A headless one has no address, and one of another name is none of the cluster's.
                guard let address = service.document.at("spec", "clusterIP")?.text, address != "None", !address.isEmpty
                else { return [] }
                let ports = service.document.at("spec", "ports")?.elements ?? []
                return ports.compactMap { port in
                    guard let number = port["port"]?.integer, (1...65_535).contains(number),
                        ["TCP", nil].contains(port["protocol"]?.text)
                    else { return nil }
                    return Place(
                        namespace: workload.namespace,
                        service: service.name,
                        address: address,
                        port: Int(number),
                        questions: questions
                    )
                }
            }
        }
    }

    /// In the clear first, as most of them listen in a cluster; by TLS where that is what is spoken.
    private static func answer(to question: CollectionPlan.Question, at place: Place, by prober: Prober) async -> Probe
    {
        func probe(_ scheme: Probe.Scheme) -> Probe {
            var probe = Probe(place.address, place.port, scheme, question.method, question.path)
            probe.sent = question.sent
            return probe
        }
        let plain = await prober.answer(to: probe(.http))
        if let status = plain.status, status != 400, !plain.isSentToTLS { return plain }
        let secure = await prober.answer(to: probe(.https))
        return secure.status == nil ? plain : secure
    }
}

extension Probe {
    /// Whether it was told no more than to ask the same by TLS.
    fileprivate var isSentToTLS: Bool {
        status.map { 300..<400 ~= $0 } ?? false && headers["location"]?.lowercased().hasPrefix("https:") ?? false
    }
}
