#if Guard
    internal import ArgumentParser
    internal import Foundation
    internal import Inspection
    internal import KubernetesAPI
    internal import Posture

    /// Where the evidence of an audit comes from.
    struct EvidenceOptions: ParsableArguments {
        @Option(
            help: ArgumentHelp(
                "Judge this folder instead of what is here: one that 'audit collect' made, or with cluster/ full of what "
                    + "'kubectl get -A -o json' writes.",
                valueName: "folder"
            ),
            completion: .directory
        )
        var evidence: String?

        @Option(
            help: ArgumentHelp("Look at the cluster of this kubeconfig.", valueName: "file"),
            completion: .file()
        )
        var kubeconfig: String?

        @Option(help: ArgumentHelp("The kubeconfig's context; its current one otherwise.", valueName: "name"))
        var context: String?

        @Flag(help: "Look at the cluster in which this runs as a pod.")
        var inCluster = false

        @Option(
            help: ArgumentHelp(
                "A Kubernetes audit log of the cluster, for the rights that are in use; can be repeated.",
                valueName: "file"
            ),
            completion: .file()
        )
        var auditLog: [String] = []

        @Option(
            help: ArgumentHelp(
                "What the cluster's cloud says of it: the JSON of 'aws eks describe-cluster', 'gcloud container clusters "
                    + "describe --format json' or 'az aks show'.",
                valueName: "file"
            ),
            completion: .file()
        )
        var provider: String?

        @Flag(help: "Do not look at this host.")
        var noHost = false

        @Flag(help: "Do not ask this host's listeners, or in a cluster its applications, what they say to strangers.")
        var noProbes = false

        func validate() throws {
            if evidence != nil, kubeconfig != nil || inCluster || noHost {
                throw ValidationError("--evidence says all that is looked at; leave the others out")
            }
            if kubeconfig != nil, inCluster { throw ValidationError("give --kubeconfig or --in-cluster, not both") }
            if context != nil, kubeconfig == nil { throw ValidationError("--context is one of --kubeconfig") }
            if noHost, kubeconfig == nil, !inCluster {
                throw ValidationError("--no-host leaves nothing; give --kubeconfig, --in-cluster or --evidence")
            }
        }

        /// Reads or collects it.
        ///
        /// - Parameters:
        ///   - host: whether this host is of interest.
        ///   - progress: told what is looked at next.
        func gathered(host: Bool = true, progress: @escaping @Sendable (String) -> Void) async throws -> Evidence {
            var evidence = try await looked(host: host, progress: progress)
            guard !auditLog.isEmpty || provider != nil else { return evidence }
            guard case .known(var cluster) = evidence.cluster else {
                let option = auditLog.isEmpty ? "--provider" : "--audit-log"
                throw CommandError("\(option) is of a cluster; give --kubeconfig, --in-cluster or --evidence with one")
            }
            if let provider {
                cluster.provider = ProviderFile.read(provider)
                if case .unreadable(let reason) = cluster.provider { throw CommandError(reason) }
            }
            if !auditLog.isEmpty {
                progress("the audit log")
                cluster.used = .known(try AuditLogs.rights(usedIn: auditLog))
            }
            evidence.cluster = .known(cluster)
            return evidence
        }

        private func looked(host: Bool, progress: @escaping @Sendable (String) -> Void) async throws -> Evidence {
            if let folder = evidence {
                progress(folder)
                do {
                    return try EvidenceFolder(folder).read()
                } catch let failure as EvidenceFolder.Failure {
                    throw CommandError(failure.description)
                }
            }
            var evidence = Evidence()
            let server = try server()
            if host, !noHost {
                var inspector = HostInspector()
                inspector.asksListeners = !noProbes
                evidence.host = .known(await inspector.evidence(progress: progress))
            }
            if let server {
                let asksServices = inCluster && !noProbes
                let cluster = try await APIClient.connected(to: server) { client in
                    var inspector = ClusterInspector(client)
                    inspector.asksServices = asksServices
                    return await inspector.evidence(progress: progress)
                }
                evidence.cluster = .known(cluster)
            }
            return evidence
        }

        private func server() throws -> APIServer? {
            do throws(APIError) {
                if let kubeconfig {
                    return try Kubeconfig(readingFileAt: kubeconfig).server(
                        context: context,
                        file: kubeconfig,
                        runsPlugins: true
                    )
                }
                return inCluster ? try APIServer.inCluster(environment: ProcessInfo.processInfo.environment) : nil
            } catch {
                throw CommandError(error.description)
            }
        }
    }

    /// Says on a terminal what is looked at, in one line that comes and goes.
    struct StepLine: Sendable {
        private let isShown: Bool

        init() { isShown = Output(.standardError).isTerminal }

        func show(_ step: String) {
            guard isShown else { return }
            Output(.standardError).finish(with: "\r\u{1b}[Klooking at \(step)…")
        }

        func clear() {
            guard isShown else { return }
            Output(.standardError).finish(with: "\r\u{1b}[K")
        }
    }
#endif
