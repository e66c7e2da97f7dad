#if Guard
    internal import ArgumentParser
    internal import Deployments
    internal import KubernetesGuard
    internal import Sigma

    extension Installation.FailurePolicy: ExpressibleByArgument {}

    /// What `--manifests` prints.
    struct InstallationOptions: ParsableArguments {
        @Flag(
            help: ArgumentHelp(
                "Print everything to apply to a cluster, as YAML, and end; the policy in it begins with observing. The Helm "
                    + "chart in Deploy/helm has more to choose."
            )
        )
        var manifests = false

        @Option(help: ArgumentHelp("Its image, best with a digest; 'make image' builds one.", valueName: "reference"))
        var image: String?

        @Option(help: ArgumentHelp("A namespace that it has to itself (default: tidewaiter).", valueName: "name"))
        var namespace: String?

        @Option(help: ArgumentHelp("How many pods answer (default: 2).", valueName: "number"))
        var replicas: Int?

        @Option(help: "What becomes of deployments while no pod answers (default: Fail).")
        var failurePolicy: Installation.FailurePolicy?

        @Flag(help: "Refuse from the start instead of observing first.")
        var enforce = false

        func validate() throws {
            guard manifests else {
                let isOther = image != nil || namespace != nil || replicas != nil || failurePolicy != nil || enforce
                if isOther {
                    throw ValidationError(
                        "--image, --namespace, --replicas, --failure-policy and --enforce go with --manifests"
                    )
                }
                return
            }
            _ = try installation(observes: false, refuseAt: nil)
        }

        /// What is to be installed.
        ///
        /// - Throws: where an option names what cannot be.
        func installation(observes: Bool, refuseAt: Level?) throws -> Installation {
            if observes, enforce { throw ValidationError("--observe and --enforce contradict each other") }
            var installation = Installation()
            if let namespace {
                do throws(InstallationNamespace.Refused) {
                    installation.namespace = try InstallationNamespace(parsing: namespace)
                } catch {
                    throw ValidationError("--namespace: \(error)")
                }
            }
            if let image {
                do throws(ImageReference.Malformed) {
                    _ = try ImageReference(parsing: image)
                } catch {
                    throw ValidationError("--image: \(error)")
                }
                installation.image = image
            }
            if let replicas {
                guard (1...100).contains(replicas) else {
                    throw ValidationError("--replicas must be between 1 and 100")
                }
                installation.replicas = replicas
            }
            installation.failurePolicy = failurePolicy
            installation.refuseAt = refuseAt
            if enforce { installation.observes = false }
            return installation
        }
    }
#endif
