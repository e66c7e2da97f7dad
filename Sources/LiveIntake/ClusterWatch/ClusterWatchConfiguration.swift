package import KubernetesAPI

extension ClusterWatchSource {
    /// Which cluster is watched, and what of it.
    package struct Configuration: Sendable, Equatable {
        /// The source's name.
        package var name: String
        /// The API server; ``KubernetesAPI/APIServer/inCluster(environment:folder:)`` finds that of a pod's own cluster.
        package var server: APIServer
        package var resources = WatchedResource.all
        /// The namespaces that are watched; all, when empty.
        package var namespaces: [String] = []
        /// Which objects are watched: `app=web`; all, when nil.
        package var labels: String?
        /// Whether objects that stand when nothing was watched before are records too.
        package var readsExisting = false
        /// Of how many objects of a resource it is known how they stand; past that, more changes are told than there are.
        package var knownObjects = 262_144
        /// How many changes may wait to be remembered; reading stops then, and the API server keeps the rest for a while.
        package var waitingChanges = 256
        /// The most records in one batch.
        package var batchRecords = 64
        /// How much is taken of the API server, and how long it is waited for.
        package var limits = APIClient.Limits()

        package init(name: String, server: APIServer) {
            self.name = name
            self.server = server
        }

        /// What a person has to mend before this can be followed; nil for nothing.
        package var fault: LiveSourceError? {
            guard !resources.isEmpty else { return LiveSourceError(name, "no resource is watched") }
            guard Set(resources).count == resources.count, Set(namespaces).count == namespaces.count else {
                return LiveSourceError(name, "a resource or a namespace is named twice")
            }
            guard resources.count * max(namespaces.count, 1) <= 256 else {
                return LiveSourceError(name, "more than 256 watches; watch all namespaces instead")
            }
            guard knownObjects > 0, waitingChanges > 0, batchRecords > 0 else {
                return LiveSourceError(name, "limits are above zero")
            }
            return nil
        }
    }
}
