@testable import Posture
import Testing

/// What clouds say of the API servers that they run, as their own programs print it.
@Suite struct ProviderEndpointTests {
    private typealias E = SegmentationEvidence

    private static func evidence(_ json: String, management: Set<String> = []) throws -> Evidence {
        var evidence = E.cluster { $0.managementNetworks = management.sorted() }
        let endpoint = try #require(ProviderEndpoint(try Document(json: json)))
        evidence.cluster = evidence.cluster.map { cluster in
            var cluster = cluster
            cluster.provider = .known(endpoint)
            return cluster
        }
        return evidence
    }

    private static func eks(_ network: String) -> String {
        #"{"cluster": {"name": "shop", "arn": "arn:aws:eks:eu-west-1:1:cluster/shop", "resourcesVpcConfig": {\#(network)}}}"#
    }

    private static func gke(_ more: String) -> String {
        #"{"name": "shop", "location": "europe-west1", "masterAuth": {}, \#(more)}"#
    }

    private static func aks(_ more: String) -> String {
        #"{"name": "shop", "resourceGroup": "g", "agentPoolProfiles": [], \#(more)}"#
    }

    private static let open = #""endpointPublicAccess": true, "publicAccessCidrs": ["0.0.0.0/0"]"#
    private static let named =
        #""authorizedNetworksConfig": {"enabled": true, "cidrBlocks": [{"cidrBlock": "192.0.2.0/24"}]}"#

    @Test(
        arguments: [
            ("EKS for all", eks(open), .fail),
            ("EKS without a list", eks(#""endpointPublicAccess": true"#), .fail),
            ("EKS for some", eks(#""endpointPublicAccess": true, "publicAccessCidrs": ["192.0.2.0/24"]"#), .pass),
            ("EKS for all in two halves", eks(#""publicAccessCidrs": ["0.0.0.0/1", "128.0.0.0/1"]"#), .fail),
            ("EKS for what is no network", eks(#""publicAccessCidrs": ["somebody"]"#), .unknown),
            ("EKS inside alone", eks(#""endpointPublicAccess": false, "publicAccessCidrs": ["0.0.0.0/0"]"#), .pass),
            ("GKE for all", gke(#""endpoint": "203.0.113.1""#), .fail),
            ("GKE inside alone", gke(#""privateClusterConfig": {"enablePrivateEndpoint": true}"#), .pass),
            (
                "GKE for some",
                gke(
                    #""masterAuthorizedNetworksConfig": {"enabled": true, "cidrBlocks": [{"cidrBlock": "192.0.2.0/24"}]}"#
                ),
                .pass
            ),
            (
                "GKE for some and Google's own",
                gke(#""masterAuthorizedNetworksConfig": {"enabled": true, "gcpPublicCidrsAccessEnabled": true}"#), .warn
            ),
            (
                "GKE for some, as it is said now",
                gke(#""controlPlaneEndpointsConfig": {"ipEndpointsConfig": {"enabled": true, \#(named)}}"#), .pass
            ),
            (
                "GKE by name alone",
                gke(
                    #""controlPlaneEndpointsConfig": {"ipEndpointsConfig": {"enabled": false}, "dnsEndpointConfig": {"allowExternalTraffic": true}}"#
                ), .warn
            ),
            ("AKS for all", aks(#""apiServerAccessProfile": null"#), .fail),
            ("AKS for some", aks(#""apiServerAccessProfile": {"authorizedIpRanges": ["192.0.2.7/32"]}"#), .pass),
            ("AKS inside alone", aks(#""apiServerAccessProfile": {"enablePrivateCluster": true}"#), .pass),
            ("AKS without a public address", aks(#""publicNetworkAccess": "Disabled""#), .pass),
        ] as [(String, String, CheckResult.Outcome)]
    )
    func `each setting gets its outcome`(_ name: String, _ json: String, _ outcome: CheckResult.Outcome) throws {
        let results = Check.apiServerReach.results(on: try Self.evidence(json))
        #expect(results.map(\.outcome) == [outcome], "\(results)")
    }

    @Test func `networks that are expected may be wide`() throws {
        let json = Self.eks(#""publicAccessCidrs": ["192.0.0.0/4"]"#)
        #expect(Check.apiServerReach.results(on: try Self.evidence(json)).map(\.outcome) == [.fail])
        let expected = try Self.evidence(json, management: ["192.0.0.0/4"])
        #expect(Check.apiServerReach.results(on: expected).map(\.outcome) == [.pass])
    }

    @Test(
        arguments: [
            (
                eks(open), ["192.0.2.0/24", "198.51.100.7/32"],
                "aws eks update-cluster-config --region eu-west-1 --name shop --resources-vpc-config "
                    + "endpointPrivateAccess=true,endpointPublicAccess=true,publicAccessCidrs=192.0.2.0/24,198.51.100.7/32"
            ),
            (
                eks(open), [],
                "aws eks update-cluster-config --region eu-west-1 --name shop --resources-vpc-config "
                    + "endpointPrivateAccess=true,endpointPublicAccess=false"
            ),
            (
                gke(#""endpoint": "203.0.113.1""#), ["192.0.2.0/24"],
                "gcloud container clusters update shop --location europe-west1 --enable-master-authorized-networks "
                    + "--master-authorized-networks 192.0.2.0/24 --no-enable-google-cloud-access"
            ),
            (
                aks(#""name": "shop""#), ["192.0.2.0/24"],
                "az aks update --resource-group g --name shop --api-server-authorized-ip-ranges 192.0.2.0/24"
            ),
            (
                eks(open).replacing(#""shop""#, with: #""shop; reboot""#), [],
                "aws eks update-cluster-config --region eu-west-1 --name NAME --resources-vpc-config "
                    + "endpointPrivateAccess=true,endpointPublicAccess=false"
            ),
        ] as [(String, Set<String>, String)]
    )
    func `the fix is the cloud's own command`(_ json: String, _ management: Set<String>, _ command: String) throws {
        let fixes = Check.apiServerReach.fixes(on: try Self.evidence(json, management: management))
        #expect(fixes.map(\.commands) == [[command]])
    }

    @Test func `something else is none`() throws {
        #expect(ProviderEndpoint(try Document(json: #"{"kind": "List", "items": []}"#)) == nil)
    }
}
