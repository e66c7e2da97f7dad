extension ManagementApplication {
    /// All that are known.
    ///
    /// Sources: the applications' own manifests and charts, and their API definitions; ATT&CK T1610 and Microsoft's threat
    /// matrix for Kubernetes (MS-TA9005) name those that were abused.
    package static let all: [ManagementApplication] = clusterInterfaces + kubeflow + workflows + runtimes + others

    private static let clusterInterfaces: [ManagementApplication] = [
        with(
            .kubernetesDashboard,
            images: [
                "kubernetesui/dashboard", "kubernetesui/dashboard-api", "kubernetesui/dashboard-web",
                "kubernetesui/dashboard-auth", "kubernetesui/dashboard-amd64", "kubernetes-dashboard-amd64",
                "kubernetes-dashboard-init-amd64", "bitnami/kubernetes-dashboard",
            ],
            ports: [8443, 9090, 8000]
        ) {
            $0.labels = [
                "k8s-app": ["kubernetes-dashboard"], "app.kubernetes.io/name": ["kubernetes-dashboard"],
                "app.kubernetes.io/part-of": ["kubernetes-dashboard"],
            ]
            $0.serviceAccounts = [
                "kubernetes-dashboard", "kubernetes-dashboard-api", "kubernetes-dashboard-web",
                "kubernetes-dashboard-kong",
            ]
            $0.companions = ["kubernetesui/metrics-scraper", "kubernetesui/dashboard-metrics-scraper"]
            $0.probes = [
                ApplicationProbe(
                    "/api/v1/login/skippable",
                    [#""skippable":true"#, #""skippable": true"#],
                    "lets people skip its login"
                ),
                ApplicationProbe("/api/v1/pod/default", [#""listMeta""#], "lists pods to whom has not logged in"),
            ]
        },
        with(.headlamp, images: ["headlamp-k8s/headlamp", "kinvolk/headlamp", "bitnami/headlamp"], ports: [4466]) {
            $0.labels = ["app.kubernetes.io/name": ["headlamp"], "k8s-app": ["headlamp"]]
            $0.serviceAccounts = ["headlamp", "headlamp-admin"]
            $0.probes = [
                ApplicationProbe(
                    "/clusters/main/api/v1/namespaces",
                    ["NamespaceList"],
                    "lists the cluster's namespaces"
                )
            ]
        },
        with(.skooner, images: ["skooner-k8s/skooner", "herbrandson/k8dash"], ports: [4654]) {
            $0.labels = ["k8s-app": ["skooner", "k8dash"]]
            $0.probes = [ApplicationProbe("/api/v1/namespaces", ["NamespaceList"], "lists the cluster's namespaces")]
        },
        with(.octant, images: ["octant/octant", "vmware-tanzu/octant"], ports: [7777]) {
            $0.labels = ["app": ["octant"], "app.kubernetes.io/name": ["octant"]]
        },
        with(.kubeapps, images: ["bitnami/kubeapps-dashboard", "kubeapps/dashboard"], ports: [8080]) {
            $0.labels = ["app.kubernetes.io/name": ["kubeapps"]]
        },
        with(.kubeSphere, images: ["kubesphere/ks-console", "kubesphere/ks-apiserver"], ports: [8000, 9090]) {
            $0.labels = ["app": ["ks-console", "ks-apiserver"]]
            $0.serviceAccounts = ["kubesphere"]
        },
        with(.kuboard, images: ["eipwork/kuboard"], ports: [80]) {
            $0.labels = ["k8s.kuboard.cn/name": ["kuboard-v3"]]
        },
        with(.helmDashboard, images: ["komodorio/helm-dashboard"], ports: [8080]) {
            $0.labels = ["app.kubernetes.io/name": ["helm-dashboard"]]
            $0.serviceAccounts = ["helm-dashboard"]
            $0.probes = [ApplicationProbe("/api/helm/releases", ["["], "lists the cluster's releases")]
        },
        with(.tektonDashboard, images: ["tektoncd/dashboard/cmd/dashboard", "tektoncd/dashboard"], ports: [9097]) {
            $0.labels = ["app.kubernetes.io/part-of": ["tekton-dashboard"]]
            $0.serviceAccounts = ["tekton-dashboard"]
            $0.probes = [
                ApplicationProbe(
                    "/apis/tekton.dev/v1/pipelineruns",
                    ["PipelineRunList"],
                    "lists the cluster's pipeline runs"
                )
            ]
        },
    ]

    private static let workflows: [ManagementApplication] = [
        with(.argoWorkflows, images: ["argoproj/argocli", "bitnami/argo-workflow-cli"], ports: [2746]) {
            $0.word = "server"
            $0.labels = [
                "app": ["argo-server"],
                "app.kubernetes.io/name": ["argo-server", "argo-workflows-server"],
            ]
            $0.serviceAccounts = ["argo-server", "argo-workflows-server"]
            $0.probes = [
                ApplicationProbe("/api/v1/workflows/{namespace}", [#""metadata""#, #""items""#], "lists workflows")
            ]
        },
        with(.argoCD, images: ["argoproj/argocd", "argoproj/argo-cd", "bitnami/argo-cd"], ports: [8080]) {
            $0.word = "argocd-server"
            $0.labels = ["app.kubernetes.io/name": ["argocd-server"]]
            $0.serviceAccounts = ["argocd-server"]
            $0.probes = [
                ApplicationProbe("/api/v1/applications", [#""metadata""#, #""items""#], "lists its applications")
            ]
        },
        with(.jupyterHub, images: ["jupyterhub/jupyterhub", "jupyterhub/k8s-hub"], ports: [8081, 8000]) {
            $0.labels = ["app": ["jupyterhub"], "app.kubernetes.io/name": ["jupyterhub"]]
            $0.serviceAccounts = ["hub"]
            // `/hub/api` says its version to anybody, by design.
            $0.probes = [ApplicationProbe("/hub/api/users", ["["], "lists its users")]
        },
        with(.ray, images: [], ports: [8265]) {
            $0.labels = ["ray.io/node-type": ["head"]]
            $0.probes = [ApplicationProbe("/api/jobs/", ["["], "lists its jobs")]
        },
        with(.nifi, images: ["apache/nifi"], ports: [8443, 8080]) {
            $0.labels = ["app": ["nifi"], "app.kubernetes.io/name": ["nifi"]]
            $0.probes = [ApplicationProbe("/nifi-api/flow/about", [#""about""#], "answers as anybody's")]
        },
    ]

    private static let runtimes: [ManagementApplication] = [
        with(
            .portainer,
            images: ["portainer/portainer-ce", "portainer/portainer-ee", "portainer/portainer"],
            ports: [9000, 9443]
        ) {
            $0.labels = ["app.kubernetes.io/name": ["portainer"]]
            $0.serviceAccounts = ["portainer-sa-clusteradmin"]
            $0.probes = [
                ApplicationProbe(
                    "/api/users/admin/check",
                    ["No administrator account"],
                    "has no administrator yet: who comes first is",
                    statuses: [404]
                ),
                ApplicationProbe("/api/endpoints", ["["], "lists its environments"),
            ]
        },
        with(.portainerAgent, images: ["portainer/agent"], ports: [9001]) {
            $0.labels = ["app": ["portainer-agent"]]
        },
        with(.dockge, images: ["louislam/dockge"], ports: [5001]) { _ in },
        with(.swarmpit, images: ["swarmpit/swarmpit"], ports: [8080]) { _ in },
        with(.rancher, images: ["rancher/rancher"], ports: [80, 443, 444]) {
            $0.labels = ["app": ["rancher"]]
            $0.serviceAccounts = ["rancher"]
            $0.probes = [ApplicationProbe("/v3/clusters", [#""collection""#], "lists its clusters")]
        },
        with(.nomad, images: ["hashicorp/nomad"], ports: [4646]) {
            $0.labels = ["app": ["nomad"], "app.kubernetes.io/name": ["nomad"]]
            $0.probes = [ApplicationProbe("/v1/jobs", ["["], "lists its jobs")]
        },
        with(.marathon, images: ["mesosphere/marathon"], ports: [8080]) {
            $0.probes = [ApplicationProbe("/v2/apps", [#""apps""#], "lists its applications")]
        },
    ]

    private static let others: [ManagementApplication] = [
        with(.weaveScope, images: ["weaveworks/scope"], ports: [4040]) {
            $0.otherWords = ["--no-app", "--mode=probe"]
            $0.labels = ["name": ["weave-scope-app"], "app": ["weave-scope"]]
            // It has no login: whom it answers may open a terminal in any container.
            $0.probes = [ApplicationProbe("/api", [#""hostname""#, #""version""#], "answers anybody")]
        }
    ]

    private static func with(
        _ name: Name,
        images: [String],
        ports: [Int],
        _ complete: (inout ManagementApplication) -> Void
    ) -> ManagementApplication {
        var application = ManagementApplication(name, images: images, ports: ports)
        complete(&application)
        return application
    }

    /// Kubeflow's web applications: each asks the mesh, or nobody, who it is that asks.
    ///
    /// Images: ghcr.io/kubeflow/kubeflow, docker.io/kubeflownotebookswg, gcr.io/ml-pipeline, ghcr.io/kubeflow/kfp-*.
    private static let kubeflow: [ManagementApplication] = [
        with(.kubeflowDashboard, images: ["centraldashboard", "central-dashboard"], ports: [8082]) {
            $0.labels = ["app": ["centraldashboard"]]
            $0.serviceAccounts = ["centraldashboard"]
            $0.probes = [ApplicationProbe("/api/namespaces", ["["], "lists the cluster's namespaces")]
        },
        with(.kubeflowNotebooks, images: ["jupyter-web-app"], ports: [5000]) {
            $0.labels = ["app": ["jupyter-web-app"]]
            $0.serviceAccounts = ["jupyter-web-app-service-account"]
            $0.probes = webAppProbes
        },
        with(.kubeflowVolumes, images: ["volumes-web-app"], ports: [5000]) {
            $0.labels = ["app": ["volumes-web-app"]]
            $0.serviceAccounts = ["volumes-web-app-service-account"]
            $0.probes = webAppProbes
        },
        with(.kubeflowTensorboards, images: ["tensorboards-web-app"], ports: [5000]) {
            $0.labels = ["app": ["tensorboards-web-app"]]
            $0.serviceAccounts = ["tensorboards-web-app-service-account"]
            $0.probes = webAppProbes
        },
        with(.kubeflowProfiles, images: ["kfam"], ports: [8081]) {
            $0.labels = ["kustomize.component": ["profiles"]]
            $0.serviceAccounts = ["profiles-controller-service-account"]
            $0.probes = [ApplicationProbe("/kfam/v1/bindings", [#""bindings""#], "lists who is in which profile")]
        },
        with(
            .kubeflowPipelines,
            images: ["ml-pipeline/api-server", "kfp-api-server"],
            ports: [8888]
        ) {
            $0.labels = ["app": ["ml-pipeline"]]
            $0.serviceAccounts = ["ml-pipeline"]
            $0.probes = [
                ApplicationProbe(
                    "/apis/v2beta1/pipelines",
                    [#""pipelines""#, #""total_size""#, "{}"],
                    "lists its pipelines"
                )
            ]
        },
        with(
            .kubeflowPipelinesInterface,
            images: ["ml-pipeline/frontend", "kfp-frontend"],
            ports: [3000]
        ) {
            $0.labels = ["app": ["ml-pipeline-ui"]]
            $0.serviceAccounts = ["ml-pipeline-ui"]
            $0.probes = [
                ApplicationProbe(
                    "/apis/v2beta1/pipelines",
                    [#""pipelines""#, #""total_size""#, "{}"],
                    "lists its pipelines"
                )
            ]
        },
        with(.katib, images: ["katib-ui"], ports: [8080]) {
            $0.labels = ["katib.kubeflow.org/component": ["ui"]]
            $0.serviceAccounts = ["katib-ui"]
            $0.probes = [ApplicationProbe("/katib/fetch_experiments/", ["["], "lists its experiments")]
        },
    ]

    /// Without the header, and with it as anybody could send it.
    private static let webAppProbes = [
        ApplicationProbe("/api/namespaces", [#""namespaces""#], "lists the cluster's namespaces"),
        ApplicationProbe(
            "/api/namespaces",
            [#""namespaces""#],
            "believes a header as to who asks",
            sent: ["kubeflow-userid": "tidewaiter-audit"]
        ),
    ]
}
