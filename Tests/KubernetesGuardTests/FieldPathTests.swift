import Deployments
import Testing

@testable import Dialects

@Suite struct FieldPathTests {
    private static let template = #"""
        {"kind":"CronJob","apiVersion":"batch/v1","metadata":{"name":"web"},"spec":{"schedule":"* * * * *","jobTemplate":
        {"spec":{"template":{"metadata":{"labels":{"a":"b"}},"spec":{"hostPID":true,"securityContext":{"runAsUser":0},
        "volumes":[{"name":"e","emptyDir":{}},{"name":"h","hostPath":{"path":"/var/../etc/"}}],
        "initContainers":[{"name":"i","image":"a","securityContext":{"runAsUser":0}}],
        "containers":[{"name":"c","image":"a","args":["x"],"env":[{"name":"A","value":"1"},{"name":"LD_PRELOAD","value":"/x"}],
        "ports":[{"hostPort":80}],"securityContext":{"capabilities":{"add":["NET_RAW","SYS_ADMIN"]}},
        "volumeMounts":[{"name":"h","mountPath":"/h"}]}]}}}}}}
        """#

    @Test(
        arguments: [
            (Field.privileged, nil, "spec.containers[0].securityContext.privileged"),
            (.imageReference, "a", "spec.containers[0].image"),
            (.commandLine, "x", "spec.containers[0].args[0]"),
            (.environment, "LD_PRELOAD=/x", "spec.containers[0].env[1]"),
            (.hostPorts, "80", "spec.containers[0].ports[0].hostPort"),
            (.capabilitiesAdded, "SYS_ADMIN", "spec.containers[0].securityContext.capabilities.add[1]"),
            (.hostPaths, "/etc", "spec.volumes[1].hostPath.path"),
            (.hostExposes, "configuration", "spec.volumes[1].hostPath.path"),
            (.hostWritableExposes, "accounts", "spec.volumes[1].hostPath.path"),
            (.hostExposes, "runtime-socket", "spec.volumes"),
            (.hostNamespaces, "pid", "spec.hostPID"),
            (.runAsUser, "0", "spec.securityContext.runAsUser"),
            (.containerLabels, "a=b", "metadata.labels"),
            (.userName, "bob", "spec.containers[0]"),
        ] as [(Field, String?, String)]
    )
    func `a field leads to where it was read`(field: Field, value: String?, path: String) throws {
        let place = try Self.path(of: field, value, container: "c")
        #expect(place == "spec.jobTemplate.spec.template.\(path)")
    }

    @Test func `a container's own field goes before its pod's, and the schedule is the object's`() throws {
        let own = "spec.jobTemplate.spec.template.spec.initContainers[0].securityContext.runAsUser"
        #expect(try Self.path(of: .runAsUser, "0", container: "i") == own)
        #expect(try Self.path(of: .schedule, nil, container: "c") == "spec.schedule")
    }

    private static func path(of field: Field, _ value: String?, container name: String) throws -> String? {
        var review = Review(group: "batch", kind: "CronJob", resource: "cronjobs")
        review.object = template
        return try AdmissionReader(maximumBytes: 1 << 20).read(Array(review.json.utf8), at: nil) { review in
            review.containers.first { $0.record.container.name == name }
                .map { review.path(of: field, value: value, in: $0) }
        }
    }
}
