#if Guard
    internal import ArgumentParser
    internal import Authority
    internal import KubernetesAPI

    /// A certificate that the webhook makes itself, of an authority of its own.
    struct OwnCertificateOptions: ParsableArguments {
        @Option(
            help: ArgumentHelp(
                "Make an authority and a certificate of its own, instead of --tls-cert and --tls-key, and replace them in time; "
                    + "all replicas share them in this Secret, which is made where it is missing.",
                valueName: "namespace/name"
            )
        )
        var certificateSecret: String?

        @Option(
            help: ArgumentHelp(
                "A DNS name that the certificate is for; can be repeated. Otherwise tidewaiter.NAMESPACE.svc, with the "
                    + "Secret's namespace.",
                valueName: "host"
            )
        )
        var certificateName: [String] = []

        @Option(
            help: ArgumentHelp(
                "Keep caBundle equal to its authorities in the webhooks of this ValidatingWebhookConfiguration that call a "
                    + "service of these names.",
                valueName: "name"
            )
        )
        var webhookConfiguration: String?

        /// What was asked for, read.
        struct Asked: Sendable {
            var secret: NamespacedName
            var names: Set<ServiceName>
            var configuration: String?
        }

        func validate() throws { _ = try asked }

        /// Nil where the certificate is not the webhook's to make.
        var asked: Asked? {
            get throws {
                guard let certificateSecret else {
                    guard certificateName.isEmpty, webhookConfiguration == nil else {
                        let option = webhookConfiguration == nil ? "--certificate-name" : "--webhook-configuration"
                        throw ValidationError("\(option) goes with --certificate-secret")
                    }
                    return nil
                }
                let secret = try named("--certificate-secret") { () throws(APIError) in
                    try NamespacedName(parsing: certificateSecret)
                }
                let service = ServiceName.text(service: "tidewaiter", namespace: secret.namespace)
                let names = try (certificateName.isEmpty ? [service] : certificateName).map { name in
                    try named("--certificate-name") { () throws(Malformed) in try ServiceName(name) }
                }
                guard names.count <= ServingCertificate.maximumNames else {
                    throw ValidationError("--certificate-name: more than \(ServingCertificate.maximumNames) names")
                }
                return Asked(secret: secret, names: Set(names), configuration: webhookConfiguration)
            }
        }

        private func named<Value, Failure>(
            _ option: String,
            _ read: () throws(Failure) -> Value
        ) throws -> Value {
            do throws(Failure) {
                return try read()
            } catch {
                throw ValidationError("\(option): \(error)")
            }
        }

        /// In words, for people who check.
        var words: String? {
            guard let asked = try? asked else { return nil }
            let names = asked.names.sorted().map(\.description).joined(separator: ", ")
            let configuration = asked.configuration.map { "; webhook configuration \($0) trusts its authorities" } ?? ""
            return "its own, for \(names), kept in the Secret \(asked.secret)\(configuration)"
        }
    }
#endif
