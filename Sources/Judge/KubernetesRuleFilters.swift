internal import Sigma

/// Filters that keep SigmaHQ's rules on Kubernetes audit logs to what their titles say.
///
/// A request for `pods/exec` has the verb `create` and the resource `pods`; read as written, the rules take it for the
/// creation of a pod, a token for the creation of a service account, and a controller's status report for a change.
/// The rules are at
/// https://github.com/SigmaHQ/sigma/tree/master/rules/application/kubernetes/audit.
enum KubernetesRuleFilters {
    /// The filters for those of `rules` that they name; read only when there are any.
    static func joined(to rules: [Rule]) -> [Filter] {
        guard rules.contains(where: { $0.id.map(yaml.contains) ?? false }) else { return [] }
        return RuleReader.read(yaml, file: "filters/kubernetes_audit.yml").filters
    }

    static let yaml = """
        title: A request for a part of an object neither creates nor changes the object
        id: 3f0d3c3e-6d1c-4d52-9d0f-7b1f2a2b2c61
        description: Subresources are exec, token, status, scale, binding, eviction and their like.
        logsource:
            product: kubernetes
            service: audit
        filter:
            rules:
                - 0c9b3bda-41a6-4442-9345-356ae86343dc # Kubernetes CronJob/Job Modification
                - 402b955c-8fe0-4a8c-b635-622b4ac5f902 # Container With A hostPath Mount Created
                - a80d927d-ac6e-443f-a867-e8d6e3897318 # Creation Of Pod In System Namespace
                - ad9012a6-e518-4432-9890-f3b82b8fc71f # Potential Sidecar Injection Into Running Deployment
                - c5cd1b20-36bb-488d-8c05-486be3d0cb97 # Privileged Container Deployed
                - e31bae15-83ed-473e-bf31-faf4f8a17d36 # New Kubernetes Service Account Created
            part:
                objectRef.subresource: '*'
            condition: not part
        ---
        title: A patch that names no container injects none
        id: 8c0c5a55-0f6e-4f0a-8f55-3a4f6f4f1d0e
        description: Scaling, restarting and labelling patch a deployment too; where the patch is logged, it shows.
        logsource:
            product: kubernetes
            service: audit
        filter:
            rules:
                - ad9012a6-e518-4432-9890-f3b82b8fc71f # Potential Sidecar Injection Into Running Deployment
            patch:
                requestObject|exists: true
            container:
                containers|exists: true
            condition: not (patch and not container)
        """
}
