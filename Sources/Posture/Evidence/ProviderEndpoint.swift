/// Who may reach the API server of a cluster that a cloud runs, as the cloud tells its owner.
package struct ProviderEndpoint: Sendable, Equatable {
    package enum Provider: String, Sendable {
        case eks = "EKS"
        case gke = "GKE"
        case aks = "AKS"
    }

    package var provider: Provider
    /// The cluster's name, for people and commands.
    package var name: String
    /// The region, location or resource group that commands name with it.
    package var place: String
    /// Whether it has an address of the Internet.
    package var isPublic: Bool
    /// Whom it answers there; nil for everybody.
    package var networks: [String]?
    /// What lets others in besides, in words: the provider's own machines, or a name that asks for its accounts alone.
    package var besides: [String] = []

    /// Reads what `aws eks describe-cluster`, `gcloud container clusters describe --format json` or `az aks show` prints.
    ///
    /// Sources: the references of these programs' APIs: EKS' `VpcConfigResponse`, GKE's `Cluster`, AKS'
    /// `ManagedClusterAPIServerAccessProfile`.
    ///
    /// - Returns: nil where it is none of these.
    package init?(_ document: Document) {
        let eks = document["cluster"] ?? document
        if let network = eks["resourcesVpcConfig"] {
            self.init(eks, network)
        } else if document["masterAuth"] != nil || document["controlPlaneEndpointsConfig"] != nil {
            self.init(gke: document)
        } else if document["agentPoolProfiles"] != nil || document["apiServerAccessProfile"] != nil {
            self.init(aks: document)
        } else {
            return nil
        }
    }

    private init(_ cluster: Document, _ network: Document) {
        provider = .eks
        name = cluster["name"]?.text ?? ""
        // arn:aws:eks:eu-west-1:…
        let parts = (cluster["arn"]?.text ?? "").split(separator: ":", omittingEmptySubsequences: false)
        place = parts.count > 3 ? String(parts[3]) : ""
        isPublic = network["endpointPublicAccess"]?.bool ?? true
        networks = network["publicAccessCidrs"]?.texts
    }

    private init(gke cluster: Document) {
        provider = .gke
        name = cluster["name"]?.text ?? ""
        place = cluster["location"]?.text ?? ""
        let endpoints = cluster["controlPlaneEndpointsConfig"]
        let addresses = endpoints?["ipEndpointsConfig"]
        let isOff = addresses?["enabled"]?.bool == false
        let isPrivate =
            cluster.at("privateClusterConfig", "enablePrivateEndpoint")?.bool == true
            || addresses?["enablePublicEndpoint"]?.bool == false
        isPublic = !isOff && !isPrivate
        let limits = addresses?["authorizedNetworksConfig"] ?? cluster["masterAuthorizedNetworksConfig"]
        if limits?["enabled"]?.bool == true {
            networks = (limits?["cidrBlocks"]?.elements ?? []).compactMap { $0["cidrBlock"]?.text }
            if limits?["gcpPublicCidrsAccessEnabled"]?.bool == true {
                besides.append("every machine of Google Cloud (gcpPublicCidrsAccessEnabled)")
            }
        }
        if endpoints?.at("dnsEndpointConfig", "allowExternalTraffic")?.bool == true {
            besides.append("who has an account with the right, by its name (dnsEndpointConfig.allowExternalTraffic)")
        }
    }

    private init(aks cluster: Document) {
        provider = .aks
        name = cluster["name"]?.text ?? ""
        place = cluster["resourceGroup"]?.text ?? ""
        let profile = cluster["apiServerAccessProfile"] ?? [:]
        isPublic =
            profile["enablePrivateCluster"]?.bool != true && cluster["publicNetworkAccess"]?.text != "Disabled"
        let ranges = profile["authorizedIpRanges"]?.texts ?? []
        networks = ranges.isEmpty ? nil : ranges
    }
}
