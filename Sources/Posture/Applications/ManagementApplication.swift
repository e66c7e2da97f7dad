/// An application by which people deploy containers, besides the Kubernetes API and the runtimes' own.
///
/// What it is recognised by is data: images by their last path components, as mirrors keep those; what a renamed image has
/// kept is told by two marks of labels, ports, service account and words of the command.
package struct ManagementApplication: Sendable, Hashable {
    package enum Name: String, Sendable, CaseIterable {
        case kubernetesDashboard = "Kubernetes Dashboard"
        case headlamp = "Headlamp"
        case skooner = "Skooner"
        case octant = "Octant"
        case kubeapps = "Kubeapps"
        case kubeSphere = "KubeSphere"
        case kuboard = "Kuboard"
        case helmDashboard = "Helm Dashboard"
        case tektonDashboard = "Tekton Dashboard"
        case kubeflowDashboard = "Kubeflow Central Dashboard"
        case kubeflowNotebooks = "Kubeflow Notebooks"
        case kubeflowVolumes = "Kubeflow Volumes"
        case kubeflowTensorboards = "Kubeflow Tensorboards"
        case kubeflowProfiles = "Kubeflow Access Management"
        case kubeflowPipelines = "Kubeflow Pipelines"
        case kubeflowPipelinesInterface = "Kubeflow Pipelines UI"
        case katib = "Katib UI"
        case argoWorkflows = "Argo Workflows"
        case argoCD = "Argo CD"
        case portainer = "Portainer"
        case portainerAgent = "Portainer Agent"
        case dockge = "Dockge"
        case swarmpit = "Swarmpit"
        case rancher = "Rancher"
        case nomad = "Nomad"
        case marathon = "Marathon"
        case jupyterHub = "JupyterHub"
        case ray = "Ray"
        case weaveScope = "Weave Scope"
        case nifi = "NiFi"
    }

    package var name: Name
    /// Last components of images' repositories: `kubernetesui/dashboard` is `registry.test/mirror/kubernetesui/dashboard`,
    /// too.
    package var images: [String]
    /// A word that one of the container's arguments has to be, where the image does other things as well: `server`.
    package var word: String?
    /// Arguments with which the image does something else.
    package var otherWords: Set<String> = []
    /// Where its interface listens unless told otherwise, in the container.
    package var ports: [Int]
    /// Labels that its manifests and charts give its pods.
    package var labels: [String: Set<String>] = [:]
    /// The service accounts that its manifests and charts make for it.
    package var serviceAccounts: Set<String> = []
    /// Images that its manifests bring along and that are no interface of it.
    package var companions: [String] = []
    /// What to ask it, and by which answer it is open.
    package var probes: [ApplicationProbe] = []

    init(_ name: Name, images: [String], ports: [Int]) {
        self.name = name
        self.images = images
        self.ports = ports
    }

    /// The application of that name.
    package static func named(_ name: Name) -> ManagementApplication? { all.first { $0.name == name } }

    /// Whether it is one of Kubeflow's, which believe a header as to who asks.
    package var isOfKubeflow: Bool {
        switch name {
        case .kubeflowDashboard, .kubeflowNotebooks, .kubeflowVolumes, .kubeflowTensorboards, .kubeflowProfiles,
            .kubeflowPipelines, .kubeflowPipelinesInterface, .katib:
            true
        default: false
        }
    }
}

/// A question that changes nothing, and the answers by which an application is open to whom does not say who they are.
package struct ApplicationProbe: Sendable, Hashable {
    package var method = "GET"
    /// `{namespace}` stands for the namespace of the workload, `default` where it has none.
    package var path: String
    /// Headers to send along.
    package var sent: [String: String] = [:]
    /// The status codes of an open one.
    package var statuses: Set<Int> = [200]
    /// One of these is in an open one's body, which is no web page; none, and any body is.
    package var marks: [String]
    /// What it means, as a sentence's end: "lists its jobs".
    package var meaning: String

    init(_ path: String, _ marks: [String], _ meaning: String, statuses: Set<Int> = [200], sent: [String: String] = [:])
    {
        self.path = path
        self.marks = marks
        self.meaning = meaning
        self.statuses = statuses
        self.sent = sent
    }

    package func path(in namespace: String?) -> String {
        path.replacing("{namespace}", with: namespace ?? "default")
    }

    /// Whether an answer is one of an open application.
    package func isOpen(_ answer: Probe) -> Bool {
        guard let status = answer.status, statuses.contains(status) else { return false }
        let body = answer.body.drop { $0.isWhitespace }
        return !body.hasPrefix("<") && (marks.isEmpty || marks.contains { body.contains($0) })
    }

    /// Whether that is what was asked.
    package func isAsked(by probe: Probe, namespace: String?) -> Bool {
        probe.method == method && probe.path == path(in: namespace) && probe.sent == sent
    }
}
