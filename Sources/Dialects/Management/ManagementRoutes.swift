internal import Deployments

/// Every such route that is known, with its application; https://attack.mitre.org/techniques/T1610/ names the kind.
enum ManagementRoutes {
    static let all: [ManagementRoute] = dashboards + kubeflow + argo + portainer + rancher + schedulers + kubelet

    /// The first route of a request; those of one method are few.
    static func first(
        method: String,
        path: [Substring],
        query: Query,
        where isAsked: (ManagementRoute) -> Bool
    ) -> ManagementRoute? {
        byMethod[method]?.first { isAsked($0) && $0.matches(method: nil, path: path, query: query) }
    }

    private static let byMethod: [String: [ManagementRoute]] = all.reduce(into: [:]) { routes, route in
        for method in route.methods { routes[method, default: []].append(route) }
    }

    /// The applications that have routes here.
    static let apps = Set(all.map(\.app))

    private static func routes(_ app: String, _ route: Route, _ rows: [(String, String, ManagementRoute.Effect)])
        -> [ManagementRoute]
    {
        rows.map { ManagementRoute(app: app, route: route, methods: $0.0, pattern: $0.1, effect: $0.2) }
    }

    private static let kubelet = routes(
        "kubelet",
        .kubeletAPI,
        [
            ("POST", "/run/*/*/*", .exec), ("POST", "/run/*/*/*/*", .exec),
            ("POST|GET", "/exec|attach/*/*/*", .exec), ("POST|GET", "/exec|attach/*/*/*/*", .exec),
            ("POST|GET", "/portForward/*/*", .exec), ("POST|GET", "/portForward/*/*/*", .exec),
            ("POST", "/checkpoint/*/*/*", .start),
        ]
    )

    private static let dashboards = routes(
        "kubernetes-dashboard",
        .kubernetesDashboard,
        [
            ("POST", "/api/v1/appdeployment|appdeploymentfromfile", .deploy),
            ("PUT", "/api/v1/_raw/*/namespace/*/name/*", .deploy), ("PUT", "/api/v1/_raw/*/name/*", .deploy),
            ("PUT", "/api/v1/scale/*/*", .start), ("PUT", "/api/v1/scale/*/*/*", .start),
            ("PUT", "/api/v1/cronjob/*/*/trigger", .deploy),
            ("PUT", "/api/v1/deployment|daemonset|statefulset/*/*/restart|rollback|resume", .start),
            ("POST", "/api/v1/replicationcontroller/*/*/update/pod", .start),
            ("GET", "/api/v1/pod/*/*/shell/*", .exec),
        ]
    )

    private static let kubeflow =
        routes(
            "kubeflow-notebooks",
            .kubeflowNotebooks,
            both(
                "/jupyter",
                [
                    ("POST", "/api/namespaces/*/notebooks", .deploy),
                    ("PATCH", "/api/namespaces/*/notebooks/*", .start),
                ]
            )
        )
        + routes(
            "kubeflow-tensorboards",
            .kubeflowTensorboards,
            both(
                "/tensorboards",
                [
                    ("POST", "/api/namespaces/*/tensorboards", .deploy)
                ]
            )
        )
        + routes(
            "kubeflow-volumes",
            .kubeflowVolumes,
            both("/volumes", [("POST", "/api/namespaces/*/viewers", .deploy)])
        )
        + routes(
            "kubeflow-workspaces",
            .kubeflowWorkspaces,
            both(
                "/workspaces",
                [
                    ("POST", "/api/v1/workspaces/*", .deploy), ("PUT", "/api/v1/workspaces/*/*", .deploy),
                    ("POST", "/api/v1/workspaces/*/*/actions/pause", .start),
                    ("POST|PUT", "/api/v1/workspacekinds", .schedule),
                    ("POST|PUT", "/api/v1/workspacekinds/*", .schedule),
                ]
            )
        )
        + routes(
            "kubeflow-katib",
            .katib,
            [
                ("POST", "/katib/create_experiment", .deploy), ("POST", "/katib/add_template|edit_template", .schedule),
            ]
        )
        + routes(
            "kubeflow-pipelines",
            .kubeflowPipelines,
            both(
                "/pipeline",
                [
                    ("POST", "/apis/v1beta1/runs", .deploy), ("POST", "/apis/v1beta1/jobs", .schedule),
                    ("POST", "/apis/v1beta1/runs/*/retry", .start), ("POST", "/apis/v1beta1/jobs/*/enable", .schedule),
                    ("POST", "/apis/v1beta1/pipelines|pipeline_versions", .schedule),
                    ("POST", "/apis/v1beta1|v2beta1/pipelines/upload|upload_version|create", .schedule),
                    ("POST", "/apis/v2beta1/runs", .deploy), ("POST", "/apis/v2beta1/recurringruns", .schedule),
                    ("POST", "/apis/v2beta1/runs/*:retry", .start),
                    ("POST", "/apis/v2beta1/recurringruns/*:enable", .schedule),
                    ("POST", "/apis/v2beta1/pipelines", .schedule),
                    ("POST", "/apis/v2beta1/pipelines/*/versions", .schedule),
                    ("POST", "/apis/v2beta1/visualizations/*", .exec), ("POST", "/apps/tensorboard", .deploy),
                ]
            )
        )

