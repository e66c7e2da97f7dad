extension ImageReference {
    /// The well-known publisher that this image's publisher nearly is: one letter missing, added or changed, or two
    /// exchanged.
    ///
    /// Nil for a well-known publisher, for any registry but Docker Hub, and where nothing is near.
    public var resembledPublisher: String? {
        guard registry == "docker.io" else { return nil }
        let publisher = Array(publisher.utf8)
        guard publisher.count >= 5 else { return nil }
        guard !KnownPublishers.all.contains(where: { $0.bytes == publisher }) else { return nil }
        return KnownPublishers.all.first { $0.isNear(publisher) }?.name
    }
}

/// Docker Hub publishers whose names are worth imitating.
///
/// Only names of six letters or more: one letter makes too many words of shorter ones.
private enum KnownPublishers {
    struct Name: Sendable {
        let name: String
        let bytes: [UInt8]

        init(_ name: String) {
            self.name = name
            bytes = Array(name.utf8)
        }

        /// Whether exactly one edit leads from one name to the other (Damerau-Levenshtein distance 1).
        func isNear(_ other: [UInt8]) -> Bool {
            guard abs(bytes.count - other.count) <= 1, bytes != other else { return false }
            var prefix = 0
            while prefix < bytes.count, prefix < other.count, bytes[prefix] == other[prefix] { prefix += 1 }
            let left = bytes[prefix...]
            let right = other[prefix...]
            if left.count > right.count { return left.dropFirst().elementsEqual(right) }
            if left.count < right.count { return right.dropFirst().elementsEqual(left) }
            if left.dropFirst().elementsEqual(right.dropFirst()) { return true }
            return left.count >= 2 && left[prefix] == right[prefix + 1] && left[prefix + 1] == right[prefix]
                && left.dropFirst(2).elementsEqual(right.dropFirst(2))
        }
    }

    static let all = [
        "library", "kubernetes", "kubernetesio", "kubernetesui", "bitnami", "grafana", "hashicorp", "nginxinc",
        "rancher", "prometheus", "elastic", "jenkins", "calico", "cilium", "traefik", "portainer", "linuxserver",
        "gitlab", "google", "microsoft", "amazon", "nvidia", "redhat", "ubuntu", "debian", "alpine", "centos",
        "fedora", "tensorflow", "pytorch", "jupyter", "weaveworks", "falcosecurity", "aquasec", "datadog", "newrelic",
        "sysdig", "openebs", "longhornio", "velero", "argoproj", "fluxcd", "confluentinc", "postgres", "mariadb",
        "mongodb", "rabbitmq", "selenium", "testcontainers", "wordpress", "nextcloud", "sonarsource", "docker",
        "dockerhub", "cloudflare", "tailscale", "apache", "percona", "timescale", "clickhouse", "influxdb",
        "haproxytech",
    ].map(Name.init)
}
