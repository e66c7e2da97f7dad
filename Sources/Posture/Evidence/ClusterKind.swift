/// A kind of objects that checks look at, and where an API server lists it.
package struct ClusterKind: Sendable, Hashable {
    package var kind: String
    /// `apps/v1`.
    package var apiVersion: String
    /// As in the server's paths: `deployments`.
    package var resource: String
    /// Whether a cluster may well not know it, as it is an extension's.
    package var isExtension: Bool

    init(_ kind: String, _ resource: String, _ apiVersion: String, isExtension: Bool = false) {
        self.kind = kind
        self.apiVersion = apiVersion
        self.resource = resource
        self.isExtension = isExtension
    }

    /// Every one, the cluster's own first.
    package static let all: [ClusterKind] = [
        ClusterKind("Role", "roles", "rbac.authorization.k8s.io/v1"),
        ClusterKind("ClusterRole", "clusterroles", "rbac.authorization.k8s.io/v1"),
        ClusterKind("RoleBinding", "rolebindings", "rbac.authorization.k8s.io/v1"),
        ClusterKind("ClusterRoleBinding", "clusterrolebindings", "rbac.authorization.k8s.io/v1"),
        ClusterKind("Namespace", "namespaces", "v1"),
        ClusterKind("Node", "nodes", "v1"),
        ClusterKind("ServiceAccount", "serviceaccounts", "v1"),
        ClusterKind("Secret", "secrets", "v1"),
        ClusterKind("ConfigMap", "configmaps", "v1"),
        ClusterKind("Pod", "pods", "v1"),
        ClusterKind("Service", "services", "v1"),
        ClusterKind("Deployment", "deployments", "apps/v1"),
        ClusterKind("DaemonSet", "daemonsets", "apps/v1"),
        ClusterKind("StatefulSet", "statefulsets", "apps/v1"),
        ClusterKind("CronJob", "cronjobs", "batch/v1"),
        ClusterKind("Job", "jobs", "batch/v1"),
        ClusterKind("Ingress", "ingresses", "networking.k8s.io/v1"),
        ClusterKind("NetworkPolicy", "networkpolicies", "networking.k8s.io/v1"),
        ClusterKind(
            "ValidatingWebhookConfiguration",
            "validatingwebhookconfigurations",
            "admissionregistration.k8s.io/v1"
        ),
        ClusterKind(
            "ValidatingAdmissionPolicy",
            "validatingadmissionpolicies",
            "admissionregistration.k8s.io/v1",
            isExtension: true
        ),
        ClusterKind(
            "ValidatingAdmissionPolicyBinding",
            "validatingadmissionpolicybindings",
            "admissionregistration.k8s.io/v1",
            isExtension: true
        ),
        ClusterKind(
            "CustomResourceDefinition",
            "customresourcedefinitions",
            "apiextensions.k8s.io/v1"
        ),
        ClusterKind("HTTPRoute", "httproutes", "gateway.networking.k8s.io/v1", isExtension: true),
        ClusterKind("GRPCRoute", "grpcroutes", "gateway.networking.k8s.io/v1", isExtension: true),
        ClusterKind("TLSRoute", "tlsroutes", "gateway.networking.k8s.io/v1alpha2", isExtension: true),
        ClusterKind("TCPRoute", "tcproutes", "gateway.networking.k8s.io/v1alpha2", isExtension: true),
        ClusterKind("Gateway", "gateways", "gateway.networking.k8s.io/v1", isExtension: true),
        ClusterKind("GatewayClass", "gatewayclasses", "gateway.networking.k8s.io/v1", isExtension: true),
        ClusterKind("SecurityPolicy", "securitypolicies", "gateway.envoyproxy.io/v1alpha1", isExtension: true),
        ClusterKind("Gateway", "gateways", "networking.istio.io/v1", isExtension: true),
        ClusterKind("VirtualService", "virtualservices", "networking.istio.io/v1", isExtension: true),
        ClusterKind("AuthorizationPolicy", "authorizationpolicies", "security.istio.io/v1", isExtension: true),
        ClusterKind("PeerAuthentication", "peerauthentications", "security.istio.io/v1", isExtension: true),
        ClusterKind("Middleware", "middlewares", "traefik.io/v1alpha1", isExtension: true),
        ClusterKind("IngressRoute", "ingressroutes", "traefik.io/v1alpha1", isExtension: true),
        ClusterKind("Route", "routes", "route.openshift.io/v1", isExtension: true),
    ]

    /// The kinds' names that more than one group has.
    private static let shared = Set(Dictionary(grouping: all, by: \.kind).filter { $0.value.count > 1 }.keys)

    /// Empty for the core's.
    private var group: Substring { apiVersion.contains("/") ? apiVersion.prefix { $0 != "/" } : "" }

    /// What a file of all its objects is called, without an ending: `deployments`, `gateways.networking.istio.io`.
    package var file: String { Self.shared.contains(kind) ? "\(resource).\(group)" : resource }

    /// Whether an object of its kind's name is of it, and not of another group's.
    package func isKind(of object: ClusterObject) -> Bool {
        !Self.shared.contains(kind) || object.apiVersion.hasPrefix("\(group)/")
    }

    package static let byKind: [String: ClusterKind] = Dictionary(all.map { ($0.kind, $0) }) { first, _ in first }
    package static let byResource: [String: ClusterKind] = Dictionary(all.map { ($0.resource, $0) }) { first, _ in first
    }
}