    private static let argo =
        routes(
            "argo-workflows",
            .argoWorkflows,
            [
                ("POST", "/api/v1/workflows/*", .deploy), ("POST", "/api/v1/workflows/*/submit", .deploy),
                ("PUT", "/api/v1/workflows/*/*/resubmit|retry|resume|set", .start),
                ("PUT", "/api/v1/archived-workflows/*/resubmit|retry", .start),
                ("POST", "/api/v1/cron-workflows/*", .schedule), ("PUT", "/api/v1/cron-workflows/*/*", .schedule),
                ("PUT", "/api/v1/cron-workflows/*/*/resume", .schedule),
                ("POST", "/api/v1/workflow-templates/*", .schedule),
                ("PUT", "/api/v1/workflow-templates/*/*", .schedule),
                ("POST|PUT", "/api/v1/cluster-workflow-templates", .schedule),
                ("POST|PUT", "/api/v1/cluster-workflow-templates/*", .schedule),
                ("POST", "/api/v1/events/*", .deploy), ("POST", "/api/v1/events/*/*", .deploy),
                ("POST|PUT", "/api/v1/sensors|event-sources/*", .deploy),
                ("POST|PUT", "/api/v1/sensors|event-sources/*/*", .deploy),
            ]
        )
        + routes(
            "argo-cd",
            .argoCD,
            [
                ("POST", "/api/v1/applications|applicationsets", .deploy),
                ("PUT|PATCH", "/api/v1/applications/*", .deploy),
                ("PUT", "/api/v1/applications/*/spec", .deploy),
                ("POST", "/api/v1/applications/*/sync|rollback", .deploy),
                ("POST", "/api/v1/applications/*/resource", .deploy),
                ("POST", "/api/v1/applications/*/resource/actions", .deploy),
                ("POST", "/api/v1/applications/*/resource/actions/v2", .deploy),
                (
                    "POST",
                    "/application.ApplicationService/Create|Update|UpdateSpec|Patch|Sync|Rollback|PatchResource|RunResourceAction|RunResourceActionV2",
                    .deploy
                ),
                ("GET", "/terminal", .exec),
            ]
        )

    private static let portainer = routes(
        "portainer",
        .portainer,
        [
            ("POST", "/api/stacks", .deploy),
            ("POST", "/api/stacks/create/standalone|swarm|kubernetes/string|repository|file|url", .deploy),
            ("PUT", "/api/stacks/*", .deploy), ("PUT", "/api/stacks/*/git/redeploy", .deploy),
            ("POST", "/api/stacks/*/start|migrate|git", .start), ("POST", "/api/stacks/webhooks/*", .start),
            ("POST", "/api/webhooks/*", .start), ("POST", "/api/docker/*/containers/*/recreate", .deploy),
            ("PUT", "/api/endpoints/*/forceupdateservice", .start),
            ("POST", "/api/endpoints/*/kubernetes/helm", .deploy),
            ("POST|PUT", "/api/edge_stacks", .deploy), ("POST|PUT", "/api/edge_stacks/*", .deploy),
            ("POST|PUT", "/api/edge_stacks/create/string|repository|file", .deploy),
            ("POST|PUT", "/api/edge_jobs", .schedule), ("POST|PUT", "/api/edge_jobs/*", .schedule),
            ("POST|PUT", "/api/edge_jobs/create/string|file", .schedule),
            ("GET", "/api/websocket/exec|attach|pod|kubernetes-shell", .exec),
        ]
    )

    private static let rancherKinds =
        "pods|apps.deployments|apps.daemonsets|apps.statefulsets|apps.replicasets|batch.jobs|batch.cronjobs"
    private static let rancher = routes(
        "rancher",
        .rancher,
        both(
            "/k8s/clusters/*",
            [
                ("POST", "/v1/\(rancherKinds)", .deploy), ("POST|PUT|PATCH", "/v1/\(rancherKinds)/*", .deploy),
                ("PUT|PATCH", "/v1/\(rancherKinds)/*/*", .deploy),
                ("POST", "/v1/catalog.cattle.io.clusterrepos/*?action=install|upgrade", .deploy),
                ("POST", "/v1/catalog.cattle.io.repos/*/*?action=install|upgrade", .deploy),
                ("GET", "/v1/management.cattle.io.clusters/*?link=shell", .exec),
            ]
        ) + [
            ("POST|PUT", "/v3/project|projects/*/\(rancherV3)", .deploy),
            ("POST|PUT", "/v3/project|projects/*/\(rancherV3)/*", .deploy),
            ("POST", "/v3/clusters/*?action=importYaml", .deploy),
        ]
    )
    private static let rancherV3 =
        "workload|workloads|deployment|deployments|daemonSet|daemonSets|statefulSet|statefulSets|job|jobs|cronJob|cronJobs|pod|pods"

    private static let schedulers =
        routes(
            "nomad",
            .nomad,
            [
                ("POST|PUT", "/v1/jobs", .deploy), ("GET", "/v1/client/allocation/*/exec", .exec),
                ("GET|POST", "/v1/job/*/action", .exec), ("POST|PUT", "/v1/job/*/dispatch|revert", .deploy),
                ("POST|PUT", "/v1/job/*/periodic/force", .deploy), ("POST|PUT", "/v1/job/*/scale|evaluate", .start),
                ("POST|PUT", "/v1/job/*", .deploy),
            ]
        )
        + routes(
            "marathon",
            .marathon,
            [
                ("POST|PUT|PATCH", "/v2/apps", .deploy), ("POST", "/v2/apps/*/restart", .start),
                ("PUT|PATCH", "/v2/apps/**", .deploy), ("POST|PUT|PATCH", "/v2/groups", .deploy),
                ("POST|PUT|PATCH", "/v2/groups/**", .deploy), ("POST|PUT", "/v2/pods", .deploy),
                ("POST|PUT", "/v2/pods/**", .deploy),
            ]
        )

    /// The same rows behind a gateway's prefix and without it.
    private static func both(
        _ prefix: String,
        _ rows: [(String, String, ManagementRoute.Effect)]
    ) -> [(String, String, ManagementRoute.Effect)] {
        rows + rows.map { ($0.0, prefix + $0.1, $0.2) }
    }
}
