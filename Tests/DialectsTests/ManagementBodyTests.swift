import Deployments
import Dialects
import Testing

/// What dashboards and orchestrators are sent, each in its own form.
@Suite struct ManagementBodyTests {
    static func deployments(_ method: String, _ target: String, _ body: String, app: String? = nil)
        -> [ContainerDeployment]
    {
        let owner = app.map { #","app":"\#($0)""# } ?? ""
        return readings(
            of: HTTPRequestsDialect(),
            [#"{"method":"\#(method)","target":"\#(target)"\#(owner),"body":\#(body)}"#]
        ).deployments
    }

    static let pod =
        #"{"hostPID":true,"containers":[{"name":"c","image":"a:1","command":["sh"],"args":["-c"],"securityContext":{"privileged":true},"volumeMounts":[{"name":"v","mountPath":"/h"}]}],"volumes":[{"name":"v","hostPath":{"path":"/"}}]}"#

    /// Forms that hold the same privileged container `a:1` running `sh -c`, or as much of it as they can say.
    static let forms: [(String, String, String, Route)] = [
        (
            "POST", "/api/v1/appdeployment",
            #"{"containerImage":"a:1","containerCommand":"sh","containerCommandArgs":"-c","name":"c","namespace":"n","runAsPrivileged":true,"replicas":2}"#,
            .kubernetesDashboard
        ),
        (
            "POST", "/api/v1/appdeploymentfromfile",
            #"{"name":"c","content":"apiVersion: v1\nkind: Pod\nmetadata: {name: c}\nspec: {containers: [{name: c, image: 'a:1', command: [sh, -c], securityContext: {privileged: true}}]}\n"}"#,
            .kubernetesDashboard
        ),
        (
            "PUT", "/api/v1/_raw/deployment/namespace/n/name/c",
            #"{"kind":"Deployment","metadata":{"name":"c"},"spec":{"template":{"spec":\#(pod)}}}"#, .kubernetesDashboard
        ),
        (
            "POST", "/api/stacks/create/standalone/string?endpointId=2",
            #"{"name":"s","stackFileContent":"services:\n  c:\n    image: a:1\n    privileged: true\n    command: [sh, -c]\n    volumes: ['/:/h']\n"}"#,
            .portainer
        ),
        (
            "POST", "/api/endpoints/2/docker/containers/create?name=c",
            #"{"Image":"a:1","Cmd":["sh","-c"],"HostConfig":{"Privileged":true}}"#, .portainer
        ),
        (
            "POST", "/api/endpoints/3/kubernetes/api/v1/namespaces/n/pods",
            #"{"kind":"Pod","metadata":{"name":"c"},"spec":\#(pod)}"#, .portainer
        ),
        (
            "POST", "/k8s/clusters/c-1/v1/apps.deployments",
            #"{"type":"apps.deployment","metadata":{"name":"c"},"spec":{"template":{"spec":\#(pod)}}}"#, .rancher
        ),
        (
            "POST", "/v3/clusters/c-1?action=importYaml",
            #"{"yaml":"kind: Pod\nmetadata: {name: c}\nspec: {containers: [{name: c, image: 'a:1', command: [sh, -c], securityContext: {privileged: true}}]}\n"}"#,
            .rancher
        ),
        (
            "POST", "/v1/jobs",
            #"{"Job":{"ID":"j","TaskGroups":[{"Tasks":[{"Name":"c","Driver":"docker","Config":{"image":"a:1","command":"sh","args":["-c"],"privileged":true,"volumes":["/:/h"]}}]}]}}"#,
            .nomad
        ),
        (
            "POST", "/v2/apps",
            #"{"id":"c","args":["sh","-c"],"container":{"type":"DOCKER","docker":{"image":"a:1","privileged":true},"volumes":[{"hostPath":"/","containerPath":"/h","mode":"RW"}]}}"#,
            .marathon
        ),
        (
            "POST", "/v2/groups",
            #"{"id":"g","groups":[{"apps":[{"id":"c","args":["sh","-c"],"container":{"docker":{"image":"a:1","parameters":[{"key":"privileged","value":"true"}]}}}]}]}"#,
            .marathon
        ),
        (
            "POST", "/api/v1/workflows/n",
            #"{"workflow":{"metadata":{"generateName":"w-"},"spec":{"templates":[{"name":"t","container":{"image":"a:1","command":["sh"],"args":["-c"],"securityContext":{"privileged":true}}}]}}}"#,
            .argoWorkflows
        ),
        (
            "POST", "/pipeline/apis/v1beta1/runs",
            #"{"pipeline_spec":{"workflow_manifest":"{\"spec\":{\"templates\":[{\"name\":\"t\",\"container\":{\"image\":\"a:1\",\"command\":[\"sh\",\"-c\"],\"securityContext\":{\"privileged\":true}}}]}}"}}"#,
            .kubeflowPipelines
        ),
        (
            "POST", "/katib/create_experiment/",
            #"{"postData":{"spec":{"trialTemplate":{"trialSpec":{"spec":{"template":{"spec":\#(pod)}}}}}}}"#, .katib
        ),
        (
            "POST", "/apis/batch/v1/namespaces/n/jobs",
            #"{"kind":"Job","metadata":{"name":"c"},"spec":{"template":{"spec":\#(pod)}}}"#, .kubernetesAPI
        ),
    ]

    @Test(arguments: forms)
    func `the same container is read from every form`(method: String, target: String, body: String, route: Route) throws
    {
        let found = Self.deployments(method, target, body)
        #expect(found.count == 1)
        let one = try #require(found.first)
        #expect(one.route == route)
        #expect(one.container.image?.name == "docker.io/library/a")
        #expect(one.container.image?.tag == "1")
        #expect(one.process.args == ["sh", "-c"])
        #expect(one.security.privileged == true)
        #expect(one.defects == [])
        #expect(one.visibility == .full)
        if body.contains(#""/:/h"#) || body.contains("/:/h'") || body.contains("hostPath") {
            #expect(one.host.mounts.map(\.source.path) == ["/"])
        }
    }

    @Test(arguments: [
        (#"{"name":"nb","image":"good:1","customImage":"evil:1","customImageCheck":true}"#, "evil:1"),
        (#"{"name":"nb","image":"good:1","customImage":"evil:1","customImageCheck":false}"#, "good:1"),
        (#"{"name":"nb","image":"good:1","customImage":""}"#, "good:1"),
    ])
    func `a notebook's own image counts where it is ticked`(body: String, image: String) {
        let found = Self.deployments("POST", "/jupyter/api/namespaces/team/notebooks", body)
        #expect(found.map(\.container.imageText) == [image])
        #expect(found.map(\.placement.namespace) == ["team"])
    }

    @Test func `what stops a notebook or a workspace starts nothing`() {
        let notebook = "/jupyter/api/namespaces/team/notebooks/nb"
        #expect(Self.deployments("PATCH", notebook, #"{"stopped":true}"#).isEmpty)
        #expect(Self.deployments("PATCH", notebook, #"{"stopped":false}"#).count == 1)
        let workspace = "/workspaces/api/v1/workspaces/team/w/actions/pause"
        #expect(Self.deployments("POST", workspace, #"{"data":{"paused":true}}"#).isEmpty)
        #expect(Self.deployments("POST", workspace, #"{"data":{"paused":false}}"#).count == 1)
    }

    @Test func `a dry run leaves nothing behind`() {
        let body = #"{"kind":"Pod","spec":\#(Self.pod)}"#
        #expect(Self.deployments("POST", "/api/v1/namespaces/n/pods?dryRun=All", body).isEmpty)
        #expect(Self.deployments("POST", "/api/v1/namespaces/n/pods", body).count == 1)
    }

    @Test func `a request that asks otherwise by its query is none`() {
        #expect(Self.deployments("POST", "/v3/clusters/c-1?action=generateKubeconfig", "{}").isEmpty)
        #expect(Self.deployments("GET", "/v1/management.cattle.io.clusters/local", "null").isEmpty)
        #expect(Self.deployments("GET", "/v1/management.cattle.io.clusters/local?link=shell", "null").count == 1)
    }

    @Test func `a command over the kubelet or Nomad is an exec with its words`() {
        let kubelet = Self.deployments("POST", "/run/ns/pod/c?cmd=id%20-u", "null")
        #expect(kubelet.map(\.event.action) == [.podExec])
        #expect(kubelet.map(\.process.args) == [["id -u"]])
        #expect(kubelet.map(\.placement.namespace) == ["ns"])
        let nomad = Self.deployments(
            "GET",
            "/v1/client/allocation/5f/exec?task=w&command=%5B%22sh%22,%22-c%22%5D",
            "null"
        )
        #expect(nomad.map(\.process.args) == [["sh", "-c"]])
    }

    @Test func `a proxy within a proxy is followed, and the person's route told`() {
        let target =
            "/api/v1/namespaces/kd/services/https:dashboard:/proxy/api/v1/appdeployment"
        let found = Self.deployments("POST", target, #"{"containerImage":"a:1","name":"c"}"#)
        #expect(found.map(\.route) == [.kubernetesDashboard])
        #expect(found.map(\.container.imageText) == ["a:1"])
    }

    @Test func `a path of one application is none of another's`() {
        #expect(Self.deployments("POST", "/v2/apps", #"{"id":"x"}"#, app: "argo-cd").isEmpty)
        #expect(
            Self.deployments("POST", "/api/v1/session", #"{"username":"a","password":"b"}"#, app: "argo-cd").isEmpty
        )
        #expect(Self.deployments("POST", "/api/auth", #"{"Username":"a"}"#, app: "portainer").isEmpty)
    }
}
