#if Guard
    internal import Authority
    internal import Foundation
    internal import KubernetesAPI
    internal import KubernetesGuard
    internal import Relay
    internal import Synchronization

    /// A certificate of the webhook's own, and what keeps it up to date.
    final class KeptCertificates: Sendable {
        let held: HeldCertificate
        /// A reload wishes for a look at the Secret, too.
        let wishes = UpkeepWishes()
        private let serving: Mutex<ServingCertificate>
        private let upkeep: CertificateUpkeep<KeyringSecret>
        private let trust: WebhookTrust?

        /// - Parameter trust: where API servers are told whom to trust; nil where that is not the webhook's to do.
        init(_ serving: ServingCertificate, _ upkeep: CertificateUpkeep<KeyringSecret>, _ trust: WebhookTrust?) {
            self.serving = Mutex(serving)
            self.upkeep = upkeep
            self.trust = trust
            held = HeldCertificate(HeldCertificate.Pair(serving))
        }

        /// Keeps it until it is cancelled.
        ///
        /// - Parameter onReplacement: has listeners show another.
        func keep(onReplacement: @Sendable () -> Void) async {
            var upkeep = upkeep
            await withTaskGroup(of: Void.self) { tasks in
                if let trust { tasks.addTask { [wishes] in await trust.watch { wishes.look() } } }
                await upkeep.run(after: serving.withLock { $0 }, wishes: wishes) { other in
                    serving.withLock { $0 = other }
                    held.replace(with: HeldCertificate.Pair(other))
                    onReplacement()
                }
                tasks.cancelAll()
            }
        }

        /// Why no API server would ask this replica; nil when one would.
        var obstacle: String? {
            let ends = serving.withLock { $0.ends }
            return ends < .now ? "the certificate ended on \(ends.dayAndTime), and no other could be had" : nil
        }
    }

    extension Composition {
        /// The certificate to begin with, waited for where the API server cannot be asked yet.
        ///
        /// - Throws: where the Secret is somebody else's.
        static func certificates(
            _ asked: OwnCertificateOptions.Asked,
            _ client: APIClient,
            _ messages: ServiceMessages
        ) async throws -> KeptCertificates {
            let trust = asked.configuration.map {
                WebhookTrust(configuration: $0, names: asked.names, client: client)
            }
            let keeper = KeyringKeeper(
                KeyringSecret(asked.secret, client: client),
                publisher: trust,
                names: asked.names
            )
            var upkeep = CertificateUpkeep(keeper, now: { .now }, say: { messages.say("certificates: \($0)") })
            do {
                return KeptCertificates(try await upkeep.first(), upkeep, trust)
            } catch let error as KeyringProblem {
                throw CommandError("--certificate-secret: \(error)")
            }
        }
    }
#endif
