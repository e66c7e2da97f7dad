internal import Deployments

/// A gRPC call that deploys, and the HTTP request that the same server takes for it: the routes stand in one table.
///
/// Sources: argo-workflows `pkg/apiclient/*/*.proto`, kubeflow/pipelines `backend/api/*/*.proto` (the `google.api.http`
/// options). Argo CD's calls are routes by themselves (gRPC-Web).
struct RemoteCall: Codable, Equatable {
    /// `workflow.WorkflowService/CreateWorkflow`.
    private let name: String
    private let method: String
    private let path: String

    /// Nil for a call that deploys nothing.
    init?(service: String, method: String) {
        name = "\(service)/\(method)"
        if service == "application.ApplicationService" {
            (self.method, path) = ("POST", "/\(name)")
            return
        }
        let key =
            service.hasPrefix("kubeflow.pipelines.backend.api.") || service.hasPrefix("api.") ? Self.short(name) : name
        guard let request = Self.requests[key] else { return nil }
        (self.method, path) = request
    }

    /// Whether a request over HTTP is what the call was made for.
    func isMeant(by method: String, path: String) -> Bool {
        guard method == self.method else { return false }
        let wanted = self.path.split(separator: "/")
        let parts = Query.segments(of: Query(of: path).path)
        return wanted.count == parts.count && zip(wanted, parts).allSatisfy { $0 == "_" || $0 == $1 }
    }

    func deployments(status: Int?, at place: KeptPlace) -> [ContainerDeployment] {
        var entry = AccessLogEntry()
        entry.take(method, for: .method)
        entry.take(path, for: .target)
        entry.status = status
        return LoggedRequest(entry, at: place).deployments.map { record in
            var record = record
            // What was called is known, not with which path.
            record.http?.path = "/\(name)"
            record.http?.statusCode = nil
            if record.placement.namespace == "_" { record.placement.namespace = nil }
            return record
        }
    }

    /// The status that stands for a gRPC code (google/rpc/code.proto), so that one rule tells the outcome.
    static func httpStatus(of code: String) -> Int {
        switch code.lowercased() {
        case "ok": 200
        case "permissiondenied": 403
        case "unauthenticated": 401
        case "deadlineexceeded", "canceled", "cancelled", "": 499
        default: 400
        }
    }

    /// `v2beta1.RunService/CreateRun`; the first version's package is plain `api`.
    private static func short(_ name: String) -> String {
        name.hasPrefix("api.")
            ? "v1beta1." + name.dropFirst(4) : String(name.dropFirst("kubeflow.pipelines.backend.api.".count))
    }

    private static let requests: [String: (String, String)] = [
        "workflow.WorkflowService/CreateWorkflow": ("POST", "/api/v1/workflows/_"),
        "workflow.WorkflowService/SubmitWorkflow": ("POST", "/api/v1/workflows/_/submit"),
        "workflow.WorkflowService/ResubmitWorkflow": ("PUT", "/api/v1/workflows/_/_/resubmit"),
        "workflow.WorkflowService/RetryWorkflow": ("PUT", "/api/v1/workflows/_/_/retry"),
        "workflow.WorkflowService/ResumeWorkflow": ("PUT", "/api/v1/workflows/_/_/resume"),
        "workflow.WorkflowService/SetWorkflow": ("PUT", "/api/v1/workflows/_/_/set"),
        "workflowarchive.ArchivedWorkflowService/ResubmitArchivedWorkflow": (
            "PUT", "/api/v1/archived-workflows/_/resubmit"
        ),
        "workflowarchive.ArchivedWorkflowService/RetryArchivedWorkflow": ("PUT", "/api/v1/archived-workflows/_/retry"),
        "cronworkflow.CronWorkflowService/CreateCronWorkflow": ("POST", "/api/v1/cron-workflows/_"),
        "cronworkflow.CronWorkflowService/UpdateCronWorkflow": ("PUT", "/api/v1/cron-workflows/_/_"),
        "cronworkflow.CronWorkflowService/ResumeCronWorkflow": ("PUT", "/api/v1/cron-workflows/_/_/resume"),
        "workflowtemplate.WorkflowTemplateService/CreateWorkflowTemplate": ("POST", "/api/v1/workflow-templates/_"),
        "workflowtemplate.WorkflowTemplateService/UpdateWorkflowTemplate": ("PUT", "/api/v1/workflow-templates/_/_"),
        "clusterworkflowtemplate.ClusterWorkflowTemplateService/CreateClusterWorkflowTemplate": (
            "POST", "/api/v1/cluster-workflow-templates"
        ),
        "clusterworkflowtemplate.ClusterWorkflowTemplateService/UpdateClusterWorkflowTemplate": (
            "PUT", "/api/v1/cluster-workflow-templates/_"
        ),
        "event.EventService/ReceiveEvent": ("POST", "/api/v1/events/_/_"),
        "sensor.SensorService/CreateSensor": ("POST", "/api/v1/sensors/_"),
        "sensor.SensorService/UpdateSensor": ("PUT", "/api/v1/sensors/_/_"),
        "eventsource.EventSourceService/CreateEventSource": ("POST", "/api/v1/event-sources/_"),
        "eventsource.EventSourceService/UpdateEventSource": ("PUT", "/api/v1/event-sources/_/_"),
        "v1beta1.RunService/CreateRun": ("POST", "/apis/v1beta1/runs"),
        "v1beta1.RunService/CreateRunV1": ("POST", "/apis/v1beta1/runs"),
        "v1beta1.RunService/RetryRun": ("POST", "/apis/v1beta1/runs/_/retry"),
        "v1beta1.RunService/RetryRunV1": ("POST", "/apis/v1beta1/runs/_/retry"),
        "v1beta1.JobService/CreateJob": ("POST", "/apis/v1beta1/jobs"),
        "v1beta1.JobService/EnableJob": ("POST", "/apis/v1beta1/jobs/_/enable"),
        "v1beta1.PipelineService/CreatePipeline": ("POST", "/apis/v1beta1/pipelines"),
        "v1beta1.PipelineService/CreatePipelineV1": ("POST", "/apis/v1beta1/pipelines"),
        "v1beta1.PipelineService/CreatePipelineVersion": ("POST", "/apis/v1beta1/pipeline_versions"),
        "v1beta1.PipelineService/CreatePipelineVersionV1": ("POST", "/apis/v1beta1/pipeline_versions"),
        "v2beta1.RunService/CreateRun": ("POST", "/apis/v2beta1/runs"),
        "v2beta1.RunService/RetryRun": ("POST", "/apis/v2beta1/runs/_:retry"),
        "v2beta1.RecurringRunService/CreateRecurringRun": ("POST", "/apis/v2beta1/recurringruns"),
        "v2beta1.RecurringRunService/EnableRecurringRun": ("POST", "/apis/v2beta1/recurringruns/_:enable"),
        "v2beta1.PipelineService/CreatePipeline": ("POST", "/apis/v2beta1/pipelines"),
        "v2beta1.PipelineService/CreatePipelineAndVersion": ("POST", "/apis/v2beta1/pipelines/create"),
        "v2beta1.PipelineService/CreatePipelineVersion": ("POST", "/apis/v2beta1/pipelines/_/versions"),
        "v2beta1.VisualizationService/CreateVisualization": ("POST", "/apis/v2beta1/visualizations/_"),
    ]
}
